//! Which Azure: public, US Government, China, or one described in a small file.
//! Hosts: "National cloud deployments" (Microsoft Graph) and the Azure SDK's list of authorities.

use quay_model::{Endpoint, Problem, ProblemCode};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};
use url::Url;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cloud {
    #[serde(default = "custom")]
    pub name: String,
    /// Where sign-in happens, such as `https://login.microsoftonline.com`.
    pub authority: String,
    pub resource_manager: String,
    /// Microsoft Graph; without it nothing of the directory can be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub graph: Option<String>,
    /// A certificate authority to trust besides those of the system (PEM).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
}

fn custom() -> String {
    "Custom".to_owned()
}

impl Cloud {
    pub const NAMES: [&'static str; 3] = ["public", "us-government", "china"];

    pub fn named(name: &str) -> Option<Cloud> {
        let (name, authority, resource_manager, graph) = match name {
            "public" => (
                "Azure",
                "https://login.microsoftonline.com",
                "https://management.azure.com",
                "https://graph.microsoft.com",
            ),
            "us-government" => (
                "Azure US Government",
                "https://login.microsoftonline.us",
                "https://management.usgovcloudapi.net",
                "https://graph.microsoft.us",
            ),
            "china" => (
                "Azure China (21Vianet)",
                "https://login.chinacloudapi.cn",
                "https://management.chinacloudapi.cn",
                "https://microsoftgraph.chinacloudapi.cn",
            ),
            _ => return None,
        };
        Some(Cloud {
            name: name.to_owned(),
            authority: authority.to_owned(),
            resource_manager: resource_manager.to_owned(),
            graph: Some(graph.to_owned()),
            ca_file: None,
        })
    }

    /// Reads the description of a cloud; a relative `caFile` lies beside it.
    pub fn read(path: &Path) -> Result<Cloud, Problem> {
        let shown = path.display();
        let text = fs::read_to_string(path).map_err(|error| {
            Problem::new(
                ProblemCode::BadInput,
                format!("The cloud file {shown} could not be read: {error}."),
                "Check the path.",
            )
        })?;
        let mut cloud: Cloud = serde_json::from_str(&text).map_err(|error| {
            Problem::new(
                ProblemCode::BadInput,
                format!("The cloud file {shown} is not a description of a cloud: {error}."),
                "It looks like {\"authority\": \"https://…\", \"resourceManager\": \"https://…\", \"graph\": \"https://…\", \"caFile\": \"ca.pem\"}.",
            )
        })?;
        if let (Some(file), Some(folder)) = (&cloud.ca_file, path.parent()) {
            cloud.ca_file = Some(folder.join(file));
        }
        cloud.checked()
    }

    /// Tokens go to these hosts, so they are checked before anything is sent.
    pub fn checked(mut self) -> Result<Cloud, Problem> {
        for (what, host) in [
            ("authority", Some(&mut self.authority)),
            ("resourceManager", Some(&mut self.resource_manager)),
            ("graph", self.graph.as_mut()),
        ] {
            let Some(host) = host else { continue };
            *host = origin(host).ok_or_else(|| {
                Problem::new(
                    ProblemCode::BadInput,
                    format!("The cloud's {what} is {host:?}, which is no https address of a host."),
                    "Write it like https://login.example.com, without a path.",
                )
            })?;
        }
        Ok(self)
    }

    pub fn origin(&self, endpoint: Endpoint) -> Option<&str> {
        match endpoint {
            Endpoint::ResourceManager => Some(&self.resource_manager),
            Endpoint::Directory => self.graph.as_deref(),
        }
    }

    /// The scope of a token that is good there.
    pub(crate) fn scope(&self, endpoint: Endpoint) -> Option<String> {
        self.origin(endpoint).map(|origin| format!("{origin}/.default"))
    }
}

fn origin(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    let plain = url.scheme() == "https"
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
        && matches!(url.path(), "" | "/");
    plain.then(|| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_clouds_have_hosts_of_their_own() {
        for name in Cloud::NAMES {
            let cloud = Cloud::named(name).and_then(|cloud| cloud.checked().ok());
            assert!(cloud.is_some_and(|cloud| cloud.scope(Endpoint::Directory).is_some()), "{name}");
        }
        assert_eq!(Cloud::named("moon"), None);
    }

    #[test]
    fn a_cloud_file_is_read_and_a_bad_one_says_what_is_wrong() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("cloud.json");
        let read = |text: &str| -> Result<Cloud, Problem> {
            fs::write(&path, text).map_err(|error| Problem::writing(&path, &error))?;
            Cloud::read(&path)
        };
        let good = read(
            r#"{"authority": "https://localhost:8443/", "resourceManager": "https://localhost:8443", "caFile": "ca.pem"}"#,
        )?;
        assert_eq!((good.authority.as_str(), good.graph), ("https://localhost:8443", None));
        assert_eq!(good.ca_file, Some(folder.path().join("ca.pem")));
        for bad in [
            "{",
            "{}",
            r#"{"authority": "http://localhost", "resourceManager": "https://x"}"#,
            r#"{"authority": "https://login.example.com/tenant", "resourceManager": "https://x"}"#,
            r#"{"authority": "https://a@b", "resourceManager": "https://x"}"#,
            r#"{"authority": "https://a", "resourceManager": "https://x", "gaph": "https://y"}"#,
        ] {
            assert_eq!(read(bad).err().map(|p| p.code), Some(ProblemCode::BadInput), "{bad}");
        }
        assert_eq!(Cloud::read(Path::new("/no/such")).err().map(|p| p.code), Some(ProblemCode::BadInput));
        Ok(())
    }
}
