//! Frames over TLS, for registries that speak no HTTP: EPP (RFC 5734).

use bytes::Bytes;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _},
};
use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{
    PluginError, Secret, Tls,
    recorder::{Clip, Exchange, Recorder},
};

/// The longest frame that is taken.
const LONGEST: usize = 8 << 20;

/// Who we are, for servers that ask for a certificate of ours.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Our certificate and those that signed it, as PEM.
    pub chain: String,
    /// Its key, as PEM.
    pub key: Secret,
}

/// A connection to a registry. It is one session: it ends with the call that opened it.
pub struct Wire {
    stream: TlsStream<TcpStream>,
    place: String,
    timeout: Duration,
    recorder: Option<Arc<dyn Recorder>>,
}

impl Wire {
    /// Opens one; every step may last `timeout`. `Temporary` if nobody answers, `Config` if a certificate is none.
    pub(crate) async fn open(
        (host, port): (&str, u16),
        tls: &Tls,
        identity: Option<&Identity>,
        timeout: Duration,
        recorder: Option<Arc<dyn Recorder>>,
    ) -> Result<Self, PluginError> {
        let place = format!("{host}:{port}");
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| PluginError::config(format!("{host} is no name of a server")))?;
        let connector = TlsConnector::from(Arc::new(config(tls, identity)?));
        let lost = |e: std::io::Error| PluginError::temporary(format!("{place}: {e}"));
        let opened = async {
            let stream = TcpStream::connect((host, port)).await.map_err(lost)?;
            connector.connect(name, stream).await.map_err(lost)
        };
        let late = || PluginError::temporary(format!("{place}: no answer in time"));
        let stream = tokio::time::timeout(timeout, opened).await.map_err(|_| late())??;
        Ok(Self { stream, place, timeout, recorder })
    }

    /// Sends a frame and waits for the answer. `Unknown` if none comes: it may have been carried out.
    pub async fn exchange(&mut self, frame: &[u8]) -> Result<Bytes, PluginError> {
        let started = Instant::now();
        let answer = match self.send(frame).await {
            Ok(()) => self.receive().await,
            Err(error) => Err(error),
        };
        if let Some(recorder) = &self.recorder {
            recorder.exchange(Exchange {
                method: "FRAME".to_owned(),
                url: format!("tls://{}", self.place),
                request_headers: Default::default(),
                request_body: Clip::of(frame),
                status: None,
                response_headers: Default::default(),
                response_body: answer.as_deref().map(Clip::of).unwrap_or_default(),
                error: answer.as_ref().err().map(|e| e.detail.clone()),
                ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            });
        }
        answer
    }

    /// Waits for a frame: the greeting of a registry.
    pub async fn receive(&mut self) -> Result<Bytes, PluginError> {
        let stream = &mut self.stream;
        let read = async move {
            let length = usize::try_from(stream.read_u32().await?).unwrap_or(usize::MAX);
            if !(4..=LONGEST).contains(&length) {
                let text = format!("a frame of {length} bytes");
                return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, text));
            }
            let mut frame = vec![0; length - 4];
            stream.read_exact(&mut frame).await?;
            Ok(Bytes::from(frame))
        };
        in_time(self.timeout, &self.place, read).await
    }

    async fn send(&mut self, frame: &[u8]) -> Result<(), PluginError> {
        let too_long = || PluginError::invalid("the frame is too long");
        let length = u32::try_from(frame.len() + 4).map_err(|_| too_long())?;
        let stream = &mut self.stream;
        let write = async move {
            stream.write_u32(length).await?;
            stream.write_all(frame).await?;
            stream.flush().await
        };
        in_time(self.timeout, &self.place, write).await
    }
}

async fn in_time<T>(
    timeout: Duration,
    place: &str,
    work: impl Future<Output = std::io::Result<T>>,
) -> Result<T, PluginError> {
    match tokio::time::timeout(timeout, work).await {
        Ok(done) => done.map_err(|e| PluginError::unknown(format!("{place}: {e}"))),
        Err(_) => Err(PluginError::unknown(format!("{place}: no answer in time"))),
    }
}

fn config(tls: &Tls, identity: Option<&Identity>) -> Result<ClientConfig, PluginError> {
    let bad = |what: &str, e: &dyn std::fmt::Display| PluginError::config(format!("{what}: {e}"));
    let mut roots = RootCertStore::empty();
    match tls {
        Tls::Strict => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        Tls::Trust(pem) => {
            for certificate in certificates(pem, "the trusted certificate")? {
                roots.add(certificate).map_err(|e| bad("the trusted certificate", &e))?;
            }
        }
        Tls::Insecure => return Err(PluginError::config("a registry is never spoken to without its certificate")),
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| bad("TLS", &e))?
        .with_root_certificates(roots);
    let Some(identity) = identity else { return Ok(builder.with_no_client_auth()) };
    let chain = certificates(&identity.chain, "our certificate")?;
    let key = PrivateKeyDer::from_pem_slice(identity.key.reveal().as_bytes()).map_err(|e| bad("our key", &e))?;
    builder.with_client_auth_cert(chain, key).map_err(|e| bad("our certificate", &e))
}

fn certificates(pem: &str, what: &str) -> Result<Vec<CertificateDer<'static>>, PluginError> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match all {
        Ok(all) if !all.is_empty() => Ok(all),
        Ok(_) => Err(PluginError::config(format!("{what} is not PEM"))),
        Err(e) => Err(PluginError::config(format!("{what} is not PEM: {e}"))),
    }
}
