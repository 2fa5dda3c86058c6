//! `quaymaster scan` against an Azure on this machine, as a person, a script, and a crash meet it.

use quay_azure::{Azure, Dice, Options, World, generate};
use quay_model::Outcome;
use quay_pipeline::{Engagement, Unlock};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::Runtime;

pub(crate) const CLIENT: &str = "11111111-2222-4333-8444-555555555555";
pub(crate) const SECRET: &str = "simulated-client-secret";
const PASSPHRASE: &str = "four words make good";

/// An Azure that runs while this lives, and a folder to work in.
pub(crate) struct Lab {
    pub(crate) azure: Azure,
    runtime: Runtime,
    pub(crate) folder: TempDir,
    pub(crate) tenant: String,
}

impl Lab {
    pub(crate) fn new(world: World, options: Options) -> Lab {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let tenant = world.tenant.clone();
        let azure = runtime.block_on(Azure::start(world, options)).expect("it listens");
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
        write("ca.pem", azure.authority_pem());
        write("cloud.json", &azure.cloud("ca.pem").to_string());
        write("pass", &format!("{PASSPHRASE}\nthis line is not part of it\n"));
        Lab { azure, runtime, folder, tenant }
    }

    pub(crate) fn small(clusters: u32, subscriptions: u32) -> Lab {
        Lab::new(generate(clusters, subscriptions, 7), Options { throttle: false, page: 5, ..Options::default() })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_quaymaster"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env("AZURE_CLIENT_ID", CLIENT)
            .env("AZURE_CLIENT_SECRET", SECRET);
        command
    }

    fn scan(&self, more: &[&str]) -> Command {
        let base = ["scan", "--tenant", &self.tenant, "--credential", "service-principal", "--cloud", "cloud.json"];
        self.command(&[&base[..], more].concat())
    }
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(crate) fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

const LOCKED: [&str; 4] = ["--engagement", "e.quay", "--passphrase-file", "pass"];

fn verdicts(path: &Path) -> BTreeMap<(String, String), Outcome> {
    let unlock = Unlock::Passphrase(PASSPHRASE.to_owned().into());
    let audited =
        Engagement::open_existing(path, &unlock).and_then(|engagement| engagement.look_again()).expect("a snapshot");
    audited.audit.verdicts.iter().map(|v| ((v.rule.to_string(), v.resource_id.to_string()), v.verdict)).collect()
}

/// What an earlier snapshot of the same file adds: kills leave one behind now and then.
fn without_history(mut all: BTreeMap<(String, String), Outcome>) -> BTreeMap<(String, String), Outcome> {
    all.retain(|(rule, _), _| rule != "TA-09");
    all
}

#[test]
fn a_scan_is_kept_encrypted_and_audited_from_there() {
    let lab = Lab::small(12, 2);
    let scanned = lab.scan(&LOCKED).output().expect("it runs");
    let words = said(&scanned);
    println!("{words}");
    assert_eq!(code(&scanned), Some(0), "{words}");
    for part in [
        "Signed in to",
        "2 subscriptions to scan, 0 left out",
        "everything may be read",
        "12 clusters",
        "0 gaps",
        "Azure's own limits allow",
    ] {
        assert!(words.contains(part), "{part} is not said: {words}");
    }
    let audit =
        |more: &[&str]| lab.command(&[&["audit", "--engagement", "e.quay"], more].concat()).output().expect("it runs");
    let audited = audit(&["--passphrase-file", "pass", "--output", "out", "--format", "json"]);
    assert_eq!(code(&audited), Some(0), "{}", said(&audited));
    let findings = std::fs::read_to_string(lab.path("out/findings.json")).expect("written");
    assert!(
        findings.contains("api-version=2025-10-01")
            && findings.contains("request ")
            && findings.contains("server date ")
    );
    let locked = audit(&[]);
    assert_eq!(code(&locked), Some(1));
    assert!(said(&locked).contains("keychain") && said(&locked).contains("--passphrase-file"), "{}", said(&locked));
    std::fs::write(lab.path("wrong"), "not it").expect("written");
    let wrong = audit(&["--passphrase-file", "wrong"]);
    assert!(code(&wrong) == Some(1) && said(&wrong).contains("does not open this engagement"), "{}", said(&wrong));
    let none = audit(&["--passphrase-file", "no-such-file"]);
    assert!(code(&none) == Some(1) && said(&none).contains("passphrase file"), "{}", said(&none));
}

#[test]
fn without_a_keychain_a_scan_asks_for_a_choice_and_memory_is_one() {
    let lab = Lab::small(3, 1);
    let refused = lab.scan(&["--engagement", "e.quay"]).output().expect("it runs");
    println!("{}", said(&refused));
    assert_eq!(code(&refused), Some(1));
    assert!(said(&refused).contains("--passphrase-file") && said(&refused).contains("--memory-only"));
    assert!(!lab.path("e.quay").exists(), "nothing is left behind");
    assert_eq!(lab.azure.counts().requests, 0, "nobody was signed in for nothing");
    let memory = lab.scan(&["--memory-only", "--output", "out", "--format", "csv"]).output().expect("it runs");
    assert_eq!(code(&memory), Some(0), "{}", said(&memory));
    assert!(said(&memory).contains("Findings:") && lab.path("out/findings.csv").exists());
    let nowhere = lab.scan(&[]).output().expect("it runs");
    assert_eq!(code(&nowhere), Some(2), "neither a file nor memory: {}", said(&nowhere));
}

#[test]
fn exit_codes_tell_a_script_how_complete_a_scan_was() {
    let lab = Lab::small(6, 2);
    let gone = "/subscriptions/00000000-0000-4000-8000-000000000001".to_owned();
    lab.azure.change(|world| world.denied.push((gone.clone(), "*/read".into())));
    let with_gaps = lab.scan(&LOCKED).output().expect("it runs");
    assert_eq!(code(&with_gaps), Some(0), "{}", said(&with_gaps));
    assert!(said(&with_gaps).contains(&gone) && said(&with_gaps).contains("Reader"), "{}", said(&with_gaps));
    let strict = lab.scan(&[&LOCKED[..], &["--require-complete"]].concat()).output().expect("it runs");
    assert_eq!(code(&strict), Some(5), "{}", said(&strict));
    let chosen = ["--require-complete", "--subscription", "00000000-0000-4000-8000-000000000000"];
    let chosen = lab.scan(&[&LOCKED[..], &chosen].concat()).output().expect("it runs");
    assert_eq!(code(&chosen), Some(0), "what was left out by choice is no gap: {}", said(&chosen));
    lab.azure.change(|world| {
        world.denied.push(("/subscriptions/00000000-0000-4000-8000-000000000000".into(), "*/read".into()))
    });
    let nothing = lab.scan(&["--memory-only"]).output().expect("it runs");
    assert_eq!(code(&nothing), Some(4), "{}", said(&nothing));
    let refused = lab.scan(&["--memory-only"]).env("AZURE_CLIENT_SECRET", "wrong").output().expect("it runs");
    assert!(code(&refused) == Some(1) && said(&refused).contains("AADSTS7000215"), "{}", said(&refused));
    let unset = lab.scan(&["--memory-only"]).env_remove("AZURE_CLIENT_ID").output().expect("it runs");
    assert!(code(&unset) == Some(1) && said(&unset).contains("AZURE_CLIENT_ID is not set"), "{}", said(&unset));
    let no_cloud =
        lab.command(&["scan", "--tenant", "t", "--cloud", "moon", "--memory-only"]).output().expect("it runs");
    assert!(code(&no_cloud) == Some(1) && said(&no_cloud).contains("cloud file moon"), "{}", said(&no_cloud));
}

#[test]
fn a_copy_moves_to_another_machine_and_purge_leaves_nothing() {
    let lab = Lab::small(3, 1);
    assert_eq!(code(&lab.scan(&LOCKED).output().expect("it runs")), Some(0));
    std::fs::write(lab.path("travel"), "on the train").expect("written");
    let export = [
        "engagement",
        "export",
        "e.quay",
        "--to",
        "copy.quay",
        "--passphrase-file",
        "pass",
        "--export-passphrase-file",
        "travel",
    ];
    let exported = lab.command(&export).output().expect("it runs");
    assert_eq!(code(&exported), Some(0), "{}", said(&exported));
    let there =
        lab.command(&["audit", "--engagement", "copy.quay", "--passphrase-file", "travel"]).output().expect("it runs");
    assert_eq!(code(&there), Some(0), "{}", said(&there));
    let kept = lab.command(&["engagement", "purge", "e.quay"]).output().expect("it runs");
    assert!(code(&kept) == Some(2) && lab.path("e.quay").exists(), "nothing without --yes");
    let blind = lab.command(&["engagement", "purge", "e.quay", "--yes"]).output().expect("it runs");
    assert!(code(&blind) == Some(1) && lab.path("e.quay").exists(), "what cannot be opened is not removed");
    for (name, key) in [("e.quay", "pass"), ("copy.quay", "travel")] {
        let purged =
            lab.command(&["engagement", "purge", name, "--yes", "--passphrase-file", key]).output().expect("it runs");
        assert_eq!(code(&purged), Some(0), "{}", said(&purged));
    }
    let left: Vec<String> = std::fs::read_dir(lab.folder.path())
        .expect("a folder")
        .flatten()
        .map(|f| f.file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("quay"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
    let text = lab.command(&["engagement", "purge", "cloud.json", "--yes"]).output().expect("it runs");
    assert!(code(&text) == Some(1) && lab.path("cloud.json").exists(), "{}", said(&text));
}

/// A proxy that writes down where it is asked to connect to.
async fn proxy(listener: tokio::net::TcpListener, seen: Arc<Mutex<Vec<String>>>) {
    while let Ok((mut client, _)) = listener.accept().await {
        let seen = Arc::clone(&seen);
        tokio::spawn(async move {
            let mut head = vec![0u8; 4096];
            let read = client.read(&mut head).await.unwrap_or(0);
            let head = String::from_utf8_lossy(head.get(..read).unwrap_or_default()).into_owned();
            let Some(target) = head.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next()) else { return };
            seen.lock().expect("held").push(target.to_owned());
            let Ok(mut server) = tokio::net::TcpStream::connect(target).await else { return };
            if client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.is_ok() {
                // a tunnel that ends is a tunnel that was used
                let _ended = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            }
        });
    }
}

#[test]
fn the_systems_proxy_is_used_and_nothing_goes_past_it() {
    let lab = Lab::small(3, 1);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let port = lab.runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("it listens");
        let port = listener.local_addr().expect("an address").port();
        tokio::spawn(proxy(listener, Arc::clone(&seen)));
        port
    });
    let scan = |port: u16| {
        let mut scan = lab.scan(&["--memory-only"]);
        scan.env("HTTPS_PROXY", format!("http://127.0.0.1:{port}")).env_remove("NO_PROXY").env_remove("no_proxy");
        scan.output().expect("it runs")
    };
    let scanned = scan(port);
    assert_eq!(code(&scanned), Some(0), "{}", said(&scanned));
    let asked = seen.lock().expect("held").clone();
    let own = lab.azure.origin().trim_start_matches("https://");
    assert!(!asked.is_empty() && asked.iter().all(|target| target == own), "{asked:?}");
    let requests = lab.azure.counts().requests;
    let nobody = scan(1);
    assert!(code(&nobody) == Some(1) && said(&nobody).contains("could not be reached"), "{}", said(&nobody));
    assert_eq!(lab.azure.counts().requests, requests, "nothing went past the proxy");
}

/// How many of five scans into one file were killed in the middle, and whether the last went on from there.
fn killed_five_times(
    lab: &Lab,
    file: u32,
    seed: u64,
    whole: Duration,
    clean: &BTreeMap<(String, String), Outcome>,
) -> (u32, u32) {
    let mut dice = Dice::new(seed.wrapping_add(u64::from(file)));
    let name = format!("k{file}.quay");
    let locked = ["--engagement", name.as_str(), "--passphrase-file", "pass"];
    let mut killed = 0;
    for _ in 0..5 {
        let mut child = lab.scan(&locked).stderr(Stdio::null()).spawn().expect("it starts");
        std::thread::sleep(Duration::from_millis(dice.roll(whole.as_millis() as u64)));
        child.kill().expect("it can be killed");
        let ended = child.wait().expect("it ends");
        killed += u32::from(ended.code().is_none());
    }
    let last = lab.scan(&locked).output().expect("it runs");
    assert_eq!(code(&last), Some(0), "after kills: {}", said(&last));
    assert_eq!(without_history(verdicts(&lab.path(&name))), *clean, "{name}");
    (killed, u32::from(said(&last).contains("Went on from the scan that was stopped")))
}

/// Kills the program at random moments of its scans, five to a file, then lets it finish.
#[test]
fn killed_two_hundred_times_a_scan_goes_on_and_ends_the_same() {
    const KILLS: u32 = 200;
    let world = generate(10, 2, 7);
    let lab =
        Lab::new(world, Options { throttle: false, page: 3, latency: Duration::from_millis(4), ..Options::default() });
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).map_or(7, |since| since.as_nanos() as u64);
    println!("seed {seed}");
    let begun = Instant::now();
    assert_eq!(code(&lab.scan(&LOCKED).output().expect("it runs")), Some(0));
    let whole = begun.elapsed();
    let clean = without_history(verdicts(&lab.path("e.quay")));
    // most of a small scan is waiting for the quota of Resource Graph, so that four files cost as much as one
    let files: Vec<u32> = (0..KILLS / 5).collect();
    let of = |file: &u32| killed_five_times(&lab, *file, seed, whole, &clean);
    let ends: Vec<(u32, u32)> = std::thread::scope(|threads| {
        let of = &of;
        let shares = files.chunks(files.len().div_ceil(4));
        let running: Vec<_> =
            shares.map(|share| threads.spawn(move || share.iter().map(of).collect::<Vec<_>>())).collect();
        running.into_iter().flat_map(|thread| thread.join().expect("no file fails")).collect()
    });
    let (killed, resumed) = ends.iter().fold((0, 0), |(k, r), (killed, resumed)| (k + killed, r + resumed));
    println!("{killed} of {KILLS} were killed in the middle, {resumed} of {} files went on from there", KILLS / 5);
    assert!(killed > KILLS / 2 && resumed > 5);
}

#[test]
fn the_keychain_of_a_desktop_holds_the_key() {
    let there = |program: &str| {
        Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
    };
    if !there("dbus-run-session") || !there("gnome-keyring-daemon") {
        println!("skipped: dbus-run-session and gnome-keyring-daemon are not on this machine");
        return;
    }
    let lab = Lab::small(3, 1);
    // a keychain of its own: own home, own bus
    let script = r#"printf test-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
        set -e
        "$0" scan --tenant "$1" --credential service-principal --cloud cloud.json --engagement e.quay
        "$0" audit --engagement e.quay
        "$0" engagement purge e.quay --yes
        ls"#;
    let mut inside = Command::new("dbus-run-session");
    inside
        .args(["--", "bash", "-c", script, env!("CARGO_BIN_EXE_quaymaster"), &lab.tenant])
        .current_dir(lab.folder.path())
        .env("HOME", lab.folder.path().join("home"))
        .env("XDG_RUNTIME_DIR", lab.folder.path().join("run"))
        .env_remove("XDG_DATA_HOME")
        .env_remove("DISPLAY")
        .env("AZURE_CLIENT_ID", CLIENT)
        .env("AZURE_CLIENT_SECRET", SECRET);
    std::fs::create_dir_all(lab.path("home")).and_then(|()| std::fs::create_dir_all(lab.path("run"))).expect("folders");
    let output = inside.output().expect("it runs");
    assert_eq!(code(&output), Some(0), "{}", said(&output));
    assert!(said(&output).contains("Findings:"), "{}", said(&output));
    assert!(!String::from_utf8_lossy(&output.stdout).contains("e.quay"));
}
