//! What is kept of collected files: documents by their kind, ends of lists, and what is said about the rest.

use super::read_files;
use crate::Collected;
use quay_model::{Document, DocumentKind, Fleet, GapReason, Snapshot, lists};
use serde_json::{Value, json};

const ARM: &str = "https://management.azure.com";
const SUB: &str = "/subscriptions/11111111-1111-1111-1111-111111111111";

fn read(bodies: &[Value]) -> Collected {
    let folder = tempfile::tempdir().unwrap_or_else(|error| unreachable!("{error}"));
    for (index, body) in bodies.iter().enumerate() {
        let path = folder.path().join(format!("{index}.json"));
        std::fs::write(path, body.to_string()).unwrap_or_else(|error| unreachable!("{error}"));
    }
    read_files(&[folder.path().to_owned()], &mut |_| true)
}

fn exchange(target: &str, status: u16, body: Value) -> Value {
    json!({"request": {"method": "GET", "url": format!("{ARM}{target}")}, "response": {"status": status, "body": body}})
}

fn cluster() -> String {
    format!("{SUB}/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c")
}

fn vault() -> String {
    format!("{SUB}/resourceGroups/g/providers/Microsoft.DataProtection/backupVaults/v")
}

/// What was read to its end, and where.
fn ends(collected: &Collected) -> Vec<(String, String)> {
    let ends = collected.documents.iter().filter(|document| document.kind == DocumentKind::ListEnd);
    let read = |body: &str| serde_json::from_str::<Value>(body).unwrap_or_default();
    ends.map(|end| {
        let body = read(&end.body);
        (body["wholeListOf"].as_str().unwrap_or_default().to_owned(), end.resource_id.clone())
    })
    .collect()
}

fn kept(collected: &Collected, kind: DocumentKind) -> Vec<&str> {
    let own = collected.documents.iter().filter(|document| document.kind == kind);
    own.map(|document| document.resource_id.as_str()).collect()
}

fn pair(name: &str, scope: &str) -> (String, String) {
    (name.to_owned(), scope.to_lowercase())
}

#[test]
fn every_type_that_a_rule_may_read_is_kept() {
    let (cluster, root) = (cluster(), "/providers/Microsoft.Management/managementGroups/m/providers");
    let ids = [
        format!("{SUB}/resourceGroups/g"),
        format!("{SUB}/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/s"),
        format!("{SUB}/resourceGroups/g/providers/Microsoft.Network/bastionHosts/b"),
        format!("{SUB}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances/e"),
        format!("{cluster}/jwtAuthenticators/j"),
        format!("{cluster}/managedNamespaces/n"),
        format!("{cluster}/providers/Microsoft.ServiceLinker/linkers/l"),
        "/providers/Microsoft.Authorization/roleDefinitions/r".to_owned(),
        format!("{root}/Microsoft.Authorization/policyAssignments/p"),
        format!("{root}/Microsoft.Authorization/roleAssignments/a"),
    ];
    let bodies: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
    let collected = read(&[Value::Array(bodies)]);
    assert_eq!(kept(&collected, DocumentKind::Related), ids.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(collected.gaps, []);
    let row = json!([{"id": SUB, "type": "microsoft.resources/subscriptions", "properties": {}}]);
    assert_eq!(kept(&read(&[row]), DocumentKind::Related), [SUB]);
}

#[test]
fn a_list_with_its_question_is_whole_and_one_that_goes_on_is_not() {
    let list = format!("{SUB}/providers/Microsoft.DataProtection/backupVaults?api-version=1");
    let empty = exchange(&list, 200, json!({"value": []}));
    // no vault at all means no instance at all
    let none = [pair(lists::VAULTS, SUB), pair(lists::BACKUPS, SUB)];
    assert_eq!(ends(&read(&[empty])), none);
    let next = format!("{ARM}{list}&$skipToken=2");
    let first = exchange(&list, 200, json!({"value": [{"id": vault()}], "nextLink": next}));
    let alone = read(std::slice::from_ref(&first));
    assert_eq!(ends(&alone), []);
    let gap = alone.gaps.first().map(|gap| (gap.scope.clone(), gap.call.as_str(), gap.reason));
    assert_eq!(gap, Some((SUB.to_owned(), lists::VAULTS, GapReason::PageMissing)));
    let second = exchange(&format!("{list}&$skipToken=2"), 200, json!({"value": []}));
    let of_vault = exchange(&format!("{}/backupInstances?api-version=1", vault()), 200, json!({"value": []}));
    let found = ends(&read(&[first.clone(), second.clone()]));
    assert_eq!(found, [pair(lists::VAULTS, SUB)], "the vault's own list was not read");
    let found = ends(&read(&[first, second, of_vault]));
    assert_eq!(found, [pair(lists::VAULTS, SUB), pair(lists::BACKUPS, SUB), pair(lists::BACKUPS, &vault())]);
    let other = exchange(&list, 200, json!({"value": [{"id": cluster()}]}));
    let collected = read(&[other]);
    assert!(ends(&collected).is_empty() && collected.gaps.iter().any(|gap| gap.reason == GapReason::Contradiction));
}

#[test]
fn lists_without_their_question_are_whole_for_what_they_name() {
    let elsewhere = vault().replace("/resourceGroups/", "/resourceGroups/other-");
    assert_eq!(ends(&read(&[json!([{"id": vault()}, {"id": elsewhere}])])), [pair(lists::VAULTS, SUB)]);
    assert_eq!(ends(&read(&[json!([{"id": vault()}])])), [], "one group may be all that was asked for");
    let instance = json!({"id": format!("{}/backupInstances/i", vault())});
    assert_eq!(ends(&read(&[json!({"value": [instance]})])), [pair(lists::BACKUPS, &vault())]);
    let rows = json!({"data": [{"id": vault()}, {"id": elsewhere}], "totalRecords": 2, "resultTruncated": "false"});
    let collected = read(&[rows]);
    assert_eq!(ends(&collected), [], "the query may have asked for some of them");
    assert!(collected.gaps.iter().any(|gap| gap.message.contains("without the query")), "and that is said");
    let assigned = json!([{"id": format!("{SUB}/providers/Microsoft.Authorization/roleAssignments/a")}]);
    assert_eq!(ends(&read(&[assigned])), [], "it may be one principal's");
}

#[test]
fn a_binding_that_cannot_be_read_leaves_its_list_open() {
    let list = format!("{}/trustedAccessRoleBindings?api-version=1", cluster());
    let good = json!({"id": format!("{}/trustedAccessRoleBindings/b", cluster()), "properties": {"roles": []}});
    let ended = |d: &&Document| d.kind == DocumentKind::BindingListEnd;
    let whole = |files: &[Value]| read(files).documents.iter().filter(ended).count();
    let answered = |body: Value| whole(&[exchange(&list, 200, body)]);
    assert_eq!(answered(json!({"value": [good]})), 1);
    let strange = json!({"name": "x", "properties": {}});
    assert_eq!(answered(json!({"value": [good, strange]})), 0, "what has no id may be anything");
    assert_eq!(whole(&[exchange(&format!("{list}&$top=1"), 200, json!({"value": [good]}))]), 0);
    assert_eq!(whole(&[json!({"value": [good]})]), 1, "as az prints it");
    assert_eq!(whole(&[json!({"value": [good], "error": {"code": "InternalServerError"}})]), 0);
    for status in [json!("500"), json!({"code": 403}), json!("soon")] {
        let body = json!({"request": {"method": "GET", "url": format!("{ARM}{list}")}, "response": {"status": status, "body": {"value": []}}});
        assert_eq!(whole(&[body]), 0, "{status} is no success");
    }
}

#[test]
fn a_list_of_a_subscription_says_which_management_groups_are_above_it() {
    let group = "/providers/Microsoft.Management/managementGroups/Corp";
    let other = SUB.replace('1', "2");
    let list = |sub: &str, items: Value| {
        let target = format!("{sub}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01");
        exchange(&target, 200, json!({ "value": items }))
    };
    let given = json!({"id": format!("{group}/providers/Microsoft.Authorization/roleAssignments/a"),
        "properties": {"principalId": "p", "roleDefinitionId": "/r", "scope": group}});
    let collected = read(&[list(SUB, json!([given])), list(&other, json!([]))]);
    let fleet = Fleet::read(&Snapshot { documents: collected.documents, ..Snapshot::default() });
    let above = |sub: &str| fleet.around.is_above("corp", sub.rsplit('/').next().unwrap_or_default());
    assert_eq!((above(SUB), above(&other), above("/subscriptions/3")), (Some(true), Some(false), None));
}

#[test]
fn a_provider_that_a_subscription_does_not_use_has_none_of_its_resources() {
    let list = format!("{SUB}/providers/Microsoft.MachineLearningServices/workspaces?api-version=1");
    let of = |code: &str, namespace: &str| {
        let message = format!("The subscription is not registered to use namespace '{namespace}'.");
        let collected = read(&[exchange(&list, 409, json!({"error": {"code": code, "message": message}}))]);
        (ends(&collected).contains(&pair(lists::WORKSPACES, SUB)), collected.gaps.is_empty())
    };
    assert_eq!(of("MissingSubscriptionRegistration", "Microsoft.MachineLearningServices"), (true, true));
    assert_eq!(of("MissingSubscriptionRegistration", "Microsoft.Network"), (false, false));
    assert_eq!(of("Conflict", "Microsoft.MachineLearningServices"), (false, false));
}

#[test]
fn rows_tell_what_is_above_a_subscription_only_together_with_an_answer_of_azure_itself() {
    let query = "authorizationresources | where type =~ 'microsoft.authorization/roleassignments' | project id, name, type, properties | order by id asc";
    let rows = |subscriptions: Value| {
        let url = format!("{ARM}/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01");
        let body = json!({"query": query, "subscriptions": subscriptions, "options": {"authorizationScopeFilter": "AtScopeAboveAndBelow"}});
        json!({"request": {"method": "POST", "url": url, "body": body}, "response": {"status": 200, "body": {"data": [], "totalRecords": 0}}})
    };
    let own = || rows(json!([SUB.rsplit('/').next()]));
    let list = |filter: &str| {
        let target = format!("{SUB}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01{filter}");
        exchange(&target, 200, json!({"value": []}))
    };
    let whole = |files: &[Value]| ends(&read(files)).contains(&pair(lists::ASSIGNMENTS, SUB));
    assert!(!whole(&[own()]), "what is above may be hidden");
    assert!(!whole(&[list("&$filter=atScope()")]), "what is below was not asked for");
    assert!(whole(&[own(), list("&$filter=atScope()")]));
    assert!(whole(&[rows(Value::Null), list("&$filter=atScope()")]), "asked of every subscription");
    assert!(whole(&[list("")]), "Azure tells both");
}

#[test]
fn a_binding_that_one_answer_names_and_another_one_does_not_is_in_doubt() {
    let list = format!("{}/trustedAccessRoleBindings", cluster());
    let one = json!({"id": format!("{list}/b"), "properties": {"provisioningState": "Succeeded", "roles": [], "sourceResourceId": vault()}});
    let listed = |items: Value| exchange(&format!("{list}?api-version=1"), 200, json!({ "value": items }));
    let missing = exchange(
        &format!("{list}/b?api-version=1"),
        404,
        json!({"error": {"code": "GetTrustedAccessRoleBinding_NotFound", "message": "not found"}}),
    );
    let fleet = |files: &[Value]| {
        let collected = read(
            &[&[json!({"id": cluster(), "properties": {"fqdn": "f", "provisioningState": "Succeeded"}})], files]
                .concat(),
        );
        Fleet::read(&Snapshot { documents: collected.documents, gaps: collected.gaps, ..Snapshot::default() })
    };
    let doubted = |files: &[Value]| {
        let fleet = fleet(files);
        let told = fleet.gaps.iter().any(|gap| gap.call == lists::BINDING);
        let states = fleet
            .clusters
            .iter()
            .flat_map(|of| &of.bindings.seen)
            .map(|of| of.provisioning_state.reading.value().is_some());
        (states.collect::<Vec<_>>(), told)
    };
    let with = || listed(json!([one]));
    assert_eq!(doubted(&[with()]), (vec![true], false));
    assert_eq!(doubted(&[with(), listed(json!([]))]), (vec![false], true), "another answer to the same question");
    assert_eq!(doubted(&[with(), missing.clone()]), (vec![false], true), "Azure said that it is not there");
    assert_eq!(doubted(&[listed(json!([])), missing]), (vec![], false), "all agree");
}

#[test]
fn an_answer_about_another_subscription_is_not_the_answer() {
    let list = format!("{SUB}/providers/Microsoft.Authorization/roleAssignments?api-version=1");
    let at = |scope: &str| json!({"id": format!("{scope}/providers/Microsoft.Authorization/roleAssignments/a"), "properties": {}});
    let of = |scope: &str| ends(&read(&[exchange(&list, 200, json!({"value": [at(scope)]}))])).len();
    assert_eq!((of("/subscriptions/other"), of(&cluster()), of(SUB)), (0, 1, 1));
    assert_eq!((of("/providers/Microsoft.Management/managementGroups/m"), of("")), (1, 1), "what is inherited");
}

#[test]
fn pages_of_a_query_of_ours_belong_together() {
    let query = "resources | where type =~ 'microsoft.network/bastionhosts' | project id, name, type, location, properties | order by id asc";
    let page = |token: Value, answer: Value| {
        let url = format!("{ARM}/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01");
        let body = json!({"query": query, "subscriptions": [SUB.rsplit('/').next()], "options": {"$skipToken": token}});
        json!({"request": {"method": "POST", "url": url, "body": body}, "response": {"status": 200, "body": answer}})
    };
    let host =
        |name: &str| json!({"id": format!("{SUB}/resourceGroups/g/providers/Microsoft.Network/bastionHosts/{name}")});
    let first = page(Value::Null, json!({"data": [host("a")], "totalRecords": 2, "$skipToken": "t"}));
    let last = page(json!("t"), json!({"data": [host("b")], "totalRecords": 2}));
    let both = read(&[first.clone(), last.clone()]);
    assert_eq!((ends(&both), both.gaps), (vec![pair(lists::BASTIONS, SUB)], vec![]));
    for alone in [first, last] {
        assert_eq!(ends(&read(&[alone])), []);
    }
}

#[test]
fn what_is_gone_is_a_fact_and_what_was_refused_is_a_gap_about_it() {
    let error = |code: &str| json!({"error": {"code": code, "message": "m"}});
    let target = format!("{}?api-version=1", vault());
    let gone = read(&[exchange(&target, 404, error("ResourceNotFound"))]);
    assert_eq!((kept(&gone, DocumentKind::Gone), gone.gaps.len()), (vec![vault().as_str()], 0));
    let hidden = read(&[exchange(&target, 404, error("SubscriptionNotFound"))]);
    assert_eq!(kept(&hidden, DocumentKind::Gone), Vec::<&str>::new());
    let refused = read(&[exchange(&target, 403, error("AuthorizationFailed"))]);
    let gap = refused.gaps.first().map(|gap| (gap.scope.clone(), gap.call.as_str(), gap.reason));
    assert_eq!(gap, Some((vault(), lists::SOURCE, GapReason::Denied)));
    let plan = format!("{SUB}/providers/Microsoft.Security/pricings/Containers");
    let operators = format!("{plan}/securityOperators?api-version=1");
    let none = read(&[exchange(&operators, 404, error("NotFound"))]);
    assert_eq!(ends(&none), [pair(lists::OPERATORS, &plan)], "a plan without an operator");
    let assignments = format!("{SUB}/providers/Microsoft.Authorization/roleAssignments?api-version=1");
    let refused = read(&[exchange(&assignments, 403, error("AuthorizationFailed"))]);
    let gap = refused.gaps.first().map(|gap| (gap.scope.clone(), gap.call.as_str()));
    assert_eq!(gap, Some((SUB.to_owned(), lists::ASSIGNMENTS)));
}

#[test]
fn the_directory_is_read_without_its_secrets() {
    let user = json!({"@odata.type": "#microsoft.graph.user", "id": "u1", "displayName": "Ada"});
    let graph = "https://graph.microsoft.com/v1.0";
    let asked = |ids: Value| {
        json!({"request": {"method": "POST", "url": format!("{graph}/directoryObjects/getByIds"), "body": {"ids": ids}},
            "response": {"status": 200, "body": {"value": [user]}}})
    };
    let role = |who: &str| json!({"id": format!("{SUB}/providers/Microsoft.Authorization/roleAssignments/{who}"), "properties": {"principalId": who}});
    let whole = read(&[asked(json!(["U1", "u2"])), role("u1"), role("u2")]);
    assert_eq!(
        (kept(&whole, DocumentKind::Principal), ends(&whole)),
        (vec!["u1"], vec![pair(lists::DIRECTORY, "tenant")])
    );
    let part = read(&[asked(json!(["u1"])), role("u1"), role("u2")]);
    assert_eq!((ends(&part).len(), part.gaps.len()), (0, 1), "nobody asked about u2");
    let application = json!({"id": "o1", "appId": "a1", "passwordCredentials": [{"secretText": "s3cr3t"}]});
    let url = format!("{graph}/applications?$filter=appId%20eq%20'a1'");
    let by_url = json!({"request": {"url": url}, "response": {"status": 200, "body": {"value": [application]}}});
    for file in [by_url, json!([application])] {
        let collected = read(&[file]);
        let text: String = collected.documents.iter().map(|document| document.body.to_string()).collect();
        assert_eq!(kept(&collected, DocumentKind::Principal), ["o1"]);
        assert!(!text.contains("s3cr3t"), "{text}");
    }
}

#[test]
fn the_activity_log_is_whole_with_what_explains_each_write() {
    let entry = |action: &str| {
        json!({"id": format!("{SUB}/events/e"), "operationName": {"value": action}, "eventTimestamp": "2026-11-01T00:00:00Z",
            "correlationId": "c1", "resourceId": format!("{}/trustedAccessRoleBindings/b", cluster())})
    };
    let log = format!("{SUB}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01");
    let asked = |more: &str, entries: Value| {
        let filter = format!("{log}&$filter=eventTimestamp ge '2026-09-01' and {more}");
        exchange(&filter, 200, json!({"value": entries}))
    };
    let write = entry("Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/write");
    let provider = "resourceProvider eq 'Microsoft.ContainerService'";
    let written = asked(provider, json!([write, entry("Microsoft.ContainerService/managedClusters/write")]));
    let behind = asked("correlationId eq 'c1'", json!([entry("Microsoft.Resources/deployments/write")]));
    let alone = read(std::slice::from_ref(&written));
    assert_eq!((kept(&alone, DocumentKind::Event).len(), ends(&alone)), (1, vec![]));
    assert!(alone.gaps.iter().any(|gap| gap.call == lists::EVENTS && gap.reason == GapReason::PageMissing));
    let both = read(&[written, behind]);
    assert_eq!((kept(&both, DocumentKind::Event).len(), ends(&both)), (2, vec![pair(lists::EVENTS, SUB)]));
    let since = both.documents.iter().any(|document| document.body.contains(r#""since":"2026-09-01""#));
    assert!(since, "it was not asked for from the beginning");
}

#[test]
fn versions_need_their_location() {
    let versions = json!({"values": [{"version": "1.33", "patchVersions": {"1.33.4": {}}}]});
    let bare = read(std::slice::from_ref(&versions));
    assert!(kept(&bare, DocumentKind::Related).is_empty());
    assert!(bare.gaps.iter().any(|gap| gap.message.contains("location") && gap.hint.contains("request")));
    let place = format!("{SUB}/providers/Microsoft.ContainerService/locations/eastus");
    let known = read(&[exchange(&format!("{place}/kubernetesVersions?api-version=1"), 200, versions)]);
    assert_eq!(kept(&known, DocumentKind::Related), [format!("{place}/kubernetesVersions/all").as_str()]);
    assert_eq!(ends(&known), [pair(lists::VERSIONS, &place)]);
}

#[test]
fn code_is_cut_down_and_its_secrets_stay_where_they_are() {
    let state = json!({"version": 4, "terraform_version": "1.9.5", "resources": [{"mode": "managed", "type": "azurerm_kubernetes_cluster",
        "name": "main", "instances": [{"attributes": {"id": cluster(), "name": "c", "kube_config_raw": "s3cr3t"}}]}]});
    let collected = read(&[state]);
    assert_eq!(kept(&collected, DocumentKind::Declared), [cluster().as_str()]);
    let text: String = collected.documents.iter().map(|document| document.body.to_string()).collect();
    assert!(!text.contains("s3cr3t") && collected.gaps.is_empty(), "{text} {:?}", collected.gaps);
    let old = read(&[json!({"version": 3, "terraform_version": "0.11.1", "modules": []})]);
    assert!(old.gaps.iter().any(|gap| gap.message.contains("Terraform state of version 3")), "{:?}", old.gaps);
}
