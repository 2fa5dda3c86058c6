//! The letting-in part of a plan: a binding for every service that has none in force, and what it needs for that.

use crate::doors::Looked;
use crate::plan::clean::{Phase, phase};
use crate::plan::names::{Names, binding_name};
use crate::plan::{Draft, before, called};
use quay_model::{ArmId, Before, Binding, Bound, Change, Integration, Reading, lists};

/// "Get secure access to resources in AKS by using Trusted Access": at most so many bindings a cluster.
const MOST_BINDINGS: usize = 8;

/// Whether the source of a binding can act at all: Trusted Access works with its system-assigned identity only.
enum OwnIdentity {
    Has,
    /// It has none yet; the type it has, as Azure writes it.
    Lacks(String),
    /// The source itself was not read.
    Unseen,
    Unreadable(String),
}

impl<'a> Draft<'a> {
    pub(crate) fn let_in(&mut self) {
        let Looked { cluster, integrated, .. } = self.looked;
        let seen = &cluster.bindings.seen;
        let mut names = Names::taken(seen.iter().map(|binding| binding.name.to_lowercase()));
        let staying = seen.iter().filter(|binding| !self.deletes(binding)).count();
        let mut room = MOST_BINDINGS.saturating_sub(staying);
        for integration in integrated.needing() {
            let who = called(integration);
            let missing = match &integration.bound {
                Bound::NotNeeded => continue,
                Bound::Yes(_) if !self.lacks_identity(integration) => continue,
                Bound::Yes(_) => "its binding works with the system-assigned identity of its source, and there is none",
                Bound::Unknown(why) | Bound::Unreadable(why) => {
                    self.stuck.push(format!("{who}: whether it has a binding is not known ({why})"));
                    continue;
                }
                Bound::Lacking(_) | Bound::NotInForce(_) | Bound::No => "it has no Trusted Access binding in force",
            };
            match self.way_in(integration, &mut room) {
                Ok((existing, identity)) => self.bind(integration, existing, identity, &mut names),
                Err(why) => {
                    self.stuck.push(format!("{who}: {why}"));
                    continue;
                }
            }
            self.waiting.push(format!("{who} would lose its way in: {missing}."));
        }
    }

    /// The binding to make again, if there is one, and the identity to make it for; `Err` when no step can let it in.
    fn way_in(
        &self,
        integration: &Integration,
        room: &mut usize,
    ) -> Result<(Option<&'a Binding>, OwnIdentity), String> {
        if let Some(why) = self.cannot_be_bound(integration) {
            return Err(why);
        }
        let identity = match self.identity_of(&integration.source) {
            OwnIdentity::Unreadable(why) => {
                return Err(format!("whether its source has a system-assigned identity could not be read ({why})"));
            }
            identity => identity,
        };
        let existing = self.to_make_again(integration)?;
        if existing.is_none() {
            if let Some(why) = &self.looked.cluster.bindings.incomplete {
                return Err(format!("whether there is room for a binding is not known ({why})"));
            }
            if *room == 0 {
                return Err(format!("there is no room for a binding, the limit is {MOST_BINDINGS}"));
            }
            *room -= 1;
        }
        Ok((existing, identity))
    }

    /// One that holds a role the service needs: the others of its source belong to other features.
    fn to_make_again(&self, integration: &Integration) -> Result<Option<&'a Binding>, String> {
        let seen = &self.looked.cluster.bindings.seen;
        let needed = |role: &String| integration.needs.iter().any(|need| need.eq_ignore_ascii_case(role));
        let holds = |binding: &&Binding| binding.roles.reading.value().into_iter().flatten().any(needed);
        let mine: Vec<&'a Binding> =
            seen.iter().filter(|b| is_of(b, integration) && !self.deletes(b)).filter(holds).collect();
        for binding in &mine {
            if let Phase::Busy(state) = phase(binding) {
                let name = &binding.name;
                return Err(format!("its binding {name} is {state}: wait until it is in force, then look again"));
            }
        }
        // Azure keeps the source of a binding: one of another operator of the same plan cannot be taken over
        let same = |binding: &&&Binding| {
            binding.holder().is_some_and(|holder| holder.lower() == integration.source.to_lowercase())
        };
        let stays = mine.iter().filter(same).find(|binding| phase(binding) != Phase::Going);
        match (stays, mine.iter().find(|binding| phase(binding) == Phase::Going)) {
            (Some(binding), _) => Ok(Some(binding)),
            (None, Some(going)) => {
                Err(format!("its binding {} is being deleted: wait until it is gone, then look again", going.name))
            }
            (None, None) => Ok(None),
        }
    }

    fn bind(
        &mut self,
        integration: &Integration,
        existing: Option<&Binding>,
        identity: OwnIdentity,
        names: &mut Names,
    ) {
        let (name, title) = match existing {
            Some(binding) => {
                let label = integration.service.label();
                (binding.name.clone(), format!("Make the binding {} again, with what {label} needs", binding.name))
            }
            None => (names.free(&binding_name(integration)), format!("Give {} a binding", called(integration))),
        };
        // in the order in which they stand, so that code sees a difference only where there is one
        let held = existing.and_then(|binding| binding.roles.reading.value());
        let mut roles: Vec<String> = held.cloned().unwrap_or_default();
        for need in &integration.needs {
            if !roles.iter().any(|role| role.eq_ignore_ascii_case(need)) {
                roles.push(need.clone());
            }
        }
        let source = integration.source.clone();
        let mut unsure = None;
        match identity {
            // an operator of Defender is given its identity by Azure, and by nobody else
            OwnIdentity::Lacks(_) if source.to_lowercase().contains("/microsoft.security/") => {}
            OwnIdentity::Lacks(kind) => {
                let change = Change::GiveIdentity { resource: source.clone() };
                let title = format!("Give {} a system-assigned identity", last(&source));
                let why = "Trusted Access works with the system-assigned identity of the source only.";
                self.add(change, title, why).before = Before::Identity { kind };
            }
            OwnIdentity::Unseen => {
                let name = last(&source);
                unsure = Some(format!(
                    "whether {name} has a system-assigned identity, without which the binding lets nobody in ({name} itself was not read)"
                ));
            }
            OwnIdentity::Has | OwnIdentity::Unreadable(_) => {}
        }
        let change = Change::CreateBinding { cluster: self.id(), name, source: source.clone(), roles };
        let why = "Trusted Access lets the service in over the Azure backbone, whatever the other doors are.";
        let step = self.add(change, title, why);
        step.before = existing.map_or(Before::Nothing, before);
        step.unsure.extend(unsure);
        let change = Change::Confirm { cluster: self.id(), source };
        let title = format!("Confirm that {} works through its binding", called(integration));
        self.add(
            change,
            title,
            "A binding takes up to five minutes; a backup, a job or a scan that ends well shows that it works.",
        );
    }

    /// Whether a binding that stands lets nobody in; Defender's operators are nothing but an identity.
    fn lacks_identity(&self, integration: &Integration) -> bool {
        !integration.source.to_lowercase().contains("/microsoft.security/")
            && matches!(self.identity_of(&integration.source), OwnIdentity::Lacks(_))
    }

    fn identity_of(&self, source: &str) -> OwnIdentity {
        let Some(holder) = self.looked.fleet.around.holders.get(&source.to_lowercase()) else {
            return OwnIdentity::Unseen;
        };
        match (&holder.identity_type.reading, &holder.principal.reading, &holder.user_assigned.reading) {
            (Reading::Value(kind), ..) if kind.to_lowercase().contains("systemassigned") => OwnIdentity::Has,
            (Reading::Value(kind), ..) => OwnIdentity::Lacks(kind.clone()),
            (Reading::Absent, Reading::Value(_), _) => OwnIdentity::Has,
            (Reading::Absent, Reading::Absent, Reading::Value(true)) => OwnIdentity::Lacks("UserAssigned".to_owned()),
            (Reading::Absent, Reading::Absent, Reading::Value(false) | Reading::Absent) => {
                OwnIdentity::Lacks(String::new())
            }
            (Reading::Unreadable(why), ..) | (_, Reading::Unreadable(why), _) | (_, _, Reading::Unreadable(why)) => {
                OwnIdentity::Unreadable(why.clone())
            }
        }
    }

    fn cannot_be_bound(&self, integration: &Integration) -> Option<String> {
        let source = ArmId::parse(&integration.source)?;
        if source.subscription() != self.looked.cluster.subscription() {
            return Some(
                "its source is in another subscription, and Trusted Access is documented for the same one only"
                    .to_owned(),
            );
        }
        let fleet = self.looked.fleet;
        let operators = source.parent().filter(|_| source.lower().contains("/securityoperators/"));
        let listed = operators.is_some_and(|plan| fleet.known.whole(lists::OPERATORS, &plan).is_ok());
        if listed && !fleet.around.holders.contains_key(source.lower()) {
            return Some(
                "Defender has no operator there, and makes it itself: switch its plan off and on again".to_owned(),
            );
        }
        if fleet.around.gone.contains(source.lower()) {
            return Some("its source no longer exists".to_owned());
        }
        None
    }
}

/// Defender may rename its operator; the plan it belongs to stays.
fn is_of(binding: &Binding, integration: &Integration) -> bool {
    let plan = |id: &str| id.to_lowercase().split("/securityoperators/").next().map(str::to_owned);
    binding.holder().is_some_and(|holder| plan(holder.lower()) == plan(&integration.source))
}

fn last(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}
