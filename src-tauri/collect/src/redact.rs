//! Removes secrets from a body before it is kept. Old AKS answers carried an admin kubeconfig in plain sight, and
//! people collect more than they need.

use serde_json::Value;

const SECRET_KEYS: [&str; 16] = [
    "kubeconfig",
    "secret",
    "clientsecret",
    "adminpassword",
    "password",
    "token",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "sharedkey",
    "workspacekey",
    "primarykey",
    "secondarykey",
    "connectionstring",
    "privatekey",
    "client-key-data",
];

const REMOVED: &str = "(removed: secrets are not kept)";

pub(crate) fn remove_secrets(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for (key, inner) in object.iter_mut() {
                let secret = SECRET_KEYS.contains(&key.to_ascii_lowercase().as_str());
                match inner {
                    Value::String(text) if secret && !text.is_empty() => *inner = Value::String(REMOVED.to_owned()),
                    other => remove_secrets(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(remove_secrets),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_admin_kubeconfig_is_not_kept() {
        let mut body = json!({"properties": {"accessProfiles": {"clusterAdmin": {"kubeConfig": "YXBpVmVy"}},
            "windowsProfile": {"adminUsername": "azureuser", "AdminPassword": "hunter2"}}});
        remove_secrets(&mut body);
        let text = body.to_string();
        assert!(!text.contains("YXBpVmVy") && !text.contains("hunter2"), "{text}");
        assert!(text.contains("azureuser"), "a name is no secret");
    }
}
