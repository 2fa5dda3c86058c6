//! Ranges as the Azure CLI takes them. It takes fewer than Azure (`validate_ip_ranges` of its acs module): what it refuses
//! is named beside the command, and is never left out in silence.

use crate::quote::shell;
use std::net::Ipv4Addr;

/// Lets in the cluster's own nodes only, and stands alone.
const ONLY_NODES: &str = "0.0.0.0/32";

/// What `is_global` of Python's ipaddress takes for not public (CPython 3.13: `_private_networks`, and the shared space
/// that `is_global` names itself).
const NOT_PUBLIC: [(Ipv4Addr, u32); 15] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 0, 170), 31),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
    (Ipv4Addr::new(255, 255, 255, 255), 32),
];

/// Public in spite of the block they are in.
const EXCEPTIONS: [Ipv4Addr; 2] = [Ipv4Addr::new(192, 0, 0, 9), Ipv4Addr::new(192, 0, 0, 10)];

pub(crate) fn ranges_cli(flags: &str, ranges: &[String]) -> String {
    let mut takes: Vec<String> = Vec::new();
    let mut refused: Vec<String> = Vec::new();
    for range in ranges {
        match for_the_cli(range) {
            Some(taken) => takes.push(taken),
            None => refused.push(named(range)),
        }
    }
    if takes.len() > 1 && takes.iter().any(|range| range == ONLY_NODES) {
        takes.retain(|range| range != ONLY_NODES);
        refused.push(ONLY_NODES.to_owned());
    }
    let refused = refused.join(", ");
    let command = format!("az aks update {flags} --api-server-authorized-ip-ranges {}", shell(&takes.join(",")));
    match (takes.is_empty(), refused.is_empty()) {
        (_, true) => command,
        (false, false) => format!(
            "# the Azure CLI refuses {refused}: set the whole list with Bicep or Terraform, or go on without\n{command}"
        ),
        (true, false) => format!("# the Azure CLI refuses {refused}: set the list with Bicep or Terraform"),
    }
}

/// A comment ends with its line, and no entry needs more than these letters.
fn named(range: &str) -> String {
    let plain: String =
        range.chars().map(|c| if c.is_ascii_alphanumeric() || ".:/-".contains(c) { c } else { '?' }).collect();
    let for_examples = Block::parse(range).is_some_and(|block| {
        // RFC 5737; nobody calls from there
        [(192, 0, 2), (198, 51, 100), (203, 0, 113)]
            .iter()
            .any(|(a, b, c)| block.is_inside(Ipv4Addr::new(*a, *b, *c, 0), 24))
    });
    if for_examples { format!("{plain} (kept for examples)") } else { plain }
}

/// One entry as the CLI takes it, without host bits.
fn for_the_cli(range: &str) -> Option<String> {
    let range = range.trim();
    let block = Block::parse(range)?;
    if range == ONLY_NODES {
        return Some(range.to_owned());
    }
    let written = if block.has_host_bits { format!("{}/{}", block.first, block.length) } else { range.to_owned() };
    block.is_global().then_some(written)
}

/// A network by its two ends, which are all that Python looks at.
struct Block {
    first: Ipv4Addr,
    last: Ipv4Addr,
    length: u32,
    has_host_bits: bool,
}

impl Block {
    fn parse(range: &str) -> Option<Block> {
        let (address, length) = range.trim().split_once('/').unwrap_or((range.trim(), "32"));
        let address: Ipv4Addr = address.parse().ok()?;
        let length = length.parse::<u32>().ok().filter(|length| *length <= 32)?;
        let first = Ipv4Addr::from(u32::from(address) & mask(length));
        let last = Ipv4Addr::from(u32::from(address) | !mask(length));
        Some(Block { first, last, length, has_host_bits: first != address })
    }

    fn is_inside(&self, network: Ipv4Addr, length: u32) -> bool {
        [self.first, self.last].iter().all(|end| u32::from(*end) & mask(length) == u32::from(network))
    }

    fn is_global(&self) -> bool {
        EXCEPTIONS.iter().any(|public| *public == self.first || *public == self.last)
            || !NOT_PUBLIC.iter().any(|(network, length)| self.is_inside(*network, *length))
    }
}

fn mask(length: u32) -> u32 {
    u32::MAX.checked_shl(32 - length).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `ipaddress.ip_network(range, strict=False).is_global` answers in Debian's CPython 3.11.2, whose blocks are those
    /// of 3.13.
    const CASES: [(&str, bool); 36] = [
        ("0.0.0.0/0", true),
        ("0.0.0.0/1", true),
        ("0.0.0.0/7", true),
        ("0.0.0.0/8", false),
        ("0.0.0.1/32", false),
        ("8.0.0.0/6", true),
        ("10.0.0.0/7", true),
        ("10.0.0.0/8", false),
        ("10.20.0.0/16", false),
        ("20.1.2.3", true),
        ("100.64.0.0/9", true),
        ("100.64.0.0/10", false),
        ("100.127.0.0/16", false),
        ("127.0.0.1", false),
        ("128.0.0.0/1", true),
        ("169.254.0.0/16", false),
        ("172.0.0.0/8", true),
        ("172.16.0.0/12", false),
        ("192.0.0.0/24", false),
        ("192.0.0.9/32", true),
        ("192.0.0.10/31", true),
        ("192.0.0.8/31", true),
        ("192.0.0.8/30", false),
        ("192.0.0.170/31", false),
        ("192.0.2.0/24", false),
        ("192.168.0.0/15", true),
        ("192.168.0.0/16", false),
        ("198.18.0.0/14", true),
        ("198.18.0.0/15", false),
        ("198.51.100.16/29", false),
        ("203.0.112.0/23", true),
        ("203.0.113.0/28", false),
        ("224.0.0.0/3", true),
        ("224.0.0.0/4", true),
        ("240.0.0.0/4", false),
        ("255.255.255.255/32", false),
    ];

    #[test]
    fn the_cli_takes_what_python_calls_global() {
        for (range, taken) in CASES {
            assert_eq!(for_the_cli(range).is_some(), taken, "{range}");
        }
    }

    #[test]
    fn addresses_kept_for_examples_are_called_so() {
        let text = ranges_cli("-g g -n c", &["203.0.113.0/28".into(), "10.0.0.0/8".into()]);
        let expected = "# the Azure CLI refuses 203.0.113.0/28 (kept for examples), 10.0.0.0/8: set the list with Bicep or Terraform";
        assert_eq!(text, expected);
    }
}
