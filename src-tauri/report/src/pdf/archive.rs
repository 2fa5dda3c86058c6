//! From laid-out pages to PDF/A-3a and PDF/UA-1: structure tree, links, outline, output intent, metadata, identity.

use super::book::{Book, PAGE_HEIGHT, PAGE_WIDTH};
use super::faces::FaceId;
use super::metadata::words;
use super::structure::{Kid, Place, Target};
use super::{icc, metadata};
use lopdf::{Document, Object, ObjectId, SaveOptions, Stream, StringFormat, dictionary};
use printpdf::{FontId, Mm, ParsedFont, PdfDocument, PdfFont, PdfPage, PdfSaveOptions};
use quay_model::Audit;

const POINTS_PER_MM: f32 = 72.0 / 25.4;

pub(crate) fn finish(mut book: Book, audit: &Audit) -> Result<Vec<u8>, String> {
    let mut laid_out = PdfDocument::new(&metadata::title(audit));
    for id in FaceId::ALL {
        if uses(&book, id) {
            let face = ParsedFont::from_bytes(id.bytes(), 0, &mut Vec::new())
                .ok_or_else(|| format!("the face {id:?} cannot be embedded"))?;
            laid_out.resources.fonts.map.insert(FontId(id.resource_name().to_owned()), PdfFont::new(face));
        }
    }
    let (width, height) = (Mm(PAGE_WIDTH / POINTS_PER_MM), Mm(PAGE_HEIGHT / POINTS_PER_MM));
    let pages =
        std::mem::take(&mut book.pages).into_iter().map(|ops| PdfPage::new(width, height, ops)).collect::<Vec<_>>();
    laid_out.with_pages(pages);
    let options = PdfSaveOptions { subset_fonts: true, optimize: true, ..PdfSaveOptions::default() };
    let mut document = laid_out.to_lopdf_document(&options, &mut Vec::new());
    document.version = "1.7".into();
    let pages: Vec<ObjectId> = document.get_pages().values().copied().collect();

    let structure = add_structure(&mut document, &book, &pages)?;
    let outline = add_outline(&mut document, &book.places, &pages)?;
    let metadata = document.add_object(
        Stream::new(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, metadata::xmp(audit).into_bytes())
            .with_compression(false),
    );
    let info = document.add_object(metadata::info(audit));
    let profile = document.add_object(Stream::new(dictionary! { "N" => 3 }, icc::srgb()));
    let intent = document.add_object(dictionary! {
        "Type" => "OutputIntent", "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal("sRGB"),
        "Info" => Object::string_literal("sRGB IEC61966-2.1"),
        "DestOutputProfile" => profile,
    });
    document.trailer.set("Info", info);
    let id = Object::String(identity(audit), StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![id.clone(), id]);
    let catalog = document.catalog_mut().map_err(|error| error.to_string())?;
    catalog.set("MarkInfo", dictionary! { "Marked" => true });
    catalog.set("StructTreeRoot", structure);
    catalog.set("Lang", Object::string_literal("en-GB"));
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
    catalog.set("Metadata", metadata);
    catalog.set("OutputIntents", vec![Object::Reference(intent)]);
    catalog.set("Outlines", outline);
    catalog.set("PageMode", "UseOutlines");
    write(document)
}

fn write(mut document: Document) -> Result<Vec<u8>, String> {
    for object in document.objects.values_mut() {
        if let Object::Stream(stream) = object
            && stream.allows_compression
        {
            stream.compress().map_err(|error| error.to_string())?;
        }
    }
    let mut bytes = Vec::new();
    // object streams shrink the structure tree tenfold; lopdf's own default is no compression at all
    let options = SaveOptions::builder()
        .use_object_streams(true)
        .use_xref_streams(true)
        .max_objects_per_stream(200)
        .compression_level(6)
        .build();
    document.save_with_options(&mut bytes, options).map_err(|error| error.to_string())?;
    // a signature added later would otherwise start on the line of %%EOF and break PDF/A (ISO 19005-3, 6.1.9)
    if bytes.last() != Some(&b'\n') {
        bytes.push(b'\n');
    }
    Ok(bytes)
}

fn uses(book: &Book, id: FaceId) -> bool {
    use printpdf::{Op, PdfFontHandle};
    book.pages
        .iter()
        .flatten()
        .any(|op| matches!(op, Op::SetFont { font: PdfFontHandle::External(font), .. } if font.0 == id.resource_name()))
}

/// The file's identity: two reports of one audit are one document.
fn identity(audit: &Audit) -> Vec<u8> {
    let hash = quay_model::sha256_hex(format!("{}\n{}", audit.snapshot.hash, audit.report_id()).as_bytes());
    hash.bytes().take(16).collect()
}

fn lost(what: &str) -> String {
    format!("{what} points nowhere")
}

/// Where a place is, as a destination.
fn destination(place: &Place, pages: &[ObjectId]) -> Result<Object, String> {
    let page = pages.get(place.page).ok_or_else(|| lost("a place"))?;
    Ok(Object::Array(vec![Object::Reference(*page), "XYZ".into(), 0.into(), (place.top + 14.0).into(), 0.into()]))
}

fn add_structure(document: &mut Document, book: &Book, pages: &[ObjectId]) -> Result<ObjectId, String> {
    let Book { elements, links, marks, .. } = book;
    let ids: Vec<ObjectId> = elements.iter().map(|_| document.new_object_id()).collect();
    let root = document.new_object_id();
    let mut parents = vec![root; elements.len()];
    let mut link_owner: Vec<Option<ObjectId>> = vec![None; links.len()];
    for (element, id) in elements.iter().zip(&ids) {
        for kid in &element.kids {
            match kid {
                Kid::Element(child) => *parents.get_mut(child.0).ok_or_else(|| lost("an element"))? = *id,
                Kid::Link(link) => *link_owner.get_mut(*link).ok_or_else(|| lost("a link"))? = Some(*id),
                Kid::Marked { .. } => {}
            }
        }
    }
    let annotations = add_links(document, book, pages)?;
    let mut by_page: Vec<Vec<Object>> =
        marks.iter().map(|count| vec![Object::Null; usize::try_from(*count).unwrap_or_default()]).collect();
    for (index, element) in elements.iter().enumerate() {
        let own = *ids.get(index).ok_or_else(|| lost("an element"))?;
        let mut home: Option<ObjectId> = None;
        let mut kids = Vec::with_capacity(element.kids.len());
        for kid in &element.kids {
            kids.push(match kid {
                Kid::Element(child) => Object::Reference(*ids.get(child.0).ok_or_else(|| lost("an element"))?),
                Kid::Link(link) => {
                    let annotation = annotations.get(*link).ok_or_else(|| lost("a link"))?;
                    let page = links.get(*link).and_then(|link| pages.get(link.page)).ok_or_else(|| lost("a link"))?;
                    dictionary! { "Type" => "OBJR", "Obj" => *annotation, "Pg" => *page }.into()
                }
                Kid::Marked { page, mcid } => {
                    let slot = usize::try_from(*mcid).unwrap_or(usize::MAX);
                    *by_page.get_mut(*page).and_then(|slots| slots.get_mut(slot)).ok_or_else(|| lost("a mark"))? =
                        own.into();
                    let page = *pages.get(*page).ok_or_else(|| lost("a mark"))?;
                    if *home.get_or_insert(page) == page {
                        Object::Integer(*mcid)
                    } else {
                        dictionary! { "Type" => "MCR", "Pg" => page, "MCID" => *mcid }.into()
                    }
                }
            });
        }
        let parent = *parents.get(index).ok_or_else(|| lost("an element"))?;
        let mut entry = dictionary! { "Type" => "StructElem", "S" => element.tag, "P" => parent, "K" => kids };
        if let Some(page) = home {
            entry.set("Pg", page);
        }
        if let Some(says) = &element.alt {
            entry.set("Alt", words(says));
        }
        if element.is_column_header {
            entry.set("A", dictionary! { "O" => "Table", "Scope" => "Column" });
        } else if let Some(bounds) = element.bounds {
            let bounds: Vec<Object> = bounds.iter().map(|edge| (*edge).into()).collect();
            entry.set("A", dictionary! { "O" => "Layout", "Placement" => "Block", "BBox" => bounds });
        }
        document.objects.insert(own, entry.into());
    }
    let next_key = add_parent_tree(document, root, by_page, pages, &link_owner)?;
    if let Some(Object::Dictionary(entry)) = document.objects.get_mut(&root) {
        entry.set("K", *ids.first().ok_or_else(|| lost("the document"))?);
        entry.set("ParentTreeNextKey", next_key);
    }
    Ok(root)
}

/// The way back from a mark or an annotation to its element.
fn add_parent_tree(
    document: &mut Document,
    root: ObjectId,
    by_page: Vec<Vec<Object>>,
    pages: &[ObjectId],
    link_owner: &[Option<ObjectId>],
) -> Result<i64, String> {
    let mut numbers = Vec::new();
    let mut key = 0i64;
    for (slots, page) in by_page.into_iter().zip(pages) {
        let list = document.add_object(Object::Array(slots));
        numbers.extend([Object::Integer(key), Object::Reference(list)]);
        let page = document.get_object_mut(*page).and_then(Object::as_dict_mut).map_err(|error| error.to_string())?;
        page.set("StructParents", key);
        page.set("Tabs", "S");
        key += 1;
    }
    for owner in link_owner {
        numbers.extend([Object::Integer(key), Object::Reference(owner.ok_or_else(|| lost("a link"))?)]);
        key += 1;
    }
    let tree = document.add_object(dictionary! { "Nums" => numbers });
    document.objects.insert(root, dictionary! { "Type" => "StructTreeRoot", "ParentTree" => tree }.into());
    Ok(key)
}

fn add_links(document: &mut Document, book: &Book, pages: &[ObjectId]) -> Result<Vec<ObjectId>, String> {
    let Book { links, places, names, .. } = book;
    let first_key = i64::try_from(pages.len()).unwrap_or_default();
    let mut annotations = Vec::with_capacity(links.len());
    let mut on_page: Vec<Vec<Object>> = vec![Vec::new(); pages.len()];
    for (key, link) in (first_key..).zip(links) {
        let bounds: Vec<Object> = link.bounds.iter().map(|edge| (*edge).into()).collect();
        let mut annotation = dictionary! {
            "Type" => "Annot", "Subtype" => "Link", "Rect" => bounds, "F" => 4, "StructParent" => key,
            "Border" => vec![0.into(), 0.into(), 0.into()], "Contents" => words(&link.says),
        };
        match &link.to {
            Target::Place(place) => {
                annotation.set("Dest", destination(places.get(*place).ok_or_else(|| lost("a link"))?, pages)?);
            }
            Target::Named(name) => {
                let place = names.get(name).and_then(|place| places.get(*place)).ok_or_else(|| lost(name))?;
                annotation.set("Dest", destination(place, pages)?);
            }
            Target::Web(url) => {
                annotation.set(
                    "A",
                    dictionary! { "Type" => "Action", "S" => "URI", "URI" => Object::string_literal(url.as_str()) },
                );
            }
        }
        let id = document.add_object(annotation);
        annotations.push(id);
        on_page.get_mut(link.page).ok_or_else(|| lost("a link"))?.push(id.into());
    }
    for (page, list) in pages.iter().zip(on_page) {
        let page = document.get_object_mut(*page).and_then(Object::as_dict_mut).map_err(|error| error.to_string())?;
        if list.is_empty() {
            page.remove(b"Annots");
        } else {
            page.set("Annots", list);
        }
    }
    Ok(annotations)
}

/// Bookmarks: sections, and below each what it holds.
fn add_outline(document: &mut Document, places: &[Place], pages: &[ObjectId]) -> Result<ObjectId, String> {
    let root = document.new_object_id();
    let shown: Vec<&Place> = places.iter().filter(|place| place.level <= 2).collect();
    let ids: Vec<ObjectId> = shown.iter().map(|_| document.new_object_id()).collect();
    let parent_of = |index: usize| -> Option<usize> {
        shown.get(index).filter(|place| place.level == 2)?;
        (0..index).rev().find(|earlier| shown.get(*earlier).is_some_and(|place| place.level == 1))
    };
    let parents: Vec<Option<usize>> = (0..shown.len()).map(parent_of).collect();
    let children = |of: Option<usize>| -> Vec<usize> {
        parents.iter().enumerate().filter(|(_, parent)| **parent == of).map(|(index, _)| index).collect()
    };
    for (index, place) in shown.iter().enumerate() {
        let parent = parents.get(index).copied().flatten();
        let siblings = children(parent);
        let position = siblings.iter().position(|sibling| *sibling == index).ok_or_else(|| lost("a bookmark"))?;
        let id_of = |index: Option<&usize>| index.and_then(|index| ids.get(*index)).copied();
        let mut entry = dictionary! {
            "Title" => words(&place.title), "Dest" => destination(place, pages)?,
            "Parent" => parent.and_then(|parent| ids.get(parent)).copied().unwrap_or(root),
        };
        if let Some(previous) = position.checked_sub(1).and_then(|at| id_of(siblings.get(at))) {
            entry.set("Prev", previous);
        }
        if let Some(next) = id_of(siblings.get(position + 1)) {
            entry.set("Next", next);
        }
        let below = children(Some(index));
        if let (Some(first), Some(last)) = (id_of(below.first()), id_of(below.last())) {
            entry.set("First", first);
            entry.set("Last", last);
            // negative: closed when the file is opened
            entry.set("Count", -i64::try_from(below.len()).unwrap_or_default());
        }
        document.objects.insert(*ids.get(index).ok_or_else(|| lost("a bookmark"))?, entry.into());
    }
    let top = children(None);
    let mut entry = dictionary! { "Type" => "Outlines", "Count" => i64::try_from(top.len()).unwrap_or_default() };
    let id_of = |index: Option<&usize>| index.and_then(|index| ids.get(*index)).copied();
    if let (Some(first), Some(last)) = (id_of(top.first()), id_of(top.last())) {
        entry.set("First", first);
        entry.set("Last", last);
    }
    document.objects.insert(root, entry.into());
    Ok(root)
}
