//! Contexts of slots and the answers that subscribers give. Answers are text: the page escapes them.

use innkeeper_domain::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Sample;

/// A block of text with an optional link. Never HTML.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TextBlock {
    /// Heading; may be empty.
    pub title: String,
    /// The text.
    pub text: String,
    /// Where the block leads: an `https:` address or a local path.
    pub link: Option<String>,
}

/// A portal page is drawn.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ClientAreaFooter {
    /// Who looks at it; none before login.
    pub client_id: Option<ClientId>,
}
impl Sample for ClientAreaFooter {
    fn sample() -> Self {
        Self { client_id: Some(ClientId(17)) }
    }
}

/// The staff dashboard is drawn.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AdminHome {
    /// Who looks at it.
    pub staff_id: StaffId,
}
impl Sample for AdminHome {
    fn sample() -> Self {
        Self { staff_id: StaffId(1) }
    }
}
