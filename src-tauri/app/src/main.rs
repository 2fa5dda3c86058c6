//! The window's entry point.

// no console window beside it on Windows
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> Result<(), Box<dyn std::error::Error>> {
    quaymaster_app::run()
}
