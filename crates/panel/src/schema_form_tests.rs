use super::*;
use crate::schema::properties;
use serde_json::json;

fn schema() -> Value {
    json!({"type": "object", "required": ["host", "key"], "properties": {
        "host": {"type": "string", "title": "Host", "description": "Where it is."},
        "key": {"type": "string", "format": "password", "title": "Key"},
        "port": {"type": "integer", "default": 4040, "minimum": 0, "maximum": 65535},
        "note": {"type": ["string", "null"]},
        "tls": {"$ref": "#/$defs/Tls", "default": "strict"},
        "fast": {"type": "boolean", "default": true},
        "names": {"type": "array", "items": {"type": "string"}},
        "ends": {"type": "array", "title": "Ends", "items": {"$ref": "#/$defs/End"}}},
      "$defs": {
        "Tls": {"oneOf": [{"const": "strict", "type": "string"}, {"const": "off", "type": "string"}]},
        "End": {"type": "object", "required": ["name", "secret"], "properties": {
            "name": {"type": "string"}, "secret": {"type": "string", "format": "password"},
            "active": {"type": "boolean", "default": true}}}}})
}

fn posted(pairs: &[(&str, &str)]) -> Posted {
    Posted::of(pairs)
}

#[test]
fn what_was_typed_becomes_json_of_the_right_types() {
    let typed = posted(&[
        ("s.host", " h "),
        ("s.key", ""),
        ("s.key.kept", KEPT),
        ("s.port", "99"),
        ("s.note", ""),
        ("s.tls", "off"),
        ("s.names", "a\r\n\r\n b "),
        ("s.ends.0.name", "gone"),
        ("s.ends.0.remove", "on"),
        ("s.ends.1.name", "right"),
        ("s.ends.1.secret", ""),
        ("s.ends.1.secret.kept", "•••••••• 1"),
        ("s.ends.2.name", ""),
        ("s.ends.2.secret", ""),
        ("s.ends.2.active", "on"),
    ]);
    let read = SchemaForm::read(&schema(), "s", &typed);
    let expected = json!({"host": "h", "key": KEPT, "port": 99, "tls": "off", "fast": false, "names": ["a", "b"],
        "ends": [{"name": "right", "secret": "•••••••• 1", "active": false}]});
    assert_eq!(read, expected);
}

#[test]
fn what_is_no_number_is_left_for_the_check_to_refuse() {
    let read = SchemaForm::read(&schema(), "s", &posted(&[("s.port", "many")]));
    assert_eq!(read["port"], "many");
    assert_eq!(read["host"], "", "required and left empty");
}

#[test]
fn every_field_is_drawn_and_no_secret_is_sent() {
    let stored = json!({"host": "h", "key": KEPT, "ends": [{"name": "left", "secret": "•••••••• 0", "active": false}]});
    let mut form = Form::new();
    form.fail("s.host", "Is wrong.");
    form.fail("s.ends.0.name", "Is taken.");
    let html = SchemaForm::new(&schema(), "s", &stored, &form, &Default::default()).to_string();
    for part in [
        r#"name="s.host""#,
        "Where it is.",
        "Is wrong.",
        "Is taken.",
        r#"value="4040""#,
        r#"<option value="strict" selected>"#,
        r#"name="s.ends.0.name""#,
        r#"name="s.ends.1.name""#,
        "One more",
        r#"name="s.ends.0.remove""#,
        "Leave empty to keep",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    let typed =
        SchemaForm::new(&schema(), "s", &json!({"key": "hunter2"}), &Form::new(), &Default::default()).to_string();
    assert!(!typed.contains("hunter2"));
}

#[test]
fn required_fields_come_first() {
    let keys: Vec<String> = properties(&schema(), &schema()).into_iter().map(|p| p.key).take(2).collect();
    assert_eq!(keys, ["host", "key"]);
}

fn several() -> Value {
    json!({"type": "object", "properties": {
        "plans": {"type": "array", "items": {"type": "string"}, "title": "Plans", "default": ["s"], "x-choices": true},
        "days": {"type": "array", "items": {"$ref": "#/$defs/Day"}, "title": "Days", "default": []}},
      "$defs": {"Day": {"type": "string", "enum": ["mon", "tue"]}}})
}

#[test]
fn several_of_the_vendors_choices_are_ticked_and_read_back() {
    let offered = [("s", "Small"), ("m", "Medium")].map(|(value, label)| (value.to_owned(), label.to_owned()));
    let vendor = [("plans".to_owned(), Ok(offered.to_vec()))].into();
    let stored = json!({"plans": ["m", "old"], "days": ["tue"]});
    let html = SchemaForm::new(&several(), "s", &stored, &Form::new(), &vendor).to_string();
    for ticked in ["m", "old", "tue"] {
        assert!(html.contains(&format!(r#"value="{ticked}" checked"#)), "{ticked} in {html}");
    }
    for free in ["s", "mon"] {
        let plain = format!(r#"value="{free}">"#);
        assert!(html.contains(&plain), "{free} in {html}");
    }
    assert!(html.contains("old (no longer offered)") && html.contains("Medium"), "{html}");
    assert!(!html.contains("One on each line") && !html.contains("<textarea"), "{html}");
    let ticked = posted(&[("s.plans", "s"), ("s.plans", "m"), ("s.days", "mon"), ("s.days", "tue")]);
    let both = json!({"plans": ["s", "m"], "days": ["mon", "tue"]});
    assert_eq!(SchemaForm::read(&several(), "s", &ticked), both);
    let none = json!({"plans": [], "days": []});
    assert_eq!(SchemaForm::read(&several(), "s", &posted(&[])), none, "an empty choice is one, and no default");
}

#[test]
fn without_the_vendors_list_several_values_are_typed() {
    let vendor = [("plans".to_owned(), Err("it is down".to_owned()))].into();
    let html = SchemaForm::new(&several(), "s", &json!({"plans": ["m", "l"]}), &Form::new(), &vendor).to_string();
    assert!(html.contains("<textarea") && html.contains("m\nl") && html.contains("it is down"), "{html}");
    let typed = posted(&[("s.plans", "m\r\nl")]);
    assert_eq!(SchemaForm::read(&several(), "s", &typed)["plans"], json!(["m", "l"]));
}
