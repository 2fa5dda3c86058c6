//! What a token says about its holder. Tokens are not verified here: they came from the authority itself, over TLS.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// Who is signed in: for people to see before anything is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Who {
    /// A name a person knows: the account, or the application's id.
    pub name: String,
    pub object_id: String,
    pub tenant: String,
    /// The application through which it happens.
    pub client_id: String,
    pub is_person: bool,
}

/// The payload of a JWT.
pub(crate) fn of(token: &str) -> Option<Value> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?).ok()
}

pub(crate) fn text(claims: &Value, name: &str) -> String {
    claims.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

pub(crate) fn who(claims: &Value) -> Who {
    let named = ["upn", "preferred_username", "unique_name", "email", "name", "app_displayname"];
    let client_id =
        ["appid", "azp"].iter().map(|name| text(claims, name)).find(|id| !id.is_empty()).unwrap_or_default();
    let name = named.iter().map(|key| text(claims, key)).find(|name| !name.is_empty());
    Who {
        is_person: text(claims, "idtyp") != "app" && name.is_some(),
        name: name.unwrap_or_else(|| format!("application {client_id}")),
        object_id: text(claims, "oid"),
        tenant: text(claims, "tid").to_lowercase(),
        client_id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_its_holder_and_its_tenant() {
        let written = URL_SAFE_NO_PAD.encode(r#"{"tid":"AB","oid":"o","upn":"ada@x","appid":"c"}"#);
        let claims = of(&format!("h.{written}.s")).unwrap_or_default();
        let expected = Who {
            name: "ada@x".into(),
            object_id: "o".into(),
            tenant: "ab".into(),
            client_id: "c".into(),
            is_person: true,
        };
        assert_eq!(who(&claims), expected);
        let app = serde_json::json!({"appid": "c", "idtyp": "app"});
        assert_eq!((who(&app).name.as_str(), who(&app).is_person), ("application c", false));
        for broken in ["", "a.b", "no jwt at all", "a.%%.c"] {
            assert_eq!(of(broken), None, "{broken}");
        }
    }
}
