//! The window: carries questions from the web view to `pipeline` and answers back; the only room that knows Tauri.
//!
//! Knows no SQL and no ARM. Everything that crosses to the web view is a type of `transport`; no credential, no path
//! picked by the web view, and no raw file access goes through it.

mod commands;
mod home;
mod live;
#[cfg(test)]
mod recorded;
mod session;
mod transport;

use home::Home;
use session::Session;
use std::path::PathBuf;
use tauri::Manager;

/// All commands, in one list: what the web view can ask for, and the TypeScript bindings of it.
fn builder() -> tauri_specta::Builder<tauri::Wry> {
    tauri_specta::Builder::<tauri::Wry>::new().commands(tauri_specta::collect_commands![
        commands::opening::start,
        commands::opening::open_sample,
        commands::opening::open_files,
        commands::opening::choose_files,
        commands::opening::choose_folder,
        commands::opening::open_recent,
        commands::opening::close,
        commands::opening::open_recent_with,
        commands::opening::how_kept,
        commands::opening::export_engagement,
        commands::opening::purge_engagement,
        commands::signing::sign_in_memory,
        commands::signing::sign_in,
        commands::live::stop_work,
        commands::live::look_again,
        commands::live::resume_recent,
        commands::live::scan,
        commands::signing::sign_out,
        commands::overview::overview,
        commands::findings::findings,
        commands::findings::finding,
        commands::clusters::clusters,
        commands::clusters::cluster,
        commands::access::matrix,
        commands::access::bindings,
        commands::access::roles,
        commands::doors::doors,
        commands::doors::radius,
        commands::access::owners,
        commands::access::drift,
        commands::access::add_code,
        commands::plan::plan,
        commands::plan::fleet_plan,
        commands::plan::imagine,
        commands::plan::guardrails,
        commands::plan::save_export,
        commands::rules::rules,
        commands::coverage::coverage,
        commands::reports::report_preview,
        commands::reports::choose_report_place,
        commands::reports::save_report,
        commands::reports::open_folder,
        commands::settings::settings,
        commands::settings::save_settings,
        commands::settings::view_state,
        commands::settings::keep_view_state,
    ])
}

/// Opens the window and stays until it is closed.
pub fn run() -> Result<(), Box<dyn std::error::Error>> {
    let home = Home::find()?;
    let builder = builder();
    let on_start = std::env::args_os().nth(1).map(PathBuf::from);
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| {
            if let Some(window) = app.get_webview_window("main") {
                // a window that cannot be brought forward is still there
                let _shown = window.set_focus();
            }
        }))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .manage(Session::new(home, live::Live::new()?, on_start.is_some_and(|word| word.as_os_str() == "--sample")))
        .invoke_handler(builder.invoke_handler())
        .run(tauri::generate_context!())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use specta_typescript::Typescript;
    use std::fs;

    /// Run with UPDATE_BINDINGS=1 to write them; without it this test fails when they are stale.
    #[test]
    fn bindings_are_up_to_date() -> Result<(), Box<dyn std::error::Error>> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/ipc/bindings/commands.ts");
        let fresh = tempfile::NamedTempFile::new()?;
        let header = "// Generated from the Rust types; `UPDATE_BINDINGS=1 cargo test --features custom-protocol bindings` writes it again.\n/* eslint-disable */\n// @ts-nocheck\n";
        super::builder().export(Typescript::default().header(header), fresh.path())?;
        let generated = fs::read_to_string(fresh.path())?;
        if std::env::var_os("UPDATE_BINDINGS").is_some() {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&path, &generated)?;
        }
        assert_eq!(fs::read_to_string(&path)?, generated, "the bindings are stale");
        Ok(())
    }
}
