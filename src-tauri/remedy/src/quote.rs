//! One name in three languages.

/// POSIX shell; also right for PowerShell as long as no quote is in the name.
pub(crate) fn shell(text: &str) -> String {
    let harmless = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    if !text.is_empty() && text.chars().all(harmless) && !text.starts_with('-') {
        return text.to_owned();
    }
    format!("'{}'", one_line(text).replace('\'', "'\\''"))
}

/// Inside a Bicep string in single quotes.
pub(crate) fn bicep(text: &str) -> String {
    one_line(text).replace('\\', "\\\\").replace('\'', "\\'").replace("${", "\\${")
}

/// Inside a Terraform string in double quotes.
pub(crate) fn terraform(text: &str) -> String {
    one_line(text).replace('\\', "\\\\").replace('"', "\\\"").replace("${", "$${").replace("%{", "%%{")
}

/// A line break in a name would start a second command.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
