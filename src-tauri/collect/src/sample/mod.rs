//! The sample fleet: Nordwind Logistics, a company that does not exist, with the owners, integrations and mistakes of
//! one that does. It goes through the same path as every other source: documents in, verdicts out.

mod around;
mod around_access;
mod around_code;
mod around_network;
mod around_policy;
mod clusters;
mod desk;
mod shape;

use crate::Collected;
use desk::Desk;
use quay_model::{Document, DocumentKind, Gap, GapReason, Source};
use serde_json::json;

const TENANT: &str = "c0ffee00-1111-4222-8333-nordwindtest0";

pub(crate) struct SampleSubscription {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
}

pub(crate) const PRODUCTION: SampleSubscription =
    SampleSubscription { id: "5a3f1c02-8f1e-4c55-9a10-2f6b1d7e0a01", name: "Nordwind Production" };
pub(crate) const PLATFORM: SampleSubscription =
    SampleSubscription { id: "5a3f1c02-8f1e-4c55-9a10-2f6b1d7e0a02", name: "Nordwind Platform" };
pub(crate) const DATA: SampleSubscription =
    SampleSubscription { id: "5a3f1c02-8f1e-4c55-9a10-2f6b1d7e0a03", name: "Nordwind Data and AI" };
pub(crate) const RETAIL: SampleSubscription =
    SampleSubscription { id: "5a3f1c02-8f1e-4c55-9a10-2f6b1d7e0a04", name: "Nordwind Retail" };
pub(crate) const SANDBOX: SampleSubscription =
    SampleSubscription { id: "5a3f1c02-8f1e-4c55-9a10-2f6b1d7e0a05", name: "Nordwind Sandbox" };
/// Bought last spring; nobody has asked its owners for Reader yet.
const HAVNIA: SampleSubscription =
    SampleSubscription { id: "5a3f1c02-8f1e-4c55-9a10-2f6b1d7e0a06", name: "Havnia Shipping (acquired)" };

pub fn read_sample() -> Collected {
    let mut collected = Collected { anything_read: true, ..Collected::default() };
    for subscription in [PRODUCTION, PLATFORM, DATA, RETAIL, SANDBOX, HAVNIA] {
        let body = json!({"id": format!("/subscriptions/{}", subscription.id), "subscriptionId": subscription.id,
            "displayName": subscription.name, "state": "Enabled", "tenantId": TENANT});
        keep(&mut collected, DocumentKind::Subscription, subscription.id, "GET /subscriptions", &body);
    }
    let clusters = clusters::all();
    for cluster in &clusters {
        let (id, body) = cluster.document();
        let call = format!(
            "GET /subscriptions/{}/providers/Microsoft.ContainerService/managedClusters",
            cluster.subscription.id
        );
        keep(&mut collected, DocumentKind::Cluster, &id, &call, &body);
        let call = format!("GET {id}/trustedAccessRoleBindings");
        for (binding_id, body) in cluster.binding_documents() {
            keep(&mut collected, DocumentKind::Binding, &binding_id, &call, &body);
        }
        if cluster.bindings_denied() {
            collected.gaps.push(Gap {
                scope: id,
                call: "trustedAccessRoleBindings".to_owned(),
                reason: GapReason::Denied,
                message: "Azure answered 403 AuthorizationFailed for Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/read.".to_owned(),
                hint: "The custom role used for this scan lacks that action; Reader has it.".to_owned(),
            });
        } else {
            let body = json!({ "wholeListOfBindingsOf": id.to_lowercase() });
            keep(&mut collected, DocumentKind::BindingListEnd, &id, &call, &body);
        }
    }
    let mut desk = Desk { clusters: &clusters, collected: &mut collected };
    around::put(&mut desk);
    around_access::put(&mut desk);
    around_policy::put(&mut desk);
    around_network::put(&mut desk);
    around_code::put(&mut desk);
    collected.gaps.push(Gap {
        scope: format!("/subscriptions/{}", HAVNIA.id),
        call: "managedClusters".to_owned(),
        reason: GapReason::Denied,
        message: "Azure answered 403 AuthorizationFailed for Microsoft.ContainerService/managedClusters/read."
            .to_owned(),
        hint: "Ask the owners of Havnia Shipping for Reader on the subscription, then scan again.".to_owned(),
    });
    collected
}

fn keep(collected: &mut Collected, kind: DocumentKind, id: &str, call: &str, body: &serde_json::Value) {
    keep_from(collected, kind, id, "sample fleet", call, body);
}

/// What code declares is shown with the name of its file.
fn keep_from(
    collected: &mut Collected,
    kind: DocumentKind,
    id: &str,
    file: &str,
    call: &str,
    body: &serde_json::Value,
) {
    let source = Source::new(file, call);
    collected.documents.push(Document::new(kind, id.to_owned(), source, body));
}
