//! What people do at Entra: sign in through the browser (authorization code, PKCE S256, state and nonce), or with a
//! device code; and the refresh that follows without them.

use crate::loopback::Loopback;
use crate::refusal::Refusal;
use crate::secret::Secret;
use crate::{Cloud, claims, http};
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, Client, ClientId, CsrfToken, DeviceAuthorizationUrl, EndpointNotSet,
    EndpointSet, ErrorResponse, ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeChallenge, RedirectUrl,
    RefreshToken, RequestTokenError, Scope, StandardDeviceAuthorizationResponse, StandardRevocableToken,
    StandardTokenResponse, TokenResponse, TokenUrl,
};
use quay_model::{NoAnswer, Problem, ProblemCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::error::Error;
use std::fmt;
use std::time::Duration;

/// What is asked beside the resource: a refresh token, and who it is.
const ALWAYS: [&str; 3] = ["offline_access", "openid", "profile"];

/// What a person has to do with a device code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceCode {
    pub page: String,
    pub code: String,
}

#[derive(Clone, Serialize, Deserialize)]
struct IdToken {
    #[serde(default)]
    id_token: Option<String>,
}
impl fmt::Debug for IdToken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("IdToken(…)")
    }
}
impl ExtraTokenFields for IdToken {}

type Granted = StandardTokenResponse<IdToken, BasicTokenType>;
type OAuth = Client<
    BasicErrorResponse,
    Granted,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// What the token endpoint gave.
pub(crate) struct Grant {
    pub(crate) access: Secret,
    pub(crate) refresh: Option<Secret>,
    pub(crate) life: Duration,
}

pub(crate) struct Entra {
    oauth: OAuth,
    http: reqwest::Client,
    host: String,
    tenant: String,
}

impl Entra {
    pub(crate) fn new(cloud: &Cloud, tenant: &str, client_id: &str, http: reqwest::Client) -> Result<Entra, Problem> {
        let at = |last: &str| format!("{}/{tenant}/oauth2/v2.0/{last}", cloud.authority);
        let unusable = |error: url::ParseError| {
            Problem::new(
                ProblemCode::BadInput,
                format!("{tenant} cannot be part of an address: {error}."),
                "Check the tenant.",
            )
        };
        let oauth = Client::new(ClientId::new(client_id.to_owned()))
            .set_auth_uri(AuthUrl::new(at("authorize")).map_err(unusable)?)
            .set_token_uri(TokenUrl::new(at("token")).map_err(unusable)?)
            .set_device_authorization_url(DeviceAuthorizationUrl::new(at("devicecode")).map_err(unusable)?)
            // a public client: its id goes into the body, and there is no secret
            .set_auth_type(AuthType::RequestBody);
        Ok(Entra { oauth, http, host: cloud.authority.clone(), tenant: tenant.to_owned() })
    }

    pub(crate) async fn browser(
        &self,
        scope: &str,
        open: &(dyn Fn(&str) -> Result<(), String> + Send + Sync),
    ) -> Result<Grant, Problem> {
        let loopback = Loopback::open().await?;
        let redirect = RedirectUrl::new(loopback.redirect()).map_err(|error| internal(&error))?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let nonce = CsrfToken::new_random();
        let oauth = self.oauth.clone().set_redirect_uri(redirect);
        let (url, state) = oauth
            .authorize_url(CsrfToken::new_random)
            .add_scopes(scopes(scope))
            .set_pkce_challenge(challenge)
            .add_extra_param("nonce", nonce.secret().as_str())
            .add_extra_param("prompt", "select_account")
            .add_extra_param("claims", claims_request(None))
            .url();
        open(url.as_str()).map_err(|why| {
            Problem::new(
                ProblemCode::SignIn,
                format!("No browser could be opened: {why}."),
                "Sign in with a device code instead.",
            )
        })?;
        let fields = loopback.wait(state.secret()).await?;
        let field = |name: &str| fields.get(name).map_or("", String::as_str);
        if !field("error").is_empty() {
            return Err(self.refused(field("error"), field("error_description")).problem());
        }
        let code = AuthorizationCode::new(field("code").to_owned());
        let http = self.http.clone();
        let asked =
            oauth.exchange_code(code).set_pkce_verifier(verifier).add_extra_param("claims", claims_request(None));
        let granted: Granted =
            asked.request_async(&move |request| send(http.clone(), request)).await.map_err(|e| self.failed(e).1)?;
        let id = granted.extra_fields().id_token.as_deref().and_then(claims::of);
        if id.map(|id| claims::text(&id, "nonce")).as_deref() != Some(nonce.secret().as_str()) {
            return Err(Problem::new(
                ProblemCode::SignIn,
                "The answer of the sign-in page does not belong to this sign-in: its nonce differs.",
                "Sign in again; if it happens twice, somebody is in between.",
            ));
        }
        Ok(grant(&granted))
    }

    pub(crate) async fn device(
        &self,
        scope: &str,
        show: &(dyn Fn(DeviceCode) + Send + Sync),
    ) -> Result<Grant, Problem> {
        let http = self.http.clone();
        let send = move |request| send(http.clone(), request);
        let details: StandardDeviceAuthorizationResponse = self
            .oauth
            .exchange_device_code()
            .add_scopes(scopes(scope))
            .add_extra_param("claims", claims_request(None))
            .request_async(&send)
            .await
            .map_err(|e| self.failed(e).1)?;
        show(DeviceCode { page: details.verification_uri().to_string(), code: details.user_code().secret().clone() });
        let granted: Granted = self
            .oauth
            .exchange_device_access_token(&details)
            .request_async(&send, tokio::time::sleep, None)
            .await
            .map_err(|e| self.failed(e).1)?;
        Ok(grant(&granted))
    }

    /// Silent; `challenge` is what continuous access evaluation asked for.
    pub(crate) async fn refresh(
        &self,
        scope: &str,
        refresh: &Secret,
        challenge: Option<&str>,
    ) -> Result<Grant, NoAnswer> {
        let http = self.http.clone();
        let token = RefreshToken::new(refresh.reveal().to_owned());
        let asked = self
            .oauth
            .exchange_refresh_token(&token)
            .add_scopes(scopes(scope))
            .add_extra_param("claims", claims_request(challenge));
        let granted: Granted =
            asked.request_async(&move |request| send(http.clone(), request)).await.map_err(|error| {
                let (is_connection, problem) = self.failed(error);
                if is_connection { NoAnswer::Broken(problem.message) } else { NoAnswer::NotSignedIn(problem) }
            })?;
        Ok(grant(&granted))
    }

    fn refused<'a>(&'a self, error: &'a str, description: &'a str) -> Refusal<'a> {
        Refusal { error, description, tenant: &self.tenant }
    }

    /// Whether only the connection failed, and what to tell.
    fn failed<T: ErrorResponse + ErrorWords>(&self, error: RequestTokenError<reqwest::Error, T>) -> (bool, Problem) {
        match error {
            RequestTokenError::ServerResponse(refusal) => {
                let (word, description) = refusal.words();
                (false, self.refused(&word, &description).problem())
            }
            RequestTokenError::Request(error) => (true, http::no_connection(&self.host, &http::broken(error))),
            RequestTokenError::Parse(..) => (
                true,
                http::no_connection(&self.host, "its answer is not Entra's; a proxy may have answered in its place"),
            ),
            RequestTokenError::Other(why) => {
                (false, Refusal { error: &why, description: "", tenant: &self.tenant }.problem())
            }
        }
    }
}

/// OAuth's word and Entra's description, whichever kind of answer carries them.
trait ErrorWords {
    fn words(&self) -> (String, String);
}

impl<T: oauth2::ErrorResponseType + fmt::Display> ErrorWords for oauth2::StandardErrorResponse<T> {
    fn words(&self) -> (String, String) {
        let word = serde_json::to_value(self.error()).ok().and_then(|word| word.as_str().map(str::to_owned));
        (word.unwrap_or_default(), self.error_description().cloned().unwrap_or_default())
    }
}

fn internal(error: &dyn Error) -> Problem {
    Problem::new(ProblemCode::Internal, format!("The sign-in could not be started: {error}."), "Try again.")
}

fn grant(granted: &Granted) -> Grant {
    Grant {
        access: Secret::new(granted.access_token().secret().as_str()),
        refresh: granted.refresh_token().map(|token| Secret::new(token.secret().as_str())),
        // Entra always says it; an hour is its shortest default
        life: granted.expires_in().unwrap_or(Duration::from_secs(3600)),
    }
}

fn scopes(resource: &str) -> Vec<Scope> {
    ALWAYS.iter().copied().chain([resource]).map(|scope| Scope::new(scope.to_owned())).collect()
}

/// Says that claims challenges are understood (`xms_cc` `cp1`), and answers one ("Claims challenges and requests").
fn claims_request(challenge: Option<&str>) -> String {
    let mut claims: Value = challenge
        .and_then(|text| serde_json::from_str(text).ok())
        .filter(Value::is_object)
        .unwrap_or_else(|| json!({}));
    if !claims.get("access_token").is_some_and(Value::is_object) {
        claims["access_token"] = json!({});
    }
    claims["access_token"]["xms_cc"] = json!({"values": ["cp1"]});
    claims.to_string()
}

async fn send(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let (parts, body) = request.into_parts();
    let answer = client.request(parts.method, parts.uri.to_string()).headers(parts.headers).body(body).send().await?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut response = HttpResponse::new(answer.bytes().await?.to_vec());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}
