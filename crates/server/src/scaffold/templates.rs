//! The files of a new plugin. They are kept as they are written, in `scaffold/`, with three placeholders.

use clap::ValueEnum;

use super::Name;

/// The kinds of plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Provisions accounts on a machine or service.
    Server,
    /// Registers domains.
    Registrar,
    /// Takes payments.
    Gateway,
    /// Listens to events, guards gates, fills slots.
    Snapin,
}

/// The files of a kind, by their paths in the plugin's folder.
macro_rules! files {
    ($kind:literal: $($path:literal)*) => {
        &[
            ("Cargo.toml", include_str!(concat!("../../scaffold/", $kind, "/manifest.toml"))),
            ("README.md", include_str!(concat!("../../scaffold/", $kind, "/README.md"))),
            $(($path, include_str!(concat!("../../scaffold/", $kind, "/", $path))),)*
            ("tests/conformance/main.rs", include_str!(concat!("../../scaffold/", $kind, "/tests/conformance/main.rs"))),
            ("tests/conformance/double.rs", include_str!(concat!("../../scaffold/", $kind, "/tests/conformance/double.rs"))),
        ]
    };
}

impl Kind {
    /// All of them.
    #[cfg(test)]
    pub const ALL: [Self; 4] = [Self::Server, Self::Registrar, Self::Gateway, Self::Snapin];

    /// `server`, `registrar`, `gateway` or `snapin`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Registrar => "registrar",
            Self::Gateway => "gateway",
            Self::Snapin => "snapin",
        }
    }

    const fn templates(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Server => {
                files!("server": "src/lib.rs" "src/settings.rs" "src/order.rs" "src/api.rs" "src/server.rs")
            }
            Self::Registrar => files!("registrar": "src/lib.rs" "src/settings.rs" "src/api.rs" "src/registrar.rs"),
            Self::Gateway => files!("gateway": "src/lib.rs" "src/settings.rs" "src/api.rs" "src/gateway.rs"),
            Self::Snapin => files!("snapin": "src/lib.rs" "src/settings.rs" "src/api.rs" "src/snapin.rs"),
        }
    }
}

/// The files of a plugin with this name.
pub fn files(kind: Kind, name: &Name) -> Vec<(&'static str, String)> {
    let filled = |text: &str| {
        let text = text.replace("scaffold-name", name.as_str()).replace("scaffold_name", &name.ident());
        text.replace("Scaffold Name", &name.title())
    };
    kind.templates().iter().map(|(path, text)| (*path, filled(text))).collect()
}
