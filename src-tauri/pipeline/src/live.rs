//! A scan of Azure: the session sends, the collector asks, the engagement keeps; and what a stopped scan left is used.

use crate::moment::{log_begins, now, seconds_now};
use crate::{Engagement, Taken};
use async_trait::async_trait;
use quay_collect::{
    Conditions, Held, Journal, Pace, Preflight, ScanProgress, Scope, Watch, Wire, preflight, read_azure,
};
use quay_model::{Answer, Endpoint, NoAnswer, Problem, ProblemCode, ReadCall, Snapshot};
use quay_signin::{Secret, Session};
use quay_store::{KeptAnswer, Store};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// A scan that was stopped longer ago is begun again. Own choice: the fleet of an hour ago is still one fleet.
const RESUMES_WITHIN: i64 = 3600;

/// Answers older than that no scan will use: the longest any question keeps one.
const KEPT_FOR: i64 = 24 * 3600;

/// Pages written in one transaction.
const BATCH: usize = 64;

/// What to scan and how.
#[derive(Debug, Clone, Default)]
pub struct LiveScan {
    /// Empty: every subscription the account sees.
    pub subscriptions: Vec<String>,
    pub management_group: Option<String>,
    /// Whether Microsoft Graph is asked too.
    pub directory: bool,
    pub pace: Pace,
    /// Asks again for everything, whatever is held.
    pub fresh: bool,
}

/// A scan's result, and how it went.
#[derive(Debug)]
pub struct Scanned {
    pub taken: Taken,
    pub progress: ScanProgress,
    /// Whether it went on from a scan that was stopped.
    pub resumed: bool,
}

/// Who may read what, before anything is scanned.
pub async fn look_before(
    session: &Arc<Session>,
    subscriptions: &[String],
    pace: Pace,
    cancel: watch::Receiver<bool>,
) -> Result<Preflight, Problem> {
    let scope = Scope { subscriptions: subscriptions.to_vec(), ..Scope::default() };
    preflight(&scope, Arc::new(SignedWire(Arc::clone(session))), pace, cancel).await
}

impl Engagement {
    /// Reads the fleet. Every page is kept as it comes, so that a scan that is stopped or dies goes on from there.
    pub async fn scan(
        &mut self,
        session: &Arc<Session>,
        asked: &LiveScan,
        watch: Watch,
        cancel: watch::Receiver<bool>,
    ) -> Result<Scanned, Problem> {
        if !self.is_secret() {
            return Err(Problem::new(
                ProblemCode::BadInput,
                "This engagement file is not encrypted, and answers of Azure are only kept encrypted.",
                "Choose a file that does not exist yet, or keep everything in memory only.",
            ));
        }
        self.belongs_to(session.tenant())?;
        let scope = Scope {
            subscriptions: asked.subscriptions.clone(),
            management_group: asked.management_group.clone(),
            directory: asked.directory,
            events_since: log_begins(),
        };
        // answers of another account are not this one's: it may read more, or less
        let who = session.who().await?;
        let caller = format!("{} {}", who.object_id, who.client_id);
        let (scan, resumed) = self.begin(session, asked, &caller)?;
        let wire: Arc<dyn Wire> = Arc::new(SignedWire(Arc::clone(session)));
        let mut journal = Kept {
            store: &mut self.store,
            session: Arc::clone(session),
            scan,
            fresh: asked.fresh,
            caller,
            asked_again: HashSet::new(),
            waiting: HashMap::new(),
        };
        let conditions = Conditions { wire, journal: &mut journal, pace: asked.pace.clone(), watch, cancel };
        let read = read_azure(&scope, conditions).await;
        journal.settle()?;
        let (collected, progress) = read?;
        self.unkept_scan = Some(scan);
        let snapshot = Snapshot {
            taken: now(),
            origin: format!("Azure tenant {} ({})", session.tenant(), session.cloud().name),
            documents: collected.documents,
            gaps: collected.gaps,
        };
        Ok(Scanned { taken: Taken { snapshot, anything_read: collected.anything_read }, progress, resumed })
    }

    fn begin(&self, session: &Session, asked: &LiveScan, caller: &str) -> Result<(i64, bool), Problem> {
        let scope = format!(
            "{caller} {} {} {:?} {:?} {}",
            session.origin(Endpoint::ResourceManager),
            session.tenant(),
            asked.subscriptions,
            asked.management_group,
            asked.directory
        );
        let moment = seconds_now();
        let unfinished = self.store.last_scan()?.filter(|last| {
            !asked.fresh && !last.is_finished && last.scope == scope && moment - last.started <= RESUMES_WITHIN
        });
        match unfinished {
            Some(last) => Ok((last.id, true)),
            None => self.store.begin_scan(&scope, moment).map(|id| (id, false)),
        }
    }

    /// A scan is over when its snapshot is kept, and not before: until then another one goes on with its answers.
    pub(crate) fn finish_scan(&mut self) -> Result<(), Problem> {
        let Some(scan) = self.unkept_scan.take() else { return Ok(()) };
        let finished = seconds_now();
        self.store.finish_scan(scan, finished, finished - KEPT_FOR)
    }

    /// One engagement is one tenant's; the first scan says which.
    fn belongs_to(&self, tenant: &str) -> Result<(), Problem> {
        match self.note("tenant")? {
            None => self.keep_note("tenant", tenant),
            Some(own) if own == tenant => Ok(()),
            Some(own) => Err(Problem::new(
                ProblemCode::BadInput,
                format!("This engagement belongs to the tenant {own}, and the sign-in is for {tenant}."),
                "Choose another file for this tenant; nothing is shared between two.",
            )),
        }
    }

    /// Keeps the sign-in in the encrypted file, if there is one to keep.
    pub async fn remember(&mut self, session: &Session) -> Result<(), Problem> {
        // a sign-in of another tenant has no place here
        self.belongs_to(session.tenant())?;
        match session.to_remember().await {
            Some(secret) if self.is_secret() => self.store.keep_sign_in(secret.reveal()),
            _ => Ok(()),
        }
    }

    /// Goes on with the sign-in that is kept here, in silence.
    pub async fn recall(&mut self) -> Option<Result<Session, Problem>> {
        let kept = match self.store.sign_in() {
            Ok(kept) => kept?,
            Err(problem) => return Some(Err(problem)),
        };
        Some(Session::recall(&Secret::new(kept.as_str())).await)
    }

    /// Whether a scan was stopped so short ago that another one goes on with it.
    pub fn can_resume(&self) -> Result<bool, Problem> {
        let last = self.store.last_scan()?;
        Ok(last.is_some_and(|last| !last.is_finished && seconds_now() - last.started <= RESUMES_WITHIN))
    }

    pub async fn sign_out(&mut self, session: Option<&Session>) -> Result<(), Problem> {
        if let Some(session) = session {
            session.sign_out().await;
        }
        self.store.forget_sign_in()
    }
}

/// The collector's wire: the session's, which alone knows tokens.
struct SignedWire(Arc<Session>);

#[async_trait]
impl Wire for SignedWire {
    async fn send(&self, call: &ReadCall) -> Result<Answer, NoAnswer> {
        self.0.send(call).await
    }
    fn origin(&self, endpoint: Endpoint) -> &str {
        self.0.origin(endpoint)
    }
    fn now(&self) -> String {
        now()
    }
}

/// The collector's journal: pages go into the engagement, some at a time.
struct Kept<'a> {
    store: &'a mut Store,
    session: Arc<Session>,
    scan: i64,
    fresh: bool,
    /// Whose answers these are.
    caller: String,
    /// Lists whose pages came anew: what is held of their older pages belongs to another list.
    asked_again: HashSet<String>,
    waiting: HashMap<(String, u32), KeptAnswer>,
}

impl Kept<'_> {
    fn own(&self, question: &str) -> String {
        format!("{} {question}", self.caller)
    }
}

impl Journal for Kept<'_> {
    fn held(&mut self, question: &str, page: u32, keeps: Duration) -> Result<Option<Held>, Problem> {
        if self.asked_again.contains(question) {
            return Ok(None);
        }
        let Some(answer) = self.store.answer(&self.own(question), page)? else { return Ok(None) };
        let age = seconds_now() - answer.read;
        let keeps = if self.fresh { 0 } else { i64::try_from(keeps.as_secs()).unwrap_or(i64::MAX) };
        let usable = answer.scan == self.scan || (0..=keeps).contains(&age) && keeps > 0;
        Ok(usable.then_some(Held { exchange: answer.exchange, body: answer.body }))
    }

    fn keep(&mut self, question: &str, page: u32, held: &Held) -> Result<(), Problem> {
        let answer = KeptAnswer {
            question: self.own(question),
            page,
            scan: self.scan,
            read: seconds_now(),
            exchange: held.exchange.clone(),
            body: held.body.clone(),
        };
        self.asked_again.insert(question.to_owned());
        self.waiting.insert((question.to_owned(), page), answer);
        if self.waiting.len() >= BATCH { self.settle() } else { Ok(()) }
    }

    fn settle(&mut self) -> Result<(), Problem> {
        if let Some(secret) = self.session.to_remember_now() {
            self.store.keep_sign_in(secret.reveal())?;
        }
        if self.waiting.is_empty() {
            return Ok(());
        }
        let mut answers: Vec<KeptAnswer> = self.waiting.drain().map(|(_, answer)| answer).collect();
        // a first page is written before those behind it
        answers.sort_by(|a, b| (&a.question, a.page).cmp(&(&b.question, b.page)));
        self.store.keep_answers(&answers)
    }
}
