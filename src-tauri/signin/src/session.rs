//! A session with one tenant of one cloud: sends what reads, with a token that is kept fresh in silence.

use crate::entra::{DeviceCode, Entra, Grant};
use crate::{Cloud, Secret, Who, Workload, claims, http, workload};
use azure_core::credentials::TokenRequestOptions;
use azure_core::time::OffsetDateTime;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use quay_model::{Answer, Endpoint, NoAnswer, Problem, ProblemCode, ReadCall};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// A token is renewed this long before it ends, or a tenth of its life, whichever is less.
const AHEAD: Duration = Duration::from_secs(300);

pub struct Session {
    cloud: Cloud,
    /// The id of the tenant, never its domain.
    tenant: String,
    http: reqwest::Client,
    holder: Holder,
    held: Mutex<Held>,
}

enum Holder {
    Person { client_id: String, entra: Box<Entra> },
    Workload(Workload),
}

#[derive(Default)]
struct Held {
    tokens: HashMap<Endpoint, (Secret, Instant)>,
    refresh: Option<Secret>,
    /// Whether the refresh token changed since it was last asked for.
    rotated: bool,
}

/// What is kept in the encrypted file of an engagement, so that nobody has to sign in again.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Remembered {
    cloud: Cloud,
    tenant: String,
    client_id: String,
    refresh_token: String,
}

impl fmt::Debug for Session {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Session({} of {})", self.tenant, self.cloud.name)
    }
}

/// The client id is a person's own choice; there is no default that pretends to be another program.
pub fn client_id_is_well(text: &str) -> bool {
    let parts: Vec<usize> = text.trim().split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.trim().bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

impl Session {
    /// Sign in through the browser; `open` shows a page to the person.
    pub async fn with_browser(
        cloud: Cloud,
        tenant: &str,
        client_id: &str,
        open: &(dyn Fn(&str) -> Result<(), String> + Send + Sync),
    ) -> Result<Session, Problem> {
        let (session, scope) = Session::of_person(cloud, tenant, client_id).await?;
        let Holder::Person { entra, .. } = &session.holder else { return Err(nobody()) };
        let grant = entra.browser(&scope, open).await?;
        session.take(Endpoint::ResourceManager, grant).await?;
        Ok(session)
    }

    /// Sign in with a code on any device; `show` tells the person where to enter it.
    pub async fn with_device_code(
        cloud: Cloud,
        tenant: &str,
        client_id: &str,
        show: &(dyn Fn(DeviceCode) + Send + Sync),
    ) -> Result<Session, Problem> {
        let (session, scope) = Session::of_person(cloud, tenant, client_id).await?;
        let Holder::Person { entra, .. } = &session.holder else { return Err(nobody()) };
        let grant = entra.device(&scope, show).await?;
        session.take(Endpoint::ResourceManager, grant).await?;
        Ok(session)
    }

    pub async fn with_workload(cloud: Cloud, tenant: &str, workload: Workload) -> Result<Session, Problem> {
        let session = Session::new(cloud, tenant, |_, _, _| Ok(Holder::Workload(workload))).await?;
        session.token(Endpoint::ResourceManager, None, None).await.map_err(as_problem)?;
        Ok(session)
    }

    /// Goes on with a sign-in that was remembered; nobody is asked.
    pub async fn recall(remembered: &Secret) -> Result<Session, Problem> {
        let kept: Remembered = serde_json::from_str(remembered.reveal())
            .map_err(|_| Problem::new(ProblemCode::SignIn, "The stored sign-in cannot be read.", "Sign in again."))?;
        let (session, _) = Session::of_person(kept.cloud, &kept.tenant, &kept.client_id).await?;
        session.held.lock().await.refresh = Some(Secret::new(kept.refresh_token));
        session.token(Endpoint::ResourceManager, None, None).await.map_err(as_problem)?;
        Ok(session)
    }

    /// What to keep in the encrypted file, if it changed since this was last asked.
    pub async fn to_remember(&self) -> Option<Secret> {
        let mut held = self.held.lock().await;
        self.remembered(&mut held)
    }

    /// The same without waiting; nothing while somebody is at the tokens.
    pub fn to_remember_now(&self) -> Option<Secret> {
        self.held.try_lock().ok().and_then(|mut held| self.remembered(&mut held))
    }

    fn remembered(&self, held: &mut Held) -> Option<Secret> {
        let Holder::Person { client_id, .. } = &self.holder else { return None };
        if !std::mem::take(&mut held.rotated) {
            return None;
        }
        let kept = Remembered {
            cloud: self.cloud.clone(),
            tenant: self.tenant.clone(),
            client_id: client_id.clone(),
            refresh_token: held.refresh.as_ref()?.reveal().to_owned(),
        };
        serde_json::to_string(&kept).ok().map(Secret::new)
    }

    async fn of_person(cloud: Cloud, tenant: &str, client_id: &str) -> Result<(Session, String), Problem> {
        if !client_id_is_well(client_id) {
            return Err(Problem::new(
                ProblemCode::BadInput,
                if client_id.trim().is_empty() {
                    "No client id was given.".to_owned()
                } else {
                    format!("{client_id} is no client id.")
                },
                "Give the id of an application registered as a public client with http://localhost as its redirect; the README says how to register one.",
            ));
        }
        let client_id = client_id.trim().to_owned();
        let scope = cloud.scope(Endpoint::ResourceManager).unwrap_or_default();
        let make = |cloud: &Cloud, tenant: &str, http: &reqwest::Client| {
            let entra = Box::new(Entra::new(cloud, tenant, &client_id, http.clone())?);
            Ok(Holder::Person { client_id: client_id.clone(), entra })
        };
        Ok((Session::new(cloud, tenant, make).await?, scope))
    }

    async fn new(
        cloud: Cloud,
        tenant: &str,
        holder: impl FnOnce(&Cloud, &str, &reqwest::Client) -> Result<Holder, Problem>,
    ) -> Result<Session, Problem> {
        let cloud = cloud.checked()?;
        let http = http::client(&cloud)?;
        let tenant = tenant_id(&cloud, tenant.trim(), &http).await?;
        let holder = holder(&cloud, &tenant, &http)?;
        Ok(Session { cloud, tenant, http, holder, held: Mutex::default() })
    }

    pub fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    pub fn origin(&self, endpoint: Endpoint) -> &str {
        self.cloud.origin(endpoint).unwrap_or_default()
    }

    pub async fn who(&self) -> Result<Who, Problem> {
        let token = self.token(Endpoint::ResourceManager, None, None).await.map_err(as_problem)?;
        Ok(claims::of(token.reveal()).map(|claims| claims::who(&claims)).unwrap_or_default())
    }

    /// Forgets every token; what was remembered is deleted by whoever keeps it.
    pub async fn sign_out(&self) {
        *self.held.lock().await = Held::default();
    }

    /// Sends a request that reads. A token that was refused is replaced once, with what a challenge asked for.
    pub async fn send(&self, call: &ReadCall) -> Result<Answer, NoAnswer> {
        let token = self.token(call.endpoint(), None, None).await?;
        let answer = self.once(call, &token).await?;
        let header = answer.header("www-authenticate").unwrap_or_default();
        if answer.status != 401 || self.is_for_another_tenant(header) {
            return Ok(answer);
        }
        let challenge = challenge(answer.header("www-authenticate").unwrap_or_default());
        let token = self.token(call.endpoint(), challenge.as_deref(), Some(&token)).await?;
        self.once(call, &token).await
    }

    /// A resource of another tenant wants that tenant's token; renewing this one's does not help.
    fn is_for_another_tenant(&self, header: &str) -> bool {
        let authority = header.split("authorization_uri=\"").nth(1).and_then(|rest| rest.split('"').next());
        let tenant = authority.and_then(|uri| uri.split('/').find(|part| client_id_is_well(part)));
        tenant.is_some_and(|tenant| !tenant.eq_ignore_ascii_case(&self.tenant))
    }

    /// Whether this is the session somebody asks for, so that one that was remembered is not taken for another.
    pub async fn is_of(&self, cloud: &Cloud, tenant: &str, client_id: &str) -> Result<bool, Problem> {
        let cloud = cloud.clone().checked()?;
        let own_client = match &self.holder {
            Holder::Person { client_id, .. } => client_id.as_str(),
            Holder::Workload(_) => "",
        };
        let same_client = client_id.trim().is_empty() || own_client.eq_ignore_ascii_case(client_id.trim());
        let same_cloud =
            cloud.authority == self.cloud.authority && cloud.resource_manager == self.cloud.resource_manager;
        Ok(same_client && same_cloud && tenant_id(&cloud, tenant.trim(), &self.http).await? == self.tenant)
    }

    async fn once(&self, call: &ReadCall, token: &Secret) -> Result<Answer, NoAnswer> {
        let url = format!("{}{}", self.origin(call.endpoint()), call.target());
        let request = match call.body() {
            None => self.http.get(url),
            Some(body) => self.http.post(url).header("content-type", "application/json").body(body.to_string()),
        };
        let request = request.header("accept", "application/json").bearer_auth(token.reveal());
        let response = request.send().await.map_err(|error| NoAnswer::Broken(http::broken(error)))?;
        http::read(response).await
    }

    /// A token that is good for a while. `not` is one that was refused, whoever of the many callers saw it first.
    async fn token(
        &self,
        endpoint: Endpoint,
        challenge: Option<&str>,
        not: Option<&Secret>,
    ) -> Result<Secret, NoAnswer> {
        let Some(scope) = self.cloud.scope(endpoint) else {
            return Err(NoAnswer::NotSignedIn(Problem::new(
                ProblemCode::SignIn,
                "This cloud has no Microsoft Graph address.",
                "Add `graph` to the cloud file to ask the directory.",
            )));
        };
        let mut held = self.held.lock().await;
        if let Some((token, until)) = held.tokens.get(&endpoint)
            && *until > Instant::now()
            && not != Some(token)
        {
            return Ok(token.clone());
        }
        let grant = match &self.holder {
            Holder::Workload(workload) => self.of_workload(workload, &scope).await?,
            Holder::Person { entra, .. } => {
                let refresh = held.refresh.clone().ok_or_else(|| NoAnswer::NotSignedIn(nobody()))?;
                entra.refresh(&scope, &refresh, challenge).await?
            }
        };
        self.keep(&mut held, endpoint, grant).map_err(NoAnswer::NotSignedIn)
    }

    async fn of_workload(&self, workload: &Workload, scope: &str) -> Result<Grant, NoAnswer> {
        let credential = workload.credential(&self.cloud, &self.tenant, &self.http).map_err(NoAnswer::NotSignedIn)?;
        let token = credential.get_token(&[scope], None::<TokenRequestOptions<'_>>).await;
        let token = token.map_err(|error| {
            let text = chain(&error);
            // reqwest's words for a connection that failed; another try may work
            if text.contains("error sending request") {
                NoAnswer::Broken(format!("{} could not be reached", self.cloud.authority))
            } else {
                NoAnswer::NotSignedIn(workload::problem(&text, &self.tenant))
            }
        })?;
        let left = (token.expires_on - OffsetDateTime::now_utc()).whole_seconds();
        Ok(Grant {
            access: Secret::new(token.token.secret()),
            refresh: None,
            // a clock of this machine that is ahead makes a good token look spent
            life: Duration::from_secs(u64::try_from(left).unwrap_or_default().max(60)),
        })
    }

    async fn take(&self, endpoint: Endpoint, grant: Grant) -> Result<(), Problem> {
        self.keep(&mut *self.held.lock().await, endpoint, grant).map(|_| ())
    }

    fn keep(&self, held: &mut Held, endpoint: Endpoint, grant: Grant) -> Result<Secret, Problem> {
        let of = claims::of(grant.access.reveal()).map(|claims| claims::text(&claims, "tid").to_lowercase());
        if of.as_deref() != Some(self.tenant.as_str()) {
            return Err(Problem::new(
                ProblemCode::SignIn,
                match of {
                    Some(other) if !other.is_empty() => {
                        format!("The token is for the tenant {other}, not for {}; it was not used.", self.tenant)
                    }
                    _ => format!(
                        "The token does not say which tenant it is for, so it was not used for {}.",
                        self.tenant
                    ),
                },
                "Sign in with an account of the tenant of this engagement; another tenant gets an engagement of its own.",
            ));
        }
        if let Some(refresh) = grant.refresh {
            held.rotated |= held.refresh.as_ref() != Some(&refresh);
            held.refresh = Some(refresh);
        }
        let ahead = AHEAD.min(grant.life / 10);
        held.tokens.insert(endpoint, (grant.access.clone(), Instant::now() + grant.life - ahead));
        Ok(grant.access)
    }
}

fn nobody() -> Problem {
    Problem::new(ProblemCode::SignIn, "Nobody is signed in.", "Sign in, then try again.")
}

fn as_problem(why: NoAnswer) -> Problem {
    match why {
        NoAnswer::NotSignedIn(problem) => problem,
        NoAnswer::Broken(message) => Problem::new(ProblemCode::SignIn, message, "Check the network and try again."),
        NoAnswer::TooLarge => {
            Problem::new(ProblemCode::SignIn, "The answer of Entra is too large.", "Check the proxy.")
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(&format!(": {cause}"));
        next = cause.source();
    }
    text
}

/// A tenant may be named by its domain; Entra's own discovery knows its id.
async fn tenant_id(cloud: &Cloud, tenant: &str, http: &reqwest::Client) -> Result<String, Problem> {
    if client_id_is_well(tenant) {
        return Ok(tenant.to_lowercase());
    }
    let plain = !tenant.is_empty() && tenant.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    let several = ["common", "organizations", "consumers"].contains(&tenant.to_lowercase().as_str());
    let unknown = || {
        Problem::new(
            ProblemCode::BadInput,
            if tenant.is_empty() { "No tenant was given.".to_owned() } else { format!("{tenant} is no tenant.") },
            "Give the tenant's id, or one of its domains such as contoso.onmicrosoft.com.",
        )
    };
    if !plain || several {
        return Err(unknown());
    }
    let url = format!("{}/{tenant}/v2.0/.well-known/openid-configuration", cloud.authority);
    let response =
        http.get(url).send().await.map_err(|error| http::no_connection(&cloud.authority, &http::broken(error)))?;
    let answer = http::read(response).await.map_err(as_problem)?;
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let issuer = claims::text(&body, "issuer");
    issuer.split('/').find(|part| client_id_is_well(part)).map(str::to_lowercase).ok_or_else(unknown)
}

/// The claims in a challenge header, decoded ("Claims challenges, claims requests and client capabilities").
fn challenge(header: &str) -> Option<String> {
    let encoded = header.split("claims=\"").nth(1)?.split('"').next()?;
    let trimmed = encoded.trim_end_matches('=');
    let bytes = URL_SAFE_NO_PAD.decode(trimmed).ok().or_else(|| STANDARD.decode(encoded).ok())?;
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_read_out_of_its_header() {
        let encoded = URL_SAFE_NO_PAD.encode(r#"{"access_token":{}}"#);
        let header = format!("Bearer authorization_uri=\"x\", error=\"insufficient_claims\", claims=\"{encoded}\"");
        assert_eq!(challenge(&header).as_deref(), Some(r#"{"access_token":{}}"#));
        assert_eq!(challenge("Bearer error=\"invalid_token\""), None);
    }

    #[test]
    fn a_client_id_is_a_guid() {
        assert!(client_id_is_well("11111111-2222-4333-8444-555555555555"));
        for text in ["", "my-app", "04b07795", "11111111-2222-4333-8444-55555555555g"] {
            assert!(!client_id_is_well(text), "{text}");
        }
    }
}
