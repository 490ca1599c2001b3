//! Icons from the sprite.

use askama::Template;

use crate::assets;

/// One icon. It is decoration: the text beside it, or the label of its button,
/// must say the same.
#[derive(Debug, Clone, Copy, Template)]
#[template(
    ext = "html",
    source = r##"<svg class="icon" aria-hidden="true" focusable="false"><use href="{{ Self::sprite() }}#{{ name }}"></use></svg>"##
)]
pub struct Icon {
    name: &'static str,
}

component!(Icon);

impl Icon {
    fn sprite() -> String {
        assets::url("icons.svg")
    }
}

/// The icon of this name, a file name under `crates/web/assets/icons`.
pub const fn icon(name: &'static str) -> Icon {
    Icon { name }
}

#[cfg(test)]
mod tests {
    use super::icon;

    #[test]
    fn an_icon_is_hidden_from_screen_readers_and_points_into_the_sprite() {
        let html = icon("home").to_string();
        assert!(html.contains("aria-hidden=\"true\""));
        assert!(html.contains("/icons.svg#home\""));
    }
}
