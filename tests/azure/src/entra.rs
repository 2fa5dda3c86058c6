//! Entra: discovery, the sign-in page, device codes and the token endpoint, with its refusals.

use crate::answer::Answer;
use crate::faults::FaultKind;
use crate::server::State;
use crate::tokens::{Begun, Wanted, proves};
use serde_json::{Value, json};
use std::collections::HashMap;
use url::form_urlencoded;

pub(crate) const PERSON: &str = "ada@nordwind.example";

pub(crate) fn fields(text: &str) -> HashMap<String, String> {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

/// Answers what belongs to sign-in; `None` for everything else.
pub(crate) fn answer(
    state: &mut State,
    origin: &str,
    method: &str,
    path: &str,
    query: &str,
    body: &str,
    fault: Option<FaultKind>,
) -> Option<Answer> {
    let lower = path.to_lowercase();
    let tenant = path.split('/').nth(1).unwrap_or_default().to_owned();
    if lower.ends_with("/.well-known/openid-configuration") {
        return Some(Answer::json(
            200,
            &configuration(origin, if tenant.contains('.') { &state.world.tenant } else { &tenant }),
        ));
    }
    if lower == "/common/discovery/instance" {
        let endpoint = format!("{origin}/{}/v2.0/.well-known/openid-configuration", state.world.tenant);
        return Some(Answer::json(
            200,
            &json!({"tenant_discovery_endpoint": endpoint, "api-version": "1.1", "metadata": []}),
        ));
    }
    if lower == "/metadata/endpoints" {
        return Some(Answer::json(200, &endpoints(origin)));
    }
    if lower.ends_with("/oauth2/v2.0/authorize") {
        return Some(authorize(state, &tenant, &fields(query), path, query, fault));
    }
    if lower.ends_with("/oauth2/v2.0/continue") {
        return Some(signed_in(state, &tenant, &fields(query)));
    }
    if lower.ends_with("/oauth2/v2.0/devicecode") && method == "POST" {
        return Some(device_code(state, origin));
    }
    if lower == "/devicelogin" {
        return Some(Answer::html(
            200,
            "<h1>Enter the code shown by the program</h1><p>This Azure approves it by itself.</p>",
        ));
    }
    if (lower.ends_with("/oauth2/v2.0/token") || lower.ends_with("/oauth2/token")) && method == "POST" {
        return Some(token(state, &tenant, &fields(body), fault));
    }
    if lower.ends_with("/oauth2/v2.0/logout") {
        state.tokens.revoke_refresh();
        return Some(Answer::html(200, "<h1>You signed out</h1>"));
    }
    None
}

fn configuration(origin: &str, tenant: &str) -> Value {
    json!({"issuer": format!("{origin}/{tenant}/v2.0"), "token_endpoint": format!("{origin}/{tenant}/oauth2/v2.0/token"),
        "authorization_endpoint": format!("{origin}/{tenant}/oauth2/v2.0/authorize"),
        "device_authorization_endpoint": format!("{origin}/{tenant}/oauth2/v2.0/devicecode"),
        "jwks_uri": format!("{origin}/{tenant}/discovery/v2.0/keys"), "response_types_supported": ["code"],
        "id_token_signing_alg_values_supported": ["RS256"], "tenant_region_scope": "EU", "cloud_instance_name": "localhost"})
}

/// `GET /metadata/endpoints`, in the shape `az cloud register` reads.
fn endpoints(origin: &str) -> Value {
    json!({"name": "quay", "resourceManager": origin, "portal": origin, "gallery": origin, "graph": origin,
        "microsoftGraphResourceId": origin, "graphAudience": origin, "activeDirectoryDataLake": origin, "batch": origin,
        "media": origin, "sqlManagement": origin, "vmImageAliasDoc": origin, "dataLakeStore": "localhost", "suffixes": {},
        "authentication": {"loginEndpoint": origin, "audiences": [origin], "tenant": "common", "identityProvider": "AAD"}})
}

fn authorize(
    state: &mut State,
    tenant: &str,
    asked: &HashMap<String, String>,
    path: &str,
    query: &str,
    fault: Option<FaultKind>,
) -> Answer {
    let get = |name: &str| asked.get(name).cloned().unwrap_or_default();
    let back = get("redirect_uri");
    let well = get("response_type") == "code"
        && get("code_challenge_method") == "S256"
        && back.starts_with("http://localhost");
    if !well || get("state").is_empty() || get("client_id").is_empty() {
        return Answer::html(
            400,
            "<h1>AADSTS900144: the request is missing a parameter, or does not use PKCE S256</h1>",
        );
    }
    if let Some((error, description)) = fault.and_then(refusal) {
        let words = form_urlencoded::Serializer::new(String::new())
            .append_pair("error", error)
            .append_pair("error_description", &description)
            .append_pair("state", &get("state"))
            .finish();
        return Answer::redirect(&format!("{}/?{words}", back.trim_end_matches('/')));
    }
    if state.options.sign_in_at_once {
        return signed_in(state, tenant, asked);
    }
    let go_on = path.replace("/authorize", "/continue");
    let shown = query.replace('&', "&amp;").replace('"', "&quot;");
    Answer::html(
        200,
        &format!(
            "<title>Sign in</title><h1>Sign in to the simulated tenant</h1><p><a id=\"continue\" href=\"{go_on}?{shown}\">Continue as {PERSON}</a></p>"
        ),
    )
}

fn signed_in(state: &mut State, tenant: &str, asked: &HashMap<String, String>) -> Answer {
    let get = |name: &str| asked.get(name).cloned().unwrap_or_default();
    let code = state.tokens.secret("code");
    let begun = Begun {
        tenant: tenant.to_owned(),
        redirect: get("redirect_uri"),
        challenge: get("code_challenge"),
        nonce: get("nonce"),
    };
    state.tokens.codes.insert(code.clone(), begun);
    let words = form_urlencoded::Serializer::new(String::new())
        .append_pair("code", &code)
        .append_pair("state", &get("state"))
        .append_pair("session_state", "simulated")
        .finish();
    Answer::redirect(&format!("{}/?{words}", get("redirect_uri").trim_end_matches('/')))
}

fn device_code(state: &mut State, origin: &str) -> Answer {
    let code = state.tokens.secret("device");
    state.tokens.devices.insert(code.clone(), 0);
    Answer::json(
        200,
        &json!({"device_code": code, "user_code": "QUAY-2468", "verification_uri": format!("{origin}/devicelogin"),
        "expires_in": 900, "interval": 1, "message": "To sign in, open the page and enter the code QUAY-2468."}),
    )
}

fn token(state: &mut State, tenant: &str, asked: &HashMap<String, String>, fault: Option<FaultKind>) -> Answer {
    let get = |name: &str| asked.get(name).map_or("", String::as_str);
    if let Some((error, description)) = fault.and_then(refusal) {
        return Answer::json(400, &entra_error(error, &description));
    }
    let home = state.world.tenant.clone();
    let mut of_tenant = if matches!(tenant, "organizations" | "common") { home } else { tenant.to_owned() };
    if fault == Some(FaultKind::WrongTenant) {
        of_tenant = "99999999-9999-4999-8999-999999999999".to_owned();
    }
    let audience = audience(get("scope"), get("resource"));
    let life = state.options.token_life;
    let mut wanted = Wanted {
        tenant: &of_tenant,
        audience: &audience,
        caller: PERSON,
        is_person: true,
        nonce: "",
        life,
        with_refresh: true,
    };
    let grant = get("grant_type");
    let nonce;
    match grant {
        "authorization_code" => {
            // a code is good once
            let Some(begun) = state.tokens.codes.remove(get("code")) else {
                return invalid_grant("AADSTS54005: OAuth2 Authorization code was already redeemed.");
            };
            let same = begun.redirect == get("redirect_uri") && begun.tenant == tenant;
            if !same || !proves(get("code_verifier"), &begun.challenge) {
                return invalid_grant(
                    "AADSTS501481: The Code_Verifier does not match the code_challenge supplied in the authorization request.",
                );
            }
            nonce = begun.nonce;
            wanted.nonce = &nonce;
        }
        "refresh_token" => {
            if state.tokens.redeem_refresh(get("refresh_token")).is_none() {
                return invalid_grant(
                    "AADSTS70043: The refresh token has expired or is invalid due to sign-in frequency checks by conditional access.",
                );
            }
        }
        "client_credentials" => {
            let by_secret = get("client_secret") == state.options.client_secret;
            if !by_secret && get("client_assertion").matches('.').count() != 2 {
                return Answer::json(
                    401,
                    &entra_error(
                        "invalid_client",
                        "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.",
                    ),
                );
            }
            wanted.caller = get("client_id");
            (wanted.is_person, wanted.with_refresh) = (false, false);
        }
        other if other.ends_with("device_code") => {
            let polls = match state.tokens.devices.get_mut(get("device_code")) {
                Some(polls) => polls,
                None => return Answer::json(400, &entra_error("bad_verification_code", "AADSTS50199: unknown code")),
            };
            *polls += 1;
            if *polls < 2 {
                return Answer::json(
                    400,
                    &entra_error(
                        "authorization_pending",
                        "AADSTS70016: OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
                    ),
                );
            }
            state.tokens.devices.remove(get("device_code"));
        }
        _ => {
            return Answer::json(
                400,
                &entra_error("unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type."),
            );
        }
    }
    Answer::json(200, &state.tokens.grant(&wanted))
}

fn audience(scope: &str, resource: &str) -> String {
    let first = scope.split(' ').find(|scope| scope.starts_with("http")).unwrap_or(resource);
    first.trim_end_matches("/.default").trim_end_matches("/user_impersonation").trim_end_matches('/').to_owned()
}

fn invalid_grant(description: &str) -> Answer {
    Answer::json(400, &entra_error("invalid_grant", description))
}

fn entra_error(error: &str, description: &str) -> Value {
    let code: u64 =
        description.trim_start_matches("AADSTS").split(':').next().and_then(|c| c.parse().ok()).unwrap_or(0);
    json!({"error": error, "error_description": format!("{description} Trace ID: 0a0a0a0a-simulated Correlation ID: 0b0b0b0b-simulated Timestamp: 2026-11-23 12:00:00Z"),
        "error_codes": [code], "timestamp": "2026-11-23 12:00:00Z", "trace_id": "0a0a0a0a-simulated", "correlation_id": "0b0b0b0b-simulated"})
}

fn refusal(kind: FaultKind) -> Option<(&'static str, String)> {
    let (error, description) = match kind {
        FaultKind::Aadsts50076 => (
            "interaction_required",
            "AADSTS50076: Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '797f4846-ba00-4fd7-ba43-dac1f8f63013'.",
        ),
        FaultKind::Aadsts50079 => (
            "interaction_required",
            "AADSTS50079: Due to a configuration change made by your administrator, you must enroll in multi-factor authentication to access this resource.",
        ),
        FaultKind::Aadsts65001 => (
            "invalid_grant",
            "AADSTS65001: The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.",
        ),
        FaultKind::Aadsts700082 => (
            "invalid_grant",
            "AADSTS700082: The refresh token has expired due to inactivity. The token was issued on 2026-05-01 and was inactive for 90.00:00:00.",
        ),
        FaultKind::Aadsts530003 => {
            ("interaction_required", "AADSTS530003: Your device is required to be managed to access this resource.")
        }
        FaultKind::Aadsts53003 => (
            "invalid_grant",
            "AADSTS53003: Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
        ),
        FaultKind::Aadsts50020 => (
            "invalid_grant",
            "AADSTS50020: User account 'ada@nordwind.example' from identity provider does not exist in tenant 'Other' and cannot access the application.",
        ),
        FaultKind::Aadsts7000215 => ("invalid_client", "AADSTS7000215: Invalid client secret provided."),
        FaultKind::Aadsts7000222 => ("invalid_client", "AADSTS7000222: The provided client secret keys are expired."),
        FaultKind::Aadsts700016 => {
            ("unauthorized_client", "AADSTS700016: Application with identifier was not found in the directory.")
        }
        FaultKind::Aadsts90002 => {
            ("invalid_request", "AADSTS90002: Tenant not found. Check to make sure you have the correct tenant ID.")
        }
        FaultKind::AccessDenied => ("access_denied", "AADSTS65004: User declined to consent to access the app."),
        FaultKind::AuthorizationDeclined => ("authorization_declined", "AADSTS70018: the person declined"),
        FaultKind::ExpiredToken => ("expired_token", "AADSTS70019: CODE_EXPIRED. Verification code expired."),
        FaultKind::SlowDown => ("slow_down", "AADSTS70021: polling too fast"),
        _ => return None,
    };
    Some((error, description.to_owned()))
}
