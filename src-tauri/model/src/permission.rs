//! What a caller may do at a scope, as Azure lists it: blocks of actions and what is taken away from each block.
//! Documented by "Understand Azure role definitions": `*` stands for anything, slashes too, and case does not matter;
//! what one block takes away, another may still give.

use crate::condition::assignable;
use crate::{Reading, child, display_short};
use serde_json::Value;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions {
    blocks: Vec<Block>,
}

/// A GUID without its hyphens.
pub(crate) const GUID: usize = 32;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Block {
    actions: Vec<String>,
    not_actions: Vec<String>,
    data_actions: Vec<String>,
    not_data_actions: Vec<String>,
    /// The condition under which the block counts, as the role itself says it; empty without one.
    condition: String,
}

impl Permissions {
    /// Out of the answer of "Permissions - List": `{"value":[{"actions":[..],"notActions":[..]}]}`.
    pub fn read(answer: &Value) -> Result<Permissions, String> {
        match child(answer, "value").value().copied() {
            Some(blocks) => Self::of_blocks(blocks),
            None => Err(format!("no list of permissions, but {}", display_short(answer))),
        }
    }

    /// Out of `permissions` of a role definition, or of an answer.
    pub fn of_blocks(blocks: &Value) -> Result<Permissions, String> {
        let Value::Array(listed) = blocks else {
            return Err(format!("no list of permissions, but {}", display_short(blocks)));
        };
        let words = |block: &Value, key: &str| -> Result<Vec<String>, String> {
            match child(block, key) {
                Reading::Absent => Ok(Vec::new()),
                Reading::Value(Value::Array(list)) => list
                    .iter()
                    .map(|word| {
                        word.as_str().map(str::to_lowercase).ok_or_else(|| format!("{key} holds what is no text"))
                    })
                    .collect(),
                Reading::Value(_) | Reading::Unreadable(_) => Err(format!("{key} is no list")),
            }
        };
        let read = |block: &Value| {
            Ok(Block {
                actions: words(block, "actions")?,
                not_actions: words(block, "notActions")?,
                data_actions: words(block, "dataActions")?,
                not_data_actions: words(block, "notDataActions")?,
                condition: child(block, "condition")
                    .value()
                    .and_then(|text| text.as_str().map(str::to_lowercase))
                    .unwrap_or_default(),
            })
        };
        Ok(Permissions { blocks: listed.iter().map(read).collect::<Result<_, String>>()? })
    }

    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Adds what another description of the same role grants.
    pub fn join(&mut self, other: &Permissions) {
        let more: Vec<Block> = other.blocks.iter().filter(|block| !self.blocks.contains(block)).cloned().collect();
        self.blocks.extend(more);
    }

    /// Whether a block begins with everything, or everything that changes something, whatever it takes away again.
    pub fn begin_with_everything(&self) -> bool {
        let everything = |pattern: &String| ["*", "*/*", "*/write"].contains(&pattern.as_str());
        self.blocks.iter().any(|block| block.condition.is_empty() && block.actions.iter().any(everything))
    }

    /// The GUIDs, without hyphens, that the conditions of those blocks name which allow an action only under one.
    pub fn named_by_conditions(&self, action: &str) -> Vec<String> {
        let action = action.to_lowercase();
        let limited = self.blocks.iter().filter(|block| !block.condition.is_empty() && any(&block.actions, &action));
        let named: Option<Vec<Vec<String>>> = limited.map(|block| assignable(&block.condition)).collect();
        named.unwrap_or_default().concat()
    }

    /// Whether something may be done to objects below a resource provider's path, whatever it is.
    pub fn allow_data_below(&self, start: &str) -> bool {
        let start = start.to_lowercase();
        let meets = |pattern: &String| {
            let literal = pattern.split('*').next().unwrap_or_default();
            pattern.starts_with(&start) || (pattern.contains('*') && start.starts_with(literal))
        };
        self.blocks.iter().any(|block| block.data_actions.iter().any(meets))
    }

    pub fn allow(&self, action: &str) -> bool {
        let action = action.to_lowercase();
        self.blocks.iter().any(|block| any(&block.actions, &action) && !any(&block.not_actions, &action))
    }

    /// Without the blocks that count only under a condition of the role.
    pub fn allow_freely(&self, action: &str) -> bool {
        let action = action.to_lowercase();
        let free = |block: &&Block| block.condition.is_empty();
        self.blocks.iter().filter(free).any(|block| any(&block.actions, &action) && !any(&block.not_actions, &action))
    }

    /// What may be done inside a resource: for AKS, to Kubernetes objects, where Azure RBAC decides about them.
    pub fn allow_data(&self, action: &str) -> bool {
        let action = action.to_lowercase();
        self.blocks.iter().any(|block| any(&block.data_actions, &action) && !any(&block.not_data_actions, &action))
    }
}

fn any(patterns: &[String], action: &str) -> bool {
    patterns.iter().any(|pattern| matches(pattern.as_bytes(), action.as_bytes()))
}

/// `*` stands for any run of characters; everything else for itself.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p).is_some() && pattern.get(p) == text.get(t) {
            p += 1;
            t += 1;
        } else if let Some((at, from)) = star {
            // the star takes one more character, and the rest is tried again
            star = Some((at, from + 1));
            p = at + 1;
            t = from + 1;
        } else {
            return false;
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const CLUSTERS: &str = "Microsoft.ContainerService/managedClusters/read";

    fn allows(blocks: Value, action: &str) -> Option<bool> {
        Permissions::read(&json!({ "value": blocks })).ok().map(|permissions| permissions.allow(action))
    }

    #[test]
    fn a_condition_names_the_roles_it_lets_through_or_nobody_knows_them() {
        let (reader, other) = ("acdd72a7-3385-48ef-bd42-f606fba81ae7", "b24988ac-6180-42a0-ab88-20f7382dd24c");
        let field = "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]";
        let guard = "!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})";
        let named = |condition: String| {
            let blocks =
                json!([{"actions": ["Microsoft.Authorization/roleAssignments/write"], "condition": condition}]);
            let permissions = Permissions::of_blocks(&blocks).unwrap_or_default();
            permissions.named_by_conditions("microsoft.authorization/roleassignments/write").len()
        };
        let only = format!("{field} ForAnyOfAnyValues:GuidEquals {{{reader}, {other}}}");
        assert_eq!(named(format!("(({guard}) OR ({only}))")), 2, "as the portal writes it");
        assert_eq!(named(only.clone()), 2);
        let kind = "@Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringEqualsIgnoreCase 'User'";
        assert_eq!(named(format!("(({guard}) OR ({only} AND {kind}))")), 2, "it limits more");
        let deleting = format!(
            "((!(ActionMatches{{'Microsoft.Authorization/roleAssignments/delete'}})) OR (@Resource[x] ForAnyOfAnyValues:GuidEquals {{{reader}}}))"
        );
        assert_eq!(named(format!("(({guard}) OR ({only})) AND {deleting}")), 2, "and who may delete");
        for more in [
            format!("{field} ForAnyOfAllValues:GuidNotEquals {{{reader}}}"),
            format!("(({guard}) OR (!({only})))"),
            format!("(({guard}) OR (NOT ({only})))"),
            format!("(({guard}) OR ({only} OR {kind}))"),
            format!("{only} || {kind}"),
            format!(
                "@Request[Microsoft.Authorization/roleAssignments:PrincipalId] ForAnyOfAnyValues:GuidEquals {{{reader}}}"
            ),
            kind.to_owned(),
            format!("!(ActionMatches{{'Microsoft.Authorization/roleAssignments/delete'}}) OR ({only})"),
            format!("({guard}) OR ({})", only.replace("@Request", "@Resource")),
            format!("!(ActionMatches{{'x'}}) AND ({only} OR {kind})"),
            format!("{guard} OR {only} AND {kind}"),
            format!("(({only})"),
        ] {
            assert_eq!(named(more.clone()), 0, "it may let other roles through: {more}");
        }
    }

    #[test]
    fn wildcards_span_slashes_and_case_does_not_matter() {
        for (pattern, expected) in [
            ("*/read", true),
            ("*", true),
            ("microsoft.containerservice/MANAGEDCLUSTERS/read", true),
            ("Microsoft.ContainerService/*/read", true),
            ("Microsoft.ContainerService/managedClusters/*", true),
            ("Microsoft.ContainerService/read", false),
            ("*/write", false),
            ("Microsoft.Compute/*/read", false),
            ("Microsoft.ContainerService/managedClusters/rea", false),
            ("", false),
        ] {
            assert_eq!(
                allows(json!([{"actions": [pattern], "notActions": []}]), CLUSTERS),
                Some(expected),
                "{pattern}"
            );
        }
    }

    #[test]
    fn what_one_block_takes_away_another_may_still_give() {
        let taken = json!([{"actions": ["*/read"], "notActions": ["Microsoft.ContainerService/*"]}]);
        assert_eq!(allows(taken, CLUSTERS), Some(false));
        let both = json!([{"actions": ["*"], "notActions": ["Microsoft.ContainerService/*"]}, {"actions": ["*/read"]}]);
        assert_eq!(allows(both, CLUSTERS), Some(true));
        assert_eq!(allows(json!([]), CLUSTERS), Some(false));
        assert!(Permissions::read(&json!({"error": {"code": "AuthorizationFailed"}})).is_err());
    }
}
