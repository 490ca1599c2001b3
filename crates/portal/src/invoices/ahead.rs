//! Paying ahead.

use askama::Template;
use innkeeper_app::payments::{self, Ahead};
use innkeeper_app::{AppError, Checks};
use innkeeper_domain::Money;
use innkeeper_web::Failure;
use innkeeper_web::extract::{Client, Posted};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Facts, Form, PortalSection, price};

#[derive(Template)]
#[template(path = "portal/invoices/ahead.html")]
struct Page {
    chrome: Chrome,
    form: Form,
    facts: Facts,
    currency: &'static str,
    /// Between which amounts; none: the credit is as high as it may be.
    range: Option<String>,
}

pub(super) async fn show(client: Client) -> PageResult {
    let ahead = offered(&client).await?;
    page(&view(&client, &ahead, Form::new()).await)
}

pub(super) async fn begin(client: Client, posted: Posted) -> PageResult {
    let ahead = offered(&client).await?;
    let mut checks = Checks::default();
    let typed = checks.parse("amount", Money::parse(posted.get("amount"), ahead.most.currency()));
    let begun = match (checks.finish(), typed) {
        (Ok(()), Some(amount)) => payments::pay_ahead(&client.app, &client.actor, client.id()?, amount).await,
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(AppError::internal("a value that was read is gone")),
    };
    match begun {
        Ok(id) => see_other(format!("/pay/{id}")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&client, &ahead, form).await)
        }
    }
}

/// What the client may pay ahead. Not found: nothing.
async fn offered(client: &Client) -> Result<Ahead, Failure> {
    let ahead = payments::ahead(&client.app, &client.actor, client.id()?).await?;
    Ok(ahead.ok_or(AppError::NotFound("page"))?)
}

async fn view(client: &Client, ahead: &Ahead, form: Form) -> Page {
    let currency = ahead.most.currency();
    let least = Money::new(ahead.limit.least, currency);
    Page {
        chrome: client
            .chrome()
            .await
            .title("Pay ahead")
            .crumb("Invoices", "/invoices")
            .in_portal(PortalSection::Invoices),
        form,
        facts: Facts::new().row("Your credit", price(ahead.balance)),
        range: (ahead.most.minor() >= least.minor())
            .then(|| format!("From {} to {}.", price(least), price(ahead.most))),
        currency: currency.code(),
    }
}
