//! When the secrets of an application end that a cluster acts as. AKS may use one of the application or one of its
//! service principal, and Azure does not tell which: each of them counts.

use crate::days::days_between;
use crate::rule::{Judgement, Subject, read_in};
use quay_model::{Application, Gap, Reading, SecretEnd, lists};

/// Why an application is not known.
pub(crate) fn unseen(subject: &Subject<'_>, app: &str) -> String {
    let scope = format!("application {app}");
    let own = |scope_of: &str| scope_of.eq_ignore_ascii_case(&scope) || scope_of == "tenant";
    let refused = |gap: &&Gap| gap.call == lists::APPLICATION && own(&gap.scope);
    match (subject.fleet.gaps.iter().find(refused), subject.fleet.known.directory()) {
        (Some(gap), _) => format!("{} ({})", gap.reason.label(), gap.message.trim_end_matches('.')),
        (None, Err(why)) => why,
        (None, Ok(())) => format!("the application {app} is not in the directory's answer"),
    }
}

pub(crate) fn of_application(subject: &Subject<'_>, app: &str, application: &Application) -> Judgement {
    let Application { name, secrets, is_whole } = application;
    let unread = |why: &str| Judgement::not_assessed(format!("{name}: {why}."));
    let listed = match secrets {
        Reading::Unreadable(why) => return unread(why),
        Reading::Value(listed) if !listed.is_empty() => listed,
        Reading::Value(_) | Reading::Absent => {
            return unread("no secret is listed on it; AKS may use one of its service principal");
        }
    };
    let left = |secret: &SecretEnd| days_between(subject.as_of, secret.ends.value()?);
    // one that is not valid yet helps nobody today
    let begun = |secret: &&SecretEnd| {
        let begins = secret.begins.value().and_then(|begins| days_between(begins, subject.as_of));
        begins.is_none_or(|days| days >= 0)
    };
    let dated = listed.iter().filter(begun).filter_map(|secret| Some((left(secret)?, secret)));
    let alive: Vec<_> = dated.filter(|(days, _)| *days >= 0).collect();
    let limit = i64::from(subject.settings.secret_days);
    let which = if alive.len() > 1 { " It has several, and Azure does not tell which one AKS uses." } else { "" };
    let ended = listed.iter().filter(begun).find(|secret| left(secret).is_some_and(|days| days < 0));
    let judgement = match (alive.iter().min_by_key(|(days, _)| *days), listed.iter().find(|s| left(s).is_none())) {
        (Some((days, secret)), _) if *days < limit => {
            Judgement::fail(format!("{name}: {} ends in {days} days.{which}", secret.name))
        }
        (_, Some(secret)) => unread(&format!("when {} ends could not be read", secret.name)),
        (Some(_), None) if !is_whole => unread(&format!(
            "only secrets of its service principal were read, and AKS may use one of the application ({})",
            unseen(subject, app)
        )),
        // one that ended may be the one in use: the cluster would be broken, and its secret due
        (Some(_), None) if ended.is_some() => unread(&format!(
            "{} has ended, another one is valid, and Azure does not tell which one AKS uses",
            ended.map_or("one", |secret| secret.name.as_str())
        )),
        (Some((days, _)), None) => Judgement::pass(format!("{name}: the first secret to end has {days} days left.")),
        (None, None) => Judgement::fail(format!("{name}: no secret is valid today.")),
    };
    let expected = format!("{limit} days or more after {}", subject.as_of);
    let line = |secret: &SecretEnd| {
        let observed = format!("{}: {}", secret.name, secret.ends.value().map_or("unread", String::as_str));
        read_in("passwordCredentials.endDateTime", observed, expected.clone(), &secret.source)
    };
    listed.iter().map(line).fold(judgement, Judgement::with)
}
