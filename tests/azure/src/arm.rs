//! Resource Manager: lists and single resources out of the world by their path, and the refusals it is known for.

use crate::answer::Answer;
use crate::around::kubernetes_versions;
use crate::entra::fields;
use crate::pages::page;
use crate::world::{World, type_of};
use serde_json::{Value, json};

/// Namespaces that exist here; others answer as an unregistered provider does.
const NAMESPACES: [&str; 17] = [
    "microsoft.containerservice",
    "microsoft.dataprotection",
    "microsoft.machinelearningservices",
    "microsoft.kubernetesconfiguration",
    "microsoft.security",
    "microsoft.authorization",
    "microsoft.managedidentity",
    "microsoft.network",
    "microsoft.policyinsights",
    "microsoft.insights",
    "microsoft.servicelinker",
    "microsoft.chaos",
    "microsoft.dashboard",
    "microsoft.resources",
    "microsoft.compute",
    "microsoft.eventgrid",
    "microsoft.managedservices",
];

const GROUPS: &str = "microsoft.resources/subscriptions/resourcegroups";

pub(crate) struct Asked<'a> {
    pub(crate) origin: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) page: usize,
    pub(crate) caller: &'a str,
}

pub(crate) fn answer(world: &World, asked: &Asked<'_>) -> Answer {
    let lower = asked.path.trim_end_matches('/').to_lowercase();
    if !asked.query.to_lowercase().contains("api-version=") {
        return refused(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        );
    }
    let segments: Vec<&str> = lower.split('/').skip(1).collect();
    match segments.as_slice() {
        ["subscriptions"] => return listed(asked, world.subscriptions.clone()),
        ["tenants"] => {
            return listed(
                asked,
                vec![
                    json!({"id": format!("/tenants/{}", world.tenant), "tenantId": world.tenant, "displayName": "Nordwind", "tenantCategory": "Home"}),
                ],
            );
        }
        ["providers", "microsoft.management", "managementgroups", group, "descendants"] => {
            return descendants(world, asked, group);
        }
        ["subscriptions", id, rest @ ..] => {
            if world.subscription(id).is_none() {
                return refused(404, "SubscriptionNotFound", &format!("The subscription '{id}' could not be found."));
            }
            match rest {
                [] => {
                    return world.subscription(id).map_or_else(|| not_found(&lower), |found| Answer::json(200, found));
                }
                ["providers", "microsoft.authorization", "permissions"] => {
                    return Answer::json(200, &world.permissions(id));
                }
                ["providers", "microsoft.containerservice", "locations", _, "trustedaccessroles"] => {
                    return allowed(
                        world,
                        asked,
                        &lower,
                        "microsoft.containerservice/locations/trustedaccessroles",
                        |_| Answer::json(200, &world.roles),
                    );
                }
                ["providers", "microsoft.containerservice", "locations", _, "kubernetesversions"] => {
                    return allowed(
                        world,
                        asked,
                        &lower,
                        "microsoft.containerservice/locations/kubernetesversions",
                        |_| Answer::json(200, &kubernetes_versions()),
                    );
                }
                ["resourcegroups"] => {
                    return allowed(world, asked, &lower, GROUPS, |world| {
                        let scope = format!("/subscriptions/{id}");
                        let groups = world.below(&scope, "").cloned().collect();
                        listed(asked, groups)
                    });
                }
                ["resources"] => {
                    let kind = filtered(asked, "resourcetype").unwrap_or_default();
                    return listed(asked, world.below(&format!("/subscriptions/{id}"), &kind).cloned().collect());
                }
                ["resourcegroups", _] => {
                    return allowed(world, asked, &lower, GROUPS, |world| {
                        world
                            .get(&lower)
                            .map_or_else(|| missing(world, &lower, GROUPS), |found| Answer::json(200, found))
                    });
                }
                ["providers", "microsoft.insights", "eventtypes", "management", "values"] => {
                    return allowed(world, asked, &lower, "microsoft.insights/eventtypes/values", |world| {
                        events(world, asked, id)
                    });
                }
                _ => {}
            }
        }
        _ => {}
    }
    resource(world, asked, &lower)
}

/// A list when the path ends in a type, one resource when it ends in a name.
fn resource(world: &World, asked: &Asked<'_>, lower: &str) -> Answer {
    let Some((scope, below)) = lower.rsplit_once("/providers/") else { return not_found(lower) };
    let parts: Vec<&str> = below.split('/').collect();
    let namespace = parts.first().copied().unwrap_or_default();
    if !NAMESPACES.contains(&namespace) {
        return refused(
            409,
            "MissingSubscriptionRegistration",
            &format!(
                "The subscription is not registered to use namespace '{namespace}'. See https://aka.ms/rps-not-found for how to register subscriptions."
            ),
        );
    }
    let is_list = parts.len().is_multiple_of(2);
    let kind = if is_list { type_of(&format!("{lower}/x")) } else { type_of(lower) };
    allowed(world, asked, lower, &kind.clone(), |world| {
        if !is_list {
            return world.get(lower).map_or_else(|| missing(world, lower, &kind), |found| Answer::json(200, found));
        }
        if let Some(gone) = parent_is_missing(world, lower, scope, parts.len()) {
            return missing(world, &gone, &type_of(&gone));
        }
        let whole_scope =
            if parts.len() == 2 { scope.to_owned() } else { lower.rsplit_once('/').map_or("", |(p, _)| p).to_owned() };
        let items: Vec<Value> = world
            .below(&whole_scope, &kind)
            // what hangs on a resource below is not listed at the subscription
            .filter(|item| parts.len() > 2 || direct(item, &kind, scope))
            .filter(|item| filter(asked) != "atscope()" || hangs_on(item) == scope)
            .cloned()
            .collect();
        listed(asked, items)
    })
}

/// The scope that an assignment, a setting or another extension hangs on.
fn hangs_on(item: &Value) -> String {
    let id = item["id"].as_str().unwrap_or_default().to_lowercase();
    id.rsplit_once("/providers/").map_or("", |(scope, _)| scope).to_owned()
}

fn direct(item: &Value, kind: &str, scope: &str) -> bool {
    let own_scope = hangs_on(item);
    let extension = [
        "microsoft.insights/diagnosticsettings",
        "microsoft.authorization/policyassignments",
        "microsoft.authorization/policyexemptions",
    ];
    if extension.contains(&kind) { own_scope == scope } else { true }
}

fn parent_is_missing(world: &World, lower: &str, scope: &str, parts: usize) -> Option<String> {
    let parent =
        if parts > 2 { lower.rsplit_once('/').map(|(parent, _)| parent.to_owned()) } else { Some(scope.to_owned()) };
    parent.filter(|parent| {
        parent.contains("/providers/") && world.get(parent).is_none() && !parent.contains("/pricings/")
    })
}

fn allowed(world: &World, asked: &Asked<'_>, lower: &str, kind: &str, go_on: impl FnOnce(&World) -> Answer) -> Answer {
    let action = format!("{kind}/read");
    if world.may(lower, &action) {
        return go_on(world);
    }
    refused(
        403,
        "AuthorizationFailed",
        &format!(
            "The client '{0}' with object id '0b1ec700-0000-4000-8000-000000000001' does not have authorization to perform action '{action}' over scope '{lower}' or the scope is invalid. If access was recently granted, please refresh your credentials.",
            asked.caller
        ),
    )
}

fn listed(asked: &Asked<'_>, items: Vec<Value>) -> Answer {
    Answer::json(200, &page(items, asked.query, asked.page, asked.origin, asked.path))
}

fn descendants(world: &World, asked: &Asked<'_>, group: &str) -> Answer {
    let Some(below) = world.management_groups.get(group) else {
        return refused(404, "NotFound", &format!("The management group '{group}' could not be found."));
    };
    let item = |id: &String| json!({"id": format!("/subscriptions/{id}"), "type": "/subscriptions", "name": id, "properties": {"displayName": id, "parent": {"id": format!("/providers/Microsoft.Management/managementGroups/{group}")}}});
    listed(asked, below.iter().map(item).collect())
}

/// The activity log wants a start in its filter ("Activity Logs - List"), and looks for one provider or one correlation.
fn events(world: &World, asked: &Asked<'_>, subscription: &str) -> Answer {
    if !filter(asked).contains("eventtimestamp ge") {
        return refused(400, "BadRequest", "The $filter must contain an eventTimestamp ge.");
    }
    let (provider, correlation) = (filtered(asked, "resourceprovider"), filtered(asked, "correlationid"));
    let is = |event: &Value, path: &str, wanted: &dyn Fn(&str) -> bool| {
        event.pointer(path).and_then(Value::as_str).is_some_and(|text| wanted(&text.to_lowercase()))
    };
    let own = world.events.iter().filter(|event| {
        is(event, "/subscriptionId", &|id| id == subscription)
            && provider
                .as_ref()
                .is_none_or(|name| is(event, "/operationName/value", &|action| action.starts_with(&format!("{name}/"))))
            && correlation.as_ref().is_none_or(|wanted| is(event, "/correlationId", &|id| id == wanted))
    });
    listed(asked, own.cloned().collect())
}

fn filter(asked: &Asked<'_>) -> String {
    fields(asked.query).get("$filter").cloned().unwrap_or_default().to_lowercase()
}

/// What a word of the filter is to be equal to, in lower case.
fn filtered(asked: &Asked<'_>, word: &str) -> Option<String> {
    let filter = filter(asked);
    let (_, behind) = filter.split_once(&format!("{word} eq '"))?;
    behind.split('\'').next().map(str::to_owned)
}

fn missing(world: &World, lower: &str, kind: &str) -> Answer {
    let name = lower.rsplit('/').next().unwrap_or_default();
    if kind.ends_with("/trustedaccessrolebindings") {
        // as the AKS provider writes it: no `error` around it
        return Answer::json(
            404,
            &json!({"code": "NotFound", "details": [{"code": "Unspecified", "message": "rpc error: code = NotFound desc = TrustedAccessRoleBinding not found"}],
            "message": format!("Could not find the trusted access role binding {name}."), "subcode": "GetTrustedAccessRoleBinding_NotFound"}),
        );
    }
    let group = lower.split("/resourcegroups/").nth(1).and_then(|rest| rest.split('/').next());
    if let Some(group) = group {
        let scope = lower.split("/providers/").next().unwrap_or_default();
        if !world.group_exists(scope) {
            return refused(404, "ResourceGroupNotFound", &format!("Resource group '{group}' could not be found."));
        }
    }
    not_found(lower)
}

fn not_found(lower: &str) -> Answer {
    let kind = type_of(lower);
    let name = lower.rsplit('/').next().unwrap_or_default();
    refused(
        404,
        "ResourceNotFound",
        &format!(
            "The Resource '{kind}/{name}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix"
        ),
    )
}

pub(crate) fn refused(status: u16, code: &str, message: &str) -> Answer {
    Answer::json(status, &json!({"error": {"code": code, "message": message}})).with("x-ms-failure-cause", "gateway")
}
