//! The condition of a role that may assign roles: which ones it lets be assigned. Each part is asked what it allows when an
//! assignment is written ("Delegate Azure role assignment management with conditions"); what is not understood allows all.

use crate::permission::GUID;

const WRITE: &str = "microsoft.authorization/roleassignments/write";
const ROLE: &str = "@request[microsoft.authorization/roleassignments:roledefinitionid]foranyofanyvalues:guidequals{";

/// A person writes three levels.
const DEEPEST: u8 = 20;

#[derive(Debug, PartialEq, Eq)]
enum Allowed {
    Any,
    Only(Vec<String>),
}

impl Allowed {
    fn and(self, other: Allowed) -> Allowed {
        match (self, other) {
            (Allowed::Any, only) | (only, Allowed::Any) => only,
            (Allowed::Only(a), Allowed::Only(b)) => {
                Allowed::Only(a.into_iter().filter(|role| b.contains(role)).collect())
            }
        }
    }

    fn or(self, other: Allowed) -> Allowed {
        match (self, other) {
            (Allowed::Any, _) | (_, Allowed::Any) => Allowed::Any,
            (Allowed::Only(a), Allowed::Only(b)) => Allowed::Only([a, b].concat()),
        }
    }
}

/// The roles, as GUIDs in lower case without hyphens; `None` when it may let every role through.
pub(crate) fn assignable(condition: &str) -> Option<Vec<String>> {
    let text: Vec<char> = condition.to_lowercase().chars().collect();
    let mut reader = Reader { text: &text, at: 0 };
    match reader.all(0) {
        Some(Allowed::Only(roles)) if reader.is_done() => Some(roles),
        _ => None,
    }
}

struct Reader<'a> {
    text: &'a [char],
    at: usize,
}

impl Reader<'_> {
    /// Parts with one operator between them; which of two binds stronger is not documented, so both together are nothing.
    fn all(&mut self, depth: u8) -> Option<Allowed> {
        let mut found = self.part(depth)?;
        let mut used: Option<bool> = None;
        loop {
            let or = if self.takes("or") || self.takes("||") {
                true
            } else if self.takes("and") || self.takes("&&") {
                false
            } else {
                return Some(found);
            };
            if used.replace(or).is_some_and(|earlier| earlier != or) {
                return None;
            }
            let next = self.part(depth)?;
            found = if or { found.or(next) } else { found.and(next) };
        }
    }

    fn part(&mut self, depth: u8) -> Option<Allowed> {
        if depth > DEEPEST {
            return None;
        }
        if self.takes("!") || self.takes("not") {
            let start = self.at;
            self.part(depth + 1)?;
            let inner: String = self.text.get(start..self.at)?.iter().filter(|c| !c.is_whitespace()).collect();
            // "unless a role is assigned": the other side decides when one is
            let is_guard = inner.trim_matches(['(', ')']) == format!("actionmatches{{'{WRITE}'}}");
            return Some(if is_guard { Allowed::Only(Vec::new()) } else { Allowed::Any });
        }
        if self.takes("(") {
            let inner = self.all(depth + 1)?;
            return self.takes(")").then_some(inner);
        }
        let start = self.at;
        while !self.is_done() && !self.ends_part() {
            self.skip_one()?;
        }
        let atom: String = self.text.get(start..self.at)?.iter().filter(|c| !c.is_whitespace()).collect();
        let roles = atom
            .strip_prefix(ROLE)
            .and_then(|rest| rest.strip_suffix('}'))
            .map(|list| list.split(',').map(|role| role.replace('-', "")).collect::<Vec<String>>());
        let whole = |role: &String| role.len() == GUID && role.chars().all(|c| c.is_ascii_hexdigit());
        Some(roles.filter(|roles| roles.iter().all(whole)).map_or(Allowed::Any, Allowed::Only))
    }

    /// One letter, or all that stands between two quotes, brackets or braces.
    fn skip_one(&mut self) -> Option<()> {
        let closing = match self.text.get(self.at)? {
            '\'' => '\'',
            '[' => ']',
            '{' => '}',
            '(' => return None,
            _ => {
                self.at += 1;
                return Some(());
            }
        };
        let length = self.text.get(self.at + 1..)?.iter().position(|c| *c == closing)?;
        self.at += length + 2;
        Some(())
    }

    fn ends_part(&self) -> bool {
        self.text.get(self.at) == Some(&')') || ["or", "and", "||", "&&"].iter().any(|word| self.stands(self.at, word))
    }

    /// A word stands alone; a sign stands anywhere.
    fn stands(&self, at: usize, word: &str) -> bool {
        let end = at + word.chars().count();
        let is_word = word.chars().all(char::is_alphabetic);
        let letter =
            |at: Option<usize>| at.and_then(|at| self.text.get(at)).is_some_and(|c| c.is_alphanumeric() || *c == ':');
        self.text.get(at..end).is_some_and(|here| here.iter().copied().eq(word.chars()))
            && !(is_word && (letter(at.checked_sub(1)) || letter(Some(end))))
    }

    fn takes(&mut self, word: &str) -> bool {
        while self.text.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
        let there = self.stands(self.at, word);
        if there {
            self.at += word.chars().count();
        }
        there
    }

    fn is_done(&self) -> bool {
        self.text.get(self.at..).is_none_or(|rest| rest.iter().all(|c| c.is_whitespace()))
    }
}
