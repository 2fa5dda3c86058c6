//! `make bench`: doors and all rules over 10,000 clusters with 3 integrations and 30 role assignments each.
//! Prints time and memory; figures are committed in docs/performance.md.

#![expect(clippy::print_stdout, reason = "figures are what it is for")]

use quay_model::{Document, DocumentKind, Fleet, Memory, Settings, Snapshot, SnapshotFacts, Source, lists};
use quay_pipeline::{rules_over, survey};
use serde_json::{Value, json};
use std::time::Instant;

const CLUSTERS: usize = 10_000;
const SUBSCRIPTIONS: usize = 200;
const ASSIGNMENTS: usize = 30;
/// Reader most often, as in real subscriptions; the others are those that open doors.
const ROLES: [&str; 6] = [
    "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
    "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8",
    "7f6c6a51-bcf8-42ba-9220-52d62157d7db",
    "acdd72a7-3385-48ef-bd42-f606fba81ae7",
];

fn main() {
    let fleet = {
        let snapshot = snapshot();
        println!("documents: {}; memory {}", snapshot.documents.len(), memory());
        timed("the fleet out of its documents", || Fleet::read(&snapshot))
    };
    println!("memory with the fleet alone: {}", memory());
    let settings = Settings::default();
    let started = Instant::now();
    let found = timed("doors, matrix, radius, owners", || survey(&fleet, &settings));
    println!("memory with doors: {}", memory());
    let audit = timed("all rules", || rules_over(&fleet, facts(), &settings, &Memory::default()));
    let together = started.elapsed();
    let doors: usize = found.doors.iter().map(|cluster| cluster.doors.len()).sum();
    println!("doors: {doors}, identities: {}, verdicts: {}", found.radius.len(), audit.verdicts.len());
    println!("together: {:.2} s; memory {}", together.as_secs_f64(), memory());
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let done = work();
    println!("{what}: {:.2} s", started.elapsed().as_secs_f64());
    done
}

/// What is resident now, and the most so far, as Linux counts it.
fn memory() -> String {
    format!("{} now, {} at most", of_process("VmRSS:"), of_process("VmHWM:"))
}

fn of_process(what: &str) -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap_or(" not known here");
    line.trim().to_owned()
}

fn facts() -> SnapshotFacts {
    SnapshotFacts {
        hash: String::new(),
        previous_hash: String::new(),
        origin: "benchmark".to_owned(),
        taken: "2026-11-23T12:00:00Z".to_owned(),
        as_of: "2026-11-23T12:00:00Z".to_owned(),
        label: String::new(),
        documents: 0,
    }
}

fn snapshot() -> Snapshot {
    let mut documents = Vec::new();
    let source = Source::new("benchmark", "");
    let mut keep = |kind: DocumentKind, body: &Value| {
        let id = body["id"].as_str().unwrap_or_default().to_owned();
        documents.push(Document::new(kind, id, source.clone(), body));
    };
    for s in 0..SUBSCRIPTIONS {
        let scope = format!("/subscriptions/{s:08}-0000-4000-8000-000000000000");
        for (kind, name) in [("DataProtection/backupVaults", "vault"), ("MachineLearningServices/workspaces", "ml")] {
            keep(
                DocumentKind::Related,
                &json!({"id": format!("{scope}/resourceGroups/rg/providers/Microsoft.{kind}/{name}"),
                "identity": {"type": "SystemAssigned", "principalId": format!("{name}-{s}")}, "properties": {"publicNetworkAccess": "Disabled"}}),
            );
        }
        keep(
            DocumentKind::Related,
            &json!({"id": format!("{scope}/providers/Microsoft.Security/pricings/CloudPosture"),
            "properties": {"pricingTier": "Standard", "extensions": [{"name": "AgentlessDiscoveryForKubernetes", "isEnabled": "True"}]}}),
        );
    }
    for c in 0..CLUSTERS {
        let scope = format!("/subscriptions/{:08}-0000-4000-8000-000000000000", c % SUBSCRIPTIONS);
        let id = format!(
            "{scope}/resourceGroups/rg-{}/providers/Microsoft.ContainerService/managedClusters/aks-{c:05}",
            c % 7
        );
        let access = if c % 3 == 0 {
            json!({"enablePrivateCluster": true})
        } else {
            json!({"authorizedIPRanges": ["203.0.113.0/28"]})
        };
        keep(
            DocumentKind::Cluster,
            &json!({"id": id, "name": format!("aks-{c:05}"), "location": "westeurope", "tags": {"owner": format!("o{}", c % 50)},
            "properties": {"provisioningState": "Succeeded", "fqdn": format!("aks-{c}.hcp"), "apiServerAccessProfile": access, "disableLocalAccounts": c % 2 == 0,
                "aadProfile": {"managed": true, "enableAzureRBAC": c % 2 == 1}}}),
        );
        let vault = format!("{scope}/resourceGroups/rg/providers/Microsoft.DataProtection/backupVaults/vault");
        let workspace = format!("{scope}/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ml");
        keep(
            DocumentKind::Related,
            &json!({"id": format!("{vault}/backupInstances/aks-{c}"), "properties": {"currentProtectionState": "ProtectionConfigured",
            "dataSourceInfo": {"datasourceType": "Microsoft.ContainerService/managedClusters", "resourceID": id}}}),
        );
        keep(
            DocumentKind::Related,
            &json!({"id": format!("{workspace}/computes/aks-{c}"), "properties": {"computeType": "Kubernetes", "resourceId": id}}),
        );
        keep(
            DocumentKind::Binding,
            &json!({"id": format!("{id}/trustedAccessRoleBindings/backup"), "properties": {"provisioningState": "Succeeded",
            "sourceResourceId": vault, "roles": ["Microsoft.DataProtection/backupVaults/backup-operator"]}}),
        );
        keep(DocumentKind::BindingListEnd, &json!({"id": id}));
        for a in 0..ASSIGNMENTS {
            let kind = ["User", "Group", "ServicePrincipal"][a % 3];
            keep(
                DocumentKind::Related,
                &json!({"id": format!("{id}/providers/Microsoft.Authorization/roleAssignments/{c:06}{a:02}-0000-4000-8000-000000000000"),
                "properties": {"roleDefinitionId": format!("/providers/Microsoft.Authorization/roleDefinitions/{}", ROLES[a % 6]), "scope": id,
                    "principalId": format!("{:08}-1111-4000-8000-{a:012}", c % 900), "principalType": kind}}),
            );
        }
    }
    for what in
        [lists::BACKUPS, lists::COMPUTES, lists::WORKSPACES, lists::PLANS, lists::ASSIGNMENTS, lists::PRIVATE_ENDPOINTS]
    {
        documents.push(Document::new(
            DocumentKind::ListEnd,
            "tenant".to_owned(),
            source.clone(),
            &json!({"wholeListOf": what}),
        ));
    }
    Snapshot { taken: "2026-11-23T12:00:00Z".to_owned(), origin: "benchmark".to_owned(), documents, gaps: Vec::new() }
}
