//! Names for new bindings: at most 24 characters of letters, digits and hyphens, and none that is taken.

use quay_model::{Integration, Service};
use std::collections::HashSet;

/// `trustedAccessRoleBindings`: 1 to 24 characters, `^([A-Za-z0-9-])+$`.
const LONGEST: usize = 24;

/// What the service's own documentation or tools call it (recorded bindings); a workspace by its own name.
pub(crate) fn binding_name(integration: &Integration) -> String {
    match integration.service {
        Service::DefenderContainers => "defender-containers".to_owned(),
        Service::DefenderCspm => "defender-cloudposture".to_owned(),
        Service::MachineLearning => {
            let name = integration.source.rsplit('/').next().unwrap_or_default();
            format!("ml-{name}")
        }
        _ => "aks-backup".to_owned(),
    }
}

pub(crate) struct Names {
    taken: HashSet<String>,
}

impl Names {
    pub(crate) fn taken(names: impl Iterator<Item = String>) -> Self {
        Names { taken: names.collect() }
    }

    /// The name itself, cut to what Azure takes, or with a number behind it.
    pub(crate) fn free(&mut self, wanted: &str) -> String {
        let plain: String = wanted.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let mut number = 1_u32;
        loop {
            let suffix = if number == 1 { String::new() } else { format!("-{number}") };
            let start: String = plain.chars().take(LONGEST - suffix.len()).collect();
            let name = format!("{}{suffix}", start.trim_end_matches('-'));
            if self.taken.insert(name.to_lowercase()) {
                return name;
            }
            number += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_plain_and_free() {
        let mut names = Names::taken(["aks-backup".to_owned()].into_iter());
        assert_eq!(names.free("aks-backup"), "aks-backup-2");
        assert_eq!(names.free("ml-a_workspace.with.a.long.name"), "ml-a-workspace-with-a-lo");
        assert_eq!(names.free("ml-a_workspace.with.a.long.name"), "ml-a-workspace-with-a-2");
    }
}
