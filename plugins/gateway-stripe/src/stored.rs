//! Customers and their stored ways to pay.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    Charge, ErrorKind, Outcome, Payer, PaymentPage, PluginCtx, PluginError, PluginResult, Protection, RemotePayment,
    StoredMethod,
    gateway::{Customers, StoredMethods},
};
use serde::de::IgnoredAny;
use sha2::{Digest, Sha256};

use crate::{
    client::{Client, Form},
    convert::{self, is_id},
    gateway::{Stripe, form},
    intents::{EXPANDED, Latest, fields, under_way},
    settings::Methods,
    wire::{Identified, Intent, List, Method, SetupIntent},
};

/// Parts of a customer's intents that are searched, of 100 each.
const PARTS: usize = 10;

/// The key for a request whose fields may have changed since it was first tried: Stripe refuses a key that comes
/// with other fields than before.
fn key_of(ctx: &PluginCtx, form: &Form) -> String {
    let mut digest = Sha256::new();
    for (name, value) in form {
        digest.update(format!("{name}={value}\n").as_bytes());
    }
    format!("{}:{}", ctx.idempotency_key, hex::encode(digest.finalize().get(..8).unwrap_or_default()))
}

/// An id that is safe within an address.
fn safe(id: &str) -> Result<&str, PluginError> {
    if is_id(id) { Ok(id) } else { Err(PluginError::not_found(format!("{id:?} is no id"))) }
}

#[async_trait]
impl Customers for Stripe {
    async fn put(&self, ctx: &PluginCtx, payer: &Payer) -> PluginResult<String> {
        let client = Client::new(ctx)?;
        let form: Form = vec![
            ("name", payer.name.clone()),
            ("email", payer.email.clone()),
            ("metadata[innkeeper_reference]", payer.reference.clone()),
        ];
        if let Some(known) = &payer.customer {
            let path = format!("/v1/customers/{}", safe(known)?);
            match client.post::<Identified>(&path, &form, &format!("{}:update", key_of(ctx, &form))).await {
                Ok(customer) => return Ok(Outcome::Done(customer.id)),
                // Somebody removed it in the dashboard.
                Err(failure) if failure.error.kind == ErrorKind::NotFound => {}
                Err(failure) => return Err(failure.error),
            }
        }
        let made: Identified = client.post("/v1/customers", &form, &key_of(ctx, &form)).await?;
        Ok(Outcome::Done(made.id))
    }

    async fn remove(&self, ctx: &PluginCtx, customer: &str) -> PluginResult<()> {
        let path = format!("/v1/customers/{}", safe(customer)?);
        match Client::new(ctx)?.delete::<IgnoredAny>(&path).await {
            Ok(_) => Ok(Outcome::Done(())),
            Err(e) if e.kind == ErrorKind::NotFound => Ok(Outcome::Done(())),
            Err(e) => Err(e),
        }
    }
}

#[async_trait]
impl StoredMethods for Stripe {
    fn protection(&self) -> Protection {
        Protection::ProviderKey
    }

    async fn setup_page(&self, ctx: &PluginCtx, payer: &Payer, _: &str) -> Result<PaymentPage, PluginError> {
        let client = Client::new(ctx)?;
        let customer = payer.customer.as_deref().ok_or_else(|| PluginError::invalid("the payer is no customer yet"))?;
        let fields: Form = vec![
            ("customer", customer.to_owned()),
            ("usage", "off_session".to_owned()),
            ("metadata[innkeeper_reference]", payer.reference.clone()),
            match client.settings.methods {
                Methods::Cards => ("payment_method_types[]", "card".to_owned()),
                Methods::Dashboard => ("automatic_payment_methods[enabled]", "true".to_owned()),
            },
        ];
        let intent: SetupIntent = client.post("/v1/setup_intents", &fields, &key_of(ctx, &fields)).await?;
        Ok(PaymentPage::Hosted(form(&client.settings, "setup", intent.client_secret.reveal())))
    }

    async fn methods(&self, ctx: &PluginCtx, customer: &str) -> Result<Vec<StoredMethod>, PluginError> {
        let client = Client::new(ctx)?;
        let mut query: Form = vec![("customer", customer.to_owned()), ("limit", "100".to_owned())];
        if client.settings.methods == Methods::Cards {
            query.push(("type", "card".to_owned()));
        }
        let known: List<Method> = client.get("/v1/payment_methods", query).await?;
        Ok(known.data.into_iter().filter_map(convert::stored).collect())
    }

    async fn charge(&self, ctx: &PluginCtx, charge: &Charge) -> Result<RemotePayment, PluginError> {
        let (client, key) = (Client::new(ctx)?, ctx.idempotency_key.as_str());
        match client.latest(&charge.request).await? {
            Latest::Live(intent) | Latest::UnderWay(intent) if intent.is_of(key) => return client.told(&intent).await,
            Latest::UnderWay(intent) => return Err(under_way(&intent.id)),
            Latest::Live(intent) => client.give_up(&intent).await?,
            Latest::None => {}
        }
        let mut form = fields(&charge.request, key)?;
        form.extend([
            ("customer", charge.request.payer.customer.clone().unwrap_or_default()),
            ("payment_method", charge.method.clone()),
            ("off_session", "true".to_owned()),
            ("confirm", "true".to_owned()),
            ("expand[]", EXPANDED.to_owned()),
        ]);
        let intent = client.confirmed(&charge.request, &form, key).await?;
        client.told(&intent).await
    }

    async fn charged(&self, ctx: &PluginCtx, charge: &Charge) -> Result<Option<RemotePayment>, PluginError> {
        let client = Client::new(ctx)?;
        let customer = charge.request.payer.customer.clone().unwrap_or_default();
        let mut after: Option<String> = None;
        for _ in 0..PARTS {
            let mut query: Form = vec![("customer", customer.clone()), ("limit", "100".to_owned())];
            query.extend(after.take().map(|id| ("starting_after", id)));
            let part: List<Intent> = client.get("/v1/payment_intents", query).await?;
            if let Some(found) = part.data.iter().find(|intent| intent.is_of(&ctx.idempotency_key)) {
                let intent = client.intent(&found.id).await?;
                return client.told(&intent).await.map(Some);
            }
            match part.data.last() {
                Some(last) if part.has_more => after = Some(last.id.clone()),
                _ => return Ok(None),
            }
        }
        Err(PluginError::unsupported("the customer has too many payments to look through"))
    }

    async fn forget(&self, ctx: &PluginCtx, customer: &str, method: &str) -> PluginResult<()> {
        let (client, id) = (Client::new(ctx)?, safe(method)?);
        let known: Method = match client.get(&format!("/v1/payment_methods/{id}"), vec![]).await {
            Ok(known) => known,
            Err(e) if e.kind == ErrorKind::NotFound => return Ok(Outcome::Done(())),
            Err(e) => return Err(e),
        };
        // Of nobody: forgotten already. Of somebody else: not this customer's to forget.
        if known.customer.as_deref() == Some(customer) {
            let path = format!("/v1/payment_methods/{id}/detach");
            client.post::<IgnoredAny>(&path, &vec![], &format!("{}:detach", ctx.idempotency_key)).await?;
        }
        Ok(Outcome::Done(()))
    }
}
