//! Remedy as code: the steps of closing plans as Bicep and Terraform, a folder a subscription, for a pull request.
//! Letting in and closing never stand in one deployment. Never applied by this program.

pub(crate) mod bicep;
pub(crate) mod readme;
pub(crate) mod settings;
pub(crate) mod terraform;

use crate::code::bicep::bicep_file;
use crate::code::readme::{Deployment, readme};
use crate::code::terraform::{main_file, providers};
use crate::labels::Labels;
use crate::quote::one_line;
use quay_model::{ArmId, Change, Step};
use std::collections::BTreeMap;

/// A file of the export: its path and what stands in it.
pub type CodeFile = (String, String);

/// What is deployed together: a service has to be seen to work before anything is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Round {
    LetIn,
    Close,
}

impl Round {
    const BOTH: [Round; 2] = [Round::LetIn, Round::Close];

    pub(crate) fn folder(self) -> &'static str {
        match self {
            Round::LetIn => "1-let-in",
            Round::Close => "2-close",
        }
    }

    /// `None` for what no code can say.
    fn of(change: &Change) -> Option<Round> {
        match change {
            Change::CreateBinding { .. } => Some(Round::LetIn),
            Change::SetBindingRoles { .. }
            | Change::SetRanges { .. }
            | Change::MakePrivate { .. }
            | Change::DisableRunCommand { .. }
            | Change::DisableLocalAccounts { .. } => Some(Round::Close),
            Change::Start { .. }
            | Change::DeleteBinding { .. }
            | Change::GiveIdentity { .. }
            | Change::Confirm { .. }
            | Change::RotateCertificates { .. }
            | Change::RemoveRoleAssignment { .. }
            | Change::ReviewWorkaround { .. } => None,
        }
    }
}

/// The steps in one resource group. Azure writes one group in several cases.
struct Group<'a> {
    subscription: String,
    name: String,
    steps: Vec<&'a Step>,
}

/// The steps that are not held back, as code. Held back ones and those that no code can say stand in the README.
pub fn remedy_as_code(steps: &[Step]) -> Vec<CodeFile> {
    let mut files = Vec::new();
    let mut deployments = Vec::new();
    let mut folders = Labels::default();
    let mut names: BTreeMap<String, Labels> = BTreeMap::new();
    // a deployment of Bicep goes to one group, one of Terraform to all of a subscription
    let mut roots: BTreeMap<(String, Round), Vec<&Step>> = BTreeMap::new();
    for Group { subscription, name, steps } in grouped(steps) {
        let folder = folders.folder(&subscription, &subscription);
        let file = names.entry(subscription.clone()).or_default().of(&name.to_lowercase(), &name);
        for round in Round::BOTH {
            let own: Vec<&Step> = steps.iter().copied().filter(|step| Round::of(&step.change) == Some(round)).collect();
            if let Some(text) = bicep_file(&own) {
                let path = format!("bicep/{folder}/{}/{file}.bicep", round.folder());
                let about = format!("// Subscription {}, resource group {}", one_line(&subscription), one_line(&name));
                files.push((path.clone(), format!("{about}\n{text}")));
                deployments.push(Deployment::bicep(round, &subscription, &name, &path));
            }
            roots.entry((subscription.clone(), round)).or_default().extend(own);
        }
    }
    for ((subscription, round), own) in roots {
        let Some(text) = main_file(&own) else { continue };
        let path = format!("terraform/{}/{}", folders.folder(&subscription, &subscription), round.folder());
        let about = format!("# Subscription {}", one_line(&subscription));
        files.push((format!("{path}/providers.tf"), providers(&subscription)));
        files.push((format!("{path}/main.tf"), format!("{about}\n\n{text}")));
        deployments.push(Deployment::terraform(round, &path));
    }
    files.push(("README.md".to_owned(), readme(steps, &deployments)));
    files.sort();
    files
}

/// By subscription and group, without those that are held back.
fn grouped(steps: &[Step]) -> Vec<Group<'_>> {
    let mut groups: BTreeMap<(String, String), Group<'_>> = BTreeMap::new();
    for step in steps.iter().filter(|step| !step.is_held_back()) {
        let Some(id) = ArmId::parse(&step.cluster_id) else { continue };
        let name = id.resource_group().unwrap_or_default().to_owned();
        let subscription = id.subscription().to_owned();
        let group = groups.entry((subscription.clone(), name.to_lowercase())).or_insert_with(|| Group {
            subscription,
            name,
            steps: Vec::new(),
        });
        group.steps.push(step);
    }
    groups.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::step;
    use quay_model::Before;

    const VAULT: &str = "/subscriptions/s1/resourceGroups/g/providers/Microsoft.DataProtection/backupVaults/v";

    fn cluster(group: &str, name: &str) -> String {
        format!("/subscriptions/S1/resourcegroups/{group}/providers/Microsoft.ContainerService/managedClusters/{name}")
    }

    fn of(cluster: &str, change: Change, before: Before) -> Step {
        Step { cluster_id: cluster.to_owned(), ..step(change, before) }
    }

    fn made(cluster: &str, roles: &[&str], before: Before) -> Step {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        let change =
            Change::CreateBinding { cluster: cluster.to_owned(), name: "b".into(), source: VAULT.into(), roles };
        of(cluster, change, before)
    }

    fn ranges(cluster: &str) -> Step {
        let change = Change::SetRanges { cluster: cluster.to_owned(), ranges: vec!["203.0.113.0/28".into()] };
        of(cluster, change, Before::Ranges { ranges: vec![] })
    }

    fn private(cluster: &str) -> Step {
        of(cluster, Change::MakePrivate { cluster: cluster.to_owned() }, Before::Ranges { ranges: vec![] })
    }

    fn paths(files: &[CodeFile]) -> Vec<&str> {
        files.iter().map(|(path, _)| path.as_str()).collect()
    }

    fn file<'a>(files: &'a [CodeFile], path: &str) -> &'a str {
        files.iter().find(|(known, _)| known == path).map_or("", |(_, text)| text)
    }

    const MAIN_1: &str = "terraform/s1/1-let-in/main.tf";
    const MAIN_2: &str = "terraform/s1/2-close/main.tf";

    #[test]
    fn letting_in_and_closing_are_two_deployments() {
        let c = cluster("g", "c");
        let narrowed = Change::SetBindingRoles {
            cluster: c.clone(),
            name: "n".into(),
            source: VAULT.into(),
            roles: vec!["r".into()],
        };
        let before = Before::Binding { source: VAULT.into(), roles: vec!["r".into(), "s".into()] };
        let files = remedy_as_code(&[made(&c, &["r"], Before::Nothing), of(&c, narrowed, before), ranges(&c)]);
        let expected = [
            "README.md",
            "bicep/s1/1-let-in/g.bicep",
            "bicep/s1/2-close/g.bicep",
            MAIN_1,
            "terraform/s1/1-let-in/providers.tf",
            MAIN_2,
            "terraform/s1/2-close/providers.tf",
        ];
        assert_eq!(paths(&files), expected);
        let (first, second) = (file(&files, MAIN_1), file(&files, MAIN_2));
        assert!(first.contains("name                  = \"b\"") && !first.contains("azapi"), "{first}");
        assert!(
            second.contains("azapi_update_resource") && second.contains("name                  = \"n\""),
            "{second}"
        );
        assert!(!second.contains("depends_on"), "{second}");
        for root in ["1-let-in", "2-close"] {
            let providers = file(&files, &format!("terraform/s1/{root}/providers.tf"));
            assert!(
                providers.contains("required_version = \">= 1.5\"") && providers.contains("\">= 2.4\""),
                "{providers}"
            );
        }
        let bicep = file(&files, "bicep/s1/1-let-in/g.bicep");
        assert!(
            bicep.starts_with("// Subscription s1, resource group g\n") && !bicep.contains("settingsToMerge"),
            "{bicep}"
        );
        let readme = file(&files, "README.md");
        let command = "az deployment group create --subscription s1 -g g -f bicep/s1/1-let-in/g.bicep";
        assert!(readme.contains(command), "{readme}");
    }

    #[test]
    fn groups_are_one_whatever_their_case_and_never_share_a_file() {
        let all = [ranges(&cluster("rg-x", "a")), ranges(&cluster("rg_x", "b")), ranges(&cluster("RG-X", "c"))];
        let files = remedy_as_code(&all);
        let bicep: Vec<&str> = paths(&files).into_iter().filter(|path| path.ends_with(".bicep")).collect();
        assert_eq!(bicep, ["bicep/s1/2-close/rg_x.bicep", "bicep/s1/2-close/rg_x_2.bicep"]);
        let first = file(&files, "bicep/s1/2-close/rg_x.bicep");
        assert!(first.contains("'a': {") && first.contains("'c': {"), "{first}");
        let above = cluster("g", "c").replace("/S1/", "/../");
        assert!(remedy_as_code(&[ranges(&above)]).iter().all(|(path, _)| !path.contains("..")), "no folder above");
    }

    #[test]
    fn a_private_cluster_keeps_no_ranges_and_its_owner_is_told() {
        let c = cluster("g", "c");
        let files = remedy_as_code(&[ranges(&c), private(&c)]);
        let bicep = file(&files, "bicep/s1/2-close/g.bicep");
        assert!(bicep.contains("enablePrivateCluster: true") && bicep.contains("authorizedIPRanges: []"), "{bicep}");
        let terraform = file(&files, MAIN_2);
        assert!(
            terraform.contains("authorizedIPRanges             = []") && terraform.contains("README.md"),
            "{terraform}"
        );
        let readme = file(&files, "README.md");
        assert!(
            readme.contains("ignore_changes  = [private_cluster_enabled")
                && readme.contains("take the same values over"),
            "{readme}"
        );
        let only_ranges = remedy_as_code(&[ranges(&c)]);
        for path in ["bicep/s1/2-close/g.bicep", MAIN_2] {
            let text = file(&only_ranges, path);
            let lines: Vec<&str> = text.lines().map(str::trim).collect();
            let at = lines.iter().position(|line| line.starts_with("authorizedIPRanges")).unwrap_or_default();
            let above = lines.get(at.saturating_sub(1)).copied().unwrap_or_default();
            assert!(above.ends_with("add the addresses of people and pipelines first"), "{text}");
        }
    }

    #[test]
    fn a_binding_that_is_there_is_taken_over_as_it_is() {
        let c = cluster("g", "c");
        let held = |roles: &[&str], source: &str| Before::Binding {
            source: source.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        };
        let upper = VAULT.replace("backupVaults", "BackupVaults");
        let files = remedy_as_code(&[made(&c, &["r", "s"], held(&["r"], &upper))]);
        let text = file(&files, MAIN_1);
        let id = "/subscriptions/s1/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c";
        assert!(text.contains(&format!("id = \"{id}/trustedAccessRoleBindings/b\"")), "{text}");
        assert!(text.contains(&format!("kubernetes_cluster_id = \"{id}\"")), "{text}");
        assert!(text.contains(&format!("source_resource_id    = \"{upper}\"")), "{text}");
        // nothing to change for Terraform, or a change that closes too
        for before in [held(&["r"], VAULT), held(&["r"], "/subscriptions/s1/x")] {
            let files = remedy_as_code(&[made(&c, &["r"], before)]);
            assert!(!paths(&files).iter().any(|path| path.starts_with("terraform/")), "{:?}", paths(&files));
            assert!(file(&files, "README.md").contains("not in the Terraform code"));
        }
    }

    #[test]
    fn the_readme_says_all_that_a_plan_says() {
        let name = "c\n# boo";
        let whole = Step {
            title: "a title".into(),
            breaks_today: vec!["it breaks".into()],
            unsure: vec!["whether it is used".into()],
            decide: Some("when".into()),
            ..ranges(&cluster("g", name))
        };
        let held = Step { held_back: vec!["a service".into()], ..whole.clone() };
        let files = remedy_as_code(&[whole, held]);
        let readme = file(&files, "README.md");
        let words = [
            "breaks today: it breaks",
            "not known: whether it is used",
            "decide first: when",
            "held back: a service",
            "# check\n  az aks show",
            "# way back\n  az aks update",
            "ReadOnly lock",
            "**c # boo**",
        ];
        for words in words {
            assert!(readme.contains(words), "{words}: {readme}");
        }
        assert!(!readme.contains("\n# boo"), "{readme}");
    }
}
