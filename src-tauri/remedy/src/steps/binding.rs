//! Steps about bindings: made, made again, with other roles, and as they were.

use crate::blocks::{bicep_binding, terraform_binding};
use crate::place::{Place, canonical, place};
use crate::quote::shell;
use quay_model::{Before, Change, Step, StepText};

/// How the binding of a step stands to what is there under its name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Standing<'a> {
    New,
    /// The same source, as Azure writes it, and its roles.
    Same(&'a str, &'a [String]),
    /// Another source, which no command can change: the binding has to be deleted first.
    Other,
}

pub(crate) fn standing<'a>(before: &'a Before, source: &str) -> Standing<'a> {
    match before {
        Before::Binding { source: earlier, roles } if earlier.eq_ignore_ascii_case(source) => {
            Standing::Same(earlier, roles)
        }
        Before::Binding { .. } => Standing::Other,
        _ => Standing::New,
    }
}

/// Why Terraform cannot do this step, if so.
pub(crate) fn beyond_terraform(step: &Step) -> Option<&'static str> {
    let Change::CreateBinding { source, roles, .. } = &step.change else { return None };
    match standing(&step.before, source) {
        Standing::Same(_, earlier) if earlier == roles => {
            Some("Terraform sees no difference, because the binding is there with these roles: use the command")
        }
        Standing::Other => Some(
            "the binding is there with another source, so that Terraform would close and let in at once: use the commands",
        ),
        Standing::New | Standing::Same(..) => None,
    }
}

/// As Azure writes it where the binding is there: Terraform makes it again for one letter of another case.
pub(crate) fn source_of<'a>(step: &'a Step, source: &'a str) -> &'a str {
    match standing(&step.before, source) {
        Standing::Same(earlier, _) => earlier,
        Standing::New | Standing::Other => source,
    }
}

pub(crate) fn create_text(step: &Step, cluster: &str, name: &str, source: &str, roles: &[String]) -> StepText {
    let commands = Commands::of(cluster, name);
    let (cli, back) = match standing(&step.before, source) {
        Standing::New => (commands.create(source, roles), commands.delete()),
        Standing::Same(_, earlier) => (commands.update(roles), commands.update_again(earlier)),
        Standing::Other => (
            format!("{}\n{}", commands.delete(), commands.create(source, roles)),
            match commands.create_again(&step.before) {
                Some(create) => format!("{}\n{create}", commands.delete()),
                None => UNREAD.to_owned(),
            },
        ),
    };
    text(step, cluster, name, source_of(step, source), roles, cli, back)
}

pub(crate) fn roles_text(step: &Step, cluster: &str, name: &str, source: &str, roles: &[String]) -> StepText {
    let commands = Commands::of(cluster, name);
    let back = match &step.before {
        Before::Binding { roles, .. } => commands.update_again(roles),
        _ => UNREAD.to_owned(),
    };
    text(step, cluster, name, source_of(step, source), roles, commands.update(roles), back)
}

pub(crate) fn delete_text(step: &Step, cluster: &str, name: &str) -> StepText {
    let commands = Commands::of(cluster, name);
    StepText {
        cli: commands.delete(),
        bicep: "// take the binding's resource out; a deployment does not delete what a template leaves out".to_owned(),
        terraform: "# take the binding's resource out; the next apply deletes it".to_owned(),
        check: format!("az aks trustedaccess rolebinding list {} -o table", commands.flags),
        back: commands.create_again(&step.before).unwrap_or_else(|| UNREAD.to_owned()),
    }
}

fn text(step: &Step, cluster: &str, name: &str, source: &str, roles: &[String], cli: String, back: String) -> StepText {
    let Place { binding_flags, name: cluster_name, .. } = place(cluster);
    let block = terraform_binding("binding", &canonical(cluster), name, source, roles);
    StepText {
        cli,
        bicep: bicep_binding("aks", &cluster_name, "binding", name, source, roles),
        terraform: beyond_terraform(step).map_or_else(|| block.clone(), |why| format!("# {why}\n{block}")),
        check: format!(
            "az aks trustedaccess rolebinding show {binding_flags} -n {} --query provisioningState",
            shell(name)
        ),
        back,
    }
}

const UNREAD: &str = "# what the binding held could not be read: keep what `rolebinding show` prints before this step";

/// The commands about one binding. `create` refuses a name that is there, `update` one that is not, and only `create`
/// takes a source (azure-cli 2.91, acs/custom.py).
struct Commands {
    flags: String,
    name: String,
}

impl Commands {
    fn of(cluster: &str, name: &str) -> Self {
        Commands { flags: place(cluster).binding_flags, name: shell(name) }
    }

    fn delete(&self) -> String {
        format!("az aks trustedaccess rolebinding delete {} -n {} -y", self.flags, self.name)
    }

    fn create(&self, source: &str, roles: &[String]) -> String {
        let Commands { flags, name } = self;
        let (source, roles) = (shell(source), shell(&roles.join(",")));
        format!(
            "az aks trustedaccess rolebinding create {flags} -n {name} --source-resource-id {source} --roles {roles}"
        )
    }

    fn update(&self, roles: &[String]) -> String {
        let Commands { flags, name } = self;
        format!("az aks trustedaccess rolebinding update {flags} -n {name} --roles {}", shell(&roles.join(",")))
    }

    fn update_again(&self, roles: &[String]) -> String {
        if roles.is_empty() { UNREAD.to_owned() } else { self.update(roles) }
    }

    fn create_again(&self, before: &Before) -> Option<String> {
        match before {
            Before::Binding { source, roles } if !source.is_empty() && !roles.is_empty() => {
                Some(self.create(source, roles))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::step_text;
    use crate::testing::{CLUSTER, step};

    const VAULT: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.DataProtection/backupVaults/v";

    fn roles(list: &[&str]) -> Vec<String> {
        list.iter().map(|role| (*role).to_owned()).collect()
    }

    fn held(source: &str) -> Before {
        Before::Binding { source: source.to_owned(), roles: roles(&["A/b/c", "A/b/d"]) }
    }

    fn create(before: Before, own: &[&str]) -> StepText {
        let (cluster, name, source) = (CLUSTER.to_owned(), "b".to_owned(), VAULT.to_owned());
        step_text(&step(Change::CreateBinding { cluster, name, source, roles: roles(own) }, before))
    }

    fn verbs(commands: &str) -> Vec<&str> {
        commands.lines().filter_map(|line| line.split(' ').nth(4)).collect()
    }

    #[test]
    fn a_name_that_is_there_is_updated_and_a_source_never_is() {
        let new = create(Before::Nothing, &["A/b/c"]);
        assert_eq!((verbs(&new.cli), verbs(&new.back)), (vec!["create"], vec!["delete"]));
        let same = create(held(&VAULT.to_uppercase()), &["A/b/c"]);
        assert_eq!((verbs(&same.cli), verbs(&same.back)), (vec!["update"], vec!["update"]));
        assert!(same.back.ends_with("-n b --roles 'A/b/c,A/b/d'"), "{}", same.back);
        let other = create(held("/subscriptions/s/x"), &["A/b/c"]);
        assert_eq!((verbs(&other.cli), verbs(&other.back)), (vec!["delete", "create"], vec!["delete", "create"]));
        assert!(other.cli.ends_with(&format!("--source-resource-id {VAULT} --roles A/b/c")), "{}", other.cli);
        assert!(other.back.contains("--source-resource-id /subscriptions/s/x "), "{}", other.back);
        let unread = create(Before::Binding { source: String::new(), roles: vec![] }, &["A/b/c"]);
        assert_eq!(verbs(&unread.cli), ["delete", "create"]);
        assert!(unread.back.starts_with("# "), "{}", unread.back);
    }

    #[test]
    fn a_way_back_restores_what_was_there() {
        let back = |change: Change| step_text(&step(change, held(VAULT))).back;
        let (cluster, name) = (|| CLUSTER.to_owned(), || "b".to_owned());
        let deleted = back(Change::DeleteBinding { cluster: cluster(), name: name() });
        assert_eq!(verbs(&deleted), ["create"]);
        assert!(deleted.ends_with(&format!("-n b --source-resource-id {VAULT} --roles 'A/b/c,A/b/d'")), "{deleted}");
        let change = Change::SetBindingRoles { cluster: cluster(), name: name(), source: VAULT.into(), roles: vec![] };
        let narrowed = back(change);
        assert_eq!(verbs(&narrowed), ["update"], "the binding is still there");
        assert!(narrowed.ends_with("-n b --roles 'A/b/c,A/b/d'"), "{narrowed}");
    }

    #[test]
    fn terraform_writes_ids_as_it_will_read_them() {
        let as_azure_has_it = VAULT.replace("resourceGroups", "resourcegroups");
        let text = create(held(&as_azure_has_it), &["A/b/c"]).terraform;
        assert!(text.contains(&format!("source_resource_id    = \"{as_azure_has_it}\"")), "{text}");
        let lower = CLUSTER.to_lowercase();
        let change =
            Change::CreateBinding { cluster: lower, name: "b".into(), source: VAULT.into(), roles: roles(&["A/b/c"]) };
        let text = step_text(&step(change, Before::Nothing)).terraform;
        let wanted = "/subscriptions/s1/resourceGroups/g 1/providers/Microsoft.ContainerService/managedClusters/it's\"";
        assert!(text.contains(wanted), "{text}");
        let again = create(held(VAULT), &["A/b/c", "A/b/d"]).terraform;
        assert!(again.starts_with("# Terraform sees no difference"), "{again}");
    }
}
