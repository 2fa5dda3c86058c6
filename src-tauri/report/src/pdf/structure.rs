//! What a page is made of for those who cannot see it: a tree of elements, and links between places.

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ElementId(pub(crate) usize);

#[derive(Debug)]
pub(crate) enum Kid {
    Element(ElementId),
    /// Marked content on a page.
    Marked {
        page: usize,
        mcid: i64,
    },
    /// An annotation, by its place in the list of links.
    Link(usize),
}

#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) tag: &'static str,
    pub(crate) kids: Vec<Kid>,
    /// What a picture says.
    pub(crate) alt: Option<String>,
    /// Where a picture stands: left, bottom, right, top.
    pub(crate) bounds: Option<[f32; 4]>,
    pub(crate) is_column_header: bool,
}

impl Element {
    pub(crate) fn new(tag: &'static str) -> Self {
        Element { tag, kids: Vec::new(), alt: None, bounds: None, is_column_header: false }
    }
}

/// A place that links and the outline lead to.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) title: String,
    /// 1 for sections, 2 below them.
    pub(crate) level: u8,
    pub(crate) page: usize,
    pub(crate) top: f32,
}

/// A rectangle that leads to a place.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) page: usize,
    pub(crate) bounds: [f32; 4],
    pub(crate) to: Target,
    pub(crate) says: String,
}

#[derive(Debug, Clone)]
pub(crate) enum Target {
    Place(usize),
    /// A place that may be drawn later; `Book::name` gives places their names.
    Named(String),
    Web(String),
}
