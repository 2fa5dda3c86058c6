//! What-if equals reality, and a plan never leaves a service without a way in: over a thousand random fleets each.

use crate::random::{self, BACKUP, DEFENDER, INFERENCE, ML, apply, fleet};
use quay_azure::Dice;
use quay_model::{Change, DocumentKind, Memory, Settings, Snapshot, Step};
use quay_pipeline::{Audited, changes_of, plans_of, what_if};
use serde_json::Value;
use std::collections::BTreeMap;

const FLEETS: u64 = 1000;
const MOMENT: &str = "2026-11-23T12:00:00Z";

fn audited(snapshot: Snapshot) -> Audited {
    Audited::of(snapshot, MOMENT, &Settings::default())
}

type Outcomes = BTreeMap<(String, String), (String, String, String)>;

fn outcomes(audit: &quay_model::Audit) -> Outcomes {
    let of = |v: &quay_model::Verdict| {
        let told = (v.verdict.label().to_owned(), v.severity.label().to_owned(), v.reason.to_string());
        ((v.rule.to_string(), v.resource_id.to_lowercase()), told)
    };
    audit.verdicts.iter().map(of).collect()
}

#[test]
fn what_if_says_what_auditing_the_changed_documents_says() {
    let (mut steps_taken, mut changed) = (0, 0);
    for seed in 0..FLEETS {
        let before = audited(fleet(seed));
        let plans = plans_of(&before);
        let mut dice = Dice::new(seed);
        // held back steps too: whoever says so may take them
        let chosen: Vec<&Step> = plans.iter().flat_map(|plan| &plan.steps).filter(|_| dice.roll(3) > 0).collect();
        let changes = changes_of(&chosen);
        let imagined = what_if(&before, &Memory::default(), &changes);
        let mut reality = fleet(seed);
        changes.iter().for_each(|change| apply(&mut reality, change));
        let real = audited(reality);
        assert_eq!(outcomes(&imagined.after), outcomes(&real.audit), "seed {seed}: {changes:#?}");
        assert_eq!(imagined.after.score, real.audit.score, "seed {seed}");
        steps_taken += changes.len();
        changed += usize::from(outcomes(&before.audit) != outcomes(&real.audit));
    }
    println!("what-if: {FLEETS} fleets, {steps_taken} steps taken, verdicts changed in {changed} fleets");
    assert!(changed > 800, "most plans should change something");
}

/// A service that uses a cluster, as this walk finds it: cluster, source, and the role its binding must hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Uses {
    cluster: String,
    source: String,
    roles: Vec<&'static str>,
    principal: String,
}

struct Walk<'a> {
    bodies: Vec<(DocumentKind, String, Value)>,
    start: Option<&'a Walk<'a>>,
    rotated: Vec<String>,
}

impl<'a> Walk<'a> {
    fn of(snapshot: &Snapshot, start: Option<&'a Walk<'a>>, rotated: Vec<String>) -> Self {
        let body = |d: &quay_model::Document| {
            (d.kind, d.resource_id.to_lowercase(), serde_json::from_str(&d.body).unwrap_or_default())
        };
        Walk { bodies: snapshot.documents.iter().map(body).collect(), start, rotated }
    }

    fn get(&self, id: &str) -> Option<&Value> {
        let lower = id.to_lowercase();
        self.bodies
            .iter()
            .find(|(kind, known, _)| *known == lower && !matches!(kind, DocumentKind::BindingListEnd))
            .map(|(_, _, body)| body)
    }

    fn of_type<'b>(&'b self, part: &'b str) -> impl Iterator<Item = (&'b String, &'b Value)> {
        self.bodies.iter().filter(move |(_, id, _)| id.contains(part)).map(|(_, id, body)| (id, body))
    }

    fn clusters(&self) -> Vec<String> {
        self.bodies.iter().filter(|(kind, ..)| *kind == DocumentKind::Cluster).map(|(_, id, _)| id.clone()).collect()
    }

    fn detected(&self) -> Vec<Uses> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
        let mut uses = Vec::new();
        for (id, body) in self.of_type("/backupinstances/") {
            let source = id.split("/backupinstances/").next().unwrap_or_default().to_owned();
            uses.push(Uses {
                cluster: text(&body["properties"]["dataSourceInfo"]["resourceID"]),
                principal: self.principal(&source),
                source,
                roles: vec![BACKUP],
            });
        }
        for (id, body) in self.of_type("/computes/") {
            let source = id.split("/computes/").next().unwrap_or_default().to_owned();
            let role = if body["properties"]["computeType"] == "AKS" { INFERENCE } else { ML };
            uses.push(Uses {
                cluster: text(&body["properties"]["resourceId"]),
                principal: self.principal(&source),
                source,
                roles: vec![role],
            });
        }
        for plan in ["Containers", "CloudPosture"] {
            let id = format!("/pricings/{}", plan.to_lowercase());
            let on = self.of_type(&id).any(|(known, body)| {
                known.ends_with(&id)
                    && body["properties"]["pricingTier"] == "Standard"
                    && body["properties"]["extensions"][0]["isEnabled"] == "True"
            });
            if on {
                let source = random::operator(plan).to_lowercase();
                uses.extend(self.clusters().into_iter().map(|cluster| Uses {
                    cluster,
                    principal: self.principal(&source),
                    source: source.clone(),
                    roles: vec![DEFENDER],
                }));
            }
        }
        for (id, _) in self.of_type("/providers/microsoft.chaos/targets/") {
            let cluster = id.split("/providers/microsoft.chaos").next().unwrap_or_default().to_owned();
            uses.push(Uses { cluster, source: id.clone(), roles: vec![], principal: String::new() });
        }
        uses
    }

    fn principal(&self, source: &str) -> String {
        self.get(source).and_then(|body| body["identity"]["principalId"].as_str()).unwrap_or_default().to_owned()
    }

    fn bound(&self, uses: &Uses) -> bool {
        let start = format!("{}/trustedaccessrolebindings/", uses.cluster);
        !uses.roles.is_empty()
            && self.bodies.iter().any(|(kind, id, body)| {
                let properties = &body["properties"];
                let holds = |role: &&str| {
                    properties["roles"].as_array().is_some_and(|all| all.iter().any(|own| own.as_str() == Some(role)))
                };
                *kind == DocumentKind::Binding
                    && id.starts_with(&start)
                    && properties["provisioningState"] == "Succeeded"
                    && properties["sourceResourceId"]
                        .as_str()
                        .is_some_and(|source| source.eq_ignore_ascii_case(&uses.source))
                    && uses.roles.iter().all(holds)
            })
    }

    /// Settings and rights that a service without a binding may live by: as they were at the start.
    fn old_way(&self, uses: &Uses) -> bool {
        let Some(start) = self.start else { return self.is_reachable(&uses.cluster) };
        let setting = |walk: &Walk<'_>, path: &str| {
            walk.get(&uses.cluster).and_then(|body| body.pointer(path)).cloned().unwrap_or_default()
        };
        let same = |path: &str| setting(self, path) == setting(start, path);
        let rights = |walk: &Walk<'_>| -> Vec<String> {
            let own = walk.of_type("/roleassignments/").filter(|(_, body)| {
                !uses.principal.is_empty() && body["properties"]["principalId"] == uses.principal.as_str()
            });
            let on_path = own.filter(|(_, body)| {
                body["properties"]["scope"]
                    .as_str()
                    .is_some_and(|scope| uses.cluster.starts_with(&scope.to_lowercase()))
            });
            on_path.map(|(id, _)| id.clone()).collect()
        };
        start.is_reachable(&uses.cluster)
            && same("/properties/apiServerAccessProfile/enablePrivateCluster")
            && same("/properties/apiServerAccessProfile/authorizedIPRanges")
            && same("/properties/disableLocalAccounts")
            && same("/properties/apiServerAccessProfile/disableRunCommand")
            && !self.rotated.contains(&uses.cluster)
            && rights(self) == rights(start)
    }

    fn is_reachable(&self, cluster: &str) -> bool {
        self.get(cluster)
            .is_some_and(|body| body["properties"]["apiServerAccessProfile"]["enablePrivateCluster"] != true)
    }

    /// Chaos Studio only needs what it has; turning run command off does not concern it.
    fn has_way(&self, uses: &Uses) -> bool {
        if uses.roles.is_empty() {
            let mut without = uses.clone();
            without.principal = String::new();
            return self.old_way_without_run_command(&without);
        }
        self.bound(uses) || self.old_way(uses)
    }

    fn old_way_without_run_command(&self, uses: &Uses) -> bool {
        let Some(start) = self.start else { return self.is_reachable(&uses.cluster) };
        let setting = |walk: &Walk<'_>, path: &str| {
            walk.get(&uses.cluster).and_then(|body| body.pointer(path)).cloned().unwrap_or_default()
        };
        let same = |path: &str| setting(self, path) == setting(start, path);
        start.is_reachable(&uses.cluster)
            && same("/properties/apiServerAccessProfile/enablePrivateCluster")
            && same("/properties/apiServerAccessProfile/authorizedIPRanges")
            && same("/properties/disableLocalAccounts")
            && !self.rotated.contains(&uses.cluster)
    }
}

#[test]
fn following_a_plan_never_leaves_a_service_without_a_way_in() {
    let (mut walked, mut services, mut rescued, mut held) = (0, 0, 0, 0);
    for seed in 0..FLEETS {
        let mut snapshot = fleet(seed + 5_000);
        let first = snapshot.clone();
        let start = Walk::of(&first, None, Vec::new());
        let uses = start.detected();
        services += uses.len();
        let mut had: Vec<bool> = uses.iter().map(|uses| start.has_way(uses)).collect();
        let mut plans = plans_of(&audited(snapshot.clone()));
        // whoever works on several clusters does them in any order
        if seed % 2 == 0 {
            plans.reverse();
        }
        let mut rotated = Vec::new();
        for step in plans.iter().flat_map(|plan| &plan.steps) {
            if step.is_held_back() {
                held += 1;
                continue;
            }
            apply(&mut snapshot, &step.change);
            if let Change::RotateCertificates { cluster } = &step.change {
                rotated.push(cluster.to_lowercase());
            }
            walked += 1;
            let now = Walk::of(&snapshot, Some(&start), rotated.clone());
            for (uses, had) in uses.iter().zip(&mut had) {
                let has = now.has_way(uses);
                assert!(
                    has || !*had,
                    "seed {seed}: after {:?} {} lost its way into {}",
                    step.change,
                    uses.source,
                    uses.cluster
                );
                rescued += usize::from(has && !*had);
                *had = has;
            }
        }
    }
    println!(
        "plans: {FLEETS} fleets, {walked} steps walked, {held} held back, {services} services, {rescued} got a way in they did not have"
    );
    assert!(walked > 5_000 && rescued > 100 && held > 500, "{walked} {rescued} {held}");
}
