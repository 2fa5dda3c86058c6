//! Who holds which role where. Keyed on GUIDs: names of roles change (FACTS: Defender's did).

use crate::cluster::source_line;
use crate::field::Body;
use crate::guid::GuidName;
use crate::keyed::KeyedMap;
use crate::{ArmId, ContentHash, Document, Field, Permissions, Reading, Source, Words, child};
use serde_json::Value;
use std::sync::Arc;

/// AcrPull ("Azure built-in roles").
const ACR_PULL: &str = "7f951dda-4ed3-4680-a7ca-43fe172d538d";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleAssignment {
    /// The last segment of its id; the scope is the rest.
    name: GuidName,
    /// In lower case, like every id compared here.
    pub scope: Arc<str>,
    pub principal: Arc<str>,
    /// `User`, `Group`, `ServicePrincipal`, `ForeignGroup`, `Device`; empty when it was not told.
    pub principal_type: Arc<str>,
    /// GUID of the role, in lower case.
    pub role: Arc<str>,
    pub condition: Option<Arc<str>>,
    /// Where it was read, and the hash of the document: kept apart, because there are hundreds of thousands.
    place: Arc<Source>,
    hash: ContentHash,
}

impl RoleAssignment {
    /// In lower case.
    pub fn id(&self) -> String {
        let start = if &*self.scope == "/" { "" } else { &*self.scope };
        format!("{start}/providers/microsoft.authorization/roleassignments/{}", self.name)
    }

    /// What it is sorted by, so that answers are the same whatever the order of documents.
    pub fn key(&self) -> (&str, &GuidName) {
        (&self.scope, &self.name)
    }

    fn grants_as(&self, other: &RoleAssignment) -> bool {
        let of = |a: &RoleAssignment| (a.principal.clone(), a.role.clone(), a.condition.clone());
        self.name == other.name
            && of(self) == of(other)
            && (self.principal_type == other.principal_type || other.principal_type.is_empty())
    }

    /// The file or call, and the SHA-256 of the body.
    pub fn source(&self) -> String {
        source_line(&self.place, &self.hash)
    }

    /// Managed identities and applications; not people, and not groups, whose members are not read.
    pub fn is_service(&self) -> bool {
        self.principal_type.eq_ignore_ascii_case("ServicePrincipal")
    }
}

/// A role that may be activated (Privileged Identity Management).
pub type Eligible = RoleAssignment;

#[derive(Debug, Clone)]
pub struct RoleDefinition {
    pub name: String,
    pub permissions: Permissions,
}

#[derive(Debug, Clone, Default)]
pub struct Access {
    /// By scope.
    assignments: KeyedMap<Arc<str>, Vec<RoleAssignment>>,
    eligible: KeyedMap<Arc<str>, Vec<Eligible>>,
    /// By GUID.
    definitions: KeyedMap<String, RoleDefinition>,
    /// Scopes inside a cluster (its namespaces), by cluster.
    inside: KeyedMap<String, Vec<Arc<str>>>,
    /// Management groups at which something is assigned.
    groups: Vec<Arc<str>>,
    /// Where a principal may pull images, by the principal; with where that was read.
    pulls: KeyedMap<Arc<str>, Vec<(Arc<str>, String)>>,
    /// Texts that stand in many assignments, kept once.
    words: Words,
    last_place: Option<Arc<Source>>,
}

impl Access {
    pub(super) fn add_assignment(&mut self, id: &ArmId, body: &Body<'_>, eligible: bool, document: &Document) -> bool {
        self.add_above(id.lower(), body, eligible, document)
    }

    pub(super) fn add_above(&mut self, id: &str, body: &Body<'_>, eligible: bool, document: &Document) -> bool {
        let text = |path: &'static str| Field::text(body, path).reading;
        let (Reading::Value(principal), Reading::Value(role)) =
            (text("properties.principalId"), text("properties.roleDefinitionId"))
        else {
            return false;
        };
        // what the id says is where it hangs; `scope` repeats it
        let own = id.split("/providers/microsoft.authorization/").next().unwrap_or_default();
        let scope = match text("properties.scope") {
            Reading::Value(scope) => scope.to_lowercase(),
            _ => own.to_owned(),
        };
        let scope = if scope.is_empty() { "/".to_owned() } else { scope };
        let scope = if scope.len() > 1 { scope.trim_end_matches('/').to_owned() } else { scope };
        self.note_inside(&scope);
        let assignment = RoleAssignment {
            name: GuidName::of(id.rsplit('/').next().unwrap_or_default()),
            scope: self.words.word(&scope),
            principal: self.words.word(&principal.to_lowercase()),
            principal_type: self.words.word(text("properties.principalType").value().map_or("", String::as_str)),
            role: self.words.word(&role.rsplit('/').next().unwrap_or_default().to_lowercase()),
            condition: text("properties.condition").value().map(|condition| self.words.word(condition)),
            place: self.place_of(&document.source),
            hash: document.hash,
        };
        if *assignment.role == *ACR_PULL && !eligible {
            let own = self.pulls.entry(Arc::clone(&assignment.principal)).or_default();
            if !own.iter().any(|(scope, _)| *scope == assignment.scope) {
                own.push((Arc::clone(&assignment.scope), assignment.source()));
            }
        }
        let of = if eligible { &mut self.eligible } else { &mut self.assignments };
        let at = of.entry(Arc::clone(&assignment.scope)).or_default();
        // one assignment can come by several answers; where they differ in what they grant, each counts
        if !at.iter().any(|known| known.grants_as(&assignment)) {
            at.push(assignment);
        }
        true
    }

    /// One place that several were read from is kept once.
    fn place_of(&mut self, source: &Source) -> Arc<Source> {
        match &self.last_place {
            Some(last) if **last == *source => Arc::clone(last),
            _ => Arc::clone(self.last_place.insert(Arc::new(source.clone()))),
        }
    }

    fn note_inside(&mut self, scope: &str) {
        const CLUSTERS: &str = "/providers/microsoft.containerservice/managedclusters/";
        let Some(name_at) = scope.find(CLUSTERS).map(|at| at + CLUSTERS.len()) else { return };
        let Some(end) = scope.get(name_at..).and_then(|rest| rest.find('/')).map(|len| name_at + len) else { return };
        let word = self.words.word(scope);
        let of = self.inside.entry(scope.get(..end).unwrap_or_default().to_owned()).or_default();
        if !of.contains(&word) {
            of.push(word);
        }
    }

    /// Scopes below a cluster at which something is assigned.
    pub fn inside(&self, cluster: &str) -> &[Arc<str>] {
        self.inside.get(cluster).map_or(&[], Vec::as_slice)
    }

    pub(super) fn add_definition(&mut self, guid: &str, body: &Body<'_>, root: &Value) -> bool {
        let blocks = match body.lookup("properties.permissions") {
            Reading::Value(blocks) => blocks,
            _ => return false,
        };
        let Ok(permissions) = Permissions::of_blocks(blocks) else { return false };
        // an answer that lacks one of the lists grants more than it tells: older versions know no data actions
        let told = |block: &Value| ["actions", "dataActions"].iter().all(|key| child(block, key).value().is_some());
        if permissions.is_empty() || !blocks.as_array().is_some_and(|all| all.iter().all(told)) {
            return false;
        }
        let name = Field::text(body, "properties.roleName").reading.value().cloned();
        let name = name.or_else(|| Some(root.get("roleName")?.as_str()?.to_owned())).unwrap_or_else(|| guid.to_owned());
        let known = self.definitions.entry(guid.to_lowercase());
        // a role that was changed between two answers: what either of them grants
        known.and_modify(|known| known.permissions.join(&permissions)).or_insert(RoleDefinition { name, permissions });
        true
    }

    pub fn definition(&self, guid: &str) -> Option<&RoleDefinition> {
        self.definitions.get(guid)
    }

    pub fn definitions(&self) -> impl Iterator<Item = (&String, &RoleDefinition)> {
        self.definitions.iter()
    }

    /// Registries, or scopes above some, that a principal may pull images from.
    pub fn pulls_of(&self, principal: &str) -> &[(Arc<str>, String)] {
        self.pulls.get(principal).map_or(&[], Vec::as_slice)
    }

    pub fn at(&self, scope: &str) -> &[RoleAssignment] {
        self.assignments.get(scope).map_or(&[], Vec::as_slice)
    }

    pub fn eligible_at(&self, scope: &str) -> &[Eligible] {
        self.eligible.get(scope).map_or(&[], Vec::as_slice)
    }

    /// Scopes of management groups at which something is assigned.
    pub fn management_groups(&self) -> Vec<&str> {
        self.groups.iter().map(|scope| &**scope).collect()
    }

    /// When everything was read.
    pub(super) fn settle(&mut self) {
        let all = self.assignments.keys().chain(self.eligible.keys());
        self.groups = all.filter(|scope| scope.contains("/managementgroups/")).cloned().collect();
        self.groups.sort_unstable();
        self.groups.dedup();
        for at in self.assignments.values_mut().chain(self.eligible.values_mut()) {
            at.shrink_to_fit();
        }
        // looked up while reading, and never after
        self.words = Words::default();
    }

    pub fn is_empty(&self) -> bool {
        self.assignments.is_empty()
    }

    /// What one assignment gives is taken away again: for what-if.
    pub fn remove(&mut self, id: &str) {
        let id = id.to_lowercase();
        let scope = id.split("/providers/microsoft.authorization/").next().unwrap_or_default();
        let scope = if scope.is_empty() { "/" } else { scope };
        if let Some(at) = self.assignments.get_mut(scope) {
            at.retain(|assignment| assignment.id() != id);
        }
    }
}
