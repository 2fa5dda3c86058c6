//! `quaymaster audit`.

use crate::Ending;
use crate::arguments::{AuditArguments, Output};
use crate::key;
use crate::summary::{self, Voice};
use quay_model::{Problem, ProblemCode, Settings};
use quay_pipeline::{
    Audited, Engagement, Export, Format, Source, Taken, export_files, now, take, with_code, write_export, write_outputs,
};
use std::path::Path;

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
    if !asked.code.is_empty() {
        voice.say("Code is compared with what is deployed: --code goes with any of these.");
    }
    Some(Ending::WrongUsage)
}

/// The audit, and whether anything was read for it.
fn audited(asked: &AuditArguments, voice: &Voice) -> Result<(Audited, bool), Problem> {
    let moment = asked.as_of.clone().unwrap_or_else(now);
    let source = match (asked.sample, asked.files.is_empty()) {
        (true, _) => Source::Sample,
        (false, false) => Source::Files(asked.files.clone()),
        (false, true) => {
            let path = asked.engagement.as_deref().unwrap_or_else(|| Path::new(""));
            let unlock = key::of_existing(&asked.key)?;
            let mut engagement = Engagement::open_existing(path, &unlock)?;
            if !asked.code.is_empty() {
                return engagement.add_code(&asked.code, &moment).map(|audited| (audited, true));
            }
            return engagement.audit_again(&moment).map(|audited| (audited, true));
        }
    };
    // a file that is in use or newer is found out before the reading, not after it
    let open = |path| key::open_for_files(path, &asked.key, source == Source::Sample, voice);
    let engagement = asked.engagement.as_deref().map(open).transpose()?;
    let Taken { snapshot, anything_read } = take(&source, &moment, &mut |progress| voice.progress(progress));
    let snapshot = if asked.code.is_empty() { snapshot } else { with_code(snapshot, &asked.code, &moment)? };
    match engagement {
        Some(mut engagement) if anything_read => {
            engagement.keep_and_audit(snapshot, &moment).map(|audited| (audited, true))
        }
        _ => Ok((Audited::of(snapshot, &moment, &Settings::default()), anything_read)),
    }
}

fn finish(asked: &AuditArguments, audited: &Audited, anything_read: bool, voice: &Voice) -> Ending {
    summary::print(audited, voice);
    if let Some(Err(problem)) =
        asked.output.as_deref().map(|folder| write(audited, folder, &asked.format, &asked.management_group, voice))
    {
        return failed(voice, &problem);
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

pub(crate) fn write(
    audited: &Audited,
    folder: &Path,
    outputs: &[Output],
    management_group: &str,
    voice: &Voice,
) -> Result<(), Problem> {
    let report = |output: &Output| if let Output::Report(format) = output { Some(*format) } else { None };
    let asked: Vec<Format> = outputs.iter().filter_map(report).collect();
    let formats: &[Format] = if outputs.is_empty() { &Format::ALL } else { &asked };
    let mut written = write_outputs(audited, folder, formats, &mut |_| {})?;
    for output in outputs {
        let (export, name) = match output {
            Output::Report(_) => continue,
            Output::Code => (Export::Code { cluster: None }, "code"),
            Output::Guardrails => (Export::Guardrails { management_group: management_group.to_owned() }, "guardrails"),
            Output::Owners => (Export::Owners, "owners"),
        };
        written.push(write_export(&export_files(audited, &export), &folder.join(name))?);
    }
    for file in written {
        voice.say(&format!("Wrote {}  sha256 {}", file.path.display(), file.sha256));
        file.left.iter().for_each(|sentence| voice.say(sentence));
    }
    Ok(())
}

pub(crate) fn failed(voice: &Voice, problem: &Problem) -> Ending {
    voice.say(&format!("{}\n{}", problem.message, problem.hint));
    if matches!(problem.code, ProblemCode::NoKeychain | ProblemCode::KeychainLocked | ProblemCode::WrongKey) {
        voice.say("A passphrase is given with --passphrase-file FILE; --memory-only keeps nothing on disk.");
    }
    Ending::Failed
}
