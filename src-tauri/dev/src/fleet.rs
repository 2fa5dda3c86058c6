//! A made-up fleet for trials at any size.

use serde_json::{Value, json};
use std::error::Error;
use std::io::{self, BufWriter, Write};

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides.max(1)
    }
}

pub(crate) fn print(clusters: u32, subscriptions: u32, seed: u64) -> Result<(), Box<dyn Error>> {
    let mut dice = Dice(seed);
    let mut out = BufWriter::new(io::stdout().lock());
    for number in 0..clusters {
        writeln!(out, "{}", cluster(number, subscriptions, &mut dice))?;
    }
    Ok(out.flush()?)
}

fn cluster(number: u32, subscriptions: u32, dice: &mut Dice) -> Value {
    let subscription = dice.roll(u64::from(subscriptions));
    let name = format!("aks-{number:05}");
    let access = match dice.roll(5) {
        0 => json!({"enablePrivateCluster": true, "enablePrivateClusterPublicFQDN": dice.roll(2) == 0}),
        1 => json!({"authorizedIPRanges": [format!("203.0.113.{}/32", dice.roll(256))]}),
        2 => json!({"authorizedIPRanges": ["203.0.113.0/28", "AzureCloud"]}),
        3 => json!({"authorizedIPRanges": ["0.0.0.0/32"], "disableRunCommand": true}),
        _ => Value::Null,
    };
    json!({
        "id": format!("/subscriptions/00000000-0000-4000-8000-{subscription:012}/resourceGroups/rg-{}/providers/Microsoft.ContainerService/managedClusters/{name}", dice.roll(40)),
        "name": name, "type": "Microsoft.ContainerService/ManagedClusters", "location": (["westeurope", "eastus", "southeastasia"])[usize::from(dice.roll(3) as u8)],
        "tags": {"owner": format!("owner-{}@example.com", dice.roll(30))},
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "provisioningState": "Succeeded", "powerState": {"code": if dice.roll(20) == 0 { "Stopped" } else { "Running" }},
            "fqdn": format!("{name}-{:08x}.hcp.azmk8s.io", dice.roll(u64::from(u32::MAX))),
            "apiServerAccessProfile": access, "disableLocalAccounts": dice.roll(2) == 0,
            "aadProfile": if dice.roll(3) == 0 { Value::Null } else { json!({"managed": true, "enableAzureRBAC": dice.roll(2) == 0, "adminGroupObjectIDs": ["g"]}) },
            "networkProfile": {"networkPolicy": if dice.roll(2) == 0 { "cilium" } else { "none" }}
        }
    })
}
