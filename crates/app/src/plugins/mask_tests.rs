use super::*;
use proptest::prelude::*;

fn masker(secret: &str) -> Masker {
    Masker::new(&[secret.to_owned()])
}

proptest! {
    /// However a secret is written, and whatever stands around it.
    #[test]
    fn a_known_secret_never_shows(
        secret in "[ -~äß€]{4,24}".prop_filter("is no spaces", |s| s.trim().len() >= 4),
        before in "[a-z0-9 :&=]{0,9}",
        after in "[a-z0-9 &=]{0,9}",
    ) {
        let masker = masker(&secret);
        let pair = format!("{before}{secret}{after}");
        let forms = [
            pair.clone(),
            serde_json::json!({ "x": pair, "y": [pair] }).to_string(),
            serde_json::json!({ "x": serde_json::json!({ "z": pair }).to_string() }).to_string(),
            percent_encode(pair.as_bytes(), NON_ALPHANUMERIC).to_string(),
            percent_encode(pair.as_bytes(), UNRESERVED).to_string(),
        ];
        for form in forms {
            let masked = masker.text(&form);
            // What little of it could have stood there by chance is not the secret.
            prop_assert!(!masked.contains(secret.trim()) || HIDDEN.contains(secret.trim()), "{masked}");
            prop_assert!(masked.contains(HIDDEN), "{form} became {masked}");
        }
    }

    #[test]
    fn nor_inside_base64(secret in "[!-~]{8,24}", user in "[a-z]{1,7}", rest in "[a-z]{0,5}") {
        let coded = STANDARD_NO_PAD.encode(format!("{user}:{secret}{rest}"));
        let masked = masker(&secret).text(&format!("Basic {coded}"));
        let plain = STANDARD_NO_PAD.decode(masked.trim_start_matches("Basic ")).unwrap_or_default();
        prop_assert!(!String::from_utf8_lossy(&plain).contains(&secret), "{masked}");
        prop_assert!(masked.contains(HIDDEN), "{masked}");
    }

    /// Text that was cut in the middle of a secret shows nothing of it.
    #[test]
    fn nor_its_first_half(secret in "[A-Za-z0-9]{8,30}", keep in 1..8_usize) {
        let text = format!("x{}", &secret[..keep]);
        // The `x` goes, too, if one of the secret's encodings happens to begin with it.
        let shown = masker(&secret).beginning(&text);
        prop_assert!("x".starts_with(&shown), "{shown}");
    }

    #[test]
    fn whatever_it_is_given_it_returns(text in "\\PC{0,300}", secret in "\\PC{0,20}") {
        let masker = masker(&secret);
        let masked = masker.text(&text);
        prop_assert_eq!(masker.text(&masked).contains(HIDDEN), masked.contains(HIDDEN));
    }
}

#[test]
fn fields_with_telling_names_are_hidden_wherever_they_stand() {
    let masker = Masker::new(&[]);
    for (text, shown) in [
        (r#"{"user":"u","password":"p\"w","n":1}"#, r#"{"user":"u","password":"•••","n":1}"#),
        (r#"{"apiKey" : 12345, "a": 2}"#, r#"{"apiKey" : •••, "a": 2}"#),
        (r#"{"in":"{\"token\":\"abc\",\"b\":1}"}"#, r#"{"in":"{\"token\":\"•••\",\"b\":1}"}"#),
        ("user=u&api_key=abc&page=2", "user=u&api_key=•••&page=2"),
        ("https://api.example/x?token=abc", "https://api.example/x?token=•••"),
        ("<user>u</user><apipasswd>p</apipasswd><a>1</a>", "<user>u</user><apipasswd>•••</apipasswd><a>1</a>"),
        ("<ns:authInfo type=\"x\">code</ns:authInfo>", "<ns:authInfo type=\"x\">•••</ns:authInfo>"),
        ("Authorization: Bearer abc.def", "Authorization: •••"),
        (r#"{"password":"cut in the mid"#, r#"{"password":"•••"#),
        ("the password is wrong", "the password is wrong"),
        ("monkey=1&keyboard=2&author=x", "monkey=1&keyboard=2&author=x"),
    ] {
        assert_eq!(masker.text(text), shown);
    }
}

#[test]
fn values_keep_their_shape() {
    let masker = masker("s3cret");
    let value = serde_json::json!({ "names": ["a", "x-s3cret-y"], "token": ["t"], "n": 1 });
    assert_eq!(masker.value(&value), serde_json::json!({ "names": ["a", "x-•••-y"], "token": "•••", "n": 1 }));
}

#[test]
fn short_words_are_left_alone() {
    assert_eq!(masker("a").text("a banana"), "a banana");
}

#[test]
fn a_secret_cut_in_two_at_the_end_of_what_is_looked_at_is_hidden() {
    let masker = masker("s3cret-s3cret-s3cret-end");
    // The first 32 bytes end in the middle of the second one.
    let text = format!("s3cret-s3cret-s3cret-endabs3cret-s3cret-s3cret-end{}", "x".repeat(100));
    assert_eq!(masker.cut(&text, 16), "•••ab");
    assert_eq!(masker.cut("s3cret-s3cret-s3cret-endab", 16), "•••ab");
    assert_eq!(masker.cut(&"ä".repeat(100), 5), "ää");
}
