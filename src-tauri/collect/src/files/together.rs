//! Lists that are whole only together with others: a vault's instances with all vaults, a look into the directory with
//! everybody who holds a role, writes of bindings with what else happened under their correlation ids.

use super::asked::TENANT;
use super::kinds;
use super::pages::{End, Listed, Whole};
use super::shapes::text;
use quay_model::{ArmId, Gap, GapReason, Source, lists};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Lists of children whose parents lie in the subscription of the clusters: all parents, and the list of each.
const CHILDREN: [(&str, &str); 2] = [(kinds::VAULTS, kinds::BACKUPS), (kinds::WORKSPACES, kinds::COMPUTES)];

#[derive(Default)]
pub(super) struct Together {
    /// Ids of those with lists of their own, by type.
    parents: BTreeMap<String, BTreeSet<String>>,
    /// Principals that hold a role.
    holders: BTreeSet<String>,
    looked_up: BTreeSet<String>,
    directory: Option<Source>,
    /// Writes of bindings: the subscription, and the correlation id.
    writes: BTreeSet<(String, String)>,
    /// Correlation ids of which it is known what else they stand for.
    explained: BTreeSet<String>,
    /// Scopes whose log was asked for one provider only.
    of_one_provider: BTreeSet<String>,
}

impl Together {
    /// A related resource was kept.
    pub(super) fn saw(&mut self, kind: &str, id: &str, body: &Value) {
        if CHILDREN.iter().any(|(parent, _)| *parent == kind) {
            self.parents.entry(kind.to_owned()).or_default().insert(id.to_lowercase());
        }
        if kind == kinds::ASSIGNMENTS || kind == kinds::ELIGIBLE {
            let holder = text(body, "properties.principalId").or_else(|| text(body, "principalId"));
            self.holders.extend(holder.map(|id| id.to_lowercase()));
        }
    }

    /// The directory was asked about these, and answered to the end.
    pub(super) fn looked_up(&mut self, ids: Vec<String>, source: &Source) {
        self.looked_up.extend(ids);
        self.directory.get_or_insert_with(|| source.clone());
    }

    pub(super) fn wrote(&mut self, id: &str, correlation: &str) {
        if let (Some(id), false) = (ArmId::parse(id), correlation.is_empty()) {
            self.writes.insert((id.subscription().to_owned(), correlation.to_lowercase()));
        }
    }

    pub(super) fn explained(&mut self, correlation: &str) {
        self.explained.insert(correlation.to_lowercase());
    }

    pub(super) fn of_one_provider(&mut self, scope: &str) {
        self.of_one_provider.insert(scope.to_lowercase());
    }

    /// Adds the lists that are whole by all of their parts, and takes back those that are not.
    pub(super) fn complete(self, whole: &mut Whole) -> Vec<Gap> {
        self.children(whole);
        let mut gaps = self.unexplained(whole);
        if let Some(source) = &self.directory {
            let unasked = self.holders.difference(&self.looked_up).count();
            if unasked == 0 {
                whole.insert(Listed::new(kinds::DIRECTORY, TENANT), source.clone().into());
            } else {
                gaps.push(Gap {
                    scope: TENANT.to_owned(),
                    call: lists::DIRECTORY.to_owned(),
                    reason: GapReason::PageMissing,
                    message: format!(
                        "The directory was asked about {} of the {} principals that hold roles.",
                        self.holders.len() - unasked,
                        self.holders.len()
                    ),
                    hint: "Ask getByIds for the ids of all of them, and keep the request with its body.".to_owned(),
                });
            }
        }
        gaps
    }

    /// All vaults of a subscription and the instances of each are all instances in that subscription.
    fn children(&self, whole: &mut Whole) {
        for (parent, child) in CHILDREN {
            let lists: Vec<(String, End)> = whole
                .iter()
                .filter(|(listed, _)| listed.kind == parent && listed.scope.matches('/').count() == 2)
                .map(|(listed, end)| (listed.scope.clone(), end.clone()))
                .collect();
            for (scope, end) in lists {
                let start = format!("{scope}/");
                let mut own = self.parents.get(parent).into_iter().flatten().filter(|id| id.starts_with(&start));
                if own.all(|id| whole.contains_key(&Listed::new(child, id))) {
                    whole.entry(Listed::new(child, &scope)).or_insert(end);
                }
            }
        }
    }

    /// A log of one provider names the writes of bindings, and not the deployments behind them.
    fn unexplained(&self, whole: &mut Whole) -> Vec<Gap> {
        let mut gaps = Vec::new();
        for scope in &self.of_one_provider {
            let listed = Listed::new(kinds::EVENTS, scope);
            let own = |(subscription, _): &&(String, String)| scope.ends_with(&format!("/{subscription}"));
            let open = self.writes.iter().filter(own).filter(|(_, id)| !self.explained.contains(id)).count();
            if open > 0 && whole.remove(&listed).is_some() {
                gaps.push(Gap {
                    scope: scope.clone(),
                    call: lists::EVENTS.to_owned(),
                    reason: GapReason::PageMissing,
                    message: format!(
                        "What happened together with {open} write(s) of bindings was not collected, so that nobody knows whether code made them."
                    ),
                    hint: "Ask the activity log again with \"correlationId eq '..'\" for each, or without a provider."
                        .to_owned(),
                });
            }
        }
        gaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SUB: &str = "/subscriptions/s";

    fn source() -> Source {
        Source::new("x.json", "")
    }

    fn whole(lists: &[(&str, &str)]) -> Whole {
        lists.iter().map(|(kind, scope)| (Listed::new(kind, scope), source().into())).collect()
    }

    #[test]
    fn instances_are_whole_with_all_vaults_and_the_list_of_each() {
        let vault = format!("{SUB}/resourceGroups/g/providers/Microsoft.DataProtection/backupVaults/v");
        let of = |lists: &[(&str, &str)]| {
            let mut together = Together::default();
            together.saw(kinds::VAULTS, &vault, &json!({}));
            let mut whole = whole(lists);
            together.complete(&mut whole);
            whole.contains_key(&Listed::new(kinds::BACKUPS, SUB))
        };
        assert!(of(&[(kinds::VAULTS, SUB), (kinds::BACKUPS, &vault)]));
        assert!(!of(&[(kinds::VAULTS, SUB)]), "one vault was not asked");
        assert!(!of(&[(kinds::BACKUPS, &vault)]), "there may be other vaults");
    }

    #[test]
    fn the_directory_was_asked_when_it_was_asked_about_everybody() {
        let of = |asked: &[&str]| {
            let mut together = Together::default();
            together.saw(kinds::ASSIGNMENTS, "a", &json!({"properties": {"principalId": "P1"}}));
            together.saw(kinds::ASSIGNMENTS, "b", &json!({"principalId": "p2"}));
            together.looked_up(asked.iter().map(|id| (*id).to_owned()).collect(), &source());
            let mut whole = Whole::default();
            let gaps = together.complete(&mut whole);
            (whole.len(), gaps.len())
        };
        assert_eq!((of(&["p1", "p2", "p3"]), of(&["p1"])), ((1, 0), (0, 1)));
    }

    #[test]
    fn a_log_of_one_provider_needs_what_stands_behind_each_write() {
        let of = |explained: &[&str]| {
            let mut together = Together::default();
            together.wrote(&format!("{SUB}/resourceGroups/g"), "C1");
            together.of_one_provider(SUB);
            explained.iter().for_each(|id| together.explained(id));
            let mut whole = whole(&[(kinds::EVENTS, SUB)]);
            let gaps = together.complete(&mut whole);
            (whole.len(), gaps.len())
        };
        assert_eq!((of(&[]), of(&["c1"])), ((0, 1), (1, 0)));
    }
}
