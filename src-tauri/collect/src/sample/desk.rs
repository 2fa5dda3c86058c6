//! Where the sample's documents are put down, and the ids that are made for them.

use super::shape::SampleCluster;
use super::{SampleSubscription, TENANT, keep, keep_from};
use crate::Collected;
use quay_model::{DocumentKind, Gap, GapReason};
use serde_json::{Value, json};

/// Resource Graph lists for all subscriptions at once.
pub(crate) const EVERYWHERE: &str = "tenant";

pub(crate) struct Desk<'a> {
    pub(crate) clusters: &'a [SampleCluster],
    pub(crate) collected: &'a mut Collected,
}

impl Desk<'_> {
    /// The id of a cluster; empty for a name that is not in the table, which a test finds.
    pub(crate) fn cluster(&self, name: &str) -> String {
        self.clusters.iter().find(|cluster| cluster.name == name).map(SampleCluster::id).unwrap_or_default()
    }

    /// An entry of a list, by its own id.
    pub(crate) fn related(&mut self, list: &str, body: &Value) {
        self.put(DocumentKind::Related, body.get("id").and_then(Value::as_str).unwrap_or_default(), list, body);
    }

    /// Something that hangs below a cluster.
    pub(crate) fn on_cluster(&mut self, list: &str, cluster: &str, below: &str, properties: &Value) {
        let id = format!("{}/{below}", self.cluster(cluster));
        let name = below.rsplit('/').next().unwrap_or_default();
        self.related(list, &json!({"id": id, "name": name, "properties": properties}));
    }

    pub(crate) fn put(&mut self, kind: DocumentKind, id: &str, list: &str, body: &Value) {
        keep(self.collected, kind, id, &format!("list of {list}"), body);
    }

    pub(crate) fn declared(&mut self, file: &str, body: &Value) {
        let id = ["id", "address"].into_iter().find_map(|key| body.get(key)?.as_str()).unwrap_or_default();
        keep_from(self.collected, DocumentKind::Declared, id, file, "", body);
    }

    /// The list was read to its end there.
    pub(crate) fn whole(&mut self, list: &str, scope: &str) {
        let body = json!({"wholeListOf": list, "in": scope});
        self.put(DocumentKind::ListEnd, &scope.to_lowercase(), list, &body);
    }

    pub(crate) fn denied(&mut self, list: &str, scope: &str, action: &str, hint: &str) {
        self.collected.gaps.push(Gap {
            scope: scope.to_owned(),
            call: list.to_owned(),
            reason: GapReason::Denied,
            message: format!("Azure answered 403 AuthorizationFailed for {action}."),
            hint: hint.to_owned(),
        });
    }
}

pub(crate) fn at(subscription: &SampleSubscription) -> String {
    format!("/subscriptions/{}", subscription.id)
}

pub(crate) fn id_in(subscription: &SampleSubscription, group: &str, kind: &str, name: &str) -> String {
    format!("{}/resourceGroups/{group}/providers/{kind}/{name}", at(subscription))
}

/// The identity Azure gives a resource of its own.
pub(crate) fn system_assigned(resource: &str) -> Value {
    json!({"type": "SystemAssigned", "principalId": guid(resource), "tenantId": TENANT})
}

/// An id that Azure would draw by lot; here it follows from what it is for, so that the sample never changes.
pub(crate) fn guid(of: &str) -> String {
    let hash = |start: u64| {
        of.to_lowercase().bytes().fold(start, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    };
    let (a, b) = (hash(0xcbf2_9ce4_8422_2325), hash(0x9e37_79b9_7f4a_7c15));
    let low = b & 0xffff_ffff_ffff;
    format!("{:08x}-{:04x}-4{:03x}-8{:03x}-{low:012x}", a >> 32, (a >> 16) & 0xffff, a & 0xfff, (b >> 48) & 0xfff)
}
