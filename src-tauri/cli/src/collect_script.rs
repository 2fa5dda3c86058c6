//! `quaymaster collect-script`: a script for those who may not run this program; what it writes opens with `--files`.

use crate::Ending;
use crate::arguments::Shell;
use std::io::{self, Write};

const BASH: &str = include_str!("collect.sh");
const POWERSHELL: &str = include_str!("collect.ps1");

pub(crate) fn run(shell: Shell) -> Ending {
    let script = match shell {
        Shell::Bash => BASH,
        Shell::Powershell => POWERSHELL,
    };
    match io::stdout().write_all(script.as_bytes()) {
        Ok(()) => Ending::Done,
        // whoever closed the pipe has what was wanted
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ending::Done,
        Err(_) => Ending::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `az` is asked, one command a line.
    fn commands(script: &str) -> Vec<&str> {
        let code = script.lines().map(str::trim).filter(|line| !line.starts_with('#'));
        code.filter(|line| line.contains("az ") && !line.starts_with("echo") && !line.contains("Write-")).collect()
    }

    #[test]
    fn both_scripts_only_read() {
        for script in [BASH, POWERSHELL] {
            let asked = commands(script);
            assert!(asked.len() >= 3, "{asked:?}");
            for line in asked {
                let reads = [" list", " show", "rest --method get"].iter().any(|word| line.contains(word));
                assert!(reads, "{line} does not say that it reads");
            }
            for word in [
                "get-credentials",
                "listCluster",
                "runCommand",
                "command invoke",
                "get-access-token",
                "--method put",
                "--method post",
                "--method patch",
                "--method delete",
                " create",
                " update",
                " delete ",
            ] {
                assert!(!script.to_lowercase().contains(&word.to_lowercase()), "the script says {word}");
            }
        }
    }
}
