//! EXP-06: Run command is off.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, switch};
use quay_model::{Area, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "EXP-06",
        area: Area::Exposure,
        title: "Run command is off",
        finding: "Run command is on",
        severity: Severity::Medium,
        what: "Whether `az aks command invoke` runs kubectl inside the cluster through Azure Resource Manager.",
        why: "Run command gives cluster-admin to whoever holds the action runCommand in Azure, on private clusters too, past every network rule.",
        not_applicable: "Always applies.",
        reads: &["properties.apiServerAccessProfile.disableRunCommand"],
        conditions: &["C11"],
        references: &[references::COMMAND_INVOKE],
        fix: Fix {
            what_to_do: "Turn run command off. Where it is the agreed break-glass path, keep it, name who holds the action runcommand/action, and waive this finding with an end date.",
            cli: "az aks update --subscription {subscription} -g {group} -n {cluster} --disable-run-command",
            bicep: "// inside the cluster's properties\napiServerAccessProfile: {\n  disableRunCommand: true\n}",
            terraform: "# inside azurerm_kubernetes_cluster\nrun_command_enabled = false",
            caution: "Pipelines and runbooks that use `az aks command invoke`, and some portal pages of private clusters, stop working.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query apiServerAccessProfile.disableRunCommand",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    switch(
        &subject.cluster.api_server.run_command_disabled,
        true,
        false,
        "Run command is off.",
        "Run command is on: whoever holds the action in Azure is cluster-admin, past every network rule.",
    )
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::rows;
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn run_command_is_on_unless_said_otherwise() {
        rows(
            &RULE,
            vec![
                ("default", json!({"provisioningState": "Succeeded"}), Fail),
                ("said on", json!({"apiServerAccessProfile": {"disableRunCommand": false}}), Fail),
                ("off", json!({"apiServerAccessProfile": {"disableRunCommand": true}}), Pass),
                ("off, as text", json!({"apiServerAccessProfile": {"disableRunCommand": "True"}}), Pass),
                ("damaged", json!({"apiServerAccessProfile": {"disableRunCommand": "perhaps"}}), NotAssessed),
            ],
        );
    }
}
