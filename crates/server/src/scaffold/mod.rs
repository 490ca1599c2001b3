//! `innkeeper plugin new`: a plugin to start from, in a checkout of the source.
//!
//! Plugins are compiled in, so a new one is a crate, and a line in each of three files. Everything is
//! worked out and checked before anything is written ([`Plan::new`]); then it is written whole or, if
//! that fails, taken back ([`Plan::carry_out`]).

mod edits;
mod name;
mod templates;
mod write;

use anyhow::{Context, Result, bail, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
};

pub use name::Name;
pub use templates::Kind;

/// The list of plugins, by which a checkout is known.
const LIST: &str = "crates/server/src/plugins.rs";
const WORKSPACE: &str = "Cargo.toml";
const SERVER: &str = "crates/server/Cargo.toml";

/// A file that gets a line more.
struct Edit {
    path: &'static str,
    /// The line.
    line: String,
    old: String,
    new: String,
}

/// What is to be done.
pub struct Plan {
    root: PathBuf,
    /// Id of the plugin, which is also the name of its folder.
    id: String,
    /// Files below the folder, and what they hold.
    files: Vec<(&'static str, String)>,
    edits: Vec<Edit>,
}

impl Plan {
    /// Works out what makes the plugin `name`, and changes nothing. `taken` are ids that there are already.
    ///
    /// # Errors
    /// When `start` is in no checkout, the name is taken, or one of the three files is not written as expected.
    pub fn new(start: &Path, kind: Kind, name: &Name, taken: &[String]) -> Result<Self> {
        let root = checkout(start)?;
        let id = format!("{}-{name}", kind.as_str());
        let prefix = format!("{}-", kind.as_str());
        ensure!(
            !name.as_str().starts_with(&prefix),
            "leave `{prefix}` out of the name: the kind is put before it anyway"
        );
        ensure!(!taken.contains(&id), "there is a plugin {id} already; choose another name");
        ensure!(
            !root.join("plugins").join(&id).exists(),
            "there is a folder plugins/{id} already; choose another name"
        );
        let package = format!("innkeeper-{id}");
        let edits = vec![
            edit(&root, WORKSPACE, format!("{package} = {{ path = \"plugins/{id}\" }}"), edits::workspace)?,
            edit(&root, SERVER, format!("{package}.workspace = true"), edits::manifest)?,
            edit(&root, LIST, format!("{}::plugin()", package.replace('-', "_")), edits::list)?,
        ];
        Ok(Self { root, id, files: templates::files(kind, name), edits })
    }

    /// Id of the plugin.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it does, a line for each file.
    pub fn lines(&self) -> Vec<String> {
        let files = self.files.iter().map(|(path, _)| format!("new     plugins/{}/{path}", self.id));
        let edits = self.edits.iter().map(|edit| format!("change  {}: + {}", edit.path, edit.line));
        files.chain(edits).collect()
    }

    /// Does it. Writes over nothing; if it fails, what was written is taken back.
    pub fn carry_out(&self) -> Result<()> {
        write::all(self)
    }
}

/// The root of the checkout that `start` is in.
fn checkout(start: &Path) -> Result<PathBuf> {
    let is_root = |directory: &&Path| {
        directory.join(LIST).is_file() && directory.join(SERVER).is_file() && directory.join("plugins").is_dir()
    };
    let found = start.ancestors().find(is_root);
    found.map(Path::to_owned).context(
        "plugins are compiled in, so this runs in a checkout of Innkeeper's source, and this directory is in none: \
         get the source with `git clone`, change into it, and run `cargo run -p innkeeper-server -- plugin new …` there",
    )
}

fn edit(root: &Path, path: &'static str, line: String, add: fn(&str, &str) -> Result<String>) -> Result<Edit> {
    let old = fs::read_to_string(root.join(path)).with_context(|| format!("reading {path}"))?;
    match add(&old, &line) {
        Ok(new) => Ok(Edit { path, line, old, new }),
        Err(reason) => bail!("{path} cannot take `{line}`: {reason}. Nothing was changed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [(&str, &str); 3] = [
        (WORKSPACE, include_str!("../../../../Cargo.toml")),
        (SERVER, include_str!("../../Cargo.toml")),
        (LIST, include_str!("../plugins.rs")),
    ];

    /// The files of a checkout that matter here.
    fn place() -> tempfile::TempDir {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir_all(place.path().join("crates/server/src")).unwrap();
        fs::create_dir(place.path().join("plugins")).unwrap();
        for (path, text) in FILES {
            fs::write(place.path().join(path), text).unwrap();
        }
        place
    }

    fn plan(place: &Path, name: &str) -> Result<Plan> {
        Plan::new(place, Kind::Server, &name.parse().unwrap(), &["server-cloud".to_owned()])
    }

    fn untouched(place: &Path) -> bool {
        let same = FILES.iter().all(|(path, text)| fs::read_to_string(place.join(path)).is_ok_and(|now| now == *text));
        same && fs::read_dir(place.join("plugins")).unwrap().next().is_none()
    }

    #[test]
    fn every_kind_is_written_whole() {
        for kind in Kind::ALL {
            let place = place();
            let below = place.path().join("crates/server");
            let plan = Plan::new(&below, kind, &"acme-cloud".parse().unwrap(), &[]).unwrap();
            assert!(untouched(place.path()), "planning wrote something");
            plan.carry_out().unwrap();
            let id = format!("{}-acme-cloud", kind.as_str());
            for (path, _) in &plan.files {
                let text = fs::read_to_string(place.path().join("plugins").join(&id).join(path)).unwrap();
                assert!(!text.to_lowercase().contains("scaffold"), "{path} of {id} has a placeholder left");
            }
            let now = |path: &str| fs::read_to_string(place.path().join(path)).unwrap();
            assert!(now(WORKSPACE).contains(&format!("\ninnkeeper-{id} = {{ path = \"plugins/{id}\" }}\n")));
            assert!(now(SERVER).contains(&format!("\ninnkeeper-{id}.workspace = true\n")));
            let ident = id.replace('-', "_");
            assert!(now(LIST).contains(&format!("        innkeeper_{ident}::plugin(),\n    ]\n}}")));
            let again = Plan::new(place.path(), kind, &"acme-cloud".parse().unwrap(), &[]);
            assert!(again.err().unwrap().to_string().contains("choose another name"));
        }
    }

    #[test]
    fn what_is_wrong_is_said_and_nothing_is_written() {
        let place = place();
        let reason = |name: &str| plan(place.path(), name).err().unwrap().to_string();
        assert!(reason("cloud").contains("there is a plugin server-cloud already"));
        assert!(reason("server-acme").contains("leave `server-` out"));
        // It is known, and has no folder.
        assert!(reason("kerio").contains("Cargo.toml cannot take"));
        let elsewhere = tempfile::tempdir().unwrap();
        assert!(plan(elsewhere.path(), "acme").err().unwrap().to_string().contains("git clone"));
        fs::write(place.path().join(LIST), "fn compiled_in() -> Vec<Plugin> { vec![] }").unwrap();
        assert!(reason("acme").contains("crates/server/src/plugins.rs"));
        fs::write(place.path().join(LIST), FILES[2].1).unwrap();
        assert!(untouched(place.path()));
    }

    #[test]
    fn what_fails_half_way_is_taken_back() {
        let place = place();
        let plan = plan(place.path(), "acme").unwrap();
        // The last of the three cannot be written.
        let list = place.path().join(LIST);
        fs::remove_file(&list).unwrap();
        fs::create_dir(&list).unwrap();
        let error = format!("{:#}", plan.carry_out().unwrap_err());
        assert!(error.contains("taken back") && error.contains(LIST), "{error}");
        fs::remove_dir(&list).unwrap();
        fs::write(&list, FILES[2].1).unwrap();
        assert!(untouched(place.path()));
        // And a file that turned up meanwhile is not written over.
        let theirs = place.path().join("plugins/server-acme");
        fs::create_dir(&theirs).unwrap();
        fs::write(theirs.join("Cargo.toml"), "theirs").unwrap();
        assert!(plan.carry_out().is_err());
        assert_eq!(fs::read_to_string(theirs.join("Cargo.toml")).unwrap(), "theirs");
    }
}
