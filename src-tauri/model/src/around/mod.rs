//! What stands around the clusters: services, identities, rights, policies, networks, logs, and what code declares.
//! Each document becomes one noun; one whose essentials cannot be read becomes a gap, so that nobody takes it for absent.

mod access;
mod declared;
mod directory;
mod log;
mod network;
mod policy;
mod service;

pub use access::{Access, Eligible, RoleAssignment, RoleDefinition};
pub use declared::{Declaration, DeclaredBinding, DeclaredCluster, DeclaredThing, Planned, Said};
pub use directory::{Application, Directory, Identity, SecretEnd};
pub use log::{Event, LogSetting};
pub(crate) use network::network_of;
pub use network::{Network, NetworkThing, PrivateEndpoint, VirtualNetwork};
pub use policy::{
    PolicyAssignment, PolicyDefinition, PolicyExemption, PolicyFacts, PolicyMember, PolicyOverride, PolicyParameters,
    PolicySelector, PolicySet, PolicyState,
};
pub use service::{Attached, Backup, Compute, Dashboard, DefenderPlan, Extension, Holder, VersionList};

use crate::field::Body;
use crate::{ArmId, Document, DocumentKind, Gap, GapReason, Reading, child};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The names of what is listed, as gaps, ends of lists and coverage call it.
pub mod lists {
    pub const BINDING: &str = "Trusted Access binding";
    pub const BINDINGS: &str = "trustedAccessRoleBindings";
    pub const VAULTS: &str = "backup vaults";
    pub const BACKUPS: &str = "backup instances";
    pub const EXTENSIONS: &str = "cluster extensions";
    pub const PLANS: &str = "Defender plans";
    pub const OPERATORS: &str = "securityOperators";
    pub const WORKSPACES: &str = "ML workspaces";
    pub const COMPUTES: &str = "ML computes";
    pub const ASSIGNMENTS: &str = "role assignments";
    pub const DEFINITIONS: &str = "role definitions";
    pub const ELIGIBLE: &str = "eligible role assignments";
    pub const IDENTITIES: &str = "managed identities";
    pub const FLEET_MEMBERS: &str = "fleet members";
    pub const PRIVATE_ENDPOINTS: &str = "private endpoints";
    pub const POLICY_ASSIGNMENTS: &str = "policyAssignments";
    pub const POLICY_EXEMPTIONS: &str = "policyExemptions";
    pub const POLICY_STATES: &str = "policy states";
    pub const POLICY_DEFINITIONS: &str = "policy definitions";
    pub const DIAGNOSTICS: &str = "diagnosticSettings";
    pub const RULE_ASSOCIATIONS: &str = "data collection rule associations";
    pub const EVENTS: &str = "activity log";
    pub const DIRECTORY: &str = "directory objects";
    pub const APPLICATION: &str = "application credentials";
    pub const VERSIONS: &str = "Kubernetes versions";
    pub const NETWORKS: &str = "virtual networks";
    pub const GATEWAYS: &str = "network gateways";
    pub const BASTIONS: &str = "Bastion hosts";
    pub const MACHINES: &str = "virtual machines";
    pub const CONTAINERS: &str = "resource groups and subscriptions";
    pub const SOURCE: &str = "source of a binding";
    pub const COLLECTION_RULES: &str = "data collection rules";
    pub const CHAOS: &str = "Chaos Studio targets";
    pub const FLUX: &str = "Flux configurations";
    pub const DELEGATIONS: &str = "Lighthouse delegations";
    pub const NAMESPACES: &str = "managed namespaces";
    pub const AUTHENTICATORS: &str = "JWT authenticators";
    pub const OTHERS: &str = "other resources on a cluster";
}

#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// Vaults, workspaces and Defender's operators: what can be the source of a binding. By id.
    pub holders: HashMap<String, Holder>,
    /// Ids of operators by their plan, and of workspaces by their subscription.
    pub operators: HashMap<String, Vec<String>>,
    pub workspaces: HashMap<String, Vec<ArmId>>,
    /// By cluster.
    pub backups: HashMap<String, Vec<Backup>>,
    pub extensions: HashMap<String, Vec<Extension>>,
    pub computes: HashMap<String, Vec<Compute>>,
    pub log_settings: HashMap<String, Vec<LogSetting>>,
    /// The Monitor workspaces that a data collection rule sends metrics to, by the rule.
    pub monitors: HashMap<String, Vec<String>>,
    pub dashboards: Vec<Dashboard>,
    /// Everything else that points at a cluster. By cluster.
    pub attached: HashMap<String, Vec<Attached>>,
    /// By subscription.
    pub plans: HashMap<String, Vec<DefenderPlan>>,
    pub access: Access,
    pub directory: Directory,
    pub policy: PolicyFacts,
    pub network: Network,
    /// By location.
    pub versions: BTreeMap<String, VersionList>,
    /// Writes of bindings, by binding; and what else happened under the same correlation id, in lower case.
    pub events: HashMap<String, Vec<Event>>,
    pub correlated: HashMap<String, Vec<String>>,
    /// Ids that Azure answered 404 for.
    pub gone: HashSet<String>,
    /// The documents that say so.
    pub gone_by: HashMap<String, String>,
    /// Ids that one answer says are gone, and another one describes.
    pub disputed: HashSet<String>,
    /// Tags of resource groups and subscriptions, by id.
    pub tags: HashMap<String, BTreeMap<String, String>>,
    /// The management groups above each subscription, nearest first, where the answer named them.
    pub above: HashMap<String, Vec<String>>,
    /// Those that Azure named when it was asked about a subscription, which has no others with anything of that kind.
    pub seen_above: HashMap<String, BTreeSet<String>>,
    pub declared: Vec<Declaration>,
}

impl Surroundings {
    /// Takes one document in; `Some` gap when its essentials cannot be read.
    pub(crate) fn add(&mut self, document: &Document, body: &Value) -> Option<Gap> {
        match document.kind {
            DocumentKind::Gone => {
                let id = document.resource_id.trim_end_matches('/').to_lowercase();
                self.gone_by.insert(id.clone(), service::line(document));
                self.gone.insert(id);
                None
            }
            DocumentKind::Principal => self
                .directory
                .add(body, document)
                .then_some(())
                .map_or_else(|| Some(lost(document, lists::DIRECTORY)), |()| None),
            DocumentKind::Event => {
                log::add_event(self, body, document);
                None
            }
            DocumentKind::Declared => match Declaration::read(document, body) {
                Some(declaration) => {
                    self.declared.push(declaration);
                    None
                }
                None => Some(lost(document, "code")),
            },
            _ => self.related(document, body),
        }
    }

    fn related(&mut self, document: &Document, body: &Value) -> Option<Gap> {
        let Some(id) = ArmId::parse(&document.resource_id) else {
            return self.above_subscriptions(document, body);
        };
        let kind = id.resource_type();
        let label = label_of(&kind);
        self.directory.identities_of(&id, body);
        let settings = &Body::beside(body);
        let understood = match kind.as_str() {
            "microsoft.dataprotection/backupvaults"
            | "microsoft.machinelearningservices/workspaces"
            | "microsoft.compute/virtualmachinescalesets"
            | "microsoft.security/pricings/securityoperators" => {
                self.holders.insert(id.lower().to_owned(), Holder::read(id, settings, document));
                true
            }
            "microsoft.dataprotection/backupvaults/backupinstances" => {
                service::add_backup(self, id, settings, document)
            }
            "microsoft.kubernetesconfiguration/extensions" => service::add_extension(self, id, settings, document),
            "microsoft.security/pricings" => {
                // the plan of a single resource says nothing about the subscription's
                if id.lower().matches("/providers/").count() > 1 || id.resource_group().is_some() {
                    // of machines and accounts there are thousands, and they are no clusters
                    let of_cluster = id.lower().contains("/managedclusters/");
                    return of_cluster.then(|| plan_of_one(&id));
                }
                let of = self.plans.entry(id.subscription().to_owned()).or_default();
                of.push(DefenderPlan::read(&id, settings, document));
                true
            }
            "microsoft.machinelearningservices/workspaces/computes" => {
                service::add_compute(self, id, settings, document)
            }
            "microsoft.authorization/roleassignments" => self.access.add_assignment(&id, settings, false, document),
            "microsoft.authorization/roleeligibilityscheduleinstances" => {
                self.access.add_assignment(&id, settings, true, document)
            }
            "microsoft.authorization/roledefinitions" => self.access.add_definition(id.name(), settings, body),
            "microsoft.authorization/policyassignments"
            | "microsoft.authorization/policyexemptions"
            | "microsoft.authorization/policydefinitions"
            | "microsoft.authorization/policysetdefinitions"
            | "microsoft.policyinsights/policystates" => {
                self.policy.add(&kind, &document.resource_id, settings, document)
            }
            "microsoft.insights/diagnosticsettings" => log::add_setting(self, &id, settings, document),
            "microsoft.containerservice/locations/kubernetesversions" => {
                service::add_versions(self, &id, body, document)
            }
            "microsoft.resources/resourcegroups" | "" => {
                self.container(&id, body, settings);
                true
            }
            "microsoft.network/virtualnetworks"
            | "microsoft.network/virtualnetworkgateways"
            | "microsoft.network/bastionhosts"
            | "microsoft.network/networkinterfaces"
            | "microsoft.compute/virtualmachines"
            | "microsoft.network/privateendpoints" => self.network.add(&kind, id, settings, document),
            "microsoft.managedidentity/userassignedidentities" => true,
            "microsoft.insights/datacollectionrules" => {
                service::add_rule(self, &id, settings);
                true
            }
            "microsoft.dashboard/grafana" => {
                service::add_dashboard(self, id, settings, document);
                true
            }
            other => service::add_attached(self, other, &id, settings, document),
        };
        (!understood).then(|| lost(document, label))
    }

    /// What lies above subscriptions: role and policy definitions and assignments of management groups and the tenant.
    fn above_subscriptions(&mut self, document: &Document, body: &Value) -> Option<Gap> {
        let lower = document.resource_id.to_lowercase();
        let settings = &Body::beside(body);
        let kind =
            lower.rsplit_once("/providers/").map(|(_, kind)| kind.rsplit_once('/').map_or(kind, |(kind, _)| kind));
        let understood = match kind.unwrap_or_default() {
            "microsoft.authorization/roledefinitions" => {
                self.access.add_definition(lower.rsplit('/').next().unwrap_or_default(), settings, body)
            }
            "microsoft.authorization/roleassignments" => self.access.add_above(&lower, settings, false, document),
            "microsoft.authorization/roleeligibilityscheduleinstances" => {
                self.access.add_above(&lower, settings, true, document)
            }
            kind @ ("microsoft.authorization/policyassignments"
            | "microsoft.authorization/policyexemptions"
            | "microsoft.authorization/policydefinitions"
            | "microsoft.authorization/policysetdefinitions") => {
                self.policy.add(kind, &document.resource_id, settings, document)
            }
            // a list of versions or the like that names no id of its own
            _ => false,
        };
        (!understood).then(|| lost(document, label_of(kind.unwrap_or_default())))
    }

    pub(crate) fn cluster_identities(&mut self, id: &ArmId, body: &Value) {
        self.directory.identities_of(id, body);
    }

    pub(crate) fn subscription_tags(&mut self, id: &str, body: &Value) {
        if let Some(id) = ArmId::parse(&format!("/subscriptions/{id}")) {
            self.container(&id, body, &Body::beside(body));
        }
    }

    /// When everything was read.
    pub(crate) fn settle(&mut self) {
        self.network.settle();
        self.access.settle();
        for holder in self.holders.values() {
            let id = holder.id.lower();
            if let Some((plan, _)) = id.split_once("/securityoperators/") {
                self.operators.entry(plan.to_owned()).or_default().push(holder.id.as_str().to_owned());
            } else if id.contains("/microsoft.machinelearningservices/workspaces/") {
                self.workspaces.entry(holder.id.subscription().to_owned()).or_default().push(holder.id.clone());
            }
        }
        self.operators.values_mut().for_each(|of| of.sort());
        self.workspaces.values_mut().for_each(|of| of.sort());
    }

    /// What was answered 404 and is described by another answer. A scan asks for one thing after all lists, so there the
    /// 404 is the newer word; of files nobody knows which is.
    pub(crate) fn dispute(&mut self, described: impl Fn(&str) -> bool) -> Vec<Gap> {
        let is_described = |id: &String| self.holders.contains_key(id) || described(id);
        self.disputed = self.gone.iter().filter(|id| is_described(id)).cloned().collect();
        self.gone.retain(|id| !self.disputed.contains(id));
        let gap = |id: &String| {
            Gap {
            scope: id.clone(),
            call: lists::SOURCE.to_owned(),
            reason: GapReason::Contradiction,
            message: "One answer says that this does not exist, and another one describes it; whether it exists counts as unread.".to_owned(),
            hint: "Keep only the newer of the two, then open the folder again.".to_owned(),
        }
        };
        self.disputed.iter().map(gap).collect()
    }

    /// Whether a management group holds a subscription, as far as anybody said; both in lower case.
    pub fn is_above(&self, group: &str, subscription: &str) -> Option<bool> {
        if let Some(chain) = self.above.get(subscription).filter(|chain| !chain.is_empty()) {
            return Some(chain.iter().any(|name| name == group));
        }
        self.seen_above.get(subscription).map(|seen| seen.contains(group))
    }

    fn container(&mut self, id: &ArmId, body: &Value, settings: &Body<'_>) {
        if let Some(Value::Object(tags)) = child(body, "tags").value().copied() {
            let read = tags.iter().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect();
            self.tags.insert(id.lower().to_owned(), read);
        }
        if let Some(Value::Array(seen)) = child(body, "groupsSeenAbove").value().copied() {
            let names = seen.iter().filter_map(|name| name.as_str().map(str::to_lowercase));
            self.seen_above.entry(id.subscription().to_owned()).or_default().extend(names);
        }
        if let Reading::Value(Value::Array(chain)) = settings.lookup("properties.managementGroupAncestorsChain") {
            // one that lost a name would hide what is given there
            let names = chain.iter().map(|group| child(group, "name").value()?.as_str().map(str::to_lowercase));
            if let Some(names) = names.collect::<Option<Vec<String>>>() {
                // two answers that differ: it counts as below all of them
                let known = self.above.entry(id.subscription().to_owned()).or_default();
                let more: Vec<String> = names.into_iter().filter(|name| !known.contains(name)).collect();
                known.extend(more);
            }
        }
    }
}

/// What a list of this type is called.
pub fn label_of(kind: &str) -> &'static str {
    match kind {
        "microsoft.dataprotection/backupvaults" => lists::VAULTS,
        "microsoft.dataprotection/backupvaults/backupinstances" => lists::BACKUPS,
        "microsoft.kubernetesconfiguration/extensions" => lists::EXTENSIONS,
        "microsoft.security/pricings" => lists::PLANS,
        "microsoft.security/pricings/securityoperators" => lists::OPERATORS,
        "microsoft.machinelearningservices/workspaces" => lists::WORKSPACES,
        "microsoft.machinelearningservices/workspaces/computes" => lists::COMPUTES,
        "microsoft.authorization/roleassignments" => lists::ASSIGNMENTS,
        "microsoft.authorization/roledefinitions" => lists::DEFINITIONS,
        "microsoft.authorization/roleeligibilityscheduleinstances" => lists::ELIGIBLE,
        "microsoft.authorization/policyassignments" => lists::POLICY_ASSIGNMENTS,
        "microsoft.authorization/policyexemptions" => lists::POLICY_EXEMPTIONS,
        "microsoft.authorization/policydefinitions" | "microsoft.authorization/policysetdefinitions" => {
            lists::POLICY_DEFINITIONS
        }
        "microsoft.policyinsights/policystates" => lists::POLICY_STATES,
        "microsoft.managedidentity/userassignedidentities" => lists::IDENTITIES,
        "microsoft.containerservice/fleets/members" => lists::FLEET_MEMBERS,
        "microsoft.network/privateendpoints" => lists::PRIVATE_ENDPOINTS,
        "microsoft.insights/datacollectionruleassociations" => lists::RULE_ASSOCIATIONS,
        "microsoft.insights/datacollectionrules" => lists::COLLECTION_RULES,
        "microsoft.insights/diagnosticsettings" => lists::DIAGNOSTICS,
        "microsoft.chaos/targets" => lists::CHAOS,
        "microsoft.kubernetesconfiguration/fluxconfigurations" => lists::FLUX,
        "microsoft.managedservices/registrationassignments" => lists::DELEGATIONS,
        "microsoft.containerservice/managedclusters/managednamespaces" => lists::NAMESPACES,
        "microsoft.containerservice/managedclusters/jwtauthenticators" => lists::AUTHENTICATORS,
        "microsoft.containerservice/locations/kubernetesversions" => lists::VERSIONS,
        "microsoft.network/virtualnetworks" => lists::NETWORKS,
        "microsoft.network/virtualnetworkgateways" => lists::GATEWAYS,
        "microsoft.network/bastionhosts" => lists::BASTIONS,
        "microsoft.compute/virtualmachines" | "microsoft.network/networkinterfaces" => lists::MACHINES,
        "microsoft.resources/resourcegroups" | "" => lists::CONTAINERS,
        _ => lists::OTHERS,
    }
}

/// Which integrations a plan of one resource turns on or off, nobody here knows; what it says must not be silent.
fn plan_of_one(id: &ArmId) -> Gap {
    let about = id.lower().split("/providers/microsoft.security/").next().unwrap_or_default();
    Gap {
        scope: about.to_owned(),
        call: lists::PLANS.to_owned(),
        reason: GapReason::Unrecognised,
        message: format!(
            "{} is a Defender plan of this resource alone, which is not read here; whether Defender uses it counts as unread.",
            id.as_str()
        ),
        hint: "Look in Defender for Cloud which plans this resource has.".to_owned(),
    }
}

fn lost(document: &Document, label: &str) -> Gap {
    let scope = ArmId::parse(&document.resource_id)
        .map_or_else(|| "tenant".to_owned(), |id| format!("/subscriptions/{}", id.subscription()));
    Gap {
        scope,
        call: label.to_owned(),
        reason: GapReason::Damaged,
        message: format!(
            "{} cannot be read as what it is; the list it belongs to counts as unread.",
            document.resource_id
        ),
        hint: "Collect it again without --query.".to_owned(),
    }
}
