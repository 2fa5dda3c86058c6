//! Signing in: the browser's way, the code's way, the silent way, and every refusal in a sentence.

use crate::{CLIENT, Lab, hasty, run, scan_with};
use quay_azure::{Fault, FaultKind, Options, generate};
use quay_model::{Problem, ProblemCode};
use quay_pipeline::{Cloud, Engagement, Secret, Session, Workload};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Follows the sign-in page and the way back, as a browser does.
pub(crate) fn browser(url: &str, authority: Vec<u8>) -> Result<(), String> {
    let url = url.to_owned();
    tokio::spawn(async move {
        let page = fetch(&url, &authority).await;
        if let Some(back) = page {
            fetch_plain(&back).await;
        }
    });
    Ok(())
}

/// Where the sign-in page sends the browser.
async fn fetch(url: &str, authority: &[u8]) -> Option<String> {
    let certificate = reqwest::Certificate::from_pem(authority).ok()?;
    let client = reqwest::Client::builder().tls_certs_merge([certificate]).redirect(reqwest::redirect::Policy::none());
    let answer = client.build().ok()?.get(url).send().await.ok()?;
    answer.headers().get("location")?.to_str().ok().map(str::to_owned)
}

async fn fetch_plain(url: &str) {
    // what the page says is looked at in the window's own test
    let _page = reqwest::Client::new().get(url).send().await;
}

pub(crate) async fn by_browser(lab: &Lab) -> Result<Session, Problem> {
    let authority = lab.azure.authority_pem().as_bytes().to_vec();
    Session::with_browser(lab.cloud(), &lab.tenant, CLIENT, &move |url| browser(url, authority.clone())).await
}

fn fault(on: &str, kind: FaultKind, times: Option<u32>) -> Fault {
    Fault { on: on.into(), kind, times }
}

#[test]
fn the_browser_signs_in_with_a_code_pkce_state_and_nonce() {
    run(async {
        let lab = Lab::small(3, 1).await;
        let seen = Arc::new(Mutex::new(String::new()));
        let (kept, authority) = (Arc::clone(&seen), lab.azure.authority_pem().as_bytes().to_vec());
        let open = move |url: &str| {
            url.clone_into(&mut kept.lock().expect("held"));
            browser(url, authority.clone())
        };
        let session = Session::with_browser(lab.cloud(), &lab.tenant, CLIENT, &open).await.expect("signed in");
        let url = seen.lock().expect("held").clone();
        for part in [
            "response_type=code",
            "code_challenge_method=S256",
            "code_challenge=",
            "state=",
            "nonce=",
            "offline_access",
            "redirect_uri=http%3A%2F%2Flocalhost%3A",
        ] {
            assert!(url.contains(part), "{part} is not in the address");
        }
        assert!(url.contains(&format!("/{}/oauth2/v2.0/authorize", lab.tenant)), "only this tenant is asked");
        let who = session.who().await.expect("known");
        assert_eq!(
            (who.name.as_str(), who.is_person, who.tenant.as_str()),
            ("ada@nordwind.example", true, lab.tenant.as_str())
        );
    });
}

#[test]
fn a_device_code_signs_in_after_a_while() {
    run(async {
        let lab = Lab::small(3, 1).await;
        let shown = Arc::new(Mutex::new(None));
        let kept = Arc::clone(&shown);
        let show = move |code: quay_pipeline::DeviceCode| *kept.lock().expect("held") = Some(code);
        let session = Session::with_device_code(lab.cloud(), &lab.tenant, CLIENT, &show).await.expect("signed in");
        let code = shown.lock().expect("held").clone().expect("a code was shown");
        assert_eq!(code.code, "QUAY-2468");
        assert!(code.page.ends_with("/devicelogin"));
        assert!(session.to_remember().await.is_some());
    });
}

#[test]
fn tokens_are_renewed_in_silence_and_the_newest_refresh_token_is_kept() {
    run(async {
        let options = Options {
            throttle: false,
            token_life: Duration::from_secs(1),
            latency: Duration::from_millis(20),
            ..Options::default()
        };
        let lab = Lab::new(generate(12, 2, 7), options).await;
        let session = Arc::new(by_browser(&lab).await.expect("signed in"));
        let mut engagement = Engagement::in_memory().expect("memory");
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(1100)).await;
            let scanned = scan_with(&session, &mut engagement, &hasty()).await.expect("scanned");
            assert_eq!(scanned.taken.snapshot.gaps, []);
        }
        engagement.remember(&session).await.expect("kept");
        let refreshes = lab.azure.log().iter().filter(|r| r.target.ends_with("/oauth2/v2.0/token")).count();
        assert!(refreshes >= 3, "{refreshes} visits to the token endpoint");
        drop(session);
        let recalled = engagement.recall().await.expect("there is one").expect("still good: rotated tokens were kept");
        assert_eq!(recalled.tenant(), lab.tenant);
        lab.azure.revoke_sessions();
        let refused = engagement.recall().await.expect("there is one").expect_err("revoked");
        assert_eq!((refused.code, refused.hint.as_str()), (ProblemCode::SignIn, "Sign in again."));
        engagement.sign_out(None).await.expect("forgotten");
        assert!(engagement.recall().await.is_none());
    });
}

#[test]
fn a_claims_challenge_is_answered_with_the_claims() {
    run(async {
        let lab = Lab::small(6, 1).await;
        let session = Arc::new(by_browser(&lab).await.expect("signed in"));
        lab.azure.add_fault(fault("/managedclusters?", FaultKind::Claims, Some(2)));
        let mut engagement = Engagement::in_memory().expect("memory");
        let scanned = scan_with(&session, &mut engagement, &hasty()).await.expect("scanned");
        assert_eq!(scanned.taken.snapshot.gaps, [], "the challenge was met");
    });
}

#[test]
fn a_token_of_another_tenant_is_refused() {
    run(async {
        let lab = Lab::small(3, 1).await;
        lab.azure.add_fault(fault("/token", FaultKind::WrongTenant, None));
        let by_person = by_browser(&lab).await.expect_err("refused");
        let by_program = Session::with_workload(lab.cloud(), &lab.tenant, lab.principal()).await.expect_err("refused");
        for problem in [by_person, by_program] {
            assert!(problem.message.contains("99999999-9999-4999-8999-999999999999"), "{problem}");
        }
        let sent = lab.azure.log().iter().filter(|request| request.had_token).count();
        assert_eq!(sent, 0, "it was never used");
    });
}

#[test]
fn every_refusal_of_entra_is_a_sentence_with_what_to_do() {
    let kinds = [
        FaultKind::Aadsts50076,
        FaultKind::Aadsts50079,
        FaultKind::Aadsts65001,
        FaultKind::Aadsts700082,
        FaultKind::Aadsts530003,
        FaultKind::Aadsts53003,
        FaultKind::Aadsts50020,
        FaultKind::Aadsts7000215,
        FaultKind::Aadsts7000222,
        FaultKind::Aadsts700016,
        FaultKind::Aadsts90002,
        FaultKind::AccessDenied,
        FaultKind::AuthorizationDeclined,
        FaultKind::ExpiredToken,
    ];
    run(async {
        let lab = Lab::small(3, 1).await;
        let mut sentences = std::collections::BTreeSet::new();
        for kind in kinds {
            lab.azure.clear_faults();
            lab.azure.add_fault(fault("/token", kind, None));
            let show = |_: quay_pipeline::DeviceCode| {};
            let by_code =
                Session::with_device_code(lab.cloud(), &lab.tenant, CLIENT, &show).await.expect_err("refused");
            let by_page = by_browser(&lab).await.expect_err("refused");
            lab.azure.clear_faults();
            lab.azure.add_fault(fault("/authorize", kind, None));
            let on_page = by_browser(&lab).await.expect_err("refused");
            println!("{kind:?}: {by_code}");
            assert_eq!((&by_code, &by_page), (&by_page, &on_page), "{kind:?} is told alike");
            assert_eq!(by_code.code, ProblemCode::SignIn);
            assert!(!by_code.message.contains("Trace ID") && by_code.hint.len() > 10);
            sentences.insert(by_code.message);
        }
        assert_eq!(sentences.len(), kinds.len(), "each has its own");
        lab.azure.clear_faults();
        lab.azure.add_fault(fault("/token", FaultKind::Aadsts7000222, None));
        let program = Session::with_workload(lab.cloud(), &lab.tenant, lab.principal()).await.expect_err("refused");
        assert!(program.message.contains("expired"), "{program}");
        lab.azure.clear_faults();
        let wrong = Workload::ClientSecret { client_id: CLIENT.into(), secret: Secret::new("not it") };
        let wrong = Session::with_workload(lab.cloud(), &lab.tenant, wrong).await.expect_err("refused");
        assert!(wrong.message.contains("AADSTS7000215"), "{wrong}");
    });
}

#[test]
fn a_certificate_signs_in_too_and_a_broken_one_says_what_is_wrong() {
    run(async {
        let lab = Lab::small(3, 1).await;
        let key = std::process::Command::new("openssl")
            .args([
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=quay", "-keyout",
                "key.pem", "-out", "cert.pem",
            ])
            .current_dir(lab.folder.path())
            .output();
        let Ok(key) = key else {
            println!("skipped: openssl is not on this machine");
            return;
        };
        assert!(key.status.success(), "{}", String::from_utf8_lossy(&key.stderr));
        let read = |name: &str| std::fs::read_to_string(lab.folder.path().join(name)).expect("read");
        let both = lab.folder.path().join("both.pem");
        std::fs::write(&both, format!("{}{}", read("key.pem"), read("cert.pem"))).expect("written");
        let by = |file| Workload::ClientCertificate { client_id: CLIENT.into(), file, password: None };
        Session::with_workload(lab.cloud(), &lab.tenant, by(both)).await.expect("signed in");
        let only = lab.folder.path().join("cert.pem");
        let refused = Session::with_workload(lab.cloud(), &lab.tenant, by(only)).await.expect_err("no key");
        assert!(refused.message.contains("private key"), "{refused}");
    });
}

#[test]
fn what_cannot_be_reached_or_trusted_is_a_sentence() {
    run(async {
        let lab = Lab::small(3, 1).await;
        let untrusted = Cloud { ca_file: None, ..lab.cloud() };
        let problem = Session::with_device_code(untrusted, &lab.tenant, CLIENT, &|_| {}).await.expect_err("untrusted");
        println!("{problem}");
        assert!(problem.message.contains("certificate"), "{problem}");
        let nowhere = Cloud { authority: "https://localhost:1".into(), ..lab.cloud() };
        let problem = Session::with_device_code(nowhere, &lab.tenant, CLIENT, &|_| {}).await.expect_err("nobody there");
        println!("{problem}");
        assert!(problem.message.contains("could not be reached"), "{problem}");
        for (tenant, client) in [
            ("", CLIENT),
            ("common", CLIENT),
            ("not a tenant", CLIENT),
            (lab.tenant.as_str(), ""),
            (lab.tenant.as_str(), "my-app"),
        ] {
            let problem = Session::with_device_code(lab.cloud(), tenant, client, &|_| {}).await.expect_err("refused");
            assert_eq!(problem.code, ProblemCode::BadInput, "{tenant} {client}");
        }
        let by_domain = Session::with_workload(lab.cloud(), "nordwind.example", lab.principal())
            .await
            .expect("known by its domain");
        assert_eq!(by_domain.tenant(), lab.tenant);
    });
}
