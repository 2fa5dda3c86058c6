//! The list of clusters, and one cluster.

use super::Answer;
use super::lists::page_of;
use super::rows::{Owners, cluster_row, counts, finding_row};
use crate::session::{Session, Shown};
use crate::transport::{BindingView, ChoiceView, ClusterPage, ClusterQuery, ClusterRow, ClusterView, FactView, count};
use quay_model::{Cluster, Problem, ProblemCode};
use quay_pipeline::raw_document;
use std::collections::BTreeMap;
use tauri::State;

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn clusters(session: State<'_, Session>, query: ClusterQuery) -> Answer<ClusterPage> {
    let shown = session.shown()?;
    Ok(page(&shown, &query))
}

pub(crate) fn page(shown: &Shown, query: &ClusterQuery) -> ClusterPage {
    let counts = counts(shown);
    let all: Vec<ClusterRow> = shown.audited.fleet.clusters.iter().map(|c| cluster_row(shown, &counts, c)).collect();
    let mut exposures: BTreeMap<String, u32> = BTreeMap::new();
    all.iter().for_each(|row| *exposures.entry(row.exposure.clone()).or_default() += 1);
    let mut matching: Vec<&ClusterRow> = all.iter().filter(|row| matches(row, query)).collect();
    sort(&mut matching, &query.sort, query.descending);
    let number = count(matching.len());
    let rows = page_of(&matching, query.offset, query.limit).into_iter().cloned().collect();
    ClusterPage {
        rows,
        matching: number,
        all: count(all.len()),
        exposures: exposures
            .into_iter()
            .map(|(key, number)| ChoiceView { label: key.clone(), key, count: number })
            .collect(),
    }
}

fn matches(row: &ClusterRow, query: &ClusterQuery) -> bool {
    let text = query.text.trim().to_lowercase();
    let fields = [&row.name, &row.subscription, &row.location, &row.version, &row.exposure, &row.owner];
    (query.exposures.is_empty() || query.exposures.contains(&row.exposure))
        && (text.is_empty() || fields.into_iter().any(|field| field.to_lowercase().contains(&text)))
}

fn sort(rows: &mut [&ClusterRow], by: &str, descending: bool) {
    rows.sort_by(|a, b| {
        let order = match by {
            "name" => a.name.cmp(&b.name),
            "subscription" => a.subscription.cmp(&b.subscription),
            "location" => a.location.cmp(&b.location),
            "version" => a.version.cmp(&b.version),
            "exposure" => a.exposure.cmp(&b.exposure),
            "owner" => a.owner.cmp(&b.owner),
            _ => (b.critical, b.high, b.medium, b.low).cmp(&(a.critical, a.high, a.medium, a.low)),
        };
        let order = if descending { order.reverse() } else { order };
        order.then_with(|| a.name.cmp(&b.name)).then_with(|| a.id.cmp(&b.id))
    });
}

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn cluster(session: State<'_, Session>, id: String, instance: String) -> Answer<ClusterView> {
    let shown = session.shown()?;
    let cluster = shown.audited.fleet.cluster(&id, &instance).ok_or_else(|| {
        Problem::new(
            ProblemCode::NotFound,
            "This cluster is not in the snapshot that is open.",
            "Look at the list of clusters again.",
        )
    })?;
    Ok(view(&shown, cluster))
}

pub(crate) fn view(shown: &Shown, cluster: &Cluster) -> ClusterView {
    let owners = Owners::of(shown);
    let of_it = shown
        .audited
        .audit
        .verdicts
        .iter()
        .filter(|v| v.cluster_id == cluster.id.as_str() && v.instance == cluster.instance);
    let mut verdicts: Vec<_> = of_it.collect();
    verdicts.sort_by(|a, b| a.verdict.cmp(&b.verdict).then_with(|| a.severity.cmp(&b.severity)));
    let fact = |name: &str, value: String| FactView { name: name.to_owned(), value };
    let said = |text: Option<&String>| text.cloned().unwrap_or_else(|| "not said".to_owned());
    ClusterView {
        row: cluster_row(shown, &counts(shown), cluster),
        facts: vec![
            fact("Resource id", cluster.id.as_str().to_owned()),
            fact("Resource group", cluster.id.resource_group().unwrap_or_default().to_owned()),
            fact("State", said(cluster.provisioning_state.reading.value())),
            fact("Power", said(cluster.power_state.reading.value())),
            fact("Public name", said(cluster.api_server.fqdn.reading.value())),
            fact("Private name", said(cluster.api_server.private_fqdn.reading.value())),
            fact("Authorized IP ranges", cluster.api_server.ranges.evidence("", "none").observed.to_string()),
            fact("Tags", tags(cluster)),
            fact("Read from", cluster.source_line()),
        ],
        verdicts: verdicts.into_iter().map(|verdict| finding_row(shown, &owners, verdict)).collect(),
        bindings: cluster
            .bindings
            .seen
            .iter()
            .map(|binding| BindingView {
                name: binding.name.clone(),
                source: said(binding.source_resource_id.reading.value()),
                roles: binding.roles.reading.value().cloned().unwrap_or_default(),
                state: said(binding.provisioning_state.reading.value()),
            })
            .collect(),
        bindings_incomplete: cluster.bindings.incomplete.clone().unwrap_or_default(),
        raw: raw_document(&shown.audited, cluster.hash),
    }
}

fn tags(cluster: &Cluster) -> String {
    let Some(tags) = cluster.tags.reading.value() else { return "none".to_owned() };
    tags.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(", ")
}
