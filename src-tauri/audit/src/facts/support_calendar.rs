//! Which Kubernetes versions AKS supports: by the list of a location, which decides, and by the calendar that was
//! published on a day, for locations whose list was not read. The calendar can only tell that something has ended.

use quay_model::VersionList;
use serde::Deserialize;
use std::sync::LazyLock;

const PUBLISHED: &str = include_str!("kubernetes-support.json");

pub(crate) const OFFICIAL: &str = "KubernetesOfficial";
pub(crate) const LONG_TERM: &str = "AKSLongTermSupport";

/// So many of the newest versions are named.
const NAMED: usize = 3;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Calendar {
    pub(crate) as_of: String,
    pub(crate) source: String,
    versions: Vec<Published>,
}

/// A month stands for its last day as an end, and for its first as a beginning.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Published {
    minor: String,
    ga: String,
    end_of_life: String,
    lts_end_of_life: String,
}

static PARSED: LazyLock<Calendar> = LazyLock::new(|| serde_json::from_str(PUBLISHED).unwrap_or_default());

pub(crate) fn calendar() -> &'static Calendar {
    &PARSED
}

/// Major and minor number, the unit in which versions are supported.
pub(crate) type Minor = (u32, u32);

pub(crate) fn minor(version: &str) -> Option<Minor> {
    let mut numbers = version.trim().split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// The newest of these, newest first.
fn newest(minors: impl Iterator<Item = Minor>) -> String {
    let mut all: Vec<Minor> = minors.collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    all.dedup();
    all.iter().take(NAMED).map(|(major, minor)| format!("{major}.{minor}")).collect::<Vec<_>>().join(", ")
}

/// What the list of a location says about one version under one support plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listed {
    Supported,
    /// In long-term support, which the cluster does not pay for.
    LongTermOnly,
    Missing,
    /// The list was not read to its end, or names no support plan that is known here.
    Unclear,
}

pub(crate) fn listed(list: &VersionList, wanted: Minor, plan: &str) -> Listed {
    let here: Vec<&String> =
        list.supported.iter().filter(|(text, _)| minor(text) == Some(wanted)).flat_map(|(_, plans)| plans).collect();
    let under = |plan: &str| here.iter().any(|listed| listed.eq_ignore_ascii_case(plan));
    let is_named = list.supported.keys().any(|text| minor(text) == Some(wanted));
    // whoever pays for long-term support has the usual one too
    match (under(plan) || under(OFFICIAL), under(LONG_TERM), is_named || !list.whole) {
        (true, _, _) => Listed::Supported,
        (false, true, _) => Listed::LongTermOnly,
        (false, false, true) => Listed::Unclear,
        (false, false, false) => Listed::Missing,
    }
}

/// The newest versions that a list supports under a plan.
pub(crate) fn newest_in(list: &VersionList, plan: &str) -> String {
    let supported = |of: &Minor| listed(list, *of, plan) == Listed::Supported;
    newest(list.supported.keys().filter_map(|text| minor(text)).filter(supported))
}

/// What the calendar says about one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Support {
    /// Why it is over.
    Ended(String),
    /// The last day or month.
    Until(String),
    Unknown,
}

impl Calendar {
    pub(crate) fn support(&self, wanted: Minor, long_term: bool, as_of: &str) -> Support {
        if let Some(published) = self.versions.iter().find(|published| minor(&published.minor) == Some(wanted)) {
            let end = published.end(long_term);
            return match is_past(end, as_of) {
                Some(true) => Support::Ended(format!("its support ended with {end}")),
                Some(false) => Support::Until(end.to_owned()),
                None => Support::Unknown,
            };
        }
        let oldest = self.versions.iter().filter_map(|published| minor(&published.minor)).min();
        match oldest {
            Some(oldest) if wanted < oldest => {
                Support::Ended(format!("it is older than {}.{}, the oldest one named", oldest.0, oldest.1))
            }
            _ => Support::Unknown,
        }
    }

    /// The newest versions that were out and supported at that time.
    pub(crate) fn newest_supported(&self, long_term: bool, as_of: &str) -> String {
        let month = as_of.get(..7).unwrap_or_default();
        let supported = |published: &&Published| {
            published.ga.as_str() <= month && is_past(published.end(long_term), as_of) == Some(false)
        };
        newest(self.versions.iter().filter(supported).filter_map(|published| minor(&published.minor)))
    }
}

impl Published {
    fn end(&self, long_term: bool) -> &str {
        if long_term { &self.lts_end_of_life } else { &self.end_of_life }
    }
}

/// Whether a moment comes after a whole day or month; dates of one length have the order of their texts.
fn is_past(end: &str, as_of: &str) -> Option<bool> {
    as_of.get(..end.len()).map(|start| start > end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_calendar_is_whole_and_dated() {
        assert_eq!(calendar().as_of, "2026-08-21");
        assert_eq!(calendar().versions.len(), 9);
        assert!(!calendar().source.is_empty());
        for published in &calendar().versions {
            assert!(minor(&published.minor).is_some(), "{published:?}");
            assert!(published.ga < published.end_of_life, "{published:?}");
            assert!(published.end_of_life < published.lts_end_of_life, "{published:?}");
        }
    }

    #[test]
    fn a_month_ends_with_its_last_day() {
        let ended = |why: &str| Support::Ended(why.to_owned());
        let until = |end: &str| Support::Until(end.to_owned());
        for (wanted, long_term, as_of, expected) in [
            ((1, 32), false, "2026-03-31T23:59:59Z", until("2026-03")),
            ((1, 32), false, "2026-04-01T00:00:00Z", ended("its support ended with 2026-03")),
            ((1, 32), true, "2026-04-01T00:00:00Z", until("2027-03")),
            ((1, 30), false, "2025-08-22T12:00:00Z", until("2025-08-22")),
            ((1, 30), false, "2025-08-23T00:00:00Z", ended("its support ended with 2025-08-22")),
            ((1, 28), true, "2024-01-01T00:00:00Z", ended("it is older than 1.29, the oldest one named")),
            ((1, 99), false, "2026-11-23T12:00:00Z", Support::Unknown),
            ((1, 32), false, "", Support::Unknown),
        ] {
            assert_eq!(calendar().support(wanted, long_term, as_of), expected, "{wanted:?} {long_term} {as_of}");
        }
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        for (text, expected) in
            [("1.33", Some((1, 33))), ("1.33.4", Some((1, 33))), ("1", None), ("", None), ("v1.33", None)]
        {
            assert_eq!(minor(text), expected, "{text:?}");
        }
        assert_eq!(newest([(1, 9), (1, 33), (1, 34), (1, 34), (1, 30)].into_iter()), "1.34, 1.33, 1.30");
        assert_eq!(calendar().newest_supported(false, "2026-11-23T12:00:00Z"), "1.37, 1.36, 1.35");
        assert_eq!(calendar().newest_supported(false, "2026-08-01T00:00:00Z"), "1.36, 1.35, 1.34");
    }
}
