//! Ways in which an audit could call something clean that it did not read. Each of these was tried by a hostile reader.

use crate::runs::{audit, binding, cluster, cluster_id, clusters_in, folder, gaps_in, verdict, write};
use serde_json::{Value, json};

const ARM: &str = "https://management.azure.com";

fn audited(files: &[Value]) -> Value {
    let dir = folder();
    let paths: Vec<_> =
        files.iter().enumerate().map(|(n, body)| write(dir.path(), &format!("{n}.json"), body.to_string())).collect();
    audit(&paths.iter().map(std::path::PathBuf::as_path).collect::<Vec<_>>()).2
}

fn text_audited(text: &str) -> Value {
    let dir = folder();
    audit(&[&write(dir.path(), "x.json", text)]).2
}

fn exchange(url: &str, body: Value) -> Value {
    json!({"request": {"method": "GET", "url": format!("{ARM}{url}")}, "response": {"status": 200, "body": body}})
}

fn bindings_url(name: &str, more: &str) -> String {
    format!("{}/trustedAccessRoleBindings?api-version=2025-10-01{more}", cluster_id(name))
}

fn catalogue(rules: Value) -> Value {
    let url = "/subscriptions/s/providers/Microsoft.ContainerService/locations/westeurope/trustedAccessRoles?api-version=2025-10-01";
    exchange(
        url,
        json!({"value": [{"sourceResourceType": "Microsoft.DataProtection/backupVaults", "name": "backup-operator", "rules": rules}]}),
    )
}

fn binding_verdict(findings: &Value, rule: &str) -> String {
    verdict(findings, rule, &format!("{}/trustedAccessRoleBindings/x", cluster_id("a")))
}

#[test]
fn the_location_s_own_catalogue_is_believed_or_nobody_s_is() {
    let fleet = [cluster("a"), json!([binding("a", "x")])];
    let all = json!([{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "resourceNames": null}]);
    let with = |catalogues: &[Value]| audited(&[&fleet[..], catalogues].concat());
    assert_eq!(binding_verdict(&with(&[]), "TA-02"), "pass");
    assert_eq!(
        binding_verdict(&with(&[catalogue(all.clone())]), "TA-02"),
        "fail",
        "null in a list of names is no excuse"
    );
    assert_eq!(
        binding_verdict(&with(&[catalogue(json!([]))]), "TA-02"),
        "not-assessed",
        "a role without rules is not harmless"
    );
    assert_eq!(binding_verdict(&with(&[catalogue(json!("?"))]), "TA-02"), "not-assessed");
    let harmless = json!([{"verbs": ["get"], "apiGroups": [""], "resources": ["nodes"]}]);
    for order in [[harmless.clone(), all.clone()], [all, harmless]] {
        let found = with(&order.map(catalogue));
        assert_eq!(binding_verdict(&found, "TA-02"), "not-assessed", "two answers that disagree");
    }
}

#[test]
fn a_binding_whose_holder_was_not_read_is_not_judged_by_it() {
    let mut nobody = binding("a", "x");
    nobody["properties"]["sourceResourceId"] = Value::Null;
    let found = audited(&[cluster("a"), json!([nobody])]);
    assert_eq!(binding_verdict(&found, "TA-02"), "not-assessed");
    let mut other_case = binding("a", "x");
    other_case["properties"]["sourceResourceId"] =
        json!(other_case["properties"]["sourceResourceId"].as_str().unwrap_or_default().to_uppercase());
    let found = audited(&[cluster("a"), json!([binding("a", "x")]), json!([other_case])]);
    assert_eq!(
        (binding_verdict(&found, "TA-02").as_str(), gaps_in(&found).len()),
        ("pass", 0),
        "case is no contradiction"
    );
}

#[test]
fn a_list_of_bindings_is_whole_only_when_its_pages_are() {
    let page = |more: &str, names: &[&str], next: Option<&str>| {
        let items: Vec<Value> = names.iter().map(|name| binding("a", name)).collect();
        let next = next.map(|more| format!("{ARM}{}", bindings_url("a", more)));
        exchange(&bindings_url("a", more), json!({"value": items, "nextLink": next}))
    };
    let (one, two, three) = (
        page("", &["x"], Some("&$skiptoken=2")),
        page("&$skiptoken=2", &["y"], Some("&$skiptoken=3")),
        page("&$skiptoken=3", &["z"], None),
    );
    let of = |pages: &[&Value]| {
        verdict(
            &audited(&[&[cluster("a")][..], &pages.iter().map(|p| (*p).clone()).collect::<Vec<_>>()].concat()),
            "TA-11",
            &cluster_id("a"),
        )
    };
    assert_eq!(of(&[&one, &two, &three]), "pass");
    assert_eq!(of(&[&three]), "not-assessed", "the last page alone");
    assert_eq!(of(&[&one, &three]), "not-assessed", "a page missing between");
    let foreign = exchange(&bindings_url("a", ""), json!({"value": [binding("b", "x")]}));
    assert_eq!(of(&[&foreign]), "not-assessed", "the answer to another question");
}

#[test]
fn pages_that_were_refused_do_not_close_a_list() {
    let list = "/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.ContainerService/managedClusters?api-version=1";
    let next = format!("{ARM}{list}&$skiptoken=2");
    let first = exchange(list, json!({"value": [cluster("a")], "nextLink": next}));
    let answers = [
        json!({"status": 429, "body": null}),
        json!({"status": 403, "body": {}}),
        json!({"status": 404, "body": {"error": {"code": "ResourceGroupNotFound", "message": "m"}}}),
    ];
    for answer in answers {
        let second = json!({"request": {"method": "GET", "url": next}, "response": answer});
        let gaps = gaps_in(&audited(&[first.clone(), second])).join("\n");
        assert!(gaps.contains("page-missing"), "{gaps}");
        assert!(gaps.contains("denied") || gaps.contains("failed"), "{gaps}");
    }
    let gone = json!({"request": {"method": "GET", "url": format!("{ARM}{list}")}, "response": {"status": 404, "body": {"error": {"code": "SubscriptionNotFound", "message": "m"}}}});
    assert!(gaps_in(&audited(&[cluster("a"), gone])).join("\n").contains("SubscriptionNotFound"));
}

#[test]
fn an_answer_that_was_cut_is_said_however_it_says_so() {
    for cut in [
        json!({"count": 1, "data": [cluster("a")], "skip_token": "A", "total_records": 250}),
        json!({"count": 1, "data": [cluster("a")], "totalRecords": 250}),
        json!({"value": [cluster("a")], "@odata.nextLink": "https://management.azure.com/next"}),
        json!({"value": [cluster("a")], "error": {"code": "AuthorizationFailed", "message": "m"}}),
    ] {
        assert!(!gaps_in(&audited(std::slice::from_ref(&cut))).is_empty(), "{cut}");
    }
    let rows =
        json!({"data": {"Columns": [{"name": "id"}], "Rows": [{"id": cluster_id("a"), "properties": {"fqdn": "a"}}]}});
    assert_eq!(clusters_in(&audited(&[rows])), 1);
    let nested = json!([{"value": [cluster("a")]}, [cluster("b")]]);
    assert_eq!(clusters_in(&audited(&[nested])), 2);
}

#[test]
fn a_projection_says_nothing_about_what_it_left_out() {
    let id = cluster_id("a");
    for body in [
        json!([{"id": id, "name": "a", "kubernetesVersion": "1.30"}]),
        json!([{"id": id, "apiServerAccessProfile": {"enablePrivateCluster": true}}]),
        json!([{"id": id, "name": "a"}]),
    ] {
        let found = audited(std::slice::from_ref(&body));
        for rule in ["CRED-03", "CRED-01", "GOV-01"] {
            assert_eq!(verdict(&found, rule, &id), "not-assessed", "{rule} on {body}");
        }
    }
    let open = json!({"id": id, "name": "a", "properties": {"provisioningState": "Succeeded", "fqdn": "a.hcp"}});
    let found = audited(&[open, json!([{"id": id, "name": "a"}])]);
    assert_eq!(verdict(&found, "EXP-01", &id), "fail", "an inventory beside a reading takes nothing from it");
    assert!(!gaps_in(&found).join("\n").contains("contradiction"));
}

#[test]
fn a_key_that_stands_twice_is_not_decided_by_its_place() {
    let id = cluster_id("a");
    let text = format!(
        "[{{\"id\": \"{id}\", \"properties\": {{\"provisioningState\": \"Succeeded\", \"enableRBAC\": false, \"enableRBAC\": true, \
         \"apiServerAccessProfile\": {{\"authorizedIPRanges\": [\"0.0.0.0/0\"], \"authorizedIPRanges\": [\"203.0.113.7\"]}}}}}}]"
    );
    let found = text_audited(&text);
    for rule in ["CRED-03", "EXP-01", "EXP-03"] {
        assert_eq!(verdict(&found, rule, &id), "not-assessed", "{rule}");
    }
}

#[test]
fn tags_that_are_no_text_name_nobody() {
    let mut strange = cluster("a");
    strange["tags"] = json!({"owner": {"x": 1}});
    assert_eq!(verdict(&audited(&[strange]), "GOV-01", &cluster_id("a")), "not-assessed");
    let tagged = |tags: Value| {
        let mut body = cluster("a");
        body["tags"] = tags;
        body
    };
    let found = audited(&[tagged(json!({"owner": "alice"})), tagged(json!({"costcenter": "1"}))]);
    assert_eq!(verdict(&found, "GOV-01", &cluster_id("a")), "not-assessed", "two documents disagree");
}

#[test]
fn what_stands_behind_damage_is_read() {
    let pretty = |name: &str| serde_json::to_string_pretty(&cluster(name)).expect("JSON");
    let broken = "{\n  \"id\": oops\n}";
    let in_a_row = format!("{broken}\n{}\n{}", pretty("a"), pretty("b"));
    assert_eq!(clusters_in(&text_audited(&in_a_row)), 2);
    let lists = format!("[{broken}, {}]\n[{}, {}]", cluster("a"), cluster("b"), cluster("c"));
    let found = text_audited(&lists);
    assert_eq!(clusters_in(&found), 3);
    assert!(gaps_in(&found).join("\n").contains("Item 1"));
    let goes_on =
        format!("{{\"value\": [{broken}, {}], \"nextLink\": \"https://management.azure.com/next\"}}", cluster("a"));
    assert!(gaps_in(&text_audited(&goes_on)).join("\n").contains("page-missing"));
}

#[test]
fn one_cluster_in_two_documents_is_one_cluster() {
    let with = |more: Value| json!({"id": cluster_id("a"), "properties": more});
    let found = audited(&[
        with(json!({"provisioningState": "Succeeded", "resourceUID": "u1", "fqdn": "a.hcp"})),
        with(json!({"provisioningState": "Succeeded", "resourceUID": "u1", "fqdn": null})),
    ]);
    assert_eq!(clusters_in(&found), 1);
    let found = audited(&[
        with(json!({"provisioningState": "Succeeded", "resourceUID": "u1", "fqdn": "a.hcp"})),
        with(json!({"provisioningState": "Succeeded", "resourceUID": "u2", "fqdn": "a.hcp"})),
    ]);
    assert_eq!(clusters_in(&found), 2, "deleted and made again with the same name");
}
