//! Mail transports. No SQL: the queue of mail is `app`'s.

mod transport;

pub use transport::{
    FileTransport, LogTransport, MailError, MemoryTransport, Message, SmtpOptions, SmtpTls, SmtpTransport, Transport,
};
