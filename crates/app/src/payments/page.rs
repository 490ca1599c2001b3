//! How an invoice can be paid.

use innkeeper_db::{collections as db, effects, gateway_customers, gateway_payments, invoices};
use innkeeper_domain::{ClientId, CollectionId, InvoiceId, Money, Permission, state::InvoiceState};
use innkeeper_plugin_api::{HostedForm, PaymentPage, PaymentRequest, PluginError, PluginKind};
use sha2::{Digest, Sha256};

use super::{
    Purpose,
    collections::{self, let_go},
    give_up::give_up,
    payer::payer,
};
use crate::{
    Actor, App, AppError, Result,
    plugins::{Call, Place},
};

/// A way to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    /// Id of the gateway plugin.
    pub gateway: String,
    /// Name shown to clients.
    pub name: String,
    /// Do staff record its payments by hand?
    pub recorded_by_staff: bool,
}

/// The gateways that are switched on and set up.
pub async fn methods(app: &App) -> Result<Vec<Method>> {
    let mut methods = vec![];
    for plugin in app.plugins.all().filter(|p| p.kind() == PluginKind::Gateway) {
        let id = &plugin.manifest.id;
        let gateway = app.plugins.gateway(id)?;
        if !app.plugin_enabled(id).await? {
            continue;
        }
        let ctx = app.plugin_ctx(id, Default::default()).await?;
        let name = move || gateway.method_name(&ctx).map(|name| (name, gateway.recorded_by_staff()));
        match app.ask_plugin(id, "method_name", name).await.and_then(|said| said) {
            Ok((name, recorded_by_staff)) => methods.push(Method { gateway: id.clone(), name, recorded_by_staff }),
            Err(e) => tracing::warn!(plugin = %id, error = %e, "a payment method is not offered"),
        }
    }
    Ok(methods)
}

/// How to pay, and where the script of a hosted form is.
#[derive(Clone, Debug)]
pub struct Paying {
    /// What the gateway says.
    pub page: PaymentPage,
    /// Path on this site of the script that mounts the form; none: there is no form.
    pub script: Option<String>,
    /// Where the browser comes back to.
    pub return_url: String,
}

/// How to pay the balance of an invoice through a gateway. `Conflict` if nothing is owed or a payment is
/// under way. An invoice that was to be paid together with others is paid alone then.
pub async fn page(app: &App, actor: &Actor, id: InvoiceId, gateway_id: &str) -> Result<Paying> {
    let owner = actor.owner(Permission::InvoicesRead)?;
    let invoice = invoices::get(&mut *app.conn().await?, owner, id).await?.ok_or(AppError::NotFound("invoice"))?;
    if invoice.state.0 != InvoiceState::Unpaid {
        return Err(AppError::conflict(format!("the invoice is {}: nothing is owed on it", invoice.state)));
    }
    if collects(app, gateway_id).await? {
        if is_collected(app, id).await? {
            return Err(AppError::conflict("a payment of this invoice is under way: wait until it is settled"));
        }
        let_go(app, actor, invoice.client_id, id).await?;
    }
    let amount = Money::new(invoice.total - invoice.paid, invoice.currency.parse()?);
    let request = request(app, invoice.client_id, id, invoice.number_text, amount, gateway_id).await?;
    open(app, actor, gateway_id, id.into(), request).await
}

/// The same for several invoices, or ahead.
pub async fn page_of(app: &App, actor: &Actor, id: CollectionId, gateway_id: &str) -> Result<Paying> {
    let known = super::collection(app, actor, id).await?;
    usable(app, gateway_id).await?;
    let mut tx = app.begin(actor).await?;
    tx.lock_client(known.client_id).await?;
    let (amount, pages) = collections::to_be_paid(&mut tx, id).await?;
    tx.commit().await?;
    if collects(app, gateway_id).await? {
        give_up(app, &pages).await?;
    }
    let request = PaymentRequest {
        reference: app.reference("collection", id.get()).await?,
        invoice_id: None,
        number: number_of(id),
        amount,
        payer: payer(app, known.client_id).await?,
        return_url: format!("{}/pay/{id}/paid/{gateway_id}", app.options.base_url),
    };
    open(app, actor, gateway_id, id.into(), request).await
}

/// What a payer quotes who pays several invoices, or ahead.
pub fn number_of(id: CollectionId) -> String {
    format!("PAY-{id}")
}

/// Does it take the money itself, so that staff do not record it?
async fn collects(app: &App, gateway_id: &str) -> Result<bool> {
    usable(app, gateway_id).await?;
    Ok(!app.gateway_says(gateway_id, "recorded_by_staff", |g| g.recorded_by_staff()).await?)
}

/// Has the gateway open the page.
async fn open(
    app: &App,
    actor: &Actor,
    gateway_id: &str,
    purpose: Purpose,
    mut request: PaymentRequest,
) -> Result<Paying> {
    let (gateway, client, amount) = (usable(app, gateway_id).await?, request.payer.client_id, request.amount);
    let known = gateway_customers::of_client(&mut *app.conn().await?, client).await?;
    request.payer.customer = known.into_iter().find(|row| row.gateway == gateway_id).and_then(|row| row.remote_id);
    // The same for every look at the page, so that looking makes no further payment.
    let key = format!("{}:{}:{}", request.reference, amount.minor(), amount.currency());
    let ctx = app.plugin_ctx(gateway_id, Place { idempotency_key: Some(&key), ..Place::default() }).await?;
    let about = match purpose {
        Purpose::Invoice(id) => ("invoice", id.get()),
        Purpose::Collection(_) => ("client", client.get()),
    };
    let call = Call::new(gateway_id, "payment_page", app.options.plugin_timeout).about(about.0, about.1);
    let return_url = request.return_url.clone();
    let ask = move |ctx| async move {
        gateway.accepts(&ctx, request.amount)?;
        gateway.payment_page(&ctx, &request).await
    };
    let page = app.call_plugin(call, &ctx, ask).await?;
    if let PaymentPage::Redirect { payment: Some(remote), .. }
    | PaymentPage::Hosted(HostedForm { payment: Some(remote), .. }) = &page
    {
        opened(app, actor, (gateway_id, remote), (client, purpose), amount).await?;
    }
    paying(app, gateway_id, page, return_url).await
}

/// Notes the open page. What was begun for the same invoices in the meantime goes before: this page is given up then.
async fn opened(
    app: &App,
    actor: &Actor,
    (gateway, remote): (&str, &str),
    (client, purpose): (ClientId, Purpose),
    amount: Money,
) -> Result<()> {
    let mut tx = app.begin(actor).await?;
    tx.lock_client(client).await?;
    let overtaken = match purpose {
        Purpose::Invoice(id) => !db::live(tx.conn(), &[id]).await?.is_empty(),
        Purpose::Collection(id) => {
            let known = db::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("collection"))?;
            collections::still_open(&known).is_err()
        }
    };
    let (sum, now) = ((amount.currency().code(), amount.minor()), tx.now());
    gateway_payments::opened(tx.conn(), (gateway, remote), (client, purpose), sum, now).await?;
    tx.commit().await?;
    if overtaken {
        give_up(app, &[(gateway.to_owned(), remote.to_owned())]).await?;
        return Err(AppError::conflict("another payment of this was begun at the same time: load this page again"));
    }
    Ok(())
}

/// Is an invoice being collected: is money of it on its way, or a charge planned whose outcome is not known?
async fn is_collected(app: &App, id: InvoiceId) -> Result<bool> {
    let mut conn = app.conn().await?;
    Ok(gateway_payments::under_way(&mut conn, &[id]).await? || effects::is_live(&mut conn, "invoice", id.get()).await?)
}

/// A gateway that is there and switched on.
pub(super) async fn usable(app: &App, id: &str) -> Result<std::sync::Arc<dyn innkeeper_plugin_api::Gateway>> {
    let gateway = app.plugins.gateway(id).map_err(|_| AppError::NotFound("payment method"))?;
    if app.plugin_enabled(id).await? { Ok(gateway) } else { Err(AppError::NotFound("payment method")) }
}

/// What a gateway is asked to take.
pub(crate) async fn request(
    app: &App,
    client: ClientId,
    id: InvoiceId,
    number: Option<String>,
    amount: Money,
    gateway: &str,
) -> Result<PaymentRequest> {
    Ok(PaymentRequest {
        reference: app.reference("invoice", id.get()).await?,
        invoice_id: Some(id),
        number: number.unwrap_or_default(),
        amount,
        payer: payer(app, client).await?,
        return_url: format!("{}/invoices/{id}/paid/{gateway}", app.options.base_url),
    })
}

/// A page that is fit to be shown.
pub(super) async fn paying(app: &App, gateway: &str, page: PaymentPage, return_url: String) -> Result<Paying> {
    let mut path = None;
    match &page {
        PaymentPage::Instructions { .. } => {}
        PaymentPage::Redirect { url, .. } => {
            if !url.starts_with("https://") {
                return Err(PluginError::config(format!("{gateway} sends payers to {url}, which is not https")).into());
            }
        }
        PaymentPage::Hosted(form) => {
            if let Some(bad) = form.origins.iter().find(|origin| !is_origin(origin)) {
                return Err(PluginError::config(format!("{bad} is no origin such as https://js.vendor.example")).into());
            }
            let (version, _) = script(app, gateway).await?;
            path = Some(format!("/plugin-assets/{gateway}/{version}.js"));
        }
    }
    Ok(Paying { page, script: path, return_url })
}

/// Nothing that could say more in a content policy than one host, or the names below one that is a vendor's own:
/// never all names of a vendor, and never those of a whole country.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").unwrap_or_default();
    let (host, below) = host.strip_prefix("*.").map_or((host, false), |host| (host, true));
    let plain = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:".contains(&b));
    plain && (!below || host.split('.').filter(|label| !label.is_empty()).count() >= 3)
}

/// The script that mounts a gateway's hosted forms, with its version: a hash of it.
pub async fn script(app: &App, gateway_id: &str) -> Result<(String, &'static str)> {
    app.plugins.gateway(gateway_id).map_err(|_| AppError::NotFound("script"))?;
    let said = app.gateway_says(gateway_id, "script", |g| g.hosted_forms().map(|forms| forms.script())).await?;
    let script = said.ok_or(AppError::NotFound("script"))?;
    let hash = Sha256::digest(script.as_bytes());
    Ok((hex::encode(hash.get(..8).unwrap_or_default()), script))
}

#[cfg(test)]
mod tests {
    use super::is_origin;

    #[test]
    fn an_origin_opens_one_host_or_the_names_below_it_and_no_more() {
        assert!(is_origin("https://js.vendor.example") && is_origin("https://vendor.example:8443"));
        assert!(is_origin("https://*.js.vendor.example"));
        for wide in
            ["https://*", "https://*.", "https://*.co.uk", "https://*..vendor.example", "https://js.*.vendor.example"]
        {
            assert!(!is_origin(wide), "{wide}");
        }
        for wide in ["https://", "https://*.vendor.example", "http://vendor.example", "https://a.example/x", "*", ""] {
            assert!(!is_origin(wide), "{wide}");
        }
        assert!(!is_origin("https://a.example; script-src 'unsafe-inline'"));
    }
}
