//! Cuts a query into words, texts and signs.

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    Word(String),
    Text(String),
    Sign(String),
}

pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            c if c.is_whitespace() => {}
            '\'' | '"' => {
                let mut inner = String::new();
                loop {
                    match letters.next() {
                        Some(c) if c == letter => break,
                        Some('\\') => inner.extend(letters.next()),
                        Some(c) => inner.push(c),
                        None => return Err("a text without an end".to_owned()),
                    }
                }
                found.push(Token::Text(inner));
            }
            c if c.is_alphanumeric() || c == '_' || c == '$' => {
                let mut word = String::from(c);
                while let Some(next) = letters.next_if(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '$')) {
                    word.push(next);
                }
                if word.eq_ignore_ascii_case("in") && letters.next_if_eq(&'~').is_some() {
                    word.push('~');
                }
                found.push(Token::Word(word));
            }
            '=' | '!' => {
                let mut sign = String::from(letter);
                sign.extend(letters.next_if(|c| matches!(c, '=' | '~')));
                if sign == "!" {
                    let mut word = sign;
                    while let Some(next) = letters.next_if(|c| c.is_alphanumeric() || *c == '~') {
                        word.push(next);
                    }
                    sign = word;
                }
                found.push(Token::Sign(sign));
            }
            '|' | ',' | '(' | ')' => found.push(Token::Sign(letter.to_string())),
            other => return Err(format!("unexpected {other:?}")),
        }
    }
    Ok(found)
}
