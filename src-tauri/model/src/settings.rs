//! The thresholds a person may change; kept with each engagement and printed with each report.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct TagRule {
    /// Accepted keys; case, spaces, `-`, `_`, `.` and `:` do not matter.
    pub keys: Vec<String>,
    /// A regular expression the value must match; empty for any value.
    pub pattern: String,
    /// The only values accepted; empty for any value.
    pub allowed: Vec<String>,
}

impl TagRule {
    /// A key as it is compared: without case and separators.
    pub fn plain(key: &str) -> String {
        key.chars().filter(|c| !matches!(c, ' ' | '-' | '_' | '.' | ':')).flat_map(char::to_lowercase).collect()
    }

    /// The first tag under any accepted key that says something, in the order of the settings; else the first that is
    /// there. Keys are synonyms: an empty one does not hide another.
    pub fn find<'a>(&self, tags: &'a BTreeMap<String, String>) -> Option<(&'a str, &'a str)> {
        let mut there =
            self.keys.iter().map(|key| Self::plain(key)).filter(|wanted| !wanted.is_empty()).flat_map(|wanted| {
                tags.iter()
                    .filter(move |(key, _)| Self::plain(key) == wanted)
                    .map(|(key, value)| (key.as_str(), value.as_str()))
            });
        let first = there.next()?;
        let speaks = |(_, value): &(&str, &str)| !value.trim().is_empty();
        if speaks(&first) { Some(first) } else { there.find(speaks).or(Some(first)) }
    }

    fn named(keys: &[&str]) -> Self {
        TagRule { keys: keys.iter().map(|k| (*k).to_owned()).collect(), ..TagRule::default() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Settings {
    /// An IPv4 entry with a shorter prefix is broad. Product decision: /24.
    pub widest_v4_prefix: u8,
    /// An IPv6 entry with a shorter prefix is broad. Product decision: /56.
    pub widest_v6_prefix: u8,
    /// All IPv4 entries together may hold as many addresses as one prefix of this length. Own judgement: /20,
    /// sixteen entries of the widest allowed kind.
    pub total_v4_prefix: u8,
    /// The same for IPv6. Own judgement: /52, sixteen entries of the widest allowed kind.
    pub total_v6_prefix: u8,
    /// How many admin groups are still few. Product decision: 3.
    pub most_admin_groups: u32,
    /// A secret that ends sooner is a finding. Product decision: 30 days.
    pub secret_days: u32,
    /// Tags of the resource group and the subscription count where a cluster has none of its own.
    pub inherit_tags: bool,
    pub owner_tag: TagRule,
    pub team_tag: TagRule,
    pub cost_centre_tag: TagRule,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            widest_v4_prefix: 24,
            widest_v6_prefix: 56,
            total_v4_prefix: 20,
            total_v6_prefix: 52,
            most_admin_groups: 3,
            secret_days: 30,
            inherit_tags: false,
            owner_tag: TagRule::named(&[
                "owner",
                "business-owner",
                "businessOwner",
                "service-owner",
                "application-owner",
            ]),
            team_tag: TagRule::named(&[
                "team",
                "technical-team",
                "technical-owner",
                "squad",
                "support-team",
                "managed-by",
            ]),
            cost_centre_tag: TagRule::named(&[
                "cost-centre",
                "cost-center",
                "costCenter",
                "cc",
                "billing-code",
                "charge-code",
            ]),
        }
    }
}

impl Settings {
    /// Settings that make no sense are refused with a sentence, not clamped in silence.
    pub fn check(&self) -> Result<(), String> {
        if !(1..=32).contains(&self.widest_v4_prefix) || !(1..=32).contains(&self.total_v4_prefix) {
            return Err("An IPv4 limit must be a prefix length from 1 to 32.".to_owned());
        }
        if !(1..=128).contains(&self.widest_v6_prefix) || !(1..=128).contains(&self.total_v6_prefix) {
            return Err("An IPv6 limit must be a prefix length from 1 to 128.".to_owned());
        }
        if !(1..=100).contains(&self.most_admin_groups) {
            return Err("The number of admin groups must be from 1 to 100.".to_owned());
        }
        if !(1..=730).contains(&self.secret_days) {
            return Err("The days before a secret ends must be from 1 to 730.".to_owned());
        }
        for (what, tag) in
            [("owner", &self.owner_tag), ("team", &self.team_tag), ("cost-centre", &self.cost_centre_tag)]
        {
            if tag.keys.iter().all(|k| k.trim().is_empty()) {
                return Err(format!("The {what} tag needs at least one key."));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_key_that_says_something_is_found() {
        let rule = TagRule::named(&["owner", "service-owner"]);
        for (tags, found) in [
            (&[("owner", "a"), ("service-owner", "b")][..], Some(("owner", "a"))),
            (&[("owner", " "), ("service-owner", "b")], Some(("service-owner", "b"))),
            (&[("Owner", ""), ("owner", "a")], Some(("owner", "a"))),
            (&[("owner", ""), ("service-owner", "")], Some(("owner", ""))),
            (&[("team", "t")], None),
        ] {
            let tags = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            assert_eq!(rule.find(&tags), found, "{tags:?}");
        }
    }
}
