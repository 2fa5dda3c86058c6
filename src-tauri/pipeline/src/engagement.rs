//! One engagement: its file (or memory), its settings, its audits.

use crate::Audited;
use quay_audit::{audit, survey, tool_facts};
use quay_history::changes;
use quay_model::{Audit, FixText, Fleet, Memory, Problem, ProblemCode, Settings, Snapshot, SnapshotFacts, Verdict};
use quay_remedy::fix_for;
use quay_store::{KeptSnapshot, NewAudit, Store, Unlock};
use std::collections::BTreeMap;
use std::path::Path;

const SETTINGS_KEY: &str = "settings";

#[derive(Debug)]
pub struct Engagement {
    pub(crate) store: Store,
    /// A scan whose snapshot is not kept yet.
    pub(crate) unkept_scan: Option<i64>,
}

/// A kept snapshot, for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotLine {
    pub id: i64,
    pub taken: String,
    pub origin: String,
    pub hash: String,
    pub documents: u32,
}

impl Engagement {
    fn of_store(store: Store) -> Self {
        Engagement { store, unkept_scan: None }
    }

    pub fn open(path: &Path, unlock: &Unlock) -> Result<Self, Problem> {
        Store::open(path, unlock).map(Engagement::of_store).map_err(|problem| named(problem, path))
    }

    pub fn open_existing(path: &Path, unlock: &Unlock) -> Result<Self, Problem> {
        Store::open_existing(path, unlock).map(Engagement::of_store).map_err(|problem| named(problem, path))
    }

    pub fn in_memory() -> Result<Self, Problem> {
        Store::in_memory().map(Engagement::of_store)
    }

    /// Whether others who get the file learn nothing from it.
    pub fn is_secret(&self) -> bool {
        self.store.is_secret()
    }

    /// Writes a copy that a passphrase opens on any machine; the sign-in stays here.
    pub fn export(&self, to: &Path, passphrase: &str) -> Result<(), Problem> {
        self.store.export(to, passphrase)
    }

    /// Removes an engagement: key, file, and what lies beside it.
    pub fn remove(self, path: &Path) -> Result<(), Problem> {
        self.store.remove(path)
    }

    pub fn settings(&self) -> Result<Settings, Problem> {
        let Some(text) = self.store.setting(SETTINGS_KEY)? else { return Ok(Settings::default()) };
        serde_json::from_str(&text).map_err(|error| {
            Problem::new(
                ProblemCode::Damaged,
                format!("The settings of this engagement cannot be read: {error}."),
                "Save them again.",
            )
        })
    }

    pub fn keep_settings(&self, settings: &Settings) -> Result<(), Problem> {
        settings.check().map_err(|why| Problem::new(ProblemCode::BadInput, why, "Correct it and save again."))?;
        let text = serde_json::to_string(settings).map_err(|error| {
            Problem::new(ProblemCode::Internal, format!("The settings could not be written: {error}."), "Try again.")
        })?;
        self.store.keep_setting(SETTINGS_KEY, &text)
    }

    pub fn keep_note(&self, key: &str, value: &str) -> Result<(), Problem> {
        self.store.keep_setting(&format!("note.{key}"), value)
    }

    pub fn note(&self, key: &str) -> Result<Option<String>, Problem> {
        self.store.setting(&format!("note.{key}"))
    }

    pub fn snapshots(&self) -> Result<Vec<SnapshotLine>, Problem> {
        let line = |kept: KeptSnapshot| SnapshotLine {
            id: kept.id,
            taken: kept.taken,
            origin: kept.origin,
            hash: kept.hash,
            documents: kept.documents,
        };
        Ok(self.store.snapshots()?.into_iter().map(line).collect())
    }

    /// Keeps a new snapshot; it can be audited now or later.
    pub fn keep(&mut self, snapshot: &Snapshot) -> Result<(), Problem> {
        self.store.keep_snapshot(snapshot)?;
        self.finish_scan()
    }

    /// Keeps a new snapshot and audits it as of the moment it was taken, or of another.
    pub fn keep_and_audit(&mut self, snapshot: Snapshot, as_of: &str) -> Result<Audited, Problem> {
        let kept = self.store.keep_snapshot(&snapshot)?;
        self.finish_scan()?;
        self.audit_kept(&kept, snapshot, as_of, "")
    }

    /// Audits the newest snapshot again under the rules and settings of today: a result of its own beside the old one.
    pub fn audit_again(&mut self, as_of: &str) -> Result<Audited, Problem> {
        let kept = self.newest()?;
        let snapshot = self.store.snapshot(kept.id)?;
        self.audit_kept(&kept, snapshot, as_of, "audited again from the kept snapshot")
    }

    /// The newest snapshot for looking at; keeps nothing.
    pub fn look_again(&self) -> Result<Audited, Problem> {
        let kept = self.newest()?;
        let snapshot = self.store.snapshot(kept.id)?;
        let as_of = kept.taken.clone();
        Ok(judged(snapshot, &kept, &as_of, "", &self.settings()?, self.memory(kept.id)?))
    }

    fn newest(&self) -> Result<KeptSnapshot, Problem> {
        self.store.snapshots()?.pop().ok_or_else(|| {
            Problem::new(
                ProblemCode::NothingOpen,
                "The engagement holds no snapshot yet.",
                "Open collected files or the sample fleet first.",
            )
        })
    }

    fn audit_kept(
        &mut self,
        kept: &KeptSnapshot,
        snapshot: Snapshot,
        as_of: &str,
        label: &str,
    ) -> Result<Audited, Problem> {
        let settings = self.settings()?;
        let mut audited = judged(snapshot, kept, as_of, label, &settings, self.memory(kept.id)?);
        let rules_hash = tool_facts().rules_hash;
        if let Some(before) = self.store.audits()?.pop() {
            let earlier = self.store.verdicts(before.id)?;
            audited.changes = Some(changes(&earlier, &audited.audit.verdicts, before.rules_hash != rules_hash));
        }
        self.store.keep_audit(&NewAudit {
            snapshot: kept.id,
            as_of,
            label,
            rules_hash: &rules_hash,
            tool_version: &audited.audit.tool.version,
            settings: &settings,
            verdicts: &audited.audit.verdicts,
        })?;
        Ok(audited)
    }
}

impl Audited {
    /// Audits a snapshot that is kept nowhere.
    pub fn of(snapshot: Snapshot, as_of: &str, settings: &Settings) -> Audited {
        let kept = KeptSnapshot {
            id: 0,
            taken: snapshot.taken.clone(),
            origin: snapshot.origin.clone(),
            hash: snapshot.hash(),
            previous_hash: String::new(),
            documents: u32::try_from(snapshot.documents.len()).unwrap_or(u32::MAX),
        };
        judged(snapshot, &kept, as_of, "", settings, Memory::default())
    }
}

fn judged(
    snapshot: Snapshot,
    kept: &KeptSnapshot,
    as_of: &str,
    label: &str,
    settings: &Settings,
    memory: Memory,
) -> Audited {
    let fleet = Fleet::read(&snapshot);
    let facts = SnapshotFacts {
        hash: kept.hash.clone(),
        previous_hash: kept.previous_hash.clone(),
        origin: kept.origin.clone(),
        taken: kept.taken.clone(),
        as_of: as_of.to_owned(),
        label: label.to_owned(),
        documents: kept.documents,
    };
    let mut audit = audit(&fleet, facts, settings, &memory);
    let survey = survey(&fleet, settings);
    audit.fixes = fixes(&audit, &fleet);
    Audited { snapshot, fleet, audit, survey, memory, changes: None }
}

/// For each rule with findings, the fix of its worst one.
fn fixes(audit: &Audit, fleet: &Fleet) -> BTreeMap<String, FixText> {
    let mut worst: BTreeMap<&str, &Verdict> = BTreeMap::new();
    for finding in audit.findings() {
        let known = worst.entry(&finding.rule).or_insert(finding);
        if finding.severity < known.severity {
            *known = finding;
        }
    }
    let fix = |(rule, finding): (&str, &Verdict)| {
        let info = audit.rule(rule)?;
        let location = fleet.cluster(&finding.cluster_id, &finding.instance).map_or("", |c| c.location.as_str());
        Some((rule.to_owned(), fix_for(&info.fix, finding, location)))
    };
    worst.into_iter().filter_map(fix).collect()
}

fn named(mut problem: Problem, path: &Path) -> Problem {
    problem.message = format!("{}: {}", path.display(), problem.message);
    problem
}
