//! Which lists were read to their end, and where: what makes "none of them" a fact.

use crate::keyed::KeyedMap;
use crate::{ArmId, Gap, GapReason, Reading, lists};

/// One list that was read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeList {
    /// In lower case.
    pub scope: String,
    pub what: String,
    /// Where that was read.
    pub read: String,
    /// The moment from which it was asked for; `Absent` where that was not told.
    pub since: Reading<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// What is listed, to the scopes in which the list is whole, with where that was read.
    whole: KeyedMap<String, KeyedMap<String, String>>,
    /// The moments from which the activity log was asked for, by its scopes.
    log_since: KeyedMap<String, Reading<String>>,
    /// What is listed, to the scopes in which it is not, and why.
    broken: KeyedMap<String, KeyedMap<String, String>>,
}

impl Known {
    pub(crate) fn of(whole_lists: &[WholeList], gaps: &[Gap]) -> Self {
        let mut known = Known::default();
        for WholeList { scope, what, read, since } in whole_lists {
            known.whole.entry(what.clone()).or_default().entry(scope.clone()).or_insert_with(|| read.clone());
            // nothing else is asked for from a moment on
            if what == lists::EVENTS {
                let known = known.log_since.entry(scope.clone()).or_insert_with(|| since.clone());
                *known = earlier(known, since);
            }
        }
        for gap in gaps {
            // two routes that differ were both read
            if gap.reason == GapReason::Contradiction {
                continue;
            }
            let scope = gap.scope.trim_end_matches('/').to_lowercase();
            let why = format!("{} ({})", gap.reason.label(), gap.message.trim_end_matches('.'));
            known.broken.entry(gap.call.clone()).or_default().entry(scope).or_insert(why);
        }
        known
    }

    /// Whether everything of this kind that may concern a resource was listed; `Err` says why not, in words.
    pub fn whole(&self, what: &str, about: &ArmId) -> Result<(), String> {
        self.whole_at(what, about.lower())
    }

    /// The same for a scope in lower case, such as a subscription.
    pub fn whole_at(&self, what: &str, scope: &str) -> Result<(), String> {
        if let Some(broken) = self.broken.get(what)
            && let Some(why) = scopes_of(scope).find_map(|scope| broken.get(scope))
        {
            return Err(format!("{what}: {why}"));
        }
        let listed = |at: &KeyedMap<String, String>| {
            at.contains_key(TENANT) || scopes_of(scope).any(|scope| at.contains_key(scope))
        };
        if self.whole.get(what).is_some_and(listed) { Ok(()) } else { Err(format!("{what}: not collected")) }
    }

    /// Where the list was read that shows what is there of this kind; empty where none was.
    pub fn read_from(&self, what: &str, about: &ArmId) -> &str {
        let at = self.whole.get(what);
        at.and_then(|at| scopes_of(about.lower()).find_map(|scope| at.get(scope))).map_or("", String::as_str)
    }

    /// The moment from which the activity log of a resource was asked for; `Absent` where that is not known.
    pub fn log_since(&self, about: &ArmId) -> Reading<String> {
        let all = scopes_of(about.lower()).filter_map(|scope| self.log_since.get(scope));
        all.cloned().reduce(|one, other| earlier(&one, &other)).unwrap_or_default()
    }

    /// Whether this very resource was asked for its own list: it exists, then.
    pub fn answered_by(&self, what: &str, resource: &ArmId) -> bool {
        self.whole.get(what).is_some_and(|at| at.contains_key(resource.lower()))
    }

    /// Whether the directory was asked about everybody who holds a role.
    pub fn directory(&self) -> Result<(), String> {
        if let Some(why) = self.broken.get(lists::DIRECTORY).and_then(|at| at.values().next()) {
            return Err(format!("{}: {why}", lists::DIRECTORY));
        }
        match self.whole.get(lists::DIRECTORY) {
            Some(_) => Ok(()),
            None => Err("no whole answer of the directory (Microsoft Graph) is here".to_owned()),
        }
    }

    /// A list that is now known to be whole: for tests and for what-if.
    pub fn add(&mut self, what: &str, scope: &str) {
        self.whole.entry(what.to_owned()).or_default().insert(scope.to_lowercase(), String::new());
    }
}

/// The one that goes back further; one that does not say may go back as far as there is anything.
fn earlier(one: &Reading<String>, other: &Reading<String>) -> Reading<String> {
    match (one, other) {
        (Reading::Value(one), Reading::Value(other)) => Reading::Value(one.min(other).clone()),
        _ => Reading::Absent,
    }
}

/// The scope of what was asked for without a narrower one.
const TENANT: &str = "tenant";

/// Every scope that holds the resource, up to the tenant; asked for every rule of every cluster, so nothing is copied.
fn scopes_of(lower: &str) -> impl Iterator<Item = &str> {
    let above = lower.match_indices('/').rev().filter(|(at, _)| *at > 0).filter_map(|(at, _)| lower.get(..at));
    std::iter::once(lower).chain(above).chain(std::iter::once(TENANT))
}
