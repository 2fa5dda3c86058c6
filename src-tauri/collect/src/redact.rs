//! Removes secrets from a body before it is kept. Old AKS answers carried an admin kubeconfig in plain sight, and
//! people collect more than they need.

use serde_json::Value;

const SECRET_KEYS: [&str; 17] = [
    "kubeconfig",
    "secret",
    "secrettext",
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
                let lower = key.to_ascii_lowercase();
                if lower == "keycredentials" {
                    remove_keys(inner);
                }
                let secret = SECRET_KEYS.contains(&lower.as_str());
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

/// The certificates of an application; anywhere else `key` is the name of a thing.
fn remove_keys(credentials: &mut Value) {
    for credential in credentials.as_array_mut().into_iter().flatten() {
        if let Some(key) = credential.get_mut("key").filter(|key| !key.is_null()) {
            *key = Value::String(REMOVED.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_application_s_secrets_and_certificates_are_not_kept() {
        let mut body = json!({"passwordCredentials": [{"endDateTime": "2027-01-01", "secretText": "s3cr3t"}],
            "keyCredentials": [{"key": "MIIC", "keyId": "k"}], "taints": [{"key": "sku", "value": "gpu"}]});
        remove_secrets(&mut body);
        let text = body.to_string();
        assert!(!text.contains("s3cr3t") && !text.contains("MIIC"), "{text}");
        assert!(text.contains("2027-01-01") && text.contains("sku") && text.contains("keyId"), "{text}");
    }

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
