//! Checks the Tauri configuration at build time, and keeps what tauri-build generates out of the tree.

use std::error::Error;
use std::{env, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let capabilities = root.join("src-tauri/app/capabilities/**/*");
    println!("cargo:rerun-if-changed={}", root.join("src-tauri/app/capabilities").display());
    println!("cargo:rerun-if-changed={}", root.join("Cargo.toml").display());
    println!("cargo:rerun-if-changed={}", root.join("tauri.conf.json").display());
    // tauri-build writes gen/schemas into the working directory and wants a Cargo.toml there
    let scratch = PathBuf::from(env::var("OUT_DIR")?).join("tauri");
    fs::create_dir_all(&scratch)?;
    fs::copy(root.join("Cargo.toml"), scratch.join("Cargo.toml"))?;
    env::set_current_dir(&scratch)?;
    let pattern: &'static str = Box::leak(capabilities.to_string_lossy().into_owned().into_boxed_str());
    let windows = tauri_build::WindowsAttributes::new().window_icon_path(root.join("icons/icon.ico"));
    let attributes = tauri_build::Attributes::new()
        .config_path(root.join("tauri.conf.json"))
        .capabilities_path_pattern(pattern)
        .windows_attributes(windows);
    tauri_build::try_build(attributes)?;
    Ok(())
}
