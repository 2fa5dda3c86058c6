//! What the tests of all rules share: one call touches the API, cases are rows.

use crate::exposure::Exposure;
use crate::facts::RoleFacts;
use crate::rule::{Check, Judgement, Rule, Subject};
use quay_model::{ArmId, Binding, Cluster, Outcome, Settings, Severity, Source};
use serde_json::{Value, json};

pub(crate) const CLUSTER_ID: &str = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks1";

fn source() -> Source {
    Source { name: "test.json".into(), position: "item 1".into() }
}

/// A cluster with these properties, its bindings read to the end.
pub(crate) fn cluster(properties: Value) -> Cluster {
    whole(json!({"id": CLUSTER_ID, "name": "aks1", "location": "eastus", "properties": properties}))
}

/// A cluster from a whole body.
pub(crate) fn whole(body: Value) -> Cluster {
    let id = ArmId::parse(CLUSTER_ID).unwrap_or_else(|| unreachable!("a well-formed id"));
    Cluster::read(id, &body, source(), "hash".into())
}

pub(crate) fn binding(name: &str, properties: Value) -> Binding {
    let id = format!("{CLUSTER_ID}/trustedAccessRoleBindings/{name}");
    let body = json!({"id": id, "name": name, "properties": properties});
    ArmId::parse(&id)
        .and_then(|id| Binding::read(id, &body, source(), "hash".into()))
        .unwrap_or_else(|| unreachable!("a well-formed id"))
}

pub(crate) fn with_bindings(mut cluster: Cluster, bindings: Vec<Binding>) -> Cluster {
    cluster.bindings.seen = bindings;
    cluster
}

pub(crate) fn judge(rule: &Rule, cluster: &Cluster) -> Judgement {
    let settings = Settings::default();
    let exposure = Exposure::of(cluster, &settings);
    let roles = RoleFacts::shipped();
    let subject = Subject { cluster, exposure: &exposure, settings: &settings, roles: &roles };
    match rule.check {
        Check::Cluster(check) => check(&subject),
        Check::Binding(check) => {
            let first = cluster.bindings.seen.first().unwrap_or_else(|| unreachable!("the test gives a binding"));
            check(&subject, first)
        }
    }
}

/// Each row: what it is about, the cluster's properties, the outcome.
pub(crate) fn rows(rule: &Rule, rows: Vec<(&str, Value, Outcome)>) {
    for (about, properties, expected) in rows {
        let judgement = judge(rule, &cluster(properties));
        assert_eq!(judgement.outcome, expected, "{}: {about}: {}", rule.info.id, judgement.reason);
        let explained = judgement.outcome == Outcome::NotApplicable || !judgement.evidence.is_empty();
        assert!(explained, "{}: {about}: a verdict without evidence", rule.info.id);
    }
}

/// Each row: what it is about, the properties of the first binding, the outcome, and the severity if it differs.
pub(crate) fn binding_rows(rule: &Rule, rows: Vec<(&str, Value, Outcome, Option<Severity>)>) {
    for (about, properties, expected, severity) in rows {
        let judgement = judge(rule, &with_bindings(cluster(json!({})), vec![binding("b1", properties)]));
        assert_eq!(
            (judgement.outcome, judgement.severity),
            (expected, severity),
            "{}: {about}: {}",
            rule.info.id,
            judgement.reason
        );
    }
}
