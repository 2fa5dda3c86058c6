//! Whether the source of a binding takes requests from the public network, and from where.

use crate::address::{AddressSet, Entry};
use crate::exposure::is_wide;
use crate::rule::Judgement;
use quay_model::{Holder, Reading, Settings};

/// The same limits as for clusters; `None` when an entry cannot be read.
fn broad(entries: &[Entry], settings: &Settings) -> Option<bool> {
    if entries.iter().any(|entry| matches!(entry, Entry::Tag(_)) || is_wide(entry, settings)) {
        return Some(true);
    }
    entries.iter().all(Entry::is_understood).then_some(false)
}

pub(crate) fn judge(holder: &Holder, settings: &Settings) -> Judgement {
    let access = match &holder.public_access.reading {
        Reading::Value(access) => access,
        Reading::Absent => {
            let why = "Azure left it out, and its default differs between versions";
            return Judgement::not_assessed(format!("Whether the source is open to the internet is not known: {why}."));
        }
        Reading::Unreadable(why) => {
            return Judgement::not_assessed(format!("The public access of the source could not be read: {why}."));
        }
    };
    if ["Disabled", "SecuredByPerimeter"].iter().any(|closed| access.eq_ignore_ascii_case(closed)) {
        return Judgement::pass(format!("The public network access of the source is {access}."));
    }
    if !access.eq_ignore_ascii_case("Enabled") {
        return Judgement::not_assessed(format!("{access:?} is no public network access that is known here."));
    }
    match &holder.allowed_addresses.reading {
        Reading::Value(texts) if !texts.is_empty() => {
            if texts.iter().all(|text| text.trim().is_empty()) {
                return Judgement::fail("The source is open to the internet: no address on its list says anything.");
            }
            let entries: Vec<Entry> = texts.iter().map(|text| Entry::parse(text)).collect();
            if AddressSet::of(&entries).is_everything() || entries.iter().any(Entry::means_everyone) {
                return Judgement::fail("The source is open to the internet: its allowed addresses are all there are.");
            }
            let named = texts.join(", ");
            match broad(&entries, settings) {
                Some(true) => {
                    Judgement::fail(format!("The source is public, and its allowed addresses are wide: {named}."))
                }
                Some(false) => Judgement::pass(format!("The source is public, and lets in only {named}.")),
                None => Judgement::not_assessed(format!(
                    "What the allowed addresses of the source let in is not known: {named}."
                )),
            }
        }
        Reading::Value(_) | Reading::Absent => Judgement::fail("The source is open to the internet."),
        Reading::Unreadable(why) => {
            Judgement::not_assessed(format!("Which addresses the source lets in could not be read: {why}."))
        }
    }
}
