//! What a page holds: documents to keep, questions that follow from them, and the way to the next page.

use super::queries::Table;
use super::question::Question;
use quay_model::{ArmId, Document, DocumentKind, Endpoint, Permissions, ReadCall, Reading, Source, child, lookup};
use serde_json::Value;

/// Where a list goes on.
#[derive(Debug, PartialEq)]
pub(crate) enum Next {
    End,
    Link(ReadCall),
    /// Resource Graph's token for the next page.
    Token(String),
    /// It goes on, and nobody can follow: why.
    Lost(String),
}

#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) documents: Vec<Document>,
    /// Ids that other questions start from.
    pub(crate) found: Found,
    pub(crate) next: Next,
    /// Elements that are not what the list is of.
    pub(crate) unreadable: usize,
    /// Elements on this page, and how many Resource Graph says there are in all.
    pub(crate) elements: usize,
    pub(crate) of_all: Option<usize>,
}

/// What a page told that leads on.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) subscriptions: Vec<(String, String, String)>,
    /// Id and location.
    pub(crate) clusters: Vec<(String, String)>,
    pub(crate) clusters_in_graph: Vec<String>,
    pub(crate) binding_sources: Vec<String>,
    pub(crate) workspaces: Vec<String>,
    pub(crate) principals: Vec<String>,
    pub(crate) applications: Vec<String>,
    /// Correlation ids of writes of bindings.
    pub(crate) correlations: Vec<String>,
    pub(crate) permissions: Option<Permissions>,
}

/// `body` comes without secrets.
pub(crate) fn read(question: &Question, body: &Value, source: &Source, origin: &str) -> Page {
    let mut page =
        Page { documents: vec![], found: Found::default(), next: Next::End, unreadable: 0, elements: 0, of_all: None };
    if question.is_one_thing() {
        page.element(question, body, source);
        return page;
    }
    if let Question::Permissions(_) = question {
        page.found.permissions = Permissions::read(body).ok();
        page.unreadable = usize::from(page.found.permissions.is_none());
        return page;
    }
    page.next = next(question, body, origin);
    if let Question::Roles { location, .. } = question {
        page.documents.push(Document::new(DocumentKind::RoleCatalogue, location.clone(), source.clone(), body));
        return page;
    }
    if let Question::KubernetesVersions { .. } = question {
        // the answer names no id, and its elements neither
        page.keep(DocumentKind::Related, &format!("{}/kubernetesVersions/all", question.scope()), source, body);
        return page;
    }
    let key = if let Question::Graph { .. } = question { "data" } else { "value" };
    if let Some(Value::Array(items)) = child(body, key).value().copied() {
        page.elements = items.len();
        for (index, item) in items.iter().enumerate() {
            let position = format!("item {}", index + 1).into();
            page.element(question, item, &Source { position, ..source.clone() });
        }
    }
    if let Question::Graph { .. } = question {
        page.of_all =
            child(body, "totalRecords").value().and_then(|n| n.as_u64()).and_then(|n| usize::try_from(n).ok());
    }
    page
}

fn next(question: &Question, body: &Value, origin: &str) -> Next {
    if let Question::Graph { .. } = question {
        if let Some(token) = text(body, "$skipToken") {
            return Next::Token(token);
        }
        let cut = child(body, "resultTruncated")
            .value()
            .is_some_and(|v| v.as_bool() == Some(true) || v.as_str() == Some("true"));
        return if cut {
            Next::Lost("Resource Graph cut the answer and gave no way to go on".to_owned())
        } else {
            Next::End
        };
    }
    let told = ["nextLink", "@odata.nextLink"].iter().find_map(|key| match child(body, key) {
        Reading::Absent => None,
        Reading::Value(Value::String(link)) if link.is_empty() => None,
        Reading::Value(Value::String(link)) => Some(Ok(link.clone())),
        Reading::Value(_) | Reading::Unreadable(_) => Some(Err(())),
    });
    let link = match told {
        None => return Next::End,
        Some(Ok(link)) => link,
        Some(Err(())) => return Next::Lost("the link to the next page is no link".to_owned()),
    };
    let endpoint = if matches!(question, Question::Principals(_) | Question::Application(_)) {
        Endpoint::Directory
    } else {
        Endpoint::ResourceManager
    };
    match ReadCall::follow(endpoint, origin, &link) {
        Some(call) => Next::Link(call),
        None => Next::Lost("the link to the next page leads to another host and was not followed".to_owned()),
    }
}

fn text(value: &Value, key: &str) -> Option<String> {
    child(value, key).value().and_then(|v| v.as_str()).filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

fn at(value: &Value, path: &str) -> Option<String> {
    lookup(value, path).value().and_then(|v| v.as_str()).filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

impl Page {
    fn keep(&mut self, kind: DocumentKind, id: &str, source: &Source, item: &Value) {
        self.documents.push(Document::new(kind, id.to_owned(), source.clone(), item));
    }

    fn element(&mut self, question: &Question, item: &Value, source: &Source) {
        if !self.understood(question, item, source) {
            self.unreadable += 1;
        }
    }

    /// Keeps one element; `false` when it is not what it should be.
    fn understood(&mut self, question: &Question, item: &Value, source: &Source) -> bool {
        if matches!(question, Question::Subscriptions) {
            let Some(id) = text(item, "subscriptionId") else { return false };
            let name = text(item, "displayName").unwrap_or_else(|| id.clone());
            self.keep(DocumentKind::Subscription, &id.to_lowercase(), source, item);
            self.found.subscriptions.push((id, name, text(item, "state").unwrap_or_default()));
            return true;
        }
        if matches!(question, Question::Below(_)) {
            let is_subscription =
                text(item, "type").is_some_and(|kind| kind.to_lowercase().ends_with("/subscriptions"));
            let name = text(item, "name").filter(|_| is_subscription);
            self.found.subscriptions.extend(name.map(|id| (id.clone(), id, String::new())));
            return item.is_object();
        }
        if matches!(question, Question::Principals(_) | Question::Application(_)) {
            let Some(id) = text(item, "id") else { return false };
            self.keep(DocumentKind::Principal, &id, source, item);
            return true;
        }
        if matches!(question, Question::BindingEvents { .. } | Question::Correlated { .. }) {
            self.event(question, item, source);
            return item.is_object();
        }
        let Some(id) = text(item, "id").filter(|id| id.starts_with('/')) else { return false };
        self.resource(question, &id, item, source)
    }

    /// The log of a provider holds far more than bindings, and what happened together far more than deployments.
    fn event(&mut self, question: &Question, item: &Value, source: &Source) {
        let action = at(item, "operationName.value").unwrap_or_default().to_lowercase();
        let wanted = match question {
            Question::Correlated { .. } => action == "microsoft.resources/deployments/write",
            _ => action.contains("/trustedaccessrolebindings/"),
        };
        if !wanted {
            return;
        }
        if action.ends_with("/trustedaccessrolebindings/write") {
            self.found.correlations.extend(text(item, "correlationId"));
        }
        self.keep(DocumentKind::Event, &text(item, "id").unwrap_or_default(), source, item);
    }

    fn resource(&mut self, question: &Question, id: &str, item: &Value, source: &Source) -> bool {
        let kind = ArmId::parse(id).map(|id| id.resource_type()).unwrap_or_default();
        match question {
            Question::Clusters(_) | Question::Cluster(_) => {
                let asked = ArmId::parse(&question.scope()).map(|scope| scope.subscription().to_owned());
                let own = ArmId::parse(id).map(|id| id.subscription().to_owned());
                // an answer about another subscription is not the answer to this question
                if kind != "microsoft.containerservice/managedclusters" || asked != own {
                    return false;
                }
                self.found.clusters.push((id.to_owned(), text(item, "location").unwrap_or_default()));
                let client = at(item, "properties.servicePrincipalProfile.clientId")
                    .filter(|client| !client.eq_ignore_ascii_case("msi"));
                self.found.applications.extend(client);
                self.keep(DocumentKind::Cluster, id, source, item);
            }
            Question::Bindings(cluster) => {
                let own = ArmId::parse(id).and_then(|id| id.parent());
                // an answer about another cluster is not the answer to this question
                if kind != "microsoft.containerservice/managedclusters/trustedaccessrolebindings"
                    || own != ArmId::parse(cluster)
                {
                    return false;
                }
                self.found.binding_sources.extend(at(item, "properties.sourceResourceId"));
                self.keep(DocumentKind::Binding, id, source, item);
            }
            Question::Graph { table: Table::Clusters, .. } => self.found.clusters_in_graph.push(id.to_owned()),
            Question::Graph { table, .. } => {
                if *table == Table::Workspaces {
                    self.found.workspaces.push(id.to_owned());
                }
                if *table == Table::RoleAssignments {
                    self.found.principals.extend(at(item, "properties.principalId"));
                }
                self.keep(DocumentKind::Related, id, source, item);
            }
            Question::Eligible(_) | Question::RoleAssignments(_) => {
                self.found.principals.extend(at(item, "properties.principalId"));
                self.keep(DocumentKind::Related, id, source, item);
            }
            _ => self.keep(DocumentKind::Related, id, source, item),
        }
        true
    }
}
