//! The services of a fleet and their ways in, found by a walk over documents: written apart from the product, so that it can
//! be held against it.

use crate::random::{self, BACKUP, DEFENDER, INFERENCE, ML};
use quay_model::{DocumentKind, Snapshot};
use serde_json::Value;

/// One source, in any case; Defender may rename the operator of a plan, and the plan stays.
fn same(one: &str, other: &str) -> bool {
    let plan = |id: &str| id.to_lowercase().split("/securityoperators/").next().unwrap_or_default().to_owned();
    plan(one) == plan(other)
}

/// A service that uses a cluster, as this walk finds it: cluster, source, and the role its binding must hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Uses {
    pub(crate) cluster: String,
    pub(crate) source: String,
    roles: Vec<&'static str>,
    principal: String,
}

pub(crate) struct Walk<'a> {
    bodies: Vec<(DocumentKind, String, Value)>,
    start: Option<&'a Walk<'a>>,
    rotated: Vec<String>,
}

impl<'a> Walk<'a> {
    pub(crate) fn of(snapshot: &Snapshot, start: Option<&'a Walk<'a>>, rotated: Vec<String>) -> Self {
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

    pub(crate) fn detected(&self) -> Vec<Uses> {
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
                    && properties["sourceResourceId"].as_str().is_some_and(|source| same(source, &uses.source))
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
    pub(crate) fn has_way(&self, uses: &Uses) -> bool {
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
