//! Credentials of programs: a service principal, a managed identity, a workload identity, or whoever did `az login`.
//! The work is azure_identity's; this file only says which one, and turns its errors into sentences.

use crate::Cloud;
use crate::refusal::Refusal;
use crate::secret::Secret;
use azure_core::cloud::CustomConfiguration;
use azure_core::credentials::{SecretBytes, TokenCredential};
use azure_core::http::{ClientOptions, FixedRetryOptions, RetryOptions, Transport};
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, ClientAssertionCredentialOptions, ClientCertificateCredential,
    ClientCertificateCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions,
    ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId, WorkloadIdentityCredential,
    WorkloadIdentityCredentialOptions,
};
use openssl::pkcs12::Pkcs12;
use openssl::pkey::PKey;
use openssl::stack::Stack;
use openssl::x509::X509;
use quay_model::{Problem, ProblemCode};
use std::path::PathBuf;
use std::sync::Arc;

/// Who signs in without a person.
#[derive(Debug, Clone, PartialEq)]
pub enum Workload {
    /// Whoever did `az login` on this machine.
    AzureCli,
    ClientSecret {
        client_id: String,
        secret: Secret,
    },
    ClientCertificate {
        client_id: String,
        file: PathBuf,
        password: Option<Secret>,
    },
    /// System-assigned without a client id.
    ManagedIdentity {
        client_id: Option<String>,
    },
    WorkloadIdentity {
        client_id: Option<String>,
        token_file: Option<PathBuf>,
    },
}

impl Workload {
    /// Out of Azure's usual variables.
    pub fn service_principal(variable: &dyn Fn(&str) -> Option<String>) -> Result<Workload, Problem> {
        let missing = |what: &str| {
            Problem::new(
                ProblemCode::SignIn,
                format!("{what} is not set."),
                "A service principal needs AZURE_CLIENT_ID and either AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH.",
            )
        };
        let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let client_id = set("AZURE_CLIENT_ID").ok_or_else(|| missing("AZURE_CLIENT_ID"))?;
        if let Some(secret) = set("AZURE_CLIENT_SECRET") {
            return Ok(Workload::ClientSecret { client_id, secret: Secret::new(secret) });
        }
        let file = set("AZURE_CLIENT_CERTIFICATE_PATH")
            .ok_or_else(|| missing("Neither AZURE_CLIENT_SECRET nor AZURE_CLIENT_CERTIFICATE_PATH"))?;
        let password = set("AZURE_CLIENT_CERTIFICATE_PASSWORD").map(Secret::new);
        Ok(Workload::ClientCertificate { client_id, file: PathBuf::from(file), password })
    }

    pub fn managed_identity(variable: &dyn Fn(&str) -> Option<String>) -> Workload {
        Workload::ManagedIdentity { client_id: variable("AZURE_CLIENT_ID") }
    }

    pub fn workload_identity(variable: &dyn Fn(&str) -> Option<String>) -> Workload {
        Workload::WorkloadIdentity {
            client_id: variable("AZURE_CLIENT_ID"),
            token_file: variable("AZURE_FEDERATED_TOKEN_FILE").map(PathBuf::from),
        }
    }

    /// A fresh credential: it holds no token yet, so that one that was revoked is not handed out again.
    pub(crate) fn credential(
        &self,
        cloud: &Cloud,
        tenant: &str,
        http: &reqwest::Client,
    ) -> Result<Arc<dyn TokenCredential>, Problem> {
        let client_options = || options(cloud, http);
        let refused = |error: azure_core::Error| problem(&error.to_string(), tenant);
        Ok(match self {
            Workload::AzureCli => {
                let options = AzureCliCredentialOptions { tenant_id: Some(tenant.to_owned()), ..Default::default() };
                AzureCliCredential::new(Some(options)).map_err(refused)?
            }
            Workload::ClientSecret { client_id, secret } => {
                let options = ClientSecretCredentialOptions { client_options: client_options() };
                ClientSecretCredential::new(tenant, client_id.clone(), secret.reveal().to_owned().into(), Some(options))
                    .map_err(refused)?
            }
            Workload::ClientCertificate { client_id, file, password } => {
                let bytes = certificate(file, password.as_ref())?;
                let options =
                    ClientCertificateCredentialOptions { client_options: client_options(), ..Default::default() };
                ClientCertificateCredential::new(tenant.to_owned(), client_id.clone(), bytes, Some(options))
                    .map_err(refused)?
            }
            Workload::ManagedIdentity { client_id } => {
                let options = ManagedIdentityCredentialOptions {
                    user_assigned_id: client_id.clone().map(UserAssignedId::ClientId),
                    ..Default::default()
                };
                ManagedIdentityCredential::new(Some(options)).map_err(refused)?
            }
            Workload::WorkloadIdentity { client_id, token_file } => {
                let options = WorkloadIdentityCredentialOptions {
                    credential_options: ClientAssertionCredentialOptions { client_options: client_options() },
                    client_id: client_id.clone(),
                    tenant_id: Some(tenant.to_owned()),
                    token_file_path: token_file.clone(),
                };
                WorkloadIdentityCredential::new(Some(options)).map_err(refused)?
            }
        })
    }
}

fn options(cloud: &Cloud, http: &reqwest::Client) -> ClientOptions {
    let mut configuration = CustomConfiguration::default();
    configuration.authority_host.clone_from(&cloud.authority);
    ClientOptions {
        cloud: Some(Arc::new(configuration.into())),
        transport: Some(Transport::new(Arc::new(http.clone()))),
        // whoever waits is told soon; the library's own patience is minutes
        retry: RetryOptions::fixed(FixedRetryOptions { max_retries: 2, ..Default::default() }),
        ..Default::default()
    }
}

/// PKCS #12 as it is; PEM (a key and its certificates in one file) is put into one.
fn certificate(file: &std::path::Path, password: Option<&Secret>) -> Result<SecretBytes, Problem> {
    let unusable = |why: &dyn std::fmt::Display| {
        Problem::new(
            ProblemCode::SignIn,
            format!("The certificate {} cannot be used: {why}.", file.display()),
            "Give a PFX file, or a PEM file that holds the private key and the certificate.",
        )
    };
    let bytes = std::fs::read(file).map_err(|error| unusable(&error))?;
    if !bytes.starts_with(b"-----") {
        return match password {
            None => Ok(SecretBytes::new(bytes)),
            Some(password) => {
                let opened = Pkcs12::from_der(&bytes).and_then(|sealed| sealed.parse2(password.reveal()));
                let opened = opened.map_err(|_| unusable(&"it is no PFX file, or the password is wrong"))?;
                let (Some(key), Some(own)) = (opened.pkey, opened.cert) else {
                    return Err(unusable(&"a key or a certificate is missing"));
                };
                bundle(&key, &own, opened.ca).map_err(|error| unusable(&error))
            }
        };
    }
    let key = match password {
        Some(password) => PKey::private_key_from_pem_passphrase(&bytes, password.reveal().as_bytes()),
        None => PKey::private_key_from_pem_callback(&bytes, |_| Ok(0)),
    }
    .map_err(|_| unusable(&"it holds no private key that can be read"))?;
    let mut chain = X509::stack_from_pem(&bytes).map_err(|error| unusable(&error))?.into_iter();
    let Some(own) = chain.next() else { return Err(unusable(&"it holds no certificate")) };
    let mut others = Stack::new().map_err(|error| unusable(&error))?;
    for other in chain {
        others.push(other).map_err(|error| unusable(&error))?;
    }
    bundle(&key, &own, Some(others)).map_err(|error| unusable(&error))
}

fn bundle(
    key: &PKey<openssl::pkey::Private>,
    own: &X509,
    chain: Option<Stack<X509>>,
) -> Result<SecretBytes, openssl::error::ErrorStack> {
    let mut builder = Pkcs12::builder();
    builder.pkey(key).cert(own);
    if let Some(chain) = chain {
        builder.ca(chain);
    }
    builder.build2("")?.to_der().map(SecretBytes::new)
}

/// azure_identity's words hold Entra's number, or say what is missing on this machine.
pub(crate) fn problem(text: &str, tenant: &str) -> Problem {
    if text.contains("AADSTS") {
        return Refusal { error: "invalid_client", description: text, tenant }.problem();
    }
    let lower = text.to_lowercase();
    let (message, hint) = if lower.contains("az login") || lower.contains("please run") {
        ("Nobody is signed in with the Azure CLI on this machine.", "Run `az login --tenant TENANT`, then try again.")
    } else if lower.contains("azure cli") || lower.contains("no such file") && lower.contains("az") {
        ("The Azure CLI was not found on this machine.", "Install it, or sign in another way.")
    } else if lower.contains("imds") || lower.contains("managed identity") {
        (
            "This machine has no managed identity that answers.",
            "Run this on a machine of Azure with an identity, or sign in another way.",
        )
    } else if lower.contains("federated") || lower.contains("token file") || lower.contains("service account") {
        (
            "The federated token of the workload identity could not be read.",
            "Check AZURE_FEDERATED_TOKEN_FILE and AZURE_CLIENT_ID.",
        )
    } else {
        return Problem::new(
            ProblemCode::SignIn,
            format!("No token could be had for the tenant {tenant}: {}.", first_line(text)),
            "Check the credential and the network, then try again.",
        );
    };
    Problem::new(ProblemCode::SignIn, message, hint)
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim_end_matches('.')
}
