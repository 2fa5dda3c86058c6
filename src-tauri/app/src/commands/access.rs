//! Trusted Access, doors, owners, and what code declares.

use super::Answer;
use super::opening::engagement_view;
use super::rows::finding_title;
use crate::session::{Session, Shown};
use crate::transport::{
    BindingFinding, BindingPage, BindingRow, ChoiceView, DoorCount, DoorView, DoorsView, DriftRow, DriftView,
    EngagementView, IntegrationView, ListQuery, MatrixCellView, MatrixPage, MatrixRowView, OwnedRow, OwnerRow,
    OwnersView, RadiusPage, RadiusRow, RoleView, count,
};
use quay_model::{
    ArmId, Binding, Bound, Cluster, Door, DoorKind, DoorState, DriftKind, Integration, MatrixState, Problem,
    ProblemCode, Service, Verdict,
};
use quay_pipeline::{Exposure, made_by, now, scoreboard};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use tauri::State;

/// The word a closed set of the model is written with.
fn word(value: impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn page_of<T: Clone>(all: &[T], offset: u32, limit: u32) -> Vec<T> {
    let start = usize::try_from(offset).unwrap_or(usize::MAX);
    all.iter().skip(start).take(usize::try_from(limit).unwrap_or(0)).cloned().collect()
}

fn holds(text: &str, fields: &[&str]) -> bool {
    let text = text.trim().to_lowercase();
    text.is_empty() || fields.iter().any(|field| field.to_lowercase().contains(&text))
}

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn matrix(session: State<'_, Session>, query: ListQuery) -> Answer<MatrixPage> {
    Ok(matrix_page(&*session.shown()?, &query))
}

pub(crate) fn matrix_page(shown: &Shown, query: &ListQuery) -> MatrixPage {
    let audited = &shown.audited;
    let mut counts: BTreeMap<MatrixState, u32> = BTreeMap::new();
    let (mut covered, mut coverable) = (0, 0);
    let mut rows: Vec<MatrixRowView> = Vec::new();
    for (row, cluster) in audited.survey.matrix.iter().zip(&audited.fleet.clusters) {
        row.cells.iter().for_each(|cell| *counts.entry(cell.state).or_default() += 1);
        let of_cluster =
            audited.survey.doors.iter().find(|d| *d.cluster_id == *row.cluster_id && d.instance == row.instance);
        let needing: Vec<&Integration> =
            of_cluster.into_iter().flat_map(|d| &d.integrations).filter(|i| i.supports_trusted_access()).collect();
        let known = needing.iter().all(|i| !matches!(i.bound, Bound::Unknown(_) | Bound::Unreadable(_)));
        if !needing.is_empty() && known {
            coverable += 1;
            covered += u32::from(needing.iter().all(|i| matches!(i.bound, Bound::Yes(_))));
        }
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
            |cell: &MatrixCellView| MatrixState::ALL.iter().position(|state| state.label() == cell.state).unwrap_or(9);
        row.cells.iter().map(place).min().unwrap_or(9)
    };
    rows.sort_by(|a, b| worst(a).cmp(&worst(b)).then_with(|| a.name.cmp(&b.name)));
    MatrixPage {
        services: Service::WITH_TRUSTED_ACCESS.iter().map(|service| service.label().to_owned()).collect(),
        matching: count(rows.len()),
        all: count(audited.survey.matrix.len()),
        rows: page_of(&rows, query.offset, query.limit),
        states: MatrixState::ALL
            .iter()
            .map(|state| choice(state.label(), counts.get(state).copied().unwrap_or(0)))
            .collect(),
        covered,
        coverable,
    }
}

fn choice(label: &str, count: u32) -> ChoiceView {
    ChoiceView { key: label.to_owned(), label: label.to_owned(), count }
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
            made_by: made_by(audited, binding),
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
        b.findings
            .len()
            .cmp(&a.findings.len())
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
pub(crate) fn doors(session: State<'_, Session>, id: String, instance: String) -> Answer<DoorsView> {
    let shown = session.shown()?;
    doors_view(&shown, &id, &instance).ok_or_else(|| {
        Problem::new(
            ProblemCode::NotFound,
            "This cluster is not in the snapshot that is open.",
            "Look at the list of clusters again.",
        )
        .into()
    })
}

pub(crate) fn doors_view(shown: &Shown, id: &str, instance: &str) -> Option<DoorsView> {
    let found =
        shown.audited.survey.doors.iter().find(|d| d.cluster_id.eq_ignore_ascii_case(id) && d.instance == instance)?;
    Some(DoorsView {
        doors: found.doors.iter().map(door_view).collect(),
        integrations: found.integrations.iter().map(integration_view).collect(),
        unread: found.unread.clone(),
    })
}

fn door_view(door: &Door) -> DoorView {
    DoorView {
        door: door.kind.label().to_owned(),
        state: word(door.state),
        who_kind: word(door.who_kind),
        who: door.who.to_string(),
        who_name: door.who_name.to_string(),
        reach: word(door.reach),
        right: door.right.to_string(),
        shown_by: door.shown_by.to_string(),
        replaceable: word(door.replaceable),
    }
}

fn integration_view(integration: &Integration) -> IntegrationView {
    let (bound, detail) = match &integration.bound {
        Bound::Yes(name) => ("bound", name.clone()),
        Bound::No => ("not bound", String::new()),
        Bound::Lacking(why) | Bound::NotInForce(why) => ("not bound", why.clone()),
        Bound::Unknown(why) | Bound::Unreadable(why) => ("unknown", why.clone()),
        Bound::NotNeeded => ("needs none", String::new()),
    };
    IntegrationView {
        service: integration.service.label().to_owned(),
        source: integration.source.clone(),
        source_name: integration.source.rsplit('/').next().unwrap_or_default().to_owned(),
        state: integration.state.clone(),
        path: integration.service.path().to_owned(),
        bound: bound.to_owned(),
        detail,
        shown_by: format!(
            "{}: {}; {}",
            integration.shown_by.path, integration.shown_by.observed, integration.shown_by.source
        ),
    }
}

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn radius(session: State<'_, Session>, query: ListQuery) -> Answer<RadiusPage> {
    Ok(radius_page(&*session.shown()?, &query))
}

pub(crate) fn radius_page(shown: &Shown, query: &ListQuery) -> RadiusPage {
    let survey = &shown.audited.survey;
    let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
    survey.radius.iter().for_each(|line| *kinds.entry(word(line.who_kind)).or_default() += 1);
    let matching: Vec<RadiusRow> = survey
        .radius
        .iter()
        .map(|line| RadiusRow {
            who: line.who.to_string(),
            who_name: line.who_name.to_string(),
            who_kind: word(line.who_kind),
            clusters: line.clusters,
            admin_of: line.admin_of,
            doors: line.doors.iter().map(|door| door.label().to_owned()).collect(),
        })
        .filter(|row| query.kinds.is_empty() || query.kinds.contains(&row.who_kind))
        .filter(|row| holds(&query.text, &[&row.who_name, &row.who, &row.doors.join(" ")]))
        .collect();
    RadiusPage {
        matching: count(matching.len()),
        all: count(survey.radius.len()),
        rows: page_of(&matching, query.offset, query.limit),
        clusters: count(survey.doors.len()),
        kinds: kinds.into_iter().map(|(kind, number)| choice(&kind, number)).collect(),
        doors: door_counts(shown),
    }
}

fn door_counts(shown: &Shown) -> Vec<DoorCount> {
    let mut counts: BTreeMap<DoorKind, DoorCount> = BTreeMap::new();
    for cluster in &shown.audited.survey.doors {
        let mut here: BTreeSet<DoorKind> = BTreeSet::new();
        for door in &cluster.doors {
            let fresh =
                || DoorCount { door: door.kind.label().to_owned(), open: 0, dormant: 0, unknown: 0, clusters: 0 };
            let of = counts.entry(door.kind).or_insert_with(fresh);
            match door.state {
                DoorState::Open => {
                    of.open += 1;
                    if here.insert(door.kind) {
                        of.clusters += 1;
                    }
                }
                DoorState::Dormant => of.dormant += 1,
                DoorState::Unknown => of.unknown += 1,
                DoorState::Closed => {}
            }
        }
    }
    counts.into_values().collect()
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
