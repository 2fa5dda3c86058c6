//! Microsoft Graph, as far as principals are looked up: `getByIds`, applications and service principals by `appId`.

use crate::answer::Answer;
use crate::entra::fields;
use crate::world::World;
use serde_json::{Value, json};

pub(crate) fn answer(world: &World, origin: &str, method: &str, path: &str, query: &str, body: &str) -> Answer {
    let context = |kind: &str| json!(format!("{origin}/v1.0/$metadata#{kind}"));
    match (method, path) {
        ("POST", "/v1.0/directoryObjects/getByIds") => {
            let asked: Value = serde_json::from_str(body).unwrap_or_default();
            let ids: Vec<String> = asked["ids"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|id| id.as_str().map(str::to_lowercase))
                .collect();
            if ids.len() > 1000 {
                return Answer::json(
                    400,
                    &json!({"error": {"code": "Request_BadRequest", "message": "Too many ids.", "innerError": {}}}),
                );
            }
            let found: Vec<&Value> = world
                .principals
                .iter()
                .filter(|p| p["id"].as_str().is_some_and(|id| ids.contains(&id.to_lowercase())))
                .collect();
            Answer::json(200, &json!({"@odata.context": context("directoryObjects"), "value": found}))
        }
        ("GET", "/v1.0/applications" | "/v1.0/servicePrincipals") => {
            let kind = path.rsplit('/').next().unwrap_or_default();
            let wanted = fields(query).get("$filter").cloned().unwrap_or_default();
            let app = wanted.split('\'').nth(1).unwrap_or_default().to_lowercase();
            let type_name = if kind == "applications" {
                "#microsoft.graph.application"
            } else {
                "#microsoft.graph.servicePrincipal"
            };
            let found: Vec<&Value> = world
                .principals
                .iter()
                .filter(|p| {
                    p["@odata.type"] == type_name && p["appId"].as_str().is_some_and(|id| id.to_lowercase() == app)
                })
                .collect();
            Answer::json(200, &json!({"@odata.context": context(kind), "value": found}))
        }
        _ => Answer::json(
            404,
            &json!({"error": {"code": "Request_ResourceNotFound", "message": "Resource not found for the segment.", "innerError": {}}}),
        ),
    }
}
