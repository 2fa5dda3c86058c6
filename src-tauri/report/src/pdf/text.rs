//! Text of unknown origin made safe, broken into lines, and turned into glyphs in the order in which they are drawn.

use super::faces::{FaceId, Faces, Style};
use rustybuzz::{Direction, UnicodeBuffer};
use unicode_bidi::BidiInfo;
use unicode_segmentation::UnicodeSegmentation;

/// Some text in one face.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) face: FaceId,
    pub(crate) content: Content,
    /// In em.
    pub(crate) width: f32,
}

#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// One glyph a letter, in order.
    Plain(String),
    /// Glyphs in the order in which they are drawn, each with the text it stands for.
    Shaped(Vec<(u16, String)>),
}

/// Longest text of a tenant that is printed whole; what is cut off is counted.
const LONGEST: usize = 1200;

/// Controls of direction and width, and letters no face has, become visible: a name may not hide or reorder anything.
pub(crate) fn safe(faces: &mut Faces, style: Style, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut after_emoji = false;
    for (count, letter) in text.chars().enumerate() {
        if count >= LONGEST {
            out.push_str(&format!("… ({} characters in all)", text.chars().count()));
            break;
        }
        let spacing = matches!(letter, '\n' | '\r' | '\t' | '\u{a0}' | '\u{2028}' | '\u{2029}');
        if letter.is_ascii_graphic() || letter == ' ' {
            out.push(letter);
        } else if spacing {
            out.push(' ');
        } else if matches!(letter, '\u{fe0f}' | '\u{200d}') && after_emoji {
            // joins or colours an emoji; the parts are drawn side by side
            continue;
        } else if letter.is_control() || is_invisible(letter) || faces.glyph(style, letter).is_none() {
            out.push_str(&format!("[U+{:04X}]", u32::from(letter)));
        } else {
            out.push(letter);
        }
        after_emoji = u32::from(letter) >= 0x2190 && !letter.is_alphabetic();
    }
    out
}

/// Zero-width, direction and tag characters.
fn is_invisible(letter: char) -> bool {
    matches!(u32::from(letter), 0xAD | 0x61C | 0x180E | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF | 0xFFF9..=0xFFFB | 0xE0000..=0xE0FFF)
}

/// The width of safe text, in em.
pub(crate) fn width(faces: &mut Faces, style: Style, text: &str) -> f32 {
    text.chars().filter_map(|letter| faces.glyph(style, letter)).map(|(_, _, advance)| advance).sum()
}

/// Breaks safe text into lines no wider than `limit` em. Long words break where a reader would, or anywhere.
pub(crate) fn lines(faces: &mut Faces, style: Style, text: &str, limit: f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0.0;
    for piece in pieces(text) {
        let wide = width(faces, style, piece);
        let visible = width(faces, style, piece.trim_end());
        if used + visible <= limit {
            line.push_str(piece);
            used += wide;
        } else if visible <= limit {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
            line.push_str(piece);
            used = wide;
        } else {
            for grapheme in piece.graphemes(true) {
                let wide = width(faces, style, grapheme);
                if used + wide > limit && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                line.push_str(grapheme);
                used += wide;
            }
        }
    }
    if !line.trim_end().is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines.retain(|line| !line.is_empty());
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// Where a line may break: after spaces and the separators of ids and paths, and around each CJK letter.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let end = at + letter.len_utf8();
        let next = letters.peek().map(|(_, next)| *next);
        let breaks = match letter {
            ' ' => next != Some(' '),
            '/' | ',' | ';' | '_' | '=' | '?' | '&' | '|' | '@' => next != Some(' '),
            other => is_cjk(other) || next.is_some_and(is_cjk),
        };
        if breaks {
            pieces.extend(text.get(start..end));
            start = end;
        }
    }
    pieces.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    pieces
}

fn is_cjk(letter: char) -> bool {
    matches!(u32::from(letter), 0x2E80..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0xFF00..=0xFFEF)
}

/// One line of safe text as glyphs, left to right on paper.
pub(crate) fn runs(faces: &mut Faces, style: Style, line: &str) -> Vec<Run> {
    if line.chars().all(|letter| u32::from(letter) < 0x590) {
        return plain_runs(faces, style, line);
    }
    let info = BidiInfo::new(line, None);
    let Some(paragraph) = info.paragraphs.first() else { return Vec::new() };
    let (levels, visual) = info.visual_runs(paragraph, paragraph.range.clone());
    let mut runs = Vec::new();
    for range in visual {
        let Some(part) = line.get(range.clone()) else { continue };
        let right_to_left = levels.get(range.start).is_some_and(|level| level.is_rtl());
        if right_to_left {
            runs.extend(shaped_runs(faces, style, part))
        } else {
            runs.extend(plain_runs(faces, style, part))
        }
    }
    runs
}

fn plain_runs(faces: &mut Faces, style: Style, text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for letter in text.chars() {
        let Some((face, _, advance)) = faces.glyph(style, letter) else { continue };
        match runs.last_mut() {
            Some(Run { face: last, content: Content::Plain(text), width }) if *last == face => {
                text.push(letter);
                *width += advance;
            }
            _ => runs.push(Run { face, content: Content::Plain(letter.to_string()), width: advance }),
        }
    }
    runs
}

/// Right-to-left text: letters join and change their shape, which PDF operators do not do by themselves.
fn shaped_runs(faces: &mut Faces, style: Style, text: &str) -> Vec<Run> {
    let mut parts: Vec<(FaceId, String)> = Vec::new();
    for letter in text.chars() {
        let Some((face, _, _)) = faces.glyph(style, letter) else { continue };
        // spaces and digits inside go with the letters around them
        let face = if u32::from(letter) < 0x80 { parts.last().map_or(FaceId::Wide, |(last, _)| *last) } else { face };
        match parts.last_mut() {
            Some((last, part)) if *last == face => part.push(letter),
            _ => parts.push((face, letter.to_string())),
        }
    }
    parts.into_iter().rev().filter_map(|(face, part)| shape(faces, face, &part)).collect()
}

fn shape(faces: &Faces, id: FaceId, text: &str) -> Option<Run> {
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.set_direction(Direction::RightToLeft);
    buffer.guess_segment_properties();
    let shaped = rustybuzz::shape(faces.face(id)?, &[], buffer);
    let infos = shaped.glyph_infos();
    let mut glyphs = Vec::with_capacity(infos.len());
    let mut width = 0.0;
    let mut starts: Vec<usize> = infos.iter().map(|info| info.cluster as usize).collect();
    starts.sort_unstable();
    starts.dedup();
    for (index, info) in infos.iter().enumerate() {
        let glyph = u16::try_from(info.glyph_id).ok()?;
        let start = info.cluster as usize;
        let end = starts.iter().copied().find(|next| *next > start).unwrap_or(text.len());
        let first_of_cluster = infos.get(..index).is_none_or(|before| before.iter().all(|b| b.cluster != info.cluster));
        // a second glyph of one letter stands for nothing of its own
        let meaning = if first_of_cluster { text.get(start..end).unwrap_or("\u{fffd}") } else { "\u{200c}" };
        width += faces.advance(id, glyph);
        glyphs.push((glyph, meaning.to_owned()));
    }
    Some(Run { face: id, content: Content::Shaped(glyphs), width })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faces() -> Faces {
        Faces::new().unwrap_or_else(|why| unreachable!("{why}"))
    }

    #[test]
    fn what_could_hide_or_reorder_text_becomes_visible() {
        let mut faces = faces();
        assert_eq!(safe(&mut faces, Style::Regular, "a\u{202e}b\u{200b}c\u{7}"), "a[U+202E]b[U+200B]c[U+0007]");
        assert_eq!(safe(&mut faces, Style::Regular, "क"), "[U+0915]", "a letter without a face is said, not dropped");
        assert_eq!(safe(&mut faces, Style::Regular, "数据 بيانات 🚢"), "数据 بيانات 🚢");
        assert!(safe(&mut faces, Style::Regular, &"x".repeat(5000)).ends_with("(5000 characters in all)"));
    }

    #[test]
    fn long_names_break_and_nothing_is_lost() {
        let mut faces = faces();
        let name = "x".repeat(400);
        let broken = lines(&mut faces, Style::Regular, &name, 20.0);
        assert!(broken.len() > 5);
        assert_eq!(broken.concat(), name);
        for line in &broken {
            assert!(width(&mut faces, Style::Regular, line) <= 20.0, "{line}");
        }
    }

    #[test]
    fn joined_letters_are_shaped_and_keep_their_meaning() {
        let mut faces = faces();
        let runs = runs(&mut faces, Style::Regular, "بيت");
        let glyphs: Vec<(u16, String)> = runs
            .iter()
            .flat_map(|run| match &run.content {
                Content::Shaped(glyphs) => glyphs.clone(),
                Content::Plain(text) => unreachable!("{text} was not shaped"),
            })
            .collect();
        let text: String = glyphs.iter().rev().map(|(_, text)| text.as_str()).collect();
        assert_eq!(text, "بيت");
        let alone = faces.glyph(Style::Regular, 'ي').map(|(_, glyph, _)| glyph);
        assert!(glyphs.iter().all(|(glyph, _)| Some(*glyph) != alone), "the middle letter takes its middle form");
    }
}
