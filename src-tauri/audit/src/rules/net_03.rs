//! NET-03: No jump host or Bastion is kept for service access only.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use crate::workarounds::{Construct, judge};
use quay_model::{Area, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "NET-03",
        area: Area::Network,
        title: "No jump host or Bastion is kept for service access only",
        finding: "Jump host or Bastion that services may no longer need",
        severity: Severity::Info,
        what: "Whether a Bastion host, or a machine named as a jump host, stands near the cluster although a service that supports Trusted Access uses it. A candidate to ask about, not a fault.",
        why: "Scripts that go through a jump host keep credentials there, and the machine is paid by the hour with its disks (meters of its size; Bastion: Basic Gateway or Standard Gateway, per hour). A binding needs neither.",
        not_applicable: "Clusters that no service with Trusted Access uses.",
        reads: &["Microsoft.Network/bastionHosts", "Microsoft.Compute/virtualMachines", "properties.ipConfigurations"],
        conditions: &["C20"],
        references: &[references::TRUSTED_ACCESS, references::PRIVATE_CLUSTERS],
        fix: Fix {
            what_to_do: "Give the services a binding and stop routing their access through the jump host or Bastion. Keep Bastion itself for people; CIS Azure Foundations asks for one.",
            cli: "# a candidate, not an order: look at what is there and ask its owner\naz network bastion list --subscription {subscription} -o table\naz vm list --subscription {subscription} --query \"[?contains(name, 'jump')].[name, resourceGroup]\" -o table",
            bicep: "// nothing to declare: Bastion stays, and a machine leaves the code only when its owner agrees",
            terraform: "# nothing to declare: Bastion stays, and a machine leaves the code only when its owner agrees",
            caution: "People reach other systems through it too, and it may be their way in during an incident. Never take Bastion away for this finding.",
            look: "az network bastion list --subscription {subscription} -o table",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    judge(subject, Construct::JumpHost)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{Scene, scenes};
    use crate::workarounds::scenery::{
        in_managed_network, in_own_network, machine, network, standing, unasked, unused,
    };
    use quay_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};
    use quay_model::lists;

    const BASTIONS: &str = "Network/bastionHosts";
    const INTERFACES: &str = "Network/networkInterfaces";

    #[test]
    fn a_jump_host_beside_a_service_is_a_candidate() {
        let read = |scene: Scene| scene.whole(lists::BASTIONS).whole(lists::MACHINES);
        let alone = || in_own_network().with(network("own", &[]));
        let peered = || in_own_network().with(network("own", &["hub"])).with(network("hub", &["own"]));
        let with_machine =
            |name: &str| read(alone()).with(machine(name, "nic")).with(standing(INTERFACES, "nic", "own"));
        let rows = vec![
            ("nobody uses it", unused().with(standing(BASTIONS, "b", "own")), NotApplicable),
            ("nobody knows who uses it", unasked().with(standing(BASTIONS, "b", "own")), NotAssessed),
            ("Bastion", alone().with(standing(BASTIONS, "b", "own")), Fail),
            ("Bastion in the hub", read(peered()).with(standing(BASTIONS, "b", "hub")), Fail),
            ("Bastion elsewhere", read(peered()).with(standing(BASTIONS, "b", "other")), Pass),
            ("a jump host", with_machine("vm-JumpBox-1"), Fail),
            ("a home-made bastion", with_machine("my-bastion"), Fail),
            ("another machine", with_machine("build1"), Pass),
            ("none", read(alone()), Pass),
            ("machines not listed", alone().whole(lists::BASTIONS), NotAssessed),
            ("Bastion hosts refused", read(alone()).denied(lists::BASTIONS), NotAssessed),
            ("its network not read", read(in_own_network()), NotAssessed),
            ("a peered network not read", read(in_own_network().with(network("own", &["hub"]))), NotAssessed),
            ("a network of AKS", read(in_managed_network().whole(lists::NETWORKS)), Pass),
            (
                "a network of AKS, and what stands in it was not read",
                in_managed_network().whole(lists::NETWORKS),
                NotAssessed,
            ),
        ];
        scenes(&RULE, rows);
        let reason = read(peered()).with(standing(BASTIONS, "b", "hub")).judge(&RULE).reason;
        assert!(reason.contains("the Bastion host b in the peered network hub"), "{reason}");
        assert!(reason.contains("Bastion itself stays"), "{reason}");
    }
}
