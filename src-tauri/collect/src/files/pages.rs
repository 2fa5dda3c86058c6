//! Which lists were read to their end: pages by the link that leads to them, and what is still open.

use super::asked::TENANT;
use super::kinds;
use quay_model::{Document, DocumentKind, Gap, GapReason, Source, binding_in_doubt};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// One list: the type of what stands in it, and the scope it is the list of; both in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Listed {
    pub(super) kind: String,
    pub(super) scope: String,
}

impl Listed {
    pub(super) fn new(kind: &str, scope: &str) -> Self {
        Listed { kind: kind.to_lowercase(), scope: scope.to_lowercase() }
    }
}

/// The lists that were read to their end.
pub(super) type Whole = BTreeMap<Listed, End>;

/// Where it was seen that a list came to its end, and the moment from which it was asked for, if it was.
#[derive(Debug, Clone)]
pub(super) struct End {
    source: Source,
    since: Option<String>,
}

impl From<Source> for End {
    fn from(source: Source) -> Self {
        End { source, since: None }
    }
}

/// One page of a list whose request is known.
pub(super) struct Page {
    pub(super) url: String,
    /// The list begins here, and nothing was left out by a filter.
    pub(super) first: bool,
    pub(super) next: Option<String>,
    /// The ids on it, in lower case; empty for what is told by moments, which differ from one answer to the next.
    pub(super) members: BTreeSet<String>,
    /// What is told by moments is asked for from one on.
    pub(super) since: Option<String>,
    pub(super) source: Source,
}

#[derive(Default)]
pub(super) struct Pages {
    /// Links whose answer is here.
    followed: BTreeSet<String>,
    /// Gaps that a page would close.
    open: Vec<(Gap, String)>,
    asked: BTreeMap<Listed, Vec<Page>>,
    /// Whole lists that do not say what was asked.
    whole: Whole,
}

impl Pages {
    /// A page arrived, with something on it.
    pub(super) fn arrived(&mut self, url: &str) {
        self.followed.insert(plain(url));
    }

    pub(super) fn missing(&mut self, gap: Gap, link: &str) {
        self.open.push((gap, plain(link)));
    }

    pub(super) fn page(&mut self, of: Listed, page: Page) {
        let page = Page { url: plain(&page.url), next: page.next.as_deref().map(plain), ..page };
        self.asked.entry(of).or_default().push(page);
    }

    pub(super) fn whole_list(&mut self, listed: Listed, source: &Source) {
        self.whole.entry(listed).or_insert_with(|| source.clone().into());
    }

    /// The lists that came to their end, and the gaps that stay.
    pub(super) fn close(self) -> (Whole, Vec<Gap>) {
        let Pages { followed, open, asked, mut whole } = self;
        let mut gaps: Vec<Gap> =
            open.into_iter().filter(|(_, link)| !followed.contains(link)).map(|(gap, _)| gap).collect();
        for (listed, pages) in asked {
            let read: Vec<Read<'_>> = pages.iter().filter(|page| page.first).filter_map(|p| read(p, &pages)).collect();
            // the one that goes back the furthest holds the others
            let Some(one) = read.iter().min_by_key(|one| one.since) else { continue };
            gaps.extend(differing(&listed, &read));
            whole.entry(listed).or_insert_with(|| End { source: one.ended.clone(), since: one.since.cloned() });
        }
        // one open page speaks against every claim that the list is whole
        whole.retain(|listed, _| gaps.iter().all(|gap| !speaks_against(gap, listed)));
        (whole, gaps)
    }
}

fn speaks_against(gap: &Gap, listed: &Listed) -> bool {
    let same_list = listed.kind == kinds::BINDINGS || gap.call == kinds::name_of(&listed.kind);
    same_list && gap.scope.to_lowercase() == listed.scope
}

/// The ends of lists as documents: what makes "none of them" a fact.
pub(super) fn ends(whole: &Whole) -> Vec<Document> {
    // what was asked without a scope was asked for each
    let is_whole =
        |kind: &str, scope: &str| [scope, TENANT].iter().any(|scope| whole.contains_key(&Listed::new(kind, scope)));
    let mut documents = Vec::new();
    let mut said: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (Listed { kind, scope }, End { source, since }) in whole {
        if kind == kinds::BINDINGS {
            let body = json!({ "wholeListOfBindingsOf": scope });
            documents.push(Document::new(DocumentKind::BindingListEnd, scope.clone(), source.clone(), &body));
            continue;
        }
        let name = kinds::name_of(kind);
        let parts = kinds::parts_of(name);
        // a name that stands for several types is said once
        let speaks = parts.is_empty() || parts.contains(&kind.as_str());
        if speaks && parts.iter().all(|part| is_whole(part, scope)) && said.insert((name, scope)) {
            let mut body = json!({ "wholeListOf": name, "in": scope });
            if let Some(since) = since {
                body["since"] = json!(since);
            }
            documents.push(Document::new(DocumentKind::ListEnd, scope.clone(), source.clone(), &body));
        }
    }
    documents
}

/// A list that was read from its first page to its last.
struct Read<'a> {
    question: String,
    members: BTreeSet<&'a str>,
    since: Option<&'a String>,
    ended: &'a Source,
}

/// Follows the links from the first page to one that has no next.
fn read<'a>(first: &'a Page, pages: &'a [Page]) -> Option<Read<'a>> {
    let mut page = first;
    let mut members = BTreeSet::new();
    // no chain is longer than its pages
    for _ in pages {
        members.extend(page.members.iter().map(String::as_str));
        match &page.next {
            None => {
                let (question, since) = (without_version(&first.url), first.since.as_ref());
                return Some(Read { question, members, since, ended: &page.source });
            }
            Some(next) => page = pages.iter().find(|other| other.url == *next)?,
        }
    }
    None
}

/// One question may be asked in two versions of the API.
fn without_version(url: &str) -> String {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let rest: Vec<&str> = query.split('&').filter(|part| !part.starts_with("api-version=")).collect();
    format!("{path}?{}", rest.join("&"))
}

/// Two whole answers to one question name different things: they are of two days, and nobody knows which is the newer.
fn differing(listed: &Listed, read: &[Read<'_>]) -> Vec<Gap> {
    let differs = |one: &Read<'_>, other: &&Read<'_>| one.question == other.question && one.members != other.members;
    let pair = read.iter().find_map(|one| Some((one, read.iter().find(|other| differs(one, other))?)));
    let Some((one, other)) = pair else { return Vec::new() };
    let is_bindings = listed.kind == kinds::BINDINGS;
    let call = if is_bindings { "trustedAccessRoleBindings" } else { kinds::name_of(&listed.kind) };
    let of_list = Gap {
        scope: listed.scope.clone(),
        call: call.to_owned(),
        reason: GapReason::Contradiction,
        message: format!(
            "{} and {} answer the same question differently; the list counts as unread.",
            one.ended.name, other.ended.name
        ),
        hint: "Keep only the newest of them, then open the folder again.".to_owned(),
    };
    let on_one = one.members.symmetric_difference(&other.members).filter(|_| is_bindings);
    std::iter::once(of_list).chain(on_one.map(|id| binding_in_doubt(id))).collect()
}

/// Links are compared without case; Azure answers ids in several.
fn plain(url: &str) -> String {
    url.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> Source {
        Source::new("x.json", "")
    }

    fn page(url: &str, first: bool, next: Option<&str>) -> Page {
        let (next, members) = (next.map(str::to_owned), BTreeSet::new());
        Page { url: url.into(), first, next, members, since: None, source: source() }
    }

    #[test]
    fn a_list_is_whole_when_every_page_from_the_first_to_the_last_is_there() {
        for (about, given, whole) in [
            ("one page", vec![page("a", true, None)], true),
            ("both pages", vec![page("B", false, None), page("a", true, Some("b"))], true),
            ("the last alone", vec![page("b", false, None)], false),
            ("the first alone", vec![page("a", true, Some("b"))], false),
            ("a circle", vec![page("a", true, Some("b")), page("b", false, Some("a"))], false),
        ] {
            let mut pages = Pages::default();
            given.into_iter().for_each(|page| pages.page(Listed::new(kinds::VAULTS, "/subscriptions/s"), page));
            assert_eq!(pages.close().0.len() == 1, whole, "{about}");
        }
    }

    #[test]
    fn two_answers_to_one_question_that_differ_leave_the_list_unread() {
        let named = |url: &str, next: Option<&str>, members: &[&str]| Page {
            members: members.iter().map(|id| (*id).to_owned()).collect(),
            ..page(url, !url.contains("skip"), next)
        };
        let one = || named("https://arm/v?api-version=1", None, &["a", "b"]);
        for (about, others, whole) in [
            ("alone", vec![], true),
            ("the same again", vec![one()], true),
            ("in another version", vec![named("https://arm/v?api-version=2", None, &["b", "a"])], true),
            (
                "on two pages",
                vec![
                    named("https://arm/v", Some("https://arm/v?skip=1"), &["a"]),
                    named("https://arm/v?skip=1", None, &["b"]),
                ],
                true,
            ),
            ("empty", vec![named("https://arm/v?api-version=2", None, &[])], false),
            ("one more", vec![named("https://arm/v?api-version=1", None, &["a", "b", "c"])], false),
            ("another question", vec![named("https://arm/v?api-version=1&$filter=atscope()", None, &["a"])], true),
        ] {
            let mut pages = Pages::default();
            std::iter::once(one())
                .chain(others)
                .for_each(|page| pages.page(Listed::new(kinds::VAULTS, "/subscriptions/s"), page));
            let (read, gaps) = pages.close();
            assert_eq!((read.len() == 1, gaps.is_empty()), (whole, whole), "{about}: {gaps:?}");
        }
    }

    #[test]
    fn the_log_that_goes_back_the_furthest_says_since_when_it_is_known() {
        for (asked, expected) in [
            (vec![Some("2026-09-01")], r#","since":"2026-09-01""#),
            (vec![Some("2026-09-01"), Some("2026-08-01"), Some("2026-10-01")], r#","since":"2026-08-01""#),
            (vec![Some("2026-09-01"), None], ""),
        ] {
            let mut pages = Pages::default();
            for since in &asked {
                let url = format!("https://arm/log?{}", since.unwrap_or_default());
                let page = Page { since: since.map(str::to_owned), ..page(&url, true, None) };
                pages.page(Listed::new(kinds::EVENTS, "/subscriptions/s"), page);
            }
            let documents = ends(&pages.close().0);
            let bodies: Vec<&str> = documents.iter().map(|end| &*end.body).collect();
            assert_eq!(
                bodies,
                [format!(r#"{{"wholeListOf":"activity log","in":"/subscriptions/s"{expected}}}"#)],
                "{asked:?}"
            );
        }
    }

    #[test]
    fn an_open_page_speaks_against_its_own_list_only() {
        let mut pages = Pages::default();
        for kind in [kinds::VAULTS, kinds::WORKSPACES] {
            pages.whole_list(Listed::new(kind, "/subscriptions/s"), &source());
        }
        let gap = Gap {
            scope: "/subscriptions/S".into(),
            call: kinds::name_of(kinds::VAULTS).into(),
            reason: GapReason::PageMissing,
            message: String::new(),
            hint: String::new(),
        };
        pages.missing(gap, "https://somewhere");
        let (whole, gaps) = pages.close();
        assert_eq!(
            (whole.keys().map(|l| l.kind.as_str()).collect::<Vec<_>>(), gaps.len()),
            (vec![kinds::WORKSPACES], 1)
        );
    }

    #[test]
    fn a_name_of_several_types_is_whole_when_all_of_them_are() {
        let names = |listed: &[&str]| -> Vec<String> {
            let whole = listed.iter().map(|kind| (Listed::new(kind, "/subscriptions/s"), source().into())).collect();
            ends(&whole).iter().map(|end| end.body.to_string()).collect()
        };
        assert_eq!(names(&["microsoft.compute/virtualmachines"]), Vec::<String>::new());
        let both = names(&["microsoft.compute/virtualmachines", "microsoft.network/networkinterfaces"]);
        assert_eq!(both, [r#"{"wholeListOf":"virtual machines","in":"/subscriptions/s"}"#]);
        assert_eq!(names(&["microsoft.servicelinker/linkers"]), Vec::<String>::new(), "nobody asks for all of those");
    }
}
