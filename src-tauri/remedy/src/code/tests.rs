//! What is exported, and what stands where.

use super::*;
use crate::testing::step;
use quay_model::{Before, Drift, DriftKind, Plan};

const VAULT: &str = "/subscriptions/s1/resourceGroups/g/providers/Microsoft.DataProtection/backupVaults/v";

fn cluster(group: &str, name: &str) -> String {
    format!("/subscriptions/S1/resourcegroups/{group}/providers/Microsoft.ContainerService/managedClusters/{name}")
}

fn of(cluster: &str, change: Change, before: Before) -> Step {
    Step { cluster_id: cluster.to_owned(), ..step(change, before) }
}

fn made(cluster: &str, roles: &[&str], before: Before) -> Step {
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    let change = Change::CreateBinding { cluster: cluster.to_owned(), name: "b".into(), source: VAULT.into(), roles };
    of(cluster, change, before)
}

fn ranges(cluster: &str) -> Step {
    let change = Change::SetRanges { cluster: cluster.to_owned(), ranges: vec!["203.0.113.0/28".into()] };
    of(cluster, change, Before::Ranges { ranges: vec![] })
}

fn private(cluster: &str) -> Step {
    of(cluster, Change::MakePrivate { cluster: cluster.to_owned() }, Before::Ranges { ranges: vec![] })
}

/// Every step as the plan of its cluster.
fn exported(steps: &[Step]) -> Vec<CodeFile> {
    let plan = |step: &Step| plan(&step.cluster_id, vec![step.clone()], &[]);
    remedy_as_code(&steps.iter().map(plan).collect::<Vec<_>>(), &[])
}

fn plan(cluster: &str, steps: Vec<Step>, notes: &[&str]) -> Plan {
    let notes = notes.iter().map(|note| (*note).to_owned()).collect();
    Plan { cluster_id: cluster.to_owned(), instance: String::new(), steps, notes }
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
    let narrowed =
        Change::SetBindingRoles { cluster: c.clone(), name: "n".into(), source: VAULT.into(), roles: vec!["r".into()] };
    let before = Before::Binding { source: VAULT.into(), roles: vec!["r".into(), "s".into()] };
    let files = exported(&[made(&c, &["r"], Before::Nothing), of(&c, narrowed, before), ranges(&c)]);
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
    assert!(second.contains("azapi_update_resource") && second.contains("name                  = \"n\""), "{second}");
    assert!(!second.contains("depends_on"), "{second}");
    for root in ["1-let-in", "2-close"] {
        let providers = file(&files, &format!("terraform/s1/{root}/providers.tf"));
        assert!(providers.contains("required_version = \">= 1.5\"") && providers.contains("\">= 2.4\""), "{providers}");
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
    let files = exported(&all);
    let bicep: Vec<&str> = paths(&files).into_iter().filter(|path| path.ends_with(".bicep")).collect();
    assert_eq!(bicep, ["bicep/s1/2-close/rg_x.bicep", "bicep/s1/2-close/rg_x_2.bicep"]);
    let first = file(&files, "bicep/s1/2-close/rg_x.bicep");
    assert!(first.contains("'a': {") && first.contains("'c': {"), "{first}");
    let above = cluster("g", "c").replace("/S1/", "/../");
    assert!(exported(&[ranges(&above)]).iter().all(|(path, _)| !path.contains("..")), "no folder above");
}

#[test]
fn a_private_cluster_keeps_no_ranges_and_its_owner_is_told() {
    let c = cluster("g", "c");
    let files = exported(&[ranges(&c), private(&c)]);
    let bicep = file(&files, "bicep/s1/2-close/g.bicep");
    assert!(bicep.contains("enablePrivateCluster: true") && bicep.contains("authorizedIPRanges: []"), "{bicep}");
    let terraform = file(&files, MAIN_2);
    assert!(
        terraform.contains("authorizedIPRanges             = []") && terraform.contains("README.md"),
        "{terraform}"
    );
    let readme = file(&files, "README.md");
    assert!(
        readme.contains("ignore_changes  = [private_cluster_enabled") && readme.contains("take the same values over"),
        "{readme}"
    );
    let only_ranges = exported(&[ranges(&c)]);
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
    let files = exported(&[made(&c, &["r", "s"], held(&["r"], &upper))]);
    let text = file(&files, MAIN_1);
    let id = "/subscriptions/s1/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c";
    assert!(text.contains(&format!("id = \"{id}/trustedAccessRoleBindings/b\"")), "{text}");
    assert!(text.contains(&format!("kubernetes_cluster_id = \"{id}\"")), "{text}");
    assert!(text.contains(&format!("source_resource_id    = \"{upper}\"")), "{text}");
    // nothing to change for Terraform, or a change that closes too
    for before in [held(&["r"], VAULT), held(&["r"], "/subscriptions/s1/x")] {
        let files = exported(&[made(&c, &["r"], before)]);
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
    let files = exported(&[whole, held]);
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

#[test]
fn a_file_without_a_resource_is_merged_and_never_deployed() {
    let c = cluster("g", "c");
    let narrowed =
        Change::SetBindingRoles { cluster: c.clone(), name: "n".into(), source: VAULT.into(), roles: vec!["r".into()] };
    let narrowed = || of(&c, narrowed.clone(), Before::Binding { source: VAULT.into(), roles: vec![] });
    for (steps, deployed, merged) in [
        (vec![ranges(&c)], false, true),
        (vec![ranges(&c), narrowed()], true, true),
        (vec![narrowed()], true, false),
        (vec![], false, false),
    ] {
        let files = exported(&steps);
        let text = file(&files, "README.md");
        assert_eq!(text.contains("-f bicep/s1/2-close/g.bicep"), deployed, "{text}");
        assert_eq!(text.contains("- `bicep/s1/2-close/g.bicep`: c\n"), merged, "{text}");
        assert_eq!(text.contains("Settings to merge into the template that owns each cluster"), merged, "{text}");
    }
}

#[test]
fn what_no_step_can_do_is_told_of_every_cluster() {
    let (c, d, e) = (cluster("g", "c"), cluster("g", "d"), cluster("g", "e"));
    let locks = "Locks were not read: a ReadOnly lock on the cluster, its group or its subscription stops every step.";
    let plans = [
        plan(&c, vec![ranges(&c)], &["CRED-02 comes first", locks]),
        plan(&d, vec![], &["its source is in another\n# subscription", "another"]),
        plan(&e, vec![ranges(&e)], &[locks]),
    ];
    let files = remedy_as_code(&plans, &[]);
    let text = file(&files, "README.md");
    let expected = "\n## What no step can do\n\n- **c**\n  - CRED-02 comes first\n\n- **d**\n  - its source is in another # subscription\n  - another\n\n## In this order\n";
    assert!(text.contains(expected), "{text}");
    assert_eq!(text.matches("Locks were not read").count(), 1, "said once: {text}");
    assert!(!file(&exported(&[ranges(&c)]), "README.md").contains("What no step can do"));
}

#[test]
fn commands_that_a_round_needs_stand_before_it_once() {
    let (c, d, e) = (cluster("g", "c"), cluster("g", "d"), cluster("g", "e"));
    let deleted = |cluster: &str, name: &str| {
        of(cluster, Change::DeleteBinding { cluster: cluster.to_owned(), name: name.into() }, Before::Nothing)
    };
    let identity = |cluster: &str, source: &str| {
        let before = Before::Identity { kind: "None".into() };
        of(cluster, Change::GiveIdentity { resource: source.to_owned() }, before)
    };
    let moved = made(&e, &["r"], Before::Binding { source: "/s/other".into(), roles: vec!["r".into()] });
    let held = Step { held_back: vec!["a service".into()], ..deleted(&d, "held") };
    let steps = [
        identity(&c, VAULT),
        made(&c, &["r"], Before::Nothing),
        deleted(&d, "gone"),
        identity(&d, &VAULT.to_uppercase()),
        made(&d, &["r"], Before::Nothing),
        identity(&d, "/subscriptions/s1/alone"),
        moved,
        held,
    ];
    let files = exported(&steps);
    let text = file(&files, "README.md");
    let (first, rest) = text.split_once("The folders `1-let-in`").unwrap_or_default();
    let commands: Vec<&str> = first.lines().filter(|line| line.starts_with("az ")).collect();
    let starts = [
        "az aks trustedaccess rolebinding delete --subscription s1 -g g --cluster-name d -n gone",
        "az resource update --ids /subscriptions/s1/resourceGroups/g/providers/Microsoft.DataProtection/backupVaults/v",
        "az resource update --ids /subscriptions/s1/alone",
        "az aks trustedaccess rolebinding delete --subscription s1 -g g --cluster-name e -n b",
        "az aks trustedaccess rolebinding create --subscription s1 -g g --cluster-name e -n b",
    ];
    assert_eq!(commands.len(), starts.len(), "{first}");
    assert!(commands.iter().zip(starts).all(|(command, start)| command.starts_with(start)), "{first}");
    assert_eq!(rest.matches("**c**, **d**: ").count(), 1, "one step for both: {rest}");
    let back = "# way back\n  # cuts it off from c, d, e: go back on all of these first\n  az resource update";
    assert_eq!(rest.matches(back).count(), 1, "{rest}");
    assert!(rest.contains("# way back\n  az resource update --ids /subscriptions/s1/alone"), "{rest}");
    assert!(!file(&exported(&[ranges(&c)]), "README.md").contains("First these commands"));
    let stands = || Before::Binding { source: VAULT.into(), roles: vec!["r".into()] };
    let again = exported(&[made(&c, &["r"], stands())]);
    let (before, beside) = file(&again, "README.md").split_once("Beside Terraform").unwrap_or_default();
    assert!(!before.contains("rolebinding update"), "{before}");
    assert!(
        beside.contains("az aks trustedaccess rolebinding update --subscription s1 -g g --cluster-name c"),
        "{beside}"
    );
}

#[test]
fn what_other_code_owns_is_left_to_it() {
    let c = cluster("g", "c");
    let code = "Terraform state module.prod.azurerm_x.a (s.json)";
    let row = |kind: DriftKind, what: &str| Drift {
        kind,
        cluster_id: c.to_lowercase(),
        what: what.into(),
        declared: String::new(),
        deployed: String::new(),
        code: code.into(),
    };
    let there = Before::Binding { source: VAULT.into(), roles: vec!["r".into()] };
    let plans = [plan(&c, vec![made(&c, &["r", "s"], there), ranges(&c)], &[])];
    for (drift, in_terraform, in_bicep, words) in [
        (vec![], vec![MAIN_1, MAIN_2], true, vec![]),
        (
            vec![row(DriftKind::Different, "b")],
            vec![MAIN_2],
            false,
            vec![format!("left to the code that owns it: change roles in {code}")],
        ),
        (
            vec![row(DriftKind::Unknown, "b")],
            vec![MAIN_1, MAIN_2],
            true,
            vec![format!("not known: whether {code} owns it")],
        ),
        (
            vec![row(DriftKind::Same, "properties.x")],
            vec![MAIN_1],
            true,
            vec![format!("change api_server_access_profile.authorized_ip_ranges in {code}")],
        ),
    ] {
        let files = remedy_as_code(&plans, &drift);
        let mains: Vec<&str> = paths(&files).into_iter().filter(|path| path.ends_with("main.tf")).collect();
        assert_eq!(mains, in_terraform, "{drift:?}");
        assert_eq!(!file(&files, "bicep/s1/1-let-in/g.bicep").is_empty(), in_bicep, "{drift:?}");
        assert!(
            file(&files, "bicep/s1/2-close/g.bicep").contains("settingsToMerge"),
            "values for the owner: {drift:?}"
        );
        let text = file(&files, "README.md");
        assert!(words.iter().all(|words| text.contains(words.as_str())), "{text}");
    }
    let private = [plan(&c, vec![private(&c)], &[])];
    let files = remedy_as_code(&private, &[row(DriftKind::Same, "properties.x")]);
    assert!(file(&files, MAIN_2).contains("enablePrivateCluster"), "azurerm would make the cluster again");
}
