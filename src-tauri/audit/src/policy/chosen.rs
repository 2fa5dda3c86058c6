//! What the scopes and selectors of assignments, overrides and exemptions choose.

use crate::policy::reported::CLUSTERS;
use crate::policy::rule_language::Truth;
use quay_model::{Cluster, Fleet, PolicySelector, Reading};

/// Whether a scope is the cluster or holds it; of a management group that is not known until its chain was read.
pub(crate) fn holds(fleet: &Fleet, cluster: &Cluster, scope: &str) -> Truth {
    let scope = scope.trim_end_matches('/');
    if let Some((_, group)) = scope.split_once("/managementgroups/") {
        return fleet.around.is_above(group, cluster.subscription()).map_or(Truth::Unknown, Truth::of);
    }
    let rest = cluster.id.lower().strip_prefix(scope);
    Truth::of(rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// The same for what Azure listed: it lists that only to those whom it concerns, so that a management group which nobody
/// placed counts as above where one subscription was asked alone.
pub(crate) fn reaches(fleet: &Fleet, cluster: &Cluster, scope: &str) -> Truth {
    match holds(fleet, cluster, scope) {
        Truth::Unknown if fleet.subscriptions.len() <= 1 => Truth::Yes,
        known => known,
    }
}

/// What is to be chosen: one resource, as one policy of a set sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    /// Its type, in lower case.
    pub(crate) kind: &'a str,
    /// Of the cluster; empty when it was not read.
    pub(crate) location: &'a str,
    /// What the set calls the policy, in lower case.
    pub(crate) reference: &'a str,
}

impl Target<'_> {
    /// "They satisfy any one of these resource selectors"; without any everything is chosen.
    pub(crate) fn is_chosen(&self, choices: &Reading<Vec<Vec<PolicySelector>>>) -> Truth {
        match choices {
            Reading::Value(all) => all.iter().map(|one| self.fits(one)).max().unwrap_or(Truth::Yes),
            Reading::Absent => Truth::Yes,
            Reading::Unreadable(_) => Truth::Unknown,
        }
    }

    /// "All of its selectors".
    pub(crate) fn fits(&self, selectors: &[PolicySelector]) -> Truth {
        selectors.iter().map(|selector| self.fits_one(selector)).min().unwrap_or(Truth::Yes)
    }

    fn fits_one(&self, selector: &PolicySelector) -> Truth {
        // locations come as `West Europe` too
        let location = |text: &String| text.replace(' ', "") == self.location;
        let is_in = |values: &[String]| match selector.kind.as_str() {
            "resourcelocation" if self.location.is_empty() => Truth::Unknown,
            "resourcelocation" => Truth::of(values.iter().any(location)),
            "resourcetype" => Truth::of(values.iter().any(|kind| kind == self.kind)),
            "policydefinitionreferenceid" => Truth::of(values.iter().any(|reference| reference == self.reference)),
            // only resources of a subscription itself
            "resourcewithoutlocation" => Truth::No,
            _ => Truth::Unknown,
        };
        let chosen = match (&selector.within, &selector.outside) {
            (Reading::Value(values), Reading::Absent) => is_in(values),
            (Reading::Absent, Reading::Value(values)) => is_in(values).not(),
            _ => Truth::Unknown,
        };
        // a binding has no location of its own, and nobody says which one counts for it; another one surely does not
        let own = selector.kind != "resourcelocation" || self.kind == CLUSTERS;
        if own || (chosen == Truth::No && selector.within.value().is_some()) { chosen } else { Truth::Unknown }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::reported::BINDINGS;

    #[test]
    fn selectors_choose_by_location_type_and_reference() {
        let values = |texts: &[&str]| Reading::Value(texts.iter().map(|text| (*text).to_owned()).collect());
        let within = |kind: &str, texts: &[&str]| PolicySelector {
            kind: kind.to_owned(),
            within: values(texts),
            outside: Reading::Absent,
        };
        let outside = |kind: &str, texts: &[&str]| PolicySelector {
            kind: kind.to_owned(),
            within: Reading::Absent,
            outside: values(texts),
        };
        let place = "resourcelocation";
        for (about, selectors, cluster, binding) in [
            ("no selector", vec![], Truth::Yes, Truth::Yes),
            ("its location", vec![within(place, &["west europe"])], Truth::Yes, Truth::Unknown),
            ("another", vec![within(place, &["eastus"])], Truth::No, Truth::No),
            ("all but its own", vec![outside(place, &["westeurope"])], Truth::No, Truth::Unknown),
            ("all but another", vec![outside(place, &["eastus"])], Truth::Yes, Truth::Unknown),
            ("the type of clusters", vec![within("resourcetype", &[CLUSTERS])], Truth::Yes, Truth::No),
            ("all other types", vec![outside("resourcetype", &[CLUSTERS])], Truth::No, Truth::Yes),
            (
                "no location",
                vec![within("resourcewithoutlocation", &["subscriptionlevelresources"])],
                Truth::No,
                Truth::No,
            ),
            ("the policy", vec![within("policydefinitionreferenceid", &["a", "b"])], Truth::Yes, Truth::Yes),
            ("another policy", vec![outside("policydefinitionreferenceid", &["b"])], Truth::No, Truth::No),
            ("both", vec![within(place, &["westeurope"]), within("resourcetype", &["x"])], Truth::No, Truth::No),
            ("who knows", vec![within("resourcecolour", &["blue"])], Truth::Unknown, Truth::Unknown),
            ("neither in nor notIn", vec![within(place, &[])], Truth::No, Truth::No),
        ] {
            let fits = |kind| Target { kind, location: "westeurope", reference: "b" }.fits(&selectors);
            assert_eq!((fits(CLUSTERS), fits(BINDINGS)), (cluster, binding), "{about}");
        }
        let empty = PolicySelector { kind: place.to_owned(), within: Reading::Absent, outside: Reading::Absent };
        let unread = Target { kind: CLUSTERS, location: "", reference: "" };
        assert_eq!(unread.fits(&[empty]), Truth::Unknown);
        assert_eq!(unread.fits(&[within(place, &["eastus"])]), Truth::Unknown, "the location was not read");
        let two = Reading::Value(vec![vec![within(place, &["eastus"])], vec![within(place, &["westeurope"])]]);
        assert_eq!(Target { location: "westeurope", ..unread }.is_chosen(&two), Truth::Yes, "any one of them");
    }
}
