//! What the screens of `report` get and ask.

use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ReportFormat {
    Pdf,
    Json,
    Csv,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SectionView {
    pub(crate) title: String,
    pub(crate) holds: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReportPreview {
    pub(crate) report_id: String,
    pub(crate) as_of: String,
    pub(crate) snapshot_hash: String,
    pub(crate) classification: String,
    pub(crate) sections: Vec<SectionView>,
    pub(crate) verdicts: u32,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SavedView {
    pub(crate) file: String,
    pub(crate) folder: String,
    pub(crate) sha256: String,
}
