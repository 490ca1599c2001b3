//! SMTP, a folder of files, or memory.

use async_trait::async_trait;
use lettre::{
    AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use std::{
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// A message as it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Makes repeats of the same message recognisable: goes into `Message-ID`.
    pub id: String,
    /// Recipient's address.
    pub to: String,
    /// Subject; line breaks are not possible in it.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// Why a message did not leave.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The address or text cannot be sent at all: trying again is useless.
    #[error("the message cannot be sent: {0}")]
    Rejected(String),
    /// The server could not be reached or is busy.
    #[error("the mail server did not take it: {0}")]
    Temporary(String),
}

/// Sends mail.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends one message.
    async fn send(&self, message: &Message) -> Result<(), MailError>;
    /// Is the transport usable? A line of good news, or what to fix.
    async fn check(&self) -> Result<String, MailError>;
}

fn mime(from: &Mailbox, message: &Message) -> Result<lettre::Message, MailError> {
    let host = from.email.domain();
    let to: Mailbox = message.to.parse().map_err(|e| MailError::Rejected(format!("recipient: {e}")))?;
    let mut mail = lettre::Message::builder()
        .from(from.clone())
        .to(to)
        .message_id(Some(format!("<{}@{host}>", message.id)))
        .subject(message.subject.replace(['\r', '\n'], " "))
        .header(ContentType::TEXT_PLAIN)
        .body(message.body.clone())
        .map_err(|e| MailError::Rejected(e.to_string()))?;
    // Keeps "out of office" and the like from answering a program (RFC 3834).
    let by_itself = HeaderName::new_from_ascii_str("Auto-Submitted");
    mail.headers_mut().insert_raw(HeaderValue::new(by_itself, "auto-generated".to_owned()));
    Ok(mail)
}

/// The server does not take us for who we say we are: a setting is wrong, not the message, and it may be put right.
const NOT_LET_IN: [u16; 4] = [530, 534, 535, 538];

fn refusal(error: &lettre::transport::smtp::Error) -> MailError {
    let let_in = error.status().is_none_or(|code| !NOT_LET_IN.contains(&u16::from(code)));
    if error.is_permanent() && let_in {
        MailError::Rejected(error.to_string())
    } else {
        MailError::Temporary(error.to_string())
    }
}

fn mailbox(from: &str) -> Result<Mailbox, MailError> {
    from.parse().map_err(|e| MailError::Rejected(format!("sender {from}: {e}")))
}

/// How to reach an SMTP server.
#[derive(Clone, Debug)]
pub struct SmtpOptions {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Encryption: implicit TLS, STARTTLS, or none (`tls`, `starttls`, `none`).
    pub tls: SmtpTls,
    /// User name and password.
    pub credentials: Option<(String, String)>,
    /// Certificates (PEM) of authorities to trust beside the system's own.
    pub authorities: Option<Vec<u8>>,
}

/// Encryption of SMTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpTls {
    /// From the first byte.
    Implicit,
    /// After STARTTLS, which is required.
    StartTls,
    /// None: a server on the same machine.
    None,
}

/// An SMTP server.
pub struct SmtpTransport {
    from: Mailbox,
    server: AsyncSmtpTransport<Tokio1Executor>,
}

impl SmtpTransport {
    /// Sends as `from` (`Name <address>`) through a server.
    pub fn new(from: &str, options: SmtpOptions) -> Result<Self, MailError> {
        let config = |e: lettre::transport::smtp::Error| MailError::Rejected(e.to_string());
        let parameters = || {
            let mut parameters = TlsParameters::builder(options.host.clone());
            if let Some(pem) = &options.authorities {
                parameters = parameters.add_root_certificate(Certificate::from_pem(pem).map_err(config)?);
            }
            parameters.build().map_err(config)
        };
        let tls = match options.tls {
            SmtpTls::Implicit => Tls::Wrapper(parameters()?),
            SmtpTls::StartTls => Tls::Required(parameters()?),
            SmtpTls::None => Tls::None,
        };
        // Named for what it is without the next call: a connection in the clear.
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&options.host).tls(tls);
        let builder = builder.port(options.port).timeout(Some(Duration::from_secs(30)));
        let builder = match options.credentials {
            Some((user, password)) => builder.credentials(Credentials::new(user, password)),
            None => builder,
        };
        Ok(Self { from: mailbox(from)?, server: builder.build() })
    }
}

#[async_trait]
impl Transport for SmtpTransport {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        let sent = self.server.send(mime(&self.from, message)?).await;
        sent.map(|_| ()).map_err(|e| refusal(&e))
    }
    async fn check(&self) -> Result<String, MailError> {
        match self.server.test_connection().await {
            Ok(true) => Ok("the SMTP server answers".into()),
            Ok(false) => Err(MailError::Temporary("the SMTP server refused the session".into())),
            Err(e) => Err(MailError::Temporary(e.to_string())),
        }
    }
}

/// Writes each message to a folder, as `.eml`.
pub struct FileTransport {
    from: Mailbox,
    folder: std::path::PathBuf,
}

impl FileTransport {
    /// Writes into `folder`, which is made if absent.
    pub fn new(from: &str, folder: &Path) -> Result<Self, MailError> {
        std::fs::create_dir_all(folder).map_err(|e| MailError::Rejected(format!("{}: {e}", folder.display())))?;
        Ok(Self { from: mailbox(from)?, folder: folder.to_owned() })
    }
}

#[async_trait]
impl Transport for FileTransport {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        let sent = AsyncFileTransport::<Tokio1Executor>::new(&self.folder).send(mime(&self.from, message)?).await;
        sent.map(|_| ()).map_err(|e| MailError::Temporary(e.to_string()))
    }
    async fn check(&self) -> Result<String, MailError> {
        let probe = self.folder.join(".probe");
        tokio::fs::write(&probe, b"")
            .await
            .map_err(|e| MailError::Temporary(format!("{}: {e}", self.folder.display())))?;
        Ok(format!("mail is written to {}", self.folder.display()))
    }
}

/// Keeps messages; for tests.
#[derive(Default)]
pub struct MemoryTransport(Mutex<Vec<Message>>);

impl MemoryTransport {
    /// Everything sent so far.
    pub fn sent(&self) -> Vec<Message> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Transport for MemoryTransport {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(message.clone());
        Ok(())
    }
    async fn check(&self) -> Result<String, MailError> {
        Ok("mail is kept in memory".into())
    }
}

/// Logs sender, recipient and subject; the text is lost.
pub struct LogTransport;

#[async_trait]
impl Transport for LogTransport {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        tracing::info!(to = message.to, subject = message.subject, "mail");
        Ok(())
    }
    async fn check(&self) -> Result<String, MailError> {
        Ok("mail is only logged".into())
    }
}
