//! Names for blocks, files and folders: what is alike after cleaning gets a number.

use crate::versions::label;
use std::collections::{BTreeMap, HashSet};

#[derive(Default)]
pub(crate) struct Labels {
    /// What a thing is, to what it is called.
    names: BTreeMap<String, String>,
    taken: HashSet<String>,
}

impl Labels {
    /// The symbolic name of a thing; the same thing has the same one.
    pub(crate) fn of(&mut self, key: &str, wanted: &str) -> String {
        self.free(key, label(wanted))
    }

    /// The name of a folder: one segment of a path, whatever the thing is called.
    pub(crate) fn folder(&mut self, key: &str, wanted: &str) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c.to_ascii_lowercase() } else { '_' };
        self.free(key, wanted.chars().map(plain).collect())
    }

    fn free(&mut self, key: &str, plain: String) -> String {
        if let Some(known) = self.names.get(key) {
            return known.clone();
        }
        let mut free = plain.clone();
        let mut number = 2_u32;
        while !self.taken.insert(free.clone()) {
            free = format!("{plain}_{number}");
            number += 1;
        }
        self.names.insert(key.to_owned(), free.clone());
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_gets_a_number_and_the_same_stays() {
        let mut labels = Labels::default();
        assert_eq!(labels.of("rg-x", "rg-x"), "rg_x");
        assert_eq!(labels.of("rg_x", "RG_x"), "rg_x_2");
        assert_eq!(labels.of("rg-x", "rg-x"), "rg_x");
        assert_eq!(labels.of("rg-x/2", "rg_x_2"), "rg_x_2_2");
        assert_eq!(labels.folder("..", ".."), "__", "no folder above");
        assert_eq!(labels.folder("a", "1111-AA"), "1111-aa");
    }
}
