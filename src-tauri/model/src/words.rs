//! Texts that stand in many places, each kept once while a fleet is read or an audit made.

use crate::Name;
use crate::keyed::KeyedSet;
use std::sync::Arc;

#[derive(Debug, Clone, Default)]
pub struct Words(KeyedSet<Arc<str>>);

impl Words {
    pub fn word(&mut self, text: &str) -> Arc<str> {
        match self.0.get(text) {
            Some(known) => Arc::clone(known),
            None => self.keep(text.into()),
        }
    }

    /// The same for a text that is shared already.
    pub fn same(&mut self, text: Arc<str>) -> Arc<str> {
        match self.0.get(&*text) {
            Some(known) => Arc::clone(known),
            None => self.keep(text),
        }
    }

    /// The same in its place.
    pub fn share(&mut self, name: &mut Name) {
        *name = self.same(name.clone().into()).into();
    }

    fn keep(&mut self, text: Arc<str>) -> Arc<str> {
        self.0.insert(Arc::clone(&text));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_is_kept_once() {
        let mut words = Words::default();
        let first = words.word("Contributor");
        assert!(Arc::ptr_eq(&first, &words.word("Contributor")));
        assert!(Arc::ptr_eq(&first, &words.same("Contributor".into())));
        assert!(!Arc::ptr_eq(&first, &words.word("Reader")));
    }
}
