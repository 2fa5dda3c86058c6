//! Which lists were read to their end: pages by the link that leads to them, and what is still open.

use quay_model::{Document, DocumentKind, Gap, Source};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// One page of a list of bindings whose request is known.
struct Page {
    url: String,
    next: Option<String>,
    source: Source,
}

#[derive(Default)]
pub(super) struct Pages {
    /// Links whose answer is here.
    followed: BTreeSet<String>,
    /// Gaps that a page would close.
    open: Vec<(Gap, String)>,
    of_bindings: BTreeMap<String, Vec<Page>>,
    /// Whole lists that do not say what was asked.
    whole: BTreeMap<String, Source>,
}

impl Pages {
    /// A page arrived, with something on it.
    pub(super) fn arrived(&mut self, url: &str) {
        self.followed.insert(plain(url));
    }

    pub(super) fn missing(&mut self, gap: Gap, link: &str) {
        self.open.push((gap, plain(link)));
    }

    pub(super) fn of_bindings(&mut self, cluster: &str, url: &str, next: Option<&str>, source: &Source) {
        let page = Page { url: plain(url), next: next.map(plain), source: source.clone() };
        self.of_bindings.entry(cluster.to_lowercase()).or_default().push(page);
    }

    pub(super) fn whole_list(&mut self, cluster: &str, source: &Source) {
        self.whole.entry(cluster.to_lowercase()).or_insert_with(|| source.clone());
    }

    /// The ends of lists that are facts, and the gaps that stay.
    pub(super) fn finish(self) -> (Vec<Document>, Vec<Gap>) {
        let Pages { followed, open, of_bindings, mut whole } = self;
        for (cluster, pages) in of_bindings {
            if let Some(source) = end_of(&pages) {
                whole.entry(cluster).or_insert(source);
            }
        }
        let gaps: Vec<Gap> =
            open.into_iter().filter(|(_, link)| !followed.contains(link)).map(|(gap, _)| gap).collect();
        // one open page speaks against every claim that the list is whole
        whole.retain(|cluster, _| gaps.iter().all(|gap| gap.scope.to_lowercase() != *cluster));
        let end = |(cluster, source): (String, Source)| {
            let body = json!({ "wholeListOfBindingsOf": cluster });
            Document::new(DocumentKind::BindingListEnd, cluster, source, &body)
        };
        (whole.into_iter().map(end).collect(), gaps)
    }
}

/// Follows the links from the first page (the one asked for without a token) to one that has no next.
fn end_of(pages: &[Page]) -> Option<Source> {
    let mut page = pages.iter().find(|page| !page.url.contains("skiptoken"))?;
    // no chain is longer than its pages
    for _ in pages {
        match &page.next {
            None => return Some(page.source.clone()),
            Some(next) => page = pages.iter().find(|other| other.url == *next)?,
        }
    }
    None
}

/// Links are compared without case; Azure answers ids in several.
fn plain(url: &str) -> String {
    url.trim().to_lowercase()
}
