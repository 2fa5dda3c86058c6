//! Who answers for a cluster: its own tags, and those above it where the settings let them count.

use crate::score::score_value;
use crate::tags;
use quay_model::{Cluster, Fleet, Outcome, Owned, OwnerLine, Settings, Severity, Survey, TagRule, Verdict};
use std::collections::{BTreeMap, BTreeSet};

type Tags = BTreeMap<String, String>;

/// The tags that count for a cluster, nearest first, with what they stand on.
pub(crate) fn tags_of<'a>(
    fleet: &'a Fleet,
    cluster: &'a Cluster,
    settings: &Settings,
) -> Vec<(&'static str, &'a Tags)> {
    let mut all: Vec<(&'static str, &Tags)> =
        cluster.tags.reading.value().map(|tags| ("cluster", tags)).into_iter().collect();
    if settings.inherit_tags {
        let lower = cluster.id.lower();
        let group = lower.find("/providers/").and_then(|at| lower.get(..at)).unwrap_or_default();
        let subscription = format!("/subscriptions/{}", cluster.subscription());
        all.extend(fleet.around.tags.get(group).map(|tags| ("resource group", tags)));
        all.extend(fleet.around.tags.get(&subscription).map(|tags| ("subscription", tags)));
    }
    all
}

fn value<'a>(all: &[(&'static str, &'a Tags)], rule: &TagRule) -> Option<(&'static str, &'a str)> {
    all.iter().find_map(|(place, tags)| {
        let (_, value) = rule.find(tags)?;
        (!value.trim().is_empty()).then(|| (*place, value.trim()))
    })
}

pub(crate) fn owned(fleet: &Fleet, cluster: &Cluster, settings: &Settings) -> Owned {
    let all = tags_of(fleet, cluster, settings);
    let text = |rule: &TagRule| value(&all, rule).map(|(_, value)| value.to_owned()).unwrap_or_default();
    let own = cluster.tags.reading.value();
    let slips = [&settings.owner_tag, &settings.team_tag, &settings.cost_centre_tag];
    let slip = own.and_then(|tags| {
        slips.into_iter().filter(|rule| rule.find(tags).is_none()).find_map(|rule| tags::near_miss(tags, rule))
    });
    Owned {
        owner: text(&settings.owner_tag),
        team: text(&settings.team_tag),
        cost_centre: text(&settings.cost_centre_tag),
        named_on: value(&all, &settings.owner_tag).map_or("", |(place, _)| place).to_owned(),
        near_miss: slip.map(|(written, meant)| format!("{written} looks like {meant}")).unwrap_or_default(),
    }
}

/// The scoreboard: owners by what is open, the worst first; clusters that name nobody in a line of their own.
pub fn scoreboard(survey: &Survey, verdicts: &[Verdict]) -> Vec<OwnerLine> {
    #[derive(Default)]
    struct Board<'a> {
        /// Spelled as it came first.
        name: String,
        teams: BTreeSet<String>,
        cost_centres: BTreeSet<String>,
        clusters: u32,
        verdicts: Vec<&'a Verdict>,
    }
    let mut boards: BTreeMap<String, Board<'_>> = BTreeMap::new();
    let mut owner_of: BTreeMap<(&str, &str), String> = BTreeMap::new();
    for ((cluster, instance), owned) in &survey.owned {
        let key = owned.owner.to_lowercase();
        let board = boards.entry(key.clone()).or_default();
        if board.name.is_empty() {
            board.name.clone_from(&owned.owner);
        }
        board.clusters += 1;
        board.teams.extend(Some(owned.team.clone()).filter(|team| !team.is_empty()));
        board.cost_centres.extend(Some(owned.cost_centre.clone()).filter(|centre| !centre.is_empty()));
        owner_of.insert((cluster, instance), key);
    }
    for verdict in verdicts {
        let key = owner_of.get(&(verdict.cluster_id.as_ref(), verdict.instance.as_str()));
        if let Some(board) = key.and_then(|key| boards.get_mut(key)) {
            board.verdicts.push(verdict);
        }
    }
    let line = |board: Board<'_>| {
        let count = |wanted: &dyn Fn(&Verdict) -> bool| {
            u32::try_from(board.verdicts.iter().filter(|verdict| wanted(verdict)).count()).unwrap_or(u32::MAX)
        };
        let open = |severity: Severity| count(&|v| v.verdict == Outcome::Fail && v.severity == severity);
        OwnerLine {
            critical: open(Severity::Critical),
            high: open(Severity::High),
            medium: open(Severity::Medium),
            low: open(Severity::Low),
            not_assessed: count(&|v| v.verdict == Outcome::NotAssessed),
            score: score_value(board.verdicts.iter().copied()),
            owner: board.name,
            teams: board.teams.into_iter().collect(),
            cost_centres: board.cost_centres.into_iter().collect(),
            clusters: board.clusters,
        }
    };
    let mut lines: Vec<OwnerLine> = boards.into_values().map(line).collect();
    lines.sort_by(|a, b| {
        (b.critical, b.high, b.medium, b.low, &a.owner).cmp(&(a.critical, a.high, a.medium, a.low, &b.owner))
    });
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::testing::rule;
    use crate::rule::Rule;
    use crate::testing::{CLUSTER_ID, Scene, judge_in};
    use quay_model::{Reading, lists};
    use serde_json::json;

    #[test]
    fn the_owner_shown_is_the_one_the_rule_goes_by() {
        let group = CLUSTER_ID.split("/providers/").next().unwrap_or_default();
        let above = json!({"id": group, "tags": {"owner": "", "service-owner": "g"}});
        let scene = Scene::new(json!({})).whole(lists::CONTAINERS).with(above);
        let named: &Rule = rule("GOV-01");
        for (own, inherit, owner, place) in [
            (&[("owner", "o")][..], true, "o", "cluster"),
            (&[("owner", "")], true, "g", "resource group"),
            (&[("owner", ""), ("service-owner", "s")], true, "s", "cluster"),
            (&[("owner", "")], false, "", ""),
            (&[], true, "g", "resource group"),
        ] {
            let mut fleet = scene.fleet();
            let tags: Tags = own.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            fleet.clusters.iter_mut().for_each(|cluster| cluster.tags.reading = Reading::Value(tags.clone()));
            let settings = Settings { inherit_tags: inherit, ..Settings::default() };
            let shown = fleet.clusters.first().map(|cluster| owned(&fleet, cluster, &settings)).unwrap_or_default();
            assert_eq!((shown.owner.as_str(), shown.named_on.as_str()), (owner, place), "{own:?}");
            let judged = judge_in(named, &fleet, &settings, &scene.memory);
            let expected = if owner.is_empty() { Outcome::Fail } else { Outcome::Pass };
            assert_eq!(judged.outcome, expected, "{own:?}: {}", judged.reason);
            assert!(judged.reason.contains(owner), "{own:?}: {}", judged.reason);
        }
    }
}
