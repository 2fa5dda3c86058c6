//! Whose id a principal's GUID is: resources with their identities, and what the directory knows if it was asked.

use crate::cluster::source_line;
use crate::keyed::{KeyedMap, KeyedSet};
use crate::{ArmId, Document, Reading, child, json, lookup};
use serde_json::Value;

/// A resource that acts under a principal id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub resource: String,
    pub name: String,
    pub kind: String,
    told_by: ToldBy,
}

impl Identity {
    /// Whether its own document says so; one that only names it may name what is long gone.
    pub fn is_told_by_itself(&self) -> bool {
        self.told_by > ToldBy::Another
    }
}

/// In rising order: a better word replaces an earlier one, whatever the order of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ToldBy {
    Another,
    Itself,
    /// A user-assigned identity is nothing but its principal; others act as it.
    TheIdentity,
}

/// One secret of an application: when it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretEnd {
    pub name: String,
    pub begins: Reading<String>,
    pub ends: Reading<String>,
    /// The document it was read from.
    pub source: String,
}

/// What is known of an application and of its service principal; AKS uses a secret of either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    pub name: String,
    pub secrets: Reading<Vec<SecretEnd>>,
    /// Whether the application itself was read; its service principal alone may lack the secret that counts.
    pub is_whole: bool,
}

/// What applications alone carry, or what a projection of a service principal leaves out.
const OF_APPLICATIONS: [&str; 6] =
    ["identifierUris", "signInAudience", "publisherDomain", "requiredResourceAccess", "web", "keyCredentials"];

#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// By principal id, in lower case.
    identities: KeyedMap<String, Identity>,
    principals: KeyedMap<String, String>,
    applications: KeyedMap<String, Application>,
    /// Principal ids of people and of programs, in lower case.
    users: KeyedSet<String>,
    programs: KeyedSet<String>,
}

impl Directory {
    pub(super) fn add(&mut self, body: &Value, document: &Document) -> bool {
        let text = |key: &str| child(body, key).and_then(json::text).value().cloned();
        let Some(id) = text("id") else { return false };
        let name = text("userPrincipalName").or_else(|| text("displayName")).unwrap_or_else(|| id.clone());
        let app = text("appId").map(|app| app.to_lowercase());
        let kind = text("@odata.type").unwrap_or_default();
        let there = |key: &&str| child(body, key).value().is_some();
        let is_application =
            kind.ends_with(".application") || (kind.is_empty() && !there(&"servicePrincipalType") && app.is_some());
        if let (true, Some(app)) = (is_application, &app) {
            // what was cut down to a few keys may be the service principal, which lists secrets of its own
            let is_told = !kind.is_empty() || OF_APPLICATIONS.iter().any(there);
            self.application_of(app, &name, secrets(body, document), is_told);
            return true;
        }
        if let Some(Value::Array(names)) = child(body, "alternativeNames").value().copied()
            && let Some(resource) = names.iter().filter_map(Value::as_str).find_map(ArmId::parse)
        {
            self.identify(&id, &resource, ToldBy::Itself);
        }
        // an AKS service principal may have secrets of its own
        if let Some(app) = app
            && matches!(child(body, "passwordCredentials"), Reading::Value(Value::Array(list)) if !list.is_empty())
        {
            self.application_of(&app, &name, secrets(body, document), false);
        }
        if kind.to_lowercase().ends_with(".user") || (kind.is_empty() && text("userPrincipalName").is_some()) {
            self.users.insert(id.to_lowercase());
        }
        if kind.to_lowercase().ends_with(".serviceprincipal") || text("servicePrincipalType").is_some() {
            self.programs.insert(id.to_lowercase());
        }
        self.principals.insert(id.to_lowercase(), name);
        true
    }

    /// Every identity a resource carries, whatever its type.
    pub(crate) fn identities_of(&mut self, id: &ArmId, body: &Value) {
        let mut found: Vec<String> = Vec::new();
        for path in
            ["identity.principalId", "properties.aksAssignedIdentity.principalId", "aksAssignedIdentity.principalId"]
        {
            found.extend(lookup(body, path).and_then(json::text).value().cloned());
        }
        if id.resource_type() == "microsoft.managedidentity/userassignedidentities" {
            for path in ["properties.principalId", "principalId"] {
                found.extend(lookup(body, path).and_then(json::text).value().cloned());
            }
        }
        let is_identity = id.resource_type() == "microsoft.managedidentity/userassignedidentities";
        let told_by = if is_identity { ToldBy::TheIdentity } else { ToldBy::Itself };
        for principal in found {
            self.identify(&principal, id, told_by);
        }
        if let Some(Value::Object(users)) = lookup(body, "identity.userAssignedIdentities").value().copied() {
            for (resource, inner) in users {
                let principal = child(inner, "principalId").and_then(json::text);
                if let (Reading::Value(principal), Some(resource)) = (principal, ArmId::parse(resource)) {
                    self.identify(&principal, &resource, ToldBy::Another);
                }
            }
        }
        for path in ["properties.identityProfile", "identityProfile", "properties.addonProfiles", "addonProfiles"] {
            let Some(Value::Object(profiles)) = lookup(body, path).value().copied() else { continue };
            for profile in profiles.values() {
                let of = child(profile, "identity").value().copied().unwrap_or(profile);
                let principal = child(of, "objectId").and_then(json::text);
                let resource = child(of, "resourceId").and_then(json::text).value().and_then(|text| ArmId::parse(text));
                if let (Reading::Value(principal), Some(resource)) = (principal, resource) {
                    self.identify(&principal, &resource, ToldBy::Another);
                }
            }
        }
    }

    /// All that was told of an application, by whatever answers.
    fn application_of(&mut self, app: &str, name: &str, secrets: Reading<Vec<SecretEnd>>, is_whole: bool) {
        let fresh = || Application { name: name.to_owned(), secrets: Reading::Absent, is_whole: false };
        let known = self.applications.entry(app.to_owned()).or_insert_with(fresh);
        // an answer that leaves the list out says nothing about it
        known.is_whole |= is_whole && matches!(secrets, Reading::Value(_));
        known.secrets = match (std::mem::replace(&mut known.secrets, Reading::Absent), secrets) {
            (Reading::Value(mut all), Reading::Value(more)) => {
                let same = |a: &SecretEnd, b: &SecretEnd| a.name == b.name && a.ends == b.ends;
                let new: Vec<SecretEnd> =
                    more.into_iter().filter(|one| !all.iter().any(|own| same(own, one))).collect();
                all.extend(new);
                Reading::Value(all)
            }
            (Reading::Unreadable(why), _) | (_, Reading::Unreadable(why)) => Reading::Unreadable(why),
            (Reading::Absent, other) | (other, Reading::Absent) => other,
        };
    }

    fn identify(&mut self, principal: &str, resource: &ArmId, told_by: ToldBy) {
        let identity = Identity {
            told_by,
            resource: resource.as_str().to_owned(),
            name: resource.name().to_owned(),
            kind: resource.resource_type(),
        };
        let known = self.identities.entry(principal.to_lowercase()).or_insert_with(|| identity.clone());
        if told_by > known.told_by {
            *known = identity;
        }
    }

    /// The resource behind a principal id.
    pub fn identity(&self, principal: &str) -> Option<&Identity> {
        self.identities.get(principal)
    }

    /// What the directory calls it; `None` when it was not asked or knows nothing.
    pub fn name(&self, principal: &str) -> Option<&str> {
        self.principals.get(principal).map(String::as_str)
    }

    pub fn knows(&self, principal: &str) -> bool {
        self.principals.contains_key(principal)
    }

    /// Whether the directory says that it is a person.
    pub fn is_user(&self, principal: &str) -> bool {
        self.users.contains(principal)
    }

    /// Whether it is a service principal, or what a resource acts as.
    pub fn is_program(&self, principal: &str) -> bool {
        self.programs.contains(principal) || self.identities.contains_key(principal)
    }

    pub fn application(&self, app: &str) -> Option<&Application> {
        self.applications.get(&app.to_lowercase())
    }
}

fn secrets(body: &Value, document: &Document) -> Reading<Vec<SecretEnd>> {
    let source = source_line(&document.source, &document.hash);
    child(body, "passwordCredentials").and_then(|list| {
        let Value::Array(items) = list else { return Reading::Unreadable("its secrets are no list".to_owned()) };
        let end = |item: &Value| SecretEnd {
            name: child(item, "displayName")
                .and_then(json::text)
                .value()
                .cloned()
                .unwrap_or_else(|| "a secret".to_owned()),
            begins: child(item, "startDateTime").and_then(json::text),
            ends: child(item, "endDateTime").and_then(json::text),
            source: source.clone(),
        };
        Reading::Value(items.iter().map(end).collect())
    })
}
