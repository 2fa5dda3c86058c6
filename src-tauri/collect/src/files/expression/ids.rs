//! Ids that templates put together of types and names. Where a template does not say a group or a subscription, it means
//! those it is deployed to, which no file says: then only the end of the id is known.

use super::super::grammar::Node;
use super::{Part, Scope, Solved, Trace, merged};
use serde_json::Value;

/// An argument that says where a thing stands.
enum Above {
    Named(String),
    /// The group or the subscription in which the template is deployed.
    Own,
}

/// What makes ids, in lower case.
pub(super) const FUNCTIONS: [&str; 3] = ["resourceid", "subscriptionresourceid", "extensionresourceid"];

/// Whether a text is only the end of an id.
pub(in crate::files) fn is_end(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.starts_with("/providers/") || lower.starts_with("/resourcegroups/")
}

impl Scope<'_> {
    /// The id, or the end of it; `None` where an argument is not known.
    pub(super) fn id_of(&self, function: &str, arguments: &[Node<'_>], depth: u8, trace: &mut Trace) -> Option<String> {
        if function == "extensionresourceid" {
            let [scope, named @ ..] = arguments else { return None };
            let (above, kind) = self.above(named, depth, trace)?;
            let end = self.end(kind, named.get(above.len() + 1..)?, depth, trace)?;
            return above.is_empty().then_some(self.start(scope, depth, trace)? + &end);
        }
        let (above, kind) = self.above(arguments, depth, trace)?;
        let end = self.end(kind, arguments.get(above.len() + 1..)?, depth, trace)?;
        let start = match (function, above.as_slice()) {
            (_, []) | ("subscriptionresourceid" | "resourceid", [Above::Own]) => String::new(),
            ("subscriptionresourceid", [Above::Named(subscription)]) => format!("/subscriptions/{subscription}"),
            ("resourceid", [Above::Own, Above::Own]) => String::new(),
            // a group is never called like an id of a subscription, which one alone may be as well
            ("resourceid", [Above::Named(group)]) if group.len() != 36 => format!("/resourceGroups/{group}"),
            ("resourceid", [Above::Own, Above::Named(group)]) => format!("/resourceGroups/{group}"),
            ("resourceid", [Above::Named(subscription), Above::Named(group)]) => {
                format!("/subscriptions/{subscription}/resourceGroups/{group}")
            }
            _ => return None,
        };
        Some(start + &end)
    }

    /// What stands before the type, and the type: the first argument with a slash in it.
    fn above(&self, arguments: &[Node<'_>], depth: u8, trace: &mut Trace) -> Option<(Vec<Above>, String)> {
        let mut above = Vec::new();
        for argument in arguments {
            if is_own(argument, "subscription", "subscriptionId") || is_own(argument, "resourceGroup", "name") {
                above.push(Above::Own);
                continue;
            }
            match self.known_text(argument, depth, trace)? {
                kind if kind.contains('/') => return Some((above, kind)),
                named => above.push(Above::Named(named)),
            }
        }
        None
    }

    /// `/providers/A.B/c/{name}/d/{name}`: a name for each type.
    fn end(&self, kind: String, names: &[Node<'_>], depth: u8, trace: &mut Trace) -> Option<String> {
        let (namespace, types) = kind.split_once('/')?;
        let types: Vec<&str> = types.split('/').collect();
        let mut end = format!("/providers/{namespace}");
        for (kind, name) in types.iter().zip(names) {
            let name = self.known_text(name, depth, trace).filter(|name| !name.contains('/'))?;
            end.push_str(&format!("/{kind}/{name}"));
        }
        (types.len() == names.len()).then_some(end)
    }

    /// What an extension is put on, as far as it is known.
    fn start(&self, scope: &Node<'_>, depth: u8, trace: &mut Trace) -> Option<String> {
        if is_own(scope, "resourceGroup", "id") || is_own(scope, "subscription", "id") {
            return Some(String::new());
        }
        let parts = merged(self.parts_of_node(scope, depth, trace));
        let is = |text: &str, wanted: &str| text.eq_ignore_ascii_case(wanted);
        match parts.as_slice() {
            [Part::Text(whole)] if whole.starts_with('/') => Some(whole.trim_end_matches('/').to_owned()),
            [Part::Text(start), Part::Unknown(own)] if is(start, "/subscriptions/") && is(own, "subscription()") => {
                Some(String::new())
            }
            [Part::Text(start), Part::Unknown(own), Part::Text(group)]
                if is(start, "/subscriptions/") && is(own, "subscription()") && is_end(group) =>
            {
                Some(group.trim_end_matches('/').to_owned())
            }
            _ => None,
        }
    }

    fn known_text(&self, node: &Node<'_>, depth: u8, trace: &mut Trace) -> Option<String> {
        match self.value_of(node, depth, trace) {
            Solved::Known(Value::String(text), _) if !text.trim().is_empty() => Some(text),
            Solved::Known(..) | Solved::Unknown(_) => None,
        }
    }
}

/// `resourceGroup().name` and the like.
fn is_own(node: &Node<'_>, function: &str, field: &str) -> bool {
    let Node::Call { name, arguments, path } = node else { return false };
    let [Some(step)] = path.as_slice() else { return false };
    arguments.is_empty() && name.eq_ignore_ascii_case(function) && step.eq_ignore_ascii_case(field)
}
