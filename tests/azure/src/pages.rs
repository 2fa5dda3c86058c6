//! Lists in pages: `nextLink` is absolute, as Azure sends it.

use serde_json::{Value, json};

/// The place to go on from, out of a query; Azure spells the key in several ways.
pub(crate) fn place(query: &str) -> usize {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| key.trim_start_matches("%24").trim_start_matches('$').eq_ignore_ascii_case("skiptoken"))
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(0)
}

/// One page of a list, with the link to the next one.
pub(crate) fn page(items: Vec<Value>, query: &str, size: usize, origin: &str, path: &str) -> Value {
    let from = place(query);
    let total = items.len();
    let value: Vec<Value> = items.into_iter().skip(from).take(size).collect();
    let next = from + value.len();
    let mut answer = json!({ "value": value });
    if next < total {
        let kept: Vec<&str> =
            query.split('&').filter(|pair| !pair.is_empty() && !pair.to_lowercase().contains("skiptoken=")).collect();
        answer["nextLink"] = json!(format!("{origin}{path}?{}&%24skipToken={next}", kept.join("&")));
    }
    answer
}
