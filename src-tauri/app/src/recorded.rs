//! Records what the commands answer for the sample fleet, so that the UI runs in a plain browser and its tests see real
//! answers. Run with UPDATE_BINDINGS=1 to write the recording; without it the test fails when it is stale.

use crate::commands::{access, clusters, coverage, doors, findings, opening, overview, plan, reports, rules};
use crate::session::Shown;
use crate::transport::{ClusterQuery, FindingQuery, FindingState, ListQuery, SettingsView, WhatIfQuery};
use quay_model::Settings;
use quay_pipeline::{Audited, Source, take};
use serde_json::{Map, Value, json};
use std::error::Error;
use std::{env, fs, path::Path};

const MOMENT: &str = "2026-11-23T12:00:00Z";
const ALL: u32 = 100_000;

fn query(state: FindingState) -> FindingQuery {
    FindingQuery {
        text: String::new(),
        severities: vec![],
        rules: vec![],
        subscriptions: vec![],
        owners: vec![],
        state,
        sort: "severity".into(),
        descending: false,
        offset: 0,
        limit: ALL,
    }
}

fn list() -> ListQuery {
    ListQuery { text: String::new(), kinds: vec![], offset: 0, limit: ALL }
}

fn recording() -> Result<Value, Box<dyn Error>> {
    let taken = take(&Source::Sample, MOMENT, &mut |_| true);
    let audited = Audited::of(taken.snapshot, MOMENT, &Settings::default());
    let shown = Shown::new("Sample fleet: Nordwind Logistics".into(), true, audited);
    let mut pages = Map::new();
    for state in [
        FindingState::Open,
        FindingState::New,
        FindingState::NotAssessed,
        FindingState::Passed,
        FindingState::NotApplicable,
    ] {
        let name = serde_json::to_value(state)?.as_str().unwrap_or_default().to_owned();
        pages.insert(name, serde_json::to_value(findings::page(&shown, &query(state)))?);
    }
    let mut whole = Map::new();
    for verdict in shown.audited.audit.findings() {
        whole.insert(verdict.identity(), serde_json::to_value(findings::whole(&shown, verdict))?);
    }
    let every_cluster = ClusterQuery {
        text: String::new(),
        exposures: vec![],
        sort: "worst".into(),
        descending: false,
        offset: 0,
        limit: ALL,
    };
    let mut views = Map::new();
    for cluster in &shown.audited.fleet.clusters {
        views.insert(cluster.id.as_str().to_owned(), serde_json::to_value(clusters::view(&shown, cluster))?);
    }
    let (mut by_door, mut plans, mut imagined) = (Map::new(), Map::new(), Map::new());
    for cluster in &shown.audited.fleet.clusters {
        let id = cluster.id.as_str();
        by_door.insert(id.to_owned(), serde_json::to_value(doors::doors_view(&shown, id, &cluster.instance))?);
        plans.insert(id.to_owned(), serde_json::to_value(plan::plan_view(&shown, id))?);
        let query = WhatIfQuery { cluster: id.to_owned(), steps: vec![] };
        imagined.insert(id.to_owned(), serde_json::to_value(plan::imagined(&shown, &query))?);
    }
    Ok(json!({
        "engagement": opening::engagement_view(&shown),
        "overview": overview::view(&shown),
        "pages": pages,
        "findings": whole,
        "clusters": clusters::page(&shown, &every_cluster),
        "clusterViews": views,
        "matrix": access::matrix_page(&shown, &list()),
        "bindings": access::bindings_page(&shown, &list()),
        "roles": access::role_views(&shown),
        "radius": doors::radius_page(&shown, &list()),
        "owners": access::owners_view(&shown),
        "drift": access::drift_view(&shown),
        "doors": by_door,
        "plans": plans,
        "fleetPlan": plan::fleet_plan_view(&shown),
        "imaginedFleet": plan::imagined(&shown, &WhatIfQuery { cluster: String::new(), steps: vec![] }),
        "imagined": imagined,
        "guardrails": plan::guardrail_views(&shown),
        "rules": rules::views(&shown.audited.audit.verdicts),
        "coverage": coverage::view(&shown),
        "reportPreview": reports::preview(&shown),
        "settings": SettingsView::from(Settings::default()),
    }))
}

#[test]
fn recorded_answers_are_up_to_date() -> Result<(), Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/ipc/recorded/sample.json");
    let text = format!("{}\n", serde_json::to_string(&recording()?)?);
    if env::var_os("UPDATE_BINDINGS").is_some() {
        fs::write(&path, &text)?;
    }
    assert_eq!(fs::read_to_string(&path)?, text, "the recording is stale");
    Ok(())
}
