//! `quaymaster audit`.

use crate::Ending;
use crate::arguments::AuditArguments;
use crate::summary::{self, Voice};
use quay_model::{Problem, Settings};
use quay_pipeline::{Audited, Engagement, Format, Source, Taken, now, take, write_outputs};

pub(crate) fn run(asked: &AuditArguments) -> Ending {
    let voice = Voice::new();
    let Some(ending) = usage(asked, &voice) else {
        return match audited(asked, &voice) {
            Ok((audited, read)) => finish(asked, &audited, read, &voice),
            Err(problem) => failed(&voice, &problem),
        };
    };
    ending
}

fn usage(asked: &AuditArguments, voice: &Voice) -> Option<Ending> {
    let source = asked.sample || !asked.files.is_empty() || asked.engagement.is_some();
    if source {
        return None;
    }
    voice.say("There is nothing to audit. Give --sample, --files PATH..., or --engagement FILE with a snapshot in it.");
    Some(Ending::WrongUsage)
}

/// The audit, and whether anything was read for it.
fn audited(asked: &AuditArguments, voice: &Voice) -> Result<(Audited, bool), Problem> {
    let moment = asked.as_of.clone().unwrap_or_else(now);
    let source = match (asked.sample, asked.files.is_empty()) {
        (true, _) => Source::Sample,
        (false, false) => Source::Files(asked.files.clone()),
        (false, true) => {
            let path = asked.engagement.as_deref().unwrap_or_else(|| std::path::Path::new(""));
            return Engagement::open_existing(path)?.audit_again(&moment).map(|audited| (audited, true));
        }
    };
    // a file that is in use or newer is found out before the reading, not after it
    let engagement = asked.engagement.as_deref().map(Engagement::open).transpose()?;
    let Taken { snapshot, anything_read } = take(&source, &moment, &mut |progress| voice.progress(progress));
    match engagement {
        Some(mut engagement) if anything_read => {
            engagement.keep_and_audit(snapshot, &moment).map(|audited| (audited, true))
        }
        _ => Ok((Audited::of(snapshot, &moment, &Settings::default()), anything_read)),
    }
}

fn finish(asked: &AuditArguments, audited: &Audited, anything_read: bool, voice: &Voice) -> Ending {
    summary::print(audited, voice);
    if let Some(folder) = &asked.output {
        let formats: &[Format] = if asked.format.is_empty() { &Format::ALL } else { &asked.format };
        match write_outputs(audited, folder, formats, &mut |_| {}) {
            Ok(written) => written
                .iter()
                .for_each(|file| voice.say(&format!("Wrote {}  sha256 {}", file.path.display(), file.sha256))),
            Err(problem) => return failed(voice, &problem),
        }
    }
    if !anything_read {
        voice.say("Nothing could be read. Each gap above says why and what to do next.");
        return Ending::NothingRead;
    }
    match asked.fail_on {
        Some(limit) if audited.audit.findings().any(|finding| finding.severity <= limit) => Ending::Findings,
        _ => Ending::Done,
    }
}

fn failed(voice: &Voice, problem: &Problem) -> Ending {
    voice.say(&format!("{}\n{}", problem.message, problem.hint));
    Ending::Failed
}
