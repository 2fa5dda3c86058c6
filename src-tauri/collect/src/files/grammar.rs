//! The grammar of expressions in ARM templates, and how one is shown: by the names of its functions, parameters and
//! variables. Its literals may be secrets and are never shown.

/// Calls in calls deeper than this are not followed.
const DEEPEST: u8 = 16;

/// A longer expression is shown in part.
const LONGEST: usize = 200;

/// Stands for a literal, and for what is no expression of this grammar.
pub(super) const LEFT_OUT: &str = "…";

#[derive(Debug)]
pub(super) enum Node<'a> {
    Text(String),
    Number(&'a str),
    Call {
        name: &'a str,
        arguments: Vec<Node<'a>>,
        /// What is taken out of the answer; `None` for a place that is worked out.
        path: Vec<Option<String>>,
    },
}

/// What stands between the brackets of an expression. Two brackets begin a plain text.
pub(super) fn expression_in(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    (!inner.starts_with('[')).then(|| inner.trim())
}

pub(super) fn plain(text: &str) -> String {
    if text.starts_with("[[") { text.get(1..).unwrap_or_default().to_owned() } else { text.to_owned() }
}

pub(super) fn parse(text: &str) -> Option<Node<'_>> {
    let mut parser = Parser { text, at: 0 };
    let node = parser.node(0)?;
    parser.blank();
    parser.rest().is_empty().then_some(node)
}

/// An expression by the names in it.
pub(super) fn shown(node: &Node<'_>) -> String {
    shortened(names_in(node))
}

/// The same for a text that is put together of pieces, each shown already.
pub(super) fn shown_together(pieces: impl Iterator<Item = String>) -> String {
    shortened(format!("concat({})", pieces.collect::<Vec<_>>().join(", ")))
}

fn names_in(node: &Node<'_>) -> String {
    let Node::Call { name, arguments, .. } = node else { return LEFT_OUT.to_owned() };
    match arguments.as_slice() {
        [Node::Text(key)] if is_name(name) => format!("{name}('{key}')"),
        others => format!("{name}({})", others.iter().map(names_in).collect::<Vec<_>>().join(", ")),
    }
}

fn is_name(function: &str) -> bool {
    ["parameters", "variables"].iter().any(|known| function.eq_ignore_ascii_case(known))
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}{LEFT_OUT}", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let taken = rest.find(|letter: char| !wanted(letter)).and_then(|end| rest.get(..end)).unwrap_or(rest);
        self.at += taken.len();
        taken
    }

    fn blank(&mut self) {
        self.take_while(char::is_whitespace);
    }

    fn sign(&mut self, sign: char) -> bool {
        self.blank();
        let here = self.rest().starts_with(sign);
        self.at += if here { sign.len_utf8() } else { 0 };
        here
    }

    fn node(&mut self, depth: u8) -> Option<Node<'a>> {
        if depth > DEEPEST {
            return None;
        }
        if self.sign('\'') {
            return self.literal().map(Node::Text);
        }
        let number = self.take_while(|letter| letter.is_ascii_digit() || letter == '-');
        if !number.is_empty() {
            return Some(Node::Number(number));
        }
        let name = self.take_while(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.'));
        if name.is_empty() || !self.sign('(') {
            return None;
        }
        let mut arguments = Vec::new();
        while !self.sign(')') {
            if !arguments.is_empty() && !self.sign(',') {
                return None;
            }
            arguments.push(self.node(depth + 1)?);
        }
        let mut path = Vec::new();
        loop {
            if self.sign('.') {
                path.push(Some(self.take_while(|letter| letter.is_alphanumeric() || letter == '_').to_owned()));
            } else if self.sign('[') {
                path.push(match self.node(depth + 1)? {
                    Node::Text(step) => Some(step),
                    Node::Number(step) => Some(step.to_owned()),
                    Node::Call { .. } => None,
                });
                if !self.sign(']') {
                    return None;
                }
            } else {
                return Some(Node::Call { name, arguments, path });
            }
        }
    }

    /// Behind the first quote; two quotes are one.
    fn literal(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            text.push_str(self.take_while(|letter| letter != '\''));
            if !self.rest().starts_with('\'') {
                return None;
            }
            self.at += 1;
            if !self.rest().starts_with('\'') {
                return Some(text);
            }
            self.at += 1;
            text.push('\'');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_shown_by_the_names_in_it() {
        for (written, expected) in [
            ("parameters('open')", Some("parameters('open')")),
            ("resourceId('A.B/c', variables( 'v' ))", Some("resourceId(…, variables('v'))")),
            ("json('{\"secret\":\"s3cr3t\"}').secret", Some("json(…)")),
            ("parameters('list')[copyIndex(1)].s3cr3t", Some("parameters('list')")),
            (
                "union(variables('a'), createObject('secret', 's3cr3t', 7))",
                Some("union(variables('a'), createObject(…, …, …))"),
            ),
            ("parameters(concat('s3', 'cr3t'))", Some("parameters(concat(…, …))")),
            ("parameters('name'", None),
            ("s3cr3t", None),
        ] {
            assert_eq!(parse(written).map(|node| shown(&node)).as_deref(), expected, "{written}");
        }
        let long = format!("concat({}'x')", "variables('name'), ".repeat(20));
        assert_eq!(parse(&long).map(|node| shown(&node).chars().count()), Some(LONGEST + 1));
    }
}
