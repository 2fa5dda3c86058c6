//! One Trusted Access role binding, and what is known about all bindings of one cluster.

use crate::cluster::source_line;
use crate::field::Body;
use crate::{ArmId, ContentHash, Field, Source};
use serde_json::Value;

#[derive(Debug, Clone)]
pub struct Binding {
    pub id: ArmId,
    /// The id of the cluster it belongs to.
    pub cluster: ArmId,
    pub name: String,
    pub source: Source,
    pub hash: ContentHash,
    pub provisioning_state: Field<String>,
    pub source_resource_id: Field<String>,
    pub roles: Field<Vec<String>>,
}

impl Binding {
    /// `None` when the id is not that of a child of a cluster.
    pub fn read(id: ArmId, root: &Value, source: Source, hash: ContentHash) -> Option<Self> {
        let cluster = id.parent()?;
        let body = &Body::new(root);
        Some(Binding {
            name: id.name().to_owned(),
            cluster,
            source,
            hash,
            provisioning_state: Field::text(body, "properties.provisioningState"),
            source_resource_id: Field::text(body, "properties.sourceResourceId"),
            roles: Field::texts(body, "properties.roles"),
            id,
        })
    }

    pub fn source_line(&self) -> String {
        source_line(&self.source, &self.hash)
    }

    /// The resource that holds the access, when its id can be read.
    pub fn holder(&self) -> Option<ArmId> {
        self.source_resource_id.reading.value().and_then(|text| ArmId::parse(text))
    }
}

/// The bindings of one cluster. There is no list of them across clusters in Azure, so each cluster is asked alone,
/// and "none seen" is a fact only when its whole list was read.
#[derive(Debug, Clone, Default)]
pub struct Bindings {
    pub seen: Vec<Binding>,
    /// Why the list is not known to be whole; `None` when it is.
    pub incomplete: Option<String>,
}

impl Bindings {
    pub fn is_complete(&self) -> bool {
        self.incomplete.is_none()
    }
}
