//! Azure Resource Manager ids: compared without case, kept as they came.

use std::hash::{Hash, Hasher};

/// The id of one Azure resource. `as_sent` is what a person sees; equality and order ignore case,
/// because Azure itself answers `resourcegroups` and `resourceGroups` for the same thing.
#[derive(Debug, Clone)]
pub struct ArmId {
    as_sent: String,
    lower: String,
}

impl ArmId {
    /// An id must be a path below `/subscriptions/`; anything else names no resource.
    pub fn parse(text: &str) -> Option<Self> {
        let trimmed = text.trim().trim_end_matches('/');
        let lower = trimmed.to_lowercase();
        let mut segments = lower.split('/');
        let rooted = segments.next() == Some("") && segments.next() == Some("subscriptions");
        let named = segments.next().is_some_and(|sub| !sub.is_empty());
        (rooted && named).then(|| ArmId { as_sent: trimmed.to_owned(), lower })
    }

    pub fn as_str(&self) -> &str {
        &self.as_sent
    }

    pub fn lower(&self) -> &str {
        &self.lower
    }

    fn after(&self, marker: &str) -> Option<&str> {
        let at = self.lower.find(marker)? + marker.len();
        // to_lowercase keeps ASCII lengths; ids with other letters fall back to the lower-case text
        let text = if self.as_sent.len() == self.lower.len() { &self.as_sent } else { &self.lower };
        text.get(at..).and_then(|rest| rest.split('/').next()).filter(|name| !name.is_empty())
    }

    pub fn subscription(&self) -> &str {
        self.lower.split('/').nth(2).unwrap_or_default()
    }

    /// The id of its resource group, in lower case. A group may be called anything, `providers` too.
    pub fn group_scope(&self) -> Option<&str> {
        (self.lower.split('/').nth(3) == Some("resourcegroups")).then_some(())?;
        let end = self.lower.match_indices('/').nth(4).map_or(self.lower.len(), |(at, _)| at);
        self.lower.get(..end)
    }

    pub fn resource_group(&self) -> Option<&str> {
        self.after("/resourcegroups/")
    }

    /// The last segment.
    pub fn name(&self) -> &str {
        self.as_sent.rsplit('/').next().unwrap_or_default()
    }

    /// The full type in lower case, such as `microsoft.containerservice/managedclusters`.
    pub fn resource_type(&self) -> String {
        let mut whole = String::new();
        let mut segments = self.lower.split('/').skip(1);
        // names stand in every second place and may be called anything, `providers` too
        while let Some(key) = segments.next() {
            let name = segments.next().unwrap_or_default();
            if key == "providers" {
                name.clone_into(&mut whole);
                if let Some(kind) = segments.next() {
                    whole.push('/');
                    whole.push_str(kind);
                    segments.next();
                }
            } else if !whole.is_empty() {
                whole.push('/');
                whole.push_str(key);
            }
        }
        whole
    }

    /// The id of the resource this one is a child of, if it is a child.
    pub fn parent(&self) -> Option<ArmId> {
        let depth = self.resource_type().matches('/').count();
        if depth < 2 {
            return None;
        }
        let mut end = self.as_sent.len();
        for _ in 0..2 {
            end = self.as_sent.get(..end)?.rfind('/')?;
        }
        ArmId::parse(self.as_sent.get(..end)?)
    }
}

impl PartialEq for ArmId {
    fn eq(&self, other: &Self) -> bool {
        self.lower == other.lower
    }
}
impl Eq for ArmId {}
impl Hash for ArmId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.lower.hash(state);
    }
}
impl PartialOrd for ArmId {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for ArmId {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.lower.cmp(&other.lower)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BINDING: &str = "/subscriptions/AA/resourcegroups/Rg1/providers/Microsoft.ContainerService/ManagedClusters/c1/trustedAccessRoleBindings/b1";

    #[test]
    fn an_id_is_taken_apart_whatever_its_case() {
        let id = ArmId::parse(BINDING).unwrap_or_else(|| unreachable!("a well-formed id"));
        assert_eq!(id.subscription(), "aa");
        assert_eq!(id.resource_group(), Some("Rg1"));
        assert_eq!(id.group_scope(), Some("/subscriptions/aa/resourcegroups/rg1"));
        let group = |text: &str| ArmId::parse(text).and_then(|id| id.group_scope().map(str::to_owned));
        let odd = "/subscriptions/s/resourceGroups/providers";
        assert_eq!(
            group(&format!("{odd}/providers/A/b/c")).as_deref(),
            Some("/subscriptions/s/resourcegroups/providers")
        );
        assert_eq!((group(odd).is_some(), group("/subscriptions/s/providers/A/b/c")), (true, None));
        assert_eq!(id.name(), "b1");
        assert_eq!(id.resource_type(), "microsoft.containerservice/managedclusters/trustedaccessrolebindings");
        let parent = id.parent().map(|p| p.as_str().to_owned());
        assert_eq!(parent.as_deref(), BINDING.strip_suffix("/trustedAccessRoleBindings/b1"));
        assert_eq!(ArmId::parse(&BINDING.to_uppercase()), Some(id));
    }

    #[test]
    fn a_name_may_be_any_word() {
        let id = ArmId::parse("/subscriptions/a/resourceGroups/g/providers/P.Q/clusters/providers/bindings/providers");
        assert_eq!(id.map(|id| id.resource_type()).as_deref(), Some("p.q/clusters/bindings"));
        let below =
            ArmId::parse("/subscriptions/a/resourceGroups/g/providers/P.Q/clusters/c/providers/R.S/extensions/e");
        assert_eq!(below.map(|id| id.resource_type()).as_deref(), Some("r.s/extensions"));
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in ["", "/", "aks", "/subscriptions/", "/providers/x", "subscriptions/1/x"] {
            assert_eq!(ArmId::parse(text), None, "{text:?} names no resource");
        }
    }
}
