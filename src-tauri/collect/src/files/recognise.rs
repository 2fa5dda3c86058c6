//! Tells by its content what a JSON value is: a cluster, a binding, a list of either, an answer of ARM or Resource
//! Graph, an error. What it is not becomes a gap with the file's name.

use super::gap;
use crate::{Collected, redact};
use quay_model::{ArmId, Document, DocumentKind, Gap, GapReason, Reading, Source, child, lookup};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
pub(super) struct Reader {
    pub(super) sink: Sink,
    pub(super) gaps: Vec<Gap>,
}

impl Reader {
    pub(super) fn finish(mut self) -> Collected {
        let Sink { documents, lists, mut gaps, followed, left_out, other_types } = self.sink;
        gaps.retain(|(_, link)| link.as_ref().is_none_or(|link| !followed.contains(link)));
        self.gaps.extend(gaps.into_iter().map(|(gap, _)| gap));
        for ((file, why), count) in left_out {
            self.gaps.push(gap(
                &file,
                GapReason::Unrecognised,
                format!("{count} × {why}."),
                "Nothing to do if you did not mean them to be read.",
            ));
        }
        for ((file, kind), count) in other_types {
            self.gaps.push(gap(
                &file,
                GapReason::Unrecognised,
                format!("{count} object(s) of type {kind} were left out; no rule reads that type."),
                "Nothing to do if you did not mean them to be read.",
            ));
        }
        let anything_read = lists > 0 || !documents.is_empty();
        Collected { documents, gaps: self.gaps, anything_read }
    }
}

/// Collects what was recognised.
#[derive(Default)]
pub(super) struct Sink {
    documents: Vec<Document>,
    /// Lists that were understood, empty ones too: an empty fleet is not an unread one.
    lists: u32,
    /// Each with the link that would close it.
    gaps: Vec<(Gap, Option<String>)>,
    followed: BTreeSet<String>,
    left_out: BTreeMap<(String, String), u32>,
    other_types: BTreeMap<(String, String), u32>,
}

impl Sink {
    pub(super) fn problem(&mut self, name: &str, reason: GapReason, message: String, hint: &str) {
        self.gaps.push((gap(name, reason, message, hint), None));
    }

    pub(super) fn element_of_broken_list(&mut self, value: Value, source: Source) {
        self.object(value, source);
    }

    /// A value that stands by itself in a file.
    pub(super) fn value(&mut self, value: Value, source: Source) {
        match value {
            Value::Array(items) => self.list(items, &source, None, None),
            Value::Object(_) => self.answer(value, source, None),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                self.left_out(&source, "value that is neither an object nor a list");
            }
        }
    }

    fn answer(&mut self, value: Value, source: Source, url: Option<&str>) {
        if url.is_none() && is_exchange(&value) {
            self.exchange(&value, source);
            return;
        }
        if let Some(Value::Array(items)) = child(&value, "value").value() {
            if url.is_some_and(|u| u.contains("/trustedaccessroles")) {
                self.role_catalogue(value.clone(), source, url);
                return;
            }
            let next = text(&value, "nextLink").or_else(|| text(&value, "@odata.nextLink"));
            self.list(items.clone(), &source, next, url);
            return;
        }
        match child(&value, "data").value().copied() {
            Some(Value::Array(rows)) => self.graph_rows(rows.clone(), &value, &source),
            Some(Value::Object(table)) if table.contains_key("columns") => {
                self.graph_rows(rows_of_table(table), &value, &source);
            }
            _ if is_error(&value) => self.error(&value, &source, url),
            _ => self.object(value, source),
        }
    }

    /// A recorded exchange: the request tells what an empty answer is about.
    fn exchange(&mut self, value: &Value, source: Source) {
        let method = text(value, "request.method").unwrap_or_else(|| "GET".to_owned());
        if !method.eq_ignore_ascii_case("get") {
            self.left_out(&source, "recorded exchange that is not a GET");
            return;
        }
        let url = text(value, "request.url").unwrap_or_default();
        self.followed.insert(url.clone());
        let lower = url.to_lowercase();
        match lookup(value, "response.body").value().copied() {
            Some(body @ Value::Object(_)) => self.answer(body.clone(), source, Some(&lower)),
            Some(Value::Array(items)) => self.list(items.clone(), &source, None, Some(&lower)),
            _ => self.left_out(&source, "recorded exchange without a JSON body"),
        }
    }

    fn graph_rows(&mut self, rows: Vec<Value>, answer: &Value, source: &Source) {
        let cut = text(answer, "$skipToken").or_else(|| text(answer, "skipToken")).is_some()
            || text(answer, "resultTruncated").is_some_and(|t| t.eq_ignore_ascii_case("true"))
            || child(answer, "resultTruncated").value() == Some(&&Value::Bool(true));
        if cut {
            self.page_missing(
                source,
                None,
                "The Resource Graph answer goes on ($skipToken), and the rest is not in this file.",
            );
        }
        for (index, row) in rows.into_iter().enumerate() {
            self.object(row, at(source, index));
        }
    }

    /// The elements of one list. A list of bindings without a next page is the whole list of its cluster.
    fn list(&mut self, items: Vec<Value>, source: &Source, next: Option<String>, url: Option<&str>) {
        let clusters: BTreeSet<String> =
            items.iter().filter_map(|item| binding_id(item)?.parent().map(|p| p.as_str().to_owned())).collect();
        let bindings = items.iter().filter(|item| binding_id(item).is_some()).count();
        let asked = url.and_then(bindings_asked_of);
        if let Some(next) = next {
            let scope = next_scope(&next, &items);
            self.gaps.push((
                Gap {
                    scope,
                    call: if bindings > 0 { "trustedAccessRoleBindings" } else { "managedClusters" }.to_owned(),
                    reason: GapReason::PageMissing,
                    message: format!("The list in {} goes on (nextLink), and the next page is not there.", source.name),
                    hint: "Collect with `az`, which follows all pages, or add the next page as a recorded exchange."
                        .to_owned(),
                },
                Some(next),
            ));
        } else if let Some(cluster) = asked {
            self.list_end(&cluster, source);
        } else if bindings > 0 && bindings == items.len() && clusters.len() == 1 {
            clusters.iter().for_each(|cluster| self.list_end(cluster, source));
        } else if items.is_empty() && url.is_none() {
            self.lists += 1;
            self.problem(
                &source.name,
                GapReason::Unrecognised,
                "The list is empty, and an empty list does not say what it is a list of.".to_owned(),
                "If it is the answer for one cluster's bindings, keep it as {\"request\":{\"url\":..},\"response\":{\"body\":..}}.",
            );
        }
        for (index, item) in items.into_iter().enumerate() {
            if is_exchange(&item) {
                self.exchange(&item, at(source, index));
            } else if item.is_object() {
                self.object(item, at(source, index));
            } else {
                self.left_out(source, "list element that is not an object");
            }
        }
    }

    fn list_end(&mut self, cluster: &str, source: &Source) {
        let body = json!({ "wholeListOfBindingsOf": cluster.to_lowercase() });
        self.documents.push(Document::new(DocumentKind::BindingListEnd, cluster.to_owned(), source.clone(), &body));
    }

    fn role_catalogue(&mut self, value: Value, source: Source, url: Option<&str>) {
        let location = url.and_then(|u| u.split("/locations/").nth(1)).and_then(|rest| rest.split('/').next());
        let Some(location) = location else { return };
        self.documents.push(Document::new(DocumentKind::RoleCatalogue, location.to_owned(), source, &value));
    }

    /// One object that should be a resource.
    fn object(&mut self, mut value: Value, source: Source) {
        redact::remove_secrets(&mut value);
        let id = text(&value, "id").and_then(|id| ArmId::parse(&id));
        let kind = text(&value, "type").unwrap_or_default().to_lowercase();
        let resource_type = id.as_ref().map(ArmId::resource_type).unwrap_or_default();
        match (id, resource_type.as_str()) {
            (Some(id), "microsoft.containerservice/managedclusters") => {
                self.keep(DocumentKind::Cluster, &id, source, &value)
            }
            (Some(id), "microsoft.containerservice/managedclusters/trustedaccessrolebindings") => {
                self.keep(DocumentKind::Binding, &id, source, &value);
            }
            (Some(id), "") if id.as_str().matches('/').count() == 2 => {
                self.keep_subscription(id.subscription(), source, &value)
            }
            (Some(_), other) if !other.is_empty() => {
                *self.other_types.entry((source.name, other.to_owned())).or_default() += 1;
            }
            _ if kind.ends_with("microsoft.containerservice/managedclusters") => {
                let name = text(&value, "name").unwrap_or_else(|| "without a name".to_owned());
                self.problem(
                    &source.name,
                    GapReason::Damaged,
                    format!(
                        "The cluster {name} has no resource id, so nothing can be said about it ({}).",
                        source.position
                    ),
                    "Collect it again without --query.",
                );
            }
            _ if is_account(&value) => {
                let id =
                    text(&value, "id").or_else(|| text(&value, "subscriptionId")).unwrap_or_default().to_lowercase();
                self.keep_subscription(&id, source, &value);
            }
            _ if is_error(&value) => self.error(&value, &source, None),
            _ => self.left_out(&source, "object that is nothing this product knows"),
        }
    }

    fn keep(&mut self, kind: DocumentKind, id: &ArmId, source: Source, value: &Value) {
        self.documents.push(Document::new(kind, id.as_str().to_owned(), source, value));
    }

    fn keep_subscription(&mut self, id: &str, source: Source, value: &Value) {
        self.documents.push(Document::new(DocumentKind::Subscription, id.to_owned(), source, value));
    }

    fn page_missing(&mut self, source: &Source, link: Option<String>, message: &str) {
        let gap = Gap {
            scope: source.name.clone(),
            call: "resources".to_owned(),
            reason: GapReason::PageMissing,
            message: message.to_owned(),
            hint: "Collect again with --first 1000 and --skip-token until no token comes back.".to_owned(),
        };
        self.gaps.push((gap, link));
    }

    fn error(&mut self, value: &Value, source: &Source, url: Option<&str>) {
        let code = ["error.code", "code", "ErrorResponse.error.code", "odata\\.error.code"]
            .iter()
            .find_map(|path| text(value, path))
            .unwrap_or_else(|| "without a code".to_owned());
        // an answer that a thing is not there is an answer
        if url.is_some() && code.to_lowercase().contains("notfound") {
            return;
        }
        let denied = ["authorizationfailed", "forbidden", "unauthorized", "invalidauthenticationtoken"]
            .iter()
            .any(|c| code.to_lowercase().contains(c));
        let scope = url.and_then(scope_of_url).unwrap_or_else(|| source.name.clone());
        let call = url.and_then(|u| u.split('?').next()?.rsplit('/').next()).unwrap_or("file");
        let call = if call == "managedclusters" { "managedClusters" } else { call };
        self.gaps.push((
            Gap {
                scope,
                call: call.to_owned(),
                reason: if denied { GapReason::Denied } else { GapReason::Failed },
                message: format!("Azure answered with the error {code} instead of data ({}).", source.name),
                hint: if denied {
                    "Ask for the Reader role at this scope and collect again."
                } else {
                    "Collect it again."
                }
                .to_owned(),
            },
            None,
        ));
    }

    fn left_out(&mut self, source: &Source, why: &str) {
        *self.left_out.entry((source.name.clone(), why.to_owned())).or_default() += 1;
    }
}

fn at(source: &Source, index: usize) -> Source {
    let item = format!("item {}", index + 1);
    let position = if source.position.is_empty() { item } else { format!("{}, {item}", source.position) };
    Source { name: source.name.clone(), position }
}

fn text(value: &Value, path: &str) -> Option<String> {
    match lookup(value, path) {
        Reading::Value(Value::String(text)) if !text.trim().is_empty() => Some(text.clone()),
        _ => None,
    }
}

fn binding_id(item: &Value) -> Option<ArmId> {
    let id = ArmId::parse(&text(item, "id")?)?;
    (id.resource_type() == "microsoft.containerservice/managedclusters/trustedaccessrolebindings").then_some(id)
}

fn bindings_asked_of(url: &str) -> Option<String> {
    let path = url.split('?').next()?;
    let at = path.find("/subscriptions/")?;
    let end = path.strip_suffix("/trustedaccessrolebindings")?.len();
    // a later page ends the list as well: the pages before it are closed by their own links
    path.get(at..end).map(str::to_owned)
}

fn scope_of_url(url: &str) -> Option<String> {
    let path = url.split('?').next()?;
    let at = path.find("/subscriptions/")?;
    let below = path.get(at..)?;
    let end = below.find("/providers/microsoft.containerservice/managedclusters").unwrap_or(below.len());
    let listing = below.ends_with("/managedclusters");
    Some(if listing { below.get(..end)?.to_owned() } else { below.to_owned() })
}

/// What the missing page is about: the cluster of the bindings, or the subscription of the clusters.
fn next_scope(next: &str, items: &[Value]) -> String {
    if let Some(cluster) = items.iter().find_map(|item| binding_id(item)?.parent()) {
        return cluster.as_str().to_owned();
    }
    items
        .iter()
        .find_map(|item| ArmId::parse(&text(item, "id")?))
        .map(|id| format!("/subscriptions/{}", id.subscription()))
        .or_else(|| scope_of_url(&next.to_lowercase()))
        .unwrap_or_else(|| "an unnamed list".to_owned())
}

fn is_exchange(value: &Value) -> bool {
    text(value, "request.url").is_some() && matches!(child(value, "response"), Reading::Value(Value::Object(_)))
}

fn is_error(value: &Value) -> bool {
    let wrapped = matches!(child(value, "error"), Reading::Value(_))
        || matches!(child(value, "ErrorResponse"), Reading::Value(_));
    wrapped || (text(value, "code").is_some() && text(value, "message").is_some() && text(value, "id").is_none())
}

/// `az account list` and ARM's list of subscriptions.
fn is_account(value: &Value) -> bool {
    let state = text(value, "state").is_some() && text(value, "tenantId").is_some();
    state && (text(value, "id").is_some() || text(value, "subscriptionId").is_some())
}

fn rows_of_table(table: &serde_json::Map<String, Value>) -> Vec<Value> {
    let names: Vec<String> = match table.get("columns") {
        Some(Value::Array(columns)) => columns.iter().map(|c| text(c, "name").unwrap_or_default()).collect(),
        _ => Vec::new(),
    };
    let Some(Value::Array(rows)) = table.get("rows") else {
        return Vec::new();
    };
    rows.iter()
        .filter_map(Value::as_array)
        .map(|row| Value::Object(names.iter().cloned().zip(row.iter().cloned()).collect()))
        .collect()
}
