//! What clients see of their mailbox.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    Account, Block, PluginCtx, PluginError, Secret, View,
    server::{ClientPanels, SignOn, SignOnTarget},
    view::{Tone, Unit, Value},
};

use crate::{
    convert,
    mailbox::Mailboxes,
    server::{Kerio, Settings},
    settings::KerioServer,
    wire::User,
};

const MAILBOX: &str = "mailbox";

#[async_trait]
impl ClientPanels for Kerio {
    fn panels(&self) -> Vec<(&'static str, &'static str)> {
        vec![(MAILBOX, "Mailbox")]
    }

    async fn draw(&self, ctx: &PluginCtx, account: &Account, panel: &str) -> Result<View, PluginError> {
        if panel != MAILBOX {
            return Err(PluginError::unsupported(format!("there is no panel {panel}")));
        }
        let settings = Settings::read(ctx)?;
        let mut client = settings.log_in(ctx).await?;
        let user = match Mailboxes::open(&mut client, &settings.product.domain).await {
            Ok(mut mailboxes) => mailboxes.ours(account).await,
            Err(error) => Err(error),
        };
        client.log_out().await;
        Ok(View { blocks: blocks(&user?, &settings.product.domain, &settings.server) })
    }
}

fn blocks(user: &User, domain: &str, server: &KerioServer) -> Vec<Block> {
    let address = convert::created_as(user, domain).label;
    let mut blocks = vec![];
    if !user.is_enabled {
        let text = "This mailbox is locked: nobody can log in. Mail that comes is kept.".to_owned();
        blocks.push(Block::Notice { tone: Tone::Warning, text });
    }
    if let Some(usage) = convert::usage(user) {
        let (used, limit) = (usage.disk_bytes, usage.disk_limit_bytes);
        blocks.push(Block::Meter { label: "Mail".to_owned(), used, limit, unit: Unit::Bytes });
    }
    let fact = |label: &str, value: Value| (label.to_owned(), value);
    let mut facts = vec![fact("E-mail address", address.clone().into())];
    if !user.email_addresses.is_empty() {
        facts.push(fact("Other addresses", user.email_addresses.join(", ").into()));
    }
    facts.push(fact("Last login", convert::last_login_text(user).into()));
    blocks.push(Block::Facts(facts));
    blocks.push(Block::Heading("Mail programs".to_owned()));
    let webmail = server.webmail();
    blocks.push(Block::Facts(vec![
        fact("User name", address.into()),
        fact("Incoming mail (IMAP)", format!("{}, port 993, TLS", server.host).into()),
        fact("Outgoing mail (SMTP)", format!("{}, port 465, TLS, with the same user name", server.host).into()),
        fact("In the browser", Value::Link { text: webmail.clone(), url: webmail }),
    ]));
    blocks
}

#[async_trait]
impl SignOn for Kerio {
    fn targets(&self) -> Vec<(SignOnTarget, &'static str)> {
        vec![(SignOnTarget::Account, "Open webmail")]
    }

    /// Kerio logs nobody in by a link: the page asks for the password.
    async fn link(&self, ctx: &PluginCtx, _: SignOnTarget, _: Option<&Account>) -> Result<Secret, PluginError> {
        Ok(Secret::new(KerioServer::read(ctx)?.webmail()))
    }
}
