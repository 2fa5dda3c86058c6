//! Who made a binding: code that declares it, a deployment, Defender, another program, or a person by hand.

mod log;

use crate::days::days_between;
use crate::declares::{Fit, fit};
use crate::holder::is_operator;
use log::{Told, told};
use quay_model::{Binding, Declaration, Event, Fleet, Memory, lists};

/// Who made a binding, as far as it can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Infrastructure code declares it.
    Declared {
        language: String,
        address: String,
        source: String,
    },
    /// A deployment of Resource Manager wrote it: a template, compiled Bicep.
    Deployment(Written),
    Defender(Written),
    Program(Written),
    ByHand {
        by: Written,
        tool: String,
    },
    /// Nobody can say, and why.
    Unknown {
        why: String,
        source: String,
    },
}

/// A write as the activity log tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub who: String,
    pub when: String,
    /// The document that the event was read from.
    pub source: String,
}

impl Origin {
    /// In a word or two, for lists.
    pub fn label(&self) -> &'static str {
        match self {
            Origin::Declared { .. } => "code",
            Origin::Deployment(_) => "deployment",
            Origin::Defender(_) => "Defender",
            Origin::Program(_) => "program",
            Origin::ByHand { .. } => "by hand",
            Origin::Unknown { .. } => "unknown",
        }
    }

    /// What follows "The binding"; for an unknown one, why it is unknown.
    pub fn words(&self) -> String {
        match self {
            Origin::Declared { language, address, .. } => {
                format!("is declared by {language} {address}").trim().to_owned()
            }
            Origin::Deployment(Written { who, when, .. }) => {
                format!("was written by a deployment that {who} started on {when}")
            }
            Origin::Defender(Written { when, .. }) => format!("was written by Defender itself on {when}"),
            Origin::Program(Written { who, when, .. }) => format!("was written by the program {who} on {when}"),
            Origin::ByHand { by: Written { who, when, .. }, tool } => {
                format!("was written by hand, by {who} with {tool} on {when}")
            }
            Origin::Unknown { why, .. } => why.clone(),
        }
    }

    /// The document it was read from: the file or call, the place in it, and the SHA-256 of the body.
    pub fn source(&self) -> &str {
        match self {
            Origin::Declared { source, .. } | Origin::Unknown { source, .. } => source,
            Origin::Deployment(by) | Origin::Defender(by) | Origin::Program(by) | Origin::ByHand { by, .. } => {
                &by.source
            }
        }
    }
}

/// Applications in which a person clicks or types.
const HAND_TOOLS: [(&str, &str); 3] = [
    ("c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "the portal"),
    ("04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Azure CLI"),
    ("1950a258-227b-4e31-a9cf-717495945fc2", "Azure PowerShell"),
];

/// As many days the activity log keeps.
const KEPT: i64 = 90;

const DEPLOYMENT: &str = "microsoft.resources/deployments/write";

/// The newest word on it: code that declares it as it is, else the last write that succeeded.
/// `as_of` is the moment of the audit.
pub fn origin_of(fleet: &Fleet, memory: &Memory, binding: &Binding, as_of: &str) -> Origin {
    let mut in_code = None;
    for declaration in &fleet.around.declared {
        match fit(fleet, declaration, binding) {
            Fit::Yes => {
                return Origin::Declared {
                    language: declaration.language.clone(),
                    address: declaration.address.clone(),
                    source: declaration.source.clone(),
                };
            }
            // what the code says otherwise, it did not make
            Fit::Other(why) | Fit::Perhaps(why) => {
                in_code.get_or_insert((why, declaration));
            }
            Fit::No => {}
        }
    }
    let beside = in_code.as_ref().map_or_else(|| binding.source_line(), |(_, declaration)| declaration.source.clone());
    match (in_the_log(fleet, memory, binding, as_of, beside), in_code) {
        (Origin::Unknown { why, source }, Some((code, Declaration { language, address, .. }))) => {
            Origin::Unknown { why: format!("{code} ({language} {address}); {why}"), source }
        }
        (origin, _) => origin,
    }
}

/// `beside` is the document that an answer names when no event tells anything.
fn in_the_log(fleet: &Fleet, memory: &Memory, binding: &Binding, as_of: &str, beside: String) -> Origin {
    let events = fleet.around.events.get(binding.id.lower()).map_or(&[][..], Vec::as_slice);
    let by = |event: &Event| format!("by {} on {}", who(fleet, event), event.when);
    let (why, source) = match told(events) {
        Told::Write(event) => return written_by(fleet, binding, event),
        Told::Nothing => (before_the_log(fleet, memory, binding, as_of), beside),
        Told::Failed => ("the activity log holds writes of it, and none that succeeded".to_owned(), beside),
        Told::Deleted(event) => {
            let by = by(event);
            let why = format!(
                "it was deleted {by}, and what stands there now was made after that, by a write that the activity log does not hold"
            );
            (why, event.source.clone())
        }
        Told::Open(event) => {
            (format!("how its newest write ended, {}, the activity log does not say", by(event)), event.source.clone())
        }
    };
    Origin::Unknown { why, source }
}

fn who(fleet: &Fleet, event: &Event) -> String {
    match (fleet.around.directory.name(&event.caller.to_lowercase()), event.caller.is_empty()) {
        (Some(name), _) => name.to_owned(),
        (None, false) => event.caller.clone(),
        (None, true) => "somebody whom the log does not name".to_owned(),
    }
}

fn written_by(fleet: &Fleet, binding: &Binding, event: &Event) -> Origin {
    let around = &fleet.around;
    let caller = event.caller.to_lowercase();
    let by = Written { who: who(fleet, event), when: event.when.clone(), source: event.source.clone() };
    let unknown = |why: String| Origin::Unknown { why, source: event.source.clone() };
    let together = around.correlated.get(&event.correlation).filter(|_| !event.correlation.is_empty());
    if together.is_some_and(|operations| operations.iter().any(|operation| operation == DEPLOYMENT)) {
        return Origin::Deployment(by);
    }
    if is_own_principal(fleet, &caller) {
        return Origin::Defender(by);
    }
    let Written { who, when, .. } = &by;
    // in what is missing of a log a deployment may stand that explains the write
    let gap = fleet.known.whole(lists::EVENTS, &binding.id).err();
    let tool = HAND_TOOLS.iter().find(|(id, _)| event.application.eq_ignore_ascii_case(id)).map(|(_, tool)| *tool);
    if tool.is_some() || is_person(fleet, event, &caller) {
        let tool = tool.map_or_else(|| format!("the application {}", event.application), str::to_owned);
        return match gap {
            Some(why) => unknown(format!("{who} with {tool} on {when}, by hand or through a deployment ({why})")),
            None => Origin::ByHand { by, tool },
        };
    }
    if !is_guid(&caller) {
        return unknown(format!("the caller in the activity log, {:?}, is no person and no id", event.caller));
    }
    if binding.holder().is_some_and(|source| is_operator(&source)) {
        return unknown(format!(
            "{who} wrote it on {when}, and that this is the identity of Defender which holds it was not read"
        ));
    }
    if !is_program(fleet, event, &caller) {
        return unknown(format!(
            "{who} wrote it on {when}; that may be a person or a program: the event names no application, and the directory does not know this id"
        ));
    }
    match gap {
        Some(why) => unknown(format!("{who} on {when}, by itself or through a deployment ({why})")),
        None => Origin::Program(by),
    }
}

/// Whether an id is the identity of one of Defender's operators.
fn is_own_principal(fleet: &Fleet, caller: &str) -> bool {
    let mut operators = fleet.around.holders.values().filter(|holder| is_operator(&holder.id));
    operators.any(|holder| holder.principal.reading.value().is_some_and(|own| own.eq_ignore_ascii_case(caller)))
}

/// People have a name at a domain, or a token with scopes; programs are called by the id of their identity.
fn is_person(fleet: &Fleet, event: &Event, caller: &str) -> bool {
    caller.contains('@') || event.delegated || fleet.around.directory.is_user(caller)
}

/// A caller's id alone may be a person's: the token or the directory has to say that it is none.
fn is_program(fleet: &Fleet, event: &Event, caller: &str) -> bool {
    !event.application.is_empty() || event.of_program || fleet.around.directory.is_program(caller)
}

fn is_guid(text: &str) -> bool {
    text.len() == 36 && text.split('-').count() == 5 && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

fn before_the_log(fleet: &Fleet, memory: &Memory, binding: &Binding, as_of: &str) -> String {
    let since = fleet.known.log_since(&binding.id);
    let late = |since: &&String| days_between(since, as_of).is_some_and(|days| days < KEPT - 1);
    let why = match since.value().filter(late) {
        Some(since) => {
            let day = since.get(..10).unwrap_or(since);
            format!("the activity log was read from {day} only, and holds no write of it since")
        }
        None => format!("it was made before the {KEPT} days the activity log keeps"),
    };
    match fleet.known.whole(lists::EVENTS, &binding.id) {
        Ok(()) => {
            let seen = memory.first_seen.get(binding.id.lower());
            let seen = seen.map_or_else(|| "today".to_owned(), |moment| format!("on {moment}"));
            format!("{why}; first seen by this application {seen}")
        }
        Err(why) => why,
    }
}

#[cfg(test)]
mod tests;
