//! Which deployed thing a declaration means, and whether it says the same of it. A template may know only a name, an
//! expression of one, or a default: what nobody can tell stays "perhaps".

mod content;

pub(crate) use content::{compare, content, elsewhere};
use content::{differences, unread};
use quay_model::{
    ArmId, Binding, Cluster, Declaration, DeclaredBinding, DeclaredThing, DriftKind, Fleet, Gap, Planned, Reading, Said,
};

/// The cluster that a declaration is about.
#[derive(Debug)]
pub(crate) enum Meant<'a> {
    This(&'a Cluster),
    /// None of this snapshot.
    Nowhere,
    /// Nobody can tell, and why.
    Unknown(String),
}

/// Whether a declaration is the one of this binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fit {
    Yes,
    /// It is, and says something else of it.
    Other(String),
    /// Nobody can tell, and why.
    Perhaps(String),
    No,
}

/// What lists of clusters are called where they could not be read.
const CLUSTER_LISTS: [&str; 2] = ["managedClusters", "resources"];

pub(crate) fn cluster_meant<'a>(fleet: &'a Fleet, declaration: &Declaration) -> Meant<'a> {
    match (&declaration.id, &declaration.thing) {
        (Some(id), DeclaredThing::Binding(_)) => {
            let lower = id.to_lowercase();
            by_id(fleet, lower.split("/trustedaccessrolebindings/").next().unwrap_or_default())
        }
        (Some(id), _) => by_id(fleet, id),
        (None, DeclaredThing::Binding(of)) => match &of.cluster.reading {
            Reading::Value(text) if text.starts_with('/') => by_id(fleet, text),
            _ => by_name(fleet, &of.cluster, declaration),
        },
        (None, _) => by_name(fleet, &declaration.name, declaration),
    }
}

fn by_id<'a>(fleet: &'a Fleet, id: &str) -> Meant<'a> {
    let id = id.trim_end_matches('/').to_lowercase();
    match fleet.clusters.iter().find(|cluster| cluster.id.lower() == id) {
        Some(cluster) => Meant::This(cluster),
        None => nowhere(fleet, Some(&id)),
    }
}

/// A bare name says which cluster is meant where one id carries it, in the group and the subscription that the code names.
/// What is not made yet is in no other group.
fn by_name<'a>(fleet: &'a Fleet, said: &Said<String>, of: &Declaration) -> Meant<'a> {
    let name = match &said.reading {
        Reading::Value(name) => name,
        Reading::Absent => return Meant::Unknown("the code names no cluster".to_owned()),
        Reading::Unreadable(why) => return Meant::Unknown(format!("which cluster it is about is not known: {why}")),
    };
    let own = fleet.clusters.iter().filter(|one| one.id.name().eq_ignore_ascii_case(name));
    let mut named = own.filter_map(|one| Some((one, home_of(of, &one.id)?)));
    match named.next() {
        Some((first, _)) if named.any(|(other, _)| other.id != first.id) => {
            Meant::Unknown(format!("more than one cluster of this snapshot is called {name}"))
        }
        Some((_, Place { doubt: Some(why) })) => Meant::Unknown(why),
        Some((first, Place { doubt: None })) => Meant::This(first),
        None => match &said.default_of {
            Some(parameter) => Meant::Unknown(format!("{name} is the default of the parameter {parameter}")),
            None => nowhere(fleet, None),
        },
    }
}

/// Whether the code is about the group and the subscription of this cluster; `None` when it is about others.
fn home_of(of: &Declaration, cluster: &ArmId) -> Option<Place> {
    let group = cluster.resource_group().unwrap_or_default();
    let mut home = Place { doubt: None };
    for (said, what, own) in
        [(&of.group, "its resource group", group), (&of.subscription, "its subscription", cluster.subscription())]
    {
        // what the code does not name is where somebody deploys it to
        if said.reading != Reading::Absent {
            let place = may_be(said, what, |named| named.trim().eq_ignore_ascii_case(own))?;
            home.doubt = home.doubt.or(place.doubt);
        }
    }
    Some(home)
}

/// A cluster that is not here may be where nobody could read.
fn nowhere<'a>(fleet: &Fleet, id: Option<&str>) -> Meant<'a> {
    let hides = |gap: &&Gap| {
        let scope = gap.scope.trim_end_matches('/').to_lowercase();
        let elsewhere = id.is_some_and(|id| scope.starts_with("/subscriptions/") && !id.starts_with(&scope));
        CLUSTER_LISTS.contains(&gap.call.as_str()) && !elsewhere
    };
    match fleet.gaps.iter().find(hides) {
        Some(gap) => Meant::Unknown(format!("not every cluster was read: {}", gap.message.trim_end_matches('.'))),
        None => Meant::Nowhere,
    }
}

pub(crate) fn fit(fleet: &Fleet, declaration: &Declaration, binding: &Binding) -> Fit {
    let DeclaredThing::Binding(of) = &declaration.thing else { return Fit::No };
    let Some(place) = place_of(fleet, declaration, of, binding) else { return Fit::No };
    match (content(of, binding), place.doubt, doubtful(declaration)) {
        // another one, then
        (DriftKind::Different, Some(_), _) => Fit::No,
        (_, Some(doubt), _) | (_, None, Some(doubt)) => Fit::Perhaps(doubt),
        _ if let Some(why) = against(declaration.planned) => Fit::Other(why.to_owned()),
        (DriftKind::Different, None, None) => {
            let why = format!("the code declares it with {}", differences(of, binding));
            match called_by_default(declaration) {
                Some(doubt) => Fit::Perhaps(format!("{why}, and {doubt}")),
                None => Fit::Other(why),
            }
        }
        (_, None, None) => match differences(of, binding).as_str() {
            // what cannot be compared is not known to be the same
            "" => unread(of, binding).map_or(Fit::Yes, Fit::Perhaps),
            others => {
                Fit::Perhaps(format!("the code declares it with {others}, unless its parameters are set otherwise"))
            }
        },
    }
}

/// Why code that plans this did not make what is there, or makes it no longer.
pub(crate) fn against(planned: Planned) -> Option<&'static str> {
    match planned {
        Planned::Made => Some("the plan would make it, so its state does not hold it; import it first"),
        Planned::Deleted => Some("the plan would delete it"),
        Planned::Kept | Planned::Replaced => None,
    }
}

/// The place of a binding is that of a declaration, or may be.
struct Place {
    doubt: Option<String>,
}

/// `None` when the declaration is about another place.
fn place_of(fleet: &Fleet, declaration: &Declaration, of: &DeclaredBinding, binding: &Binding) -> Option<Place> {
    if let Some(id) = &declaration.id {
        let same = id.trim_end_matches('/').eq_ignore_ascii_case(binding.id.as_str());
        return same.then_some(Place { doubt: None });
    }
    let name = may_be(&declaration.name, "its name", |name| name.eq_ignore_ascii_case(&binding.name))?;
    let cluster = may_be(&of.cluster, "its cluster", |named| {
        let named = named.trim_end_matches('/');
        named.eq_ignore_ascii_case(binding.cluster.as_str()) || named.eq_ignore_ascii_case(binding.cluster.name())
    })?;
    let bare = of.cluster.reading.value().is_some_and(|named| !named.starts_with('/'));
    let shared = match cluster.doubt {
        None if bare => match by_name(fleet, &of.cluster, declaration) {
            Meant::Unknown(why) => Some(why),
            Meant::This(_) | Meant::Nowhere => None,
        },
        doubt => doubt,
    };
    let home = home_of(declaration, &binding.cluster)?;
    Some(Place { doubt: shared.or(home.doubt).or(name.doubt) })
}

/// Whether a name that code says is, or may be, the one that is meant.
fn may_be(said: &Said<String>, what: &str, is: impl Fn(&str) -> bool) -> Option<Place> {
    let doubt = match (&said.reading, &said.default_of) {
        (Reading::Value(name), _) if is(name) => None,
        (Reading::Value(_), None) => return None,
        (Reading::Value(_), Some(parameter)) => Some(format!("{what} is a matter of the parameter {parameter}")),
        (Reading::Absent, _) => Some(format!("{what} is not said")),
        (Reading::Unreadable(why), _) => Some(format!("{what} is not known: {why}")),
    };
    Some(Place { doubt })
}

/// Why it is not known that the code makes it at all.
pub(crate) fn doubtful(declaration: &Declaration) -> Option<String> {
    match (&declaration.condition.reading, &declaration.condition.default_of) {
        (Reading::Unreadable(why), _) => Some(format!("whether the code makes it is not known: {why}")),
        (Reading::Value(false), Some(parameter)) => {
            Some(format!("the code makes it only if {parameter} is given another value than its default"))
        }
        (Reading::Value(false), None) => Some("the condition on which the code makes it is false".to_owned()),
        (Reading::Value(true) | Reading::Absent, _) => None,
    }
}

/// Why it may be about something else: what it is called by, or where it is deployed to, is the default of a parameter.
pub(crate) fn called_by_default(declaration: &Declaration) -> Option<String> {
    let of_cluster = match &declaration.thing {
        DeclaredThing::Binding(of) => of.cluster.default_of.as_ref(),
        DeclaredThing::Cluster(_) | DeclaredThing::Linked => None,
    };
    let of_home = declaration.group.default_of.as_ref().or(declaration.subscription.default_of.as_ref());
    let parameter = of_cluster.or(declaration.name.default_of.as_ref());
    let why = match (parameter, of_home) {
        (Some(parameter), _) => format!("it is called so only by default of the parameter {parameter}"),
        (None, Some(parameter)) => format!("it is deployed there only by default of the parameter {parameter}"),
        (None, None) => return None,
    };
    declaration.id.is_none().then_some(why)
}

pub(crate) fn wanted(of: &DeclaredBinding) -> String {
    format!("{} with {}", shown(&of.source, String::clone), shown(&of.roles, |roles| listed(roles)))
}

pub(crate) fn shown<T>(said: &Said<T>, words: impl Fn(&T) -> String) -> String {
    match (&said.reading, &said.default_of) {
        (Reading::Value(value), None) => words(value),
        (Reading::Value(value), Some(parameter)) => format!("{} (default of the parameter {parameter})", words(value)),
        (Reading::Absent, _) => "not said".to_owned(),
        (Reading::Unreadable(why), _) => why.clone(),
    }
}

pub(crate) fn listed(list: &[String]) -> String {
    if list.is_empty() { "none".to_owned() } else { list.join(", ") }
}
