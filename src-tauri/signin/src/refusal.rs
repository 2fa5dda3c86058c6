//! Entra's refusals in words: what happened, and what to do next.
//! Numbers: "Microsoft Entra authentication and authorization error codes".

use quay_model::{Problem, ProblemCode};

/// A refusal as the token endpoint or the redirect wrote it.
pub(crate) struct Refusal<'a> {
    /// OAuth's word, such as `invalid_grant`.
    pub(crate) error: &'a str,
    /// Entra's text; the number in it is what counts.
    pub(crate) description: &'a str,
    pub(crate) tenant: &'a str,
}

const AGAIN: &str = "Sign in again.";

impl Refusal<'_> {
    pub(crate) fn number(&self) -> Option<u32> {
        let digits = self.description.split("AADSTS").nth(1)?;
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        digits.get(..end)?.parse().ok()
    }

    pub(crate) fn problem(&self) -> Problem {
        let tenant = self.tenant;
        let (message, hint) = match (self.number(), self.error) {
            (Some(50074 | 50076), _) => (
                "Entra wants a second factor for this sign-in (AADSTS50076).".to_owned(),
                "Sign in through the browser and approve the request of your authenticator. Device code and stored sign-ins cannot answer it.",
            ),
            (Some(50072 | 50079), _) => (
                "Your account has to set up multi-factor authentication first (AADSTS50079).".to_owned(),
                "Open https://aka.ms/mfasetup, set it up, then sign in again.",
            ),
            (Some(65001 | 90094), _) => (
                "Nobody has consented yet to this application reading Azure for you (AADSTS65001).".to_owned(),
                "Sign in through the browser and accept, or ask an administrator of the tenant to grant admin consent for the application.",
            ),
            (Some(65004), _) | (None, "access_denied") => (
                "The sign-in page was answered with no (AADSTS65004).".to_owned(),
                "Sign in again and accept, or choose another way to sign in.",
            ),
            (Some(700_082 | 70_008 | 70_043 | 50_173 | 700_084), _) => (
                format!(
                    "The stored sign-in is no longer valid: it expired or was revoked (AADSTS{}).",
                    self.number().unwrap_or_default()
                ),
                AGAIN,
            ),
            (Some(530_003 | 530_002 | 53_000 | 53_001), _) => (
                "Conditional Access wants a managed device for this, and this machine is none to it (AADSTS530003)."
                    .to_owned(),
                "Use a device your organisation manages, or ask for an exception to the policy. Files collected elsewhere can be opened instead.",
            ),
            (Some(53_003 | 53_004), _) => (
                "Conditional Access blocks this sign-in (AADSTS53003).".to_owned(),
                "Ask an administrator which policy applies; often device code is blocked and the browser is not.",
            ),
            (Some(50_020), _) => (
                format!("This account is not known in the tenant {tenant} (AADSTS50020)."),
                "Choose the account that was invited there, or ask the tenant for an invitation.",
            ),
            (Some(50_034), _) => (
                format!("There is no such account in the tenant {tenant} (AADSTS50034)."),
                "Check the account and the tenant.",
            ),
            (Some(50_105), _) => (
                "This account is not assigned to the application (AADSTS50105).".to_owned(),
                "Ask an administrator to assign it, or to open the application to all users.",
            ),
            (Some(50_011), _) => (
                "The application does not know the address http://localhost (AADSTS50011).".to_owned(),
                "In its registration, add http://localhost under Mobile and desktop applications.",
            ),
            (Some(7_000_218), _) => (
                "The application is not registered as a public client (AADSTS7000218).".to_owned(),
                "In its registration, under Authentication, allow public client flows.",
            ),
            (Some(7_000_215), _) => (
                "The client secret is wrong (AADSTS7000215).".to_owned(),
                "Give the secret's value, not its id, in AZURE_CLIENT_SECRET.",
            ),
            (Some(7_000_222), _) => (
                "The client secret has expired (AADSTS7000222).".to_owned(),
                "Make a new secret for the application, or use a certificate or a workload identity.",
            ),
            (Some(700_027), _) => (
                "Entra does not know the certificate (AADSTS700027).".to_owned(),
                "Upload its public part to the application's registration.",
            ),
            (Some(700_016), _) => (
                format!("There is no such application in the tenant {tenant} (AADSTS700016)."),
                "Check the client id and the tenant; an application of another tenant needs admin consent first.",
            ),
            (Some(90_002 | 900_023), _) => (
                format!("There is no tenant {tenant} (AADSTS90002)."),
                "Check the tenant's id or domain, and that the cloud is the right one.",
            ),
            (_, "authorization_declined") => {
                ("The sign-in with the code was declined.".to_owned(), "Start again and accept it.")
            }
            (_, "expired_token" | "code_expired") => {
                ("Nobody entered the code in time.".to_owned(), "Start again; the code is good for 15 minutes.")
            }
            (Some(number), _) => (
                format!("Entra refused the sign-in to the tenant {tenant} (AADSTS{number}, {}).", self.error),
                "Look the number up at https://login.microsoftonline.com/error, then sign in again.",
            ),
            (None, error) => (format!("Entra refused the sign-in to the tenant {tenant} ({error})."), AGAIN),
        };
        Problem::new(ProblemCode::SignIn, message, hint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_refusal_has_a_sentence_of_its_own() {
        let numbers = [
            50_074, 50_076, 50_079, 65_001, 65_004, 700_082, 530_003, 53_003, 50_020, 50_034, 50_105, 50_011,
            7_000_218, 7_000_215, 7_000_222, 700_027, 700_016, 90_002,
        ];
        for number in numbers {
            let description = format!("AADSTS{number}: words that may change. Trace ID: x");
            let refusal = Refusal { error: "invalid_grant", description: &description, tenant: "contoso" };
            let problem = refusal.problem();
            assert_eq!(problem.code, ProblemCode::SignIn);
            assert!(!problem.message.contains("Entra refused the sign-in"), "{number} has only the general sentence");
            assert!(problem.hint.len() > 10 && !problem.message.contains("Trace ID"), "{number}");
        }
        let unknown = Refusal { error: "invalid_grant", description: "AADSTS999999: x", tenant: "contoso" }.problem();
        assert!(unknown.message.contains("AADSTS999999"));
        let bare = Refusal { error: "server_error", description: "", tenant: "contoso" }.problem();
        assert!(bare.message.contains("server_error"));
    }
}
