//! The simulator's answers held against recorded exchanges with Azure: the same keys, the same paging, the same shapes
//! of errors. Skips where the recordings are not beside this checkout.
#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]
#![expect(clippy::print_stdout, reason = "figures and skips are printed")]

use quay_azure::{Azure, Fault, FaultKind, Options, World, generate};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

const SUBSCRIPTION: &str = "00000000-0000-4000-8000-000000000000";

fn recorded(name: &str) -> Option<Vec<Value>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/domain/data").join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {} is not beside this checkout", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).expect("recordings are JSON"))
}

struct Lab {
    azure: Azure,
    client: reqwest::Client,
    token: String,
}

impl Lab {
    async fn new(world: World, options: Options) -> Lab {
        let tenant = world.tenant.clone();
        let azure = Azure::start(world, options).await.expect("it listens");
        let certificate = reqwest::Certificate::from_pem(azure.authority_pem().as_bytes()).expect("PEM");
        let client = reqwest::Client::builder().tls_certs_merge([certificate]).build().expect("a client");
        let form = format!(
            "grant_type=client_credentials&client_id=c&client_secret=simulated-client-secret&scope={}/.default",
            azure.origin()
        );
        let url = format!("{}/{tenant}/oauth2/v2.0/token", azure.origin());
        let answer = client
            .post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .expect("answered");
        let granted: Value = serde_json::from_str(&answer.text().await.expect("text")).expect("JSON");
        let token = granted["access_token"].as_str().expect("a token").to_owned();
        Lab { azure, client, token }
    }

    /// Status, headers and body.
    async fn ask(&self, target: &str, body: Option<Value>) -> (u16, reqwest::header::HeaderMap, Result<Value, String>) {
        let url =
            if target.starts_with("https") { target.to_owned() } else { format!("{}{target}", self.azure.origin()) };
        let request = match body {
            None => self.client.get(url),
            Some(body) => self.client.post(url).header("content-type", "application/json").body(body.to_string()),
        };
        let answer = request.bearer_auth(&self.token).send().await.expect("answered");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.expect("text");
        (status, headers, serde_json::from_str(&text).map_err(|_| text))
    }
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().map(|object| object.keys().cloned().collect()).unwrap_or_default()
}

fn bodies(exchanges: &[Value], method: &str, ending: &str, status: u64) -> Vec<Value> {
    let asked = |exchange: &&Value| {
        let path = exchange["request"]["url"]
            .as_str()
            .unwrap_or_default()
            .split('?')
            .next()
            .unwrap_or_default()
            .to_lowercase();
        exchange["request"]["method"] == method
            && exchange["response"]["status"] == status
            && path.contains(&ending.to_lowercase())
    };
    exchanges.iter().filter(asked).map(|exchange| exchange["response"]["body"].clone()).collect()
}

#[tokio::test]
async fn bindings_and_roles_have_the_recorded_keys() {
    let Some(exchanges) = recorded("trusted-access-exchanges.json") else { return };
    let lab = Lab::new(generate(60, 1, 7), Options::default()).await;
    let clusters = format!(
        "/subscriptions/{SUBSCRIPTION}/providers/Microsoft.ContainerService/managedClusters?api-version=2025-10-01"
    );
    let (_, _, listed) = lab.ask(&clusters, None).await;
    let listed = listed.expect("JSON");
    let mut compared = 0;
    let lists = bodies(&exchanges, "GET", "/trustedAccessRoleBindings", 200);
    let real = lists
        .iter()
        .flat_map(|body| body["value"].as_array().cloned().unwrap_or_default())
        .next()
        .expect("a recorded binding");
    for cluster in listed["value"].as_array().expect("a list") {
        let id = cluster["id"].as_str().expect("an id");
        let (status, _, body) = lab.ask(&format!("{id}/trustedAccessRoleBindings?api-version=2025-10-01"), None).await;
        let body = body.expect("JSON");
        assert_eq!((status, keys(&body)), (200, BTreeSet::from(["value".to_owned()])));
        for ours in body["value"].as_array().expect("a list") {
            assert_eq!((keys(ours), keys(&ours["properties"])), (keys(&real), keys(&real["properties"])));
            compared += 1;
        }
    }
    assert!(compared > 5, "{compared} bindings were compared");
    let missing = format!(
        "{}/trustedAccessRoleBindings/none?api-version=2025-10-01",
        listed["value"][0]["id"].as_str().expect("an id")
    );
    let (status, _, body) = lab.ask(&missing, None).await;
    let gone = bodies(&exchanges, "GET", "/trustedAccessRoleBindings/", 404);
    let ours = keys(&body.expect("JSON"));
    assert!(status == 404 && gone.iter().any(|real| keys(real) == ours), "{ours:?}");
    let (_, headers, roles) = lab.ask(&format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.ContainerService/locations/eastus/trustedAccessRoles?api-version=2025-08-01"), None).await;
    let (ours, real) =
        (&roles.expect("JSON")["value"][0], &bodies(&exchanges, "GET", "/trustedAccessRoles", 200)[0]["value"][0]);
    assert_eq!((keys(ours), keys(&ours["rules"][0])), (keys(real), keys(&real["rules"][0])));
    for header in ["x-ms-ratelimit-remaining-subscription-reads", "x-ms-ratelimit-remaining-subscription-global-reads"]
    {
        assert!(headers.contains_key(header), "{header}");
    }
    println!("{compared} bindings, {} recorded exchanges", exchanges.len());
}

#[tokio::test]
async fn lists_page_as_they_did() {
    let Some(exchanges) = recorded("managed-cluster-lists.json") else { return };
    let paged = exchanges
        .iter()
        .find(|e| e["response"]["body"]["nextLink"].as_str().is_some_and(|link| !link.is_empty()))
        .expect("one recorded list goes on");
    let link = paged["response"]["body"]["nextLink"].as_str().expect("a link").to_lowercase();
    assert!(link.starts_with("https://") && link.contains("skiptoken="));
    let lab = Lab::new(generate(25, 1, 7), Options { page: 10, ..Options::default() }).await;
    let mut next = format!(
        "/subscriptions/{SUBSCRIPTION}/providers/Microsoft.ContainerService/managedClusters?api-version=2025-10-01"
    );
    let (mut pages, mut seen) = (Vec::new(), BTreeSet::new());
    loop {
        let (status, _, body) = lab.ask(&next, None).await;
        let body = body.expect("JSON");
        assert_eq!(status, 200);
        let items = body["value"].as_array().expect("a list").clone();
        seen.extend(items.iter().map(|item| item["id"].to_string()));
        pages.push(items.len());
        let Some(link) = body["nextLink"].as_str() else { break };
        assert!(
            link.starts_with(lab.azure.origin())
                && link.to_lowercase().contains("skiptoken=")
                && link.contains("api-version=")
        );
        link.clone_into(&mut next);
    }
    assert_eq!((pages, seen.len()), (vec![10, 10, 5], 25));
}

#[tokio::test]
async fn resource_graph_answers_pages_and_refuses_as_recorded() {
    let Some(exchanges) = recorded("arg-exchanges.json") else { return };
    let lab = Lab::new(generate(25, 1, 7), Options::default()).await;
    const GRAPH: &str = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";
    let query = "resources | where type =~ 'microsoft.containerservice/managedclusters' | project id | order by id asc";
    let (_, headers, page) = lab.ask(GRAPH, Some(json!({"query": query, "options": {"$top": 10}}))).await;
    let page = page.expect("JSON");
    let real = exchanges.iter().find(|e| e["response"]["body"]["$skipToken"].is_string()).expect("a recorded page");
    assert_eq!(keys(&page), keys(&real["response"]["body"]));
    assert!(page["resultTruncated"].is_string() && real["response"]["body"]["resultTruncated"].is_string());
    for (name, _) in real["response"]["headers"]
        .as_object()
        .expect("headers")
        .iter()
        .filter(|(name, _)| name.starts_with("x-ms-user-quota"))
    {
        assert!(headers.contains_key(name.as_str()), "{name}");
    }
    let (_, _, last) = lab.ask(GRAPH, Some(json!({"query": query, "options": {"$top": 1000}}))).await;
    let whole = exchanges
        .iter()
        .find(|e| {
            e["response"]["status"] == 200
                && e["response"]["body"]["$skipToken"].is_null()
                && e["response"]["body"]["data"].is_array()
        })
        .expect("a whole answer");
    assert_eq!(keys(&last.expect("JSON")), keys(&whole["response"]["body"]));
    let (status, _, refused) = lab.ask(GRAPH, Some(json!({"query": "resources | wher x"}))).await;
    let refused = refused.expect("JSON");
    let real = bodies(&exchanges, "POST", "/resources", 400);
    assert_eq!(status, 400);
    assert!(real.iter().any(|body| keys(&body["error"]) == keys(&refused["error"])), "{refused}");
    assert!(real.iter().any(|body| body["error"]["details"][1]["code"] == refused["error"]["details"][1]["code"]));
}

#[tokio::test]
async fn errors_have_recorded_shapes() {
    let Some(exchanges) = recorded("arm-errors.json") else { return };
    let lab = Lab::new(generate(5, 1, 7), Options { throttle: false, ..Options::default() }).await;
    let target = format!(
        "/subscriptions/{SUBSCRIPTION}/providers/Microsoft.ContainerService/managedClusters?api-version=2025-10-01"
    );
    let kinds = [
        FaultKind::Denied,
        FaultKind::NotFound,
        FaultKind::NotFoundBare,
        FaultKind::Conflict,
        FaultKind::ThrottledJson,
        FaultKind::ThrottledText,
        FaultKind::ServerError,
        FaultKind::BadGateway,
        FaultKind::Unavailable,
        FaultKind::GatewayTimeout,
        FaultKind::TokenExpired,
    ];
    for kind in kinds {
        lab.azure.clear_faults();
        lab.azure.add_fault(Fault { on: "/managedclusters".into(), kind, times: Some(1) });
        let (status, headers, body) = lab.ask(&target, None).await;
        let form = |headers: &str| headers.split(';').next().unwrap_or_default().trim().to_owned();
        let ours = form(headers.get("content-type").and_then(|h| h.to_str().ok()).unwrap_or_default());
        let like = exchanges.iter().any(|exchange| {
            let real = &exchange["response"];
            let same_form = real["headers"]["content-type"].as_str().map(form).as_deref() == Some(ours.as_str());
            let same_keys = match &body {
                Ok(body) => {
                    keys(body) == keys(&real["body"])
                        && (body["error"].is_null() || keys(&real["body"]["error"]).is_superset(&keys(&body["error"])))
                }
                Err(_) => real["body"].is_string(),
            };
            real["status"] == status && same_form && same_keys
        }) || kind == FaultKind::NotFoundBare
            && body.as_ref().is_ok_and(|body| keys(body).contains("subcode"));
        assert!(like, "{kind:?}: nothing recorded looks like {status} {ours} {body:?}");
        if status == 401 {
            let header = headers.get("www-authenticate").and_then(|h| h.to_str().ok()).unwrap_or_default().to_owned();
            assert!(
                header.starts_with("Bearer authorization_uri=\"https://login.windows.net/")
                    && header.contains("error=\"invalid_token\"")
            );
        }
    }
}

#[tokio::test]
async fn the_directory_answers_as_recorded() {
    let Some(exchanges) = recorded("graph-principals.json") else { return };
    let lab = Lab::new(generate(5, 1, 7), Options::default()).await;
    let (status, _, body) = lab
        .ask("/v1.0/directoryObjects/getByIds", Some(json!({"ids": ["b0b0b0b0-0001-4000-8000-000000000000"]})))
        .await;
    let body = body.expect("JSON");
    let real = &bodies(&exchanges, "POST", "/getByIds", 200)[0];
    assert_eq!((status, keys(&body)), (200, keys(real)));
    let known: BTreeSet<String> = bodies(&exchanges, "POST", "/getByIds", 200)
        .iter()
        .flat_map(|b| b["value"].as_array().cloned().unwrap_or_default())
        .flat_map(|o| keys(&o))
        .collect();
    let ours = keys(&body["value"][0]);
    assert!(!ours.is_empty() && ours.is_subset(&known), "{ours:?}");
}
