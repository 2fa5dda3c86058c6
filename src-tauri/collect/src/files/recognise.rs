//! Tells by its content what a JSON value is: a cluster, a binding, a list of either, an answer of ARM or Resource
//! Graph, an error. What it is not becomes a gap with the file's name.

use super::gap;
use super::pages::Pages;
use super::shapes::{
    asks_for_one_thing, at, binding_id, bindings_asked_of, is_account, is_answer, is_error, is_exchange, next_scope,
    own_text, rows_of_table, scope_of_url, text,
};
use crate::{Collected, redact};
use quay_model::{ArmId, Document, DocumentKind, Gap, GapReason, Reading, Source, child, lookup};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
pub(super) struct Reader {
    pub(super) sink: Sink,
    pub(super) gaps: Vec<Gap>,
}

impl Reader {
    pub(super) fn finish(mut self) -> Collected {
        let Sink { mut documents, lists, gaps, pages, left_out, other_types } = self.sink;
        let (ends, open) = pages.finish();
        documents.extend(ends);
        self.gaps.extend(gaps.into_iter().chain(open));
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

/// Types that tell something about clusters beside the clusters themselves; a scan of Azure reads them too.
const RELATED: [&str; 17] = [
    "microsoft.dataprotection/backupvaults",
    "microsoft.dataprotection/backupvaults/backupinstances",
    "microsoft.kubernetesconfiguration/extensions",
    "microsoft.security/pricings",
    "microsoft.security/pricings/securityoperators",
    "microsoft.machinelearningservices/workspaces",
    "microsoft.machinelearningservices/workspaces/computes",
    "microsoft.authorization/roleassignments",
    "microsoft.authorization/roledefinitions",
    "microsoft.authorization/policyassignments",
    "microsoft.authorization/policyexemptions",
    "microsoft.managedidentity/userassignedidentities",
    "microsoft.containerservice/fleets/members",
    "microsoft.network/privateendpoints",
    "microsoft.policyinsights/policystates",
    "microsoft.insights/datacollectionruleassociations",
    "microsoft.insights/diagnosticsettings",
];

/// Collects what was recognised.
#[derive(Default)]
pub(super) struct Sink {
    documents: Vec<Document>,
    /// Lists that were understood, empty ones too: an empty fleet is not an unread one.
    lists: u32,
    gaps: Vec<Gap>,
    pages: Pages,
    left_out: BTreeMap<(String, String), u32>,
    other_types: BTreeMap<(String, String), u32>,
}

impl Sink {
    pub(super) fn problem(&mut self, name: &str, reason: GapReason, message: String, hint: &str) {
        self.gaps.push(gap(name, reason, message, hint));
    }

    /// One element of any list; lists and answers may stand in lists.
    pub(super) fn element(&mut self, value: Value, source: Source) {
        match value {
            Value::Array(items) => self.list(items, &source, None, None),
            Value::Object(_) if is_answer(&value) => self.answer(value, source, None),
            Value::Object(_) => self.object(value, source),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                self.left_out(&source, "list element that is not an object");
            }
        }
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
            // Azure can answer with a part and an error
            if is_error(&value) {
                self.error(&value, &source, url);
            }
            if url.is_some_and(|u| u.contains("/trustedaccessroles")) {
                self.role_catalogue(value.clone(), source, url);
                return;
            }
            let next = text(&value, "nextLink").or_else(|| own_text(&value, "@odata.nextLink"));
            self.list(items.clone(), &source, next, url);
            return;
        }
        match child(&value, "data").value().copied() {
            Some(Value::Array(rows)) => self.graph_rows(rows.clone(), &value, &source),
            Some(table @ Value::Object(_)) if matches!(child(table, "rows"), Reading::Value(_)) => {
                self.graph_rows(rows_of_table(table), &value, &source);
            }
            _ if is_error(&value) => self.error(&value, &source, url),
            _ => self.object(value, source),
        }
    }

    /// A recorded exchange: the request tells what an empty answer is about.
    fn exchange(&mut self, value: &Value, source: Source) {
        let method = text(value, "request.method").unwrap_or_else(|| "GET".to_owned());
        let url = text(value, "request.url").unwrap_or_default().to_lowercase();
        let is_graph = url.contains("/microsoft.resourcegraph/");
        if !method.eq_ignore_ascii_case("get") && !is_graph {
            self.left_out(&source, "recorded exchange that is not a GET");
            return;
        }
        let status = lookup(value, "response.status").value().and_then(|status| status.as_u64()).unwrap_or(200);
        match lookup(value, "response.body").value().copied() {
            Some(body @ Value::Object(_)) if status < 400 || is_error(body) => {
                self.answer(body.clone(), source, Some(&url));
            }
            Some(Value::Array(items)) if status < 400 => self.list(items.clone(), &source, None, Some(&url)),
            _ if status >= 400 => {
                self.refused(&url, &format!("HTTP {status}"), status == 401 || status == 403, &source)
            }
            _ => self.left_out(&source, "recorded exchange without a JSON body"),
        }
    }

    fn graph_rows(&mut self, rows: Vec<Value>, answer: &Value, source: &Source) {
        self.lists += 1;
        let token = ["$skipToken", "skipToken", "skip_token"].iter().any(|name| own_text(answer, name).is_some());
        let truncated = ["resultTruncated", "result_truncated"].iter().any(|name| {
            child(answer, name).value().is_some_and(|flag| flag.to_string().to_lowercase().contains("true"))
        });
        let total = ["totalRecords", "total_records"]
            .iter()
            .find_map(|name| child(answer, name).value().and_then(|number| number.as_u64()))
            .unwrap_or(0);
        if token || truncated || total > rows.len() as u64 {
            self.gaps.push(Gap {
                scope: source.name.clone(),
                call: "resources".to_owned(),
                reason: GapReason::PageMissing,
                message: format!(
                    "The Resource Graph answer goes on; {} of {} rows are in this file.",
                    rows.len(),
                    if total > 0 { total.to_string() } else { "more".to_owned() }
                ),
                hint: "Collect again with --first 1000 and --skip-token until no token comes back.".to_owned(),
            });
        }
        for (index, row) in rows.into_iter().enumerate() {
            self.element(row, at(source, index));
        }
    }

    /// The elements of one list. A list of bindings without a next page is the whole list of its cluster.
    fn list(&mut self, items: Vec<Value>, source: &Source, next: Option<String>, url: Option<&str>) {
        self.lists += 1;
        let clusters: BTreeSet<String> =
            items.iter().filter_map(|item| binding_id(item)?.parent().map(|p| p.lower().to_owned())).collect();
        let bindings = items.iter().filter(|item| binding_id(item).is_some()).count();
        if let Some(url) = url {
            self.pages.arrived(url);
        }
        if let Some(cluster) = url.and_then(bindings_asked_of) {
            // an answer that holds the bindings of another cluster is not the answer to this question
            if clusters.iter().all(|found| *found == cluster) {
                self.pages.of_bindings(&cluster, url.unwrap_or_default(), next.as_deref(), source);
            } else {
                self.problem(
                    &source.name,
                    GapReason::Contradiction,
                    format!("The answer for {cluster} holds bindings of another cluster ({}).", source.position),
                    "Collect the bindings of both again.",
                );
            }
        } else if next.is_none() && bindings > 0 && bindings == items.len() && clusters.len() == 1 {
            clusters.iter().for_each(|cluster| self.pages.whole_list(cluster, source));
        } else if items.is_empty() && url.is_none() {
            self.problem(
                &source.name,
                GapReason::Unrecognised,
                "The list is empty, and an empty list does not say what it is a list of.".to_owned(),
                "If it is the answer for one cluster's bindings, keep it as {\"request\":{\"url\":..},\"response\":{\"body\":..}}.",
            );
        }
        if let Some(next) = next {
            let gap = Gap {
                scope: next_scope(&next, &items),
                call: if bindings > 0 { "trustedAccessRoleBindings" } else { "managedClusters" }.to_owned(),
                reason: GapReason::PageMissing,
                message: format!("The list in {} goes on (nextLink), and the next page is not there.", source.name),
                hint: "Collect with `az`, which follows all pages, or add the next page as a recorded exchange."
                    .to_owned(),
            };
            self.pages.missing(gap, &next);
        }
        for (index, item) in items.into_iter().enumerate() {
            self.element(item, at(source, index));
        }
    }

    /// A list that breaks off behind some of its elements still says that it goes on.
    pub(super) fn next_link_of_broken_list(&mut self, link: &str, name: &str) {
        let gap = Gap {
            scope: next_scope(link, &[]),
            call: "managedClusters".to_owned(),
            reason: GapReason::PageMissing,
            message: format!("The list in {name} goes on (nextLink), and the next page is not there."),
            hint: "Collect it again.".to_owned(),
        };
        self.pages.missing(gap, link);
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
            (Some(id), other) if RELATED.contains(&other) => self.keep(DocumentKind::Related, &id, source, &value),
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

    fn error(&mut self, value: &Value, source: &Source, url: Option<&str>) {
        let code = ["error.code", "code", "ErrorResponse.error.code"]
            .iter()
            .find_map(|path| text(value, path))
            .or_else(|| child(value, "odata.error").value().and_then(|inner| text(inner, "code")))
            .unwrap_or_else(|| "without a code".to_owned());
        // that one thing is not there is an answer; that a list is not there is none
        if url.is_some_and(asks_for_one_thing) && code.to_lowercase().contains("notfound") {
            return;
        }
        let lower = code.to_lowercase();
        let denied = ["authorizationfailed", "forbidden", "unauthorized", "authenticationtoken"]
            .iter()
            .any(|c| lower.contains(c));
        self.refused(url.unwrap_or_default(), &code, denied, source);
    }

    fn refused(&mut self, url: &str, code: &str, denied: bool, source: &Source) {
        let call = match url.split('?').next().and_then(|path| path.rsplit('/').next()).unwrap_or_default() {
            "" => "file",
            "managedclusters" => "managedClusters",
            other => other,
        };
        self.gaps.push(Gap {
            scope: scope_of_url(url).unwrap_or_else(|| source.name.clone()),
            call: call.to_owned(),
            reason: if denied { GapReason::Denied } else { GapReason::Failed },
            message: format!("Azure answered with the error {code} instead of data ({}).", source.name),
            hint: if denied { "Ask for the Reader role at this scope and collect again." } else { "Collect it again." }
                .to_owned(),
        });
    }

    fn left_out(&mut self, source: &Source, why: &str) {
        *self.left_out.entry((source.name.clone(), why.to_owned())).or_default() += 1;
    }
}
