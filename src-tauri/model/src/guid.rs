//! Names that nearly always are GUIDs: 16 bytes where hundreds of thousands of them are kept.

use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GuidName {
    Guid([u8; 16]),
    /// Whatever else somebody called it.
    Text(Box<str>),
}

/// Where the hyphens stand.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

impl GuidName {
    /// Of a text in lower case; what is written otherwise is kept as it is.
    pub fn of(text: &str) -> GuidName {
        guid(text).map_or_else(|| GuidName::Text(text.into()), GuidName::Guid)
    }
}

fn guid(text: &str) -> Option<[u8; 16]> {
    let written = text.bytes().enumerate().all(|(at, byte)| match byte {
        b'-' => HYPHENS.contains(&at),
        b'0'..=b'9' | b'a'..=b'f' => !HYPHENS.contains(&at),
        _ => false,
    });
    if text.len() != 36 || !written {
        return None;
    }
    let digits: String = text.split('-').collect();
    let mut bytes = [0_u8; 16];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

impl fmt::Display for GuidName {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GuidName::Text(text) => to.write_str(text),
            GuidName::Guid(bytes) => {
                for (index, byte) in bytes.iter().enumerate() {
                    if [4, 6, 8, 10].contains(&index) {
                        to.write_str("-")?;
                    }
                    write!(to, "{byte:02x}")?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_comes_back_as_it_was() {
        for (name, short) in [
            ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", true),
            ("8E3AF657-a8ff-443c-a75c-2fe8c4bcb635", false),
            ("8e3af657a8ff-443c-a75c-2fe8c4bcb635-", false),
            ("ra-1", false),
            ("", false),
            ("éé3af657-a8ff-443c-a75c-2fe8c4bcb6", false),
        ] {
            let kept = GuidName::of(name);
            assert_eq!(kept.to_string(), name);
            assert_eq!(matches!(kept, GuidName::Guid(_)), short, "{name}");
        }
    }
}
