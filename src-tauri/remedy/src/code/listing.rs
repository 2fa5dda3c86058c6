//! The steps of plans as a list: what each is about, its commands, its check and its way back.

use crate::code::owner::Owners;
use crate::steps::binding::beyond_terraform;
use crate::steps::step_text;
use quay_model::{Change, Step, StepText};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// One step, and the clusters whose plans hold it: two of them may share one vault.
pub(crate) struct Merged<'a> {
    pub(crate) step: &'a Step,
    others: Vec<&'a Step>,
}

/// Each change once, in the order in which it stands first.
pub(crate) fn merged<'a>(steps: impl Iterator<Item = &'a Step>) -> Vec<Merged<'a>> {
    let mut all: Vec<Merged<'a>> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for step in steps {
        // Azure writes one id in several cases
        let key = format!("{:?}", step.change).to_lowercase();
        match known.get(&key).and_then(|at| all.get_mut(*at)) {
            Some(there) => there.others.push(step),
            None => {
                known.insert(key, all.len());
                all.push(Merged { step, others: Vec::new() });
            }
        }
    }
    all
}

impl Merged<'_> {
    fn all(&self) -> impl Iterator<Item = &Step> {
        std::iter::once(self.step).chain(self.others.iter().copied())
    }

    /// In the words of every plan, each once.
    fn told<'b>(&'b self, of: impl Fn(&'b Step) -> &'b [String]) -> Vec<&'b str> {
        let mut told: Vec<&str> = Vec::new();
        for words in self.all().flat_map(of) {
            if !told.contains(&words.as_str()) {
                told.push(words);
            }
        }
        told
    }
}

pub(crate) fn list(text: &mut String, heading: &str, steps: &[Merged<'_>], owners: &Owners<'_>) {
    if !steps.is_empty() {
        let _ = write!(text, "\n## {heading}\n");
    }
    let letting_in = let_in_by_source(steps);
    for merged in steps {
        let step = merged.step;
        let clusters: BTreeSet<&str> = merged.all().map(|step| last(&step.cluster_id)).collect();
        let named: Vec<String> = clusters.iter().map(|name| format!("**{}**", one_line(name))).collect();
        let _ = writeln!(text, "\n- {}: {}", named.join(", "), one_line(&step.title));
        let mut line = |what: &str, about: &str| {
            let _ = writeln!(text, "  - {what}: {}", one_line(about));
        };
        let held_back = merged.told(|step| &step.held_back);
        held_back.iter().for_each(|why| line("held back", why));
        let breaks = merged.told(|step| &step.breaks_today);
        breaks.iter().filter(|what| !held_back.contains(what)).for_each(|what| line("breaks today", what));
        merged.told(|step| &step.unsure).iter().for_each(|what| line("not known", what));
        merged.told(|step| step.decide.as_slice()).iter().for_each(|what| line("decide first", what));
        if let Some((what, about)) = owners.of(step).words(&step.change) {
            line(what, &about);
        }
        if let Some(why) = beyond_terraform(step) {
            line("not in the Terraform code", why);
        }
        let StepText { cli, check, back, .. } = step_text(step);
        let cut_off = cut_off(step, &clusters, &letting_in);
        let commands = format!("{cli}\n\n# check\n{check}\n\n# way back\n{cut_off}{back}");
        let indented: String = commands
            .lines()
            .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") })
            .collect();
        let _ = write!(text, "\n  ```sh\n{indented}  ```\n");
    }
}

/// The clusters that let each source in, by its id in lower case.
fn let_in_by_source<'a>(steps: &'a [Merged<'_>]) -> BTreeMap<String, BTreeSet<&'a str>> {
    let mut all: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for step in steps.iter().flat_map(Merged::all) {
        if let Change::CreateBinding { source, .. } | Change::SetBindingRoles { source, .. } = &step.change {
            all.entry(source.to_lowercase()).or_default().insert(last(&step.cluster_id));
        }
    }
    all
}

/// An identity is one for all clusters: whoever takes it away again cuts off all of them.
fn cut_off(step: &Step, own: &BTreeSet<&str>, letting_in: &BTreeMap<String, BTreeSet<&str>>) -> String {
    let Change::GiveIdentity { resource } = &step.change else { return String::new() };
    let mut clusters = own.clone();
    clusters.extend(letting_in.get(&resource.to_lowercase()).into_iter().flatten());
    if clusters.len() < 2 {
        return String::new();
    }
    let named: Vec<String> = clusters.iter().map(|name| one_line(name)).collect();
    format!("# cuts it off from {}: go back on all of these first\n", named.join(", "))
}

fn last(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}

/// Names come from a tenant: none may begin a heading or a list.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'")
}
