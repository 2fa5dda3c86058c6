//! Whether the definition of a policy reports one bad state: its rule is asked about made-up resources in that state,
//! and about the same ones out of it.

use crate::policy::given::Given;
use crate::policy::rule_language::{Asked, Truth, World};
use ipnet::IpNet;
use quay_model::{Cluster, PolicyDefinition, Reading, child};
use serde_json::Value;
use std::borrow::Cow;

/// What a policy has to report to count.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// In words, after "watches".
    pub(crate) what: &'static str,
    /// The type it is about, in lower case.
    pub(crate) kind: &'static str,
    pub(crate) built_in: &'static [&'static str],
    /// One of these has to be named; with none of them the type alone is what it is about.
    pub(crate) aliases: &'static [&'static str],
    /// Resources in the bad state, each with one that differs from it by being in a good one.
    pub(crate) pairs: &'static [(World, Option<World>)],
}

pub(crate) const CLUSTERS: &str = "microsoft.containerservice/managedclusters";
pub(crate) const BINDINGS: &str = "microsoft.containerservice/managedclusters/trustedaccessrolebindings";

/// Whether the definition reports what is wanted; `Err` says why that is not known.
pub(crate) fn reports(
    definition: &PolicyDefinition,
    given: Option<Given<'_>>,
    wanted: &Wanted,
    cluster: &Cluster,
) -> Result<bool, String> {
    match sees(definition, wanted.kind) {
        Truth::No => return Ok(false),
        Truth::Unknown | Truth::Partly => return Err("the mode of its definition was not read".to_owned()),
        Truth::Yes => {}
    }
    let rule = match &definition.rule {
        Reading::Value(rule) => rule,
        Reading::Absent => return Err("its definition holds no rule".to_owned()),
        Reading::Unreadable(why) => return Err(format!("the rule of its definition: {why}")),
    };
    if !names(rule, wanted.aliases) {
        return Ok(false);
    }
    let rule = &*given.map_or(Cow::Borrowed(rule), |given| given.fill(rule));
    let own = (wanted.kind == CLUSTERS).then_some(cluster);
    let of = |world: World| Asked::about(wanted.kind, world, own).reports(rule);
    let listed = lists_ranges(rule);
    // what is reported in either state says nothing about the state, unless it compares with ranges of its own, of which
    // no made-up one is
    let told = wanted.pairs.iter().map(|(bad, good)| match (of(bad), good) {
        (found, Some(good)) if listed && found > Truth::Unknown && of(good) == Truth::Yes => Truth::Unknown,
        (found, Some(good)) if found > Truth::Unknown && of(good) == Truth::Yes => Truth::No,
        (found, _) => found,
    });
    match told.max().unwrap_or(Truth::Unknown) {
        Truth::No => Ok(false),
        Truth::Unknown => Err("what its rule reports could not be followed to the end".to_owned()),
        Truth::Partly | Truth::Yes if tests_type(rule, wanted.kind) => Ok(true),
        Truth::Partly | Truth::Yes => Err("its rule names no type".to_owned()),
    }
}

/// "Indexed" leaves out what has neither tags nor a location; the modes of resource providers look inside of clusters.
fn sees(definition: &PolicyDefinition, kind: &str) -> Truth {
    match definition.mode.as_ref() {
        Reading::Value(mode) if mode == "all" => Truth::Yes,
        Reading::Value(mode) => Truth::of(mode == "indexed" && kind == CLUSTERS),
        // Azure's default is Indexed, but Azure always says the mode
        Reading::Absent if kind == CLUSTERS => Truth::Yes,
        Reading::Absent | Reading::Unreadable(_) => Truth::Unknown,
    }
}

/// Whether an alias stands there as a field, or quoted inside of an expression. It is asked of every definition for
/// every cluster, so nothing is copied.
fn names(rule: &Value, aliases: &[&str]) -> bool {
    let is_alias = |text: &str| {
        let text = text.strip_suffix("[*]").unwrap_or(text);
        aliases.iter().any(|alias| text.eq_ignore_ascii_case(alias))
    };
    match rule {
        _ if aliases.is_empty() => true,
        Value::String(text) if text.starts_with('[') => text.split('\'').any(is_alias),
        Value::String(text) => is_alias(text),
        Value::Object(object) => object.values().any(|inner| names(inner, aliases)),
        Value::Array(items) => items.iter().any(|inner| names(inner, aliases)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether a rule holds ranges that somebody allows.
fn lists_ranges(rule: &Value) -> bool {
    match rule {
        Value::String(text) => text.parse::<IpNet>().is_ok_and(|range| range.prefix_len() > 0),
        Value::Array(items) => items.iter().any(lists_ranges),
        Value::Object(fields) => fields.values().any(lists_ranges),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether some condition asks for exactly this type.
fn tests_type(rule: &Value, kind: &str) -> bool {
    let is_kind = |value: &Value| value.as_str().is_some_and(|text| text.eq_ignore_ascii_case(kind));
    let here = || {
        let field = child(rule, "field").value().and_then(|field| field.as_str());
        let equals = ["equals", "like"].iter().any(|key| child(rule, key).value().is_some_and(|value| is_kind(value)));
        let within = child(rule, "in").value().and_then(|values| values.as_array());
        field.is_some_and(|field| field.eq_ignore_ascii_case("type"))
            && (equals || within.is_some_and(|values| values.iter().any(is_kind)))
    };
    match rule {
        Value::Object(object) => here() || object.values().any(|inner| tests_type(inner, kind)),
        Value::Array(items) => items.iter().any(|inner| tests_type(inner, kind)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::testing::{BINDING, CLUSTER, assigned, at_own, clusters, definition, rule, whole};
    use crate::testing::{Scene, scenes};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::{Value, json};

    fn about(condition: Value, more: Value) -> Scene {
        whole().with(definition(condition, more)).with(assigned(&at_own("policyDefinitions", "d"), json!({})))
    }

    #[test]
    fn a_rule_watches_exposure_when_it_reports_an_exposed_cluster_and_no_other() {
        let of = |condition: Value| about(clusters(condition), json!({}));
        let alias = |field: &str| format!("{CLUSTER}/apiServerAccessProfile.{field}");
        let is = |name: &str, operator: &str, value: Value| json!({"field": alias(name), operator: value});
        let private = |operator: &str, value: Value| is("enablePrivateCluster", operator, value);
        let ranges = |operator: &str, value: Value| is("authorizedIPRanges", operator, value);
        let counted = |condition: Value, operator: &str, number: u8| {
            let field = alias("authorizedIPRanges[*]");
            json!({"count": {"field": field, "where": condition}, operator: number})
        };
        let open = || is("authorizedIPRanges[*]", "equals", json!("0.0.0.0/0"));
        let elsewhere = || json!({"field": "location", "equals": "brazilsouth"});
        let of_type = |condition: Value| json!({"allOf": [condition, private("notEquals", json!(true))]});
        let rows = vec![
            ("not private", of(private("notEquals", json!(true))), Pass),
            ("private, said the other way", of(json!({"not": private("equals", json!("True"))})), Pass),
            ("private is false", of(private("in", json!([false, "no"]))), Pass),
            ("private is not said", of(private("exists", json!("false"))), Pass),
            ("clusters that are private", of(private("equals", json!(true))), Fail),
            ("a public name only", of(is("enablePrivateClusterPublicFQDN", "equals", json!(true))), Fail),
            ("no ranges", of(ranges("exists", json!(false))), Pass),
            ("ranges at all", of(ranges("exists", json!(true))), Fail),
            ("none counted", of(counted(json!(null), "equals", 0)), Pass),
            ("an open one counted", of(counted(open(), "greater", 0)), Pass),
            ("narrow ones counted", of(counted(json!({"not": open()}), "greaterOrEquals", 1)), Fail),
            ("every range, were there any", of(is("authorizedIPRanges[*]", "like", json!("10.*"))), Pass),
            ("one or the other", of(json!({"anyOf": [ranges("exists", json!(false)), elsewhere()]})), Pass),
            ("only elsewhere", of(json!({"allOf": [ranges("exists", json!(false)), elsewhere()]})), Fail),
            ("not elsewhere", of(json!({"allOf": [ranges("exists", json!(false)), {"not": elsewhere()}]})), Pass),
            (
                "places with spaces",
                of(json!({"allOf": [ranges("exists", json!(false)), {"field": "location", "in": ["West Europe"]}]})),
                NotAssessed,
            ),
            (
                "not the groups of nodes",
                of(
                    json!({"allOf": [ranges("exists", json!(false)), {"value": "[resourceGroup().name]", "notLike": "MC_*"}]}),
                ),
                Pass,
            ),
            (
                "only with a tag it lacks",
                of(json!({"allOf": [ranges("exists", json!(false)), {"field": "tags['env']", "equals": "prod"}]})),
                Fail,
            ),
            (
                "without a tag it lacks",
                of(json!({"allOf": [ranges("exists", json!(false)), {"field": "tags['env']", "notEquals": "dev"}]})),
                Pass,
            ),
            (
                "by its name",
                of(json!({"allOf": [ranges("exists", json!(false)), {"field": "name", "notLike": "FL_*"}]})),
                Pass,
            ),
            ("by a parameter", of(private("equals", json!("[parameters('wanted')]"))), NotAssessed),
            (
                "by their number",
                of(json!({"value": format!("[length(field('{}'))]", alias("authorizedIPRanges[*]")), "equals": 0})),
                Pass,
            ),
            (
                "by an expression",
                of(json!({"value": format!("[empty(field('{}'))]", alias("authorizedIPRanges[*]")), "equals": true})),
                NotAssessed,
            ),
            ("something else", of(is("disableRunCommand", "notEquals", json!(true))), Fail),
            ("every cluster", about(json!({"field": "type", "equals": CLUSTER}), json!({})), Fail),
            (
                "another type",
                about(of_type(json!({"field": "type", "equals": "Microsoft.Compute/disks"})), json!({})),
                Fail,
            ),
            ("a list of types", about(of_type(json!({"field": "type", "in": ["x", CLUSTER]})), json!({})), Pass),
            ("any type", about(private("notEquals", json!(true)), json!({})), NotAssessed),
            (
                "by a pattern of types",
                about(of_type(json!({"field": "type", "like": "Microsoft.Container*"})), json!({})),
                NotAssessed,
            ),
            (
                "Indexed sees clusters",
                about(clusters(private("notEquals", json!(true))), json!({"mode": "Indexed"})),
                Pass,
            ),
            (
                "inside of clusters",
                about(clusters(private("notEquals", json!(true))), json!({"mode": "Microsoft.Kubernetes.Data"})),
                Fail,
            ),
            ("no condition", about(json!(null), json!({})), Fail),
        ];
        scenes(rule("GOV-05"), rows);
    }

    #[test]
    fn what_has_to_exist_beside_the_cluster_counts_where_it_is_the_cluster() {
        let field = format!("{CLUSTER}/disableLocalAccounts");
        let off = json!({"field": field, "equals": true});
        let on = json!({"field": field, "notEquals": true});
        let beside = |kind: &str, condition: &Value| {
            let details = json!({"type": kind, "existenceCondition": condition});
            let then = json!({"if": clusters(json!({"field": "name", "exists": true})), "then": {"effect": "auditIfNotExists", "details": details}});
            about(json!({}), json!({"policyRule": then}))
        };
        let mut named = json!({"if": clusters(on.clone()), "then": {"effect": "deployIfNotExists"}});
        named["then"]["details"] = json!({"type": CLUSTER, "existenceCondition": off});
        let rows = vec![
            ("on, and it does not exist as off", about(json!({}), json!({"policyRule": named})), Pass),
            ("the cluster itself, by its name", beside(CLUSTER, &off), Pass),
            ("the other way", beside(CLUSTER, &on), Fail),
            ("beside it", beside("Microsoft.Insights/diagnosticSettings", &off), NotAssessed),
            (
                "mentioned as a tag",
                about(clusters(json!({"field": "tags['disableLocalAccounts']", "equals": "x"})), json!({})),
                Fail,
            ),
        ];
        scenes(rule("GOV-06"), rows);
    }

    #[test]
    fn a_rule_watches_bindings_by_their_type() {
        let typed = |operator: &str| json!({"field": "type", operator: BINDING});
        let roles = json!({"count": {"field": format!("{BINDING}/roles[*]"), "where": {"field": format!("{BINDING}/roles[*]"),
            "notIn": "[parameters('allowed')]"}}, "greater": 0});
        let with = |condition: Value| json!({"allOf": [typed("equals"), condition]});
        let rows = vec![
            ("the type", about(typed("equals"), json!({})), Pass),
            ("all other types", about(typed("notEquals"), json!({})), Fail),
            ("some of them, by their roles", about(with(roles), json!({})), Pass),
            (
                "some of them, by their name",
                about(with(json!({"field": "name", "like": "x*"})), json!({})),
                NotAssessed,
            ),
            ("Indexed sees none", about(typed("equals"), json!({"mode": "indexed"})), Fail),
            ("the mode was not read", about(typed("equals"), json!({"mode": null})), NotAssessed),
        ];
        scenes(rule("GOV-07"), rows);
    }
}
