//! What a declared binding says, against what is deployed. A template may say only the end of its source's id: the
//! beginning is where the template is deployed.

use quay_model::{ArmId, Binding, DeclaredBinding, DriftKind, Reading, Said};
use std::collections::BTreeSet;

/// What a declared binding says of the source and the roles, against what is deployed; the worse one counts.
pub(crate) fn content(of: &DeclaredBinding, deployed: &Binding) -> DriftKind {
    let source = match compare(&of.source, &deployed.source_resource_id.reading, |a, b| same_source(a, b)) {
        DriftKind::Same if elsewhere(of, deployed).is_some() => DriftKind::Unknown,
        source => source,
    };
    source.min(compare(&of.roles, &deployed.roles.reading, |a, b| same_roles(a, b)))
}

/// What the code says otherwise, by its kind and without quoting the code; empty when nothing is known to differ.
pub(super) fn differences(of: &DeclaredBinding, deployed: &Binding) -> String {
    let source = differs(&of.source.reading, &deployed.source_resource_id.reading, |a, b| same_source(a, b));
    let roles = differs(&of.roles.reading, &deployed.roles.reading, |a, b| same_roles(a, b));
    let words = [source.then_some("another source"), roles.then_some("other roles")];
    words.into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

fn differs<T>(declared: &Reading<T>, deployed: &Reading<T>, same: impl Fn(&T, &T) -> bool) -> bool {
    match (declared, deployed) {
        (Reading::Value(a), Reading::Value(b)) => !same(a, b),
        (Reading::Value(_), Reading::Absent) => true,
        (Reading::Absent | Reading::Unreadable(_), _) | (_, Reading::Unreadable(_)) => false,
    }
}

fn same_source(a: &str, b: &str) -> bool {
    let plain = |id: &str| id.trim_end_matches('/').to_lowercase();
    let (a, b) = (plain(a), plain(b));
    a == b || head(&a, &b).is_some()
}

/// The subscription or group in which an id stands of which code says the end; both in lower case. `None` when it ends
/// otherwise, or when the code says all of it.
fn head<'a>(end: &str, id: &'a str) -> Option<&'a str> {
    let head = id.strip_suffix(end)?;
    let steps = head.matches('/').count();
    let fits = match end.split('/').nth(1) {
        Some("providers") => steps == 2 || steps == 4,
        Some("resourcegroups") => steps == 2,
        _ => false,
    };
    fits.then_some(head)
}

/// Why a source of which the code says only the end may be another one: a template means its own group and subscription,
/// which are those of the cluster, unless it is told of another template's.
pub(crate) fn elsewhere(of: &DeclaredBinding, deployed: &Binding) -> Option<String> {
    let plain = |said: &Reading<String>| said.value().map(|id| id.trim_end_matches('/').to_lowercase());
    let (end, id) = (plain(&of.source.reading)?, plain(&deployed.source_resource_id.reading)?);
    let home = ArmId::parse(head(&end, &id)?)?;
    let own = home.subscription() == deployed.cluster.subscription()
        && (home.group_scope().is_none() || home.group_scope() == deployed.cluster.group_scope());
    (!own).then(|| {
        "the code says only the end of its source's id, and the source that is deployed stands in another resource group or subscription than the cluster".to_owned()
    })
}

/// Why it is not known that the code says the same.
pub(super) fn unread(of: &DeclaredBinding, deployed: &Binding) -> Option<String> {
    fn why<T>(code: &Said<T>, azure: &Reading<T>, what: &str) -> Option<String> {
        match (&code.reading, azure) {
            (Reading::Unreadable(why), _) => Some(format!("the {what} in the code cannot be compared: {why}")),
            (_, Reading::Unreadable(why)) => Some(format!("the {what} in Azure could not be read: {why}")),
            _ => None,
        }
    }
    let source = why(&of.source, &deployed.source_resource_id.reading, "source");
    source.or_else(|| why(&of.roles, &deployed.roles.reading, "roles")).or_else(|| elsewhere(of, deployed))
}

fn same_roles(a: &[String], b: &[String]) -> bool {
    let plain = |list: &[String]| list.iter().map(|role| role.trim().to_lowercase()).collect::<BTreeSet<_>>();
    plain(a) == plain(b)
}

/// A default that differs proves nothing: another value may have been given.
pub(crate) fn compare<T>(declared: &Said<T>, deployed: &Reading<T>, same: impl Fn(&T, &T) -> bool) -> DriftKind {
    match (&declared.reading, deployed) {
        (Reading::Unreadable(_), _) | (_, Reading::Unreadable(_)) => DriftKind::Unknown,
        (declares, deployed) if !differs(declares, deployed, same) => DriftKind::Same,
        _ if declared.default_of.is_some() => DriftKind::Unknown,
        _ => DriftKind::Different,
    }
}
