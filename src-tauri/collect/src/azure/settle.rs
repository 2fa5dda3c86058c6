//! What a scan gathered: documents, gaps, and the totals that two routes counted.

use super::Scope;
use super::collector::place;
use super::progress::{ScanProgress, SubscriptionProgress};
use super::queries::Table;
use super::question::{IDS_PER_LOOKUP, Question};
use super::reader::Found;
use super::scope;
use super::{Held, lanes::Lane};
use crate::Collected;
use quay_model::{ControlTotal, Document, DocumentKind, Gap, GapReason, Permissions, Source, lists};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

pub(super) type Listed = (String, String, String);

#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) documents: Vec<Document>,
    pub(crate) gaps: Vec<Gap>,
    pub(crate) progress: ScanProgress,
    pub(crate) permissions: BTreeMap<String, Permissions>,
    /// Subscriptions in the scope: id as sent, by id in lower case.
    scope: BTreeMap<String, String>,
    wanted: Scope,
    visible: Vec<Listed>,
    below: BTreeSet<String>,
    /// Lists of the scope that came to an end, whole or not; and those that were whole.
    scope_ended: BTreeSet<&'static str>,
    scope_whole: BTreeSet<&'static str>,
    scope_taken: bool,
    arm: BTreeMap<String, BTreeSet<String>>,
    listed: BTreeSet<String>,
    graph: BTreeMap<String, String>,
    graph_is_whole: bool,
    graph_refused: bool,
    one_by_one: BTreeSet<String>,
    /// Subscriptions that could be asked about a location, besides the one that was.
    askers: BTreeMap<String, Vec<String>>,
    principals: BTreeSet<String>,
    applications: BTreeSet<String>,
    /// Correlation ids of writes of bindings, by subscription.
    correlations: BTreeMap<String, BTreeSet<String>>,
}

/// Writes of bindings that are looked into, in one subscription: each is one more call. Own limit.
const MOST_CORRELATIONS: usize = 50;

impl Gathered {
    pub(crate) fn new(wanted: &Scope) -> Gathered {
        Gathered { wanted: wanted.clone(), ..Gathered::default() }
    }

    /// Subscriptions seen, for preflight: id, name, state.
    pub(crate) fn visible(&self) -> &[Listed] {
        &self.visible
    }

    pub(crate) fn asked(&mut self, question: &Question) {
        self.progress.known += 1;
        self.of(question).known += 1;
    }

    fn of(&mut self, question: &Question) -> &mut SubscriptionProgress {
        let id = match question.lane() {
            Lane::Subscription(id) => id,
            Lane::Tenant | Lane::Graph | Lane::Directory => String::new(),
        };
        self.progress.subscriptions.entry(id).or_default()
    }

    fn answered(&mut self, question: &Question) {
        self.progress.answered += 1;
        self.of(question).answered += 1;
    }

    /// A list was read to its end.
    pub(crate) fn whole(&mut self, question: &Question) {
        self.answered(question);
        let source = Source::new(question.key(), "");
        self.mark_end(question, source);
    }

    /// The answer itself says that there is nothing of the kind.
    pub(crate) fn finish(&mut self, question: &Question, held: &Held) {
        self.answered(question);
        self.mark_end(question, place(held));
    }

    pub(crate) fn gone(&mut self, question: &Question, held: &Held) {
        self.answered(question);
        let id = question.scope();
        let body = json!({"id": id, "status": held.exchange.status});
        self.documents.push(Document::new(DocumentKind::Gone, id, place(held), &body));
    }

    fn mark_end(&mut self, question: &Question, source: Source) {
        let scope = question.scope();
        match question {
            // what explains a write is a part of the log, and what is above a subscription of all assignments: no lists
            // of their own
            Question::Permissions(_) | Question::Correlated { .. } | Question::RoleAssignments(_) => return,
            Question::Clusters(id) => {
                self.listed.insert(id.to_lowercase());
            }
            Question::Graph { table: Table::Clusters, .. } => self.graph_is_whole = true,
            _ => {}
        }
        let (kind, body) = match question {
            Question::Bindings(_) => {
                (DocumentKind::BindingListEnd, json!({"wholeListOfBindingsOf": scope.to_lowercase()}))
            }
            _ => {
                let mut body = json!({"wholeListOf": question.label(), "in": scope, "question": question.key()});
                if let Question::BindingEvents { since, .. } = question {
                    body["since"] = json!(since);
                }
                (DocumentKind::ListEnd, body)
            }
        };
        self.documents.push(Document::new(kind, scope.to_lowercase(), source, &body));
    }

    pub(crate) fn refuse(&mut self, question: &Question, reason: GapReason, why: &str) {
        let hint = match reason {
            GapReason::Denied if question.lane() == Lane::Directory => {
                "Ask for admin consent to read the directory, then scan again.".to_owned()
            }
            GapReason::Denied => format!("Ask for the Reader role at {}, then scan again.", question.scope()),
            GapReason::Throttled => "Scan again later; what was read is kept, and only this is asked again.".to_owned(),
            GapReason::NotAsked => "Add it to the scope of the scan.".to_owned(),
            GapReason::Unrecognised => "Look at it in the portal.".to_owned(),
            _ => "Scan again; what was read is kept, and only this is asked again.".to_owned(),
        };
        self.refuse_with(
            question,
            reason,
            &format!("Azure did not give this: {why}{}", if why.ends_with(['.', '…']) { "" } else { "." }),
            &hint,
        );
    }

    pub(crate) fn refuse_with(&mut self, question: &Question, reason: GapReason, message: &str, hint: &str) {
        self.progress.answered += 1;
        self.progress.gaps += 1;
        if let Question::Graph { table: Table::Clusters, .. } = question {
            self.graph_refused = true;
        }
        let of = self.of(question);
        of.answered += 1;
        match reason {
            GapReason::Denied => of.denied += 1,
            _ => of.failed += 1,
        }
        self.gaps.push(Gap {
            scope: question.scope(),
            call: question.label().to_owned(),
            reason,
            message: message.to_owned(),
            hint: hint.to_owned(),
        });
    }

    pub(crate) fn take(&mut self, question: &Question, found: Found) {
        match question {
            Question::Subscriptions => self.visible.extend(found.subscriptions),
            Question::Below(_) => self.below.extend(found.subscriptions.into_iter().map(|(id, ..)| id.to_lowercase())),
            Question::Permissions(id) => {
                self.permissions.extend(found.permissions.map(|permissions| (id.to_lowercase(), permissions)));
                return;
            }
            _ => {}
        }
        for (id, _) in found.clusters {
            let lower = id.to_lowercase();
            let subscription = lower.split('/').nth(2).unwrap_or_default().to_owned();
            if let Question::Cluster(_) = question {
                self.one_by_one.insert(lower.clone());
            }
            if self.arm.entry(subscription.clone()).or_default().insert(lower) {
                self.progress.clusters += 1;
                self.progress.subscriptions.entry(subscription).or_default().clusters += 1;
            }
        }
        self.graph.extend(found.clusters_in_graph.into_iter().map(|id| (id.to_lowercase(), id)));
        self.principals.extend(found.principals.into_iter().map(|id| id.to_lowercase()));
        self.applications.extend(found.applications.into_iter().map(|id| id.to_lowercase()));
    }

    /// A list of the scope came to its end, or as far as it will come.
    pub(crate) fn scope_list_ended(&mut self, question: &Question, whole: bool) {
        self.scope_ended.insert(question.label());
        if whole {
            self.scope_whole.insert(question.label());
        }
    }

    pub(crate) fn scope_is_known(&self) -> bool {
        let lists = 1 + usize::from(self.wanted.management_group.is_some());
        !self.scope_taken && self.scope_ended.len() >= lists
    }

    /// The subscriptions to scan; those that are left out become gaps that say why.
    pub(crate) fn take_scope(&mut self) -> Vec<Listed> {
        self.scope_taken = true;
        let scope = scope::choose(&self.wanted, &self.visible, &self.below, &self.scope_whole);
        self.gaps.extend(scope.gaps);
        scope.chosen
    }

    /// Keeps in mind who else could be asked about a location.
    pub(crate) fn could_ask_about(&mut self, location: &str, subscription: &str) {
        let askers = self.askers.entry(location.to_owned()).or_default();
        if !askers.iter().any(|known| known == subscription) {
            askers.push(subscription.to_owned());
        }
    }

    pub(crate) fn next_for_location(&self, location: &str, after: &str) -> Option<String> {
        let askers = self.askers.get(location)?;
        let at = askers.iter().position(|known| known == after)?;
        askers.get(at + 1).cloned()
    }

    /// Whether what happened together with a write is asked for; beyond the limit it is not, and that is said once.
    pub(crate) fn looks_into(&mut self, subscription: &str, correlation: &str) -> bool {
        let known = self.correlations.entry(subscription.to_lowercase()).or_default();
        if !known.insert(correlation.to_lowercase()) {
            return false;
        }
        if known.len() == MOST_CORRELATIONS + 1 {
            self.progress.gaps += 1;
            self.gaps.push(Gap {
                scope: format!("/subscriptions/{subscription}"),
                call: lists::EVENTS.to_owned(),
                reason: GapReason::TooLarge,
                message: format!(
                    "Bindings were written more than {MOST_CORRELATIONS} times; what happened together with the others was not asked."
                ),
                hint: "Look at the activity log in the portal, by the correlation id of the write.".to_owned(),
            });
        }
        known.len() <= MOST_CORRELATIONS
    }

    pub(crate) fn in_scope(&mut self, id: &str, name: &str) {
        name.clone_into(&mut self.progress.subscriptions.entry(id.to_lowercase()).or_default().name);
        self.scope.insert(id.to_lowercase(), id.to_owned());
    }

    pub(crate) fn scope_ids(&self) -> Vec<String> {
        self.scope.values().cloned().collect()
    }

    /// Clusters that Resource Graph names and no list did.
    pub(crate) fn only_in_graph(&self) -> Vec<String> {
        let unlisted = |lower: &String| !self.arm.values().any(|clusters| clusters.contains(lower));
        self.graph.iter().filter(|(lower, _)| unlisted(lower)).map(|(_, id)| id.clone()).collect()
    }

    pub(crate) fn directory_questions(&self) -> Vec<Question> {
        let ids: Vec<String> = self.principals.iter().cloned().collect();
        let lookups = ids.chunks(IDS_PER_LOOKUP).map(|chunk| Question::Principals(chunk.into()));
        lookups.chain(self.applications.iter().cloned().map(Question::Application)).collect()
    }

    /// Resource Graph leaves out in silence what the caller may not read; what may be read says where it did.
    fn silent_omissions(&mut self) {
        for (id, permissions) in &self.permissions {
            for table in Table::ALL {
                let missing = table.actions().iter().find(|action| !permissions.allow(action));
                let Some(action) = missing else { continue };
                let scope = format!("/subscriptions/{id}");
                // Azure itself may have refused the same
                if self.gaps.iter().any(|gap| gap.call == table.label() && gap.scope.eq_ignore_ascii_case(&scope)) {
                    continue;
                }
                self.gaps.push(Gap {
                    scope,
                    call: table.label().to_owned(),
                    reason: GapReason::Denied,
                    message: format!(
                        "This account may not read them ({action}), and Resource Graph leaves them out without a word."
                    ),
                    hint: format!("Ask for the Reader role at /subscriptions/{id}, then scan again."),
                });
            }
        }
    }

    fn totals(&mut self) {
        let graph_known = self.graph_is_whole && !self.graph_refused;
        for id in self.scope.keys().filter(|id| self.listed.contains(*id)) {
            let listed = self.arm.get(id).cloned().unwrap_or_default();
            let start = format!("/subscriptions/{id}/");
            let in_graph = self.graph.keys().filter(|cluster| cluster.starts_with(&start)).count();
            let extra: Vec<&String> = listed.intersection(&self.one_by_one).collect();
            let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            let total = ControlTotal {
                subscription: id.clone(),
                resource_manager: count(listed.len() - extra.len()),
                resource_graph: graph_known.then(|| count(in_graph)),
            };
            if !extra.is_empty() {
                self.gaps.push(Gap {
                    scope: format!("/subscriptions/{id}"),
                    call: "control total".to_owned(),
                    reason: GapReason::Contradiction,
                    message: format!("The list of clusters lacked {} that Resource Graph names; they exist and were read one by one.", extra.len()),
                    hint: "Scan again; if it stays so, ask Azure support why the list is not whole.".to_owned(),
                });
            }
            let body = json!(total);
            let source = Source::new("counted from the answers of this scan", "");
            self.documents.push(Document::new(
                DocumentKind::ControlTotal,
                format!("/subscriptions/{id}"),
                source,
                &body,
            ));
        }
    }
}

/// The end of a scan.
pub(crate) fn everything(mut gathered: Gathered) -> (Collected, ScanProgress) {
    gathered.totals();
    gathered.silent_omissions();
    let anything_read = !gathered.listed.is_empty() || gathered.arm.values().any(|clusters| !clusters.is_empty());
    let Gathered { documents, gaps, progress, .. } = gathered;
    (Collected { documents, gaps, anything_read }, progress)
}
