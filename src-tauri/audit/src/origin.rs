//! Who made a binding: code that declares it, a deployment, Defender, another program, or a person by hand.

use crate::days::moment;
use crate::holder::is_operator;
use quay_model::{ArmId, Binding, Cluster, Declaration, DeclaredThing, Event, Fleet, Memory, Reading, lists};

/// Who made a binding, as far as it can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Infrastructure code declares it.
    Declared {
        language: String,
        address: String,
        file: String,
    },
    /// A deployment of Resource Manager wrote it: a template, compiled Bicep.
    Deployment {
        who: String,
        when: String,
    },
    Defender {
        when: String,
    },
    Program {
        who: String,
        when: String,
    },
    ByHand {
        who: String,
        tool: String,
        when: String,
    },
    /// Nobody can say, and why.
    Unknown(String),
}

impl Origin {
    /// What follows "The binding"; for an unknown one, why it is unknown.
    pub fn words(&self) -> String {
        match self {
            Origin::Declared { language, address, .. } => {
                format!("is declared by {language} {address}").trim().to_owned()
            }
            Origin::Deployment { who, when } => format!("was written by a deployment that {who} started on {when}"),
            Origin::Defender { when } => format!("was written by Defender itself on {when}"),
            Origin::Program { who, when } => format!("was written by the program {who} on {when}"),
            Origin::ByHand { who, tool, when } => format!("was written by hand, by {who} with {tool} on {when}"),
            Origin::Unknown(why) => why.clone(),
        }
    }

    /// Where it was read.
    pub fn source(&self) -> &str {
        match self {
            Origin::Declared { file, .. } => file,
            _ => lists::EVENTS,
        }
    }
}

/// Applications in which a person clicks or types.
const HAND_TOOLS: [(&str, &str); 3] = [
    ("c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "the portal"),
    ("04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Azure CLI"),
    ("1950a258-227b-4e31-a9cf-717495945fc2", "Azure PowerShell"),
];

const DEPLOYMENT: &str = "microsoft.resources/deployments/write";

/// The newest word on it: code that declares it, else the last write that succeeded.
pub fn origin_of(fleet: &Fleet, memory: &Memory, binding: &Binding) -> Origin {
    if let Some(found) = fleet.around.declared.iter().find(|declared| declares(fleet, declared, binding)) {
        return Origin::Declared {
            language: found.language.clone(),
            address: found.address.clone(),
            file: found.file.clone(),
        };
    }
    let events = fleet.around.events.get(binding.id.lower()).map_or(&[][..], Vec::as_slice);
    let mut writes = events.iter().filter(|event| event.operation.ends_with("/write")).peekable();
    if writes.peek().is_none() {
        return before_the_log(fleet, memory, binding);
    }
    let newest = writes
        .filter(|event| ["succeeded", "success"].iter().any(|word| event.status.eq_ignore_ascii_case(word)))
        .max_by(|a, b| (moment(&a.when), &a.when).cmp(&(moment(&b.when), &b.when)));
    match newest {
        Some(event) => written_by(fleet, binding, event),
        None => Origin::Unknown("the activity log holds writes of it, and none that succeeded".to_owned()),
    }
}

pub(crate) fn declares(fleet: &Fleet, declared: &Declaration, binding: &Binding) -> bool {
    let DeclaredThing::Binding(of) = &declared.thing else { return false };
    match &declared.id {
        Some(id) => id.trim_end_matches('/').to_lowercase() == binding.id.lower(),
        // a template that is bound to no place knows only names
        None => {
            let cluster = |text: &String| {
                text.to_lowercase() == binding.cluster.lower() || text.eq_ignore_ascii_case(binding.cluster.name())
            };
            let named =
                |text: &String| text.to_lowercase() == binding.cluster.lower() || is_alone(fleet, &binding.cluster);
            declared.name.eq_ignore_ascii_case(&binding.name)
                && matches!(&of.cluster, Reading::Value(text) if cluster(text) && named(text))
        }
    }
}

/// A bare name says which cluster is meant where one id carries it.
pub(crate) fn is_alone(fleet: &Fleet, cluster: &ArmId) -> bool {
    let alike = |other: &&Cluster| other.id != *cluster && other.id.name().eq_ignore_ascii_case(cluster.name());
    !fleet.clusters.iter().any(|other| alike(&other))
}

fn written_by(fleet: &Fleet, binding: &Binding, event: &Event) -> Origin {
    let around = &fleet.around;
    let caller = event.caller.to_lowercase();
    let who = match (around.directory.name(&caller), caller.is_empty()) {
        (Some(name), _) => name.to_owned(),
        (None, false) => event.caller.clone(),
        (None, true) => "somebody whom the log does not name".to_owned(),
    };
    let when = event.when.clone();
    let together = around.correlated.get(&event.correlation).filter(|_| !event.correlation.is_empty());
    if together.is_some_and(|operations| operations.iter().any(|operation| operation == DEPLOYMENT)) {
        return Origin::Deployment { who, when };
    }
    let mut operators = around.holders.values().filter(|holder| is_operator(&holder.id));
    if operators.any(|holder| holder.principal.reading.value().is_some_and(|own| own.eq_ignore_ascii_case(&caller))) {
        return Origin::Defender { when };
    }
    let tool = HAND_TOOLS.iter().find(|(id, _)| event.application.eq_ignore_ascii_case(id)).map(|(_, tool)| *tool);
    // people have a name at a domain; programs are called by the id of their identity
    if tool.is_some() || caller.contains('@') || who.contains('@') {
        let tool = tool.map_or_else(|| format!("the application {}", event.application), str::to_owned);
        return match log_gap(fleet, binding).filter(|_| together.is_none()) {
            Some(why) => {
                Origin::Unknown(format!("{who} with {tool} on {when}, by hand or through a deployment ({why})"))
            }
            None => Origin::ByHand { who, tool, when },
        };
    }
    if !is_guid(&caller) {
        return Origin::Unknown(format!("the caller in the activity log, {:?}, is no person and no id", event.caller));
    }
    match binding.holder() {
        Some(source) if is_operator(&source) => Origin::Defender { when },
        _ => Origin::Program { who, when },
    }
}

/// Why the log is not whole: the deployment behind a write may be in what is missing.
fn log_gap(fleet: &Fleet, binding: &Binding) -> Option<String> {
    let below = |scope: &str| binding.id.lower().starts_with(&format!("{}/", scope.to_lowercase()));
    let mut gaps = fleet.gaps.iter().filter(|gap| gap.call == lists::EVENTS);
    gaps.find(|gap| below(gap.scope.trim_end_matches('/'))).map(|gap| gap.message.trim_end_matches('.').to_owned())
}

fn is_guid(text: &str) -> bool {
    text.len() == 36 && text.split('-').count() == 5 && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

fn before_the_log(fleet: &Fleet, memory: &Memory, binding: &Binding) -> Origin {
    Origin::Unknown(match fleet.known.whole(lists::EVENTS, &binding.id) {
        Ok(()) => {
            let seen = memory.first_seen.get(binding.id.lower());
            let seen = seen.map_or_else(|| "today".to_owned(), |moment| format!("on {moment}"));
            format!("it was made before the 90 days the activity log keeps; first seen by this application {seen}")
        }
        Err(why) => why,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{CLUSTER_ID, SUBSCRIPTION, Scene};
    use serde_json::{Value, json};

    const PROGRAM: &str = "0a0a0a0a-0000-4000-8000-000000000001";
    const VAULT: &str = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/r/providers/Microsoft.DataProtection/backupVaults/v";
    const OPERATOR: &str = "/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.Security/pricings/CloudPosture/securityOperators/DefenderCSPMSecurityOperator";

    fn write(when: &str, caller: &str, application: &str) -> Value {
        json!({"resourceId": format!("{CLUSTER_ID}/trustedAccessRoleBindings/B"), "caller": caller,
            "eventTimestamp": when,
            "operationName": {"value": "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/write"},
            "status": {"value": "Succeeded"}, "claims": {"appid": application}, "correlationId": format!("c-{when}")})
    }

    fn of(scene: &Scene) -> Origin {
        let fleet = scene.fleet();
        let first = fleet.clusters.first().and_then(|cluster| cluster.bindings.seen.first());
        first.map_or_else(
            || Origin::Unknown("no binding".to_owned()),
            |binding| origin_of(&fleet, &scene.memory, binding),
        )
    }

    fn kind(origin: &Origin) -> &'static str {
        match origin {
            Origin::Declared { .. } => "code",
            Origin::Deployment { .. } => "deployment",
            Origin::Defender { .. } => "Defender",
            Origin::Program { .. } => "program",
            Origin::ByHand { .. } => "hand",
            Origin::Unknown(_) => "unknown",
        }
    }

    #[test]
    fn the_newest_write_says_who_made_a_binding() {
        let [portal, cli, _] = HAND_TOOLS.map(|(id, _)| id);
        let plain = || Scene::new(json!({})).binding("b", VAULT, &[]);
        let defender = || Scene::new(json!({})).binding("b", OPERATOR, &[]);
        let code = |id: Value, name: &str, cluster: &str| {
            plain().event(write("2026-11-01T08:00:00Z", "ann@example.com", portal)).declared(json!({"thing": "binding",
                "language": "Terraform state", "address": "x.b", "id": id, "name": name, "cluster": cluster}))
        };
        let own = json!(format!("{CLUSTER_ID}/trustedAccessRoleBindings/b").to_uppercase());
        let mut failed = write("2026-11-01T08:00:00Z", "ann@example.com", portal);
        failed["status"]["value"] = json!("Failed");
        let deployed = json!({"operationName": {"value": "Microsoft.Resources/deployments/write"},
            "correlationId": "c-2026-11-01T08:00:00Z"});
        let by = |caller: &str, application: &str| plain().event(write("2026-11-01T08:00:00Z", caller, application));
        let rows = [
            ("declared by id", code(own, "", ""), "code"),
            ("declared by name", code(Value::Null, "B", "AKS1"), "code"),
            ("declared for the cluster's id", code(Value::Null, "b", CLUSTER_ID), "code"),
            ("another binding is declared", code(Value::Null, "other", "aks1"), "hand"),
            ("a deployment", by("ann@example.com", cli).event(deployed), "deployment"),
            ("the portal", by("ann@example.com", portal), "hand"),
            ("the portal, the log in parts", by("ann@example.com", portal).denied(lists::EVENTS), "unknown"),
            ("a person without a name, on the command line", by(PROGRAM, cli), "hand"),
            ("a person with another application", by("ann@example.com", PROGRAM), "hand"),
            ("an identity", by(PROGRAM, PROGRAM), "program"),
            ("no caller", by("", PROGRAM), "unknown"),
            (
                "an id that the directory knows as a person",
                by(PROGRAM, "").principal(json!({"id": PROGRAM, "userPrincipalName": "ann@example.com"})),
                "hand",
            ),
            ("Defender's source", defender().event(write("2026-11-01T08:00:00Z", PROGRAM, "")), "Defender"),
            ("its source, a person", defender().event(write("2026-11-01T08:00:00Z", "a@b.c", portal)), "hand"),
            (
                "Defender's identity",
                by(PROGRAM, "").with(json!({"id": OPERATOR, "identity": {"principalId": PROGRAM}})),
                "Defender",
            ),
            (
                "the newest write counts",
                by("ann@example.com", portal).event(write("2026-11-02T08:00:00.1Z", PROGRAM, PROGRAM)),
                "program",
            ),
            ("only a write that failed", plain().event(failed).whole(lists::EVENTS), "unknown"),
            ("an older one", plain().whole(lists::EVENTS), "unknown"),
            ("an unread log", plain().denied(lists::EVENTS), "unknown"),
        ];
        for (about, scene, expected) in rows {
            let origin = of(&scene);
            assert_eq!(kind(&origin), expected, "{about}: {}", origin.words());
        }
    }

    #[test]
    fn an_unknown_origin_says_what_is_known() {
        let bound = || Scene::new(json!({})).binding("b", VAULT, &[]);
        let mut scene = bound().whole_at(lists::EVENTS, &format!("/subscriptions/{SUBSCRIPTION}"));
        assert!(of(&scene).words().ends_with("today"), "{}", of(&scene).words());
        let id = format!("{CLUSTER_ID}/trustedAccessRoleBindings/b").to_lowercase();
        scene.memory.first_seen.insert(id, "2026-03-01T00:00:00Z".to_owned());
        assert!(of(&scene).words().ends_with("on 2026-03-01T00:00:00Z"), "{}", of(&scene).words());
        let unread = of(&bound().denied(lists::EVENTS));
        assert!(unread.words().contains("denied"), "{}", unread.words());
    }
}
