//! `quaymaster rules`.

use crate::Ending;
use quay_pipeline::RULES;
use std::io::{self, Write};

pub(crate) fn run(json: bool) -> Ending {
    let text = if json {
        let catalogue: Vec<_> = RULES.iter().map(|rule| &rule.info).collect();
        match serde_json::to_string_pretty(&catalogue) {
            Ok(text) => text,
            Err(_) => return Ending::Failed,
        }
    } else {
        let lines =
            RULES.iter().map(|rule| format!("{:8} {:9} {}", rule.info.id, rule.info.severity.label(), rule.info.title));
        lines.collect::<Vec<_>>().join("\n")
    };
    match writeln!(io::stdout(), "{text}") {
        Ok(()) => Ending::Done,
        // the reader (`head`, say) has seen enough
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ending::Done,
        Err(_) => Ending::Failed,
    }
}
