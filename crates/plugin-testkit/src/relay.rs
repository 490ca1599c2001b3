//! An HTTP relay in front of a real vendor, so that what a double can do (lose answers, be slow, be
//! down, count) can be done to software that knows nothing of tests.
//!
//! It passes one request for each connection on, word for word but for `connection: close`.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

const OUT_OF_SERVICE: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// A request that was answered by the vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// `GET`, `PUT` …
    pub method: String,
    /// The path as it was sent, with its query.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
}

impl Exchange {
    /// Whether it changed something: it is no plain reading, and it was not refused.
    pub fn is_change(&self) -> bool {
        !["GET", "HEAD", "OPTIONS"].contains(&self.method.as_str()) && (200..300).contains(&self.status)
    }
}

#[derive(Default)]
struct State {
    requests: u64,
    exchanges: Vec<Exchange>,
    /// How many changes are still answered before one is not.
    spare: Option<usize>,
    delay: Duration,
    unavailable: bool,
}

/// The relay. Dropping it closes its port.
pub struct Relay {
    addr: SocketAddr,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl Relay {
    /// Listens on a free port of the loopback and passes requests on to `vendor`.
    pub async fn start(vendor: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let (addr, state) = (listener.local_addr()?, Arc::<Mutex<State>>::default());
        let shared = state.clone();
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let state = shared.clone();
                // A failed exchange is a broken connection, which is what the client sees.
                tokio::spawn(async move { pass_on(client, vendor, &state).await.ok() });
            }
        });
        Ok(Self { addr, state, task })
    }
    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }
    /// How many requests arrived, whatever became of them.
    pub fn requests(&self) -> u64 {
        lock(&self.state).requests
    }
    /// How many exchanges changed something and are such as `matches` says.
    pub fn changes(&self, matches: impl Fn(&Exchange) -> bool) -> usize {
        lock(&self.state).exchanges.iter().filter(|exchange| exchange.is_change() && matches(exchange)).count()
    }
    /// The answer to the change after the next `spared` ones gets lost.
    pub fn lose_answer_after(&self, spared: usize) {
        lock(&self.state).spare = Some(spared);
    }
    /// From now on changes are carried out at once and answered after `delay`.
    pub fn slow(&self, delay: Duration) {
        lock(&self.state).delay = delay;
    }
    /// From now on every request is answered with 503 and not passed on.
    pub fn unavailable(&self) {
        lock(&self.state).unavailable = true;
    }
    /// From now on connections are refused.
    pub async fn go_down(&self) {
        self.task.abort();
        while !self.task.is_finished() {
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn pass_on(mut client: TcpStream, vendor: SocketAddr, state: &Mutex<State>) -> io::Result<()> {
    let request = Message::read(&mut client).await?;
    let unavailable = {
        let mut state = lock(state);
        state.requests += 1;
        state.unavailable
    };
    if unavailable {
        return client.write_all(OUT_OF_SERVICE).await;
    }
    let mut upstream = TcpStream::connect(vendor).await?;
    upstream.write_all(&request.closing()).await?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer).await?;
    let exchange = request.exchange(&answer);
    let delay = {
        let mut state = lock(state);
        let changed = exchange.is_change();
        state.exchanges.push(exchange);
        match state.spare {
            Some(0) if changed => {
                state.spare = None;
                return Ok(());
            }
            Some(more) if changed => state.spare = Some(more - 1),
            _ => {}
        }
        if changed { state.delay } else { Duration::ZERO }
    };
    tokio::time::sleep(delay).await;
    client.write_all(&answer).await
}

/// A request: its head without the empty line, and its body.
struct Message {
    head: String,
    body: Vec<u8>,
}

impl Message {
    async fn read(client: &mut TcpStream) -> io::Result<Self> {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break end;
            }
            if client.read_buf(&mut bytes).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        };
        let mut body = bytes.split_off(end + 4);
        bytes.truncate(end);
        let head = String::from_utf8(bytes).map_err(|_| io::ErrorKind::InvalidData)?;
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        while body.len() < length.unwrap_or(0) {
            if client.read_buf(&mut body).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(Self { head, body })
    }

    /// The request as it goes to the vendor: its answer ends with the connection.
    fn closing(&self) -> Vec<u8> {
        let is_connection = |line: &str| line.to_ascii_lowercase().starts_with("connection:");
        let lines: Vec<&str> = self.head.lines().filter(|line| !is_connection(line)).collect();
        let head = format!("{}\r\nconnection: close\r\n\r\n", lines.join("\r\n"));
        [head.as_bytes(), &self.body].concat()
    }

    fn exchange(&self, answer: &[u8]) -> Exchange {
        let mut words = self.head.split_whitespace().map(str::to_owned);
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let status = String::from_utf8_lossy(answer.get(9..12).unwrap_or_default()).parse().unwrap_or(0);
        Exchange { method, path, status }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use innkeeper_plugin_api::{ErrorKind, Http, Request};

    /// Answers every request with 201 and what it was sent.
    async fn echo() -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let addr = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let request = Message::read(&mut client).await.unwrap();
                let head = format!("HTTP/1.1 201 Created\r\ncontent-length: {}\r\n\r\n", request.body.len());
                client.write_all(&[head.as_bytes(), &request.body].concat()).await.unwrap();
            }
        });
        addr
    }

    #[tokio::test]
    async fn answers_are_passed_on_lost_refused_and_counted() {
        // Another test may have installed it; either is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let relay = Relay::start(echo().await).await.unwrap();
        let http = Http::new(Duration::from_secs(5));
        let url = format!("http://{}/thing", relay.addr());
        let post = || http.send(Request::post(&url).body(b"hello".to_vec(), "text/plain"));
        assert_eq!(post().await.unwrap().text(), "hello");
        relay.lose_answer_after(1);
        assert!(post().await.is_ok());
        assert_eq!(http.send(Request::get(&url)).await.unwrap().status, 201);
        assert_eq!(post().await.unwrap_err().kind, ErrorKind::Unknown);
        assert!(post().await.is_ok());
        assert_eq!((relay.requests(), relay.changes(|exchange| exchange.path == "/thing")), (5, 4));
        relay.unavailable();
        assert_eq!(post().await.unwrap().status, 503);
        assert_eq!(relay.changes(|_| true), 4);
        relay.go_down().await;
        assert_eq!(post().await.unwrap_err().kind, ErrorKind::Temporary);
    }
}
