//! The first screen: three people, three questions.

use super::Answer;
use super::access::{Cover, cover};
use super::rows::{Counts, NO_OWNER, Owners, counts, finding_row};
use crate::session::{Session, Shown};
use crate::transport::{AreaView, CountView, GroupCount, GroupView, OverviewView, count};
use quay_model::{Area, Audit, Cluster, Outcome, Severity, Tally, Verdict};
use quay_pipeline::Exposure;
use std::collections::{BTreeMap, BTreeSet};
use tauri::State;

/// Own choice: what fits beside the charts at 1280 × 800.
const WORST: usize = 5;

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn overview(session: State<'_, Session>) -> Answer<OverviewView> {
    let shown = session.shown()?;
    Ok(view(&shown))
}

pub(crate) fn view(shown: &Shown) -> OverviewView {
    let (audit, fleet) = (&shown.audited.audit, &shown.audited.fleet);
    let exposures: Vec<Exposure> = fleet.clusters.iter().map(|c| Exposure::of(c, &audit.settings)).collect();
    let mut labels: BTreeMap<&str, u32> = BTreeMap::new();
    exposures.iter().for_each(|exposure| *labels.entry(exposure.label()).or_default() += 1);
    let owners = Owners::of(shown);
    let mut worst: Vec<_> = audit.findings().collect();
    worst.sort_by(|a, b| a.severity.cmp(&b.severity).then_with(|| a.rule.cmp(&b.rule)));
    let changes = shown.audited.changes.as_ref();
    let Cover { covered, coverable, unread } = cover(&shown.audited.survey);
    OverviewView {
        score: audit.score.value,
        formula: audit.score.formula.clone(),
        coverage_percent: audit.coverage.percent(),
        tests_assessed: audit.coverage.tests_assessed,
        tests_not_assessed: audit.coverage.tests_not_assessed,
        gaps: count(audit.coverage.gaps.len()),
        clusters: audit.coverage.clusters,
        public_servers: count(exposures.iter().filter(|e| e.is_public() == Some(true)).count()),
        open_servers: count(exposures.iter().filter(|e| matches!(e, Exposure::Open(_))).count()),
        unknown_servers: unknown_servers(audit),
        covered,
        coverable,
        matrix_unread: unread,
        severities: Severity::ALL.map(|s| CountView { severity: s.into(), count: audit.count(s) }).to_vec(),
        exposures: labels
            .into_iter()
            .map(|(label, number)| GroupCount { label: label.to_owned(), count: number })
            .collect(),
        areas: Area::ALL.map(|area| area_view(shown, area)).to_vec(),
        worst: worst.into_iter().take(WORST).map(|finding| finding_row(shown, &owners, finding)).collect(),
        by_subscription: by_subscription(shown),
        by_owner: by_owner(shown),
        new_findings: changes.map(|c| count(c.new.len())),
        fixed_findings: changes.map(|c| count(c.fixed.len())),
    }
}

/// Clusters of which it is not known whether the internet, or anybody outside, reaches the API server.
fn unknown_servers(audit: &Audit) -> u32 {
    let open = |verdict: &&Verdict| {
        verdict.verdict == Outcome::NotAssessed && ["EXP-01", "EXP-02"].contains(&verdict.rule.as_str())
    };
    let clusters = audit.verdicts.iter().filter(open).map(|v| (v.cluster_id.as_str(), v.instance.as_str()));
    count(clusters.collect::<BTreeSet<(&str, &str)>>().len())
}

fn area_view(shown: &Shown, area: Area) -> AreaView {
    let prefix = format!("{}-", area.prefix());
    let own = || shown.audited.audit.verdicts.iter().filter(|v| v.rule.starts_with(&prefix));
    let tally = Tally::of(own());
    let failing: BTreeSet<&str> = own().filter(|v| v.verdict == Outcome::Fail).map(|v| v.rule.as_str()).collect();
    AreaView {
        prefix: area.prefix().to_owned(),
        label: area.label().to_owned(),
        rules: failing.into_iter().map(str::to_owned).collect(),
        fail: tally.fail,
        not_assessed: tally.not_assessed,
        pass: tally.pass,
    }
}

fn by_subscription(shown: &Shown) -> Vec<GroupView> {
    let fleet = &shown.audited.fleet;
    let counts = counts(shown);
    let mut groups: Vec<GroupView> = fleet
        .subscriptions
        .iter()
        .map(|subscription| {
            let own = fleet.clusters.iter().filter(|c| c.subscription() == subscription.id);
            let unread = subscription.unread.map_or("", |reason| reason.label());
            group(&counts, &subscription.name, &subscription.name, unread, own)
        })
        .collect();
    worst_first(&mut groups);
    groups
}

fn by_owner(shown: &Shown) -> Vec<GroupView> {
    let settings = &shown.audited.audit.settings;
    let counts = counts(shown);
    let mut owned: BTreeMap<&str, Vec<&Cluster>> = BTreeMap::new();
    for cluster in &shown.audited.fleet.clusters {
        owned.entry(cluster.owner(settings).unwrap_or(NO_OWNER)).or_default().push(cluster);
    }
    let mut groups: Vec<GroupView> = owned
        .into_iter()
        .map(|(owner, clusters)| {
            let name = if owner == NO_OWNER { "No owner named" } else { owner };
            group(&counts, owner, name, "", clusters.into_iter())
        })
        .collect();
    worst_first(&mut groups);
    groups
}

fn group<'a>(
    counts: &Counts<'_>,
    key: &str,
    name: &str,
    unread: &str,
    clusters: impl Iterator<Item = &'a Cluster>,
) -> GroupView {
    let mut view = GroupView {
        key: key.to_owned(),
        name: name.to_owned(),
        unread: unread.to_owned(),
        clusters: 0,
        critical: 0,
        high: 0,
        medium: 0,
        low: 0,
    };
    for cluster in clusters {
        let [critical, high, medium, low, ..] =
            counts.get(&(cluster.id.as_str(), cluster.instance.as_str())).copied().unwrap_or_default();
        view.clusters += 1;
        view.critical += critical;
        view.high += high;
        view.medium += medium;
        view.low += low;
    }
    view
}

fn worst_first(groups: &mut [GroupView]) {
    groups.sort_by(|a, b| {
        (b.critical, b.high, b.medium, b.low)
            .cmp(&(a.critical, a.high, a.medium, a.low))
            .then_with(|| a.name.cmp(&b.name))
    });
}
