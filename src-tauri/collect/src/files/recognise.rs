//! Tells by its content what a JSON value is: a cluster, a binding, a list of either, an answer of ARM or Resource
//! Graph, an error. What it is not becomes a gap with the file's name.

use super::asked::Asked;
use super::bare::{named_by, only_kind};
use super::pages::{Listed, Page, Pages, ends};
use super::resource::{UNREAD, status_of};
use super::shapes::{
    at, binding_id, bindings_asked_of, is_answer, is_error, is_exchange, is_versions, next_scope, own_text,
    rows_of_table, text,
};
use super::together::Together;
use super::{code, gap, kinds};
use crate::Collected;
use quay_model::{Document, DocumentKind, Gap, GapReason, Reading, Source, child, lookup};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

#[derive(Default)]
pub(super) struct Reader {
    pub(super) sink: Sink,
    pub(super) gaps: Vec<Gap>,
}

impl Reader {
    pub(super) fn finish(mut self) -> Collected {
        let Sink { mut documents, lists, gaps, pages, together, above, left_out, other_types } = self.sink;
        let (mut whole, open) = pages.close();
        let parts = together.complete(&mut whole);
        documents.extend(ends(&whole));
        documents.extend(above.into_iter().map(|(scope, (source, groups))| {
            let body = json!({ "id": scope, "groupsSeenAbove": groups });
            Document::new(DocumentKind::Related, scope, source, &body)
        }));
        self.gaps.extend(gaps.into_iter().chain(open).chain(parts));
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
    pub(super) documents: Vec<Document>,
    /// Lists that were understood, empty ones too: an empty fleet is not an unread one.
    pub(super) lists: u32,
    pub(super) gaps: Vec<Gap>,
    pub(super) pages: Pages,
    pub(super) together: Together,
    /// The management groups that answers about a subscription name: Azure lists only those above it.
    above: BTreeMap<String, (Source, BTreeSet<String>)>,
    pub(super) left_out: BTreeMap<(Arc<str>, String), u32>,
    pub(super) other_types: BTreeMap<(Arc<str>, String), u32>,
}

impl Sink {
    pub(super) fn problem(&mut self, name: &str, reason: GapReason, message: String, hint: &str) {
        self.gaps.push(gap(name, reason, message, hint));
    }

    /// One element of any list; lists and answers may stand in lists.
    pub(super) fn element(&mut self, value: Value, source: Source) {
        match value {
            Value::Array(items) => self.list(items, &source, None, None, false),
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
            Value::Array(items) => self.list(items, &source, None, None, false),
            // state files hold secrets, and would look like strangers: nothing else may see them
            Value::Object(_) if code::is_code(&value) => self.code(&value, &source),
            Value::Object(_) => self.answer(value, source, None),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                self.left_out(&source, "value that is neither an object nor a list");
            }
        }
    }

    fn answer(&mut self, value: Value, source: Source, asked: Option<&Asked>) {
        if asked.is_none() && is_exchange(&value) {
            self.exchange(&value, source);
            return;
        }
        if let Some(Value::Array(items)) = child(&value, "value").value() {
            // Azure can answer with a part and an error
            let broken = is_error(&value);
            if broken {
                self.error(&value, &source, asked);
            }
            if let Some(asked) = asked.filter(|asked| asked.url().contains("/trustedaccessroles")) {
                self.role_catalogue(&value, source, asked);
                return;
            }
            if asked.and_then(Asked::versions_id).is_some() {
                self.versions(&value, source, asked);
                return;
            }
            let next = text(&value, "nextLink").or_else(|| own_text(&value, "@odata.nextLink"));
            self.list(items.clone(), &source, next, asked, broken);
            return;
        }
        if is_versions(&value) {
            self.versions(&value, source, asked);
            return;
        }
        match child(&value, "data").value().copied() {
            Some(Value::Array(rows)) => self.graph_rows(rows.clone(), &value, &source, asked),
            Some(table @ Value::Object(_)) if matches!(child(table, "rows"), Reading::Value(_)) => {
                self.graph_rows(rows_of_table(table), &value, &source, asked);
            }
            _ if is_error(&value) => self.error(&value, &source, asked),
            _ => self.object(value, source),
        }
    }

    /// A recorded exchange: the request tells what an empty answer is about.
    fn exchange(&mut self, value: &Value, source: Source) {
        let asked = Asked::of(value);
        if !asked.reads() {
            self.left_out(&source, "recorded exchange that is not a GET");
            return;
        }
        let status = status_of(value);
        let answered = (100..400).contains(&status);
        let body = lookup(value, "response.body").value().copied();
        if status == 404 && self.absent(body, &asked, &source) || !answered && self.unregistered(body, &asked, &source)
        {
            return;
        }
        match (body, asked.directory()) {
            (Some(body @ Value::Object(_)), Some(what)) if answered && !is_error(body) => {
                self.directory(&what, body, &asked, &source);
            }
            (Some(body @ Value::Object(_)), _) if answered || is_error(body) => {
                self.answer(body.clone(), source, Some(&asked));
            }
            (Some(Value::Array(items)), _) if answered => {
                self.list(items.clone(), &source, None, Some(&asked), false);
            }
            _ if !answered => {
                let said = if status == UNREAD { "without a status".to_owned() } else { format!("HTTP {status}") };
                self.refused(Some(&asked), &said, status == 401 || status == 403, &source);
            }
            _ => self.left_out(&source, "recorded exchange without a JSON body"),
        }
    }

    fn graph_rows(&mut self, rows: Vec<Value>, answer: &Value, source: &Source, asked: Option<&Asked>) {
        self.lists += 1;
        let token = ["$skipToken", "skipToken", "skip_token"].iter().find_map(|name| own_text(answer, name));
        let truncated = ["resultTruncated", "result_truncated"].iter().any(|name| {
            child(answer, name).value().is_some_and(|flag| flag.to_string().to_lowercase().contains("true"))
        });
        let total = ["totalRecords", "total_records"]
            .iter()
            .find_map(|name| child(answer, name).value().and_then(|number| count_of(number)));
        let asked = asked.filter(|asked| asked.is_graph_query());
        let here = asked.map(|asked| asked.graph_page(asked.graph_token().as_deref()));
        let next = asked.and_then(|asked| Some(asked.graph_page(Some(token.as_deref()?))));
        // a page further on holds fewer rows than are counted
        let first = asked.and_then(Asked::graph_token).is_none();
        let fewer = first && total.is_some_and(|total| total > rows.len() as u64);
        if let Some(here) = &here {
            self.pages.arrived(here);
        }
        // Azure calls every page truncated that another one follows
        let cut = token.is_none() && (truncated || fewer);
        if token.is_some() || cut {
            let gap = Gap {
                scope: source.name.to_string(),
                call: "resources".to_owned(),
                reason: GapReason::PageMissing,
                message: format!(
                    "The Resource Graph answer goes on; {} of {} rows are in this file.",
                    rows.len(),
                    total.filter(|total| *total > 0).map_or_else(|| "more".to_owned(), |total| total.to_string())
                ),
                hint: "Collect again with --first 1000 and --skip-token until no token comes back.".to_owned(),
            };
            match &next {
                Some(next) => self.pages.missing(gap, next),
                None => self.gaps.push(gap),
            }
        } else if here.is_none() {
            // rows without their question prove nothing: it may have asked for a part
            self.problem(
                &source.name,
                GapReason::Unrecognised,
                format!("{} rows of Resource Graph came without the query they answer, so that no list of them counts as whole.", rows.len()),
                "Keep the answer as {\"request\":{\"url\":..,\"body\":..},\"response\":{\"body\":..}}.",
            );
        }
        if let (Some(asked), Some(here), false) = (asked, here, cut) {
            for listed in asked.own_lists() {
                let members = BTreeSet::new();
                let (url, next, source) = (here.clone(), next.clone(), source.clone());
                let page = Page { url, first, next, members, since: None, source };
                self.pages.page(listed, page);
            }
        }
        for (index, row) in rows.into_iter().enumerate() {
            self.element(row, at(source, index));
        }
    }

    /// The elements of one list. A list of bindings without a next page is the whole list of its cluster; what others
    /// are the whole list of, their question tells, or else what they name.
    fn list(&mut self, items: Vec<Value>, source: &Source, next: Option<String>, asked: Option<&Asked>, broken: bool) {
        self.lists += 1;
        let clusters: BTreeSet<String> =
            items.iter().filter_map(|item| binding_id(item)?.parent().map(|p| p.lower().to_owned())).collect();
        let bindings = items.iter().filter(|item| binding_id(item).is_some()).count();
        if let Some(asked) = asked {
            self.pages.arrived(asked.url());
        }
        let listed = asked.and_then(Asked::listed);
        if let Some((asked, cluster)) = asked.and_then(|asked| Some((asked, bindings_asked_of(asked.url())?))) {
            // an answer that holds the bindings of another cluster is not the answer to this question
            if !clusters.iter().all(|found| *found == cluster) {
                self.problem(
                    &source.name,
                    GapReason::Contradiction,
                    format!("The answer for {cluster} holds bindings of another cluster ({}).", source.position),
                    "Collect the bindings of both again.",
                );
            } else if bindings < items.len() {
                // what it is nobody can say, and so neither that it is none
                self.problem(
                    &source.name,
                    GapReason::Damaged,
                    format!("{} of the {} bindings of {cluster} cannot be read.", items.len() - bindings, items.len()),
                    "Collect the bindings again without --query.",
                );
            } else if !broken {
                let listed = Listed::new(kinds::BINDINGS, &cluster);
                let first = asked.asks_for_all(&listed);
                let (url, members) = (asked.url().to_owned(), ids_of(&items));
                let (next, source) = (next.clone(), source.clone());
                let page = Page { url, first, next, members, since: None, source };
                self.pages.page(listed, page);
            }
        } else if let (Some(asked), Some(listed)) = (asked, &listed) {
            if !broken {
                self.page_of(listed, &items, next.as_deref(), asked, source);
            }
        } else if next.is_none() && !broken && bindings > 0 && bindings == items.len() && clusters.len() == 1 {
            clusters.iter().for_each(|cluster| self.pages.whole_list(Listed::new(kinds::BINDINGS, cluster), source));
        } else if items.is_empty() && asked.is_none() {
            self.problem(
                &source.name,
                GapReason::Unrecognised,
                "The list is empty, and an empty list does not say what it is a list of.".to_owned(),
                "If it is the answer for one cluster's bindings, keep it as {\"request\":{\"url\":..},\"response\":{\"body\":..}}.",
            );
        } else if next.is_none() && asked.is_none() && !broken {
            named_by(&items).into_iter().for_each(|listed| self.pages.whole_list(listed, source));
        }
        if let Some(next) = next {
            self.goes_on(&items, listed, bindings > 0, &next, source);
        }
        for (index, item) in items.into_iter().enumerate() {
            self.element(item, at(source, index));
        }
    }

    /// One page of a list whose question is known.
    fn page_of(&mut self, listed: &Listed, items: &[Value], next: Option<&str>, asked: &Asked, source: &Source) {
        let inside = format!("{}/", listed.scope);
        let own = |item: &Value| {
            let id = text(item, "id").unwrap_or_default().to_lowercase();
            // what is inherited hangs on the scope itself or on one above it
            let hangs_on = id.rsplit_once("/providers/").map_or("", |(above, _)| above);
            let above = listed.scope == hangs_on || inside.starts_with(&format!("{hangs_on}/"));
            let inherited = kinds::is_inherited(&listed.kind) && (above || is_above_subscriptions(hangs_on));
            kinds::kind_of(&id) == listed.kind && (id.starts_with(&inside) || inherited)
        };
        if listed.kind == kinds::EVENTS {
            if let Some(correlation) = asked.correlation().filter(|_| next.is_none()) {
                self.together.explained(&correlation);
            }
            if asked.is_about_one_provider() {
                self.together.of_one_provider(&listed.scope);
            }
        } else if !items.iter().all(own) {
            self.problem(
                &source.name,
                GapReason::Contradiction,
                format!(
                    "The answer about {} of {} holds something else ({}).",
                    kinds::name_of(&listed.kind),
                    listed.scope,
                    source.position
                ),
                "Collect it again.",
            );
            return;
        }
        if kinds::is_inherited(&listed.kind) && listed.scope.matches('/').count() == 2 {
            let named = |item: &Value| {
                let id = text(item, "id")?.to_lowercase();
                let (_, group) = id.rsplit_once("/providers/")?.0.rsplit_once("/managementgroups/")?;
                Some(group.to_owned())
            };
            let (_, groups) =
                self.above.entry(listed.scope.clone()).or_insert_with(|| (source.clone(), BTreeSet::new()));
            groups.extend(items.iter().filter_map(named));
        }
        let first = asked.asks_for_all(listed);
        let next = next.map(str::to_owned);
        let members = if listed.kind == kinds::EVENTS { BTreeSet::new() } else { ids_of(items) };
        let (url, since, source) = (asked.url().to_owned(), asked.since(), source.clone());
        let page = Page { url, first, next, members, since, source };
        if listed.kind == kinds::ASSIGNMENTS {
            let of = Listed::new(kinds::INHERITED, &listed.scope);
            let (url, next, source) = (page.url.clone(), page.next.clone(), page.source.clone());
            let first = page.first || asked.asks_at_scope();
            self.pages.page(of, Page { url, first, next, members: BTreeSet::new(), since: None, source });
        }
        self.pages.page(listed.clone(), page);
    }

    /// A list says that it goes on; the page that follows may be in another file.
    fn goes_on(&mut self, items: &[Value], listed: Option<Listed>, of_bindings: bool, next: &str, source: &Source) {
        let named = listed.or_else(|| {
            let kind = only_kind(items)?;
            let home = items.iter().find_map(|item| kinds::home_of(&text(item, "id")?))?;
            Some(Listed::new(&kind, &home))
        });
        let (scope, call) = match named {
            Some(listed) => (listed.scope, kinds::name_of(&listed.kind)),
            None if of_bindings => (next_scope(next, items), "trustedAccessRoleBindings"),
            None => (next_scope(next, items), "managedClusters"),
        };
        let gap = Gap {
            scope,
            call: call.to_owned(),
            reason: GapReason::PageMissing,
            message: format!("The list in {} goes on (nextLink), and the next page is not there.", source.name),
            hint: "Collect with `az`, which follows all pages, or add the next page as a recorded exchange.".to_owned(),
        };
        self.pages.missing(gap, next);
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
}

/// A management group, or the root of the tenant.
fn is_above_subscriptions(scope: &str) -> bool {
    scope.is_empty() || scope.starts_with("/providers/microsoft.management/")
}

/// Some recorders keep numbers as text.
fn count_of(number: &Value) -> Option<u64> {
    number.as_u64().or_else(|| number.as_str()?.trim().parse().ok())
}

fn ids_of(items: &[Value]) -> BTreeSet<String> {
    items.iter().filter_map(|item| Some(text(item, "id")?.to_lowercase())).collect()
}
