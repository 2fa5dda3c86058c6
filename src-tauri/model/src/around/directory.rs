//! Whose id a principal's GUID is: resources with their identities, and what the directory knows if it was asked.

use crate::{ArmId, Reading, child, json, lookup};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// A resource that acts under a principal id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub resource: String,
    pub name: String,
    pub kind: String,
}

/// One secret of an application: when it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretEnd {
    pub name: String,
    pub ends: Reading<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    pub name: String,
    pub secrets: Reading<Vec<SecretEnd>>,
}

#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// By principal id, in lower case.
    identities: HashMap<String, Identity>,
    principals: HashMap<String, String>,
    applications: HashMap<String, Application>,
    service_principals: HashSet<String>,
    /// Principal ids of people, in lower case.
    users: HashSet<String>,
}

impl Directory {
    pub(super) fn add(&mut self, body: &Value) -> bool {
        let text = |key: &str| child(body, key).and_then(json::text).value().cloned();
        let Some(id) = text("id") else { return false };
        let name = text("userPrincipalName").or_else(|| text("displayName")).unwrap_or_else(|| id.clone());
        let app = text("appId").map(|app| app.to_lowercase());
        let kind = text("@odata.type").unwrap_or_default();
        let is_application = kind.ends_with(".application")
            || (kind.is_empty() && child(body, "servicePrincipalType").value().is_none() && app.is_some());
        if let (true, Some(app)) = (is_application, &app) {
            self.applications.insert(app.clone(), Application { name, secrets: secrets(body) });
            return true;
        }
        if let Some(Value::Array(names)) = child(body, "alternativeNames").value().copied()
            && let Some(resource) = names.iter().filter_map(Value::as_str).find_map(ArmId::parse)
        {
            self.identify(&id, &resource);
        }
        // an AKS service principal's own secrets, where its application was not read
        if let Some(app) = app {
            if matches!(child(body, "passwordCredentials"), Reading::Value(Value::Array(list)) if !list.is_empty()) {
                self.applications
                    .entry(app.clone())
                    .or_insert_with(|| Application { name: name.clone(), secrets: secrets(body) });
            }
            self.service_principals.insert(app);
        }
        if kind.to_lowercase().ends_with(".user") || (kind.is_empty() && text("userPrincipalName").is_some()) {
            self.users.insert(id.to_lowercase());
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
        for principal in found {
            self.identify(&principal, id);
        }
        if let Some(Value::Object(users)) = lookup(body, "identity.userAssignedIdentities").value().copied() {
            for (resource, inner) in users {
                let principal = child(inner, "principalId").and_then(json::text);
                if let (Reading::Value(principal), Some(resource)) = (principal, ArmId::parse(resource)) {
                    self.identify(&principal, &resource);
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
                    self.identify(&principal, &resource);
                }
            }
        }
    }

    fn identify(&mut self, principal: &str, resource: &ArmId) {
        let identity = Identity {
            resource: resource.as_str().to_owned(),
            name: resource.name().to_owned(),
            kind: resource.resource_type(),
        };
        self.identities.entry(principal.to_lowercase()).or_insert(identity);
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

    pub fn application(&self, app: &str) -> Option<&Application> {
        self.applications.get(&app.to_lowercase())
    }
}

fn secrets(body: &Value) -> Reading<Vec<SecretEnd>> {
    child(body, "passwordCredentials").and_then(|list| {
        let Value::Array(items) = list else { return Reading::Unreadable("its secrets are no list".to_owned()) };
        let end = |item: &Value| SecretEnd {
            name: child(item, "displayName")
                .and_then(json::text)
                .value()
                .cloned()
                .unwrap_or_else(|| "a secret".to_owned()),
            ends: child(item, "endDateTime").and_then(json::text),
        };
        Reading::Value(items.iter().map(end).collect())
    })
}
