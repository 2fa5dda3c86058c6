//! The exposure truth table, implemented once. Rules, doors and screens ask here who can reach an API server.

use crate::address::{AddressSet, Entry};
use quay_model::{Cluster, Reading, Settings};

/// AKS reads it as "only the cluster's own outbound address" ("Secure access to the API server using authorized IP ranges").
pub(crate) const OWN_EGRESS: &str = "0.0.0.0/32";

/// Who can reach the API server from the network. First match wins, as in the table of the tests below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exposure {
    Private,
    /// `0.0.0.0/32` alone: only the cluster's own outbound address. The strictest public setting.
    OwnEgress,
    Open(String),
    Broad(String),
    Restricted,
    /// Not private, and who is let in could not be read.
    PublicUnknown(String),
    /// Not even whether it is private could be read.
    Unknown(String),
}

impl Exposure {
    pub fn label(&self) -> &'static str {
        match self {
            Exposure::Private => "private",
            Exposure::OwnEgress => "public, own egress only",
            Exposure::Open(_) => "open to the internet",
            Exposure::Broad(_) => "public, broad",
            Exposure::Restricted => "public, restricted",
            Exposure::PublicUnknown(_) => "public, ranges unread",
            Exposure::Unknown(_) => "unknown",
        }
    }

    pub fn is_public(&self) -> Option<bool> {
        match self {
            Exposure::Private => Some(false),
            Exposure::Unknown(_) => None,
            Exposure::OwnEgress
            | Exposure::Open(_)
            | Exposure::Broad(_)
            | Exposure::Restricted
            | Exposure::PublicUnknown(_) => Some(true),
        }
    }

    pub fn of(cluster: &Cluster, settings: &Settings) -> Exposure {
        let api = &cluster.api_server;
        match api.private.or_default(false) {
            Reading::Value(true) => return Exposure::Private,
            Reading::Value(false) => {}
            Reading::Absent => {
                return Exposure::Unknown("enablePrivateCluster is absent".to_owned());
            }
            Reading::Unreadable(why) => {
                return Exposure::Unknown(format!("enablePrivateCluster: {why}"));
            }
        }
        match &api.ranges.reading {
            Reading::Absent => Exposure::Open("there are no authorized IP ranges".to_owned()),
            Reading::Unreadable(why) => Exposure::PublicUnknown(format!("authorizedIPRanges: {why}")),
            Reading::Value(texts) if texts.is_empty() => {
                Exposure::Open("the list of authorized IP ranges is empty".to_owned())
            }
            Reading::Value(texts) => of_ranges(texts, settings),
        }
    }
}

/// What an allow-list can be narrowed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Narrowed {
    /// What is left without what makes it broad or open: the cluster's own egress where nothing is. `None` when every
    /// entry is narrow, so that nobody but the owners of the entries can say which to drop.
    pub(crate) ranges: Option<Vec<String>>,
    /// Entries that are dropped although nobody can tell what they let in.
    pub(crate) unparsed: Vec<String>,
    /// Why what is left is too much in all, when it is.
    pub(crate) too_many: Option<String>,
}

pub(crate) fn narrowed(texts: &[String], settings: &Settings) -> Narrowed {
    let entries: Vec<(&String, Entry)> = texts.iter().map(|text| (text, Entry::parse(text))).collect();
    let is_broad = |entry: &Entry| matches!(entry, Entry::Tag(_)) || is_wide(entry, settings);
    let is_kept = |entry: &Entry| matches!(entry, Entry::Range(_)) && !entry.touches_private() && !is_broad(entry);
    let of_others = |entry: &Entry| is_kept(entry) && !entry.is_own_egress();
    let text = |(text, _): &(&String, Entry)| (*text).clone();
    // the own egress is let in anyway, and Azure refuses it beside other ranges
    let kept: Vec<String> = entries.iter().filter(|(_, entry)| of_others(entry)).map(text).collect();
    let unparsed = entries.iter().filter(|(_, entry)| matches!(entry, Entry::Unknown(_))).map(text).collect();
    let too_many = if let Exposure::Broad(why) = of_ranges(&kept, settings) { Some(why) } else { None };
    let ranges = if kept.is_empty() {
        Some(vec![OWN_EGRESS.to_owned()])
    } else if too_many.is_some() && !entries.iter().any(|(_, entry)| is_broad(entry)) {
        None
    } else {
        Some(kept)
    };
    Narrowed { ranges, unparsed, too_many }
}

fn of_ranges(texts: &[String], settings: &Settings) -> Exposure {
    let entries: Vec<Entry> = texts.iter().map(|text| Entry::parse(text)).collect();
    if entries.iter().all(Entry::is_own_egress) {
        return Exposure::OwnEgress;
    }
    let set = AddressSet::of(&entries);
    if let Some(tag) = texts.iter().zip(&entries).find(|(_, entry)| entry.means_everyone()) {
        return Exposure::Open(format!("the entry {} means everyone", tag.0));
    }
    if set.is_everything() {
        return Exposure::Open("the ranges together cover every address on the internet".to_owned());
    }
    if let Some(Entry::Tag(tag)) = entries.iter().find(|entry| matches!(entry, Entry::Tag(_))) {
        return Exposure::Broad(format!("the service tag {tag} lets in machines of every Azure tenant"));
    }
    if let Some((text, _)) = texts.iter().zip(&entries).find(|(_, entry)| is_wide(entry, settings)) {
        return Exposure::Broad(format!(
            "{text} is wider than the limit of /{} (IPv4) and /{} (IPv6)",
            settings.widest_v4_prefix, settings.widest_v6_prefix
        ));
    }
    if let Some(why) = too_many(&set, settings) {
        return Exposure::Broad(why);
    }
    match entries.iter().find(|entry| matches!(entry, Entry::Unknown(_))) {
        Some(Entry::Unknown(text)) => {
            Exposure::PublicUnknown(format!("the entry {text:?} is neither an address, a range nor a service tag"))
        }
        _ => Exposure::Restricted,
    }
}

pub(crate) fn is_wide(entry: &Entry, settings: &Settings) -> bool {
    match entry {
        Entry::Range(ipnet::IpNet::V4(net)) => net.prefix_len() < settings.widest_v4_prefix,
        Entry::Range(ipnet::IpNet::V6(net)) => net.prefix_len() < settings.widest_v6_prefix,
        Entry::Tag(_) | Entry::Unknown(_) => false,
    }
}

fn too_many(set: &AddressSet, settings: &Settings) -> Option<String> {
    let v4_limit = 1u64 << (32 - settings.total_v4_prefix.min(32));
    if set.v4_addresses() > v4_limit {
        return Some(format!(
            "the ranges together hold {} IPv4 addresses, more than the limit of {v4_limit}",
            set.v4_addresses()
        ));
    }
    let v6_limit = 1u128 << 64_u8.saturating_sub(settings.total_v6_prefix);
    (set.v6_networks() > v6_limit).then(|| {
        format!(
            "the ranges together hold {} IPv6 networks of /64, more than the limit of {v6_limit}",
            set.v6_networks()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::cluster;
    use serde_json::{Value, json};

    fn label_of(properties: Value) -> &'static str {
        Exposure::of(&cluster(properties), &Settings::default()).label()
    }

    fn access(profile: Value) -> Value {
        json!({ "provisioningState": "Succeeded", "apiServerAccessProfile": profile })
    }

    fn ranges(list: Value) -> Value {
        access(json!({ "authorizedIPRanges": list }))
    }

    #[test]
    fn a_list_is_narrowed_and_never_thrown_away() {
        let many: Vec<String> = (0..20).map(|n| format!("203.0.{n}.0/24")).collect();
        let with_a_tag: Vec<String> = many.iter().cloned().chain(["AzureCloud".to_owned()]).collect();
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let own = Some(texts(&[OWN_EGRESS]));
        let office = Some(texts(&["203.0.113.0/28"]));
        type Row<'a> = (Vec<String>, Option<Vec<String>>, &'a [&'a str], bool);
        // the list, what is left, what could not be read, whether it is too much in all
        let rows: Vec<Row<'_>> = vec![
            (vec![], own.clone(), &[], false),
            (texts(&["0.0.0.0/0"]), own.clone(), &[], false),
            (texts(&["8.0.0.0/6", "AzureCloud"]), own, &[], false),
            (texts(&["203.0.113.0/28", "AzureCloud"]), office.clone(), &[], false),
            (texts(&["203.0.113.0/28", "10.0.0.0/8", "0.0.0.0/32", "::/0"]), office.clone(), &[], false),
            (texts(&["AzureCloud", "a junk", "203.0.113.0/28"]), office, &["a junk"], false),
            (many.clone(), None, &[], true),
            (with_a_tag, Some(many), &[], true),
        ];
        for (list, ranges, unparsed, too_many) in rows {
            let found = narrowed(&list, &Settings::default());
            assert_eq!(found.ranges, ranges, "{list:?}");
            assert_eq!(found.unparsed, unparsed, "{list:?}");
            assert_eq!(found.too_many.is_some(), too_many, "{list:?}");
        }
    }

    /// The truth table: state of the cluster, verdict.
    #[test]
    fn the_truth_table() {
        let many: Vec<String> = (0..20).map(|n| format!("203.0.{n}.0/24")).collect();
        let rows: Vec<(&str, Value, &str)> = vec![
            ("private", access(json!({"enablePrivateCluster": true})), "private"),
            ("private, written as text", access(json!({"EnablePrivateCluster": "True"})), "private"),
            (
                "private with a public name",
                access(json!({"enablePrivateCluster": true, "enablePrivateClusterPublicFQDN": true})),
                "private",
            ),
            (
                "private with ranges",
                access(json!({"enablePrivateCluster": true, "authorizedIPRanges": ["0.0.0.0/0"]})),
                "private",
            ),
            ("VNet integration closes nothing", access(json!({"enableVnetIntegration": true})), "open to the internet"),
            (
                "VNet integration with ranges",
                access(json!({"enableVnetIntegration": true, "authorizedIPRanges": ["203.0.113.0/28"]})),
                "public, restricted",
            ),
            ("own egress only", ranges(json!(["0.0.0.0/32"])), "public, own egress only"),
            ("own egress and an office", ranges(json!(["0.0.0.0/32", "203.0.113.7"])), "public, restricted"),
            ("everything", ranges(json!(["0.0.0.0/0"])), "open to the internet"),
            ("everything in v6", ranges(json!(["::/0"])), "open to the internet"),
            ("two halves", ranges(json!(["0.0.0.0/1", "128.0.0.0/1"])), "open to the internet"),
            (
                "two halves and more",
                ranges(json!(["203.0.113.0/28", "128.0.0.0/1", "0.0.0.0/1"])),
                "open to the internet",
            ),
            ("everything beside a tag", ranges(json!(["AzureCloud", "0.0.0.0/0"])), "open to the internet"),
            ("the tag Internet", ranges(json!(["Internet"])), "open to the internet"),
            ("ranges absent", access(json!({})), "open to the internet"),
            ("ranges null", ranges(Value::Null), "open to the internet"),
            ("ranges empty", ranges(json!([])), "open to the internet"),
            ("no profile", json!({"provisioningState": "Succeeded"}), "open to the internet"),
            ("profile null", access(Value::Null), "open to the internet"),
            ("a service tag", ranges(json!(["AzureCloud"])), "public, broad"),
            ("a wide v4 entry", ranges(json!(["203.0.0.0/23"])), "public, broad"),
            ("a wide v6 entry", ranges(json!(["2001:db8::/55"])), "public, broad"),
            ("the limit itself", ranges(json!(["203.0.113.0/24", "2001:db8::/56"])), "public, restricted"),
            ("many narrow entries", ranges(json!(many)), "public, broad"),
            ("a single address", ranges(json!(["20.20.20.20"])), "public, restricted"),
            (
                "public network access disabled is not private",
                json!({"publicNetworkAccess": "Disabled"}),
                "open to the internet",
            ),
            ("stopped", json!({"powerState": {"code": "Stopped"}}), "open to the internet"),
            ("creating, no fqdn, no pools", json!({"provisioningState": "Creating"}), "open to the internet"),
            ("an entry nobody understands", ranges(json!(["203.0.113.0/28", "10.0.0.0/99"])), "public, ranges unread"),
            (
                "an entry nobody understands beside a wide one",
                ranges(json!(["8.0.0.0/6", "10.0.0.0/99"])),
                "public, broad",
            ),
            ("ranges of the wrong type", ranges(json!("203.0.113.0/28")), "public, ranges unread"),
            ("a profile of the wrong type", access(json!("none")), "unknown"),
            ("private of the wrong type", access(json!({"enablePrivateCluster": 1})), "unknown"),
        ];
        for (state, properties, expected) in rows {
            assert_eq!(label_of(properties), expected, "{state}");
        }
    }
}
