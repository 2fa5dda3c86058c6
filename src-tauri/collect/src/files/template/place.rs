//! Where in a template a resource stands: in which resource group and subscription it is made, and whether it is made at
//! all.

use super::super::expression::{Scope, Trace, is_end};
use super::super::said::{Said, Shape, put};
use super::{Name, said};
use quay_model::{Reading, child};
use serde_json::{Map, Value};

/// Where in a file a list of resources stands.
pub(super) struct Place<'a> {
    pub(super) scope: &'a Scope<'a>,
    /// The type and the name of the resource around it.
    pub(super) parent: Option<(String, Name)>,
    /// Whether what is around it is made; `None` when nothing stands in its way.
    pub(super) condition: Option<Said>,
    pub(super) home: Home,
    /// Whether it is in the words of the template around the deployment: they mean that one's group.
    pub(super) borrowed: bool,
    /// The deployments around it, each with a slash behind.
    pub(super) path: String,
    pub(super) depth: u8,
}

/// The resource group and the subscription that the deployments around it name; `None` for those in which the whole file
/// is deployed, which no file says.
#[derive(Clone, Default)]
pub(super) struct Home {
    group: Option<Said>,
    subscription: Option<Said>,
}

impl Place<'_> {
    /// Whether what is said here is the end of an id whose beginning is where another template is deployed.
    pub(super) fn is_elsewhere(&self, solved: &Result<Value, String>, trace: &Trace) -> bool {
        let is_end = solved.as_ref().ok().and_then(Value::as_str).is_some_and(is_end);
        let is_told = self.home.group.is_some() || self.home.subscription.is_some();
        is_end && is_told && (self.borrowed || trace.given)
    }
}

impl Home {
    pub(super) fn put(&self, into: &mut Map<String, Value>) {
        put(into, "group", Shape::Text, self.group.clone());
        put(into, "subscription", Shape::Text, self.subscription.clone());
    }

    /// Where a deployment that stands here deploys to.
    pub(super) fn of_deployment(&self, deployment: &Value, place: &Place<'_>) -> Home {
        let told = |key: &str, own: &str| match child(deployment, key) {
            Reading::Absent => None,
            // the words for where the file itself is deployed; deeper inside they may mean another place
            Reading::Value(Value::String(text)) if place.path.is_empty() && text.eq_ignore_ascii_case(own) => None,
            Reading::Value(named) => Some(solved(named, place)),
            Reading::Unreadable(_) => Some(Said::Unfit(format!("{key} stands there twice"))),
        };
        let subscription = told("subscriptionId", "[subscription().subscriptionId]");
        let group = told("resourceGroup", "[resourceGroup().name]");
        // to name a subscription alone is to deploy to no group
        let group = group.or_else(|| self.group.clone().filter(|_| subscription.is_none()));
        Home { group, subscription: subscription.or_else(|| self.subscription.clone()) }
    }
}

/// Whether a resource is made, with what is around it: `None` when it never is, `Some(None)` when it always is.
pub(super) fn condition_of(body: &Value, place: &Place<'_>) -> Option<Option<Said>> {
    let mut whole = place.condition.clone();
    for own in [own_condition(body, place), loop_of(body, place)].into_iter().flatten() {
        if is(&own, false) {
            return None;
        }
        if !is(&own, true) {
            // of two the less certain one counts
            let certain = |said: &Said| matches!(said, Said::Default(Value::Bool(true), _));
            whole = Some(whole.filter(|around| !certain(around)).unwrap_or(own));
        }
    }
    Some(whole)
}

fn is(said: &Said, flag: bool) -> bool {
    match said {
        Said::Value(Value::Bool(on)) => *on == flag,
        Said::Value(Value::String(text)) => text.trim().eq_ignore_ascii_case(if flag { "true" } else { "false" }),
        _ => false,
    }
}

fn own_condition(body: &Value, place: &Place<'_>) -> Option<Said> {
    match child(body, "condition") {
        Reading::Absent => None,
        Reading::Value(when) => Some(solved(when, place)),
        Reading::Unreadable(_) => Some(Said::Unfit("the condition stands there twice".to_owned())),
    }
}

/// Whether a loop makes any of it: one that counts to nought makes none.
fn loop_of(body: &Value, place: &Place<'_>) -> Option<Said> {
    let count = match child(body, "copy") {
        Reading::Absent => return None,
        Reading::Value(copy) => child(copy, "count"),
        Reading::Unreadable(why) => Reading::Unreadable(why),
    };
    let any = |count: Value| count.as_i64().map(|count| Value::Bool(count > 0));
    Some(match count {
        Reading::Value(count) => match solved(count, place) {
            Said::Value(count) => any(count).map_or_else(uncounted, Said::Value),
            Said::Default(count, of) => any(count).map_or_else(uncounted, |any| Said::Default(any, of)),
            other => other,
        },
        Reading::Absent | Reading::Unreadable(_) => uncounted(),
    })
}

fn uncounted() -> Said {
    Said::Unfit("how often the loop makes it cannot be read".to_owned())
}

fn solved(value: &Value, place: &Place<'_>) -> Said {
    let mut trace = Trace::default();
    let solved = place.scope.solve(value, &mut trace);
    said(solved, trace.default_of())
}
