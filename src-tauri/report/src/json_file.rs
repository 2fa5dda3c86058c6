//! `findings.json`: every verdict, passes too, with its evidence; and what stands beside them: doors, matrix, plans, owners,
//! what code declares. The shape is a promise; see `schema`.

use crate::Beside;
use quay_model::{
    Audit, ClusterDoors, Coverage, Drift, MatrixRow, OwnerLine, Plan, Radius, RoleLine, Score, SnapshotFacts, Step,
    StepText, Survey, ToolFacts, Verdict,
};
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use std::io::{self, Write};

/// Raised when a reader of the file would have to change; new fields do not raise it.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    schema: u32,
    tool: &'a ToolFacts,
    snapshot: &'a SnapshotFacts,
    settings: &'a quay_model::Settings,
    score: &'a Score,
    coverage: &'a Coverage,
    verdicts: Owned<'a>,
    trusted_access: TrustedAccess<'a>,
    doors: &'a [ClusterDoors],
    blast_radius: &'a [Radius],
    closing_plans: Told<'a>,
    owners: &'a [OwnerLine],
    declared: &'a [Drift],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TrustedAccess<'a> {
    matrix: &'a [MatrixRow],
    roles: &'a [RoleLine],
}

/// Verdicts with who answers for them, written one after the other.
struct Owned<'a> {
    verdicts: &'a [Verdict],
    survey: &'a Survey,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OwnedVerdict<'a> {
    #[serde(flatten)]
    verdict: &'a Verdict,
    owner: &'a str,
    team: &'a str,
    cost_centre: &'a str,
}

impl Serialize for Owned<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut list = to.serialize_seq(Some(self.verdicts.len()))?;
        for verdict in self.verdicts {
            let owned = self.survey.owned(&verdict.cluster_id, &verdict.instance);
            list.serialize_element(&OwnedVerdict {
                verdict,
                owner: owned.map_or("", |owned| &owned.owner),
                team: owned.map_or("", |owned| &owned.team),
                cost_centre: owned.map_or("", |owned| &owned.cost_centre),
            })?;
        }
        list.end()
    }
}

/// Plans with how each step is done, checked and undone, written one after the other.
struct Told<'a> {
    plans: &'a [Plan],
    how: fn(&Step) -> StepText,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ToldPlan<'a> {
    cluster_id: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    instance: &'a str,
    steps: Vec<ToldStep<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ToldStep<'a> {
    #[serde(flatten)]
    step: &'a Step,
    how: StepText,
}

impl Serialize for Told<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut list = to.serialize_seq(Some(self.plans.len()))?;
        for Plan { cluster_id, instance, steps, notes } in self.plans {
            let steps = steps.iter().map(|step| ToldStep { step, how: (self.how)(step) }).collect();
            list.serialize_element(&ToldPlan { cluster_id, instance, steps, notes })?;
        }
        list.end()
    }
}

pub fn write_json(audit: &Audit, beside: &Beside<'_>, out: &mut dyn Write) -> io::Result<()> {
    let survey = beside.survey;
    let file = File {
        schema: SCHEMA,
        tool: &audit.tool,
        snapshot: &audit.snapshot,
        settings: &audit.settings,
        score: &audit.score,
        coverage: &audit.coverage,
        verdicts: Owned { verdicts: &audit.verdicts, survey },
        trusted_access: TrustedAccess { matrix: &survey.matrix, roles: &survey.roles },
        doors: &survey.doors,
        blast_radius: &survey.radius,
        closing_plans: Told { plans: beside.plans, how: beside.how },
        owners: beside.owners,
        declared: &survey.drift,
    };
    let mut buffered = io::BufWriter::with_capacity(1 << 16, out);
    serde_json::to_writer(&mut buffered, &file)?;
    buffered.write_all(b"\n")?;
    buffered.flush()
}
