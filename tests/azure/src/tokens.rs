//! What Entra handed out: codes, device codes, refresh tokens that rotate, access tokens that expire.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A sign-in that was begun and waits for its code to be redeemed.
#[derive(Debug, Clone)]
pub(crate) struct Begun {
    pub(crate) tenant: String,
    pub(crate) redirect: String,
    pub(crate) challenge: String,
    pub(crate) nonce: String,
}

#[derive(Debug, Clone)]
struct Access {
    caller: String,
    audience: String,
    until: Instant,
    tenant: String,
}

#[derive(Debug, Default)]
pub(crate) struct Tokens {
    pub(crate) codes: HashMap<String, Begun>,
    /// Device codes and how often they were polled; `None` once redeemed.
    pub(crate) devices: HashMap<String, u32>,
    refresh: HashMap<String, String>,
    access: HashMap<String, Access>,
    /// Access tokens that a claims challenge made worthless.
    revoked: HashSet<String>,
    /// Everything that must never be seen outside the room that holds it.
    pub(crate) secrets: Vec<String>,
}

/// What a token says about itself, as far as the ARM side asks.
pub(crate) enum Checked {
    Good { caller: String, tenant: String },
    Expired,
    Bad,
}

pub(crate) struct Wanted<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) audience: &'a str,
    pub(crate) caller: &'a str,
    pub(crate) is_person: bool,
    pub(crate) nonce: &'a str,
    pub(crate) life: Duration,
    pub(crate) with_refresh: bool,
}

impl Tokens {
    pub(crate) fn knowing(secret: &str) -> Tokens {
        Tokens { secrets: vec![secret.to_owned()], ..Tokens::default() }
    }

    pub(crate) fn secret(&mut self, kind: &str) -> String {
        let mut bytes = [0u8; 24];
        getrandom::fill(&mut bytes).expect("the system has randomness");
        let made = format!("{kind}-{}", URL_SAFE_NO_PAD.encode(bytes));
        self.secrets.push(made.clone());
        made
    }

    /// A token answer; access tokens are JWTs nobody signed, which clients must not look into anyway.
    pub(crate) fn grant(&mut self, wanted: &Wanted<'_>) -> Value {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let until = now + wanted.life.as_secs();
        let mut claims = json!({"aud": wanted.audience, "iss": format!("https://sts.windows.net/{}/", wanted.tenant),
            "iat": now, "nbf": now, "exp": until, "tid": wanted.tenant, "oid": "0b1ec700-0000-4000-8000-000000000001",
            "ver": "1.0", "jti": self.secret("jti")});
        if wanted.is_person {
            claims["upn"] = json!(wanted.caller);
            claims["name"] = json!("Ada Auditor");
            claims["appid"] = json!("11111111-2222-4333-8444-555555555555");
        } else {
            claims["appid"] = json!(wanted.caller);
            claims["idtyp"] = json!("app");
        }
        let token = self.written(&claims);
        let access = Access {
            caller: wanted.caller.to_owned(),
            audience: wanted.audience.to_owned(),
            until: Instant::now() + wanted.life,
            tenant: wanted.tenant.to_owned(),
        };
        self.access.insert(token.clone(), access);
        let mut answer = json!({"token_type": "Bearer", "scope": format!("{}/.default", wanted.audience),
            "expires_in": wanted.life.as_secs(), "ext_expires_in": wanted.life.as_secs(), "access_token": token});
        if wanted.with_refresh {
            let refresh = self.secret("refresh");
            self.refresh.insert(refresh.clone(), wanted.caller.to_owned());
            answer["refresh_token"] = json!(refresh);
            let id = json!({"aud": "client", "tid": wanted.tenant, "nonce": wanted.nonce, "exp": until, "iat": now,
                "preferred_username": wanted.caller, "name": "Ada Auditor", "oid": "0b1ec700-0000-4000-8000-000000000001"});
            answer["id_token"] = json!(self.written(&id));
        }
        answer
    }

    fn written(&mut self, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let head = format!("{}.{}", part(&json!({"typ": "JWT", "alg": "RS256", "kid": "simulated"})), part(claims));
        let signature = URL_SAFE_NO_PAD.encode(Sha256::digest(head.as_bytes()));
        let token = format!("{head}.{signature}");
        self.secrets.push(token.clone());
        token
    }

    /// A refresh token is good once; the answer brings the next.
    pub(crate) fn redeem_refresh(&mut self, token: &str) -> Option<String> {
        self.refresh.remove(token)
    }

    pub(crate) fn check(&self, token: &str, audience: &str) -> Checked {
        let Some(access) = self.access.get(token) else { return Checked::Bad };
        if self.revoked.contains(token) || access.until <= Instant::now() {
            return Checked::Expired;
        }
        if access.audience.trim_end_matches('/') != audience.trim_end_matches('/') {
            return Checked::Bad;
        }
        Checked::Good { caller: access.caller.clone(), tenant: access.tenant.clone() }
    }

    pub(crate) fn revoke(&mut self, token: &str) {
        self.revoked.insert(token.to_owned());
    }

    pub(crate) fn revoke_refresh(&mut self) {
        self.refresh.clear();
    }
}

/// PKCE, S256 only (RFC 7636).
pub(crate) fn proves(verifier: &str, challenge: &str) -> bool {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) == challenge
}
