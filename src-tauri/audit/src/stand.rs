//! How a service stands: whether each role it needs is in a binding of its source that is in force.

use crate::holder::{Standing, standing};
use quay_model::{ArmId, Binding, Bound, Cluster, Fleet, Reading, Service};

/// How an integration stands: each role it needs, in a binding of its source that is in force. Two bindings of one
/// source may hold them together.
pub(crate) fn stand(fleet: &Fleet, cluster: &Cluster, service: Service, source: &str, needs: &[&str]) -> Bound {
    let bindings = &cluster.bindings;
    let mine: Vec<&Binding> = bindings.seen.iter().filter(|binding| is_of(fleet, binding, service, source)).collect();
    let mut names: Vec<&str> = Vec::new();
    let mut idle: Vec<String> = Vec::new();
    let mut lacking: Vec<&str> = Vec::new();
    for need in needs {
        let holding: Vec<&Binding> = mine.iter().copied().filter(|binding| holds(binding, need)).collect();
        let in_force = holding.iter().find(|binding| state(binding) == State::InForce);
        let untold = holding.iter().find_map(|binding| match state(binding) {
            State::Untold(why) => Some(format!("{}: its state {why}", binding.name)),
            State::InForce | State::Idle(_) => None,
        });
        match (in_force, untold, holding.first()) {
            (Some(binding), ..) => names.push(&binding.name),
            (None, Some(why), _) => return Bound::Unreadable(why),
            (None, None, Some(binding)) => {
                if let State::Idle(state) = state(binding) {
                    idle.push(format!("{} is {state}", binding.name));
                }
            }
            (None, None, None) => lacking.push(need),
        }
    }
    names.dedup();
    idle.dedup();
    if lacking.is_empty() {
        return if idle.is_empty() { Bound::Yes(names.join(" and ")) } else { Bound::NotInForce(idle.join("; ")) };
    }
    // a binding whose source or roles nobody could read may be the one
    let unread = |what: &str, binding: &Binding| format!("{}: its {what} could not be read", binding.name);
    let no_roles = mine.iter().copied().find(|binding| !matches!(binding.roles.reading, Reading::Value(_)));
    let mut all = bindings.seen.iter();
    let no_source = all.find(|binding| !matches!(binding.source_resource_id.reading, Reading::Value(_)));
    match (no_roles, no_source, &bindings.incomplete) {
        (Some(binding), _, _) => Bound::Unreadable(unread("roles", binding)),
        (None, Some(binding), _) => Bound::Unreadable(unread("source", binding)),
        (None, None, Some(why)) => Bound::Unknown(why.clone()),
        (None, None, None) if mine.is_empty() => {
            let left = bindings.seen.iter().find(|binding| is_alike(binding, service, source));
            left.map_or(Bound::No, |gone| Bound::Lacking(format!("what {} names is gone", gone.name)))
        }
        (None, None, None) => {
            let own: Vec<&str> = mine.iter().map(|binding| binding.name.as_str()).collect();
            Bound::Lacking(format!("{} lacks {}", own.join(" and "), lacking.join(", ")))
        }
    }
}

/// Defender may rename its operator or move it; one that is known to be gone is not it.
fn is_of(fleet: &Fleet, binding: &Binding, service: Service, source: &str) -> bool {
    let by_name = matches!(service, Service::DefenderContainers | Service::DefenderCspm);
    is_alike(binding, service, source) && !(by_name && is_gone(fleet, binding))
}

fn is_alike(binding: &Binding, service: Service, source: &str) -> bool {
    let plan = |id: &str| id.to_lowercase().split("/securityoperators/").next().unwrap_or_default().to_owned();
    let name = |id: &str| id.to_lowercase().rsplit('/').next().unwrap_or_default().to_owned();
    binding.holder().is_some_and(|holder| match service {
        Service::DefenderContainers | Service::DefenderCspm => {
            let alike = plan(holder.lower()) == plan(source) || name(holder.lower()) == name(source);
            alike && holder.subscription() == subscription_of(source)
        }
        _ => holder.lower() == source.to_lowercase(),
    })
}

fn subscription_of(id: &str) -> String {
    ArmId::parse(id).map(|id| id.subscription().to_owned()).unwrap_or_default()
}

fn is_gone(fleet: &Fleet, binding: &Binding) -> bool {
    matches!(standing(fleet, binding), Standing::Gone(_))
}

/// Whether all that keeps bindings from being in force is a change that Azure has not finished.
pub(crate) fn is_only_updating(why: &str) -> bool {
    why.split("; ").all(|one| one.to_lowercase().ends_with(" is updating"))
}

fn holds(binding: &Binding, role: &str) -> bool {
    matches!(&binding.roles.reading, Reading::Value(roles) if roles.iter().any(|held| held.eq_ignore_ascii_case(role)))
}

/// Whether it is known that nobody comes in by a binding today.
pub(crate) fn lets_nobody_in(fleet: &Fleet, binding: &Binding) -> bool {
    matches!(state(binding), State::Idle(_))
        || match standing(fleet, binding) {
            Standing::Gone(_) => true,
            Standing::Here(holder) => holder.lacks_system_identity(),
            Standing::Unknown(_) => false,
        }
}

/// Whether a binding lets its source in.
#[derive(Debug, PartialEq, Eq)]
enum State<'a> {
    InForce,
    Idle(&'a str),
    Untold(String),
}

fn state(binding: &Binding) -> State<'_> {
    match &binding.provisioning_state.reading {
        Reading::Value(state) if state.eq_ignore_ascii_case("succeeded") => State::InForce,
        Reading::Value(state) => State::Idle(state),
        Reading::Absent => State::Untold("was not told".to_owned()),
        Reading::Unreadable(why) => State::Untold(format!("could not be read ({why})")),
    }
}
