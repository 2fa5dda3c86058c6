//! Who made a binding, as code, the activity log and the directory tell it together.

use super::*;
use crate::testing::{AS_OF, CLUSTER_ID, SUBSCRIPTION, Scene};
use serde_json::{Value, json};

const PROGRAM: &str = "0a0a0a0a-0000-4000-8000-000000000001";
const VAULT: &str = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/r/providers/Microsoft.DataProtection/backupVaults/v";
const OPERATOR: &str = "/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.Security/pricings/CloudPosture/securityOperators/DefenderCSPMSecurityOperator";
const WHEN: &str = "2026-11-01T08:00:00Z";

fn write(when: &str, caller: &str, application: &str) -> Value {
    json!({"resourceId": format!("{CLUSTER_ID}/trustedAccessRoleBindings/B"), "caller": caller,
        "eventTimestamp": when,
        "operationName": {"value": "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/write"},
        "status": {"value": "Succeeded"}, "claims": {"appid": application}, "correlationId": format!("c-{when}")})
}

fn of(scene: &Scene) -> Origin {
    let fleet = scene.fleet();
    let bindings = fleet.clusters.first().map_or(&[][..], |cluster| &cluster.bindings.seen);
    bindings.first().map_or_else(
        || Origin::Unknown { why: "no binding".to_owned(), source: String::new() },
        |binding| origin_of(&fleet, &scene.memory, binding, AS_OF),
    )
}

fn kind(origin: &Origin) -> &'static str {
    match origin {
        Origin::Declared { .. } => "code",
        Origin::Deployment(_) => "deployment",
        Origin::Defender(_) => "Defender",
        Origin::Program(_) => "program",
        Origin::ByHand { .. } => "hand",
        Origin::Unknown { .. } => "unknown",
    }
}

/// Held by a vault, the log not known to be whole.
fn bound() -> Scene {
    Scene::new(json!({})).binding("b", VAULT, &["A/b/c"])
}

fn check(rows: Vec<(&str, Scene, &str)>) {
    for (about, scene, expected) in rows {
        let origin = of(&scene);
        assert_eq!(kind(&origin), expected, "{about}: {}", origin.words());
        assert!(origin.source().contains("; sha256 "), "{about}: {} names no document", origin.source());
    }
}

#[test]
fn the_newest_write_says_who_made_a_binding() {
    let [portal, cli, _] = HAND_TOOLS.map(|(id, _)| id);
    let whole = || bound().whole(lists::EVENTS);
    let defender = || Scene::new(json!({})).binding("b", OPERATOR, &[]).whole(lists::EVENTS);
    let own = |principal: &str| json!({"id": OPERATOR, "identity": {"principalId": principal}});
    let mut failed = write(WHEN, "ann@example.com", portal);
    failed["status"]["value"] = json!("Failed");
    let by = |caller: &str, application: &str| whole().event(write(WHEN, caller, application));
    let claimed = |key: &str, value: &str| {
        let mut event = write(WHEN, PROGRAM, PROGRAM);
        event["claims"][key] = json!(value);
        whole().event(event)
    };
    let without_application = |claims: Value| {
        let mut event = write(WHEN, PROGRAM, "");
        event["claims"] = claims;
        whole().event(event)
    };
    check(vec![
        ("the portal", by("ann@example.com", portal), "hand"),
        ("a person without a name, on the command line", by(PROGRAM, cli), "hand"),
        ("a person with another application", by("ann@example.com", PROGRAM), "hand"),
        ("an identity", by(PROGRAM, PROGRAM), "program"),
        ("no caller", by("", PROGRAM), "unknown"),
        ("an id that nobody knows", by(PROGRAM, ""), "unknown"),
        (
            "the identity of a resource",
            by(PROGRAM, "").with(json!({"id": VAULT, "identity": {"principalId": PROGRAM}})),
            "program",
        ),
        ("a token of a program without its application", without_application(json!({"idtyp": "app"})), "program"),
        ("claims as text", without_application(json!(format!("{{\"appid\": \"{PROGRAM}\"}}"))), "program"),
        ("a person's claims as text", without_application(json!("{\"scp\": \"user_impersonation\"}")), "hand"),
        ("the portal in claims as text", without_application(json!(format!("{{\"appid\": \"{portal}\"}}"))), "hand"),
        ("claims that cannot be read", without_application(json!("{\"appid\": ")), "unknown"),
        ("no claims", without_application(Value::Null), "unknown"),
        (
            "an id that the directory knows by a person's name",
            by(PROGRAM, "").principal(json!({"id": PROGRAM, "userPrincipalName": "ann@example.com"})),
            "hand",
        ),
        (
            "an id that the directory knows as a user",
            by(PROGRAM, "")
                .principal(json!({"id": PROGRAM, "displayName": "Ann", "@odata.type": "#microsoft.graph.user"})),
            "hand",
        ),
        (
            "an id that the directory knows as a program",
            by(PROGRAM, "").principal(
                json!({"id": PROGRAM, "displayName": "ci", "@odata.type": "#microsoft.graph.servicePrincipal"}),
            ),
            "program",
        ),
        (
            "a token with scopes",
            claimed("http://schemas.microsoft.com/identity/claims/scope", "user_impersonation"),
            "hand",
        ),
        ("a token with short scopes", claimed("scp", "user_impersonation"), "hand"),
        ("a token of a user", claimed("idtyp", "user"), "hand"),
        ("a token of a program", claimed("idtyp", "app"), "program"),
        ("Defender's source, its identity not read", defender().event(write(WHEN, PROGRAM, "")), "unknown"),
        (
            "Defender's source, its own identity",
            defender().event(write(WHEN, PROGRAM, "")).with(own(PROGRAM)),
            "Defender",
        ),
        (
            "Defender's source, another identity",
            defender().event(write(WHEN, PROGRAM, "")).with(own("other")),
            "unknown",
        ),
        ("its source, a person", defender().event(write(WHEN, "a@b.c", portal)), "hand"),
        ("Defender's identity", by(PROGRAM, "").with(own(PROGRAM)), "Defender"),
        (
            "the newest write counts",
            by("ann@example.com", portal).event(write("2026-11-02T08:00:00.1Z", PROGRAM, PROGRAM)),
            "program",
        ),
        ("only a write that failed", whole().event(failed), "unknown"),
        ("an older one", whole(), "unknown"),
        ("an unread log", bound().denied(lists::EVENTS), "unknown"),
    ]);
}

#[test]
fn only_what_was_written_after_the_last_delete_and_came_to_an_end_made_it() {
    let event = |day: u8, operation: &str, status: &str, correlation: &str| {
        let mut event = write(&format!("2026-11-{day:02}T08:00:00Z"), PROGRAM, PROGRAM);
        event["operationName"]["value"] =
            json!(format!("Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/{operation}"));
        (event["status"]["value"], event["correlationId"]) = (json!(status), json!(correlation));
        event
    };
    let made = || event(1, "write", "Succeeded", "c1");
    for (about, events, expected, said) in [
        ("a delete behind it", vec![made(), event(2, "delete", "Succeeded", "c2")], "unknown", "was deleted by"),
        ("a delete at that time", vec![made(), event(1, "delete", "Succeeded", "c2")], "unknown", "on 2026-11-01"),
        ("a delete that failed", vec![made(), event(2, "delete", "Failed", "c2")], "program", "2026-11-01"),
        (
            "a delete before it",
            vec![event(2, "write", "Succeeded", "c1"), event(1, "delete", "Succeeded", "c2")],
            "program",
            "2026-11-02",
        ),
        ("nothing but a delete", vec![event(2, "delete", "Succeeded", "c2")], "unknown", "made after that"),
        (
            "a failed write behind the delete",
            vec![event(2, "delete", "Succeeded", "c2"), event(3, "write", "Failed", "c3")],
            "unknown",
            "made after that",
        ),
        ("a later write without an end", vec![made(), event(3, "write", "Started", "c3")], "unknown", "on 2026-11-03"),
        (
            "accepted, and no end",
            vec![made(), event(3, "write", "Started", "c3"), event(4, "write", "Accepted", "c3")],
            "unknown",
            "on 2026-11-04",
        ),
        (
            "without a correlation",
            vec![made(), event(3, "write", "Accepted", ""), event(4, "write", "Failed", "")],
            "unknown",
            "on 2026-11-03",
        ),
        (
            "one that failed in the end",
            vec![made(), event(3, "write", "Accepted", "c3"), event(4, "write", "Failed", "C3")],
            "program",
            "2026-11-01",
        ),
        (
            "its own beginning",
            vec![event(1, "write", "Accepted", "c3"), event(3, "write", "Succeeded", "c3")],
            "program",
            "2026-11-03",
        ),
        (
            "told in another order",
            vec![event(4, "write", "Accepted", "c3"), event(3, "write", "Succeeded", "c3")],
            "program",
            "2026-11-03",
        ),
        (
            "an older one without an end",
            vec![event(1, "write", "Started", "c3"), event(3, "write", "Succeeded", "c4")],
            "program",
            "2026-11-03",
        ),
        ("nothing that came to an end", vec![event(1, "write", "Started", "c3")], "unknown", "newest write ended"),
    ] {
        let origin = of(&events.into_iter().fold(bound().whole(lists::EVENTS), Scene::event));
        let words = origin.words();
        assert_eq!(kind(&origin), expected, "{about}: {words}");
        assert!(words.contains(said) && !words.contains("90 days"), "{about}: {words}");
        assert!(origin.source().contains("; sha256 "), "{about}: {} names no document", origin.source());
    }
}

#[test]
fn what_may_stand_in_the_rest_of_the_log_is_no_proof_against_a_person() {
    let [portal, ..] = HAND_TOOLS.map(|(id, _)| id);
    let deployment = |correlation: &str| json!({"operationName": {"value": "Microsoft.Resources/deployments/write"}, "correlationId": correlation});
    let by = |caller: &str| bound().event(write(WHEN, caller, portal));
    let program = || bound().event(write(WHEN, PROGRAM, PROGRAM));
    let explained = || by("ann@example.com").event(deployment("C-2026-11-01t08:00:00z"));
    check(vec![
        ("a bare list of events", by("ann@example.com"), "unknown"),
        ("a log that was refused", by("ann@example.com").denied(lists::EVENTS), "unknown"),
        ("whole, and refused beside", by("ann@example.com").whole(lists::EVENTS).denied(lists::EVENTS), "unknown"),
        ("a whole log", by("ann@example.com").whole(lists::EVENTS), "hand"),
        ("whole somewhere else", by("ann@example.com").whole_at(lists::EVENTS, "/subscriptions/2"), "unknown"),
        ("another deployment", by("ann@example.com").whole(lists::EVENTS).event(deployment("other")), "hand"),
        ("a deployment, in whatever case", explained(), "deployment"),
        ("a deployment, and the log was refused", explained().denied(lists::EVENTS), "deployment"),
        ("a program in a bare list", program(), "unknown"),
        ("a program, and the log was refused", program().denied(lists::EVENTS), "unknown"),
        ("a program in a whole log", program().whole(lists::EVENTS), "program"),
    ]);
}

#[test]
fn code_makes_only_what_it_declares() {
    let [portal, ..] = HAND_TOOLS.map(|(id, _)| id);
    let hand = || bound().event(write(WHEN, "ann@example.com", portal)).whole(lists::EVENTS);
    let id = json!(format!("{CLUSTER_ID}/trustedAccessRoleBindings/b").to_uppercase());
    let code = |key: &str, value: Value| {
        let mut body = json!({"thing": "binding", "language": "ARM template", "address": "x.b", "name": "B",
            "cluster": "AKS1", "source": VAULT.to_uppercase(), "roles": ["a/B/c"]});
        body[key] = value;
        hand().declared(body)
    };
    let open = json!({"expression": "parameters('p')"});
    let default = |value: Value| json!({"value": value, "defaultOf": "p"});
    check(vec![
        ("by id", code("id", id), "code"),
        ("by name", code("cluster", json!("aks1")), "code"),
        ("for the cluster's id", code("cluster", json!(CLUSTER_ID)), "code"),
        ("for this group", code("group", json!("RG")), "code"),
        ("for another group", code("group", json!("rg-dev")), "hand"),
        ("for an open group", code("group", open.clone()), "hand"),
        ("for another subscription", code("subscription", json!("2")), "hand"),
        ("another name", code("name", json!("other")), "hand"),
        ("another cluster", code("cluster", json!("aks2")), "hand"),
        ("another source", code("source", json!(format!("{VAULT}2"))), "hand"),
        ("other roles", code("roles", json!(["A/b/c", "A/b/d"])), "hand"),
        ("a source that is an expression", code("source", open.clone()), "hand"),
        ("roles that are an expression", code("roles", open.clone()), "hand"),
        (
            "the end of another source's id",
            code("source", json!("/providers/Microsoft.DataProtection/backupVaults/w")),
            "hand",
        ),
        (
            "the end of its source's id, in another group",
            code("source", json!("/providers/Microsoft.DataProtection/backupVaults/v")),
            "hand",
        ),
        (
            "the end of its source's id with its group",
            code("source", json!("/resourceGroups/R/providers/Microsoft.DataProtection/backupVaults/v")),
            "code",
        ),
        (
            "the end of its source's id with another group",
            code("source", json!("/resourceGroups/q/providers/Microsoft.DataProtection/backupVaults/v")),
            "hand",
        ),
        ("another source by default", code("source", default(json!("/v2"))), "hand"),
        (
            "other roles under a name by default",
            {
                let mut body =
                    json!({"thing": "binding", "language": "ARM template", "address": "x.b", "cluster": "aks1"});
                (body["name"], body["roles"]) = (default(json!("b")), json!(["A/b/d"]));
                hand().declared(body)
            },
            "hand",
        ),
        ("this source by default", code("source", default(json!(VAULT))), "code"),
        ("a plan that changes it", code("planned", json!("replace")), "code"),
        ("a plan that would make it", code("planned", json!("create")), "hand"),
        ("a plan that would delete it", code("planned", json!("delete")), "hand"),
        ("an open condition", code("condition", open.clone()), "hand"),
        ("off by default", code("condition", default(json!(false))), "hand"),
        ("on by default", code("condition", default(json!(true))), "code"),
        ("an open name", code("name", open.clone()), "hand"),
        ("an open cluster", code("cluster", open), "hand"),
    ]);
    let two = bound().declared(json!({"thing": "binding", "language": "Terraform state", "address": "x.b",
        "name": "b", "cluster": CLUSTER_ID, "source": VAULT, "roles": ["A/b/d"]}));
    let unknown = of(&two.whole(lists::EVENTS));
    let told = unknown.words();
    assert_eq!(kind(&unknown), "unknown");
    assert!(told.starts_with("the code declares it with other roles (") && told.contains("90 days"), "{told}");
    assert!(!told.contains("unless"), "what the template says itself nobody can set: {told}");
    let plan = json!({"thing": "binding", "language": "Terraform plan", "address": "x.b", "planned": "create",
        "name": "b", "cluster": CLUSTER_ID, "source": VAULT, "roles": ["A/b/c"]});
    let told = of(&bound().declared(plan).whole(lists::EVENTS)).words();
    assert!(told.contains("import it first (Terraform plan x.b)"), "{told}");
}

#[test]
fn an_unknown_origin_says_what_is_known() {
    let mut scene = bound().whole_at(lists::EVENTS, &format!("/subscriptions/{SUBSCRIPTION}"));
    assert!(of(&scene).words().ends_with("today"), "{}", of(&scene).words());
    let id = format!("{CLUSTER_ID}/trustedAccessRoleBindings/b").to_lowercase();
    scene.memory.first_seen.insert(id, "2026-03-01T00:00:00Z".to_owned());
    assert!(of(&scene).words().ends_with("on 2026-03-01T00:00:00Z"), "{}", of(&scene).words());
    for (since, said) in [
        (vec!["2026-08-25T12:00:00Z"], "before the 90 days"),
        (vec!["2026-08-26T12:00:00Z"], "before the 90 days"),
        (vec!["2026-08-27T12:00:00Z"], "was read from 2026-08-27 only, and holds no write of it since; first seen"),
        (vec!["2026-09-01", "2026-08-01"], "before the 90 days"),
        (vec!["2026-09-01", ""], "before the 90 days"),
        (vec!["2026-10-01", "2026-09-01"], "was read from 2026-09-01 only"),
        (vec!["some day"], "before the 90 days"),
    ] {
        let read = |scene: Scene, since: &&str| scene.whole_since(lists::EVENTS, since);
        let told = of(&since.iter().fold(bound(), read)).words();
        assert!(told.contains(said), "{since:?}: {told}");
    }
    let nameless = of(&bound().whole(lists::EVENTS).event(write(WHEN, PROGRAM, "")));
    assert!(nameless.words().contains("a person or a program"), "{}", nameless.words());
    let unread = of(&bound().denied(lists::EVENTS));
    assert!(unread.words().contains("denied"), "{}", unread.words());
}
