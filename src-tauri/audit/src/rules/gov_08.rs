//! GOV-08: Who asks the API server what is logged.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, concluded, read_in};
use quay_model::{Area, Fix, LogSetting, Reading, RuleInfo, Severity, lists};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "GOV-08",
        area: Area::Governance,
        title: "Who asks the API server what is logged and kept",
        finding: "Audit log of the API server goes nowhere",
        severity: Severity::High,
        what: "Whether a diagnostic setting sends kube-audit (or kube-audit-admin) and guard, the log of Entra ID and Azure RBAC decisions, to somewhere.",
        why: "AKS keeps no audit log by itself. Without it nobody can say who used a binding, an admin certificate or a stolen token.",
        not_applicable: "Always applies.",
        reads: &["diagnosticSettings"],
        conditions: &["C22"],
        references: &[references::AKS_LOGS],
        fix: Fix {
            what_to_do: "Send kube-audit-admin (everything but reading) and guard to a Log Analytics workspace or a storage account. kube-audit adds who read what, at many times the volume.",
            cli: "az monitor diagnostic-settings create --name aks-audit --resource {id} --workspace WORKSPACE_ID --export-to-resource-specific true --logs '[{\"category\": \"kube-audit-admin\", \"enabled\": true}, {\"category\": \"guard\", \"enabled\": true}]'",
            bicep: "resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {\n  scope: aks\n  name: 'aks-audit'\n  properties: {\n    workspaceId: workspace.id\n    logAnalyticsDestinationType: 'Dedicated'\n    logs: [\n      {\n        category: 'kube-audit-admin'\n        enabled: true\n      }\n      {\n        category: 'guard'\n        enabled: true\n      }\n    ]\n  }\n}",
            terraform: "resource \"azurerm_monitor_diagnostic_setting\" \"aks_audit\" {\n  name                           = \"aks-audit\"\n  target_resource_id             = azurerm_kubernetes_cluster.aks.id\n  log_analytics_workspace_id     = azurerm_log_analytics_workspace.logs.id\n  log_analytics_destination_type = \"Dedicated\"\n\n  enabled_log {\n    category = \"kube-audit-admin\"\n  }\n\n  enabled_log {\n    category = \"guard\"\n  }\n}",
            caution: "Each gigabyte costs. Begin with kube-audit-admin, and give the table a retention your auditors accept.",
            look: "az monitor diagnostic-settings list --resource {id}",
        },
    },
    check: Check::Cluster(check),
};

/// What has to be sent, and the categories and groups that bring it.
const NEEDED: [(&str, &[&str]); 2] = [
    ("kube-audit", &["kube-audit", "kube-audit-admin", "group:alllogs", "group:audit"]),
    ("guard", &["guard", "group:alllogs", "group:audit"]),
];

fn check(subject: &Subject<'_>) -> Judgement {
    let cluster = &subject.cluster.id;
    let settings = subject.fleet.around.log_settings.get(cluster.lower()).map_or(&[][..], Vec::as_slice);
    let missing: Vec<&str> = NEEDED
        .iter()
        .filter(|(_, brought_by)| !settings.iter().any(|setting| sends(setting, brought_by)))
        .map(|(what, _)| *what)
        .collect();
    let unreadable = settings.iter().find_map(|setting| match &setting.on {
        Reading::Unreadable(why) => Some(format!("{}: {why}", setting.name)),
        Reading::Value(_) | Reading::Absent => None,
    });
    let all: Vec<String> = settings.iter().map(told).collect();
    let all = if all.is_empty() { "no diagnostic setting".to_owned() } else { all.join("; ") };
    let judgement = if missing.is_empty() {
        Judgement::pass(format!("The audit log is kept ({all})."))
    } else if let Some(why) = unreadable {
        Judgement::not_assessed(format!("What a diagnostic setting sends could not be read: {why}."))
    } else if let Err(why) = subject.fleet.known.whole(lists::DIAGNOSTICS, cluster) {
        Judgement::not_assessed(format!("Not every diagnostic setting was read: {why}."))
    } else {
        Judgement::fail(format!("Sent nowhere: {}. There is: {all}.", missing.join(" and ")))
    };
    let expected = "kube-audit or kube-audit-admin, and guard, to somewhere";
    if settings.is_empty() {
        return judgement.with(concluded("diagnosticSettings", "none read", expected));
    }
    settings.iter().map(|s| read_in("properties.logs", told(s), expected, &s.source)).fold(judgement, Judgement::with)
}

fn sends(setting: &LogSetting, brought_by: &[&str]) -> bool {
    let on = setting.on.value().map_or(&[][..], Vec::as_slice);
    !setting.goes_to.is_empty() && on.iter().any(|name| brought_by.contains(&name.as_str()))
}

/// What it sends, and where.
fn told(setting: &LogSetting) -> String {
    let on = match &setting.on {
        Reading::Unreadable(why) => format!("what could not be read ({why})"),
        on => on.value().filter(|on| !on.is_empty()).map_or_else(|| "no log".to_owned(), |on| on.join(", ")),
    };
    let ends: Vec<&str> = setting.goes_to.iter().filter_map(|id| id.rsplit('/').next()).collect();
    let to = if ends.is_empty() { "nowhere".to_owned() } else { ends.join(", ") };
    format!("{} sends {on} to {to}", setting.name)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{CLUSTER_ID, Scene, scenes};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::{Value, json};

    #[test]
    fn the_audit_log_has_to_go_somewhere() {
        let setting = |name: &str, logs: Value, to: Value| {
            let id = format!("{CLUSTER_ID}/providers/Microsoft.Insights/diagnosticSettings/{name}");
            json!({"id": id, "properties": {"logs": logs, "workspaceId": to}})
        };
        let on = |key: &str, names: &[&str]| names.iter().map(|name| json!({key: name, "enabled": true})).collect();
        let away = json!("/subscriptions/s/x/w1");
        let whole = || Scene::new(json!({})).whole(quay_model::lists::DIAGNOSTICS);
        let one = |logs: Value| whole().with(setting("a", logs, away.clone()));
        let both = || on("category", &["kube-audit-admin", "guard"]);
        let second = || setting("b", on("category", &["kube-audit"]), away.clone());
        let off = json!([{"category": "kube-audit", "enabled": false}, {"category": "guard", "enabled": true}]);
        let damaged = setting("b", json!([{"category": "guard", "enabled": "perhaps"}]), away.clone());
        let rows = vec![
            ("none", whole(), Fail),
            ("unread", Scene::new(json!({})), NotAssessed),
            ("both", one(both()), Pass),
            ("by group", one(on("categoryGroup", &["allLogs"])), Pass),
            ("kube-audit alone", one(on("category", &["kube-audit"])), Fail),
            ("one is off", one(off), Fail),
            ("cut down", whole().with(json!({"id": second()["id"]})), NotAssessed),
            ("to nowhere", whole().with(setting("a", both(), Value::Null)), Fail),
            ("in two settings", one(on("category", &["guard"])).with(second()), Pass),
            ("damaged", whole().with(damaged.clone()), NotAssessed),
            ("damaged, but another has it", one(both()).with(damaged), Pass),
        ];
        scenes(&RULE, rows);
    }
}
