//! What the screens of `settings` get and ask.

use quay_model::{Settings, TagRule};
use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TagView {
    pub(crate) keys: Vec<String>,
    pub(crate) pattern: String,
    pub(crate) allowed: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SettingsView {
    pub(crate) widest_v4_prefix: u8,
    pub(crate) widest_v6_prefix: u8,
    pub(crate) total_v4_prefix: u8,
    pub(crate) total_v6_prefix: u8,
    pub(crate) most_admin_groups: u32,
    pub(crate) secret_days: u32,
    pub(crate) inherit_tags: bool,
    pub(crate) owner_tag: TagView,
    pub(crate) team_tag: TagView,
    pub(crate) cost_centre_tag: TagView,
}

impl From<TagRule> for TagView {
    fn from(rule: TagRule) -> Self {
        TagView { keys: rule.keys, pattern: rule.pattern, allowed: rule.allowed }
    }
}

impl From<TagView> for TagRule {
    fn from(view: TagView) -> Self {
        let full =
            |list: Vec<String>| list.into_iter().map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect();
        TagRule { keys: full(view.keys), pattern: view.pattern.trim().to_owned(), allowed: full(view.allowed) }
    }
}

impl From<Settings> for SettingsView {
    fn from(s: Settings) -> Self {
        SettingsView {
            widest_v4_prefix: s.widest_v4_prefix,
            widest_v6_prefix: s.widest_v6_prefix,
            total_v4_prefix: s.total_v4_prefix,
            total_v6_prefix: s.total_v6_prefix,
            most_admin_groups: s.most_admin_groups,
            secret_days: s.secret_days,
            inherit_tags: s.inherit_tags,
            owner_tag: s.owner_tag.into(),
            team_tag: s.team_tag.into(),
            cost_centre_tag: s.cost_centre_tag.into(),
        }
    }
}

impl From<SettingsView> for Settings {
    fn from(v: SettingsView) -> Self {
        Settings {
            widest_v4_prefix: v.widest_v4_prefix,
            widest_v6_prefix: v.widest_v6_prefix,
            total_v4_prefix: v.total_v4_prefix,
            total_v6_prefix: v.total_v6_prefix,
            most_admin_groups: v.most_admin_groups,
            secret_days: v.secret_days,
            inherit_tags: v.inherit_tags,
            owner_tag: v.owner_tag.into(),
            team_tag: v.team_tag.into(),
            cost_centre_tag: v.cost_centre_tag.into(),
        }
    }
}
