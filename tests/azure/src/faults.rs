//! What goes wrong on demand: by call, by scope, a number of times, or by a seeded chance.

use crate::fleet::Dice;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// 401 for a token that expired.
    TokenExpired,
    /// 401 with a claims challenge (continuous access evaluation).
    Claims,
    /// 401 that names another tenant.
    TenantInvalid,
    /// 403 `AuthorizationFailed`.
    Denied,
    /// 404 in the wrapped form.
    NotFound,
    /// 404 as the AKS provider writes it, without a wrapper.
    NotFoundBare,
    RequestTimeout,
    /// 409 for a provider that is not registered.
    Conflict,
    ThrottledJson,
    /// 429 in plain text with a moment in it, and no `Retry-After`.
    ThrottledText,
    /// 429 with `Retry-After` as a date.
    ThrottledDate,
    ServerError,
    /// 502 as a page of HTML.
    BadGateway,
    Unavailable,
    GatewayTimeout,
    /// The connection breaks in the middle of the body.
    Cut,
    /// The body ends early, and the length says so.
    Truncated,
    /// The body is no JSON.
    Malformed,
    /// The body comes in drops.
    Slow,
    /// An HTML page with status 200.
    WrongType,
    /// `nextLink` leads to another host.
    ForeignLink,
    /// The token is for another tenant than the one asked for.
    WrongTenant,
    /// Entra refuses: more factors are needed.
    Aadsts50076,
    Aadsts50079,
    /// Consent is missing.
    Aadsts65001,
    /// The refresh token is too old.
    Aadsts700082,
    /// Conditional Access.
    Aadsts530003,
    Aadsts53003,
    /// The account is not in this tenant.
    Aadsts50020,
    /// The client secret is wrong.
    Aadsts7000215,
    /// The client secret has expired.
    Aadsts7000222,
    /// No such application in this tenant.
    Aadsts700016,
    /// No such tenant.
    Aadsts90002,
    /// The person said no.
    AccessDenied,
    /// The person pressed "cancel" on the device page.
    AuthorizationDeclined,
    /// Nobody came in time.
    ExpiredToken,
    SlowDown,
}

impl FaultKind {
    /// What an honest but troubled Azure does to any call; each of them passes if asked again.
    pub const PASSING: [FaultKind; 15] = [
        FaultKind::TokenExpired,
        FaultKind::Claims,
        FaultKind::RequestTimeout,
        FaultKind::ThrottledJson,
        FaultKind::ThrottledText,
        FaultKind::ThrottledDate,
        FaultKind::ServerError,
        FaultKind::BadGateway,
        FaultKind::Unavailable,
        FaultKind::GatewayTimeout,
        FaultKind::Cut,
        FaultKind::Truncated,
        FaultKind::Malformed,
        FaultKind::Slow,
        FaultKind::WrongType,
    ];
}

/// One thing that goes wrong.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// Part of the path and query, in lower case; empty: every call.
    #[serde(default)]
    pub on: String,
    pub kind: FaultKind,
    /// How often; without it, always.
    #[serde(default)]
    pub times: Option<u32>,
}

/// Faults by chance, the same for the same seed and order of calls.
#[derive(Debug, Clone)]
pub struct Chaos {
    pub seed: u64,
    /// In a thousand calls.
    pub per_mille: u64,
    pub kinds: Vec<FaultKind>,
}

#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) listed: Vec<Fault>,
    chaos: Option<(Chaos, Dice)>,
}

impl Faults {
    pub(crate) fn set_chaos(&mut self, chaos: Option<Chaos>) {
        self.chaos = chaos.map(|chaos| {
            let dice = Dice::new(chaos.seed);
            (chaos, dice)
        });
    }

    /// What goes wrong with this call, if anything. Sign-in has only the faults that were listed for it.
    pub(crate) fn next(&mut self, target: &str, is_sign_in: bool) -> Option<FaultKind> {
        let target = target.to_lowercase();
        let hit = self.listed.iter_mut().find(|fault| {
            let meant = if fault.on.is_empty() { !is_sign_in } else { target.contains(&fault.on.to_lowercase()) };
            meant && fault.times != Some(0)
        });
        if let Some(fault) = hit {
            fault.times = fault.times.map(|left| left - 1);
            return Some(fault.kind);
        }
        let (chaos, dice) = self.chaos.as_mut().filter(|_| !is_sign_in)?;
        let strikes = dice.roll(1000) < chaos.per_mille;
        let which = dice.roll(chaos.kinds.len() as u64) as usize;
        strikes.then(|| chaos.kinds.get(which).copied()).flatten()
    }
}
