//! The settings of one cluster that closing steps change, taken together: one deployment writes them at once.

use quay_model::{Change, Step};
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(crate) struct ClusterSettings<'a> {
    pub(crate) ranges: Option<&'a [String]>,
    pub(crate) private: bool,
    pub(crate) run_command_off: bool,
    pub(crate) local_accounts_off: bool,
}

impl<'a> ClusterSettings<'a> {
    /// By the id of the cluster; clusters whose settings stay are left out.
    pub(crate) fn of(steps: &[&'a Step]) -> BTreeMap<&'a str, ClusterSettings<'a>> {
        let mut all: BTreeMap<&str, ClusterSettings<'_>> = BTreeMap::new();
        for step in steps {
            let mut own = ClusterSettings::default();
            match &step.change {
                Change::SetRanges { ranges, .. } => own.ranges = Some(ranges),
                Change::MakePrivate { .. } => own.private = true,
                Change::DisableRunCommand { .. } => own.run_command_off = true,
                Change::DisableLocalAccounts { .. } => own.local_accounts_off = true,
                _ => continue,
            }
            all.entry(&step.cluster_id).or_default().add(own);
        }
        // a private cluster has no ranges, and keeps none it had
        all.values_mut().filter(|own| own.private).for_each(|own| own.ranges = None);
        all
    }

    fn add(&mut self, other: Self) {
        self.ranges = other.ranges.or(self.ranges);
        self.private |= other.private;
        self.run_command_off |= other.run_command_off;
        self.local_accounts_off |= other.local_accounts_off;
    }

    /// Whether anything stands below `apiServerAccessProfile`.
    pub(crate) fn has_access(&self) -> bool {
        self.ranges.is_some() || self.private || self.run_command_off
    }
}
