//! Which controls speak of which condition, with basis and confidence. Titles are in our own words; a control and a
//! test are rarely one to one, which the report says beside the table.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const MAP: &str = include_str!("control-map.json");

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ControlMap {
    pub(crate) frameworks: BTreeMap<String, String>,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) rows: Vec<Row>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Condition {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) caveat: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Row {
    pub(crate) condition: String,
    pub(crate) framework: String,
    pub(crate) control: String,
    pub(crate) title: String,
    pub(crate) relation: String,
    pub(crate) basis: String,
    pub(crate) confidence: String,
}

static PARSED: LazyLock<ControlMap> = LazyLock::new(|| serde_json::from_str(MAP).unwrap_or_default());

/// The full name of a framework, with its edition.
pub fn framework_name(id: &str) -> &'static str {
    PARSED.frameworks.get(id).map_or("", String::as_str)
}

pub(crate) fn control_map() -> &'static ControlMap {
    &PARSED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_names_a_known_condition_and_framework() {
        let map = control_map();
        assert_eq!(map.conditions.len(), 23);
        assert_eq!(map.rows.len(), 303);
        for row in &map.rows {
            assert!(map.conditions.iter().any(|c| c.id == row.condition), "{row:?}");
            assert!(map.frameworks.contains_key(&row.framework), "{row:?}");
        }
    }
}
