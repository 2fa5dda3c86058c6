//! Which subscriptions a scan is about, out of those that are seen, named, and below a management group; and why each of
//! the others is not.

use super::Scope;
use super::settle::Listed;
use quay_model::{Gap, GapReason};
use std::collections::BTreeSet;

pub(super) struct Choice {
    pub(super) chosen: Vec<Listed>,
    pub(super) gaps: Vec<Gap>,
}

/// `whole` names the lists that were read to their end; what a broken list lacks is not "left out by choice".
pub(super) fn choose(
    wanted: &Scope,
    visible: &[Listed],
    below: &BTreeSet<String>,
    whole: &BTreeSet<&'static str>,
) -> Choice {
    let named: BTreeSet<String> = wanted.subscriptions.iter().map(|id| id.trim().to_lowercase()).collect();
    let by_group = wanted.management_group.is_some();
    let group_is_whole = whole.contains("subscriptions of the management group");
    let list_is_whole = whole.contains("subscriptions");
    let in_group = |id: &str| !by_group || below.contains(&id.to_lowercase());
    let is_named = |id: &str| named.is_empty() || named.contains(&id.to_lowercase());
    let (mut chosen, skipped): (Vec<Listed>, Vec<Listed>) =
        visible.iter().cloned().partition(|(id, ..)| is_named(id) && in_group(id));
    let mut gaps = Vec::new();
    for (id, name, _) in &skipped {
        gaps.push(if is_named(id) && by_group && !group_is_whole {
            let message =
                format!("Whether {name} is below the management group is not known: its list was not read to the end.");
            gap(id, GapReason::PageMissing, message, "Scan again, or name the subscriptions instead of the group.")
        } else {
            let message = format!("The subscription {name} was left out of the scan by choice.");
            gap(id, GapReason::NotAsked, message, "Scan without --subscription and --management-group to include it.")
        });
    }
    let seen: BTreeSet<String> = visible.iter().map(|(id, ..)| id.to_lowercase()).collect();
    let by_id: BTreeSet<&String> =
        named.iter().filter(|id| in_group(id)).chain(below.iter().filter(|id| is_named(id))).collect();
    for id in by_id.into_iter().filter(|id| !seen.contains(*id)) {
        if list_is_whole {
            let message = "The subscription was asked for, and this account does not see it.".to_owned();
            let hint = "Ask for the Reader role in it, or check the id and the tenant.";
            gaps.push(gap(id, GapReason::Denied, message, hint));
        } else {
            // the list of subscriptions broke off: those that were named can still be asked
            chosen.push((id.clone(), id.clone(), String::new()));
        }
    }
    if visible.is_empty() && list_is_whole {
        gaps.push(Gap {
            scope: "tenant".to_owned(),
            call: "subscriptions".to_owned(),
            reason: GapReason::Denied,
            message: "This account sees no subscription in the tenant.".to_owned(),
            hint: "Ask for the Reader role at the management group or the subscriptions, and check that the tenant is the right one.".to_owned(),
        });
    }
    Choice { chosen, gaps }
}

fn gap(id: &str, reason: GapReason, message: String, hint: &str) -> Gap {
    Gap {
        scope: format!("/subscriptions/{id}"),
        call: "managedClusters".to_owned(),
        reason,
        message,
        hint: hint.to_owned(),
    }
}
