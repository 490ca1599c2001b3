//! The query object of every list method: fields, conditions, order and paging.

use std::cmp::Ordering;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{error::RpcError, shape::bytes_of};

/// One listed item.
pub type Row = Map<String, Value>;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Query {
    fields: Vec<String>,
    conditions: Vec<Condition>,
    combining: Combining,
    start: usize,
    limit: i64,
    order_by: Vec<Order>,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            fields: Vec::new(),
            conditions: Vec::new(),
            combining: Combining::And,
            start: 0,
            limit: -1,
            order_by: Vec::new(),
        }
    }
}

#[derive(Clone, Copy, Debug, Deserialize)]
enum Combining {
    And,
    Or,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Condition {
    field_name: String,
    comparator: Comparator,
    value: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
enum Comparator {
    Eq,
    NotEq,
    LessThan,
    GreaterThan,
    LessEq,
    GreaterEq,
    Like,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    column_name: String,
    direction: Direction,
    #[serde(default)]
    case_sensitive: bool,
}

#[derive(Clone, Copy, Debug, Deserialize)]
enum Direction {
    Asc,
    Desc,
}

/// The pseudo field that searches in several.
const QUICK_SEARCH: &str = "QUICKSEARCH";

/// Runs `query` over `rows`. Returns the page and the number of matches before paging.
///
/// # Errors
/// `-32602` for a malformed query or a condition on one of the `unsearchable` fields.
pub fn run(
    query: Option<&Value>,
    rows: Vec<Row>,
    quick_fields: &[&str],
    unsearchable: &[&str],
) -> Result<(Vec<Row>, usize), RpcError> {
    let query = parse(query)?;
    if let Some(condition) =
        query.conditions.iter().find(|condition| unsearchable.contains(&condition.field_name.as_str()))
    {
        return Err(RpcError::params(&condition.field_name));
    }
    let mut found: Vec<Row> = rows.into_iter().filter(|row| query.matches(row, quick_fields)).collect();
    found.sort_by(|a, b| query.compare(a, b));
    let total = found.len();
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let page = found.into_iter().skip(query.start).take(limit);
    Ok((page.map(|row| query.project(row)).collect(), total))
}

fn parse(query: Option<&Value>) -> Result<Query, RpcError> {
    match query {
        None => Ok(Query::default()),
        Some(value) if value.is_object() => Query::deserialize(value).map_err(|_| RpcError::params("query")),
        Some(_) => Err(RpcError::params("query")),
    }
}

impl Query {
    fn matches(&self, row: &Row, quick_fields: &[&str]) -> bool {
        let mut results = self.conditions.iter().map(|condition| condition.holds(row, quick_fields));
        match self.combining {
            Combining::And => results.all(|held| held),
            Combining::Or => self.conditions.is_empty() || results.any(|held| held),
        }
    }

    fn compare(&self, a: &Row, b: &Row) -> Ordering {
        for order in &self.order_by {
            let (a, b) = (a.get(&order.column_name), b.get(&order.column_name));
            let ordering = match (a.and_then(number), b.and_then(number)) {
                (Some(a), Some(b)) => a.cmp(&b),
                _ if order.case_sensitive => text(a).cmp(&text(b)),
                _ => text(a).to_lowercase().cmp(&text(b).to_lowercase()),
            };
            let ordering = match order.direction {
                Direction::Asc => ordering,
                Direction::Desc => ordering.reverse(),
            };
            if ordering != Ordering::Equal {
                return ordering;
            }
        }
        Ordering::Equal
    }

    fn project(&self, row: Row) -> Row {
        if self.fields.is_empty() {
            return row;
        }
        row.into_iter().filter(|(name, _)| self.fields.contains(name)).collect()
    }
}

impl Condition {
    fn holds(&self, row: &Row, quick_fields: &[&str]) -> bool {
        if self.field_name == QUICK_SEARCH {
            return quick_fields.iter().any(|name| like(&text(row.get(*name)), &self.value));
        }
        let value = row.get(&self.field_name);
        if matches!(self.comparator, Comparator::Like) {
            return like(&text(value), &self.value);
        }
        let ordering = match (value.and_then(number), self.value.parse::<i64>()) {
            (Some(number), Ok(wanted)) => number.cmp(&wanted),
            _ => text(value).to_lowercase().cmp(&self.value.to_lowercase()),
        };
        match self.comparator {
            Comparator::Eq => ordering.is_eq(),
            Comparator::NotEq => ordering.is_ne(),
            Comparator::LessThan => ordering.is_lt(),
            Comparator::GreaterThan => ordering.is_gt(),
            Comparator::LessEq => ordering.is_le(),
            Comparator::GreaterEq => ordering.is_ge(),
            Comparator::Like => false,
        }
    }
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| bytes_of(value))
}

fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// Substring search without regard to case; `*` and `%` stand for anything.
fn like(text: &str, pattern: &str) -> bool {
    let text = text.to_lowercase();
    let mut rest = text.as_str();
    for part in pattern.to_lowercase().split(['*', '%']) {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rows() -> Vec<Row> {
        json!([
            {"loginName":"bob","fullName":"Bob Alison","consumedItems":30},
            {"loginName":"alice","fullName":"Alice Example","consumedItems":4},
            {"loginName":"Carol","fullName":"Carol Example","consumedItems":200},
        ])
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row.as_object().unwrap().clone())
        .collect()
    }

    fn names(query: &Value) -> (Vec<String>, usize) {
        let (page, total) = run(Some(query), rows(), &["loginName", "fullName"], &["secret"]).unwrap();
        let names = page.iter().map(|row| text(row.get("loginName"))).collect();
        (names, total)
    }

    #[test]
    fn pages_after_counting_and_sorting() {
        let query = json!({"start":1,"limit":1,
            "orderBy":[{"columnName":"loginName","direction":"Asc","caseSensitive":false}]});
        assert_eq!(names(&query), (vec!["bob".to_owned()], 3));
    }

    #[test]
    fn compares_numbers_as_numbers() {
        let query = json!({"conditions":[{"fieldName":"consumedItems","comparator":"GreaterThan","value":"5"}],
            "orderBy":[{"columnName":"consumedItems","direction":"Desc"}]});
        assert_eq!(names(&query).0, ["Carol", "bob"]);
    }

    #[test]
    fn combines_with_or_and_searches_quickly() {
        let either = json!({"combining":"Or","conditions":[
            {"fieldName":"loginName","comparator":"Eq","value":"bob"},
            {"fieldName":"loginName","comparator":"Eq","value":"carol"}]});
        assert_eq!(names(&either).1, 2);
        let quick = json!({"conditions":[{"fieldName":"QUICKSEARCH","comparator":"Like","value":"ali"}]});
        assert_eq!(names(&quick).1, 2);
    }

    #[test]
    fn wildcards_stand_for_anything() {
        assert!(like("Alice Example", "al*EX"));
        assert!(!like("Alice Example", "ex%al"));
    }

    #[test]
    fn refuses_unsearchable_fields_and_malformed_queries() {
        let secret = json!({"conditions":[{"fieldName":"secret","comparator":"Eq","value":"x"}]});
        assert_eq!(run(Some(&secret), rows(), &[], &["secret"]).unwrap_err().code, -32602);
        let malformed = json!({"conditions":[{"fieldName":"a","comparator":"Is","value":"x"}]});
        assert_eq!(run(Some(&malformed), rows(), &[], &[]).unwrap_err().code, -32602);
    }

    #[test]
    fn returns_only_the_fields_asked_for() {
        let (page, _) = run(Some(&json!({"fields":["fullName"]})), rows(), &[], &[]).unwrap();
        assert_eq!(page[0].keys().collect::<Vec<_>>(), ["fullName"]);
    }
}
