//! What can go wrong between finding a cluster's directory and a server that answers.

use std::io;
use std::path::{Path, PathBuf};

/// Why the embedded database could not be started or stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file system refused something.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// The verb of the sentence, such as `create`.
        doing: &'static str,
        /// What it was done to.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },

    /// Another living process of ours uses the directory.
    #[error(
        "the database in {} is already in use by process {}; stop that process or choose another data directory",
        directory.display(),
        pid.map_or_else(|| "(unknown)".to_owned(), |pid| pid.to_string())
    )]
    InUse {
        /// The directory asked for.
        directory: PathBuf,
        /// The process that holds its lock, when the lock file names one.
        pid: Option<u32>,
    },

    /// The files were written by another major version of PostgreSQL.
    #[error(
        "the database in {} was created by PostgreSQL {data}, but {} is version {found}; \
         install PostgreSQL {data} or point INNKEEPER_POSTGRES_BIN at its bin directory",
        directory.display(),
        binaries.display()
    )]
    OtherVersion {
        /// Where the files are.
        directory: PathBuf,
        /// Their version, as PostgreSQL wrote it.
        data: String,
        /// The version of the binaries.
        found: u32,
        /// Where the binaries are.
        binaries: PathBuf,
    },

    /// Root must drop to another account, and that account cannot enter the directory.
    #[error(
        "the account `{account}`, which PostgreSQL runs as, cannot enter {}: \
         {} is closed to it; open it with `chmod a+x` or move the data directory",
        directory.display(),
        barrier.display()
    )]
    Unreachable {
        /// The cluster's directory.
        directory: PathBuf,
        /// The account PostgreSQL would run as.
        account: String,
        /// The outermost directory that keeps it out.
        barrier: PathBuf,
    },

    /// The link to a cluster kept elsewhere leads nowhere.
    #[error(
        "{} leads to {}, which does not exist: bring that directory back, \
         or remove the link to start with an empty database",
        link.display(),
        target.display()
    )]
    Dangling {
        /// The link inside the data directory.
        link: PathBuf,
        /// Where it points.
        target: PathBuf,
    },

    /// The files belong to someone else.
    #[error(
        "the database in {} belongs to user id {owner}, but this process runs as user id {runs_as}; \
         start it as the user who created it, or as root",
        directory.display()
    )]
    NotOurs {
        /// Where the files are.
        directory: PathBuf,
        /// Who owns them.
        owner: u32,
        /// Who we are.
        runs_as: u32,
    },

    /// PostgreSQL refuses to run as root, and there is nobody else to be.
    #[error("running as root, and neither the account `postgres` nor `nobody` exists to run PostgreSQL as")]
    NoAccount,

    /// A program of the installation ended with an error.
    #[error("{program} failed ({status}):\n{output}")]
    Failed {
        /// Its name, such as `initdb`.
        program: String,
        /// How it ended.
        status: String,
        /// The end of what it said.
        output: String,
    },

    /// The server ended, or did not answer in time.
    #[error("PostgreSQL did not start: {reason}; the end of {}:\n{tail}", log.display())]
    DidNotStart {
        /// How it ended, or how long was waited.
        reason: String,
        /// Its log file.
        log: PathBuf,
        /// The last lines of it.
        tail: String,
    },

    /// The server did not end although asked to, first politely and then firmly.
    #[error("PostgreSQL (process {pid}) does not stop")]
    WillNotStop {
        /// The postmaster.
        pid: i32,
    },
}

impl Error {
    /// An adapter for `map_err` that says what was being done to which path.
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        let path = path.to_owned();
        move |source| Error::Io { doing, path, source }
    }
}
