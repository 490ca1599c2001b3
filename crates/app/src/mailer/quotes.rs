//! Mails about quotes.

use innkeeper_db::{composed_lines::ComposedLine, quotes::QuoteRow};
use innkeeper_domain::{ClientId, Money};

use super::{For, tell};
use crate::{
    Result, Tx,
    clients::Details,
    mail_templates::{
        Press, To,
        notices::{Quote, QuoteLink},
    },
    tokens,
};

/// To everybody who gets the client's invoices: an offer. Each time that it is sent is an occasion of its own.
pub(crate) async fn quote_sent(tx: &mut Tx<'_>, row: &QuoteRow, lines: &[ComposedLine]) -> Result<()> {
    let Some(client) = row.client_id else { return Ok(()) };
    let link = format!("{}/quotes/{}", tx.app().base_url(), row.id);
    let notice = Quote {
        subject: row.subject.clone(),
        total: Money::new(row.net, *row.currency),
        valid_until: row.valid_until,
        lines: descriptions(lines),
        pdf: format!("{link}/pdf"),
        link,
    };
    tell(tx, ClientId(client), For::Payers, occasion(row)?, &notice).await
}

/// To somebody who is no client yet: an offer, with the token of a link by which it is accepted.
pub(crate) async fn quote_link(
    tx: &mut Tx<'_>,
    row: &QuoteRow,
    known: &Details,
    lines: &[ComposedLine],
    token: &str,
) -> Result<()> {
    let base = tx.app().base_url();
    let notice = QuoteLink {
        subject: row.subject.clone(),
        total: Money::new(row.net, *row.currency),
        valid_until: row.valid_until,
        lines: descriptions(lines),
        link: format!("{base}/offer?token={token}"),
        pdf: format!("{base}/offer/pdf?token={token}"),
    };
    let name = format!("{} {}", known.first_name, known.last_name);
    let mut press = Press::load(tx, &[&QuoteLink::ABOUT]).await?;
    let to =
        To { client: None, name: &name, language: &known.language, recipients: std::slice::from_ref(&known.email) };
    press.write(&to, occasion(row)?, &notice)?;
    press.post(tx).await
}

fn occasion(row: &QuoteRow) -> Result<String> {
    Ok(format!("quote:{}:{}", hex::encode(tokens::random::<8>()?), row.id))
}

fn descriptions(lines: &[ComposedLine]) -> Vec<String> {
    lines.iter().map(|line| line.description.clone()).collect()
}
