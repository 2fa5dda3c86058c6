//! The server: takes a request, lets it go wrong if it must, checks its token and its turn, and writes it down.

use crate::answer::{Answer, Delivery, http_date, iso, send, spoilt, unauthorized};
use crate::faults::{Chaos, Fault, FaultKind, Faults};
use crate::resource_graph::Results;
use crate::throttle::Throttle;
use crate::tokens::{Checked, Tokens};
use crate::world::World;
use crate::{Options, arm, directory, entra, tls};
use axum::body::Body;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, Request, Response};
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use std::{fmt, io};

/// More than this many requests of one run are not written down.
const LONGEST_LOG: usize = 400_000;

/// One request, as a recording proxy would have seen it.
#[derive(Debug, Clone, Serialize)]
pub struct Logged {
    pub method: String,
    pub target: String,
    pub status: u16,
    pub had_token: bool,
}

/// What came and how it ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    pub requests: u64,
    pub throttled: u64,
    pub failed: u64,
}

pub(crate) struct State {
    pub(crate) options: Options,
    pub(crate) world: World,
    pub(crate) tokens: Tokens,
    throttle: Throttle,
    faults: Faults,
    results: Results,
    log: Vec<Logged>,
    counts: Counts,
    origin: String,
    requests: u64,
}

/// A running simulator; it stops when this is dropped.
pub struct Azure {
    state: Arc<Mutex<State>>,
    handle: Handle<SocketAddr>,
    origin: String,
    authority_pem: String,
}

impl fmt::Debug for Azure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Azure({})", self.origin)
    }
}

impl Drop for Azure {
    fn drop(&mut self) {
        self.handle.shutdown();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Azure {
    /// Listens on loopback; returns when it does.
    pub async fn start(world: World, options: Options) -> io::Result<Azure> {
        let certificates = tls::make();
        let config = RustlsConfig::from_pem(certificates.own.into_bytes(), certificates.key.into_bytes()).await?;
        let handle = Handle::new();
        let address = SocketAddr::from(([127, 0, 0, 1], options.port));
        let state = Arc::new(Mutex::new(State {
            world,
            tokens: Tokens::knowing(&options.client_secret),
            throttle: Throttle::default(),
            faults: Faults::default(),
            results: Results::default(),
            log: Vec::new(),
            counts: Counts::default(),
            origin: String::new(),
            requests: 0,
            options,
        }));
        let router = axum::Router::new().fallback(serve).with_state(Arc::clone(&state));
        let server = axum_server::bind_rustls(address, config).handle(handle.clone()).serve(router.into_make_service());
        let running = tokio::spawn(server);
        let Some(bound) = handle.listening().await else {
            return Err(running
                .await
                .ok()
                .and_then(Result::err)
                .unwrap_or_else(|| io::Error::other("it did not start")));
        };
        let origin = format!("https://localhost:{}", bound.port());
        lock(&state).origin.clone_from(&origin);
        Ok(Azure { state, handle, origin, authority_pem: certificates.authority })
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The certificate clients must trust.
    pub fn authority_pem(&self) -> &str {
        &self.authority_pem
    }

    /// What `--cloud` takes, with the certificate's path in it.
    pub fn cloud(&self, authority_file: &str) -> Value {
        json!({"name": "Simulated", "authority": self.origin, "resourceManager": self.origin, "graph": self.origin, "caFile": authority_file})
    }

    pub fn add_fault(&self, fault: Fault) {
        lock(&self.state).faults.listed.push(fault);
    }

    pub fn clear_faults(&self) {
        let mut state = lock(&self.state);
        state.faults.listed.clear();
        state.faults.set_chaos(None);
    }

    pub fn set_chaos(&self, chaos: Chaos) {
        lock(&self.state).faults.set_chaos(Some(chaos));
    }

    /// Changes what exists.
    pub fn change(&self, change: impl FnOnce(&mut World)) {
        let mut state = lock(&self.state);
        change(&mut state.world);
        state.results.forget();
    }

    pub fn change_options(&self, change: impl FnOnce(&mut Options)) {
        change(&mut lock(&self.state).options);
    }

    /// Ends all sign-ins: what an administrator does who revokes sessions.
    pub fn revoke_sessions(&self) {
        lock(&self.state).tokens.revoke_refresh();
    }

    pub fn log(&self) -> Vec<Logged> {
        lock(&self.state).log.clone()
    }

    pub fn clear_log(&self) {
        let mut state = lock(&self.state);
        state.log.clear();
        state.counts = Counts::default();
    }

    pub fn counts(&self) -> Counts {
        lock(&self.state).counts
    }

    /// Everything secret that was handed out so far.
    pub fn secrets(&self) -> Vec<String> {
        lock(&self.state).tokens.secrets.clone()
    }
}

async fn serve(Shared(shared): Shared<Arc<Mutex<State>>>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let method = parts.method.as_str().to_owned();
    let path = parts.uri.path().to_owned();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let bytes = axum::body::to_bytes(body, 4 << 20).await.unwrap_or_default();
    let body = String::from_utf8_lossy(&bytes).into_owned();
    let latency = lock(&shared).options.latency;
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let (answer, delivery, date) = {
        let mut state = lock(&shared);
        let (answer, delivery) = state.answer(&method, &path, &query, &body, &parts.headers);
        state.write_down(method, &path, &query, answer.status, parts.headers.contains_key("authorization"));
        (answer, delivery, http_date(state.options.skew))
    };
    send(answer, delivery, &date)
}

impl State {
    fn write_down(&mut self, method: String, path: &str, query: &str, status: u16, had_token: bool) {
        self.counts.requests += 1;
        self.counts.throttled += u64::from(status == 429);
        self.counts.failed += u64::from(status >= 500);
        if self.log.len() < LONGEST_LOG {
            let target = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
            self.log.push(Logged { method, target, status, had_token });
        }
    }

    fn answer(&mut self, method: &str, path: &str, query: &str, body: &str, headers: &HeaderMap) -> (Answer, Delivery) {
        self.requests += 1;
        let origin = self.origin.clone();
        if let Some(found) = self.control(method, path, body) {
            return (found, Delivery::Whole);
        }
        let is_sign_in = path.contains("/oauth2/") || path.contains("/.well-known/") || path == "/metadata/endpoints";
        let fault = self.faults.next(&format!("{path}?{query}"), is_sign_in);
        if let Some(found) = entra::answer(self, &origin, method, path, query, body, fault) {
            return (found, Delivery::Whole);
        }
        let bearer = headers.get("authorization").and_then(|h| h.to_str().ok()).and_then(|h| h.strip_prefix("Bearer "));
        let token = bearer.unwrap_or_default().to_owned();
        let (caller, tenant) = match self.tokens.check(&token, &origin) {
            Checked::Good { caller, tenant } => (caller, tenant),
            Checked::Expired => {
                return (
                    unauthorized(&self.world.tenant, "ExpiredAuthenticationToken", "invalid_token", ""),
                    Delivery::Whole,
                );
            }
            Checked::Bad => {
                return (
                    unauthorized(&self.world.tenant, "InvalidAuthenticationToken", "invalid_token", ""),
                    Delivery::Whole,
                );
            }
        };
        if tenant != self.world.tenant {
            return (
                unauthorized(&self.world.tenant, "InvalidAuthenticationTokenTenant", "invalid_token", ""),
                Delivery::Whole,
            );
        }
        if let Some(early) = fault.and_then(|kind| self.goes_wrong(kind, path, &token)) {
            return (early, Delivery::Whole);
        }
        let answer = self.honest(method, path, query, body, &caller);
        match fault {
            Some(kind) => spoilt(answer, kind),
            None => (answer, Delivery::Whole),
        }
    }

    fn honest(&mut self, method: &str, path: &str, query: &str, body: &str, caller: &str) -> Answer {
        let origin = self.origin.clone();
        let id = format!("{:08x}-0000-4000-8000-{:012x}", self.requests, self.requests);
        let lower = path.to_lowercase();
        if lower.starts_with("/v1.0/") {
            return directory::answer(&self.world, &origin, method, path, query, body).with("request-id", id);
        }
        if lower == "/providers/microsoft.resourcegraph/resources" {
            return self
                .graph(method, body, caller)
                .with("x-ms-request-id", id.clone())
                .with("x-ms-correlation-request-id", id);
        }
        if method != "GET" {
            return arm::refused(405, "MethodNotAllowed", "This Azure is read only.").with("x-ms-request-id", id);
        }
        let scope =
            lower.strip_prefix("/subscriptions/").and_then(|rest| rest.split('/').next()).filter(|s| !s.is_empty());
        let left = match self.turn(scope.unwrap_or("tenant"), caller) {
            Ok(left) => left,
            Err(refusal) => return refusal,
        };
        let asked = arm::Asked { origin: &origin, path, query, page: self.options.page, caller };
        let answer = arm::answer(&self.world, &asked)
            .with("x-ms-request-id", id.clone())
            .with("x-ms-correlation-request-id", id);
        let header = if scope.is_some() {
            "x-ms-ratelimit-remaining-subscription-reads"
        } else {
            "x-ms-ratelimit-remaining-tenant-reads"
        };
        answer
            .with(header, left.to_string())
            .with("x-ms-ratelimit-remaining-subscription-global-reads", (left * 15).to_string())
    }

    fn turn(&mut self, scope: &str, caller: &str) -> Result<u32, Answer> {
        if !self.options.throttle {
            return Ok(249);
        }
        self.throttle.read(scope, caller, Instant::now()).map_err(|wait| {
            let message = format!("Number of requests for subscription '{scope}' and operation 'GET' exceeded the backend storage limit. Please try again after '{wait}' seconds.");
            arm::refused(429, "SubscriptionRequestsThrottled", &message).with("retry-after", wait.to_string()).with("x-ms-ratelimit-remaining-subscription-reads", "0")
        })
    }

    fn graph(&mut self, method: &str, body: &str, caller: &str) -> Answer {
        if method != "POST" {
            return arm::refused(405, "MethodNotAllowed", "Resource Graph is asked by POST.");
        }
        let quota = if self.options.throttle { self.throttle.query(caller, Instant::now()) } else { Ok((14, 5)) };
        let (left, resets) = match quota {
            Ok(quota) => quota,
            Err(wait) => {
                let refusal = json!({"error": {"code": "RateLimiting", "message": "Please provide below info when asking for support.", "details": [{"code": "RateLimiting", "message": "Client application has been throttled and should not attempt to repeat the request until an amount of time has elapsed."}]}});
                return Answer::json(429, &refusal)
                    .with("retry-after", wait.to_string())
                    .with("x-ms-user-quota-remaining", "0")
                    .with("x-ms-user-quota-resets-after", format!("00:00:{wait:02}"));
            }
        };
        let asked: Value = serde_json::from_str(body).unwrap_or_default();
        let (status, answer) = self.results.answer(&self.world, &asked, self.options.rows);
        Answer::json(status, &answer)
            .with("x-ms-user-quota-remaining", left.to_string())
            .with("x-ms-user-quota-resets-after", format!("00:00:{resets:02}"))
            .with("x-ms-ratelimit-remaining-tenant-resource-requests", left.to_string())
    }

    /// Faults that take the place of an answer.
    fn goes_wrong(&mut self, kind: FaultKind, path: &str, token: &str) -> Option<Answer> {
        let tenant = self.world.tenant.clone();
        Some(match kind {
            FaultKind::TokenExpired => {
                self.tokens.revoke(token);
                unauthorized(&tenant, "ExpiredAuthenticationToken", "invalid_token", "")
            }
            FaultKind::Claims => {
                self.tokens.revoke(token);
                let claims =
                    URL_SAFE_NO_PAD.encode(r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}"#);
                unauthorized(&tenant, "InvalidAuthenticationToken", "insufficient_claims", &claims)
            }
            FaultKind::TenantInvalid => unauthorized(&tenant, "InvalidAuthenticationTokenTenant", "invalid_token", ""),
            FaultKind::Denied => arm::refused(
                403,
                "AuthorizationFailed",
                &format!(
                    "The client does not have authorization to perform action 'read' over scope '{path}' or the scope is invalid."
                ),
            ),
            FaultKind::NotFound => arm::refused(404, "ResourceNotFound", "The Resource was not found."),
            FaultKind::NotFoundBare => {
                Answer::json(404, &json!({"code": "NotFound", "message": "Could not find it.", "subcode": "NotFound"}))
            }
            FaultKind::RequestTimeout => arm::refused(408, "RequestTimeout", "The request timed out."),
            FaultKind::Conflict => arm::refused(
                409,
                "MissingSubscriptionRegistration",
                "The subscription is not registered to use namespace 'Microsoft.Any'.",
            ),
            FaultKind::ThrottledJson => {
                arm::refused(429, "TooManyRequests", "Too many requests. Please try again after '1' seconds.")
            }
            FaultKind::ThrottledText => Answer::text(
                429,
                &format!("You have reached the limit of allowed 'Get' API calls.Please retry after '{}' UTC.", iso(1)),
            ),
            FaultKind::ThrottledDate => {
                arm::refused(429, "TooManyRequests", "Too many requests.").with("retry-after", http_date(1))
            }
            FaultKind::ServerError => {
                Answer::json(500, &json!({"code": "InternalOperationError", "message": "Internal server error"}))
            }
            FaultKind::BadGateway => {
                Answer::html(502, "<center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center>")
            }
            FaultKind::Unavailable => arm::refused(503, "ServerTimeout", "The request timed out."),
            FaultKind::GatewayTimeout => arm::refused(
                504,
                "GatewayTimeout",
                "The gateway did not receive a response from 'Microsoft.ContainerService' within the specified time period.",
            ),
            FaultKind::WrongType => Answer::html(200, "<h1>Sign in to the network</h1>"),
            _ => return None,
        })
    }

    /// For those who started the simulator: `/quay/...`.
    fn control(&mut self, method: &str, path: &str, body: &str) -> Option<Answer> {
        match (method, path) {
            ("GET", "/quay/counts") => Some(Answer::json(200, &json!(self.counts))),
            ("GET", "/quay/log") => Some(Answer::json(200, &json!(self.log))),
            ("GET", "/quay/secrets") => Some(Answer::json(200, &json!(self.tokens.secrets))),
            ("POST", "/quay/faults") => Some(match serde_json::from_str::<Vec<Fault>>(body) {
                Ok(faults) => {
                    self.faults.listed = faults;
                    Answer::json(200, &json!({"faults": self.faults.listed.len()}))
                }
                Err(error) => Answer::json(400, &json!({"error": {"code": "BadFault", "message": error.to_string()}})),
            }),
            _ => None,
        }
    }
}
