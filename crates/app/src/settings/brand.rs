//! How the portal presents the business.

use serde::{Deserialize, Serialize};

use crate::{Actor, App, Checks, Result};

/// The portal's brand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Brand {
    /// Shown in the head of every page.
    pub name: String,
    /// One or two letters in the badge beside it.
    pub logo_text: String,
    /// One of [`Brand::COLOURS`]: each was checked for contrast on light and dark.
    pub colour: String,
    /// A line on the first page; may be empty.
    pub tagline: String,
}

impl Brand {
    /// The colours to choose from.
    pub const COLOURS: [&str; 6] = ["indigo", "blue", "teal", "green", "purple", "red"];
}

impl Default for Brand {
    fn default() -> Self {
        Self { name: "Innkeeper".into(), logo_text: "IK".into(), colour: "indigo".into(), tagline: String::new() }
    }
}

/// The portal's brand.
pub async fn brand(app: &App) -> Result<Brand> {
    super::read(app, "brand").await
}

/// Changes the portal's brand.
pub async fn save_brand(app: &App, actor: &Actor, brand: Brand) -> Result<()> {
    let mut checks = Checks::default();
    checks.text("name", &brand.name, 40, true);
    checks.text("logo_text", &brand.logo_text, 2, true);
    let known = Brand::COLOURS.contains(&brand.colour.as_str());
    checks.require(known, "colour", format_args!("must be one of: {}", Brand::COLOURS.join(", ")));
    checks.text("tagline", &brand.tagline, 160, false);
    checks.finish()?;
    super::save(app, actor, "brand", &brand).await
}
