//! Words for people, on standard error, in colour only on a terminal.

use quay_model::{Gap, Outcome, Severity, Tally};
use quay_pipeline::{Audited, Exposure, Progress};
use std::io::{self, IsTerminal, Write};

/// Standard error, and whether it is a terminal.
pub(crate) struct Voice {
    colour: bool,
    terminal: bool,
}

impl Voice {
    pub(crate) fn new() -> Self {
        let terminal = io::stderr().is_terminal();
        Voice { colour: terminal && std::env::var_os("NO_COLOR").is_none(), terminal }
    }

    pub(crate) fn say(&self, text: &str) {
        // a closed pipe is the reader's choice, not an error of the audit
        let _closed = writeln!(io::stderr(), "{text}");
    }

    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// One line that the next one takes the place of.
    pub(crate) fn line(&self, text: &str) {
        let _closed = write!(io::stderr(), "\r{text}\u{1b}[K");
    }

    pub(crate) fn clear(&self) {
        if self.terminal {
            let _closed = write!(io::stderr(), "\r\u{1b}[K");
        }
    }

    pub(crate) fn progress(&self, progress: Progress) -> bool {
        if self.terminal && progress.found > 1 {
            let _closed = write!(io::stderr(), "\rReading file {} of {}\u{1b}[K", progress.done, progress.found);
            if progress.done == progress.found {
                let _closed = write!(io::stderr(), "\r\u{1b}[K");
            }
        }
        true
    }

    fn paint(&self, severity: Severity, text: &str) -> String {
        let code = match severity {
            Severity::Critical => "1;31",
            Severity::High => "31",
            Severity::Medium => "33",
            Severity::Low => "36",
            Severity::Info => "0",
        };
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// A fleet can have thousands of gaps and findings; the files have them all.
const MOST_LINES: usize = 10;

pub(crate) fn print(audited: &Audited, voice: &Voice) {
    let audit = &audited.audit;
    let tally = Tally::of(&audit.verdicts);
    let coverage =
        audit.coverage.percent().map_or_else(|| "nothing to assess".to_owned(), |p| format!("{p} % of tests assessed"));
    voice.say(&format!(
        "{} as of {}, snapshot {}",
        audit.snapshot.origin,
        audit.snapshot.as_of,
        short(&audit.snapshot.hash)
    ));
    voice.say(&format!("{} clusters, {coverage}, {} gaps", audit.coverage.clusters, audit.coverage.gaps.len()));
    let unread = audit.coverage.unread_subscriptions();
    if unread > 0 {
        voice.say(&format!(
            "{unread} of {} subscriptions not read; no number here speaks of them",
            audit.coverage.subscriptions.len()
        ));
    }
    voice.say(&match audit.score.value {
        Some(score) => format!("Score {score} of 100"),
        None => "No score".to_owned(),
    });
    voice.say(&format!("  {}", audit.score.formula));
    let exposures: Vec<Exposure> = audited.fleet.clusters.iter().map(|c| Exposure::of(c, &audit.settings)).collect();
    let public = exposures.iter().filter(|e| e.is_public() == Some(true)).count();
    let open = exposures.iter().filter(|e| matches!(e, Exposure::Open(_))).count();
    let unknown = exposures.iter().filter(|e| e.is_public().is_none()).count();
    voice.say(&format!(
        "Public API servers: {public} of {} ({open} open to the internet, {unknown} unknown)",
        exposures.len()
    ));
    let counts = Severity::ALL
        .into_iter()
        .filter(|s| *s != Severity::Info)
        .map(|s| voice.paint(s, &format!("{} {}", audit.count(s), s.label())));
    voice.say(&format!("Findings: {}", counts.collect::<Vec<_>>().join(", ")));
    voice.say(&format!(
        "Tests: {} passed, {} failed, {} not assessed, {} not applicable",
        tally.pass, tally.fail, tally.not_assessed, tally.not_applicable
    ));
    if let Some(changes) = &audited.changes {
        voice.say(&format!(
            "Since the audit before: {} new, {} fixed, {} still open, {} no longer assessed, {} gone",
            changes.new.len(),
            changes.fixed.len(),
            changes.still_open.len(),
            changes.no_longer_assessed.len(),
            changes.resource_gone.len()
        ));
    }
    worst(audited, voice);
    gaps(&audited.audit.coverage.gaps, voice);
}

fn worst(audited: &Audited, voice: &Voice) {
    let mut worst: Vec<_> =
        audited.audit.verdicts.iter().filter(|v| v.verdict == Outcome::Fail && v.severity <= Severity::High).collect();
    worst.sort_by_key(|v| v.severity);
    if worst.is_empty() {
        return;
    }
    voice.say("\nWorst first:");
    for finding in worst.iter().take(MOST_LINES) {
        let name = finding.resource_id.rsplit('/').next().unwrap_or_default();
        voice.say(&format!(
            "  {} {} {}: {}",
            voice.paint(finding.severity, finding.severity.label()),
            finding.rule,
            plain(name),
            plain(&finding.reason)
        ));
    }
    if worst.len() > MOST_LINES {
        voice.say(&format!("  and {} more of high or critical severity", worst.len() - MOST_LINES));
    }
}

pub(crate) fn gaps(gaps: &[Gap], voice: &Voice) {
    if gaps.is_empty() {
        return;
    }
    voice.say("\nNot read:");
    for gap in gaps.iter().take(MOST_LINES) {
        voice.say(&format!(
            "  {} ({}): {} {}",
            plain(&gap.scope),
            gap.reason.label(),
            plain(&gap.message),
            plain(&gap.hint)
        ));
    }
    if gaps.len() > MOST_LINES {
        voice.say(&format!("  and {} more gaps", gaps.len() - MOST_LINES));
    }
}

/// Names come from a tenant; a terminal obeys control characters.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}
