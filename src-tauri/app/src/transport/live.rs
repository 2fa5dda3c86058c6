//! What signing in, the look before a scan, and the scan itself get and ask. No token, code or secret is in any of it:
//! a device code is a word for a person to type, and is worth nothing without their sign-in.

use super::GapView;
use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SignInMethod {
    Browser,
    DeviceCode,
    AzureCli,
}

/// How the new engagement is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Keeping {
    /// Encrypted, the key in the keychain of the desktop.
    Keychain,
    Passphrase,
    /// Nothing on disk.
    Memory,
}

#[derive(Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignInRequest {
    pub(crate) method: SignInMethod,
    pub(crate) tenant: String,
    pub(crate) client_id: String,
    /// `public`, `us-government`, `china`, or the path of a cloud file.
    pub(crate) cloud: String,
    pub(crate) keeping: Keeping,
    pub(crate) passphrase: String,
}

/// What was typed the last time; never a secret.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignInMemory {
    pub(crate) tenant: String,
    pub(crate) client_id: String,
    pub(crate) cloud: String,
}

/// What a person has to do while the sign-in waits.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignInStep {
    pub(crate) text: String,
    /// The page to open and the code to enter there, when a device code is used.
    pub(crate) page: String,
    pub(crate) code: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccessView {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Azure's word: Enabled, Disabled, ...
    pub(crate) state: String,
    /// `all`, `some`, `none` or `unknown`.
    pub(crate) readable: String,
    /// What may not be read, in words.
    pub(crate) missing: Vec<String>,
}

/// Who is signed in and what a scan would read.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PreflightView {
    pub(crate) who: String,
    pub(crate) tenant: String,
    pub(crate) cloud: String,
    pub(crate) is_in_memory: bool,
    pub(crate) subscriptions: Vec<AccessView>,
    pub(crate) gaps: Vec<GapView>,
    /// A scan of this tenant was stopped and can be gone on with.
    pub(crate) can_resume: bool,
}

#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScanRequest {
    /// Ids; empty: all of them.
    pub(crate) subscriptions: Vec<String>,
    /// Whether Microsoft Graph is asked too.
    pub(crate) directory: bool,
    /// Whether everything is asked again, also what is held.
    pub(crate) fresh: bool,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScanLineView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) clusters: u32,
    pub(crate) answered: u32,
    pub(crate) known: u32,
    pub(crate) denied: u32,
    pub(crate) failed: u32,
    pub(crate) waiting_seconds: u32,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScanProgressView {
    pub(crate) clusters: u32,
    pub(crate) answered: u32,
    pub(crate) known: u32,
    pub(crate) reused: u32,
    pub(crate) requests: u32,
    pub(crate) throttled: u32,
    pub(crate) per_second: u32,
    pub(crate) seconds_left: Option<u32>,
    pub(crate) waiting_seconds: u32,
    pub(crate) gaps: u32,
    /// At most some hundreds: the busiest first.
    pub(crate) subscriptions: Vec<ScanLineView>,
    pub(crate) all_subscriptions: u32,
}
