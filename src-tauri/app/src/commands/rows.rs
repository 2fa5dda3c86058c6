//! From a verdict or a cluster to a row of a table.

use crate::session::Shown;
use crate::transport::{ClusterRow, FindingRow, FindingState, count};
use quay_model::{ArmId, Cluster, Outcome, Severity, Verdict};
use quay_pipeline::Exposure;
use std::collections::HashMap;

/// No owner is a group of its own, with this key.
pub(crate) const NO_OWNER: &str = "(none)";

/// Who owns which cluster, by id and instance; looked up for every row.
pub(crate) struct Owners<'a> {
    by_cluster: HashMap<(&'a str, &'a str), &'a str>,
}

impl<'a> Owners<'a> {
    pub(crate) fn of(shown: &'a Shown) -> Self {
        let settings = &shown.audited.audit.settings;
        let of = |c: &'a Cluster| ((c.id.as_str(), c.instance.as_str()), c.owner(settings).unwrap_or(NO_OWNER));
        Owners { by_cluster: shown.audited.fleet.clusters.iter().map(of).collect() }
    }

    pub(crate) fn find(&self, cluster_id: &str, instance: &str) -> &'a str {
        self.by_cluster.get(&(cluster_id, instance)).copied().unwrap_or(NO_OWNER)
    }
}

pub(crate) fn state_of(shown: &Shown, verdict: &Verdict) -> FindingState {
    match verdict.verdict {
        Outcome::Fail if !shown.new.is_empty() && shown.new.contains(&verdict.identity()) => FindingState::New,
        Outcome::Fail => FindingState::Open,
        Outcome::NotAssessed => FindingState::NotAssessed,
        Outcome::Pass => FindingState::Passed,
        Outcome::NotApplicable => FindingState::NotApplicable,
    }
}

/// What a verdict is called in a list.
pub(crate) fn finding_title(shown: &Shown, verdict: &Verdict) -> String {
    let failed = verdict.verdict == Outcome::Fail;
    let rule = shown.audited.audit.rule(&verdict.rule);
    rule.map_or("", |info| if failed { info.finding } else { info.title }).to_owned()
}

pub(crate) fn finding_row(shown: &Shown, owners: &Owners<'_>, verdict: &Verdict) -> FindingRow {
    let cluster = ArmId::parse(&verdict.cluster_id);
    let part = if verdict.resource_id == verdict.cluster_id {
        ""
    } else {
        verdict.resource_id.rsplit('/').next().unwrap_or_default()
    };
    FindingRow {
        id: verdict.identity(),
        rule: verdict.rule.to_string(),
        title: finding_title(shown, verdict),
        severity: verdict.severity.into(),
        state: state_of(shown, verdict),
        cluster: cluster.as_ref().map_or("", ArmId::name).to_owned(),
        cluster_id: verdict.cluster_id.to_string(),
        instance: verdict.instance.to_string(),
        part: part.to_owned(),
        subscription: cluster
            .as_ref()
            .map_or("", |id| shown.audited.fleet.subscription_name(id.subscription()))
            .to_owned(),
        owner: owners.find(&verdict.cluster_id, &verdict.instance).to_owned(),
        reason: verdict.reason.to_string(),
    }
}

/// Findings per cluster by severity, and tests that were not assessed.
pub(crate) type Counts<'a> = HashMap<(&'a str, &'a str), [u32; 6]>;

pub(crate) fn counts(shown: &Shown) -> Counts<'_> {
    let mut counts: Counts<'_> = HashMap::new();
    for verdict in &shown.audited.audit.verdicts {
        let slot = match verdict.verdict {
            Outcome::Fail => slot_of(verdict.severity),
            Outcome::NotAssessed => 5,
            Outcome::Pass | Outcome::NotApplicable => continue,
        };
        let entry = counts.entry((&verdict.cluster_id, &verdict.instance)).or_default();
        if let Some(number) = entry.get_mut(slot) {
            *number += 1;
        }
    }
    counts
}

fn slot_of(severity: Severity) -> usize {
    match severity {
        Severity::Critical => 0,
        Severity::High => 1,
        Severity::Medium => 2,
        Severity::Low => 3,
        Severity::Info => 4,
    }
}

pub(crate) fn cluster_row(shown: &Shown, counts: &Counts<'_>, cluster: &Cluster) -> ClusterRow {
    let settings = &shown.audited.audit.settings;
    let [critical, high, medium, low, _, not_assessed] =
        counts.get(&(cluster.id.as_str(), cluster.instance.as_str())).copied().unwrap_or_default();
    ClusterRow {
        id: cluster.id.as_str().to_owned(),
        instance: cluster.instance.clone(),
        name: cluster.name.clone(),
        subscription: shown.audited.fleet.subscription_name(cluster.subscription()).to_owned(),
        location: cluster.location.clone(),
        version: cluster.version.reading.value().cloned().unwrap_or_default(),
        exposure: Exposure::of(cluster, settings).label().to_owned(),
        stopped: cluster.is_stopped(),
        bindings: match &cluster.bindings.incomplete {
            None => count(cluster.bindings.seen.len()).to_string(),
            Some(_) => "not read".to_owned(),
        },
        owner: cluster.owner(settings).unwrap_or(NO_OWNER).to_owned(),
        critical,
        high,
        medium,
        low,
        not_assessed,
    }
}
