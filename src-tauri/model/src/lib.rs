//! The nouns every room shares, and how a document becomes one.
//!
//! Everything here is pure and never fails: no clock, no disk, no network. What a document does not say is
//! `Reading::Absent`, what it says in a shape nobody can read is `Reading::Unreadable`; neither is ever a guess.

mod answer;
mod arm_id;
mod around;
mod audit;
mod binding;
mod call;
mod change;
mod cluster;
mod condition;
mod coverage;
mod document;
mod door;
mod field;
mod fix;
mod fleet;
mod guid;
mod hash;
mod instance;
mod instances;
mod json;
mod keyed;
mod known;
mod name;
mod permission;
mod plan;
mod problem;
mod reading;
mod role;
mod rule_info;
mod settings;
mod survey;
mod twins;
mod verdict;
mod words;

pub use answer::{Answer, Exchange, KEPT_HEADERS, NoAnswer};
pub use arm_id::ArmId;
pub use around::{
    Access, Application, Attached, Backup, Compute, Dashboard, Declaration, DeclaredBinding, DeclaredCluster,
    DeclaredThing, DefenderPlan, Directory, Eligible, Event, Extension, Holder, Identity, LogSetting, Network,
    NetworkThing, Planned, PolicyAssignment, PolicyDefinition, PolicyExemption, PolicyFacts, PolicyMember,
    PolicyOverride, PolicyParameters, PolicySelector, PolicySet, PolicyState, PrivateEndpoint, RoleAssignment,
    RoleDefinition, Said, SecretEnd, Surroundings, VersionList, VirtualNetwork, label_of, lists,
};
pub use audit::{Audit, ControlRow, Score, SnapshotFacts, Tally, ToolFacts};
pub use binding::{Binding, Bindings};
pub use call::{Endpoint, ReadCall, ReadPost};
pub use cluster::{ApiServer, Cluster, Credentials, Hygiene, Nodes};
pub use coverage::{CallCoverage, CallState, ControlTotal, Coverage, SubscriptionCoverage};
pub use document::{Document, DocumentKind, Gap, GapReason, Snapshot, Source};
pub use door::{
    Bound, ClusterDoors, Door, DoorKind, DoorState, Integration, Memory, Radius, Reach, Replaceable, Service, WhoKind,
};
pub use field::Field;
pub use fix::{Fix, FixText};
pub use fleet::{Fleet, Subscription, binding_in_doubt};
pub use guid::GuidName;
pub use hash::{ContentHash, HashingWriter, finding_identity, sha256_hex};
pub use json::{TWICE, child, display_short, lookup};
pub use known::{Known, WholeList};
pub use name::Name;
pub use permission::Permissions;
pub use plan::{Before, Change, Plan, Step, StepText};
pub use problem::{Problem, ProblemCode};
pub use reading::Reading;
pub use role::{Role, RoleCatalogue, RoleRule};
pub use rule_info::{Area, Reference, RuleInfo};
pub use settings::{Settings, TagRule};
pub use survey::{Drift, DriftKind, MatrixCell, MatrixRow, MatrixState, Owned, OwnerLine, RoleLine, Survey};
pub use verdict::{Evidence, Outcome, Severity, Verdict};
pub use words::Words;
