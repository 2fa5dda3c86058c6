//! What generated code is written for, and names that every language takes.

/// The first version all three clouds document that is still current; the scan asks with it too.
pub(crate) const AKS_VERSION: &str = "2025-10-01";

/// A symbolic name: letters, digits and underscores, not beginning with a digit.
pub(crate) fn label(text: &str) -> String {
    let plain: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    if plain.starts_with(|c: char| c.is_ascii_digit()) || plain.is_empty() { format!("n_{plain}") } else { plain }
}
