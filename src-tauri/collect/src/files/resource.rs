//! One object: what it is, what is kept of it, and what a refusal in its place is about.

use super::asked::{Asked, TENANT};
use super::kinds;
use super::pages::Listed;
use super::recognise::Sink;
use super::shapes::{
    asks_for_one_thing, at, error_code, event_action, is_account, is_error, is_policy_state, is_principal, own_text,
    scope_of_url, text,
};
use super::{az_ml, code};
use crate::azure::is_absence;
use crate::redact;
use quay_model::{ArmId, Document, DocumentKind, Gap, GapReason, Reading, Source, child, lists, lookup, sha256_hex};
use serde_json::{Value, json};

impl Sink {
    /// One object that should be a resource.
    pub(super) fn object(&mut self, mut value: Value, source: Source) {
        redact::remove_secrets(&mut value);
        if let Some(action) = event_action(&value) {
            self.event(&action, &value, source);
            return;
        }
        let id = text(&value, "id").map(|id| id.trim().trim_end_matches('/').to_owned()).unwrap_or_default();
        let told = text(&value, "type").unwrap_or_default().to_lowercase();
        match kinds::kind_of(&id).as_str() {
            kinds::CLUSTERS => self.keep(DocumentKind::Cluster, &id, source, &value),
            kinds::BINDINGS => self.keep(DocumentKind::Binding, &id, source, &value),
            kinds::SUBSCRIPTIONS => self.subscription(&id, &told, source, &value),
            kind if kinds::is_related(kind) => self.related(kind, &id, value, source),
            "" => self.without_a_type(&told, value, source),
            // whatever it is: its own identity may hold a role on a cluster
            _ if matches!(child(&value, "identity"), Reading::Value(Value::Object(_))) => {
                let part = |key: &str| child(&value, key).value().copied().cloned().unwrap_or_default();
                let own = json!({"id": id, "name": part("name"), "type": part("type"), "identity": part("identity")});
                self.keep(DocumentKind::Related, &id, source, &own);
            }
            other => *self.other_types.entry((source.name, other.to_owned())).or_default() += 1,
        }
    }

    fn without_a_type(&mut self, told: &str, value: Value, source: Source) {
        if told.ends_with(kinds::CLUSTERS) {
            let name = text(&value, "name").unwrap_or_else(|| "without a name".to_owned());
            let message = format!(
                "The cluster {name} has no resource id, so nothing can be said about it ({}).",
                source.position
            );
            self.problem(&source.name, GapReason::Damaged, message, "Collect it again without --query.");
        } else if is_account(&value) {
            let id = text(&value, "id").or_else(|| text(&value, "subscriptionId")).unwrap_or_default().to_lowercase();
            self.keep(DocumentKind::Subscription, &id, source, &value);
        } else if is_principal(&value) {
            let id = text(&value, "id").unwrap_or_default();
            self.keep(DocumentKind::Principal, &id, source, &value);
        } else if is_policy_state(&value) {
            self.policy_state(value, source);
        } else if is_error(&value) {
            self.error(&value, &source, None);
        } else {
            self.left_out(&source, "object that is nothing this product knows");
        }
    }

    fn keep(&mut self, kind: DocumentKind, id: &str, source: Source, value: &Value) {
        self.documents.push(Document::new(kind, id.to_owned(), source, value));
    }

    fn related(&mut self, kind: &str, id: &str, mut value: Value, source: Source) {
        az_ml::in_arms_words(kind, &mut value);
        self.together.saw(kind, id, &value);
        self.keep(DocumentKind::Related, id, source, &value);
    }

    /// A row of Resource Graph names the groups above a subscription; ARM's and az's answers name it for people.
    fn subscription(&mut self, id: &str, told: &str, source: Source, value: &Value) {
        let is_row = told == kinds::SUBSCRIPTIONS;
        // what `az account list` prints has no tags
        if is_row || matches!(child(value, "subscriptionPolicies"), Reading::Value(_)) {
            self.pages.whole_list(Listed::new(kinds::SUBSCRIPTIONS, id), &source);
        }
        if is_row {
            self.keep(DocumentKind::Related, id, source, value);
        } else {
            let own = ArmId::parse(id).map(|id| id.subscription().to_owned()).unwrap_or_default();
            self.keep(DocumentKind::Subscription, &own, source, value);
        }
    }

    /// A state has no id of its own where `az` prints it; what it speaks of, and by which assignment, tells it apart.
    fn policy_state(&mut self, value: Value, source: Source) {
        let part = |key: &str| text(&value, key).unwrap_or_default();
        let about = part("resourceId");
        if kinds::kind_of(&about) != kinds::CLUSTERS {
            self.left_out(&source, "policy state of something that is no cluster");
            return;
        }
        let words = format!("{} {}", part("policyAssignmentId"), part("policyDefinitionId")).to_lowercase();
        let name = sha256_hex(words.as_bytes());
        let id = format!("{about}/providers/Microsoft.PolicyInsights/policyStates/{name}");
        self.keep(DocumentKind::Related, &id, source, &value);
    }

    /// An entry of the activity log; of the many only writes of bindings and the deployments behind them are kept.
    fn event(&mut self, action: &str, value: &Value, source: Source) {
        let of_binding = action.contains("/trustedaccessrolebindings/");
        let deploys = action == "microsoft.resources/deployments/write";
        let correlation = text(value, "correlationId").unwrap_or_default();
        if deploys {
            self.together.explained(&correlation);
        } else if of_binding && action.ends_with("/write") {
            let about = ["resourceId", "authorization.scope", "id"].iter().find_map(|path| text(value, path));
            self.together.wrote(&about.unwrap_or_default(), &correlation);
        }
        if deploys || of_binding {
            let id = text(value, "id").unwrap_or_default();
            self.keep(DocumentKind::Event, &id, source, value);
        } else {
            self.left_out(&source, "entry of the activity log about something else");
        }
    }

    pub(super) fn role_catalogue(&mut self, value: &Value, source: Source, asked: &Asked) {
        let Some(location) = asked.location() else { return };
        self.documents.push(Document::new(DocumentKind::RoleCatalogue, location, source, value));
    }

    /// A location's list of Kubernetes versions.
    pub(super) fn versions(&mut self, value: &Value, source: Source, asked: Option<&Asked>) {
        self.lists += 1;
        let Some(id) = asked.and_then(Asked::versions_id) else {
            self.problem(
                &source.name,
                GapReason::Unrecognised,
                "The list of Kubernetes versions does not tell which location it is of.".to_owned(),
                "Keep it as {\"request\":{\"url\":..},\"response\":{\"body\":..}}.",
            );
            return;
        };
        if let Some(location) = kinds::home_of(&id) {
            self.pages.whole_list(Listed::new(kinds::VERSIONS, &location), &source);
        }
        self.keep(DocumentKind::Related, &id, source, value);
    }

    /// An answer of Microsoft Graph.
    pub(super) fn directory(&mut self, what: &str, body: &Value, asked: &Asked, source: &Source) {
        let path = asked.path();
        // what lies further down belongs to the object, and is none of its kind
        let kind = match what {
            _ if path.split('/').count() > 4 => None,
            "applications" => Some("#microsoft.graph.application"),
            "serviceprincipals" => Some("#microsoft.graph.servicePrincipal"),
            _ => None,
        };
        let items = match child(body, "value") {
            Reading::Value(Value::Array(items)) => items.clone(),
            _ => vec![body.clone()],
        };
        self.lists += 1;
        self.pages.arrived(asked.url());
        for (index, mut item) in items.into_iter().enumerate() {
            if let (Some(kind), Value::Object(object)) = (kind, &mut item) {
                object.entry("@odata.type").or_insert_with(|| json!(kind));
            }
            self.element(item, at(source, index));
        }
        if let Some(next) = own_text(body, "@odata.nextLink") {
            let gap = Gap {
                scope: TENANT.to_owned(),
                call: lists::DIRECTORY.to_owned(),
                reason: GapReason::PageMissing,
                message: format!("The list in {} goes on (nextLink), and the next page is not there.", source.name),
                hint: "Add the next page as a recorded exchange.".to_owned(),
            };
            self.pages.missing(gap, &next);
        } else if path.ends_with("/getbyids") {
            self.together.looked_up(asked.ids(), source);
        }
    }

    /// Infrastructure code, cut down to what it declares of clusters and bindings.
    pub(super) fn code(&mut self, value: &Value, source: &Source) {
        match code::read(value) {
            Ok(declared) => {
                for body in declared {
                    let id = text(&body, "id").or_else(|| text(&body, "address")).unwrap_or_default();
                    self.keep(DocumentKind::Declared, &id, source.clone(), &body);
                }
            }
            Err(unread) => self.problem(&source.name, unread.reason, unread.message, unread.hint),
        }
    }

    /// Whether a 404 says that the one thing that was asked for is gone, or that a plan has no operator.
    pub(super) fn absent(&mut self, body: Option<&Value>, asked: &Asked, source: &Source) -> bool {
        if !is_absence(&body.and_then(error_code).unwrap_or_default()) {
            return false;
        }
        if let Some(id) = asked.source().or_else(|| asked.binding()) {
            self.keep(DocumentKind::Gone, &id, source.clone(), &json!({"id": id, "status": 404}));
            return true;
        }
        match asked.listed().filter(|listed| listed.kind == kinds::OPERATORS) {
            Some(listed) => {
                self.pages.whole_list(listed, source);
                true
            }
            None => false,
        }
    }

    /// Whether the subscription does not use the provider at all: then there is none of what was asked for.
    pub(super) fn unregistered(&mut self, body: Option<&Value>, asked: &Asked, source: &Source) -> bool {
        let code = body.and_then(error_code).unwrap_or_default();
        let message = body.and_then(|body| text(body, "error.message")).unwrap_or_default().to_lowercase();
        let Some(listed) = asked.listed().filter(|listed| asked.asks_for_all(listed)) else { return false };
        let namespace = listed.kind.split('/').next().unwrap_or_default();
        let none = code.eq_ignore_ascii_case("MissingSubscriptionRegistration") && message.contains(namespace);
        if none {
            self.pages.whole_list(listed, source);
        }
        none
    }

    pub(super) fn error(&mut self, value: &Value, source: &Source, asked: Option<&Asked>) {
        let code = error_code(value).unwrap_or_else(|| "without a code".to_owned());
        let lower = code.to_lowercase();
        // that one thing is not there is an answer; that a list is not there is none
        if asked.is_some_and(|asked| asks_for_one_thing(asked.url())) && lower.contains("notfound") {
            return;
        }
        let denied = ["authorizationfailed", "forbidden", "unauthorized", "authenticationtoken"]
            .iter()
            .any(|c| lower.contains(c));
        self.refused(asked, &code, denied, source);
    }

    pub(super) fn refused(&mut self, asked: Option<&Asked>, code: &str, denied: bool, source: &Source) {
        let (scope, call) = subject(asked, source);
        let hint = match (denied, asked.and_then(Asked::directory)) {
            (true, Some(_)) => "Ask for a consent to read the directory, and collect again.",
            (true, None) => "Ask for the Reader role at this scope and collect again.",
            (false, _) => "Collect it again.",
        };
        self.gaps.push(Gap {
            scope,
            call,
            reason: if denied { GapReason::Denied } else { GapReason::Failed },
            message: format!("Azure answered with the error {code} instead of data ({}).", source.name),
            hint: hint.to_owned(),
        });
    }

    pub(super) fn left_out(&mut self, source: &Source, why: &str) {
        *self.left_out.entry((source.name.clone(), why.to_owned())).or_default() += 1;
    }
}

/// What a refused question was about: its scope, and what was asked for, by the name rules know it by.
fn subject(asked: Option<&Asked>, source: &Source) -> (String, String) {
    let url = asked.map(Asked::url).unwrap_or_default();
    if let Some(id) = asked.and_then(Asked::source) {
        return (id, lists::SOURCE.to_owned());
    }
    if let Some(what) = asked.and_then(Asked::directory) {
        let call = if what == "applications" { lists::APPLICATION } else { lists::DIRECTORY };
        return (TENANT.to_owned(), call.to_owned());
    }
    if let Some(listed) = asked.and_then(Asked::listed) {
        return (listed.scope, kinds::name_of(&listed.kind).to_owned());
    }
    let call = match url.split('?').next().and_then(|path| path.rsplit('/').next()).unwrap_or_default() {
        "" => "file",
        "managedclusters" => "managedClusters",
        other => other,
    };
    (scope_of_url(url).unwrap_or_else(|| source.name.to_string()), call.to_owned())
}

/// A status that nobody can read is no success.
pub(super) const UNREAD: u64 = 0;

/// The HTTP status of a recorded exchange; recorders that leave it out kept only what succeeded.
pub(super) fn status_of(exchange: &Value) -> u64 {
    match lookup(exchange, "response.status") {
        Reading::Absent => 200,
        Reading::Value(Value::String(text)) => text.trim().parse().unwrap_or(UNREAD),
        Reading::Value(status) => status.as_u64().unwrap_or(UNREAD),
        Reading::Unreadable(_) => UNREAD,
    }
}
