//! Allow-list entries as sets of addresses. Counting entries or comparing texts gets `0.0.0.0/1` + `128.0.0.0/1` wrong.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::IpAddr;

/// One entry of an allow-list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    Range(IpNet),
    /// A service tag: the addresses behind it are Azure's to change.
    Tag(String),
    /// Nothing Azure documents. What it lets in nobody can say.
    Unknown(String),
}

/// Words that mean everyone. `Internet` is a service tag; the others are not Azure's, and mean nothing else to a person.
const EVERYONE: [&str; 4] = ["internet", "*", "any", "all"];

impl Entry {
    pub(crate) fn parse(text: &str) -> Entry {
        let text = text.trim();
        if let Some(net) = network(text) {
            return Entry::Range(net.trunc());
        }
        // Name, or Name.Region
        let tag = text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'))
            && text.matches('.').count() <= 1;
        if tag || EVERYONE.contains(&text) { Entry::Tag(text.to_owned()) } else { Entry::Unknown(text.to_owned()) }
    }

    /// The same for two spellings of one entry.
    pub(crate) fn plain(&self) -> String {
        match self {
            Entry::Range(net) => net.to_string(),
            Entry::Tag(text) | Entry::Unknown(text) => text.to_lowercase(),
        }
    }

    /// Whether it is known which addresses it stands for, or at least whose.
    pub(crate) fn is_understood(&self) -> bool {
        !matches!(self, Entry::Unknown(_))
    }

    pub(crate) fn means_everyone(&self) -> bool {
        matches!(self, Entry::Tag(tag) if EVERYONE.contains(&tag.to_ascii_lowercase().as_str()))
    }

    /// Only the cluster's own outbound address: AKS reads `0.0.0.0/32` so.
    pub(crate) fn is_own_egress(&self) -> bool {
        matches!(self, Entry::Range(IpNet::V4(net)) if net.prefix_len() == 32 && net.network().is_unspecified())
    }

    /// Whether some of its addresses can never arrive from the internet. Sources: RFC 1918, 6598, 1122, 3927, 4193, 4291, 5771.
    pub(crate) fn touches_private(&self) -> bool {
        const PRIVATE: [&str; 12] = [
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "fc00::/7",
            "fe80::/10",
            "::1/128",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "ff00::/8",
        ];
        let Entry::Range(net) = self else {
            return false;
        };
        PRIVATE
            .iter()
            .filter_map(|text| text.parse::<IpNet>().ok())
            .any(|private| private.contains(net) || net.contains(&private))
    }
}

/// `address` or `address/prefix`. The standard library reads the address, because it refuses `010.0.0.1`, which some
/// programs take for octal.
fn network(text: &str) -> Option<IpNet> {
    let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let address: IpAddr = address.parse().ok()?;
    let net = match prefix {
        None => IpNet::from(address),
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => IpNet::new(address, digits.parse().ok()?).ok()?,
        Some(_) => return None,
    };
    // RFC 4291, 2.5.5.2: an IPv4 address written as an IPv6 one is that IPv4 address
    match net {
        IpNet::V6(v6) if v6.prefix_len() >= 96 => match v6.network().to_ipv4_mapped() {
            Some(v4) => IpNet::new(IpAddr::V4(v4), v6.prefix_len() - 96).ok(),
            None => Some(net),
        },
        IpNet::V4(_) | IpNet::V6(_) => Some(net),
    }
}

/// The union of some ranges.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct AddressSet {
    v4: Vec<Ipv4Net>,
    v6: Vec<Ipv6Net>,
}

impl AddressSet {
    pub(crate) fn of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut set = AddressSet::default();
        for entry in entries {
            match entry {
                Entry::Range(IpNet::V4(net)) => set.v4.push(*net),
                Entry::Range(IpNet::V6(net)) => set.v6.push(*net),
                Entry::Tag(_) | Entry::Unknown(_) => {}
            }
        }
        set.v4 = Ipv4Net::aggregate(&set.v4);
        set.v6 = Ipv6Net::aggregate(&set.v6);
        set
    }

    pub(crate) fn v4_addresses(&self) -> u64 {
        self.v4.iter().map(|net| 1u64 << (32 - net.prefix_len())).sum()
    }

    /// In networks of 64 bits, the smallest a provider hands out; the count of single addresses does not fit.
    pub(crate) fn v6_networks(&self) -> u128 {
        self.v6.iter().map(|net| 1u128 << 64_u8.saturating_sub(net.prefix_len()).min(64)).sum()
    }

    /// Whether every address that can arrive from the Internet is inside. What cannot arrive (private, loopback,
    /// multicast, reserved) does not have to be listed for the door to be open.
    pub(crate) fn is_everything(&self) -> bool {
        const NEVER_ARRIVE_V4: [&str; 9] = [
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ];
        // RFC 4291: global unicast addresses in use all lie in here
        const ARRIVE_V6: &str = "2000::/3";
        if !self.v4.is_empty() {
            let mut all = self.v4.clone();
            all.extend(NEVER_ARRIVE_V4.iter().filter_map(|text| text.parse::<Ipv4Net>().ok()));
            if Ipv4Net::aggregate(&all).iter().any(|net| net.prefix_len() == 0) {
                return true;
            }
        }
        let public: Option<Ipv6Net> = ARRIVE_V6.parse().ok();
        public.is_some_and(|public| self.v6.iter().any(|net| net.contains(&public)))
    }
}

/// For each entry the place of one that holds all of it and more, if there is one. Lists have up to 2,000 entries, and
/// ranges of one family nest or are apart: one walk in rising order sees every container before what it holds.
pub(crate) fn containers(entries: &[Entry]) -> Vec<Option<usize>> {
    let mut found = vec![None; entries.len()];
    let mut order: Vec<(usize, IpNet)> = entries
        .iter()
        .enumerate()
        .filter_map(|(at, entry)| match entry {
            Entry::Range(net) => Some((at, *net)),
            Entry::Tag(_) | Entry::Unknown(_) => None,
        })
        .collect();
    order.sort_by_key(|(_, net)| (net.network(), net.prefix_len()));
    let mut open: Vec<(usize, IpNet)> = Vec::new();
    for (at, net) in order {
        while open.last().is_some_and(|(_, outer)| !outer.contains(&net)) {
            open.pop();
        }
        if let Some(slot) = found.get_mut(at) {
            *slot = open.iter().rev().find(|(_, outer)| *outer != net).map(|(outer, _)| *outer);
        }
        if open.last().is_none_or(|(_, outer)| *outer != net) {
            open.push((at, net));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(texts: &[&str]) -> AddressSet {
        let entries: Vec<Entry> = texts.iter().map(|t| Entry::parse(t)).collect();
        AddressSet::of(&entries)
    }

    #[test]
    fn everything_is_recognised_however_it_is_cut() {
        for texts in [
            &["0.0.0.0/0"][..],
            &["::/0"],
            &["0.0.0.0/1", "128.0.0.0/1"],
            &["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2"],
            &["0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/3"],
            &["2000::/3"],
            &["::/1", "8000::/1"],
            &["1.2.3.4/0"],
            &["::ffff:0.0.0.0/96"],
            &["::ffff:0:0/97", "128.0.0.0/1"],
        ] {
            assert!(set(texts).is_everything(), "{texts:?} lets everyone in");
        }
        for texts in [&["0.0.0.0/1"][..], &["203.0.113.0/24"], &["0.0.0.0/32"], &["2001:db8::/32"], &[]] {
            assert!(!set(texts).is_everything(), "{texts:?} does not let everyone in");
        }
    }

    #[test]
    fn entries_are_what_azure_documents_or_unknown() {
        assert_eq!(Entry::parse("20.20.20.20"), Entry::parse("20.20.20.20/32"));
        assert_eq!(Entry::parse(" 10.1.2.3/8 "), Entry::parse("10.0.0.0/8"));
        assert_eq!(Entry::parse("AzureCloud.WestEurope"), Entry::Tag("AzureCloud.WestEurope".into()));
        for text in ["", "10.0.0.0/33", "1.2.3", "010.0.0.1/8", "a-b", "10.0.0.0-10.0.0.9", "office.example.com"] {
            assert!(matches!(Entry::parse(text), Entry::Unknown(_)), "{text:?}");
        }
        assert!(Entry::parse("0.0.0.0").is_own_egress());
        assert!(!Entry::parse("0.0.0.0/0").is_own_egress());
    }

    #[test]
    fn overlapping_ranges_are_counted_once() {
        assert_eq!(set(&["203.0.113.0/25", "203.0.113.128/25", "203.0.113.0/26"]).v4_addresses(), 256);
        assert_eq!(set(&["::/0"]).v6_networks(), 1u128 << 64);
    }
}
