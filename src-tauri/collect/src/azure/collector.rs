//! The order of a scan: which questions there are, which may be asked now, and what follows from an answer.
//! One task holds all of it; only requests run side by side.

use super::ask::{Done, Ended, Pending, reread};
use super::lanes::Lane;
use super::queries::Table;
use super::question::{Question, SUBSCRIPTIONS_PER_QUERY};
use super::reader::{Next, Page};
use super::settle::Gathered;
use super::turns::LaneState;
use super::{Conditions, Held, Scope};
use quay_model::{ArmId, GapReason, Problem, ProblemCode};
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

/// How often the journal settles and watchers are told.
const HEARTBEAT: Duration = Duration::from_millis(200);

/// No list of Azure has more pages; one that does goes round.
const MOST_PAGES: u32 = 20_000;

pub(crate) struct Collector<'a> {
    pub(super) scope: Scope,
    pub(super) conditions: Conditions<'a>,
    /// Only what the caller may read is asked, not what there is.
    pub(super) access_only: bool,
    pub(super) known: HashSet<String>,
    /// Locations that are asked about already.
    locations: HashSet<String>,
    /// Pages that are held, waiting to be read like those that came.
    ready: VecDeque<(Pending, Ended)>,
    pub(super) new: VecDeque<Question>,
    pub(super) lanes: BTreeMap<Lane, LaneState>,
    pub(super) running: JoinSet<Done>,
    pub(super) started: Instant,
    pub(super) gathered: Gathered,
}

impl<'a> Collector<'a> {
    pub(crate) fn new(scope: Scope, conditions: Conditions<'a>, access_only: bool) -> Self {
        Collector {
            gathered: Gathered::new(&scope),
            scope,
            conditions,
            access_only,
            known: HashSet::new(),
            locations: HashSet::new(),
            ready: VecDeque::new(),
            new: VecDeque::new(),
            lanes: BTreeMap::new(),
            running: JoinSet::new(),
            started: Instant::now(),
        }
    }

    pub(crate) async fn run(mut self) -> Result<Gathered, Problem> {
        self.new.push_back(Question::Subscriptions);
        if let Some(group) = self.scope.management_group.clone() {
            self.new.push_back(Question::Below(group));
        }
        let mut heartbeat = interval(HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut cancel = self.conditions.cancel.clone();
        let mut can_be_stopped = true;
        loop {
            if *cancel.borrow() {
                return self.stop();
            }
            self.take_new()?;
            let wake = self.dispatch();
            if self.running.is_empty() && self.lanes.values().all(|lane| lane.waiting.is_empty()) {
                self.next_round();
                if self.new.is_empty() {
                    break;
                }
                continue;
            }
            tokio::select! {
                biased;
                // whoever could have stopped the scan is gone: nobody will
                changed = cancel.changed(), if can_be_stopped => can_be_stopped = changed.is_ok(),
                Some(done) = self.running.join_next(), if !self.running.is_empty() => match done {
                    Ok(done) => self.settle(done)?,
                    Err(error) => return Err(Problem::new(ProblemCode::Internal, format!("A request ended in a way nobody foresaw: {error}."), "Scan again; what was read is kept.")),
                },
                _ = sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => {}
                _ = heartbeat.tick() => {
                    self.conditions.journal.settle()?;
                    self.tell();
                }
            }
        }
        self.conditions.journal.settle()?;
        self.tell();
        Ok(self.gathered)
    }

    fn stop(mut self) -> Result<Gathered, Problem> {
        self.running.abort_all();
        self.conditions.journal.settle()?;
        Err(Problem::new(
            ProblemCode::Cancelled,
            format!("The scan was stopped; {} answers are kept.", self.gathered.progress.answered),
            "Scan again to go on from there.",
        ))
    }

    /// New questions are answered from the journal where it can, and put in line where it cannot.
    fn take_new(&mut self) -> Result<(), Problem> {
        loop {
            // one after the other, however many pages a list has
            if let Some((pending, ended)) = self.ready.pop_front() {
                self.ended(pending, ended, true)?;
                continue;
            }
            let Some(question) = self.new.pop_front() else { return Ok(()) };
            if !self.known.insert(question.key()) {
                continue;
            }
            self.gathered.asked(&question);
            match Pending::first(question.clone(), Instant::now()) {
                Some(pending) => self.answer_or_line_up(pending, false)?,
                None => self.gathered.refuse(&question, GapReason::Unrecognised, "no call is known that reads this"),
            }
        }
    }

    fn answer_or_line_up(&mut self, pending: Pending, first_in_line: bool) -> Result<(), Problem> {
        let question = &pending.question;
        let held = self.conditions.journal.held(&question.key(), pending.page, question.keeps())?;
        let origin = self.conditions.wire.origin(pending.call.endpoint()).to_owned();
        if let Some(ended) = held.and_then(|held| reread(question, held, &origin)) {
            self.gathered.progress.reused += 1;
            self.ready.push_back((pending, ended));
            return Ok(());
        }
        self.line(pending, first_in_line);
        Ok(())
    }

    fn settle(&mut self, done: Done) -> Result<(), Problem> {
        let Done { pending, ended, heard } = done;
        if let Some(lane) = self.lanes.get_mut(&pending.question.lane()) {
            lane.busy -= 1;
            if let Some(heard) = &heard {
                lane.bucket.hear(heard, Instant::now());
            }
        }
        self.ended(pending, ended, false)
    }

    fn ended(&mut self, pending: Pending, ended: Ended, from_journal: bool) -> Result<(), Problem> {
        if let (Ended::Page(_, held) | Ended::NothingOfTheKind(held) | Ended::Gone(held), false) =
            (&ended, from_journal)
        {
            self.conditions.journal.keep(&pending.question.key(), pending.page, held)?;
        }
        match ended {
            Ended::Page(page, _) => self.page(pending, *page, from_journal),
            Ended::NothingOfTheKind(held) => {
                self.gathered.finish(&pending.question, &held);
                Ok(())
            }
            Ended::Gone(held) => {
                self.gathered.gone(&pending.question, &held);
                Ok(())
            }
            // an old way to the next page may have closed; the list is begun again, once
            Ended::Refused(..) if pending.by_old_link => {
                if let Some(first) = Pending::first((*pending.question).clone(), Instant::now()) {
                    self.line(first, false);
                }
                Ok(())
            }
            Ended::Refused(reason, why) => {
                self.refused(&pending, reason, &why);
                Ok(())
            }
            Ended::Again { reason, why, after } => {
                self.again(pending, reason, &why, after);
                Ok(())
            }
            Ended::SignedOut(problem) if pending.question.lane() == Lane::Directory => {
                self.gathered.refuse_with(&pending.question, GapReason::Denied, &problem.message, &problem.hint);
                Ok(())
            }
            Ended::SignedOut(mut problem) => {
                self.running.abort_all();
                self.conditions.journal.settle()?;
                problem.hint.push_str(" Scan again then; what was read is kept.");
                Err(problem)
            }
        }
    }

    pub(super) fn refused(&mut self, pending: &Pending, reason: GapReason, why: &str) {
        if let Some(other) = self.asked_elsewhere(&pending.question) {
            self.new.push_back(other);
            return;
        }
        self.gathered.refuse(&pending.question, reason, why);
        self.scope_list_ended(&pending.question.clone(), false);
    }

    /// What a location offers any subscription with a cluster there can say.
    fn asked_elsewhere(&self, question: &Question) -> Option<Question> {
        match question {
            Question::Roles { subscription, location } => {
                let subscription = self.gathered.next_for_location(location, subscription)?;
                Some(Question::Roles { subscription, location: location.clone() })
            }
            Question::KubernetesVersions { subscription, location } => {
                let subscription = self.gathered.next_for_location(location, subscription)?;
                Some(Question::KubernetesVersions { subscription, location: location.clone() })
            }
            _ => None,
        }
    }

    fn page(&mut self, mut pending: Pending, page: Page, from_journal: bool) -> Result<(), Problem> {
        let Page { documents, found, next, unreadable, elements, of_all } = page;
        pending.elements += elements;
        if unreadable > 0 {
            pending.whole = false;
            let why =
                format!("{unreadable} of the {elements} elements of a page could not be read as what they should be");
            self.gathered.refuse(&pending.question, GapReason::Damaged, &why);
        }
        self.gathered.documents.extend(documents);
        self.follow(&pending.question.clone(), found);
        let mark = pending.mark();
        let goes_round = !pending.visited.insert(mark) || pending.page >= MOST_PAGES;
        let call = match next {
            Next::End => {
                self.end(&pending, of_all);
                return Ok(());
            }
            Next::Lost(why) => {
                self.refused(&pending, GapReason::PageMissing, &why);
                return Ok(());
            }
            Next::Link(call) => Some(call),
            Next::Token(token) => pending.question.call(Some(&token)),
        };
        let Some(call) = call.filter(|_| !goes_round) else {
            self.refused(&pending, GapReason::PageMissing, "the pages of the list go round in a circle");
            return Ok(());
        };
        let next = Pending {
            page: pending.page + 1,
            call,
            tries: 0,
            throttled: 0,
            not_before: Instant::now(),
            by_old_link: from_journal,
            ..pending
        };
        if next.visited.contains(&next.mark()) {
            self.refused(&next, GapReason::PageMissing, "the pages of the list go round in a circle");
            return Ok(());
        }
        self.answer_or_line_up(next, true)
    }

    fn end(&mut self, pending: &Pending, of_all: Option<usize>) {
        if of_all.is_some_and(|all| all > pending.elements) {
            let why = format!(
                "{} rows came of the {} that Resource Graph counts",
                pending.elements,
                of_all.unwrap_or_default()
            );
            self.gathered.refuse(&pending.question, GapReason::PageMissing, &why);
        } else if pending.whole {
            self.gathered.whole(&pending.question);
        }
        self.scope_list_ended(&pending.question.clone(), pending.whole);
    }

    /// Once the lists that make up the scope have ended, whole or not, what they named is asked.
    fn scope_list_ended(&mut self, question: &Question, whole: bool) {
        if !matches!(question, Question::Subscriptions | Question::Below(_)) {
            return;
        }
        self.gathered.scope_list_ended(question, whole);
        if self.gathered.scope_is_known() {
            for (id, name, _) in self.gathered.take_scope() {
                self.subscription(&id, &name);
            }
            self.ask_graph();
        }
    }

    fn subscription(&mut self, id: &str, name: &str) {
        self.gathered.in_scope(id, name);
        self.new.push_back(Question::Permissions(id.to_owned()));
        if !self.access_only {
            self.new.push_back(Question::Clusters(id.to_owned()));
        }
    }

    fn ask_graph(&mut self) {
        if self.access_only {
            return;
        }
        let ids = self.gathered.scope_ids();
        for chunk in ids.chunks(SUBSCRIPTIONS_PER_QUERY) {
            for table in Table::ALL {
                self.new.push_back(Question::Graph { table, subscriptions: chunk.into() });
            }
        }
    }

    /// Questions that follow from what a page told.
    fn follow(&mut self, question: &Question, found: super::reader::Found) {
        for (id, location) in &found.clusters {
            let subscription = ArmId::parse(id).map(|id| id.subscription().to_owned()).unwrap_or_default();
            self.new.push_back(Question::Bindings(id.clone()));
            self.new.push_back(Question::DiagnosticSettings(id.clone()));
            self.new.push_back(Question::ManagedNamespaces(id.clone()));
            self.new.push_back(Question::Authenticators(id.clone()));
            let location = location.replace(' ', "").to_lowercase();
            if !location.is_empty() {
                self.gathered.could_ask_about(&location, &subscription);
                if self.locations.insert(location.clone()) {
                    let subscription = subscription.clone();
                    self.new.push_back(Question::KubernetesVersions {
                        subscription: subscription.clone(),
                        location: location.clone(),
                    });
                    self.new.push_back(Question::Roles { subscription, location });
                }
            }
            self.new.push_back(Question::Eligible(subscription.clone()));
            self.new.push_back(Question::RoleAssignments(subscription.clone()));
            self.new.push_back(Question::PolicyAssignments(subscription.clone()));
            self.new.push_back(Question::PolicyExemptions(subscription.clone()));
            self.new.push_back(Question::BindingEvents {
                subscription: subscription.clone(),
                since: self.scope.events_since.clone(),
            });
            for plan in ["Containers", "CloudPosture"] {
                self.new.push_back(Question::SecurityOperators { subscription: subscription.clone(), plan });
            }
        }
        for source in &found.binding_sources {
            let asked_with_its_plan = source.to_lowercase().contains("/securityoperators/");
            if !asked_with_its_plan {
                self.new.push_back(Question::BindingSource(source.clone()));
            }
        }
        self.new.extend(found.workspaces.iter().cloned().map(Question::Computes));
        if let Question::BindingEvents { subscription, since } = question {
            for correlation in &found.correlations {
                if self.gathered.looks_into(subscription, correlation) {
                    let (subscription, since) = (subscription.clone(), since.clone());
                    self.new.push_back(Question::Correlated { subscription, since, correlation: correlation.clone() });
                }
            }
        }
        self.gathered.take(question, found);
    }

    /// When all is answered: what only the whole shows.
    fn next_round(&mut self) {
        if self.access_only {
            return;
        }
        let mut more: Vec<Question> = self.gathered.only_in_graph().into_iter().map(Question::Cluster).collect();
        if self.scope.directory {
            more.extend(self.gathered.directory_questions());
        }
        self.new.extend(more.into_iter().filter(|question| !self.known.contains(&question.key())));
    }
}

/// For those who keep pages: the exchange of a page whose list ended there.
pub(crate) fn place(held: &Held) -> quay_model::Source {
    super::ask::source(&held.exchange)
}
