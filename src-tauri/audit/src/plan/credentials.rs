//! The closing half of a plan: run command, local accounts and what was handed out with them.

use crate::doors::Looked;
use crate::plan::Draft;
use crate::plan::close::{is_open, some_of};
use crate::powers::Powers;
use crate::reach::{Held, is_unknown_to_directory, name_of};
use crate::workarounds::ways_in;
use quay_model::{Change, Reading};
use std::collections::BTreeSet;

/// So many programs are named in a question; the rest are counted.
const NAMED: usize = 5;

/// Programs with a right, in words, and what nobody read about who has it.
pub(crate) struct Programs {
    pub(crate) named: String,
    pub(crate) unread: Vec<String>,
}

/// Whether somebody is administrator without the local account.
enum Administrator {
    Known,
    Nobody(&'static str),
    Unknown(String),
}

impl Draft<'_> {
    pub(crate) fn close_credentials(&mut self) {
        let Looked { cluster, .. } = self.looked;
        if is_open(&cluster.api_server.run_command_disabled.reading) {
            let programs = self.programs_that_may("use it", |powers| powers.run_command);
            let outside = self.is_last_way_from_outside();
            let besides = if outside.is_some() { " Try another way into its network first." } else { "" };
            let change = Change::DisableRunCommand { cluster: self.id() };
            let step = self.close(
                change,
                "Turn run command off".to_owned(),
                "It runs commands as the cluster's administrator for whoever holds one Azure action.",
                format!("Who uses `az aks command invoke`, and from which pipeline{}.{besides}", programs.named),
            );
            step.unsure.extend(programs.unread);
            step.unsure.extend(outside);
        }
        if !is_open(&cluster.credentials.local_accounts_disabled.reading) {
            if cluster.credentials.local_accounts_disabled.reading == Reading::Value(true) {
                self.notes.push("Local accounts are off, and Azure does not tell whether certificates were rotated since: an admin kubeconfig fetched before stays valid until `az aks rotate-certs` is run once.".to_owned());
            }
            return;
        }
        if let Some(note) = self.without_entra() {
            self.notes.push(note);
            return;
        }
        match self.administrator() {
            Administrator::Known => {}
            Administrator::Unknown(why) => {
                self.notes.push(format!("Local accounts stay on in this plan, because one thing is not known: {why}."));
                return;
            }
            Administrator::Nobody(why) => {
                self.notes.push(why.to_owned());
                return;
            }
        }
        let programs = self.programs_that_may("fetch it", |powers| powers.admin_credential);
        let change = Change::DisableLocalAccounts { cluster: self.id() };
        let step = self.close(
            change,
            "Turn local accounts off".to_owned(),
            "The static admin credential belongs to nobody and cannot be taken from one person.",
            format!("Who still uses the static admin kubeconfig{}.", programs.named),
        );
        step.unsure.extend(programs.unread);
        let change = Change::RotateCertificates { cluster: self.id() };
        self.close(
            change,
            "Rotate the cluster's certificates".to_owned(),
            "A kubeconfig fetched earlier stays valid until then.",
            "A time for it: it makes all nodes, scale sets and disks again, and the whole cluster may be away for up to 30 minutes. Every kubeconfig must be fetched again afterwards, also those of Entra users and pipelines.".to_owned(),
        );
    }

    /// On a private cluster run command works from anywhere: without another way into its network it is the last one.
    fn is_last_way_from_outside(&self) -> Option<String> {
        let private = &self.looked.cluster.api_server.private.reading;
        let becomes = self.steps.iter().any(|step| matches!(step.change, Change::MakePrivate { .. }));
        let is_private = *private == Reading::Value(true) || becomes;
        (is_private && ways_in(self.looked).is_empty()).then(|| {
            "how people get into the network of the private API server: no peering, private endpoint, Bastion, jump host or gateway was seen, and run command works from anywhere".to_owned()
        })
    }

    /// Why local accounts stay on: without Entra ID nobody else could sign in.
    fn without_entra(&self) -> Option<String> {
        let credentials = &self.looked.cluster.credentials;
        match (&credentials.entra.reading, &credentials.entra_managed.or_default(false)) {
            (Reading::Absent, _) => {
                Some("Local accounts can be turned off only with Entra ID integration: CRED-02 comes first.".to_owned())
            }
            (Reading::Unreadable(why), _) | (Reading::Value(_), Reading::Unreadable(why)) => Some(format!(
                "Whether there is Entra ID could not be read ({why}), so local accounts stay on in this plan."
            )),
            (Reading::Value(_), Reading::Value(true)) => None,
            (Reading::Value(_), _) => Some(
                "Local accounts cannot be turned off with the legacy Entra ID integration: CRED-02 comes first."
                    .to_owned(),
            ),
        }
    }

    fn administrator(&self) -> Administrator {
        let Looked { fleet, cluster, reached, .. } = self.looked;
        let groups = &cluster.credentials.admin_groups.reading;
        if groups.value().is_some_and(|groups| groups.iter().any(|id| !id.is_empty())) {
            return Administrator::Known;
        }
        if cluster.credentials.azure_rbac.reading != Reading::Value(true) {
            return Administrator::Nobody(
                "Nobody but the local account is known to be administrator: CRED-10 or CRED-04 comes before turning local accounts off.",
            );
        }
        // a right that this plan takes back lets nobody in for long, and a holder who was deleted never
        let asked = fleet.known.directory().is_ok();
        let stays = |held: &&Held<'_>| {
            let gone = asked && is_unknown_to_directory(fleet, held);
            !held.eligible && !gone && !self.is_let_in(held)
        };
        let is_person = |held: &&Held<'_>| {
            let kind = held.assignment.principal_type.to_lowercase();
            kind == "user" || kind.contains("group") || fleet.around.directory.is_user(&held.assignment.principal)
        };
        let lasting = || reached.held.iter().filter(stays);
        let admins = || lasting().filter(|held| held.powers().kubernetes_admin);
        if admins().filter(|held| held.placed).any(|held| is_person(&held)) {
            return Administrator::Known;
        }
        let who = "whether anybody but the local account is administrator";
        let unread = match groups {
            Reading::Unreadable(why) => Some(why.as_str()),
            Reading::Value(_) | Reading::Absent => reached.incomplete.as_deref(),
        };
        match unread {
            Some(why) => Administrator::Unknown(format!("{who} ({why})")),
            None if admins().any(|held| !held.placed) => {
                Administrator::Unknown(format!("{who} (whether a management group holds the cluster was not read)"))
            }
            None if admins().any(|held| !held.assignment.is_service()) => {
                Administrator::Unknown(format!("{who} (what kind of identity holds the role was not told)"))
            }
            None if lasting().any(|held| held.role.is_none()) => {
                Administrator::Unknown(format!("{who} (some hold roles that nobody here could read)"))
            }
            None if admins().next().is_some() => Administrator::Nobody(
                "Only programs are administrators besides the local account: turning it off would leave no person who can sign in. Give a person or a group the role Azure Kubernetes Service RBAC Cluster Admin first.",
            ),
            None => Administrator::Nobody(
                "With Azure RBAC on nobody holds a lasting administrator's role here: turning local accounts off would leave nobody who can sign in. Give somebody the role Azure Kubernetes Service RBAC Cluster Admin first.",
            ),
        }
    }

    /// Programs with a right that this plan gives no other way in: whether they use it, no setting tells.
    pub(crate) fn programs_that_may(&self, what: &str, power: fn(Powers) -> bool) -> Programs {
        let Looked { fleet, reached, .. } = self.looked;
        // who is let in is looked up last: a subscription can hold thousands of assignments
        let lasting = || reached.held.iter().filter(|held| !held.eligible);
        let stays = |held: &&Held<'_>| !self.is_let_in(held);
        let told = |held: &Held<'_>| {
            format!("{} with {} at {}", name_of(fleet, held.assignment), held.role_name(), held.place())
        };
        let may = |held: &&Held<'_>| held.assignment.is_service() && power(held.powers());
        let programs: BTreeSet<String> = lasting().filter(may).filter(stays).map(told).collect();
        let programs: Vec<String> = programs.into_iter().collect();
        let named = if programs.is_empty() {
            String::new()
        } else {
            format!("; these programs may {what}: {}", some_of(&programs, NAMED))
        };
        let unknown: BTreeSet<String> = lasting().filter(|held| held.role.is_none()).filter(stays).map(told).collect();
        let unknown: Vec<String> = unknown.into_iter().collect();
        let mut unread: Vec<String> =
            reached.incomplete.iter().map(|why| format!("who else may {what} ({why})")).collect();
        if !unknown.is_empty() {
            unread.push(format!("what roles allow that nobody here could read: {}", some_of(&unknown, NAMED)));
        }
        Programs { named, unread }
    }

    /// Whether the holder is a service that needs a binding: it is let in by that, or holds the step back.
    fn is_let_in(&self, held: &Held<'_>) -> bool {
        let Looked { fleet, integrated, .. } = self.looked;
        let identity = fleet.around.directory.identity(&held.assignment.principal);
        identity.is_some_and(|own| integrated.needing().any(|i| i.source.eq_ignore_ascii_case(&own.resource)))
    }
}
