//! Two documents about one thing that is no cluster: what they agree on is believed, and what they do not is unread.
//! A setting that one of them lacks is the other's: the routes to one thing do not all tell the same.

use crate::instance::{disagree, either};
use crate::keyed::{KeyedMap, KeyedState};
use crate::{ArmId, Document, DocumentKind, Gap, GapReason, label_of};
use serde_json::Value;
use std::collections::HashSet;
use std::hash::BuildHasher;

/// Types that bring rules of their own for what comes twice: a right counts in every form in which it was told.
const OWN_RULES: [&str; 4] = [
    "microsoft.authorization/",
    "microsoft.policyinsights/",
    "microsoft.containerservice/locations/kubernetesversions",
    "microsoft.resources/",
];

/// The documents of things that more than one speaks of, by id in lower case.
pub(crate) struct Twins<'a>(KeyedMap<String, Vec<&'a Document>>);

pub(crate) enum Told {
    /// Nothing else speaks of it.
    Alone,
    /// This is the first; the whole of it, and whether they disagree somewhere.
    Together(Value, Option<Gap>),
    /// It was told with the first.
    Already,
}

impl<'a> Twins<'a> {
    pub(crate) fn of(documents: &'a [Document]) -> Self {
        let mut shortened = Shortened::default();
        let mut seen: HashSet<u64> = HashSet::with_capacity(documents.len());
        let mut again: HashSet<u64> = HashSet::new();
        for document in documents.iter().filter(|document| document.kind == DocumentKind::Related) {
            let short = shortened.of(&document.resource_id);
            if !seen.insert(short) {
                again.insert(short);
            }
        }
        let mut of: KeyedMap<String, Vec<&Document>> = KeyedMap::default();
        for document in documents.iter().filter(|document| document.kind == DocumentKind::Related) {
            if again.contains(&shortened.of(&document.resource_id)) && !has_own_rules(&document.resource_id) {
                of.entry(document.resource_id.to_lowercase()).or_default().push(document);
            }
        }
        of.retain(|_, all| all.len() > 1);
        Twins(of)
    }

    pub(crate) fn told(&self, document: &Document, body: &Value) -> Told {
        if self.0.is_empty() || document.kind != DocumentKind::Related {
            return Told::Alone;
        }
        let Some(all) = self.0.get(&document.resource_id.to_lowercase()) else { return Told::Alone };
        let Some((first, others)) = all.split_first() else { return Told::Alone };
        if !std::ptr::eq(*first, document) {
            return Told::Already;
        }
        let mut whole = body.clone();
        for other in others.iter().filter(|other| other.hash != first.hash) {
            if let Ok(second) = serde_json::from_str::<Value>(&other.body) {
                whole = either(&whole, &second);
            }
        }
        let gap = disagree(&whole).then(|| contradiction(document, others.len() + 1));
        Told::Together(whole, gap)
    }
}

fn contradiction(document: &Document, count: usize) -> Gap {
    let kind = ArmId::parse(&document.resource_id).map(|id| id.resource_type()).unwrap_or_default();
    Gap {
        scope: document.resource_id.clone(),
        call: label_of(&kind).to_owned(),
        reason: GapReason::Contradiction,
        message: format!("{count} documents describe this differently; where they disagree it counts as unread."),
        hint: "Keep only the newest of them, then open the folder again.".to_owned(),
    }
}

fn has_own_rules(id: &str) -> bool {
    // what an id names stands behind its last provider
    let lower = id.to_lowercase();
    let named = lower.rsplit_once("/providers/").map_or("microsoft.resources/", |(_, named)| named);
    let plain: String = named.split('/').step_by(2).collect::<Vec<_>>().join("/");
    let kind = ArmId::parse(&lower).map(|id| id.resource_type()).unwrap_or(plain);
    kind.is_empty() || OWN_RULES.iter().any(|own| kind.starts_with(own))
}

/// Enough to find out which ids may come twice, without a copy of each.
#[derive(Default)]
struct Shortened {
    hashed: KeyedState,
    lower: Vec<u8>,
}

impl Shortened {
    fn of(&mut self, id: &str) -> u64 {
        self.lower.clear();
        self.lower.extend(id.bytes().map(|byte| byte.to_ascii_lowercase()));
        self.hashed.hash_one(&self.lower)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Fleet, Reading, Snapshot, Source};
    use serde_json::json;

    const VAULT: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.DataProtection/backupVaults/v";

    fn fleet(bodies: &[Value]) -> Fleet {
        let document = |body: &Value| {
            let id = body["id"].as_str().unwrap_or_default().to_owned();
            Document::new(DocumentKind::Related, id, Source::new("f", ""), body)
        };
        let documents = bodies.iter().map(document).collect();
        Fleet::read(&Snapshot { documents, ..Snapshot::default() })
    }

    #[test]
    fn what_two_documents_agree_on_is_believed_and_the_rest_is_unread_whatever_their_order() {
        let row = json!({"id": VAULT.to_lowercase(), "type": "microsoft.dataprotection/backupvaults",
            "identity": {"type": "SystemAssigned", "principalId": "p"}, "properties": {}});
        let answer = |access: &str| json!({"id": VAULT, "identity": {"type": "SystemAssigned"}, "properties": {"publicNetworkAccess": access}});
        let access = |bodies: &[Value]| {
            let fleet = fleet(bodies);
            let holder = fleet
                .around
                .holders
                .values()
                .next()
                .map(|h| (h.public_access.reading.clone(), h.principal.reading.clone()));
            (holder, fleet.gaps.len())
        };
        let enabled = (Reading::Value("Enabled".to_owned()), Reading::Value("p".to_owned()));
        assert_eq!(access(&[row.clone(), answer("Enabled")]), (Some(enabled), 0), "one tells more than the other");
        for bodies in [[answer("Enabled"), answer("Disabled")], [answer("Disabled"), answer("Enabled")]] {
            let (holder, gaps) = access(&bodies);
            assert!(matches!(holder, Some((Reading::Unreadable(_), _))), "{holder:?}");
            assert_eq!(gaps, 1, "and it is said");
        }
    }
}
