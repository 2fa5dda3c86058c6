//! How much a Trusted Access role amounts to, told by its Kubernetes rules and never by its name.

use crate::facts::RoleFacts;
use crate::rule::read_in;
use quay_model::{Evidence, RoleRule};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grade {
    Low,
    Medium,
    High,
    ClusterAdmin,
}

pub(crate) struct Graded {
    pub(crate) grade: Grade,
    powers: Vec<&'static str>,
}

impl Graded {
    pub(crate) fn because(&self) -> String {
        if self.powers.is_empty() {
            "reads or writes nothing that opens the cluster".to_owned()
        } else {
            format!("can {}", self.powers.join(", "))
        }
    }
}

/// A power, in words, and what it amounts to. Sources: Kubernetes "Role Based Access Control Good Practices";
/// `nodes/proxy` is not read-only even with `get`: it reaches the kubelet's exec.
type Power = (Grade, &'static str, fn(&RoleRule) -> bool);

const POWERS: [Power; 15] = [
    (Grade::ClusterAdmin, "do everything to every core resource", |r| {
        group(r, "") && every_verb(r) && has(&r.resources, "*")
    }),
    (Grade::ClusterAdmin, "impersonate", |r| verb(r, "impersonate")),
    (Grade::ClusterAdmin, "bind or escalate roles", |r| verb(r, "bind") || verb(r, "escalate")),
    (Grade::ClusterAdmin, "change roles and role bindings", |r| {
        group(r, "rbac.authorization.k8s.io")
            && writes(r)
            && any_resource(r, &["clusterroles", "clusterrolebindings", "roles", "rolebindings"])
    }),
    (Grade::High, "read secrets", |r| group(r, "") && reads(r) && any_resource(r, &["secrets"])),
    (Grade::High, "create pods or run commands in them", |r| {
        // a GET opens a WebSocket, over which commands run as well
        let runs = (creates(r) || reads(r)) && group(r, "") && any_named(r, &["pods/exec", "pods/attach"]);
        let debugs = changes(r) && group(r, "") && any_named(r, &["pods/ephemeralcontainers"]);
        let core = creates(r) && group(r, "") && any_resource(r, &["pods", "replicationcontrollers"]);
        let workloads = ["deployments", "daemonsets", "statefulsets", "replicasets"];
        // what is there already can be told to run something else
        let apps = changes(r) && group(r, "apps") && any_resource(r, &workloads);
        let batch = changes(r) && group(r, "batch") && any_resource(r, &["jobs", "cronjobs"]);
        runs || debugs || core || apps || batch
    }),
    (Grade::High, "make tokens of service accounts", |r| {
        creates(r) && group(r, "") && any_resource(r, &["serviceaccounts/token"])
    }),
    (Grade::High, "approve certificates for the cluster", |r| {
        let approvals = ["certificatesigningrequests/approval"];
        let signers = verb(r, "approve") || verb(r, "sign");
        group(r, "certificates.k8s.io") && (signers || (changes(r) && any_named(r, &approvals)))
    }),
    (Grade::High, "change admission webhooks", |r| {
        let webhooks = ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"];
        changes(r) && group(r, "admissionregistration.k8s.io") && any_resource(r, &webhooks)
    }),
    (Grade::High, "reach the kubelet through nodes/proxy", |r| group(r, "") && any_resource(r, &["nodes/proxy"])),
    (Grade::High, "change custom resource definitions", |r| {
        group(r, "apiextensions.k8s.io") && writes(r) && any_resource(r, &["customresourcedefinitions"])
    }),
    (Grade::High, "delete or change pods", |r| group(r, "") && writes(r) && any_resource(r, &["pods"])),
    (Grade::High, "change network policies", |r| writes(r) && any_resource(r, &["networkpolicies"])),
    (Grade::Medium, "change ConfigMaps", |r| group(r, "") && writes(r) && any_resource(r, &["configmaps"])),
    (Grade::Medium, "reach services through the API server", |r| group(r, "") && any_resource(r, &["services/proxy"])),
];

pub(crate) fn grade(rules: &[RoleRule]) -> Graded {
    let held: Vec<&Power> = POWERS.iter().filter(|(_, _, holds)| rules.iter().any(holds)).collect();
    let worst = held.iter().map(|(grade, _, _)| *grade).max().unwrap_or(Grade::Low);
    let wildcard = rules.iter().any(|r| verb(r, "*") || has(&r.resources, "*"));
    Graded {
        grade: if wildcard { worst.max(Grade::High) } else { worst },
        powers: held.iter().map(|(_, power, _)| *power).collect(),
    }
}

/// The roles of one binding, sorted by what is wrong with them.
pub(crate) struct Weighed {
    pub(crate) admin: Vec<String>,
    /// Not among what the service needs.
    pub(crate) excess: Vec<String>,
    /// In no catalogue, so that nobody can say.
    pub(crate) unknown: Vec<String>,
    pub(crate) evidence: Vec<Evidence>,
}

pub(crate) fn weigh(facts: &RoleFacts, location: &str, bound: &[String], needed: Option<&[&str]>) -> Weighed {
    let mut weighed = Weighed { admin: Vec::new(), excess: Vec::new(), unknown: Vec::new(), evidence: Vec::new() };
    for name in bound {
        let Some(role) = facts.find(location, name) else {
            weighed.unknown.push(name.clone());
            continue;
        };
        let graded = grade(&role.rules);
        let because = graded.because();
        if graded.grade == Grade::ClusterAdmin {
            weighed.admin.push(format!("{name} {because}"));
        } else if !needed.is_some_and(|list| list.iter().any(|n| n.eq_ignore_ascii_case(name))) {
            weighed.excess.push(format!("{name} {because}"));
        }
        let expected = "nothing the service does not need";
        weighed.evidence.push(read_in(format!("roles[{name}].rules"), because, expected, facts.source_of(location)));
    }
    weighed
}

fn has(list: &[String], wanted: &str) -> bool {
    list.iter().any(|item| item.eq_ignore_ascii_case(wanted))
}

fn verb(rule: &RoleRule, wanted: &str) -> bool {
    has(&rule.verbs, wanted)
}

/// Written out, all verbs are no less than an asterisk.
fn every_verb(rule: &RoleRule) -> bool {
    verb(rule, "*") || ["get", "list", "watch", "create", "update", "patch", "delete"].iter().all(|v| verb(rule, v))
}

/// "*/exec" stands for that subresource of every resource ("Using RBAC Authorization").
fn any_named(rule: &RoleRule, wanted: &[&str]) -> bool {
    let below =
        |resource: &str| resource.split_once('/').is_some_and(|(_, sub)| has(&rule.resources, &format!("*/{sub}")));
    wanted.iter().any(|resource| has(&rule.resources, resource) || below(resource))
}

/// A rule without a group speaks of the core one.
fn group(rule: &RoleRule, wanted: &str) -> bool {
    (rule.api_groups.is_empty() && wanted.is_empty()) || has(&rule.api_groups, wanted) || has(&rule.api_groups, "*")
}

fn any_resource(rule: &RoleRule, wanted: &[&str]) -> bool {
    has(&rule.resources, "*") || any_named(rule, wanted)
}

fn creates(rule: &RoleRule) -> bool {
    verb(rule, "create") || verb(rule, "*")
}

fn changes(rule: &RoleRule) -> bool {
    ["create", "update", "patch", "*"].iter().any(|v| verb(rule, v))
}

fn writes(rule: &RoleRule) -> bool {
    ["create", "update", "patch", "delete", "deletecollection", "*"].iter().any(|v| verb(rule, v))
}

fn reads(rule: &RoleRule) -> bool {
    ["get", "list", "watch", "*"].iter().any(|v| verb(rule, v))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(verbs: &[&str], groups: &[&str], resources: &[&str]) -> RoleRule {
        let own = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect();
        RoleRule { verbs: own(verbs), api_groups: own(groups), resources: own(resources), ..RoleRule::default() }
    }

    #[test]
    fn rules_decide_the_grade() {
        let rows = [
            (vec![rule(&["*"], &[""], &["*"])], Grade::ClusterAdmin),
            (vec![rule(&["create"], &["rbac.authorization.k8s.io"], &["clusterrolebindings"])], Grade::ClusterAdmin),
            (vec![rule(&["escalate"], &["*"], &["roles"])], Grade::ClusterAdmin),
            (vec![rule(&["impersonate"], &[""], &["users"])], Grade::ClusterAdmin),
            (vec![rule(&["get", "list"], &["rbac.authorization.k8s.io"], &["clusterroles"])], Grade::Low),
            (vec![rule(&["list"], &[""], &["secrets"])], Grade::High),
            (vec![rule(&["get"], &[""], &["nodes/proxy"])], Grade::High),
            (vec![rule(&["create"], &["apps"], &["deployments"])], Grade::High),
            (vec![rule(&["*"], &["defender.microsoft.com"], &["*"])], Grade::High),
            (vec![rule(&["patch"], &[""], &["configmaps"])], Grade::Medium),
            (vec![rule(&["get"], &[""], &["nodes"])], Grade::Low),
            (
                vec![rule(&["get", "list", "watch", "create", "update", "patch", "delete"], &[""], &["*"])],
                Grade::ClusterAdmin,
            ),
            (vec![rule(&["*"], &[], &["*"])], Grade::ClusterAdmin),
            (vec![rule(&["get"], &[""], &["pods/exec"])], Grade::High),
            (vec![rule(&["create"], &[""], &["*/exec"])], Grade::High),
            (vec![rule(&["get"], &[""], &["*/proxy"])], Grade::High),
            (vec![rule(&["create"], &["*"], &["*/token"])], Grade::High),
            (vec![rule(&["get"], &[""], &["*/status"])], Grade::Low),
            (vec![rule(&["patch"], &[""], &["pods/ephemeralcontainers"])], Grade::High),
            (vec![rule(&["update"], &["certificates.k8s.io"], &["certificatesigningrequests/approval"])], Grade::High),
            (vec![rule(&["patch"], &["apps"], &["deployments"])], Grade::High),
            (vec![rule(&["create"], &[""], &["serviceaccounts/token"])], Grade::High),
            (
                vec![rule(&["create"], &["admissionregistration.k8s.io"], &["mutatingwebhookconfigurations"])],
                Grade::High,
            ),
            (vec![rule(&["get", "list"], &[""], &["pods"])], Grade::Low),
            (vec![], Grade::Low),
        ];
        for (rules, expected) in rows {
            assert_eq!(grade(&rules).grade, expected, "{rules:?}");
        }
    }
}
