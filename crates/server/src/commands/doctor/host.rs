//! What this machine and the configuration say.

use innkeeper_config::{Config, MailTransport};
use reqwest::Url;
use std::{net::IpAddr, path::Path, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    time::timeout,
};

/// Then a neighbour counts as silent.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) type Verdict = Result<String, String>;

/// Can the links in mails and the cookies work?
pub(super) fn base_url(config: &Config) -> Verdict {
    let base = config.base_url();
    let Ok(url) = Url::parse(&base) else { return Err(format!("{base} is no URL: set base_url")) };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let address: Option<IpAddr> = host.parse().ok();
    if address.is_some_and(|ip| ip.is_unspecified()) {
        return Err(format!("{base} is no address that a browser can open: set base_url"));
    }
    let local = host == "localhost" || address.is_some_and(|ip| ip.is_loopback());
    if local && !config.listen.ip().is_loopback() {
        return Err(format!("{base} leads nowhere on other machines: set base_url to the site's public address"));
    }
    if url.scheme() == "http" && !local {
        return Err(format!(
            "{base} is not encrypted: put a proxy with TLS in front and set base_url to https://{host}"
        ));
    }
    Ok(base)
}

/// Is the port free, or ours already?
pub(super) async fn listen(config: &Config) -> Verdict {
    let address = config.listen;
    let refusal = match TcpListener::bind(address).await {
        Ok(_) => return Ok(format!("{address} is free")),
        Err(error) => error,
    };
    let answer = reqwest::Client::new().get(format!("http://{address}/livez")).timeout(PATIENCE).send().await;
    match answer {
        Ok(answer) if answer.status().is_success() => Ok(format!("Innkeeper answers on {address}")),
        _ => Err(format!("{address}: {refusal}; stop what listens there, or set listen to another address")),
    }
}

/// Can files be written?
pub(super) fn data_dir(config: &Config) -> Verdict {
    writable(&config.data_dir)
        .map_err(|why| format!("{why}; give it to the account Innkeeper runs as, or set data_dir"))
}

fn writable(directory: &Path) -> Verdict {
    let shown = directory.display();
    std::fs::create_dir_all(directory).map_err(|e| format!("{shown} cannot be created: {e}"))?;
    let probe = directory.join(format!(".probe-{}", std::process::id()));
    std::fs::write(&probe, "").map_err(|e| format!("{shown} cannot be written to: {e}"))?;
    std::fs::remove_file(&probe).map_err(|e| format!("{shown}: {e}"))?;
    Ok(format!("{shown} can be written to"))
}

/// Can secrets be read?
pub(super) fn key(config: &Config) -> Verdict {
    let default = config.data_dir.join("secret.key");
    if config.security.key_file.is_none() && !default.exists() {
        return Ok(format!(
            "{} will be made at the first start; keep a copy of it apart from the database",
            default.display()
        ));
    }
    let path = config.security.key_file.clone().unwrap_or(default);
    config.key().map(|_| format!("{} can be read, by us alone", path.display())).map_err(|e| e.to_string())
}

/// Will mail leave?
pub(super) async fn mail(config: &Config) -> Verdict {
    let settings = &config.mail;
    match settings.transport {
        MailTransport::File => writable(&config.mail_directory())
            .map(|text| format!("mail becomes files: {text}; set mail.transport to \"smtp\" to send it")),
        MailTransport::Memory | MailTransport::Log => {
            Err("mail is not sent and gets lost: set mail.transport to \"smtp\" (or \"file\")".to_owned())
        }
        MailTransport::Smtp => {
            let server = (settings.smtp.host.as_str(), settings.smtp.port());
            let shown = format!("{}:{}", server.0, server.1);
            match timeout(PATIENCE, TcpStream::connect(server)).await {
                Ok(Ok(_)) => Ok(format!("{shown} answers")),
                Ok(Err(e)) => Err(format!("{shown} cannot be reached ({e}): check mail.smtp.host and mail.smtp.port")),
                Err(_) => {
                    Err(format!("{shown} does not answer: check mail.smtp.host, mail.smtp.port and the firewall"))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(listen: &str, base: Option<&str>) -> Verdict {
        let listen = listen.parse().unwrap();
        base_url(&Config { listen, base_url: base.map(str::to_owned), ..Config::default() })
    }

    #[test]
    fn addresses_that_mislead_browsers_are_named() {
        assert!(verdict("127.0.0.1:8080", None).is_ok());
        assert!(verdict("0.0.0.0:8080", Some("https://my.example.com")).is_ok());
        assert!(verdict("0.0.0.0:8080", None).unwrap_err().contains("no address"));
        assert!(verdict("0.0.0.0:8080", Some("http://localhost:8080")).unwrap_err().contains("nowhere"));
        assert!(verdict("127.0.0.1:8080", Some("http://my.example.com")).unwrap_err().contains("encrypted"));
    }

    #[tokio::test]
    async fn a_taken_port_is_named() {
        crate::cli::use_ring();
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let config = Config { listen: taken.local_addr().unwrap(), ..Config::default() };
        // Whoever listens there hangs up without an answer.
        let closing = tokio::spawn(async move { taken.accept().await.map(drop) });
        let verdict = listen(&config).await.unwrap_err();
        assert!(verdict.contains(&config.listen.to_string()), "{verdict}");
        closing.abort();
    }
}
