//! Trusted Access, owners, and what code declares.

use super::Answer;
use super::lists::{choice, holds, page_of};
use super::opening::engagement_view;
use super::rows::finding_title;
use crate::session::{Session, Shown};
use crate::transport::{
    BindingFinding, BindingPage, BindingRow, DriftRow, DriftView, EngagementView, ListQuery, MatrixCellView,
    MatrixPage, MatrixRowView, OwnedRow, OwnerRow, OwnersView, RoleView, SeverityView, count,
};
use quay_model::{ArmId, Binding, Bound, Cluster, DriftKind, Integration, MatrixState, Service, Survey, Verdict};
use quay_pipeline::{Exposure, made_by, now, scoreboard};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use tauri::State;

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn matrix(session: State<'_, Session>, query: ListQuery) -> Answer<MatrixPage> {
    Ok(matrix_page(&*session.shown()?, &query))
}

/// States of the matrix, the gravest first: the access of a source that is gone waits for whoever takes its name.
const GRAVEST_FIRST: [MatrixState; 7] = [
    MatrixState::Dangling,
    MatrixState::OverBroad,
    MatrixState::Missing,
    MatrixState::Unused,
    MatrixState::Unknown,
    MatrixState::Bound,
    MatrixState::NotApplicable,
];

/// How far Trusted Access reaches.
pub(crate) struct Cover {
    /// Clusters whose every detected integration is bound.
    pub(crate) covered: u32,
    /// Clusters with an integration, where it is known whether each is bound.
    pub(crate) coverable: u32,
    /// Clusters with a cell that is unknown.
    pub(crate) unread: u32,
}

pub(crate) fn cover(survey: &Survey) -> Cover {
    let mut cover = Cover { covered: 0, coverable: 0, unread: 0 };
    // both have one line for each cluster, in the same order
    for (row, of_cluster) in survey.matrix.iter().zip(&survey.doors) {
        let needing: Vec<&Integration> =
            of_cluster.integrations.iter().filter(|i| i.supports_trusted_access()).collect();
        let known = needing.iter().all(|i| !matches!(i.bound, Bound::Unknown(_) | Bound::Unreadable(_)));
        if !needing.is_empty() && known {
            cover.coverable += 1;
            cover.covered += u32::from(needing.iter().all(|i| matches!(i.bound, Bound::Yes(_))));
        }
        cover.unread += u32::from(row.cells.iter().any(|cell| cell.state == MatrixState::Unknown));
    }
    cover
}

pub(crate) fn matrix_page(shown: &Shown, query: &ListQuery) -> MatrixPage {
    let audited = &shown.audited;
    let mut counts: BTreeMap<MatrixState, u32> = BTreeMap::new();
    let mut rows: Vec<MatrixRowView> = Vec::new();
    for (row, cluster) in audited.survey.matrix.iter().zip(&audited.fleet.clusters) {
        row.cells.iter().for_each(|cell| *counts.entry(cell.state).or_default() += 1);
        let subscription = audited.fleet.subscription_name(cluster.subscription());
        let wanted = query.kinds.is_empty()
            || row.cells.iter().any(|cell| query.kinds.iter().any(|kind| kind == cell.state.label()));
        if wanted && holds(&query.text, &[&cluster.name, subscription]) {
            rows.push(MatrixRowView {
                id: row.cluster_id.clone(),
                instance: row.instance.clone(),
                name: cluster.name.clone(),
                subscription: subscription.to_owned(),
                exposure: Exposure::of(cluster, &audited.audit.settings).label().to_owned(),
                cells: row
                    .cells
                    .iter()
                    .map(|cell| MatrixCellView { state: cell.state.label().to_owned(), detail: cell.detail.clone() })
                    .collect(),
            });
        }
    }
    let worst = |row: &MatrixRowView| {
        let place =
            |cell: &MatrixCellView| GRAVEST_FIRST.iter().position(|state| state.label() == cell.state).unwrap_or(9);
        row.cells.iter().map(place).min().unwrap_or(9)
    };
    rows.sort_by(|a, b| worst(a).cmp(&worst(b)).then_with(|| a.name.cmp(&b.name)));
    let Cover { covered, coverable, .. } = cover(&audited.survey);
    MatrixPage {
        services: Service::WITH_TRUSTED_ACCESS.iter().map(|service| service.label().to_owned()).collect(),
        matching: count(rows.len()),
        all: count(audited.survey.matrix.len()),
        rows: page_of(&rows, query.offset, query.limit),
        states: GRAVEST_FIRST
            .iter()
            .map(|state| choice(state.label(), counts.get(state).copied().unwrap_or(0)))
            .collect(),
        covered,
        coverable,
    }
}

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn bindings(session: State<'_, Session>, query: ListQuery) -> Answer<BindingPage> {
    Ok(bindings_page(&*session.shown()?, &query))
}

pub(crate) fn bindings_page(shown: &Shown, query: &ListQuery) -> BindingPage {
    let audited = &shown.audited;
    let mut findings: HashMap<&str, Vec<&Verdict>> = HashMap::new();
    for finding in audited.audit.findings() {
        findings.entry(&finding.resource_id).or_default().push(finding);
    }
    let row = |cluster: &Cluster, binding: &Binding| {
        let source = binding.source_resource_id.reading.value().cloned().unwrap_or_else(|| "not read".to_owned());
        let mut own = findings.get(binding.id.as_str()).cloned().unwrap_or_default();
        own.sort_by_key(|finding| finding.severity);
        let (origin, made_by) = made_by(audited, binding);
        BindingRow {
            id: binding.id.as_str().to_owned(),
            cluster_id: cluster.id.as_str().to_owned(),
            instance: cluster.instance.clone(),
            cluster: cluster.name.clone(),
            name: binding.name.clone(),
            source_name: source.rsplit('/').next().unwrap_or_default().to_owned(),
            source,
            roles: binding.roles.reading.value().cloned().unwrap_or_default(),
            state: binding.provisioning_state.reading.value().cloned().unwrap_or_else(|| "not said".to_owned()),
            origin: origin.to_owned(),
            made_by,
            findings: own
                .into_iter()
                .map(|finding| BindingFinding {
                    rule: finding.rule.to_string(),
                    title: finding_title(shown, finding),
                    severity: finding.severity.into(),
                    reason: finding.reason.to_string(),
                })
                .collect(),
        }
    };
    let clusters = &audited.fleet.clusters;
    let all: Vec<BindingRow> =
        clusters.iter().flat_map(|c| c.bindings.seen.iter().map(move |b| (c, b))).map(|(c, b)| row(c, b)).collect();
    let number = count(all.len());
    let matches = |row: &BindingRow| {
        holds(&query.text, &[&row.cluster, &row.name, &row.source, &row.roles.join(" "), &row.made_by])
    };
    let mut rows: Vec<BindingRow> = all.into_iter().filter(matches).collect();
    rows.sort_by(|a, b| {
        worst(a)
            .cmp(&worst(b))
            .then_with(|| b.findings.len().cmp(&a.findings.len()))
            .then_with(|| a.cluster.cmp(&b.cluster))
            .then_with(|| a.name.cmp(&b.name))
    });
    BindingPage {
        matching: count(rows.len()),
        all: number,
        rows: page_of(&rows, query.offset, query.limit),
        unread: count(clusters.iter().filter(|c| !c.bindings.is_complete()).count()),
    }
}

/// The severity of its worst finding; what has none comes last.
fn worst(row: &BindingRow) -> u8 {
    row.findings.first().map_or(u8::MAX, |finding| match finding.severity {
        SeverityView::Critical => 0,
        SeverityView::High => 1,
        SeverityView::Medium => 2,
        SeverityView::Low => 3,
        SeverityView::Info => 4,
    })
}

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn roles(session: State<'_, Session>) -> Answer<Vec<RoleView>> {
    Ok(role_views(&*session.shown()?))
}

pub(crate) fn role_views(shown: &Shown) -> Vec<RoleView> {
    let view = |line: &quay_model::RoleLine| RoleView {
        name: line.name.clone(),
        grade: line.grade.clone(),
        because: line.because.clone(),
        sentences: line.sentences.clone(),
        bindings: line.bindings,
        clusters: line.clusters,
        catalogue: line.catalogue.clone(),
    };
    shown.audited.survey.roles.iter().map(view).collect()
}

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn owners(session: State<'_, Session>) -> Answer<OwnersView> {
    Ok(owners_view(&*session.shown()?))
}

pub(crate) fn owners_view(shown: &Shown) -> OwnersView {
    let audited = &shown.audited;
    let row = |line: quay_model::OwnerLine| OwnerRow {
        owner: line.owner,
        teams: line.teams,
        cost_centres: line.cost_centres,
        clusters: line.clusters,
        critical: line.critical,
        high: line.high,
        medium: line.medium,
        low: line.low,
        not_assessed: line.not_assessed,
        score: line.score,
    };
    let mut incomplete = Vec::new();
    let mut complete = 0;
    for ((id, instance), owned) in &audited.survey.owned {
        if !owned.owner.is_empty()
            && !owned.team.is_empty()
            && !owned.cost_centre.is_empty()
            && owned.near_miss.is_empty()
        {
            complete += 1;
            continue;
        }
        incomplete.push(OwnedRow {
            id: id.clone(),
            instance: instance.clone(),
            name: id.rsplit('/').next().unwrap_or_default().to_owned(),
            owner: owned.owner.clone(),
            team: owned.team.clone(),
            cost_centre: owned.cost_centre.clone(),
            named_on: owned.named_on.clone(),
            near_miss: owned.near_miss.clone(),
        });
    }
    OwnersView {
        owners: scoreboard(&audited.survey, &audited.audit.verdicts).into_iter().map(row).collect(),
        incomplete,
        clusters: count(audited.survey.owned.len()),
        complete,
        inherits: audited.audit.settings.inherit_tags,
    }
}

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn drift(session: State<'_, Session>) -> Answer<DriftView> {
    Ok(drift_view(&*session.shown()?))
}

pub(crate) fn drift_view(shown: &Shown) -> DriftView {
    let audited = &shown.audited;
    let rows: Vec<DriftRow> = audited
        .survey
        .drift
        .iter()
        .map(|drift| DriftRow {
            kind: drift.kind.label().to_owned(),
            cluster: ArmId::parse(&drift.cluster_id)
                .map_or_else(|| drift.cluster_id.clone(), |id| id.name().to_owned()),
            cluster_id: drift.cluster_id.clone(),
            what: drift.what.clone(),
            declared: drift.declared.clone(),
            deployed: drift.deployed.clone(),
            code: drift.code.clone(),
        })
        .collect();
    let of = |kind: DriftKind| count(rows.iter().filter(|row| row.kind == kind.label()).count());
    let files: BTreeSet<String> =
        audited.fleet.around.declared.iter().map(|d| format!("{} ({})", d.file, d.language)).collect();
    DriftView {
        kinds: DriftKind::ALL.iter().map(|kind| choice(kind.label(), of(*kind))).collect(),
        rows,
        files: files.into_iter().collect(),
    }
}

/// Reads what code declares out of files, beside the newest snapshot: a snapshot of its own, audited like any other.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn add_code(session: State<'_, Session>, paths: Vec<String>) -> Answer<EngagementView> {
    let paths: Vec<PathBuf> = paths.into_iter().map(PathBuf::from).collect();
    let shown = session.shown()?;
    session.with(|open| {
        let audited = open.engagement()?.add_code(&paths, &now())?;
        open.shown = Shown::new(shown.name.clone(), shown.is_sample, audited);
        Ok(())
    })?;
    Ok(engagement_view(&*session.shown()?))
}
