//! Whose code owns what a step changes, as far as code was read beside the fleet. A second owner takes back what the first
//! one sets.

use quay_model::{Change, Drift, DriftKind, Step};
use std::collections::HashMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner<'a> {
    /// No code that was read.
    Nobody,
    /// Language, address and file of code of which it is not known.
    Perhaps(&'a str),
    Code(&'a str),
    /// Code that makes the binding with its next apply.
    Undeployed(&'a str),
}

/// What code says of each cluster, by its id in lower case.
pub(crate) struct Owners<'a>(HashMap<String, Vec<&'a Drift>>);

impl<'a> Owners<'a> {
    pub(crate) fn new(drift: &'a [Drift]) -> Self {
        let mut all: HashMap<String, Vec<&Drift>> = HashMap::new();
        for row in drift.iter().filter(|row| !row.code.is_empty()) {
            all.entry(row.cluster_id.to_lowercase()).or_default().push(row);
        }
        Owners(all)
    }

    pub(crate) fn of(&self, step: &Step) -> Owner<'a> {
        let rows = self.0.get(&step.cluster_id.to_lowercase());
        let rows: Vec<&Drift> = rows.into_iter().flatten().copied().filter(|row| is_about(row, &step.change)).collect();
        owner(&rows)
    }
}

fn owner<'a>(rows: &[&'a Drift]) -> Owner<'a> {
    let of = |kinds: &[DriftKind]| rows.iter().find(|row| kinds.contains(&row.kind)).map(|row| row.code.as_str());
    match (of(&[DriftKind::Same, DriftKind::Different]), of(&[DriftKind::Missing]), of(&[DriftKind::Unknown])) {
        (Some(code), ..) => Owner::Code(code),
        (None, Some(code), _) => Owner::Undeployed(code),
        (None, None, Some(code)) => Owner::Perhaps(code),
        (None, None, None) => Owner::Nobody,
    }
}

fn is_about(row: &Drift, change: &Change) -> bool {
    match change {
        Change::CreateBinding { name, source, .. } | Change::SetBindingRoles { name, source, .. } => {
            let declared = row.declared.to_lowercase();
            // code may give the same source a binding under another name
            row.what.eq_ignore_ascii_case(name)
                || row.kind == DriftKind::Missing && declared.starts_with(&format!("{} with ", source.to_lowercase()))
        }
        Change::DeleteBinding { name, .. } => row.what.eq_ignore_ascii_case(name) && row.kind != DriftKind::Missing,
        // what is told of a cluster's own code is a path; a binding has no dot in its name
        _ => setting(change).is_some() && row.what.contains('.') && row.kind != DriftKind::Missing,
    }
}

/// What a step sets of a cluster, in Terraform and in a template.
fn setting(change: &Change) -> Option<(&'static str, &'static str)> {
    match change {
        Change::SetRanges { .. } => {
            Some(("api_server_access_profile.authorized_ip_ranges", "apiServerAccessProfile.authorizedIPRanges"))
        }
        Change::MakePrivate { .. } => Some(("private_cluster_enabled", "apiServerAccessProfile.enablePrivateCluster")),
        Change::DisableRunCommand { .. } => Some(("run_command_enabled", "apiServerAccessProfile.disableRunCommand")),
        Change::DisableLocalAccounts { .. } => Some(("local_account_disabled", "disableLocalAccounts")),
        _ => None,
    }
}

impl Owner<'_> {
    /// Whether the exported Terraform leaves the step to its owner. Nobody's azurerm makes a cluster private that is there.
    pub(crate) fn keeps_out_of_terraform(self, change: &Change) -> bool {
        let owned = matches!(self, Owner::Code(_) | Owner::Undeployed(_));
        owned && !matches!(change, Change::MakePrivate { .. })
    }

    /// In Bicep settings are values for the owner's template anyway.
    pub(crate) fn keeps_out_of_bicep(self, change: &Change) -> bool {
        self.keeps_out_of_terraform(change) && setting(change).is_none()
    }

    /// What the reader has to do about it.
    pub(crate) fn words(self, change: &Change) -> Option<(&'static str, String)> {
        let what = |code: &str| match setting(change) {
            Some((terraform, _)) if code.starts_with("Terraform") => terraform,
            Some((_, template)) => template,
            None => "roles",
        };
        match self {
            Owner::Nobody => None,
            // the README tells the owner of a cluster that is made private what to ignore
            Owner::Code(_) if matches!(change, Change::MakePrivate { .. }) => None,
            Owner::Code(code) | Owner::Perhaps(code) if matches!(change, Change::DeleteBinding { .. }) => {
                Some(("declared by code", format!("take it out of {code} first, or its next apply makes it again")))
            }
            Owner::Code(code) => Some((
                "left to the code that owns it",
                format!("change {} in {code}; a second owner would take it back", what(code)),
            )),
            Owner::Undeployed(code) => Some((
                "left to the code that owns it",
                format!("{code} declares such a binding, which is not deployed: apply that code instead"),
            )),
            Owner::Perhaps(code) => Some((
                "not known",
                format!(
                    "whether {code} owns it: if so, change {} there and take it out of the code here, or it has two owners",
                    what(code)
                ),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{CLUSTER, step};
    use DriftKind::{Different, Missing, Same, Undeclared, Unknown};
    use quay_model::Before;

    const CODE: &str = "Terraform state module.prod.azurerm_x.a (s.json)";

    fn row(kind: DriftKind, what: &str, code: &str) -> Drift {
        Drift {
            kind,
            cluster_id: CLUSTER.to_uppercase(),
            what: what.into(),
            declared: "/S with r".into(),
            deployed: String::new(),
            code: code.into(),
        }
    }

    #[test]
    fn an_owner_is_who_declares_the_very_thing() {
        let cluster = CLUSTER.to_owned();
        let binding = Change::SetBindingRoles {
            cluster: cluster.clone(),
            name: "b".into(),
            source: "/s".into(),
            roles: vec!["r".into()],
        };
        let ranges = Change::SetRanges { cluster: cluster.clone(), ranges: vec![] };
        let deleted = Change::DeleteBinding { cluster: cluster.clone(), name: "b".into() };
        let rotate = Change::RotateCertificates { cluster };
        for (change, kind, what, code, expected) in [
            (&binding, Same, "B", CODE, Owner::Code(CODE)),
            (&binding, Different, "b", CODE, Owner::Code(CODE)),
            (&binding, Unknown, "b", CODE, Owner::Perhaps(CODE)),
            (&binding, Unknown, "b", "", Owner::Nobody),
            (&binding, Undeclared, "b", "", Owner::Nobody),
            (&binding, Same, "c", CODE, Owner::Nobody),
            (&binding, Missing, "c", CODE, Owner::Undeployed(CODE)),
            (&binding, Same, "properties.x", CODE, Owner::Nobody),
            (&ranges, Same, "properties.x", CODE, Owner::Code(CODE)),
            (&ranges, Same, "b", CODE, Owner::Nobody),
            (&ranges, Missing, "module.a", CODE, Owner::Nobody),
            (&deleted, Different, "b", CODE, Owner::Code(CODE)),
            (&deleted, Missing, "b", CODE, Owner::Nobody),
            (&rotate, Same, "properties.x", CODE, Owner::Nobody),
        ] {
            let own = step(change.clone(), Before::Nothing);
            assert_eq!(Owners::new(&[row(kind, what, code)]).of(&own), expected, "{change:?} {kind:?} {what}");
        }
        let private = Change::MakePrivate { cluster: CLUSTER.to_owned() };
        assert!(!Owner::Code(CODE).keeps_out_of_terraform(&private), "azurerm would make it again");
        let (_, words) = Owner::Code(CODE).words(&binding).unwrap_or_default();
        assert!(words.starts_with(&format!("change roles in {CODE}")), "{words}");
    }
}
