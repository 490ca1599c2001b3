//! Judging the answers to custom fields.

use chrono::NaiveDate;
use innkeeper_db::custom_fields::FieldRow;
use innkeeper_domain::AnswerKind;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

use crate::Checks;

/// Judges answers by key and gives those to store, trimmed and without empty ones. Refused fields are
/// called `<prefix>.<key>`. `by_staff`: fields that clients do not see may be answered, too.
pub fn check_answers(
    fields: &[FieldRow],
    answers: &BTreeMap<String, String>,
    by_staff: bool,
    prefix: &str,
    checks: &mut Checks,
) -> Vec<(innkeeper_domain::CustomFieldId, String)> {
    let open = |f: &&FieldRow| by_staff || f.shown_to_client;
    for key in answers.keys().filter(|key| !fields.iter().filter(open).any(|f| f.key == **key)) {
        checks.require(false, &format!("{prefix}.{key}"), "is not a known field");
    }
    let mut stored = vec![];
    for field in fields.iter().filter(open) {
        let name = format!("{prefix}.{}", field.key);
        let answer = answers.get(&field.key).map_or("", |a| a.trim());
        let unticked = *field.kind == AnswerKind::Checkbox && answer == "false";
        checks.require(!field.required || !(answer.is_empty() || unticked), &name, "must be answered");
        if !answer.is_empty() {
            judge(field, answer, &name, checks);
            stored.push((field.id, answer.to_owned()));
        }
    }
    stored
}

fn judge(field: &FieldRow, answer: &str, name: &str, checks: &mut Checks) {
    match *field.kind {
        AnswerKind::Text => checks.text(name, answer, 1000, false),
        AnswerKind::Number => checks.require(answer.parse::<Decimal>().is_ok(), name, "must be a number"),
        AnswerKind::Date => {
            checks.require(answer.parse::<NaiveDate>().is_ok(), name, "must be a day such as 2026-01-31");
        }
        AnswerKind::Choice => {
            let one_of = format!("must be one of: {}", field.options.join(", "));
            checks.require(field.options.iter().any(|o| o == answer), name, one_of);
        }
        AnswerKind::Checkbox => checks.require(["true", "false"].contains(&answer), name, "must be true or false"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AppError;
    use innkeeper_db::Text;
    use innkeeper_domain::FieldScope;

    fn field(id: i64, key: &str, kind: AnswerKind, required: bool) -> FieldRow {
        FieldRow {
            id: id.into(),
            scope: Text(FieldScope::Client),
            product_id: None,
            product_name: None,
            key: key.into(),
            label: key.into(),
            kind: Text(kind),
            options: vec!["red".into(), "blue".into()],
            required,
            shown_to_client: key != "secret",
            position: 0,
        }
    }

    #[test]
    fn answers_are_judged_by_kind() {
        let fields = [
            field(1, "born", AnswerKind::Date, false),
            field(2, "age", AnswerKind::Number, false),
            field(3, "hue", AnswerKind::Choice, true),
            field(4, "ok", AnswerKind::Checkbox, true),
            field(5, "secret", AnswerKind::Text, false),
        ];
        let judge = |answers: &[(&str, &str)]| {
            let answers = answers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            let mut checks = Checks::default();
            let stored = check_answers(&fields, &answers, false, "fields", &mut checks);
            match checks.finish() {
                Err(AppError::Invalid(wrong)) => Err(wrong.into_iter().map(|f| f.field).collect::<Vec<_>>()),
                _ => Ok(stored),
            }
        };
        let good = judge(&[("born", "2026-01-31"), ("age", " 3.5 "), ("hue", "red"), ("ok", "true")]);
        assert_eq!(good.unwrap().len(), 4);
        let bad = judge(&[("born", "31.1."), ("age", "x"), ("hue", "green"), ("ok", "false"), ("secret", "s")]);
        let wrong = ["fields.secret", "fields.born", "fields.age", "fields.hue", "fields.ok"];
        assert_eq!(bad.unwrap_err(), wrong);
    }
}
