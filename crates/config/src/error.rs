//! What can be wrong with a configuration.

use std::io;
use std::path::PathBuf;

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("cannot read the configuration {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },

    /// The file is not TOML, has a key nobody knows, or a value of the wrong type.
    #[error("the configuration {} is wrong:\n{message}", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// The line, and what is wrong with it.
        message: String,
    },

    /// A variable nobody knows, or whose value is of the wrong type.
    #[error("the environment variable {variable} is wrong: {reason}")]
    Environment {
        /// Its name.
        variable: String,
        /// What is wrong with it.
        reason: String,
    },

    /// Values that make no sense, all of them.
    #[error("the configuration makes no sense:\n  {}", problems.join("\n  "))]
    Invalid {
        /// One sentence each, beginning with the key.
        problems: Vec<String>,
    },

    /// The key for secrets at rest cannot be used.
    #[error("the key file {} {reason}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        reason: String,
    },
}
