//! The table of the architecture (`docs/architecture.md`), as data.

/// Where a crate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A floor of the house; normal dependencies go to lower floors only.
    Level(u8),
    /// A plugin: just below `server`, which chooses it; of ours it sees `plugin-api` alone.
    Plugin,
    /// For development: may use everything, and is used by nothing that ships.
    Tool,
}

const PREFIX: &str = "innkeeper-";

const PLACES: &[(&str, Place)] = &[
    ("domain", Place::Level(0)),
    ("hooks", Place::Level(1)),
    ("bankstatement", Place::Level(1)),
    ("einvoice", Place::Level(1)),
    ("db", Place::Level(2)),
    ("queue", Place::Level(2)),
    ("mail", Place::Level(2)),
    ("config", Place::Level(2)),
    ("postgres", Place::Level(2)),
    ("plugin-api", Place::Level(2)),
    ("app", Place::Level(3)),
    ("web", Place::Level(4)),
    ("panel", Place::Level(5)),
    ("portal", Place::Level(5)),
    ("api", Place::Level(5)),
    ("site", Place::Level(6)),
    ("server", Place::Level(7)),
    ("testkit", Place::Tool),
    ("plugin-testkit", Place::Tool),
    ("simulators", Place::Tool),
    ("examples", Place::Tool),
    ("xtask", Place::Tool),
    ("tests", Place::Tool),
];

/// What answers requests.
const WEB: &[&str] = &["web", "panel", "portal", "api", "site"];

/// Dependencies that the levels allow and the design does not.
const FORBIDDEN: &[(&[&str], &str, &str)] = &[
    (WEB, "db", "pages and answers ask the use cases of app, never the database"),
    (WEB, "queue", "pages and answers ask the use cases of app, never the queue"),
    (WEB, "mail", "mail is sent by app"),
    (WEB, "config", "configuration is read by server alone and handed down as values"),
    (&["app"], "config", "configuration is read by server alone and handed down as values"),
    (WEB, "postgres", "the embedded database is brought up by server alone"),
    (&["app"], "postgres", "the embedded database is brought up by server alone"),
];

/// Tools that ship after all: `innkeeper demo` and `innkeeper simulate` run the simulators, the demo shows the examples.
const SHIPPED_TOOLS: &[(&str, &str)] = &[("server", "simulators"), ("server", "examples")];

/// Crates of others that a crate must not use in what ships.
const FOREIGN: &[(&[&str], &[&str])] = &[
    (&["domain"], &["tokio", "sqlx", "axum", "reqwest", "async-trait", "getrandom"]),
    (&["hooks"], &["tokio", "sqlx", "axum", "reqwest"]),
    (&["bankstatement", "einvoice"], &["tokio", "sqlx", "axum", "reqwest", "async-trait", "getrandom"]),
    (&["plugin-api"], &["sqlx", "axum"]),
    (&["mail"], &["sqlx", "axum"]),
    (&["config"], &["sqlx", "axum", "tokio"]),
    (&["db"], &["axum", "reqwest", "askama"]),
    (&["queue"], &["axum", "reqwest", "askama"]),
    (&["app"], &["axum", "axum-extra", "tower-http", "utoipa"]),
    (WEB, &["sqlx"]),
];

/// The place of the package, or `None` when it is not in the table.
pub(super) fn place_of(package: &str, manifest: &str) -> Option<Place> {
    if manifest.contains("/plugins/") {
        return Some(Place::Plugin);
    }
    let name = short(package);
    PLACES.iter().find(|(listed, _)| *listed == name).map(|(_, place)| *place)
}

/// `innkeeper-db` is `db`.
pub(super) fn short(package: &str) -> &str {
    package.strip_prefix(PREFIX).unwrap_or(package)
}

/// Why `from` may not depend on `to`, both of ours, in what ships.
pub(super) fn objection(from: (&str, Place), to: (&str, Place)) -> Option<String> {
    let (from_name, to_name) = (short(from.0), short(to.0));
    if from.1 == Place::Tool {
        return None;
    }
    if to.1 == Place::Tool {
        return (!SHIPPED_TOOLS.contains(&(from_name, to_name)))
            .then(|| format!("{to_name} is for development only (dev-dependencies)"));
    }
    if from.1 == Place::Plugin {
        return (to_name != "plugin-api").then(|| "a plugin depends on plugin-api and nothing else of ours".to_owned());
    }
    let (from_level, to_level) = (level(from.1), level(to.1));
    if to_level >= from_level {
        return Some(format!("level {from_level} must not reach up or sideways to level {to_level}"));
    }
    FORBIDDEN
        .iter()
        .find(|(sources, target, _)| sources.contains(&from_name) && *target == to_name)
        .map(|(_, _, reason)| (*reason).to_owned())
}

/// Why the tests of `from` may not depend on `to`, both of ours.
pub(super) fn objection_in_tests(from: (&str, Place), to: (&str, Place)) -> Option<String> {
    if from.1 == Place::Tool || to.1 == Place::Tool || from.0 == to.0 {
        return None;
    }
    if from.1 == Place::Plugin {
        return objection(from, to);
    }
    let (from_level, to_level) = (level(from.1), level(to.1));
    (to_level >= from_level).then(|| format!("tests on level {from_level} must not use level {to_level}"))
}

/// Whether what ships of `from` must not use the foreign crate.
pub(super) fn is_foreign_forbidden(from: &str, foreign: &str) -> bool {
    FOREIGN.iter().any(|(names, banned)| names.contains(&short(from)) && banned.contains(&foreign))
}

fn level(place: Place) -> u8 {
    match place {
        Place::Level(level) => level,
        Place::Plugin => 6,
        Place::Tool => u8::MAX,
    }
}
