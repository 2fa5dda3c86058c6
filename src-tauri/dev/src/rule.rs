//! Scaffolds a rule: its file with everything that has to be filled in, and its lines in the list.

use std::error::Error;
use std::fs;
use std::path::Path;

const LIST: &str = "src-tauri/audit/src/rules/mod.rs";

pub(crate) fn scaffold(id: &str) -> Result<(), Box<dyn Error>> {
    let (area, number) = id.split_once('-').ok_or("a rule id looks like EXP-09")?;
    let area_name = match area {
        "EXP" => "Exposure",
        "CRED" => "Credentials",
        "TA" => "TrustedAccess",
        "GOV" => "Governance",
        "NET" => "Network",
        "HYG" => "Hygiene",
        _ => return Err("the areas are EXP, CRED, TA, GOV, NET and HYG".into()),
    };
    if number.len() != 2 || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err("a rule id ends with two digits".into());
    }
    let module = id.to_lowercase().replace('-', "_");
    let path = format!("src-tauri/audit/src/rules/{module}.rs");
    if Path::new(&path).exists() {
        return Err(format!("{path} is already there").into());
    }
    let list =
        fs::read_to_string(LIST).map_err(|error| format!("run this in the root of the repository: {LIST}: {error}"))?;
    let list = list.replacen("\nmod ", &format!("\nmod {module};\nmod "), 1);
    let list = list.replacen("\n];", &format!("\n    &{module}::RULE,\n];"), 1);
    fs::write(LIST, list)?;
    fs::write(&path, file(id, area_name))?;
    eprintln!(
        "Wrote {path} and its lines in {LIST}. Fill in the empty texts (a test finds those that are left), raise the length of ALL, then `make test`."
    );
    Ok(())
}

fn file(id: &str, area: &str) -> String {
    format!(
        r#"//! {id}: .

use crate::references;
use crate::rule::{{Check, Judgement, Rule, Subject, switch}};
use quay_model::{{Area, Fix, RuleInfo, Severity}};

pub(crate) const RULE: Rule = Rule {{
    info: RuleInfo {{
        id: "{id}",
        area: Area::{area},
        title: "",
        finding: "",
        severity: Severity::Medium,
        what: "",
        why: "",
        not_applicable: "Always applies.",
        reads: &[""],
        conditions: &[],
        references: &[references::ACCESS_CONCEPTS],
        fix: Fix {{ what_to_do: "", cli: "", bicep: "", terraform: "", caution: "", look: "" }},
    }},
    check: Check::Cluster(check),
}};

fn check(subject: &Subject<'_>) -> Judgement {{
    switch(&subject.cluster.hygiene.kms, true, false, "", "")
}}

#[cfg(test)]
mod tests {{
    use super::RULE;
    use crate::testing::rows;
    use quay_model::Outcome::Fail;
    use serde_json::json;

    #[test]
    fn says_in_a_sentence_what_holds() {{
        rows(&RULE, vec![("default", json!({{"provisioningState": "Succeeded"}}), Fail)]);
    }}
}}
"#
    )
}
