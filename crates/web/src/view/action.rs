//! Things to press: buttons that post, links that look like buttons.

use askama::Template;

use super::icon::{Icon, icon};

/// A form that consists of one button. Whatever changes something is one of
/// these and never a link.
#[derive(Debug, Clone, Template)]
#[template(path = "components/post_button.html")]
pub struct PostButton {
    action: String,
    label: String,
    class: &'static str,
    small: bool,
    icon: Option<Icon>,
    hidden: Vec<(String, String)>,
    confirm: Option<String>,
    about: Option<String>,
}

component!(PostButton);

impl PostButton {
    /// A button that posts to `action`, a local address.
    pub fn new(action: &str, label: &str) -> Self {
        Self {
            action: action.to_owned(),
            label: label.to_owned(),
            class: "",
            small: false,
            icon: None,
            hidden: Vec::new(),
            confirm: None,
            about: None,
        }
    }

    /// The one main action of the page.
    #[must_use]
    pub fn primary(mut self) -> Self {
        self.class = "btn-primary";
        self
    }

    /// An action that takes something away.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.class = "btn-outline-danger";
        self
    }

    /// For use inside a table row.
    #[must_use]
    pub fn small(mut self) -> Self {
        self.small = true;
        self
    }

    /// An icon before the label.
    #[must_use]
    pub fn icon(mut self, name: &'static str) -> Self {
        self.icon = Some(icon(name));
        self
    }

    /// A further value to post.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.hidden.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Asks this question first. Without JavaScript the form posts at once.
    #[must_use]
    pub fn confirm(mut self, question: &str) -> Self {
        self.confirm = Some(question.to_owned());
        self
    }

    /// What the button is about, for screen readers, where several buttons of
    /// one label stand in a table: `invoice 2026-0042`.
    #[must_use]
    pub fn about(mut self, what: &str) -> Self {
        self.about = Some(what.to_owned());
        self
    }
}

/// A link that looks like a button: goes somewhere, changes nothing.
#[derive(Debug, Clone, Template)]
#[template(
    ext = "html",
    source = r#"<a class="btn {{ class }}" href="{{ href }}">{% if let Some(icon) = icon %}{{ icon }}{% endif %}{{ label }}</a>"#
)]
pub struct Link {
    href: String,
    label: String,
    class: &'static str,
    icon: Option<Icon>,
}

component!(Link);

impl Link {
    /// A link to a local address.
    pub fn to(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self { href: href.into(), label: label.into(), class: "", icon: None }
    }

    /// The one main action of the page.
    #[must_use]
    pub fn primary(mut self) -> Self {
        self.class = "btn-primary";
        self
    }

    /// An icon before the label.
    #[must_use]
    pub fn icon(mut self, name: &'static str) -> Self {
        self.icon = Some(icon(name));
        self
    }
}
