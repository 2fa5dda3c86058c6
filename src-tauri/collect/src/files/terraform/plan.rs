//! What a plan would change: the values it does not know yet, and what it would make, delete, or delete and make again.
//! A plan that would make a thing shows that its state does not hold it.

use serde_json::Value;
use std::collections::BTreeMap;

const OF_ANOTHERS: &str = super::AZAPI[1];

/// One planned change of one resource.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change<'a> {
    whole: &'a Value,
}

/// Every planned change, by address. What was replaced already is left out.
#[derive(Debug, Default)]
pub(super) struct Changes<'a> {
    by_address: BTreeMap<&'a str, Change<'a>>,
}

impl<'a> Changes<'a> {
    pub(super) fn of(plan: &'a Value) -> Self {
        let changes = plan.get("resource_changes").and_then(Value::as_array).into_iter().flatten();
        let own = changes.filter(|change| !super::is_left_behind(change, "deposed"));
        let by_address = own.filter_map(|whole| Some((whole.get("address")?.as_str()?, Change { whole })));
        Changes { by_address: by_address.collect() }
    }

    pub(super) fn at(&self, address: &str) -> Option<Change<'a>> {
        self.by_address.get(address).copied()
    }

    /// What the plan would only delete; it stands among no planned values.
    pub(super) fn deleted(&self) -> impl Iterator<Item = (&'a str, Change<'a>)> {
        let own = self.by_address.iter().map(|(address, change)| (*address, *change));
        own.filter(|(_, change)| change.text("mode") != "data" && change.plans() == Some("delete"))
    }
}

impl<'a> Change<'a> {
    fn within(self, key: &str) -> Option<&'a Value> {
        self.whole.get("change")?.get(key)
    }

    fn text(self, key: &str) -> &'a str {
        self.whole.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn kind(self) -> &'a str {
        self.text("type")
    }

    /// What it does not know before it is applied.
    pub(super) fn unseen(self) -> Option<&'a Value> {
        self.within("after_unknown")
    }

    /// As the state holds it.
    pub(super) fn before(self) -> Option<&'a Value> {
        self.within("before")
    }

    /// The word for it; `None` where the thing stays what it is.
    pub(super) fn plans(self) -> Option<&'static str> {
        // it is a change to what somebody else makes
        if self.kind() == OF_ANOTHERS {
            return None;
        }
        let actions = self.within("actions").and_then(Value::as_array)?;
        let actions: Vec<&str> = actions.iter().filter_map(Value::as_str).collect();
        match actions.as_slice() {
            ["create"] => Some("create"),
            ["delete"] => Some("delete"),
            ["delete", "create"] | ["create", "delete"] => Some("replace"),
            _ => None,
        }
    }
}
