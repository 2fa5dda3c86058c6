//! What the tests of all rules share: one call touches the API, cases are rows.

use crate::exposure::Exposure;
use crate::facts::RoleFacts;
use crate::integrations::integrations;
use crate::powers::Roles;
use crate::reach::reached;
use crate::rule::{Check, Judgement, Rule, Subject};
use quay_model::{
    ArmId, Binding, Cluster, ContentHash, Document, DocumentKind, Fleet, Gap, GapReason, Memory, Outcome, Settings,
    Severity, Snapshot, Source,
};
use serde_json::{Value, json};

pub(crate) const CLUSTER_ID: &str = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks1";

fn source() -> Source {
    Source::new("test.json", "item 1")
}

/// A cluster with these properties, its bindings read to the end.
pub(crate) fn cluster(properties: Value) -> Cluster {
    whole(json!({"id": CLUSTER_ID, "name": "aks1", "location": "eastus", "properties": properties}))
}

/// A cluster from a whole body.
pub(crate) fn whole(body: Value) -> Cluster {
    let id = ArmId::parse(CLUSTER_ID).unwrap_or_else(|| unreachable!("a well-formed id"));
    Cluster::read(id, &body, source(), ContentHash::of(b"body"))
}

pub(crate) fn binding(name: &str, properties: Value) -> Binding {
    let id = format!("{CLUSTER_ID}/trustedAccessRoleBindings/{name}");
    let body = json!({"id": id, "name": name, "properties": properties});
    ArmId::parse(&id)
        .and_then(|id| Binding::read(id, &body, source(), ContentHash::of(b"body")))
        .unwrap_or_else(|| unreachable!("a well-formed id"))
}

pub(crate) fn with_bindings(mut cluster: Cluster, bindings: Vec<Binding>) -> Cluster {
    cluster.bindings.seen = bindings;
    cluster
}

pub(crate) const AS_OF: &str = "2026-11-23T12:00:00Z";
pub(crate) const SUBSCRIPTION: &str = "11111111-1111-1111-1111-111111111111";

pub(crate) fn judge(rule: &Rule, cluster: &Cluster) -> Judgement {
    let fleet = Fleet { clusters: vec![cluster.clone()], ..Fleet::default() };
    judge_in(rule, &fleet, &Settings::default(), &Memory::default())
}

/// The first cluster of a fleet, or its first binding.
pub(crate) fn judge_in(rule: &Rule, fleet: &Fleet, settings: &Settings, memory: &Memory) -> Judgement {
    let cluster = fleet.clusters.first().unwrap_or_else(|| unreachable!("the test gives a cluster"));
    let exposure = Exposure::of(cluster, settings);
    let roles = RoleFacts::with(fleet.role_catalogues.clone());
    let azure_roles = Roles::of(fleet.around.access.definitions());
    let subject = Subject {
        cluster,
        exposure: &exposure,
        settings,
        roles: &roles,
        fleet,
        integrated: &integrations(fleet, cluster),
        reached: &reached(fleet, &azure_roles, cluster),
        memory,
        as_of: AS_OF,
    };
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

/// One cluster with what stands around it, as documents: rules are tried on what a scan would have kept.
#[derive(Clone)]
pub(crate) struct Scene {
    snapshot: Snapshot,
    pub(crate) memory: Memory,
}

impl Scene {
    /// `aks1` with these properties; the list of its bindings was read to the end.
    pub(crate) fn new(mut properties: Value) -> Self {
        if let Some(map) = properties.as_object_mut() {
            map.entry("provisioningState").or_insert_with(|| json!("Succeeded"));
        }
        let mut scene = Scene { snapshot: Snapshot::default(), memory: Memory::default() };
        let body = json!({"id": CLUSTER_ID, "name": "aks1", "location": "eastus", "properties": properties});
        scene.keep(DocumentKind::Cluster, CLUSTER_ID, &body);
        scene.keep(DocumentKind::BindingListEnd, CLUSTER_ID, &json!({}));
        scene
    }

    fn keep(&mut self, kind: DocumentKind, id: &str, body: &Value) {
        self.snapshot.documents.push(Document::new(kind, id.to_owned(), source(), body));
    }

    /// A binding of the cluster, in force.
    pub(crate) fn binding(mut self, name: &str, holder: &str, roles: &[&str]) -> Self {
        let id = format!("{CLUSTER_ID}/trustedAccessRoleBindings/{name}");
        let body = json!({"id": id, "name": name,
            "properties": {"provisioningState": "Succeeded", "sourceResourceId": holder, "roles": roles}});
        self.keep(DocumentKind::Binding, &id, &body);
        self
    }

    /// Another subscription was asked, too.
    pub(crate) fn beside_another_subscription(mut self) -> Self {
        let id = "99999999-9999-4999-8999-999999999999";
        self.keep(DocumentKind::Subscription, id, &json!({"subscriptionId": id, "displayName": "other"}));
        self
    }

    /// The management groups above the cluster's subscription, nearest first.
    pub(crate) fn placed(self, groups: &[&str]) -> Self {
        let chain: Vec<Value> = groups.iter().map(|name| json!({ "name": name })).collect();
        self.with(json!({"id": format!("/subscriptions/{SUBSCRIPTION}"), "properties": {"managementGroupAncestorsChain": chain}}))
    }

    /// The management groups that the cluster's subscription named when it was asked what hangs above it.
    pub(crate) fn sees_above(self, groups: &[&str]) -> Self {
        self.with(json!({"id": format!("/subscriptions/{SUBSCRIPTION}"), "groupsSeenAbove": groups}))
    }

    /// A binding as it is sent.
    pub(crate) fn binding_of(mut self, body: &Value) -> Self {
        let id = body["id"].as_str().unwrap_or_default().to_owned();
        self.keep(DocumentKind::Binding, &id, body);
        self
    }

    /// No other list than these was read in the cluster's subscription; everywhere else none.
    pub(crate) fn whole_only(mut self, lists: &[&str]) -> Self {
        self.snapshot.documents.retain(|document| document.kind != DocumentKind::ListEnd);
        let here = format!("/subscriptions/{SUBSCRIPTION}");
        let own = [lists, &[quay_model::lists::BACKUPS]].concat();
        own.into_iter().fold(self, |scene, list| scene.whole_at(list, &here))
    }

    /// Another resource; its id says its type.
    pub(crate) fn with(mut self, body: Value) -> Self {
        let id = body["id"].as_str().unwrap_or_default().to_owned();
        self.keep(DocumentKind::Related, &id, &body);
        self
    }

    /// The list of these was read to its end, everywhere.
    pub(crate) fn whole(self, what: &str) -> Self {
        self.whole_at(what, "tenant")
    }

    pub(crate) fn whole_at(mut self, what: &str, scope: &str) -> Self {
        self.keep(DocumentKind::ListEnd, scope, &json!({"wholeListOf": what, "in": scope}));
        self
    }

    /// The list of these was read to its end from a moment on; from nobody knows when where that is empty.
    pub(crate) fn whole_since(mut self, what: &str, since: &str) -> Self {
        let scope = format!("/subscriptions/{SUBSCRIPTION}");
        let mut body = json!({"wholeListOf": what, "in": scope});
        if !since.is_empty() {
            body["since"] = json!(since);
        }
        self.keep(DocumentKind::ListEnd, &scope, &body);
        self
    }

    /// The list of these was refused in the cluster's subscription.
    pub(crate) fn denied(mut self, what: &str) -> Self {
        self.snapshot.gaps.push(Gap {
            scope: format!("/subscriptions/{SUBSCRIPTION}"),
            call: what.to_owned(),
            reason: GapReason::Denied,
            message: "Azure answered 403.".to_owned(),
            hint: String::new(),
        });
        self
    }

    /// Azure answered 404 for it.
    pub(crate) fn gone(mut self, id: &str) -> Self {
        self.keep(DocumentKind::Gone, id, &json!({"id": id, "status": 404}));
        self
    }

    pub(crate) fn event(mut self, body: Value) -> Self {
        self.keep(DocumentKind::Event, "", &body);
        self
    }

    /// An object of the directory.
    pub(crate) fn principal(mut self, body: Value) -> Self {
        self.keep(DocumentKind::Principal, "", &body);
        self
    }

    pub(crate) fn declared(mut self, body: Value) -> Self {
        self.keep(DocumentKind::Declared, "", &body);
        self
    }

    pub(crate) fn catalogue(mut self, location: &str, body: Value) -> Self {
        self.keep(DocumentKind::RoleCatalogue, location, &body);
        self
    }

    /// A role for somebody at a scope (empty: the cluster).
    pub(crate) fn role(self, principal: &str, principal_type: &str, role: &str, scope: &str) -> Self {
        let scope = if scope.is_empty() { CLUSTER_ID } else { scope };
        let number = self.snapshot.documents.len();
        let start = if scope == "/" { "" } else { scope };
        let id = format!("{start}/providers/Microsoft.Authorization/roleAssignments/ra-{number}");
        self.with(json!({"id": id, "properties": {"principalId": principal, "principalType": principal_type,
            "roleDefinitionId": format!("/providers/Microsoft.Authorization/roleDefinitions/{role}"), "scope": scope}}))
    }

    pub(crate) fn fleet(&self) -> Fleet {
        Fleet::read(&self.snapshot)
    }

    pub(crate) fn judge(&self, rule: &Rule) -> Judgement {
        judge_in(rule, &self.fleet(), &Settings::default(), &self.memory)
    }
}

/// A rule by its id, for tests of what several rules rest on.
pub(crate) fn rule(id: &str) -> &'static Rule {
    crate::rules::ALL.iter().find(|rule| rule.info.id == id).unwrap_or_else(|| unreachable!("{id} is no rule"))
}

/// Each row: what it is about, the scene, the outcome.
pub(crate) fn scenes(rule: &Rule, rows: Vec<(&str, Scene, Outcome)>) {
    for (about, scene, expected) in rows {
        let judgement = scene.judge(rule);
        assert_eq!(judgement.outcome, expected, "{}: {about}: {}", rule.info.id, judgement.reason);
        let explained = judgement.outcome == Outcome::NotApplicable || !judgement.evidence.is_empty();
        assert!(explained, "{}: {about}: a verdict without evidence", rule.info.id);
    }
}
