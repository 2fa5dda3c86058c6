//! A Trusted Access role in plain words, from its Kubernetes rules.

use crate::facts::RoleFacts;
use crate::grade::{Grade, grade};
use quay_model::{Fleet, RoleLine, RoleRule};
use std::collections::{BTreeMap, BTreeSet};

/// What a rule lets its holder do, one sentence a rule; rules about the same things are put together.
pub(crate) fn sentences(rules: &[RoleRule]) -> Vec<String> {
    let mut by_verbs: BTreeMap<Vec<&'static str>, BTreeSet<String>> = BTreeMap::new();
    for rule in rules {
        let things = by_verbs.entry(verbs(rule)).or_default();
        things.extend(rule.resources.iter().map(|resource| thing(resource, &rule.api_groups)));
        things.extend(rule.non_resource_urls.iter().map(|url| format!("the path {url}")));
    }
    let sentence = |(verbs, things): (Vec<&str>, BTreeSet<String>)| {
        let listed = things.into_iter().collect::<Vec<_>>().join(", ");
        format!("May {} {listed}.", join(&verbs))
    };
    by_verbs.into_iter().map(sentence).collect()
}

fn verbs(rule: &RoleRule) -> Vec<&'static str> {
    const WORDS: [(&str, &[&str]); 8] = [
        ("do everything to", &["*"]),
        ("read", &["get", "list", "watch"]),
        ("create", &["create"]),
        ("change", &["update", "patch"]),
        ("delete", &["delete", "deletecollection"]),
        ("impersonate", &["impersonate"]),
        ("bind", &["bind"]),
        ("escalate", &["escalate"]),
    ];
    let has = |verb: &str| rule.verbs.iter().any(|own| own.eq_ignore_ascii_case(verb));
    if has("*") {
        return vec!["do everything to"];
    }
    WORDS.iter().filter(|(_, verbs)| verbs.iter().any(|verb| has(verb))).map(|(word, _)| *word).collect()
}

fn thing(resource: &str, groups: &[String]) -> String {
    let word = match resource.to_ascii_lowercase().as_str() {
        "*" => "everything",
        "pods/exec" => "commands run in pods",
        "pods/log" => "logs of pods",
        "services/proxy" => "what services answer through the API server",
        // even reading it runs commands: the kubelet takes them over a WebSocket, which begins with a GET
        "nodes/proxy" => "the kubelet of every node (which runs commands in any pod)",
        "configmaps" => "ConfigMaps",
        "secrets" => "Secrets",
        "customresourcedefinitions" => "definitions of custom resources",
        "clusterroles" => "cluster roles",
        "clusterrolebindings" => "cluster role bindings",
        "rolebindings" => "role bindings",
        "networkpolicies" => "network policies",
        "serviceaccounts" => "service accounts",
        "persistentvolumes" => "persistent volumes",
        "persistentvolumeclaims" => "persistent volume claims",
        _ => resource,
    };
    // groups of Kubernetes itself go without saying
    let own: Vec<&str> =
        groups.iter().map(String::as_str).filter(|group| group.contains('.') && !group.ends_with("k8s.io")).collect();
    if own.is_empty() { word.to_owned() } else { format!("{word} of {}", own.join(", ")) }
}

fn join(words: &[&str]) -> String {
    match words {
        [] => "do nothing with".to_owned(),
        [only] => (*only).to_owned(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}

/// Every role a binding holds, and every current one that none holds.
pub(crate) fn roles_in_use(fleet: &Fleet, facts: &RoleFacts) -> Vec<RoleLine> {
    let mut used: BTreeMap<String, (String, String, u32, BTreeSet<&str>)> = BTreeMap::new();
    for cluster in &fleet.clusters {
        for binding in &cluster.bindings.seen {
            for role in binding.roles.reading.value().into_iter().flatten() {
                let fresh = || (role.clone(), cluster.location.clone(), 0, BTreeSet::new());
                let of = used.entry(role.to_lowercase()).or_insert_with(fresh);
                of.2 += 1;
                of.3.insert(cluster.id.lower());
            }
        }
    }
    for name in facts.current_names() {
        used.entry(name.to_lowercase()).or_insert_with(|| (name, String::new(), 0, BTreeSet::new()));
    }
    let line = |(name, location, bindings, clusters): (String, String, u32, BTreeSet<&str>)| {
        let role = facts.find(&location, &name);
        let graded = role.map(|role| grade(&role.rules));
        RoleLine {
            grade: graded.as_ref().map_or("unknown", |graded| grade_word(graded.grade)).to_owned(),
            because: graded.map_or_else(|| "its rules are not known here".to_owned(), |graded| graded.because()),
            sentences: role.map(|role| sentences(&role.rules)).unwrap_or_default(),
            bindings,
            clusters: u32::try_from(clusters.len()).unwrap_or(u32::MAX),
            catalogue: facts.offered_in(&location).described(),
            name,
        }
    };
    let mut lines: Vec<RoleLine> = used.into_values().map(line).collect();
    lines.sort_by(|a, b| (b.bindings, &a.name).cmp(&(a.bindings, &b.name)));
    lines
}

fn grade_word(grade: Grade) -> &'static str {
    match grade {
        Grade::ClusterAdmin => "cluster-admin",
        Grade::High => "high",
        Grade::Medium => "medium",
        Grade::Low => "low",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(verbs: &[&str], groups: &[&str], resources: &[&str]) -> RoleRule {
        let own = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect();
        RoleRule { verbs: own(verbs), api_groups: own(groups), resources: own(resources), ..RoleRule::default() }
    }

    #[test]
    fn rules_become_sentences() {
        let rows = [
            (
                rule(&["get", "list"], &[""], &["secrets", "nodes/proxy"]),
                "May read Secrets, the kubelet of every node (which runs commands in any pod).",
            ),
            (
                rule(&["create", "get", "patch", "delete"], &[""], &["configmaps"]),
                "May read, create, change and delete ConfigMaps.",
            ),
            (
                rule(&["*"], &["defender.microsoft.com"], &["*"]),
                "May do everything to everything of defender.microsoft.com.",
            ),
            (
                rule(&["create", "get"], &[""], &["services", "services/proxy"]),
                "May read and create services, what services answer through the API server.",
            ),
            (rule(&["patch"], &["rbac.authorization.k8s.io"], &["clusterroles"]), "May change cluster roles."),
        ];
        for (rule, expected) in rows {
            assert_eq!(sentences(&[rule]), [expected]);
        }
    }
}
