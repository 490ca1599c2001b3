//! The page that is shown when a page cannot be.

use askama::Template;

use super::chrome::Chrome;
use super::icon::{Icon, icon};

/// An error page: what happened, what to do, and the number under which it can
/// be found in the log.
#[derive(Debug, Template)]
#[template(path = "errors/error.html")]
pub struct ErrorPage {
    /// The surroundings; may be the default when nobody is signed in.
    pub chrome: Chrome,
    status: u16,
    title: String,
    advice: String,
    detail: String,
    request_id: String,
}

impl ErrorPage {
    /// The page for an HTTP status, with the words that fit it.
    pub fn new(chrome: Chrome, status: u16, request_id: impl Into<String>) -> Self {
        let (title, advice) = words(status);
        Self {
            chrome: chrome.title(title),
            status,
            title: title.to_owned(),
            advice: advice.to_owned(),
            detail: String::new(),
            request_id: request_id.into(),
        }
    }

    /// What exactly went wrong, in words meant for the reader.
    #[must_use]
    pub fn detail(mut self, text: impl Into<String>) -> Self {
        self.detail = text.into();
        self
    }

    fn icon(&self) -> Icon {
        icon(match self.status {
            401 | 403 => "lock",
            404 | 410 => "search",
            429 | 503 | 504 => "hourglass",
            _ => "alert-triangle",
        })
    }

    fn home(&self) -> &'static str {
        if self.chrome.admin.is_some() { "/admin" } else { "/" }
    }
}

fn words(status: u16) -> (&'static str, &'static str) {
    match status {
        400 => ("We could not read that request", "Go back, reload the page and try again."),
        401 => ("Please sign in", "This page is for people we know."),
        403 => (
            "You may not open this page",
            "If you think you should, ask whoever manages your account to give you access. \
             If you just sent a form, reload the page and send it again.",
        ),
        404 => (
            "There is no such page",
            "The address may be mistyped, or what it showed is gone. \
             It may also belong to another account.",
        ),
        405 => ("That does not work here", "Go back and use the buttons of the page."),
        409 => ("Someone was faster", "This has changed since you opened the page. Reload it and look again."),
        413 => ("That is too large", "Send a smaller file."),
        429 => ("That was too often", "Wait a minute, then try again."),
        502 | 504 => ("A service we depend on did not answer", "Nothing was lost. Wait a minute, then try again."),
        503 => ("We are not ready yet", "The site is starting or under maintenance. Try again in a minute."),
        _ if status < 500 => ("That did not work", "Go back and try again."),
        _ => (
            "Something broke on our side",
            "It was logged and is not your fault. Try again; if it stays broken, \
             tell us the number below.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_page_names_its_number_and_the_way_on() {
        let html = ErrorPage::new(Chrome::default(), 500, "01HX-7").detail("<i>odd</i>").to_string();
        assert!(html.contains("01HX-7"));
        assert!(html.contains("Try again"));
        assert!(html.contains(r#"href="/""#));
        assert!(html.contains("&#60;i&#62;odd"));
    }

    #[test]
    fn every_status_has_words() {
        for status in 400..600 {
            let (title, advice) = words(status);
            assert!(!title.is_empty() && !advice.is_empty());
        }
    }
}
