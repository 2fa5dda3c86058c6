//! Dated facts the rules rest on: what each Trusted Access role allows, what each service needs, and which controls speak
//! of which condition. Facts have a date and a source; rules have opinions.

pub(crate) mod control_map;
pub(crate) mod support_calendar;

use quay_model::{Role, RoleCatalogue};
use serde::Deserialize;
use std::sync::LazyLock;

/// Recorded answers of `GET .../locations/{location}/trustedAccessRoles`.
const SHIPPED: &str = include_str!("trusted-access-roles.json");

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShippedFile {
    as_of: String,
    location: String,
    source: String,
    roles: Vec<ShippedRole>,
}

#[derive(Debug, Deserialize)]
struct ShippedRole {
    #[serde(flatten)]
    role: Role,
    /// Offered in the newest answer.
    current: bool,
}

static PARSED: LazyLock<ShippedFile> = LazyLock::new(|| {
    serde_json::from_str(SHIPPED).unwrap_or_else(|_| ShippedFile {
        as_of: String::new(),
        location: String::new(),
        source: String::new(),
        roles: Vec::new(),
    })
});

/// The smallest documented role set per type of source.
/// Sources: service documentation of Azure Backup, Azure Machine Learning and Defender for Cloud.
const NEEDED: [(&str, &[&str]); 4] = [
    ("microsoft.dataprotection/backupvaults", &["Microsoft.DataProtection/backupVaults/backup-operator"]),
    ("microsoft.machinelearningservices/workspaces", &["Microsoft.MachineLearningServices/workspaces/mlworkload"]),
    ("microsoft.security/pricings", &["Microsoft.Security/pricings/microsoft-defender-operator"]),
    // where a later preview keeps Defender's operators
    ("microsoft.security/securityoperators", &["Microsoft.Security/pricings/microsoft-defender-operator"]),
];

/// The shipped catalogue and those of the locations that were read with the fleet.
#[derive(Debug, Default)]
pub struct RoleFacts {
    read: Vec<RoleCatalogue>,
}

impl RoleFacts {
    pub fn shipped() -> Self {
        RoleFacts::default()
    }

    pub fn with(read: Vec<RoleCatalogue>) -> Self {
        RoleFacts { read }
    }

    /// The rules of a role: as the cluster's location offers them, else as they were last recorded anywhere.
    pub(crate) fn find(&self, location: &str, qualified: &str) -> Option<&Role> {
        let named = |role: &&Role| role.qualified_name().eq_ignore_ascii_case(qualified);
        let shipped = || PARSED.roles.iter().map(|shipped| &shipped.role).find(named);
        let found = match self.here(location) {
            // a role that a location no longer offers is known from older answers; on a list that was not read whole
            // it may stand with other rules than those
            Some(catalogue) => catalogue.roles.iter().find(named).or_else(|| shipped().filter(|_| catalogue.whole)),
            None => shipped(),
        };
        found.filter(|role| !role.rules.is_empty())
    }

    /// The roles that the newest shipped catalogue offers.
    pub(crate) fn current_names(&self) -> Vec<String> {
        PARSED.roles.iter().filter(|shipped| shipped.current).map(|shipped| shipped.role.qualified_name()).collect()
    }

    fn here(&self, location: &str) -> Option<&RoleCatalogue> {
        self.read.iter().find(|catalogue| catalogue.location == location)
    }

    /// The document, or the recording, in which the roles of a location are looked up.
    pub(crate) fn source_of(&self, location: &str) -> &str {
        self.here(location).map_or(&PARSED.source, |catalogue| &catalogue.source)
    }

    /// That a judgement rests on another list than the location's own; empty where it does not.
    pub(crate) fn lent(&self, location: &str) -> String {
        let offered = self.offered_in(location);
        if offered.here {
            String::new()
        } else {
            format!(" What its roles allow was looked up in {}.", offered.described())
        }
    }

    pub(crate) fn offered_in(&self, location: &str) -> Offered<'_> {
        match self.here(location) {
            Some(catalogue) => Offered {
                described: format!("{location} ({})", catalogue.as_of),
                roles: catalogue.roles.iter().collect(),
                whole: catalogue.whole,
                here: true,
                disputed: &catalogue.disputed,
            },
            None => Offered {
                described: format!(
                    "{} of {}, the newest one shipped; that of {} was not read",
                    PARSED.location,
                    PARSED.as_of,
                    if location.is_empty() { "the cluster's location" } else { location }
                ),
                roles: PARSED.roles.iter().filter(|shipped| shipped.current).map(|shipped| &shipped.role).collect(),
                whole: true,
                here: false,
                disputed: &[],
            },
        }
    }

    /// A source may be a child of the type that holds the role: Defender's are two segments below.
    pub(crate) fn needed_by(&self, resource_type: &str) -> Option<&'static [&'static str]> {
        NEEDED
            .iter()
            .find(|(kind, _)| resource_type == *kind || resource_type.starts_with(&format!("{kind}/")))
            .map(|(_, roles)| *roles)
    }
}

/// The catalogue a role is looked up in, and which one that is.
pub(crate) struct Offered<'a> {
    described: String,
    roles: Vec<&'a Role>,
    /// Whether a role that is not in it is known not to be offered.
    pub(crate) whole: bool,
    /// Whether it is the location's own.
    pub(crate) here: bool,
    disputed: &'a [String],
}

impl Offered<'_> {
    pub(crate) fn holds(&self, qualified: &str) -> bool {
        self.roles.iter().any(|role| role.qualified_name().eq_ignore_ascii_case(qualified))
    }

    /// Whether two answers differ about it.
    pub(crate) fn disputes(&self, qualified: &str) -> bool {
        self.disputed.iter().any(|role| role.eq_ignore_ascii_case(qualified))
    }

    pub(crate) fn described(&self) -> String {
        self.described.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_catalogue_is_whole_and_dated() {
        assert_eq!(PARSED.as_of, "2025-11-07");
        assert_eq!(PARSED.roles.iter().filter(|r| r.current).count(), 7);
        assert_eq!(PARSED.roles.len(), 15);
        assert!(PARSED.roles.iter().all(|r| !r.role.rules.is_empty()), "a role without rules would grade as harmless");
        for (_, roles) in NEEDED {
            for role in roles {
                assert!(RoleFacts::shipped().find("eastus", role).is_some(), "{role}");
            }
        }
    }

    #[test]
    fn a_catalogue_that_was_read_wins_over_the_shipped_one() {
        let role = Role {
            source_resource_type: "Microsoft.X/y".into(),
            name: "z".into(),
            rules: vec![quay_model::RoleRule::default()],
        };
        let facts = RoleFacts::with(vec![RoleCatalogue {
            location: "westus".into(),
            as_of: "file".into(),
            dated: false,
            source: String::new(),
            roles: vec![role],
            whole: true,
            disputed: Vec::new(),
        }]);
        assert!(facts.offered_in("westus").holds("microsoft.x/Y/z"));
        assert!(!facts.offered_in("eastus").holds("Microsoft.X/y/z"));
    }
}
