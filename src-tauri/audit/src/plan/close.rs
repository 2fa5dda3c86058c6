//! The closing half of a plan: the network. Each step that shuts something waits for every service that is let in before
//! it, and is held back for those that no step can let in.

use crate::doors::Looked;
use crate::exposure::{Exposure, Narrowed, OWN_EGRESS, narrowed};
use crate::plan::{Draft, called};
use crate::powers::Powers;
use quay_model::{Before, Change, Reading, Service, Step, lists};

/// So many ranges are named in a title; the rest are counted.
const NAMED: usize = 5;

impl Draft<'_> {
    pub(crate) fn close_network(&mut self) {
        let Looked { cluster, exposure, .. } = self.looked;
        let ranges = cluster.api_server.ranges.reading.value().cloned().unwrap_or_default();
        let standing = match exposure {
            Exposure::Open(_) | Exposure::Broad(_) => self.narrow_ranges(ranges),
            _ => ranges,
        };
        let private_is_possible = cluster.api_server.vnet_integration.reading == Reading::Value(true);
        match (exposure.is_public(), private_is_possible) {
            (Some(true), true) => {
                let programs = self.programs_that_may("sign in to it", signs_in);
                let change = Change::MakePrivate { cluster: self.id() };
                let why = "With API Server VNet Integration the public endpoint can be turned off.";
                let decide = format!(
                    "Who calls from outside the network: they need a way into it first{}. The public name goes too, and kubeconfigs inside the network need the private DNS zone.",
                    programs.named
                );
                let step = self.close(change, "Make the cluster private".to_owned(), why, decide);
                step.before = Before::Ranges { ranges: standing };
                step.unsure.extend(programs.unread);
            }
            (Some(true), false) => self.notes.push("A cluster without API Server VNet Integration is private only if it is made so: going private means making it again.".to_owned()),
            (Some(false) | None, _) => {}
        }
    }

    /// A step to what is left of the ranges without the broad ones; the ranges that stand after it.
    fn narrow_ranges(&mut self, ranges: Vec<String>) -> Vec<String> {
        let Narrowed { ranges: left, unparsed, too_many } = narrowed(&ranges, self.settings);
        if let Some(why) = too_many {
            let count = left.as_ref().unwrap_or(&ranges).len();
            self.notes.push(format!("{count} ranges are let in that are narrow each and wide together ({why}): their owners must say which of them are still needed."));
        }
        let Some(wanted) = left else { return ranges };
        let title = if wanted == [OWN_EGRESS] {
            "Let in only the cluster's own outbound address and those you add".to_owned()
        } else {
            format!("Let in only {}", some_of(&wanted, NAMED))
        };
        let programs = self.programs_that_may("sign in to it", signs_in);
        let dropped = if unparsed.is_empty() {
            String::new()
        } else {
            let named = some_of(&unparsed, NAMED);
            format!(" Left out, because nobody can tell what it lets in: {named}; ask who put it there.")
        };
        let decide = format!(
            "Which addresses people and pipelines call from: add them to the list, or they are cut off{}.{dropped}",
            programs.named
        );
        let (cut_off, unread) = self.nodes_outside();
        let change = Change::SetRanges { cluster: self.id(), ranges: wanted.clone() };
        let step = self.close(change, title, "Everybody else can no longer open a connection.", decide);
        step.before = Before::Ranges { ranges };
        step.unsure.extend(programs.unread);
        step.unsure.extend(unread);
        step.breaks_today.extend(cut_off.iter().cloned());
        step.held_back.extend(cut_off);
        wanted
    }

    /// Azure lets in the address of the cluster's load balancer beside the ranges, and no other address of its nodes
    /// ("Secure access to the API server using authorized IP ranges"); with VNet integration they do not come by it.
    /// What would be cut off, and what nobody could read.
    fn nodes_outside(&self) -> (Option<String>, Option<String>) {
        let Looked { cluster, .. } = self.looked;
        if cluster.api_server.vnet_integration.reading == Reading::Value(true) {
            return (None, None);
        }
        let outbound = match &cluster.nodes.outbound_type.reading {
            Reading::Value(kind) if !kind.eq_ignore_ascii_case("loadBalancer") => Some(format!("outbound type {kind}")),
            _ => None,
        };
        let public = (cluster.nodes.public_addresses.reading == Reading::Value(true))
            .then(|| "public addresses of their own".to_owned());
        let how: Vec<String> = outbound.into_iter().chain(public).collect();
        let cut_off = (!how.is_empty()).then(|| {
            let how = how.join(", ");
            format!("its nodes leave by another address than the load balancer's ({how}): add it first")
        });
        let unread = match (&cluster.nodes.outbound_type.reading, &cluster.nodes.public_addresses.reading) {
            (Reading::Unreadable(why), _) | (_, Reading::Unreadable(why)) => {
                Some(format!("by which address its nodes leave, which would be cut off ({why})"))
            }
            _ => None,
        };
        (cut_off, unread)
    }

    /// A step that shuts something: it waits for every service, and is held back for those that no step can let in.
    pub(crate) fn close(&mut self, change: Change, title: String, why: &str, decide: String) -> &mut Step {
        let Looked { fleet, cluster, integrated, .. } = self.looked;
        let waiting = self.waiting.clone();
        let mut held = self.stuck.clone();
        let mut unsure: Vec<String> = integrated
            .unknown
            .iter()
            .map(|(service, why)| format!("whether {} uses this cluster ({why})", service.label()))
            .collect();
        // it calls with the admin's kubeconfig; run command it does not need
        if !matches!(change, Change::DisableRunCommand { .. }) {
            let chaos = integrated.list.iter().filter(|i| i.service == Service::ChaosStudio);
            held.extend(chaos.map(|i| {
                format!(
                    "{}: it uses credentials of the cluster from outside, and supports no Trusted Access",
                    called(i)
                )
            }));
            let unread = fleet.known.whole(lists::CHAOS, &cluster.id).err();
            unsure.extend(
                unread.map(|why| format!("whether {} uses this cluster ({why})", Service::ChaosStudio.label())),
            );
        }
        held.sort();
        held.dedup();
        let step = self.add(change, title, why);
        step.breaks_today = waiting.into_iter().chain(held.iter().cloned()).collect();
        step.held_back = held;
        step.unsure = unsure;
        step.decide = Some(decide);
        step
    }
}

/// Whoever signs in to the API server needs a connection to it.
fn signs_in(powers: Powers) -> bool {
    powers.admin_credential
        || powers.user_credential
        || powers.kubernetes_admin
        || powers.kubernetes_strong
        || powers.kubernetes_read
}

/// The first of them, and how many more there are.
pub(crate) fn some_of(all: &[String], most: usize) -> String {
    let named: Vec<&str> = all.iter().take(most).map(String::as_str).collect();
    let more = all.len().saturating_sub(most);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", named.join(", "))
}

/// A switch that shuts its door when it is on, and is known to be off.
pub(crate) fn is_open(disabled: &Reading<bool>) -> bool {
    matches!(disabled, Reading::Value(false) | Reading::Absent)
}
