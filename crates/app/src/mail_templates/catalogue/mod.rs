//! Every mail that the program sends, as one list: see [`notices`].

mod variable;

pub(crate) mod notices;

use super::language::Style;

pub use variable::{Kind, Variable};
pub(crate) use variable::{Vars, Worth};

/// Notices that stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Account,
    Orders,
    Invoices,
    Payments,
    Services,
    Domains,
    /// Not sent by itself: stands in the others.
    Parts,
}

impl Group {
    /// In the order of the page.
    pub const ALL: [Self; 7] =
        [Self::Account, Self::Orders, Self::Invoices, Self::Payments, Self::Services, Self::Domains, Self::Parts];
    /// What it is called.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Account => "Account",
            Self::Orders => "Orders",
            Self::Invoices => "Invoices",
            Self::Payments => "Payments",
            Self::Services => "Services",
            Self::Domains => "Domains",
            Self::Parts => "In every mail",
        }
    }
}

/// What may be done with a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secrecy {
    /// Hosts may switch it off.
    Usual,
    /// Somebody's safety depends on it: it cannot be switched off.
    Always,
    /// The same, and its text lets whoever reads it in: it is not kept.
    Secret,
}

/// What is known of a notice before it is written.
pub(crate) struct About {
    /// Its name in the database, the API, hooks and file names.
    pub key: &'static str,
    pub group: Group,
    pub secrecy: Secrecy,
    pub title: &'static str,
    /// When it is sent, as a sentence.
    pub sent: &'static str,
    /// Those of its own; [`COMMON`] come in addition.
    pub variables: &'static [Variable],
    /// Language and file: a subject, an empty line, the text.
    pub shipped: [(&'static str, &'static str); 3],
    /// With made-up values.
    pub example: fn() -> Box<dyn Notice>,
}

/// A notice with its values.
pub(crate) trait Notice: Send + Sync {
    fn about(&self) -> &'static About;
    /// The values of its own variables, written as `style` wants.
    fn values(&self, style: Style) -> Vars;
}

/// Variables of every notice.
pub(crate) const COMMON: [Variable; 5] = [
    Variable {
        name: "name",
        kind: Kind::Text,
        optional: true,
        about: "The client's name; empty for a login without client",
    },
    Variable { name: "company", kind: Kind::Text, optional: false, about: "Your company's name" },
    Variable { name: "company_email", kind: Kind::Text, optional: true, about: "Where clients write to you" },
    Variable { name: "base_url", kind: Kind::Text, optional: false, about: "The address of the portal" },
    Variable {
        name: "signature",
        kind: Kind::Text,
        optional: true,
        about: "The text “Signature”, in the same language",
    },
];

impl About {
    /// Every variable that its text may use.
    pub fn all_variables(&self) -> impl Iterator<Item = &'static Variable> {
        // The signature has no name to greet, and is not in itself.
        let is_part = self.group == Group::Parts;
        let common = COMMON.iter().filter(move |v| !(is_part && matches!(v.name, "name" | "signature")));
        self.variables.iter().chain(common)
    }
    /// The shipped text in a language: subject and body.
    pub fn shipped(&self, language: &str) -> Option<(&'static str, &'static str)> {
        let (_, file) = self.shipped.iter().find(|(tag, _)| *tag == language)?;
        let (subject, body) = file.split_once('\n')?;
        Some((subject, body.strip_prefix('\n').unwrap_or(body)))
    }
    /// Is it a mail, or only a part of others?
    pub fn is_mail(&self) -> bool {
        self.group != Group::Parts
    }
}

/// The notice of this key.
pub(crate) fn find(key: &str) -> Option<&'static About> {
    notices::ALL.iter().copied().find(|about| about.key == key)
}
