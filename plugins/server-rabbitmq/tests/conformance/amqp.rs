//! As much of AMQP 0-9-1 as it takes to log in: whether somebody can is asked of the broker itself.

use std::{io, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const START: u16 = 10;
const START_OK: u16 = 11;
const TUNE: u16 = 30;
const TUNE_OK: u16 = 31;
const OPEN: u16 = 40;
const OPEN_OK: u16 = 41;
const CLOSE: u16 = 50;

/// An open connection to a virtual host.
pub struct Session(TcpStream);

impl Session {
    /// Logs in and opens the virtual host; none if the broker refuses.
    pub async fn open(port: u16, user: &str, password: &str, vhost: &str) -> Option<Self> {
        let mut session = Self(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
        let entered = tokio::time::timeout(Duration::from_secs(30), session.enter(user, password, vhost)).await;
        entered.expect("the broker says neither yes nor no").then_some(session)
    }

    /// Waits until the broker closes the connection.
    pub async fn closed(mut self) {
        let end = async { while !matches!(self.method().await, Ok((CLOSE, _)) | Err(_)) {} };
        tokio::time::timeout(Duration::from_secs(30), end).await.expect("the connection stays open");
    }

    async fn enter(&mut self, user: &str, password: &str, vhost: &str) -> bool {
        self.0.write_all(b"AMQP\x00\x00\x09\x01").await.unwrap();
        assert_eq!(self.method().await.unwrap().0, START);
        // A refusal is to be said, not shown by a long silence.
        let refusal = [short("authentication_failure_close"), b"t\x01".to_vec()].concat();
        let properties = [short("capabilities"), b"F".to_vec(), long(&refusal)].concat();
        let response = format!("\0{user}\0{password}");
        self.send(START_OK, &[long(&properties), short("PLAIN"), long(response.as_bytes()), short("en_US")].concat())
            .await;
        let Ok((TUNE, tune)) = self.method().await else { return false };
        // The broker's own limits, and no heartbeat.
        self.send(TUNE_OK, &[&tune[..6], &[0, 0]].concat()).await;
        self.send(OPEN, &[short(vhost), short(""), vec![0]].concat()).await;
        matches!(self.method().await, Ok((OPEN_OK, _)))
    }

    async fn send(&mut self, method: u16, arguments: &[u8]) {
        let payload = [&[0, 10], method.to_be_bytes().as_slice(), arguments].concat();
        let frame = [&[1, 0, 0], long(&payload).as_slice(), &[0xCE]].concat();
        // If the broker has hung up, reading says so.
        self.0.write_all(&frame).await.ok();
    }

    /// The next method and its arguments.
    async fn method(&mut self) -> io::Result<(u16, Vec<u8>)> {
        loop {
            let mut head = [0; 7];
            self.0.read_exact(&mut head).await?;
            let size = u32::from_be_bytes([head[3], head[4], head[5], head[6]]);
            let mut payload = vec![0; usize::try_from(size).unwrap() + 1];
            self.0.read_exact(&mut payload).await?;
            if head[0] == 1 {
                let arguments = payload[4..payload.len() - 1].to_vec();
                return Ok((u16::from_be_bytes([payload[2], payload[3]]), arguments));
            }
        }
    }
}

fn short(text: &str) -> Vec<u8> {
    [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat()
}

fn long(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}
