//! Infrastructure code: Terraform state and plans, ARM templates and compiled Bicep. State files hold secrets, so that of
//! each cluster and binding only the settings that are compared are taken, and nothing of anything else.

use super::{template, terraform};
use quay_model::GapReason;
use serde_json::Value;

/// Why a file of code declares nothing here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unread {
    pub(super) reason: GapReason,
    pub(super) message: String,
    pub(super) hint: &'static str,
}

pub(super) fn is_code(value: &Value) -> bool {
    terraform::is_terraform(value) || has_schema(value, "deploymenttemplate.json") || is_parameters(value)
}

fn has_schema(value: &Value, name: &str) -> bool {
    let schema = value.get("$schema").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    schema.contains(name)
}

/// What a template is deployed with; it may hold secrets too.
fn is_parameters(value: &Value) -> bool {
    has_schema(value, "deploymentparameters.json")
}

/// What it declares, in the form that declarations are kept in.
pub(super) fn read(value: &Value) -> Result<Vec<Value>, Unread> {
    if has_schema(value, "deploymenttemplate.json") {
        return Ok(template::read(value));
    }
    if is_parameters(value) {
        // which template they belong to, no file says
        return Err(Unread {
            reason: GapReason::Unrecognised,
            message: "These are parameters of a deployment. They are not put into a template: where a template leaves a setting to a parameter, only its default is known.".to_owned(),
            hint: "Nothing to do. To compare such a setting, write its value into the template.",
        });
    }
    terraform::read(value).map_err(|message| Unread {
        reason: GapReason::Damaged,
        message,
        hint: "Write it again, and open it again.",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn code_is_told_by_its_content() {
        let schema = |name: &str| json!({ "$schema": format!("https://schema.management.azure.com/schemas/2019-04-01/{name}#") });
        for (value, code) in [
            (schema("deploymentTemplate.json"), true),
            (schema("subscriptionDeploymentTemplate.json"), true),
            (schema("deploymentParameters.json"), true),
            (json!({"version": 4, "terraform_version": "1.9.5"}), true),
            (json!({"format_version": "1.2", "planned_values": {}}), true),
            (json!({"values": [{"version": "1.33"}]}), false),
            (json!({"version": 4}), false),
        ] {
            assert_eq!(is_code(&value), code, "{value}");
        }
    }

    #[test]
    fn what_declares_nothing_says_why_and_nothing_of_what_it_holds() {
        let parameters = json!({"$schema": "deploymentParameters.json#", "parameters": {"p": {"value": "s3cr3t"}}});
        let old = json!({"version": 3, "terraform_version": "0.11.0", "modules": ["s3cr3t"]});
        for (value, reason) in [(parameters, GapReason::Unrecognised), (old, GapReason::Damaged)] {
            let found = read(&value).err().map(|why| (why.reason, why.message.contains("s3cr3t")));
            assert_eq!(found, Some((reason, false)), "{value}");
        }
    }
}
