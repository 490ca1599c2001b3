//! Checks `cargo metadata` against the table.

use super::rules::{self, Place};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct Package {
    name: String,
    manifest_path: String,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    /// `dev`, `build`, or nothing for a normal dependency.
    kind: Option<String>,
}

/// The packages of the workspace, from `cargo metadata --no-deps`.
pub(super) fn parse(metadata: &str) -> serde_json::Result<Vec<Package>> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    serde_json::from_str::<Metadata>(metadata).map(|metadata| metadata.packages)
}

/// Every dependency the table does not allow, as a sentence.
pub(super) fn violations(packages: &[Package]) -> Vec<String> {
    let mut found = Vec::new();
    for package in packages {
        let Some(place) = rules::place_of(&package.name, &package.manifest_path) else {
            found.push(format!(
                "{}: not in the table of layers; give it a place there and in docs/architecture.md",
                package.name
            ));
            continue;
        };
        for dependency in &package.dependencies {
            if let Some(reason) = objection(package, place, dependency, packages) {
                found.push(format!("{} -> {}: {reason}", package.name, dependency.name));
            }
        }
    }
    found
}

fn objection(package: &Package, place: Place, dependency: &Dependency, packages: &[Package]) -> Option<String> {
    let in_tests = dependency.kind.as_deref() == Some("dev");
    let from = (package.name.as_str(), place);
    let Some(target) = packages.iter().find(|other| other.name == dependency.name) else {
        return (!in_tests && rules::is_foreign_forbidden(&package.name, &dependency.name))
            .then(|| "this crate must not contain that (see docs/architecture.md)".to_owned());
    };
    // A target without a place has been reported on its own.
    let to = (target.name.as_str(), rules::place_of(&target.name, &target.manifest_path)?);
    if in_tests { rules::objection_in_tests(from, to) } else { rules::objection(from, to) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name of a crate, and the name and kind of its dependencies.
    type Sketch<'a> = (&'a str, &'a [(&'a str, Option<&'a str>)]);

    fn check(packages: &[Sketch<'_>]) -> Vec<String> {
        let packages: Vec<serde_json::Value> = packages
            .iter()
            .map(|(name, dependencies)| {
                let folder = if name.contains("server-kerio") { "plugins" } else { "crates" };
                let dependencies: Vec<serde_json::Value> =
                    dependencies.iter().map(|(name, kind)| serde_json::json!({ "name": name, "kind": kind })).collect();
                serde_json::json!({
                    "name": name,
                    "manifest_path": format!("/src/{folder}/{name}/Cargo.toml"),
                    "dependencies": dependencies,
                })
            })
            .collect();
        let metadata = serde_json::json!({ "packages": packages }).to_string();
        violations(&parse(&metadata).unwrap())
    }

    #[test]
    fn downward_is_fine() {
        let found = check(&[
            ("innkeeper-domain", &[("serde", None)]),
            ("innkeeper-db", &[("innkeeper-domain", None), ("innkeeper-testkit", Some("dev"))]),
            ("innkeeper-testkit", &[("innkeeper-db", None)]),
            ("innkeeper-simulators", &[]),
            ("innkeeper-server", &[("innkeeper-db", None), ("innkeeper-simulators", None)]),
        ]);
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn upward_and_sideways_are_caught() {
        let found = check(&[
            ("innkeeper-domain", &[("innkeeper-db", None)]),
            ("innkeeper-db", &[("innkeeper-queue", None)]),
            ("innkeeper-queue", &[]),
        ]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("domain -> innkeeper-db"), "{found:?}");
        assert!(found[1].contains("db -> innkeeper-queue"), "{found:?}");
    }

    #[test]
    fn what_the_design_forbids_on_top_is_caught() {
        for (from, to) in [
            ("innkeeper-web", "innkeeper-db"),
            ("innkeeper-api", "innkeeper-queue"),
            ("innkeeper-panel", "innkeeper-portal"),
            ("innkeeper-panel", "innkeeper-server-kerio"),
            ("innkeeper-site", "innkeeper-server-kerio"),
            ("innkeeper-app", "innkeeper-config"),
            ("innkeeper-app", "innkeeper-simulators"),
            ("innkeeper-server-kerio", "innkeeper-domain"),
            ("innkeeper-server-kerio", "innkeeper-app"),
        ] {
            let found = check(&[(from, &[(to, None)]), (to, &[])]);
            assert_eq!(found.len(), 1, "{from} -> {to}");
        }
    }

    #[test]
    fn foreign_crates_in_the_wrong_place_are_caught_in_what_ships() {
        assert_eq!(check(&[("innkeeper-app", &[("axum", None)])]).len(), 1);
        assert_eq!(check(&[("innkeeper-domain", &[("tokio", None)])]).len(), 1);
        assert_eq!(check(&[("innkeeper-portal", &[("sqlx", None)])]).len(), 1);
        assert!(check(&[("innkeeper-app", &[("axum", Some("dev"))])]).is_empty());
    }

    #[test]
    fn tests_reach_tools_but_not_higher_layers() {
        let found = check(&[("innkeeper-db", &[("innkeeper-app", Some("dev"))]), ("innkeeper-app", &[])]);
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn a_crate_without_a_place_is_caught() {
        let found = check(&[("innkeeper-helpers", &[])]);
        assert!(found[0].contains("not in the table"), "{found:?}");
    }
}
