//! Pages, and the marks on them. Everything drawn is either content with a place in the structure or an artifact.

use super::faces::{Faces, Style};
use super::structure::{Element, ElementId, Kid, Link, Place, Target};
use super::text::{self, Content};
use printpdf::{Codepoint, Color, DictItem, FontId, Op, PaintMode, PdfFontHandle, Point, Pt, Rect, Rgb, TextItem};
use std::collections::BTreeMap;

pub(crate) const PAGE_WIDTH: f32 = 595.28;
pub(crate) const PAGE_HEIGHT: f32 = 841.89;
pub(crate) const MARGIN: f32 = 48.0;
pub(crate) const TEXT_WIDTH: f32 = PAGE_WIDTH - 2.0 * MARGIN;
/// Room for header and footer.
const TOP: f32 = PAGE_HEIGHT - 62.0;
const BOTTOM: f32 = 60.0;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ink(pub(crate) f32, pub(crate) f32, pub(crate) f32);

/// On white each of these has a contrast of at least 4.5 to 1.
pub(crate) mod ink {
    use super::Ink;
    pub(crate) const TEXT: Ink = Ink(0.13, 0.16, 0.20);
    pub(crate) const QUIET: Ink = Ink(0.36, 0.40, 0.45);
    pub(crate) const NAVY: Ink = Ink(0.05, 0.19, 0.32);
    pub(crate) const TEAL: Ink = Ink(0.03, 0.42, 0.48);
    pub(crate) const WHITE: Ink = Ink(1.0, 1.0, 1.0);
    pub(crate) const RULE: Ink = Ink(0.82, 0.85, 0.88);
    pub(crate) const BAND: Ink = Ink(0.95, 0.965, 0.975);
    pub(crate) const CRITICAL: Ink = Ink(0.60, 0.10, 0.14);
    pub(crate) const HIGH: Ink = Ink(0.74, 0.29, 0.05);
    pub(crate) const MEDIUM: Ink = Ink(0.52, 0.38, 0.0);
    pub(crate) const LOW: Ink = Ink(0.22, 0.38, 0.58);
    pub(crate) const PASS: Ink = Ink(0.07, 0.44, 0.24);
    pub(crate) const UNKNOWN: Ink = Ink(0.45, 0.46, 0.48);
}

pub(crate) struct Book {
    pub(crate) faces: Faces,
    pub(crate) pages: Vec<Vec<Op>>,
    pub(crate) marks: Vec<i64>,
    pub(crate) elements: Vec<Element>,
    pub(crate) places: Vec<Place>,
    pub(crate) links: Vec<Link>,
    /// Places by name, for links that are drawn before what they lead to.
    pub(crate) names: BTreeMap<String, usize>,
    /// The section shown in the header of each page.
    pub(crate) running: Vec<String>,
    page: usize,
    pub(crate) y: f32,
    section: String,
}

impl Book {
    pub(crate) const ROOT: ElementId = ElementId(0);

    pub(crate) fn new() -> Result<Self, String> {
        let mut book = Book {
            faces: Faces::new()?,
            pages: Vec::new(),
            marks: Vec::new(),
            elements: vec![Element::new("Document")],
            places: Vec::new(),
            links: Vec::new(),
            names: BTreeMap::new(),
            running: Vec::new(),
            page: 0,
            y: TOP,
            section: String::new(),
        };
        book.new_page();
        Ok(book)
    }

    pub(crate) fn new_page(&mut self) {
        self.pages.push(Vec::new());
        self.marks.push(0);
        self.running.push(self.section.clone());
        self.page = self.pages.len() - 1;
        self.y = TOP;
    }

    /// Goes back to a page that was left free; what is drawn next stands there.
    pub(crate) fn turn_to(&mut self, page: usize) {
        self.page = page;
        self.y = TOP;
    }

    pub(crate) fn page(&self) -> usize {
        self.page
    }

    /// Makes sure that `height` points are left on the page.
    pub(crate) fn room_for(&mut self, height: f32) {
        if self.y - height < BOTTOM {
            self.new_page();
        }
    }

    pub(crate) fn room_left(&self) -> f32 {
        self.y - BOTTOM
    }

    pub(crate) fn element(&mut self, parent: ElementId, tag: &'static str) -> ElementId {
        let id = ElementId(self.elements.len());
        self.elements.push(Element::new(tag));
        if let Some(parent) = self.elements.get_mut(parent.0) {
            parent.kids.push(Kid::Element(id));
        }
        id
    }

    fn draw(&mut self, ops: impl IntoIterator<Item = Op>) {
        if let Some(page) = self.pages.get_mut(self.page) {
            page.extend(ops);
        }
    }

    /// Draws content that belongs to an element.
    pub(crate) fn content(&mut self, element: ElementId, draw: impl FnOnce(&mut Self)) {
        let page = self.page;
        let Some(mark) = self.marks.get_mut(page) else { return };
        let mcid = *mark;
        *mark += 1;
        let Some(owner) = self.elements.get_mut(element.0) else { return };
        owner.kids.push(Kid::Marked { page, mcid });
        let tag = owner.tag.to_owned();
        let map = BTreeMap::from([("MCID".to_owned(), DictItem::Int(mcid))]);
        self.draw([Op::BeginMarkedContentWithProperties { tag, properties: DictItem::Dict { map } }]);
        draw(self);
        self.draw([Op::EndMarkedContent]);
    }

    /// Draws what is there for the eye only.
    pub(crate) fn artifact(&mut self, draw: impl FnOnce(&mut Self)) {
        self.draw([Op::BeginMarkedContent { tag: "Artifact".to_owned() }]);
        draw(self);
        self.draw([Op::EndMarkedContent]);
    }

    pub(crate) fn rectangle(&mut self, x: f32, y: f32, width: f32, height: f32, ink: Ink) {
        let rectangle = Rect {
            x: Pt(x),
            y: Pt(y),
            width: Pt(width),
            height: Pt(height),
            mode: Some(PaintMode::Fill),
            winding_order: None,
        };
        self.draw([fill(ink), Op::DrawRectangle { rectangle }]);
    }

    /// One line at a place; text must be safe. Answers the width in points.
    pub(crate) fn line(&mut self, line: &str, x: f32, y: f32, size: f32, style: Style, ink: Ink) -> f32 {
        let mut at = x;
        for run in text::runs(&mut self.faces, style, line) {
            let item = match run.content {
                Content::Plain(text) => TextItem::Text(text),
                Content::Shaped(glyphs) => TextItem::GlyphIds(
                    glyphs.into_iter().map(|(glyph, means)| Codepoint::with_cid(glyph, 0.0, means)).collect(),
                ),
            };
            self.draw([
                Op::StartTextSection,
                Op::SetFont {
                    font: PdfFontHandle::External(FontId(run.face.resource_name().to_owned())),
                    size: Pt(size),
                },
                fill(ink),
                Op::SetTextCursor { pos: Point { x: Pt(at), y: Pt(y) } },
                Op::ShowText { items: vec![item] },
                Op::EndTextSection,
            ]);
            at += run.width * size;
        }
        at - x
    }

    pub(crate) fn safe(&mut self, style: Style, text: &str) -> String {
        text::safe(&mut self.faces, style, text)
    }

    pub(crate) fn lines(&mut self, style: Style, text: &str, size: f32, width: f32) -> Vec<String> {
        let safe = self.safe(style, text);
        text::lines(&mut self.faces, style, &safe, width / size)
    }

    /// The start of a section: a new page, an H1, a place in the outline.
    pub(crate) fn section(&mut self, title: &str) -> usize {
        title.clone_into(&mut self.section);
        self.new_page();
        self.heading(1, title)
    }

    /// A heading of level 1 to 3. Answers its place.
    pub(crate) fn heading(&mut self, level: u8, title: &str) -> usize {
        let (tag, size, before, after) = match level {
            1 => ("H1", 20.0, 0.0, 14.0),
            2 => ("H2", 13.0, 16.0, 6.0),
            _ => ("H3", 10.0, 9.0, 3.0),
        };
        let lines = self.lines(Style::Strong, title, size, TEXT_WIDTH);
        let height = before + after + size * 1.25 * f32::from(u16::try_from(lines.len()).unwrap_or(1));
        // a heading at the foot of a page would stand alone
        self.room_for(height + 48.0);
        self.y -= before;
        let place = self.places.len();
        self.places.push(Place { title: title.to_owned(), level, page: self.page, top: self.y + 6.0 });
        let element = self.element(Book::ROOT, tag);
        for line in lines {
            self.y -= size * 1.25;
            let y = self.y;
            self.content(element, |book| {
                book.line(&line, MARGIN, y, size, Style::Strong, ink::NAVY);
            });
        }
        self.y -= after;
        place
    }

    pub(crate) fn name(&mut self, name: String, place: usize) {
        self.names.insert(name, place);
    }

    pub(crate) fn paragraph(&mut self, text: &str) {
        self.text("P", text, 9.5, Style::Regular, ink::TEXT, MARGIN, TEXT_WIDTH);
        self.y -= 5.0;
    }

    pub(crate) fn small(&mut self, text: &str) {
        self.text("P", text, 8.0, Style::Regular, ink::QUIET, MARGIN, TEXT_WIDTH);
        self.y -= 4.0;
    }

    /// Commands and code, in a box, line breaks kept.
    pub(crate) fn code(&mut self, text: &str) {
        const SIZE: f32 = 7.6;
        let mut lines = Vec::new();
        for source in text.lines() {
            let indent = source.len() - source.trim_start().len();
            let broken = self.lines(
                Style::Code,
                source.trim_start(),
                SIZE,
                TEXT_WIDTH - 24.0 - f32::from(u8::try_from(indent).unwrap_or(0)) * SIZE * 0.6,
            );
            lines.extend(
                broken.into_iter().enumerate().map(|(n, line)| format!("{}{line}", " ".repeat(indent + 2 * n.min(1)))),
            );
        }
        let step = SIZE * 1.35;
        self.room_for(step * 2.0 + 8.0);
        let paragraph = self.element(Book::ROOT, "P");
        let element = self.element(paragraph, "Code");
        let mut rest = lines.as_slice();
        while !rest.is_empty() {
            let room = ((self.room_left() - 8.0) / step).max(1.0);
            let count = rest.len().min(room as usize).max(1);
            let (now, later) = rest.split_at(count);
            let height = step * count as f32 + 8.0;
            let top = self.y;
            self.artifact(|book| book.rectangle(MARGIN, top - height, TEXT_WIDTH, height, ink::BAND));
            self.artifact(|book| book.rectangle(MARGIN, top - height, 2.0, height, ink::TEAL));
            self.y -= 4.0;
            for line in now {
                self.y -= step;
                let y = self.y + 2.4;
                self.content(element, |book| {
                    book.line(line, MARGIN + 10.0, y, SIZE, Style::Code, ink::TEXT);
                });
            }
            self.y -= 4.0;
            rest = later;
            if !rest.is_empty() {
                self.new_page();
            }
        }
        self.y -= 5.0;
    }

    /// Wrapped text in one element, over pages if need be.
    #[expect(clippy::too_many_arguments, reason = "the look of a text in one place")]
    pub(crate) fn text(
        &mut self,
        tag: &'static str,
        text: &str,
        size: f32,
        style: Style,
        ink: Ink,
        x: f32,
        width: f32,
    ) -> ElementId {
        let element = self.element(Book::ROOT, tag);
        for line in self.lines(style, text, size, width) {
            self.room_for(size * 1.4);
            self.y -= size * 1.4;
            let y = self.y + size * 0.3;
            self.content(element, |book| {
                book.line(&line, x, y, size, style, ink);
            });
        }
        element
    }

    /// A line of text that leads somewhere.
    pub(crate) fn linked(&mut self, parent: ElementId, text: &str, x: f32, y: f32, size: f32, to: Target) {
        let safe = self.safe(Style::Regular, text);
        let link = self.element(parent, "Link");
        let mut width = 0.0;
        self.content(link, |book| width = book.line(&safe, x, y, size, Style::Regular, ink::TEAL));
        let index = self.links.len();
        self.links.push(Link { page: self.page, bounds: [x, y - 2.0, x + width, y + size], to, says: text.to_owned() });
        if let Some(element) = self.elements.get_mut(link.0) {
            element.kids.push(Kid::Link(index));
        }
    }

    /// A picture with words for those who cannot see it.
    pub(crate) fn figure(&mut self, height: f32, says: String, draw: impl FnOnce(&mut Self, f32)) {
        self.room_for(height);
        let element = self.element(Book::ROOT, "Figure");
        let top = self.y;
        if let Some(figure) = self.elements.get_mut(element.0) {
            figure.alt = Some(says);
            figure.bounds = Some([MARGIN, top - height, PAGE_WIDTH - MARGIN, top]);
        }
        self.content(element, |book| draw(book, top));
        self.y = top - height;
    }

    pub(crate) fn gap(&mut self, points: f32) {
        self.y -= points;
    }
}

fn fill(ink: Ink) -> Op {
    Op::SetFillColor { col: Color::Rgb(Rgb::new(ink.0, ink.1, ink.2, None)) }
}
