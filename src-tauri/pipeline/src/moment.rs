//! Moments: the clock, and the ones people write.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Now, to the second, UTC.
pub fn now() -> String {
    written(Timestamp::now())
}

/// Seconds since 1970.
pub(crate) fn seconds_now() -> i64 {
    Timestamp::now().as_second()
}

/// The start of what the activity log still holds: 90 days ("Azure Monitor activity log").
pub(crate) fn log_begins() -> String {
    written(Timestamp::now() - jiff::SignedDuration::from_hours(90 * 24))
}

/// RFC 3339 with an offset, or a date, which means its start in UTC.
pub fn parse_moment(text: &str) -> Result<String, String> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(written(moment));
    }
    let of_date =
        text.parse::<Date>().ok().filter(|_| text.len() == 10).and_then(|date| date.to_zoned(TimeZone::UTC).ok());
    of_date
        .map(|start| written(start.timestamp()))
        .ok_or_else(|| format!("{text} is no moment; write it like 2026-11-23T12:00:00Z or 2026-11-23"))
}

fn written(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_one_way() {
        assert_eq!(parse_moment("2026-11-23T13:00:00+01:00").as_deref(), Ok("2026-11-23T12:00:00Z"));
        assert_eq!(parse_moment("2026-11-23").as_deref(), Ok("2026-11-23T00:00:00Z"));
        for text in ["", "yesterday", "2026-13-01", "2026-11-23T25:00:00Z", "23.11.2026"] {
            assert!(parse_moment(text).is_err(), "{text}");
        }
    }
}
