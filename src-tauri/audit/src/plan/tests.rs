//! Closing plans over small scenes: what is a step, what holds it back, and what is said about it.

use crate::survey::plans;
use crate::testing::{CLUSTER_ID, SUBSCRIPTION, Scene};
use quay_model::{Before, Change, Fleet, Plan, Reading, Settings, Step, lists};
use serde_json::{Value, json};

const BACKUP: &str = "Microsoft.DataProtection/backupVaults/backup-operator";
const OPERATOR: &str = "Microsoft.Security/pricings/microsoft-defender-operator";
const POLICY: &str = "Microsoft.Security/pricings/microsoft-defender-policy-operator";
const CONTRIBUTOR: &str = "b24988ac-6180-42a0-ab88-20f7382dd24c";
const RBAC_CLUSTER_ADMIN: &str = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b";
const GROUP: &str = "/providers/Microsoft.Management/managementGroups/m";
const UNREAD_ROLE: &str = "99999999-0000-0000-0000-000000000000";

fn id(kind: &str, name: &str) -> String {
    format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/{kind}/{name}")
}

fn vault() -> String {
    id("Microsoft.DataProtection/backupVaults", "v")
}

/// A cluster that a vault backs up; the vault has this identity.
fn backed_up(properties: Value, identity: Value) -> Scene {
    Scene::new(properties).with(json!({"id": vault(), "identity": identity, "properties": {}})).with(instance())
}

fn instance() -> Value {
    json!({"id": format!("{}/backupInstances/i", vault()), "properties": {"currentProtectionState": "ProtectionConfigured",
        "dataSourceInfo": {"datasourceType": "Microsoft.ContainerService/managedClusters", "resourceID": CLUSTER_ID}}})
}

fn system() -> Value {
    json!({"type": "SystemAssigned", "principalId": "vp"})
}

fn planned(fleet: &Fleet) -> Plan {
    plans(fleet, &Settings::default(), None).into_iter().next().unwrap_or_else(|| unreachable!("there is a cluster"))
}

fn plan(scene: &Scene) -> Plan {
    planned(&scene.fleet())
}

fn does(step: &Step) -> String {
    let told = serde_json::to_value(&step.change).unwrap_or_default();
    told["do"].as_str().unwrap_or_default().to_owned()
}

fn all(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(does).collect()
}

fn step<'a>(plan: &'a Plan, what: &str) -> &'a Step {
    plan.steps.iter().find(|step| does(step) == what).unwrap_or_else(|| unreachable!("{what} is in {:?}", all(plan)))
}

fn has(plan: &Plan, what: &str) -> bool {
    plan.steps.iter().any(|step| does(step) == what)
}

fn said(texts: &[String], words: &str) -> bool {
    texts.iter().any(|text| text.contains(words))
}

fn decide(step: &Step) -> &str {
    step.decide.as_deref().unwrap_or_default()
}

#[test]
fn ranges_wait_where_nodes_leave_by_another_address() {
    let pools = |flag: Value| json!([{"name": "a"}, {"name": "b", "enableNodePublicIP": flag}]);
    let network = |kind: &str| json!({"outboundType": kind});
    let vnet = json!({"enableVnetIntegration": true});
    // properties, held back, unsure
    let rows = [
        (json!({}), false, false),
        (json!({"networkProfile": network("LoadBalancer"), "agentPoolProfiles": pools(json!(false))}), false, false),
        (json!({"networkProfile": network("userDefinedRouting")}), true, false),
        (json!({"networkProfile": network("managedNATGateway")}), true, false),
        (json!({"agentPoolProfiles": pools(json!(true))}), true, false),
        (json!({"agentPoolProfiles": pools(json!("some"))}), false, true),
        (json!({"networkProfile": 7}), false, true),
        (json!({"networkProfile": network("userDefinedRouting"), "agentPoolProfiles": 7}), true, true),
        (json!({"networkProfile": network("userDefinedRouting"), "apiServerAccessProfile": vnet}), false, false),
    ];
    for (properties, held, unsure) in rows {
        let plan = plan(&Scene::new(properties.clone()));
        let ranges = step(&plan, "setRanges");
        let words = "its nodes leave by another address than the load balancer's";
        assert_eq!(said(&ranges.held_back, words), held, "{properties}");
        assert_eq!(said(&ranges.breaks_today, words), held, "{properties}");
        assert_eq!(said(&ranges.unsure, "by which address its nodes leave"), unsure, "{properties}");
    }
}

#[test]
fn going_private_starts_from_the_ranges_that_stand_then() {
    let access = json!({"enableVnetIntegration": true, "authorizedIPRanges": ["AzureCloud", "203.0.113.9"]});
    let plan = plan(&Scene::new(json!({"apiServerAccessProfile": access})));
    let (ranges, private) = (step(&plan, "setRanges"), step(&plan, "makePrivate"));
    assert!(ranges.change.order() < private.change.order());
    assert_eq!(private.before, Before::Ranges { ranges: vec!["203.0.113.9".to_owned()] });
    assert_eq!(ranges.before, Before::Ranges { ranges: vec!["AzureCloud".to_owned(), "203.0.113.9".to_owned()] });
    assert!(decide(private).contains("private DNS zone"), "{}", decide(private));
}

#[test]
fn narrow_ranges_are_kept_and_what_nobody_understands_is_named() {
    let with = |list: Value| plan(&Scene::new(json!({"apiServerAccessProfile": {"authorizedIPRanges": list}})));
    let many: Vec<String> = (0..20).map(|n| format!("203.0.{n}.0/24")).collect();
    let too_many = with(json!(many));
    assert!(!has(&too_many, "setRanges"), "{:?}", all(&too_many));
    assert!(said(&too_many.notes, "20 ranges are let in") && said(&too_many.notes, "owners"), "{:?}", too_many.notes);
    let dropped = with(json!(["AzureCloud", "a junk", "203.0.113.9"]));
    let ranges = step(&dropped, "setRanges");
    assert!(matches!(&ranges.change, Change::SetRanges { ranges, .. } if *ranges == ["203.0.113.9"]));
    assert!(decide(ranges).contains("a junk"), "{}", decide(ranges));
}

#[test]
fn local_accounts_stay_while_nobody_else_can_sign_in() {
    let scene = || Scene::new(json!({"aadProfile": {"managed": true, "enableAzureRBAC": true}}));
    let given = |role: &str, who: &str| scene().role(who, "User", role, "");
    let whole = |scene: Scene| scene.whole(lists::ASSIGNMENTS);
    let vault_is_admin = backed_up(json!({"aadProfile": {"managed": true, "enableAzureRBAC": true}}), system()).role(
        "vp",
        "ServicePrincipal",
        RBAC_CLUSTER_ADMIN,
        "",
    );
    let groups = Scene::new(json!({"aadProfile": {"managed": true, "adminGroupObjectIDs": ["g"]}}));
    let program = |scene: Scene| scene.role("p", "ServicePrincipal", RBAC_CLUSTER_ADMIN, "");
    let gone = whole(given(RBAC_CLUSTER_ADMIN, "u")).whole(lists::DIRECTORY);
    let known = || gone.clone().principal(json!({"id": "u", "displayName": "Ada"}));
    let above = scene().role("g", "Group", RBAC_CLUSTER_ADMIN, GROUP);
    // the scene, and why there is no step; empty where there is one
    let rows = [
        (whole(scene()), "nobody who can sign in"),
        (scene(), "role assignments: not collected"),
        (whole(given(RBAC_CLUSTER_ADMIN, "u")), ""),
        (whole(given(CONTRIBUTOR, "u")), "nobody who can sign in"),
        (whole(given(UNREAD_ROLE, "u")), "roles that nobody here could read"),
        (whole(vault_is_admin), "nobody who can sign in"),
        (whole(groups), ""),
        (gone.clone(), "nobody who can sign in"),
        (known(), ""),
        (whole(program(scene())), "Only programs"),
        (whole(program(given(RBAC_CLUSTER_ADMIN, "u"))), ""),
        (whole(scene().role("x", "", RBAC_CLUSTER_ADMIN, "")), "what kind of identity"),
        (whole(above.beside_another_subscription()), "management group"),
    ];
    for (number, (scene, why)) in rows.into_iter().enumerate() {
        let plan = plan(&scene);
        let there = why.is_empty();
        assert_eq!(has(&plan, "disableLocalAccounts"), there, "row {number}: {:?}", plan.notes);
        assert_eq!(has(&plan, "rotateCertificates"), there, "row {number}");
        assert!(there || said(&plan.notes, why), "row {number}: {:?}", plan.notes);
    }
}

#[test]
fn run_command_may_be_the_last_way_into_a_private_cluster() {
    let private =
        || Scene::new(json!({"apiServerAccessProfile": {"enablePrivateCluster": true}, "nodeResourceGroup": "MC_g"}));
    let endpoint = json!({"id": id("Microsoft.Network/privateEndpoints", "pe"), "properties": {
        "privateLinkServiceConnections": [{"properties": {"privateLinkServiceId": CLUSTER_ID}}]}});
    let rows = [
        (private(), true),
        (private().with(endpoint), false),
        (Scene::new(json!({"apiServerAccessProfile": {"authorizedIPRanges": ["203.0.113.0/28"]}})), false),
    ];
    for (number, (scene, last)) in rows.into_iter().enumerate() {
        let plan = plan(&scene);
        let told = &step(&plan, "disableRunCommand").unsure;
        assert_eq!(said(told, "run command works from anywhere"), last, "row {number}: {told:?}");
    }
}

#[test]
fn rotating_says_what_it_costs() {
    let plan = plan(&Scene::new(json!({"aadProfile": {"managed": true, "adminGroupObjectIDs": ["g"]}})));
    let told = decide(step(&plan, "rotateCertificates"));
    for words in ["all nodes, scale sets and disks", "30 minutes", "Every kubeconfig", "Entra users and pipelines"] {
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn a_stopped_cluster_is_started_for_every_step_that_changes_it() {
    let stopped = |properties: Value| {
        let mut properties = properties;
        properties["powerState"] = json!({"code": "Stopped"});
        plan(&Scene::new(properties))
    };
    let private = json!({"enablePrivateCluster": true, "disableRunCommand": true});
    let first = stopped(json!({}));
    assert_eq!(all(&first).first().map(String::as_str), Some("start"), "{:?}", all(&first));
    assert!(decide(step(&first, "start")).contains("stops it again"));
    assert!(!step(&first, "start").is_held_back());
    let nothing = stopped(json!({"apiServerAccessProfile": private}));
    assert!(nothing.steps.is_empty(), "nothing of it is changed: {:?}", all(&nothing));
    let held = stopped(
        json!({"networkProfile": {"outboundType": "none"}, "apiServerAccessProfile": {"disableRunCommand": true}}),
    );
    assert!(step(&held, "start").is_held_back(), "nothing is started for steps that are held back");
}

#[test]
fn clusters_out_of_reach_get_a_note_and_no_steps() {
    let rows = [
        (json!({"provisioningState": "Creating"}), "being created"),
        (json!({"provisioningState": "deleting"}), "being deleted"),
        (json!({"nodeResourceGroup": "FL_rg_fleet_westeurope"}), "hub cluster"),
    ];
    for (properties, words) in rows {
        let plan = plan(&Scene::new(properties.clone()));
        assert!(plan.steps.is_empty() && plan.notes.len() == 1, "{properties}: {plan:?}");
        assert!(said(&plan.notes, words), "{properties}: {:?}", plan.notes);
    }
    let usual = plan(&Scene::new(json!({})));
    assert!(said(&usual.notes, "Locks were not read"), "{:?}", usual.notes);
}

#[test]
fn one_id_of_several_clusters_gets_no_steps() {
    let mut fleet = Scene::new(json!({})).fleet();
    let mut second = fleet.clusters[0].clone();
    second.instance = "another".to_owned();
    fleet.clusters.push(second);
    let found = plans(&fleet, &Settings::default(), None);
    assert_eq!(found.len(), 2, "a plan for each cluster");
    for plan in found {
        assert!(plan.steps.is_empty() && said(&plan.notes, "one after the other"), "{plan:?}");
        assert_eq!(plan.notes.len(), 1);
    }
}

#[test]
fn what_nobody_read_is_said_where_it_matters() {
    let properties = json!({"aadProfile": {"managed": true, "adminGroupObjectIDs": ["g"]}});
    let closing = ["setRanges", "disableRunCommand", "disableLocalAccounts"];
    let unread = plan(&Scene::new(properties.clone()));
    let read = plan(&Scene::new(properties.clone()).whole(lists::ASSIGNMENTS).whole(lists::CHAOS));
    for what in closing {
        assert!(said(&step(&unread, what).unsure, "who else may"), "{what}");
        assert!(!said(&step(&read, what).unsure, "who else may"), "{what}");
    }
    for what in ["setRanges", "disableLocalAccounts", "rotateCertificates"] {
        assert!(said(&step(&unread, what).unsure, lists::CHAOS), "{what}");
        assert!(!said(&step(&read, what).unsure, lists::CHAOS), "{what}");
    }
    assert!(!said(&step(&unread, "disableRunCommand").unsure, lists::CHAOS), "it does not use run command");
    let role = plan(&Scene::new(properties).whole(lists::ASSIGNMENTS).role("p", "ServicePrincipal", UNREAD_ROLE, ""));
    for what in closing {
        assert!(said(&step(&role, what).unsure, UNREAD_ROLE), "{what}: {:?}", step(&role, what).unsure);
    }
    let unseen = plan(&Scene::new(json!({})).with(instance()));
    assert!(said(&step(&unseen, "createBinding").unsure, "itself was not read"), "its identity is not known");
    let seen = plan(&backed_up(json!({}), system()));
    assert!(step(&seen, "createBinding").unsure.is_empty());
}

#[test]
fn programs_that_would_be_cut_off_are_named() {
    let scene = Scene::new(json!({"apiServerAccessProfile": {"enableVnetIntegration": true}}));
    let plan = plan(&scene.role("pipeline", "ServicePrincipal", CONTRIBUTOR, ""));
    for what in ["setRanges", "makePrivate", "disableRunCommand"] {
        assert!(decide(step(&plan, what)).contains("pipeline with Contributor at the cluster"), "{what}");
    }
}

#[test]
fn what_a_service_waits_for_is_told_where_nothing_is_left_to_shut() {
    let shut = json!({"disableLocalAccounts": true, "apiServerAccessProfile": {"enablePrivateCluster": true, "disableRunCommand": true}});
    let plan = plan(&backed_up(shut, json!({"type": 5})));
    assert!(plan.steps.is_empty(), "{:?}", all(&plan));
    assert!(said(&plan.notes, "Azure Backup (v): whether its source has"), "{:?}", plan.notes);
    let open = self::plan(&backed_up(json!({}), json!({"type": 5})));
    assert!(!said(&open.notes, "Azure Backup (v)"), "its steps say it: {:?}", open.notes);
}

/// The plan over a cluster with one binding of its vault in this state.
fn with_state(state: &str, roles: &[&str]) -> Plan {
    let mut fleet = backed_up(json!({}), system()).binding("b", &vault(), roles).fleet();
    fleet.clusters[0].bindings.seen[0].provisioning_state.reading = Reading::Value(state.to_owned());
    planned(&fleet)
}

#[test]
fn a_binding_that_azure_works_on_is_waited_for() {
    for (state, words) in
        [("Updating", "its binding b is Updating: wait until it is in force"), ("deleting", "is being deleted")]
    {
        let plan = with_state(state, &[BACKUP]);
        assert!(!has(&plan, "createBinding"), "{state}: {:?}", all(&plan));
        assert!(said(&step(&plan, "setRanges").held_back, words), "{state}: {plan:?}");
    }
    for state in ["Failed", "Canceled"] {
        let plan = with_state(state, &[BACKUP]);
        let made = step(&plan, "createBinding");
        assert!(matches!(&made.change, Change::CreateBinding { name, .. } if name == "b"), "{made:?}");
        assert!(!step(&plan, "setRanges").is_held_back(), "{state}");
    }
}

#[test]
fn a_copy_is_deleted_only_when_azure_is_done_with_it() {
    for (state, deleted) in
        [("Succeeded", true), ("Failed", true), ("Canceled", true), ("Updating", false), ("Deleting", false)]
    {
        let scene = backed_up(json!({}), system()).binding("a", &vault(), &[BACKUP]).binding("b", &vault(), &[BACKUP]);
        let mut fleet = scene.fleet();
        fleet.clusters[0].bindings.seen[1].provisioning_state.reading = Reading::Value(state.to_owned());
        let plan = planned(&fleet);
        assert_eq!(has(&plan, "deleteBinding"), deleted, "{state}");
        assert!(!deleted || step(&plan, "deleteBinding").decide.is_none(), "nothing is lost with a copy");
    }
}

/// The binding that a plan makes, and its roles.
fn made(plan: &Plan) -> (String, Vec<String>) {
    match &step(plan, "createBinding").change {
        Change::CreateBinding { name, roles, .. } => (name.clone(), roles.clone()),
        other => unreachable!("{other:?}"),
    }
}

/// A cluster that the plan for containers reads.
fn defended() -> Scene {
    let defender = format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Security/pricings/Containers");
    Scene::new(json!({})).with(json!({"id": defender, "properties": {"pricingTier": "Standard",
        "extensions": [{"name": "AgentlessDiscoveryForKubernetes", "isEnabled": "True"}]}}))
}

#[test]
fn what_is_going_already_is_not_deleted_again() {
    for (state, deleted) in [("Succeeded", true), ("Deleting", false)] {
        let mut fleet = Scene::new(json!({})).gone(&vault()).binding("b", &vault(), &[BACKUP]).fleet();
        fleet.clusters[0].bindings.seen[0].provisioning_state.reading = Reading::Value(state.to_owned());
        assert_eq!(has(&planned(&fleet), "deleteBinding"), deleted, "{state}");
    }
}

#[test]
fn only_a_binding_with_a_role_of_the_service_is_made_again() {
    let plan = with_state("Failed", &["other/role/x", BACKUP]);
    assert_eq!(made(&plan), ("b".to_owned(), vec!["other/role/x".to_owned(), BACKUP.to_owned()]), "in their order");
    let defender = format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Security/pricings/Containers");
    let operator = format!("{defender}/securityOperators/DefenderForContainersSecurityOperator");
    let scene = defended().binding("policymgmt1-containers", &operator, &[POLICY]);
    assert_eq!(made(&self::plan(&scene)).0, "defender-containers", "the other one belongs to another feature");
}

#[test]
fn nothing_is_made_where_the_limit_is_not_known() {
    let defender = format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Security/pricings/Containers");
    let scene = defended().binding("b", &format!("{defender}/securityOperators/Renamed"), &[OPERATOR]);
    let mut fleet = scene.fleet();
    fleet.clusters[0].bindings.seen[0].provisioning_state.reading = Reading::Value("Failed".to_owned());
    assert_eq!(made(&planned(&fleet)).0, "defender-containers", "one of another source is not taken over");
    fleet.clusters[0].bindings.incomplete = Some("it was not read to its end".to_owned());
    let plan = planned(&fleet);
    assert!(!has(&plan, "createBinding"), "{plan:?}");
    assert!(said(&step(&plan, "setRanges").held_back, "whether there is room"), "{plan:?}");
}

#[test]
fn an_identity_is_given_only_where_it_is_known_what_stands_there() {
    let given = json!({"/x": {}});
    // identity, what is there before the step; `None` when it could not be read
    let rows = [
        (json!({"type": "UserAssigned", "userAssignedIdentities": given}), Some("UserAssigned")),
        (json!({"userAssignedIdentities": given}), Some("UserAssigned")),
        (json!({"userAssignedIdentities": {}}), Some("")),
        (Value::Null, Some("")),
        (json!({"type": 5, "userAssignedIdentities": given}), None),
        (json!({"userAssignedIdentities": 5}), None),
        (json!(7), None),
    ];
    for (identity, before) in rows {
        let plan = plan(&backed_up(json!({}), identity.clone()));
        match before {
            Some(kind) => {
                assert_eq!(
                    step(&plan, "giveIdentity").before,
                    Before::Identity { kind: kind.to_owned() },
                    "{identity}"
                );
            }
            None => {
                assert!(!has(&plan, "giveIdentity") && !has(&plan, "createBinding"), "{identity}: {:?}", all(&plan));
                assert!(said(&step(&plan, "setRanges").held_back, "could not be read"), "{identity}");
            }
        }
    }
    assert!(!has(&plan(&backed_up(json!({}), json!({"principalId": "vp"}))), "giveIdentity"), "it has one");
}
