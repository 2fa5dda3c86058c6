//! The small part of the Kusto Query Language that clients ask of Resource Graph here: one table, then `where`,
//! `extend`, `project`, `order by`, `summarize count() by` and `limit`. What is not understood is refused as Azure
//! refuses it, and never guessed.

use crate::kql_tokens::{Token, tokens};
use serde_json::{Map, Value, json};
use std::cmp::Ordering;

/// A parsed query.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    pub table: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Where(Expression),
    Extend(Vec<(String, Expression)>),
    Project(Vec<(String, Expression)>),
    Order(Vec<(Expression, bool)>),
    CountBy(String, Vec<(String, Expression)>),
    Limit(usize),
}

#[derive(Debug, Clone, PartialEq)]
enum Expression {
    Path(Vec<String>),
    Text(String),
    List(Vec<Expression>),
    Call(String, Vec<Expression>),
    Compare(Box<Expression>, String, Box<Expression>),
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    Not(Box<Expression>),
}

const OPERATORS: [&str; 11] =
    ["=~", "==", "!=", "!~", "in~", "in", "has", "contains", "startswith", "endswith", "!in~"];

impl Query {
    pub fn parse(text: &str) -> Result<Query, String> {
        let mut parser = Parser { tokens: tokens(text)?, at: 0 };
        let table = parser.word()?;
        let mut steps = Vec::new();
        while parser.sign("|") {
            steps.push(parser.step()?);
        }
        match parser.tokens.get(parser.at) {
            None => Ok(Query { table: table.to_lowercase(), steps }),
            Some(left) => Err(format!("unexpected {left:?}")),
        }
    }

    /// Runs over rows that belong to the table.
    pub fn run<'a>(&self, rows: impl Iterator<Item = &'a Value>) -> Vec<Value> {
        // the filter that comes first sees rows in place, so that only what matches is copied
        let (first, others) = match self.steps.split_first() {
            Some((Step::Where(filter), others)) => (Some(filter), others),
            _ => (None, self.steps.as_slice()),
        };
        let mut rows: Vec<Value> =
            rows.filter(|row| first.is_none_or(|filter| truth(&filter.of(row)))).cloned().collect();
        for step in others {
            rows = step.run(rows);
        }
        rows
    }
}

impl Step {
    fn run(&self, mut rows: Vec<Value>) -> Vec<Value> {
        let columns = |row: &Value, list: &[(String, Expression)]| -> Map<String, Value> {
            list.iter().map(|(name, expression)| (name.clone(), expression.of(row))).collect()
        };
        match self {
            Step::Where(filter) => rows.retain(|row| truth(&filter.of(row))),
            Step::Extend(list) => {
                for row in &mut rows {
                    let more = columns(row, list);
                    if let Value::Object(object) = row {
                        object.extend(more);
                    }
                }
            }
            Step::Project(list) => rows = rows.iter().map(|row| Value::Object(columns(row, list))).collect(),
            Step::Order(keys) => rows.sort_by(|a, b| {
                let orders = keys.iter().map(|(key, ascending)| {
                    let order = plain(&key.of(a)).cmp(&plain(&key.of(b)));
                    if *ascending { order } else { order.reverse() }
                });
                orders.into_iter().find(|order| *order != Ordering::Equal).unwrap_or(Ordering::Equal)
            }),
            Step::CountBy(name, keys) => {
                let mut counted: Vec<(Map<String, Value>, u64)> = Vec::new();
                for row in &rows {
                    let key = columns(row, keys);
                    match counted.iter_mut().find(|(known, _)| *known == key) {
                        Some((_, count)) => *count += 1,
                        None => counted.push((key, 1)),
                    }
                }
                rows = counted
                    .into_iter()
                    .map(|(mut row, count)| {
                        row.insert(name.clone(), json!(count));
                        Value::Object(row)
                    })
                    .collect();
            }
            Step::Limit(most) => rows.truncate(*most),
        }
        rows
    }
}

impl Expression {
    fn of(&self, row: &Value) -> Value {
        match self {
            Expression::Text(text) => json!(text),
            Expression::Path(path) => {
                path.iter().try_fold(row, |at, key| member(at, key)).cloned().unwrap_or(Value::Null)
            }
            Expression::List(items) => Value::Array(items.iter().map(|item| item.of(row)).collect()),
            Expression::Call(name, arguments) => {
                let values: Vec<Value> = arguments.iter().map(|argument| argument.of(row)).collect();
                let first = values.first().cloned().unwrap_or(Value::Null);
                match name.as_str() {
                    "tolower" => json!(plain(&first).to_lowercase()),
                    "isempty" => json!(plain(&first).is_empty()),
                    "isnotempty" => json!(!plain(&first).is_empty()),
                    _ => json!(plain(&first)),
                }
            }
            Expression::Compare(left, operator, right) => json!(compare(&left.of(row), operator, &right.of(row))),
            Expression::And(a, b) => json!(truth(&a.of(row)) && truth(&b.of(row))),
            Expression::Or(a, b) => json!(truth(&a.of(row)) || truth(&b.of(row))),
            Expression::Not(inner) => json!(!truth(&inner.of(row))),
        }
    }
}

/// Columns are named in one case; what lies inside them keeps the case of the provider.
fn member<'a>(at: &'a Value, key: &str) -> Option<&'a Value> {
    let object = at.as_object()?;
    object.get(key).or_else(|| object.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, value)| value))
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn truth(value: &Value) -> bool {
    value == &Value::Bool(true)
}

fn compare(left: &Value, operator: &str, right: &Value) -> bool {
    let (a, b) = (plain(left), plain(right));
    let same = |b: &Value| a.eq_ignore_ascii_case(&plain(b));
    let listed = |found: &dyn Fn(&Value) -> bool| right.as_array().is_some_and(|list| list.iter().any(found));
    match operator {
        "=~" => a.eq_ignore_ascii_case(&b),
        "!~" => !a.eq_ignore_ascii_case(&b),
        "==" => a == b,
        "!=" => a != b,
        "in~" => listed(&same),
        "!in~" => !listed(&same),
        "in" => listed(&|item| plain(item) == a),
        "has" | "contains" => a.to_lowercase().contains(&b.to_lowercase()),
        "startswith" => a.to_lowercase().starts_with(&b.to_lowercase()),
        "endswith" => a.to_lowercase().ends_with(&b.to_lowercase()),
        _ => false,
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    fn sign(&mut self, sign: &str) -> bool {
        let here = matches!(self.tokens.get(self.at), Some(Token::Sign(found)) if found == sign);
        self.at += usize::from(here);
        here
    }

    fn keyword(&mut self, word: &str) -> bool {
        let here = matches!(self.tokens.get(self.at), Some(Token::Word(found)) if found.eq_ignore_ascii_case(word));
        self.at += usize::from(here);
        here
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.sign(sign) { Ok(()) } else { Err(format!("{sign} is missing")) }
    }

    fn word(&mut self) -> Result<String, String> {
        match self.tokens.get(self.at) {
            Some(Token::Word(word)) => {
                self.at += 1;
                Ok(word.clone())
            }
            other => Err(format!("a name was expected, and there is {other:?}")),
        }
    }

    fn step(&mut self) -> Result<Step, String> {
        let name = self.word()?.to_lowercase();
        match name.as_str() {
            "where" => Ok(Step::Where(self.either()?)),
            "extend" => Ok(Step::Extend(self.columns()?)),
            "project" => Ok(Step::Project(self.columns()?)),
            "limit" | "take" => self.word()?.parse().map(Step::Limit).map_err(|e| e.to_string()),
            "order" | "sort" => {
                if !self.keyword("by") {
                    return Err("by is missing".to_owned());
                }
                let mut keys = Vec::new();
                loop {
                    let key = self.value()?;
                    let ascending = self.keyword("asc") || !self.keyword("desc");
                    keys.push((key, ascending));
                    if !self.sign(",") {
                        return Ok(Step::Order(keys));
                    }
                }
            }
            "summarize" => {
                let mut name = "count_".to_owned();
                if !self.keyword("count") {
                    name = self.word()?;
                    self.expect("=")?;
                    if !self.keyword("count") {
                        return Err("only count() is known here".to_owned());
                    }
                }
                self.expect("(")?;
                self.expect(")")?;
                let keys = if self.keyword("by") { self.columns()? } else { Vec::new() };
                Ok(Step::CountBy(name, keys))
            }
            other => Err(format!("the operator {other} is not known here")),
        }
    }

    fn columns(&mut self) -> Result<Vec<(String, Expression)>, String> {
        let mut found = Vec::new();
        loop {
            let before = self.at;
            let named = self.word().ok().filter(|_| self.sign("="));
            if named.is_none() {
                self.at = before;
            }
            let value = self.value()?;
            let name = match (&named, &value) {
                (Some(name), _) => name.clone(),
                (None, Expression::Path(path)) => path.join("_"),
                (None, _) => format!("Column{}", found.len() + 1),
            };
            found.push((name, value));
            if !self.sign(",") {
                return Ok(found);
            }
        }
    }

    fn either(&mut self) -> Result<Expression, String> {
        let mut left = self.both()?;
        while self.keyword("or") {
            left = Expression::Or(Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Expression, String> {
        let mut left = self.one()?;
        while self.keyword("and") {
            left = Expression::And(Box::new(left), Box::new(self.one()?));
        }
        Ok(left)
    }

    fn one(&mut self) -> Result<Expression, String> {
        if self.keyword("not") {
            self.expect("(")?;
            let inner = self.either()?;
            self.expect(")")?;
            return Ok(Expression::Not(Box::new(inner)));
        }
        if self.sign("(") {
            let inner = self.either()?;
            self.expect(")")?;
            return Ok(inner);
        }
        let left = self.value()?;
        let operator = match self.tokens.get(self.at) {
            Some(Token::Sign(sign) | Token::Word(sign)) if OPERATORS.contains(&sign.to_lowercase().as_str()) => {
                sign.to_lowercase()
            }
            _ => return Ok(left),
        };
        self.at += 1;
        let right = if self.sign("(") {
            let mut items = vec![self.value()?];
            while self.sign(",") {
                items.push(self.value()?);
            }
            self.expect(")")?;
            Expression::List(items)
        } else {
            self.value()?
        };
        Ok(Expression::Compare(Box::new(left), operator, Box::new(right)))
    }

    fn value(&mut self) -> Result<Expression, String> {
        if let Some(Token::Text(text)) = self.tokens.get(self.at) {
            let text = text.clone();
            self.at += 1;
            return Ok(Expression::Text(text));
        }
        let word = self.word()?;
        if self.sign("(") {
            let name = word.to_lowercase();
            if !["tostring", "tolower", "isempty", "isnotempty"].contains(&name.as_str()) {
                return Err(format!("the function {word} is not known here"));
            }
            let argument = self.value()?;
            self.expect(")")?;
            return Ok(Expression::Call(name, vec![argument]));
        }
        Ok(Expression::Path(word.split('.').map(str::to_owned).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(query: &str) -> Vec<Value> {
        let rows = [
            json!({"id": "/b", "type": "x.y/z", "properties": {"kind": "One", "on": true}}),
            json!({"id": "/a", "type": "x.y/z", "properties": {"kind": "two"}}),
            json!({"id": "/c", "type": "x.y/other", "properties": {}}),
        ];
        Query::parse(query).expect("a query").run(rows.iter())
    }

    #[test]
    fn filters_projects_orders_and_counts() {
        let ids = |query: &str| -> Vec<String> { run(query).iter().map(|row| plain(&row["id"])).collect() };
        assert_eq!(ids("resources | where type =~ 'X.Y/z' | order by id asc | project id"), ["/a", "/b"]);
        assert_eq!(ids("t | where type =~ 'x.y/z' and properties.kind in~ ('ONE', 'three')"), ["/b"]);
        assert_eq!(ids("t | where not(id has 'a') | order by id desc"), ["/c", "/b"]);
        assert_eq!(ids("t | where isnotempty(tostring(properties.kind)) or id == '/c' | limit 2"), ["/b", "/a"]);
        assert_eq!(ids("t | where tostring(properties.on) =~ 'TRUE'"), ["/b"]);
        let counted = run("t | summarize n = count() by type");
        assert_eq!(counted, [json!({"type": "x.y/z", "n": 2}), json!({"type": "x.y/other", "n": 1})]);
        let named = run("t | where id =~ '/a' | project id, kind = tolower(properties.kind)");
        assert_eq!(named, [json!({"id": "/a", "kind": "two"})]);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for query in ["", "t | wher x", "t | where (a =~ 'b'", "t | join (u) on id", "t | where a =~ 'b", "t t"] {
            assert!(Query::parse(query).is_err(), "{query}");
        }
    }
}
