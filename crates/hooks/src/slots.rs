//! What subscribers answer to slots. Everything is text: the page escapes it, and no markup gets through.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::Answered;

/// A block of text with an optional link. Never HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TextBlock {
    /// Heading; may be empty.
    pub title: String,
    /// The text.
    pub text: String,
    /// Where the block leads: an `https:` address or a local path.
    pub link: Option<String>,
}

/// A link in a menu or beside the buttons of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MenuLink {
    /// What it says.
    pub label: String,
    /// Where it leads: an `https:` address or a local path.
    pub href: String,
}

/// A labelled value, shown in a list of facts or added to a reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fact {
    /// Its label or key.
    pub label: String,
    /// Its value.
    pub value: String,
}

/// A `<meta>` tag of the page's head, such as a search engine's proof of ownership.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MetaTag {
    /// Its `name`.
    pub name: String,
    /// Its `content`.
    pub content: String,
}

/// Something that a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SearchHit {
    /// What it is called.
    pub title: String,
    /// A line about it; may be empty.
    pub detail: String,
    /// Where it is: an `https:` address or a local path.
    pub href: String,
}

/// The answer of one subscriber. A slot takes one kind; another kind is left out and logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SlotAnswer {
    /// Blocks of text.
    Blocks(Vec<TextBlock>),
    /// Links.
    Links(Vec<MenuLink>),
    /// Labelled values.
    Facts(Vec<Fact>),
    /// Tags of the head.
    Meta(Vec<MetaTag>),
    /// Finds.
    Hits(Vec<SearchHit>),
}

macro_rules! answered {
    ($($ty:ident of $variant:ident),*) => {$(
        impl Answered for $ty {
            fn of(answer: SlotAnswer) -> Option<Vec<Self>> {
                match answer {
                    SlotAnswer::$variant(all) => Some(all),
                    _ => None,
                }
            }
        }
        impl From<$ty> for SlotAnswer {
            fn from(one: $ty) -> Self { Self::$variant(vec![one]) }
        }
    )*};
}
answered!(TextBlock of Blocks, MenuLink of Links, Fact of Facts, MetaTag of Meta, SearchHit of Hits);
