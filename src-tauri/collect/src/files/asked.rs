//! What a recorded exchange asked for: which list, which one thing, which query of ours.

use super::kinds;
use super::pages::Listed;
use super::shapes::text;
use crate::azure::own_query;
use quay_model::{Reading, lists, lookup};
use serde_json::Value;

/// The scope of what is asked of the whole tenant.
pub(super) const TENANT: &str = "tenant";

const EVENTS_PATH: &str = "/providers/microsoft.insights/eventtypes/management/values";

pub(super) struct Asked {
    /// As it was sent.
    sent: String,
    /// In lower case, as ids and links are compared.
    lower: String,
    is_get: bool,
    body: Value,
}

impl Asked {
    pub(super) fn of(exchange: &Value) -> Asked {
        let sent = text(exchange, "request.url").unwrap_or_default();
        let method = text(exchange, "request.method").unwrap_or_else(|| "GET".to_owned());
        let body = match lookup(exchange, "request.body") {
            // recorders keep a body as text, too
            Reading::Value(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
            Reading::Value(body) => body.clone(),
            Reading::Absent | Reading::Unreadable(_) => Value::Null,
        };
        Asked { lower: sent.to_lowercase(), sent, is_get: method.eq_ignore_ascii_case("get"), body }
    }

    pub(super) fn url(&self) -> &str {
        &self.lower
    }

    /// In lower case, without host and query.
    pub(super) fn path(&self) -> String {
        path_of(&self.lower)
    }

    /// Whether it changes nothing: a GET, or one of the two POSTs that only read.
    pub(super) fn reads(&self) -> bool {
        self.is_get || self.is_graph_query() || self.path().ends_with("/directoryobjects/getbyids")
    }

    pub(super) fn is_graph_query(&self) -> bool {
        self.lower.contains("/microsoft.resourcegraph/")
    }

    fn parameters(&self) -> Vec<(String, String)> {
        let query = self.lower.split_once('?').map(|(_, query)| query).unwrap_or_default();
        query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decoded(name), decoded(&value.replace('+', " ")))
            })
            .collect()
    }

    fn filter(&self) -> String {
        self.parameters().into_iter().find(|(name, _)| name == "$filter").map(|(_, value)| value).unwrap_or_default()
    }

    /// The list that the answer is of, where it is one that tells something about clusters.
    pub(super) fn listed(&self) -> Option<Listed> {
        let path = self.path();
        if !self.is_get {
            return None;
        }
        if let Some(scope) = path.strip_suffix(EVENTS_PATH) {
            return Some(Listed::new(kinds::EVENTS, scope));
        }
        if let Some(scope) = path.strip_suffix("/resourcegroups").filter(|scope| scope.matches('/').count() == 2) {
            return Some(Listed::new(kinds::GROUPS, scope));
        }
        let (above, parts) = below_provider(&path)?;
        if !parts.len().is_multiple_of(2) {
            return None;
        }
        let namespace = parts.first().copied()?;
        let types = parts.iter().skip(1).step_by(2).copied();
        let kind = std::iter::once(namespace).chain(types).collect::<Vec<_>>().join("/");
        // a child's list is its parent's
        let scope = if parts.len() == 2 { above } else { path.rsplit_once('/').map(|(parent, _)| parent)? };
        // what one group holds says nothing about a cluster in it: vaults and endpoints stand anywhere
        let of_group = parts.len() == 2 && scope.matches('/').count() == 4 && scope.contains("/resourcegroups/");
        if of_group && !kinds::is_inherited(&kind) {
            return None;
        }
        // what Defender says of one resource is not the plan of its subscription
        let of_one = kind == kinds::PLANS && scope.matches('/').count() != 2;
        // a subscription sends its own log somewhere, which says nothing of what its clusters send
        let of_another = kinds::hangs_on_clusters(&kind) && !scope.contains("/managedclusters/");
        (kinds::is_related(&kind) && !of_one && !of_another && !scope.is_empty()).then(|| Listed::new(&kind, scope))
    }

    /// Whether the question was about all of the list, from its beginning. A page further on, a filter, a limit: any
    /// word in the query that is not known to leave everything in.
    pub(super) fn asks_for_all(&self, of: &Listed) -> bool {
        self.parameters().iter().all(|(name, value)| match name.as_str() {
            // the second one only tells more of each
            "api-version" | "$expandregistrationdefinition" => true,
            "$filter" => keeps_all(value, of),
            _ => false,
        })
    }

    /// Whether the question was about what hangs on a scope and above it, from its beginning.
    pub(super) fn asks_at_scope(&self) -> bool {
        self.parameters().iter().all(|(name, value)| match name.as_str() {
            "api-version" => true,
            "$filter" => value.replace(' ', "") == "atscope()",
            _ => false,
        })
    }

    /// The moment from which the activity log was asked for.
    pub(super) fn since(&self) -> Option<String> {
        let begins =
            |part: &str| Some(part.trim().strip_prefix("eventtimestamp ge '")?.trim_end_matches('\'').to_uppercase());
        // of several the latest one counts
        self.filter().split(" and ").filter_map(begins).max()
    }

    /// The correlation id that the activity log was asked about.
    pub(super) fn correlation(&self) -> Option<String> {
        let filter = self.filter();
        let (_, behind) = filter.split_once("correlationid eq '")?;
        behind.split('\'').next().map(str::to_owned)
    }

    /// Whether the activity log was asked about one provider, so that deployments are not in the answer.
    pub(super) fn is_about_one_provider(&self) -> bool {
        self.filter().contains("resourceprovider eq ")
    }

    /// The id of the one binding that was asked for.
    pub(super) fn binding(&self) -> Option<String> {
        let path = path_of(&self.sent);
        let is_one = below_provider(&path).is_some_and(|(_, parts)| !parts.len().is_multiple_of(2));
        (self.is_get && is_one && kinds::kind_of(&path) == kinds::BINDINGS).then_some(path)
    }

    /// The id of the one thing that was asked for, if that can hold a binding.
    pub(super) fn source(&self) -> Option<String> {
        let path = path_of(&self.sent);
        let (_, parts) = below_provider(&path)?;
        let is_one = parts.len() > 2 && !parts.len().is_multiple_of(2);
        (self.is_get && is_one && kinds::is_source(&kinds::kind_of(&path))).then(|| path.clone())
    }

    /// The id under which a location's list of Kubernetes versions is kept.
    pub(super) fn versions_id(&self) -> Option<String> {
        let path = path_of(&self.sent);
        let is_one = self.path().ends_with("/kubernetesversions") && self.path().contains("/locations/");
        is_one.then(|| format!("{path}/all"))
    }

    /// The location in `…/locations/{location}/…`.
    pub(super) fn location(&self) -> Option<String> {
        let path = self.path();
        path.split("/locations/").nth(1)?.split('/').next().map(str::to_owned)
    }

    /// What Microsoft Graph was asked about: `applications`, `serviceprincipals`, `directoryobjects`, `users`, `groups`.
    pub(super) fn directory(&self) -> Option<String> {
        let path = self.path();
        let below = path.strip_prefix("/v1.0/").or_else(|| path.strip_prefix("/beta/"))?;
        let what = below.split('/').next().unwrap_or_default();
        let known = ["applications", "serviceprincipals", "directoryobjects", "users", "groups"].contains(&what);
        known.then(|| what.to_owned())
    }

    /// The ids that the directory was asked about, in lower case.
    pub(super) fn ids(&self) -> Vec<String> {
        let kinds = texts(&self.body, "types");
        // who asked for people alone was told nothing about the others
        let all = ["user", "group", "serviceprincipal"].iter().all(|kind| kinds.iter().any(|own| own == kind));
        if kinds.is_empty() || all { texts(&self.body, "ids") } else { Vec::new() }
    }

    /// The lists that a query of ours answers; nothing for anybody else's, which may leave out what it likes.
    pub(super) fn own_lists(&self) -> Vec<Listed> {
        let query = text(&self.body, "query").unwrap_or_default();
        let Some((listed, looks_above)) = own_query(&query) else { return Vec::new() };
        let filter = text(&self.body, "options.authorizationScopeFilter").unwrap_or_default();
        // without this word, what is inherited is not in the answer
        let sees_above = filter.eq_ignore_ascii_case("AtScopeAboveAndBelow");
        let skips = lookup(&self.body, "options.$skip").value().is_some_and(|skip| skip.as_u64() != Some(0));
        if (looks_above && !sees_above) || skips || !texts(&self.body, "managementGroups").is_empty() {
            return Vec::new();
        }
        let named = texts(&self.body, "subscriptions");
        let scopes: Vec<String> = if named.is_empty() {
            vec![TENANT.to_owned()]
        } else {
            named.iter().map(|id| format!("/subscriptions/{id}")).collect()
        };
        let of_each = |scope: &String| listed.iter().map(|kind| Listed::new(kind, scope)).collect::<Vec<_>>();
        scopes.iter().flat_map(of_each).collect()
    }

    /// The token with which Resource Graph was asked for a page further on.
    pub(super) fn graph_token(&self) -> Option<String> {
        text(&self.body, "options.$skipToken")
    }

    /// What tells one page of a query from the others, as a link would.
    pub(super) fn graph_page(&self, token: Option<&str>) -> String {
        let query = text(&self.body, "query").unwrap_or_default();
        let subscriptions = texts(&self.body, "subscriptions").join(" ");
        format!(
            "{} {subscriptions} {}",
            query.split_whitespace().collect::<Vec<_>>().join(" "),
            token.unwrap_or_default()
        )
    }
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    let list = lookup(value, key).value().and_then(|list| list.as_array()).cloned().unwrap_or_default();
    list.iter().filter_map(|item| item.as_str().map(str::to_lowercase)).collect()
}

/// Whether a filter leaves everything in. `atScope()` leaves out what lies below the scope: about a subscription that is
/// not all, about one resource it is ("Role Assignments - List For Scope": at the scope and above).
fn keeps_all(filter: &str, of: &Listed) -> bool {
    let plain = filter.trim();
    if of.kind == kinds::EVENTS {
        // it wants a beginning; everything else narrows
        return plain.split(" and ").map(str::trim).all(|part| {
            // one with an end may leave out what came after it
            part.starts_with("eventtimestamp ge ") || part == "resourceprovider eq 'microsoft.containerservice'"
        });
    }
    // what is built in is the same everywhere, and a scan leaves it out too
    let custom = ["policytype eq 'custom'", "policytype -eq custom"].contains(&plain);
    let about_policies = kinds::name_of(&of.kind) == lists::POLICY_DEFINITIONS;
    let at_one_resource = plain.replace(' ', "") == "atscope()" && of.scope.contains("/providers/");
    plain.is_empty() || (custom && about_policies) || at_one_resource
}

/// What stands before the last provider of a path, and the namespace, types and names behind it.
fn below_provider(path: &str) -> Option<(&str, Vec<&str>)> {
    let (above, below) = path.rsplit_once("/providers/")?;
    let parts: Vec<&str> = below.split('/').collect();
    (parts.len() >= 2).then_some((above, parts))
}

fn path_of(url: &str) -> String {
    let from = url.find("://").map_or(0, |at| at + 3);
    let rest = url.get(from..).unwrap_or_default();
    let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default();
    decoded(path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/'))
}

/// `%24filter` is `$filter`.
fn decoded(text: &str) -> String {
    let mut plain = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at).copied() {
        let pair = if byte == b'%' { text.get(at + 1..at + 3) } else { None };
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(letter) => {
                plain.push(letter);
                at += 3;
            }
            None => {
                plain.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ARM: &str = "https://management.azure.com";
    const CLUSTER: &str = "/subscriptions/S/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c";

    fn get(target: &str) -> Asked {
        Asked::of(&json!({"request": {"method": "GET", "url": format!("{ARM}{target}")}, "response": {}}))
    }

    fn whole(target: &str) -> Option<(String, String)> {
        let asked = get(target);
        let listed = asked.listed()?;
        asked.asks_for_all(&listed).then_some((listed.kind, listed.scope))
    }

    #[test]
    fn a_list_and_its_scope_are_read_out_of_the_url() {
        let vault = "/subscriptions/s/resourcegroups/g/providers/microsoft.dataprotection/backupvaults/v";
        let policies = "microsoft.authorization/policydefinitions";
        for (target, kind, scope) in [
            (
                format!("/subscriptions/S/providers/{policies}?api-version=1&$filter=policyType%20eq%20%27Custom%27"),
                policies,
                "/subscriptions/s".to_owned(),
            ),
            ("/subscriptions/S/resourcegroups?api-version=1".to_owned(), kinds::GROUPS, "/subscriptions/s".to_owned()),
            (format!("{vault}/backupInstances?api-version=1"), kinds::BACKUPS, vault.to_owned()),
            (
                format!("{CLUSTER}/providers/Microsoft.Insights/diagnosticSettings"),
                "microsoft.insights/diagnosticsettings",
                CLUSTER.to_lowercase(),
            ),
            (
                format!("{CLUSTER}/providers/Microsoft.Authorization/roleAssignments?%24filter=atScope()&api-version=1"),
                kinds::ASSIGNMENTS,
                CLUSTER.to_lowercase(),
            ),
            (
                "/subscriptions/S/providers/Microsoft.Insights/eventtypes/management/values?api-version=1&$filter=eventTimestamp%20ge%20%272026%27+and+resourceProvider eq 'Microsoft.ContainerService'".to_owned(),
                kinds::EVENTS,
                "/subscriptions/s".to_owned(),
            ),
        ] {
            assert_eq!(whole(&target), Some((kind.to_owned(), scope)), "{target}");
        }
    }

    #[test]
    fn the_log_is_asked_for_from_a_moment_on() {
        let log = "/subscriptions/S/providers/Microsoft.Insights/eventtypes/management/values?api-version=1";
        for (filter, expected) in [
            (
                "&$filter=eventTimestamp ge '2026-09-01T00:00:00Z' and resourceProvider eq 'x'",
                Some("2026-09-01T00:00:00Z"),
            ),
            ("&%24filter=eventTimestamp%20ge%20%272026-09-01%27", Some("2026-09-01")),
            ("&$filter=eventTimestamp ge '2026-09-01' and eventTimestamp ge '2026-09-02'", Some("2026-09-02")),
            ("&$filter=eventTimestamp le '2026-09-01'", None),
            ("", None),
        ] {
            assert_eq!(get(&format!("{log}{filter}")).since().as_deref(), expected, "{filter}");
        }
    }

    #[test]
    fn what_may_leave_something_out_is_not_all() {
        let roles = "/subscriptions/S/providers/Microsoft.Authorization/roleAssignments?api-version=1";
        for target in [
            format!("{roles}&$filter=atScope()"),
            format!("{roles}&$filter=principalId%20eq%20'p'"),
            format!("{roles}&$skipToken=2"),
            format!("{roles}&$top=5"),
            "/subscriptions/S/providers/Microsoft.Insights/eventtypes/management/values?$filter=eventTimestamp ge 'x' and correlationId eq 'y'".to_owned(),
            "/providers/Microsoft.Authorization/roleDefinitions?api-version=1".to_owned(),
            "/subscriptions/S/providers/Microsoft.Authorization/policyDefinitions?$filter=policyType eq 'BuiltIn'".to_owned(),
            format!("{CLUSTER}?api-version=1"),
            "/subscriptions/S/providers/Microsoft.Insights/diagnosticSettings?api-version=1".to_owned(),
            "/subscriptions/S/providers/Microsoft.Storage/storageAccounts?api-version=1".to_owned(),
        ] {
            assert_eq!(whole(&target), None, "{target}");
        }
    }

    #[test]
    fn one_source_is_not_a_list_of_them() {
        let operators = "/subscriptions/S/providers/Microsoft.Security/pricings/Containers/securityOperators";
        assert_eq!(get(operators).source(), None);
        assert_eq!(get(&format!("{operators}/o?api-version=1")).source(), Some(format!("{operators}/o")));
        assert_eq!(get(CLUSTER).source(), None, "a cluster holds no binding of another");
    }

    #[test]
    fn only_queries_of_ours_say_what_they_list() {
        let ask = |query: &str, options: Value| {
            let body = json!({"query": query, "subscriptions": ["S"], "options": options});
            let url = format!("{ARM}/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01");
            let exchange = json!({"request": {"method": "POST", "url": url, "body": body.to_string()}, "response": {}});
            Asked::of(&exchange).own_lists()
        };
        let vaults = "resources |  where type =~ 'microsoft.dataprotection/backupvaults'\n| project id, name, type, location, tags, identity, properties | order by id asc";
        assert_eq!(ask(vaults, Value::Null), [Listed::new(kinds::VAULTS, "/subscriptions/s")]);
        assert_eq!(ask(&format!("{vaults} | limit 5"), Value::Null), []);
        let roles = "authorizationresources | where type =~ 'microsoft.authorization/roleassignments' | project id, name, type, properties | order by id asc";
        assert_eq!(ask(roles, Value::Null), [], "what is inherited is not in it");
        assert_eq!(ask(roles, json!({"authorizationScopeFilter": "atScopeAboveAndBelow"})).len(), 1);
    }
}
