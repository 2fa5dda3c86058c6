//! Days between two moments, from their RFC 3339 texts; no clock is read here.

use jiff::Timestamp;
use jiff::civil::Date;

/// A moment or a day, as Azure writes either.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let day: Date = text.get(..10)?.parse().ok()?;
    day.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// Whole days from one moment to another, negative when it is past; `None` when one is no moment.
pub(crate) fn days_between(from: &str, to: &str) -> Option<i64> {
    let seconds = moment(to)?.as_second() - moment(from)?.as_second();
    Some(seconds.div_euclid(24 * 3600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_and_signed() {
        for (from, to, days) in [
            ("2026-11-23T12:00:00Z", "2026-12-23T12:00:00Z", Some(30)),
            ("2026-11-23T12:00:00Z", "2026-12-23T11:59:59Z", Some(29)),
            ("2026-11-23T12:00:00Z", "2026-11-23T11:00:00Z", Some(-1)),
            ("2026-11-23", "2026-11-25T00:00:00.1234567+00:00", Some(2)),
            ("2026-11-23T12:00:00Z", "soon", None),
        ] {
            assert_eq!(days_between(from, to), days, "{from} to {to}");
        }
    }
}
