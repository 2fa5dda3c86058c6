//! Resource Graph: tables over the world, filtered by subscription, in pages with a skip token.

use crate::kql::Query;
use crate::world::{World, type_of};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Where rows of a type stand ("Azure Resource Graph table and resource type reference"); all others are `resources`.
const TABLES: [(&str, &str); 17] = [
    ("microsoft.dataprotection/backupvaults/backupinstances", "recoveryservicesresources"),
    ("microsoft.kubernetesconfiguration/extensions", "kubernetesconfigurationresources"),
    ("microsoft.kubernetesconfiguration/fluxconfigurations", "kubernetesconfigurationresources"),
    ("microsoft.security/pricings", "securityresources"),
    ("microsoft.authorization/roleassignments", "authorizationresources"),
    ("microsoft.authorization/roledefinitions", "authorizationresources"),
    ("microsoft.insights/datacollectionruleassociations", "insightresources"),
    ("microsoft.policyinsights/policystates", "policyresources"),
    ("microsoft.authorization/policyassignments", "policyresources"),
    ("microsoft.authorization/policyexemptions", "policyresources"),
    ("microsoft.containerservice/fleets/members", "aksresources"),
    ("microsoft.chaos/targets", "chaosresources"),
    ("microsoft.authorization/policydefinitions", "policyresources"),
    ("microsoft.authorization/policysetdefinitions", "policyresources"),
    ("microsoft.managedservices/registrationassignments", "managedserviceresources"),
    ("microsoft.resources/subscriptions", "resourcecontainers"),
    ("microsoft.resources/subscriptions/resourcegroups", "resourcecontainers"),
];

/// Types that Resource Graph does not hold at all.
const ABSENT: [&str; 5] = [
    "microsoft.containerservice/managedclusters/trustedaccessrolebindings",
    "microsoft.machinelearningservices/workspaces/computes",
    "microsoft.insights/diagnosticsettings",
    "microsoft.security/pricings/securityoperators",
    "microsoft.servicelinker/linkers",
];

/// Results of queries that are being paged through.
#[derive(Debug, Default)]
pub(crate) struct Results {
    kept: HashMap<String, Arc<Vec<Value>>>,
}

impl Results {
    pub(crate) fn forget(&mut self) {
        self.kept.clear();
    }

    /// The answer to one request, or Azure's refusal.
    pub(crate) fn answer(&mut self, world: &World, asked: &Value, most: usize) -> (u16, Value) {
        let query = asked["query"].as_str().unwrap_or_default();
        let parsed = match Query::parse(query) {
            Ok(parsed) => parsed,
            Err(why) => return refused(&why),
        };
        let options = &asked["options"];
        let top = options["$top"].as_u64().map_or(most, |top| (top as usize).clamp(1, most));
        let token = options["$skipToken"].as_str().and_then(place);
        let from = match (&options["$skipToken"], token) {
            (Value::String(_), None) => return refused("the skip token is not one of ours"),
            (_, Some(at)) => at,
            (_, None) => options["$skip"].as_u64().unwrap_or(0) as usize,
        };
        let scopes = scopes(world, asked);
        let filter = options["authorizationScopeFilter"].as_str().unwrap_or_default();
        let above = filter.to_lowercase().contains("above");
        let key = format!("{query}\n{above}\n{scopes:?}");
        let rows = match self.kept.get(&key) {
            Some(rows) => Arc::clone(rows),
            None => {
                let rows = Arc::new(run(world, &parsed, &scopes, above));
                if self.kept.len() > 64 {
                    self.kept.clear();
                }
                self.kept.insert(key, Arc::clone(&rows));
                rows
            }
        };
        let page: Vec<Value> = rows.iter().skip(from).take(top).cloned().collect();
        let next = from + page.len();
        let mut answer = json!({"totalRecords": rows.len(), "count": page.len(), "data": page, "facets": [],
            "resultTruncated": "false"});
        // Azure gives a token only for rows in a known order ("Working with large data sets")
        let ordered = query.to_lowercase().contains("order by id") || query.to_lowercase().contains("sort by id");
        if next < rows.len() {
            if ordered {
                answer["$skipToken"] = json!(URL_SAFE_NO_PAD.encode(format!("row {next}")));
            } else {
                answer["resultTruncated"] = json!("true");
            }
        }
        (200, answer)
    }
}

fn place(token: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    text.strip_prefix("row ")?.parse().ok()
}

/// The subscriptions asked for, in lower case; all of them when none is named.
fn scopes(world: &World, asked: &Value) -> BTreeSet<String> {
    let texts = |key: &str| -> Option<Vec<String>> {
        asked[key].as_array().map(|list| list.iter().filter_map(|s| s.as_str().map(str::to_lowercase)).collect())
    };
    if let Some(named) = texts("subscriptions") {
        return named.into_iter().collect();
    }
    if let Some(groups) = texts("managementGroups") {
        return groups.iter().filter_map(|group| world.management_groups.get(group)).flatten().cloned().collect();
    }
    world.subscriptions.iter().filter_map(|s| s["subscriptionId"].as_str().map(str::to_lowercase)).collect()
}

/// `above`: whether what stands above the subscriptions is shown too.
fn run(world: &World, query: &Query, scopes: &BTreeSet<String>, above: bool) -> Vec<Value> {
    let subscriptions: BTreeMap<String, Value> = world.subscriptions.iter().map(|own| container(world, own)).collect();
    let rows: Vec<Value> = world
        .all()
        .chain(&subscriptions)
        .filter_map(|(id, resource)| {
            let kind = kind_of(id);
            if ABSENT.contains(&kind.as_str()) || world.graph_is_behind_on.contains(id) {
                return None;
            }
            let table = TABLES.iter().find(|(known, _)| *known == kind).map_or("resources", |(_, table)| table);
            let subscription = id.split('/').nth(2).unwrap_or_default();
            let inside = scopes.contains(subscription) || (above && id.starts_with("/providers/"));
            let seen = table == query.table && inside;
            // rows without rights are missing and nobody says so
            (seen && world.may(id, &format!("{kind}/read"))).then(|| row(world, id, &kind, resource))
        })
        .collect();
    query.run(rows.iter())
}

/// Subscriptions and resource groups have no provider in their ids.
fn kind_of(id: &str) -> String {
    let kind = type_of(id);
    match id.matches('/').count() {
        2 if kind.is_empty() => "microsoft.resources/subscriptions".to_owned(),
        4 if kind.is_empty() => "microsoft.resources/subscriptions/resourcegroups".to_owned(),
        _ => kind,
    }
}

/// A subscription as a row, with the management groups above it, the nearest first.
fn container(world: &World, subscription: &Value) -> (String, Value) {
    let id = subscription["id"].as_str().unwrap_or_default().to_lowercase();
    let own = |below: &&Vec<String>| below.iter().any(|known| id.ends_with(&format!("/{}", known.to_lowercase())));
    let mut groups: Vec<(&String, &Vec<String>)> =
        world.management_groups.iter().filter(|(_, below)| own(below)).collect();
    groups.sort_by_key(|(_, below)| below.len());
    let chain: Vec<Value> = groups.iter().map(|(name, _)| json!({"name": name, "displayName": name})).collect();
    let row = json!({"id": subscription["id"], "name": subscription["displayName"], "tags": subscription["tags"],
        "properties": {"state": subscription["state"], "managementGroupAncestorsChain": chain}});
    (id, row)
}

fn row(world: &World, id: &str, kind: &str, resource: &Value) -> Value {
    let mut row = resource.clone();
    if let Value::Object(object) = &mut row {
        object.insert("type".to_owned(), json!(kind));
        object.insert("tenantId".to_owned(), json!(world.tenant));
        let own = id.strip_prefix("/subscriptions/").and_then(|rest| rest.split('/').next()).unwrap_or_default();
        object.insert("subscriptionId".to_owned(), json!(own));
        let group = id.split("/resourcegroups/").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
        object.insert("resourceGroup".to_owned(), json!(group));
    }
    row
}

fn refused(why: &str) -> (u16, Value) {
    (
        400,
        json!({"error": {"code": "BadRequest", "message": "Please provide below info when asking for support.",
            "details": [{"code": "InvalidQuery", "message": "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying."},
                {"code": "ParserFailure", "message": why, "line": 1, "characterPositionInLine": 0, "token": "", "expectedToken": ""}]}}),
    )
}
