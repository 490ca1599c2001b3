//! The host's brand: its colour as a style sheet, its letters as a picture.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use innkeeper_app::settings;
use serde::Deserialize;

use crate::Failure;
use crate::state::AppState;
use crate::view::Brand;

/// Each is dark enough for white text on it.
const COLOURS: [(&str, &str); 6] = [
    ("indigo", "#4553d8"),
    ("blue", "#1d5fd0"),
    ("teal", "#0f766e"),
    ("green", "#157347"),
    ("purple", "#7e3fbf"),
    ("red", "#c2303c"),
];

#[derive(Template)]
#[template(
    ext = "svg",
    escape = "html",
    source = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32"><rect width="32" height="32" rx="8" fill="{{ colour }}"/><text x="16" y="21" text-anchor="middle" font-family="Inter, system-ui, sans-serif" font-size="14" font-weight="700" fill="#fff">{{ letters }}</text></svg>"##
)]
struct Mark<'a> {
    colour: &'a str,
    letters: &'a str,
}

/// The letters of a mark.
#[derive(Deserialize)]
struct Letters {
    #[serde(default)]
    text: String,
}

/// `/brand/…`: what a style sheet and a picture of the chosen colour are made of.
pub fn routes() -> Router<AppState> {
    Router::new().route("/brand/{colour}/style.css", get(style)).route("/brand/{colour}/mark.svg", get(mark))
}

/// What is shown on pages of what is stored. The letters nobody chose are our own picture.
pub(crate) fn shown(stored: settings::Brand) -> Brand {
    let is_ours = stored.logo_text == settings::Brand::default().logo_text;
    let letters = percent_encoding::utf8_percent_encode(&stored.logo_text, percent_encoding::NON_ALPHANUMERIC);
    Brand {
        logo: (!is_ours).then(|| format!("/brand/{}/mark.svg?text={letters}", stored.colour)),
        css: (stored.colour != "indigo").then(|| format!("/brand/{}/style.css", stored.colour)),
        name: stored.name,
        tagline: stored.tagline,
    }
}

async fn style(Path(colour): Path<String>) -> Result<Response, Failure> {
    let colour = hex(&colour)?;
    Ok(kept("text/css; charset=utf-8", format!(":root, [data-bs-theme] {{ --tblr-primary: {colour}; }}\n")))
}

async fn mark(Path(colour): Path<String>, Query(letters): Query<Letters>) -> Result<Response, Failure> {
    let letters: String = letters.text.chars().filter(|c| !c.is_control()).take(2).collect();
    let svg = Mark { colour: hex(&colour)?, letters: &letters }.render()?;
    Ok(kept("image/svg+xml", svg))
}

fn hex(name: &str) -> Result<&'static str, Failure> {
    COLOURS.iter().find(|(known, _)| *known == name).map(|(_, hex)| *hex).ok_or_else(Failure::missing)
}

/// The address says all that it depends on.
fn kept(kind: &'static str, body: String) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=86400")], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_that_can_be_chosen_has_a_style() {
        for colour in settings::Brand::COLOURS {
            assert!(hex(colour).is_ok(), "{colour}");
        }
        assert!(hex("url(x)").is_err());
    }

    #[test]
    fn letters_cannot_break_out_of_the_picture() {
        let svg = Mark { colour: "#000", letters: "<&" }.render().unwrap();
        assert!(svg.contains(">&#60;&#38;</text>"), "{svg}");
    }
}
