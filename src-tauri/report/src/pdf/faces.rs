//! The faces of a report: which one has a letter, and how wide it is.

use rustybuzz::Face;
use std::collections::HashMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Style {
    Regular,
    Strong,
    Code,
}

/// In the order in which they are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum FaceId {
    Regular,
    Strong,
    Code,
    Wide,
    Cjk,
    Hangul,
    Emoji,
}

impl FaceId {
    pub(crate) const ALL: [FaceId; 7] =
        [FaceId::Regular, FaceId::Strong, FaceId::Code, FaceId::Wide, FaceId::Cjk, FaceId::Hangul, FaceId::Emoji];

    pub(crate) fn bytes(self) -> &'static [u8] {
        match self {
            FaceId::Regular => include_bytes!("../../fonts/Inter-Regular.ttf"),
            FaceId::Strong => include_bytes!("../../fonts/Inter-SemiBold.ttf"),
            FaceId::Code => include_bytes!("../../fonts/DejaVuSansMono.ttf"),
            FaceId::Wide => include_bytes!("../../fonts/DejaVuSans.ttf"),
            FaceId::Cjk => include_bytes!("../../fonts/DroidSansFallbackFull.ttf"),
            FaceId::Hangul => include_bytes!("../../fonts/NanumGothicCoding.ttf"),
            FaceId::Emoji => include_bytes!("../../fonts/NotoEmoji-Regular.ttf"),
        }
    }

    /// A name of our own: printpdf would draw one from a sequence, and a second report of one process would differ.
    pub(crate) fn resource_name(self) -> &'static str {
        match self {
            FaceId::Regular => "F1",
            FaceId::Strong => "F2",
            FaceId::Code => "F3",
            FaceId::Wide => "F4",
            FaceId::Cjk => "F5",
            FaceId::Hangul => "F6",
            FaceId::Emoji => "F7",
        }
    }
}

/// Where a letter is found: face, glyph, and its advance in em.
type Glyph = (FaceId, u16, f32);

pub(crate) struct Faces {
    faces: Vec<(FaceId, Face<'static>)>,
    /// Letters come by the hundred thousand; each is looked up once.
    seen: HashMap<(Style, char), Option<Glyph>>,
}

impl Faces {
    pub(crate) fn new() -> Result<Self, String> {
        let faces = FaceId::ALL
            .into_iter()
            .map(|id| {
                Face::from_slice(id.bytes(), 0)
                    .map(|face| (id, face))
                    .ok_or_else(|| format!("the face {id:?} cannot be read"))
            })
            .collect::<Result<_, _>>()?;
        Ok(Faces { faces, seen: HashMap::new() })
    }

    /// The first face that has the letter, its glyph, and its advance in em.
    pub(crate) fn glyph(&mut self, style: Style, letter: char) -> Option<Glyph> {
        if let Some(known) = self.seen.get(&(style, letter)) {
            return *known;
        }
        let first = match style {
            Style::Regular => FaceId::Regular,
            Style::Strong => FaceId::Strong,
            Style::Code => FaceId::Code,
        };
        let found = [first, FaceId::Wide, FaceId::Cjk, FaceId::Hangul, FaceId::Emoji].into_iter().find_map(|id| {
            let face = self.face(id)?;
            let glyph = face.glyph_index(letter).filter(|glyph| glyph.0 != 0)?;
            Some((id, glyph.0, self.advance(id, glyph.0)))
        });
        self.seen.insert((style, letter), found);
        found
    }

    pub(crate) fn face(&self, id: FaceId) -> Option<&Face<'static>> {
        self.faces.iter().find(|(known, _)| *known == id).map(|(_, face)| face)
    }

    /// In em, rounded as the file states it: thousandths.
    pub(crate) fn advance(&self, id: FaceId, glyph: u16) -> f32 {
        let Some(face) = self.face(id) else { return 0.0 };
        let units = face.glyph_hor_advance(rustybuzz::ttf_parser::GlyphId(glyph)).unwrap_or_default();
        f32::from(units) / f32::from(u16::try_from(face.units_per_em()).unwrap_or(1000).max(1))
    }
}
