//! Thresholds and tag keys of the open engagement, and what the window remembers of its screens.

use super::Answer;
use crate::session::{Session, Shown};
use crate::transport::SettingsView;
use quay_model::Settings;
use quay_pipeline::now;
use tauri::State;

const VIEW: &str = "view";

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn settings(session: State<'_, Session>) -> Answer<SettingsView> {
    session.with(|open| open.engagement()?.settings()).map(SettingsView::from)
}

/// Keeps the settings and audits the snapshot again with them; the earlier result stays beside the new one.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_settings(session: State<'_, Session>, settings: SettingsView) -> Answer<SettingsView> {
    let settings = Settings::from(settings);
    session.with(|open| {
        open.engagement()?.keep_settings(&settings)?;
        let audited = open.engagement()?.audit_again(&now())?;
        open.shown = Shown::new(open.shown.name.clone(), open.shown.is_sample, audited);
        Ok(settings.into())
    })
}

/// Filters and the last screen, as the web view wrote them.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn view_state(session: State<'_, Session>) -> Answer<Option<String>> {
    session.with(|open| open.engagement()?.note(VIEW))
}

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn keep_view_state(session: State<'_, Session>, state: String) -> Answer<()> {
    session.with(|open| open.engagement()?.keep_note(VIEW, &state))
}
