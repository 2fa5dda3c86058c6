//! Sorts the documents of one id by the cluster they speak of.

use crate::Document;
use crate::instance::Tokens;
use serde_json::Value;
use std::collections::HashMap;

/// The clusters that carried one id, each with the documents that speak of it.
#[derive(Default)]
pub(crate) struct Instances<'a> {
    groups: Vec<(Tokens, Vec<&'a Document>)>,
    /// By DNS name and by `resourceUID`.
    known: HashMap<String, usize>,
    /// Bodies that name neither: a cluster that is just being made.
    nameless: Vec<&'a Document>,
}

impl<'a> Instances<'a> {
    pub(crate) fn add(&mut self, document: &'a Document, body: &Value) {
        let tokens = Tokens::of(body);
        let keys = tokens.keys();
        if keys.is_empty() {
            self.nameless.push(document);
            return;
        }
        let found = keys.iter().filter_map(|key| self.known.get(key).copied()).find(|index| {
            // one name under two uids: deleted and made again with the same name
            self.groups.get(*index).is_some_and(|(group, _)| group.same_as(&tokens) != Some(false))
        });
        let index = found.unwrap_or(self.groups.len());
        match self.groups.get_mut(index) {
            Some((group, documents)) => {
                group.take_over(&tokens);
                documents.push(document);
            }
            None => self.groups.push((tokens, vec![document])),
        }
        for key in keys {
            self.known.entry(key).or_insert(index);
        }
    }

    /// What tells each cluster from the others (empty where there is only one), and its documents; in a stable order.
    pub(crate) fn finish(mut self) -> Vec<(String, Vec<&'a Document>)> {
        match (self.groups.as_mut_slice(), self.nameless.is_empty()) {
            ([], _) => self.groups.push((Tokens::default(), self.nameless)),
            // what names nothing belongs to the one cluster there is
            ([only], _) => only.1.append(&mut self.nameless),
            (_, true) => {}
            (_, false) => self.groups.push((Tokens::default(), self.nameless)),
        }
        if let [(_, documents)] = self.groups.as_slice() {
            return vec![(String::new(), documents.clone())];
        }
        let mut named: Vec<(String, Vec<&'a Document>)> =
            self.groups.into_iter().map(|(tokens, documents)| (tokens.shown(), documents)).collect();
        named.sort_by(|a, b| a.0.cmp(&b.0));
        named
    }
}
