//! Doors: of one cluster, and across the fleet with how far each identity gets.

use super::Answer;
use super::lists::{choice, holds, page_of, word};
use crate::session::{Session, Shown};
use crate::transport::{
    ClusterLink, DoorCount, DoorView, DoorsView, IntegrationView, ListQuery, RadiusPage, RadiusRow, count,
};
use quay_model::{Bound, ClusterDoors, Door, DoorKind, DoorState, Integration, Problem, ProblemCode, Radius, Survey};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tauri::State;

/// So many clusters are named; the rest are counted.
const MOST_NAMED: usize = 200;

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

/// The doors of one cluster.
pub(super) fn doors_of<'a>(shown: &'a Shown, id: &str, instance: &str) -> Option<&'a ClusterDoors> {
    shown.audited.survey.doors.iter().find(|d| d.cluster_id.eq_ignore_ascii_case(id) && d.instance == instance)
}

pub(crate) fn doors_view(shown: &Shown, id: &str, instance: &str) -> Option<DoorsView> {
    let found = doors_of(shown, id, instance)?;
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
    let is_door = |key: &&String| DoorKind::ALL.iter().any(|door| door.label() == key.as_str());
    let (doors, whose): (Vec<&String>, Vec<&String>) = query.kinds.iter().partition(is_door);
    let matching: Vec<&Radius> = survey
        .radius
        .iter()
        .filter(|line| whose.is_empty() || whose.iter().any(|kind| **kind == word(line.who_kind)))
        .filter(|line| doors.is_empty() || labels(line).iter().any(|door| doors.contains(&door)))
        .filter(|line| holds(&query.text, &[&line.who_name, &line.who, &labels(line).join(" ")]))
        .collect();
    let page = page_of(&matching, query.offset, query.limit);
    let mut enters = entered(survey, &page);
    RadiusPage {
        matching: count(matching.len()),
        all: count(survey.radius.len()),
        rows: page
            .into_iter()
            .map(|line| RadiusRow {
                who: line.who.to_string(),
                who_name: line.who_name.to_string(),
                who_kind: word(line.who_kind),
                clusters: line.clusters,
                admin_of: line.admin_of,
                doors: labels(line),
                enters: enters.remove(&*line.who).unwrap_or_default(),
            })
            .collect(),
        clusters: count(survey.doors.len()),
        unread: count(survey.doors.iter().filter(|cluster| !cluster.unread.is_empty()).count()),
        kinds: kinds.into_iter().map(|(kind, number)| choice(&kind, number)).collect(),
        doors: door_counts(survey),
    }
}

fn labels(line: &Radius) -> Vec<String> {
    line.doors.iter().map(|door| door.label().to_owned()).collect()
}

fn link(of: &ClusterDoors) -> ClusterLink {
    ClusterLink {
        id: of.cluster_id.to_string(),
        instance: of.instance.clone(),
        name: of.cluster_id.rsplit('/').next().unwrap_or_default().to_owned(),
    }
}

/// The clusters that each of these identities can enter today.
fn entered<'a>(survey: &'a Survey, lines: &[&'a Radius]) -> HashMap<&'a str, Vec<ClusterLink>> {
    let mut entered: HashMap<&str, Vec<ClusterLink>> = lines.iter().map(|line| (&*line.who, Vec::new())).collect();
    for cluster in &survey.doors {
        let open = cluster.doors.iter().filter(|door| door.state == DoorState::Open);
        let holders: BTreeSet<&str> = open.map(|door| &*door.who).collect();
        for who in holders {
            if let Some(links) = entered.get_mut(who)
                && links.len() < MOST_NAMED
            {
                links.push(link(cluster));
            }
        }
    }
    entered
}

fn door_counts(survey: &Survey) -> Vec<DoorCount> {
    let mut counts: BTreeMap<DoorKind, DoorCount> = BTreeMap::new();
    for cluster in &survey.doors {
        let mut here: BTreeSet<DoorKind> = BTreeSet::new();
        for door in &cluster.doors {
            let fresh = || DoorCount {
                door: door.kind.label().to_owned(),
                open: 0,
                dormant: 0,
                unknown: 0,
                clusters: 0,
                open_on: Vec::new(),
            };
            let of = counts.entry(door.kind).or_insert_with(fresh);
            match door.state {
                DoorState::Open => {
                    of.open += 1;
                    if here.insert(door.kind) {
                        of.clusters += 1;
                        if of.open_on.len() < MOST_NAMED {
                            of.open_on.push(link(cluster));
                        }
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
