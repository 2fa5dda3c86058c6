//! What a step of a closing plan is, and which other steps have to be done for it.

use quay_model::{Change, Step};

/// The word for the mark in front of a step.
pub(super) fn kind_of(change: &Change) -> &'static str {
    match change {
        Change::Start { .. } | Change::GiveIdentity { .. } | Change::CreateBinding { .. } => "let in",
        Change::DeleteBinding { .. } | Change::SetBindingRoles { .. } => "clean up",
        Change::Confirm { .. } => "confirm",
        Change::SetRanges { .. }
        | Change::MakePrivate { .. }
        | Change::DisableRunCommand { .. }
        | Change::DisableLocalAccounts { .. }
        | Change::RotateCertificates { .. }
        | Change::RemoveRoleAssignment { .. } => CLOSE,
        Change::ReviewWorkaround { .. } => "review",
    }
}

const CLOSE: &str = "close";

/// Ids of the steps of its plan that this one needs, in the order of the plan: without them it cuts somebody off, or
/// cannot be done.
pub(super) fn needs(step: &Step, plan: &[Step]) -> Vec<String> {
    plan.iter().filter(|other| is_needed(&other.change, &step.change)).map(|other| other.id.clone()).collect()
}

fn is_needed(other: &Change, of: &Change) -> bool {
    match (of, other) {
        // nothing shuts before every service has its way in
        (_, Change::Start { .. } | Change::GiveIdentity { .. } | Change::CreateBinding { .. })
            if kind_of(of) == CLOSE =>
        {
            true
        }
        // the bindings of a stopped cluster cannot be changed
        (
            Change::DeleteBinding { .. }
            | Change::SetBindingRoles { .. }
            | Change::CreateBinding { .. }
            | Change::Confirm { .. },
            Change::Start { .. },
        ) => true,
        (
            Change::CreateBinding { source, .. } | Change::Confirm { source, .. },
            Change::GiveIdentity { resource: own },
        )
        | (Change::Confirm { source, .. }, Change::CreateBinding { source: own, .. }) => {
            source.eq_ignore_ascii_case(own)
        }
        (Change::RotateCertificates { .. }, Change::DisableLocalAccounts { .. }) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::needs;
    use quay_model::{Before, Change, Step};

    fn step(id: &str, change: Change) -> Step {
        Step {
            id: id.to_owned(),
            cluster_id: "c".to_owned(),
            change,
            before: Before::Nothing,
            title: String::new(),
            why: String::new(),
            breaks_today: vec![],
            held_back: vec![],
            unsure: vec![],
            decide: None,
        }
    }

    #[test]
    fn a_step_names_the_steps_it_needs() {
        let cluster = || "c".to_owned();
        let bind = |source: &str| Change::CreateBinding {
            cluster: cluster(),
            name: source.to_owned(),
            source: source.to_owned(),
            roles: vec![],
        };
        let confirm = |source: &str| Change::Confirm { cluster: cluster(), source: source.to_owned() };
        let rows: [(&str, Change, &[&str]); 11] = [
            ("start", Change::Start { cluster: cluster() }, &[]),
            ("clean", Change::DeleteBinding { cluster: cluster(), name: "old".to_owned() }, &["start"]),
            ("identity", Change::GiveIdentity { resource: "/Vault".to_owned() }, &[]),
            ("vault", bind("/vault"), &["start", "identity"]),
            ("workspace", bind("/workspace"), &["start"]),
            ("sure-vault", confirm("/vault"), &["start", "identity", "vault"]),
            ("sure-workspace", confirm("/workspace"), &["start", "workspace"]),
            ("private", Change::MakePrivate { cluster: cluster() }, &["start", "identity", "vault", "workspace"]),
            (
                "local",
                Change::DisableLocalAccounts { cluster: cluster() },
                &["start", "identity", "vault", "workspace"],
            ),
            (
                "rotate",
                Change::RotateCertificates { cluster: cluster() },
                &["start", "identity", "vault", "workspace", "local"],
            ),
            ("ask", Change::ReviewWorkaround { resource: "/bastion".to_owned() }, &[]),
        ];
        let plan: Vec<Step> = rows.iter().map(|(id, change, _)| step(id, change.clone())).collect();
        for (step, (id, _, wanted)) in plan.iter().zip(&rows) {
            assert_eq!(needs(step, &plan), *wanted, "{id}");
        }
    }
}
