//! Judging orders before they are fulfilled. That an order waits for it is written with the order; a job asks the
//! plugins, with no transaction open; what they said, and what follows, is one transaction. So a process that dies
//! in between leaves an order that waits and a job that begins anew.

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use innkeeper_db::{
    clients,
    orders::{self, OrderRow},
    screening::{self as db, ScreenedOrder, ScreeningRow},
};
use innkeeper_domain::{Money, OrderId, Permission, state::OrderState};
use innkeeper_hooks::payloads::{OrderScreened, RunScreening, ScreeningFailed, ScreeningPassed};
use innkeeper_plugin_api::{
    PluginError,
    host::ClientView,
    tasks::{Judgement, Risk, Suspect},
};
use innkeeper_queue::NewJob;
use serde_json::json;
use std::time::Duration;

use super::fulfil;
use crate::{
    Actor, App, AppError, Result, Tx,
    gates::{self, Decision},
    jobs,
    plugins::Call,
};

/// A buyer who paid does not wait longer for one plugin.
const PATIENCE: Duration = Duration::from_secs(20);
/// Most reasons of a plugin, and characters of each.
const REASONS: usize = 20;
const REASON: usize = 500;

/// What a plugin said of an order.
#[derive(Clone, Debug)]
pub struct Screened {
    /// Id of the plugin.
    pub plugin: String,
    /// Its judgement; none: it could not say.
    pub judgement: Option<Judgement>,
    /// Why it could not say.
    pub error: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What plugins said of an order, the worst first. For staff.
pub async fn screenings(app: &App, actor: &Actor, id: OrderId) -> Result<Vec<Screened>> {
    actor.require(Permission::OrdersRead)?;
    let rows = db::of_order(&mut *app.conn().await?, id).await?;
    let screened = |row: ScreeningRow| Screened {
        judgement: row.risk.as_deref().and_then(|word| {
            let risk = serde_json::from_value(json!(word)).ok()?;
            let reasons = serde_json::from_value(row.reasons.clone()).unwrap_or_default();
            Some(Judgement { risk, score: u8::try_from(row.score).unwrap_or(100), reasons })
        }),
        plugin: row.plugin_id,
        error: row.error.unwrap_or_default(),
        at: row.screened_at,
    };
    Ok(rows.into_iter().map(screened).collect())
}

/// Staff let a held order go on, as far as its payment allows. Nobody judges it any more.
pub async fn release(app: &App, actor: &Actor, id: OrderId) -> Result<()> {
    actor.require(Permission::OrdersWrite)?;
    let mut tx = app.begin(actor).await?;
    let (_, state) = orders::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("order"))?;
    if state != OrderState::Pending || !let_go(&mut tx, id).await? {
        return Err(AppError::conflict("the order is not held"));
    }
    tx.enqueue(&fulfil::job(id)).await?;
    tx.audit("order.release", "order", id, json!({})).await?;
    tx.commit().await
}

/// Staff hold a pending order: nothing more in it is set up, even if it is paid, until they let it pass, accept it or
/// refuse it. Who judges it is not asked any more.
pub async fn hold(app: &App, actor: &Actor, id: OrderId) -> Result<()> {
    actor.require(Permission::OrdersWrite)?;
    let mut tx = app.begin(actor).await?;
    let (_, state) = orders::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("order"))?;
    if state != OrderState::Pending {
        return Err(AppError::conflict(format!("the order is {state}: only a pending order can be held")));
    }
    if db::state(tx.conn(), id).await?.as_deref() == Some("held") {
        return Err(AppError::conflict("the order is held already"));
    }
    db::set_state(tx.conn(), id, "held").await?;
    tx.audit("order.hold", "order", id, json!({})).await?;
    tx.commit().await
}

/// The enabled plugins that judge orders.
pub(super) async fn screeners(app: &App) -> Result<Vec<String>> {
    let mut found = vec![];
    for plugin in app.plugins.all() {
        let id = plugin.manifest.id.as_str();
        let screens = app.screens(id).await.unwrap_or_else(|error| {
            tracing::warn!(plugin = id, %error, "a plugin does not say whether it screens orders");
            false
        });
        if screens && app.plugin_enabled(id).await? {
            found.push(id.to_owned());
        }
    }
    Ok(found)
}

/// The job that has an order judged.
pub(super) fn job(order: OrderId) -> NewJob {
    NewJob::new(jobs::SCREEN_ORDER, json!({ "order_id": order })).unique(format!("screen:{order}"))
}

/// Must nothing in the order be set up yet? Its row is locked, or new.
pub(super) async fn holds(tx: &mut Tx<'_>, id: OrderId) -> Result<bool> {
    let state = db::state(tx.conn(), id).await?;
    Ok(matches!(state.as_deref(), Some("waiting" | "held")))
}

/// Lets an order go on that is to be judged, or is held; was it so?
pub(super) async fn let_go(tx: &mut Tx<'_>, id: OrderId) -> Result<bool> {
    let held = holds(tx, id).await?;
    if held {
        db::set_state(tx.conn(), id, "released").await?;
    }
    Ok(held)
}

/// The body of the job: asks the plugins, then holds the order or lets it go on.
pub(crate) async fn screen(app: &App, id: OrderId) -> Result<()> {
    let order = db::order(&mut *app.conn().await?, id).await?;
    let Some(order) = order.filter(|order| order.screening == "waiting" && order.state == "pending") else {
        return Ok(());
    };
    let said = match gates::ask(app, RunScreening { order_id: id, client_id: order.client_id }).await {
        Ok(Decision::Go(_)) => judge(app, id, &order).await?,
        Ok(Decision::Skip { by, .. }) => {
            let reasons = vec!["It wants this order to go on without being judged.".to_owned()];
            vec![row(app, by, Ok(Judgement { risk: Risk::Accept, score: 0, reasons }))]
        }
        Err(AppError::External(refused)) => vec![row(app, "gate".to_owned(), Err(refused))],
        Err(error) => return Err(error),
    };
    settle(app, id, &said).await
}

async fn judge(app: &App, id: OrderId, order: &ScreenedOrder) -> Result<Vec<ScreeningRow>> {
    let client = clients::get(&mut *app.conn().await?, None, order.client_id).await?;
    let client = client.ok_or_else(|| AppError::internal("the buyer of an order is gone"))?;
    let suspect = Suspect {
        order_id: id,
        client: ClientView {
            id: order.client_id,
            first_name: client.first_name,
            last_name: client.last_name,
            company: client.company,
            email: client.email,
            phone: client.phone,
            country: client.country,
        },
        address: order.ip.parse().ok(),
        domains: order.domains.clone(),
    };
    let asked = screeners(app).await?.into_iter().map(|plugin| {
        let suspect = suspect.clone();
        async move {
            let said = ask(app, &plugin, suspect).await;
            row(app, plugin, said)
        }
    });
    Ok(join_all(asked).await)
}

async fn ask(app: &App, plugin: &str, suspect: Suspect) -> std::result::Result<Judgement, PluginError> {
    let outside = |error: AppError| match error {
        AppError::External(error) => error,
        other => PluginError::temporary(other.to_string()),
    };
    let snapin = app.plugins.snapin(plugin).map_err(outside)?;
    let ctx = app.plugin_ctx(plugin, Default::default()).await.map_err(outside)?;
    let call = Call::new(plugin, "screen", PATIENCE.min(app.options.plugin_timeout)).about("order", suspect.order_id);
    app.call_plugin(call, &ctx, move |ctx| async move {
        match snapin.screening() {
            Some(screening) => screening.screen(&ctx, &suspect).await,
            None => Err(PluginError::unsupported("this plugin screens no orders")),
        }
    })
    .await
}

/// What a plugin said, as it is kept. Postgres takes no NUL.
fn row(app: &App, plugin_id: String, said: std::result::Result<Judgement, PluginError>) -> ScreeningRow {
    let cut = |text: &String| text.chars().filter(|c| *c != '\0').take(REASON).collect::<String>();
    let (risk, score, reasons, error) = match said {
        Ok(judgement) => {
            let reasons: Vec<String> = judgement.reasons.iter().take(REASONS).map(cut).collect();
            let risk = match judgement.risk {
                Risk::Accept => "accept",
                Risk::Review => "review",
                Risk::Reject => "reject",
            };
            (Some(risk.to_owned()), i16::from(judgement.score.min(100)), reasons, None)
        }
        Err(error) => (None, 0, vec![], Some(cut(&error.detail))),
    };
    ScreeningRow { plugin_id, risk, score, reasons: json!(reasons), error, screened_at: app.now() }
}

/// The worst judgement counts. An order that nobody could judge is for staff to look at, too.
fn is_doubtful(said: &[ScreeningRow]) -> bool {
    let judged = said.iter().any(|row| row.risk.is_some());
    let doubted = said.iter().any(|row| matches!(row.risk.as_deref(), Some("review" | "reject")));
    doubted || (!judged && !said.is_empty())
}

async fn settle(app: &App, id: OrderId, said: &[ScreeningRow]) -> Result<()> {
    let actor = Actor::system("screening");
    let mut tx = app.begin(&actor).await?;
    let Some((_, OrderState::Pending)) = orders::lock(tx.conn(), id).await? else { return Ok(()) };
    // Staff may have decided meanwhile.
    if db::state(tx.conn(), id).await?.as_deref() != Some("waiting") {
        return Ok(());
    }
    for row in said {
        db::put(tx.conn(), id, row).await?;
    }
    let held = is_doubtful(said);
    db::set_state(tx.conn(), id, if held { "held" } else { "passed" }).await?;
    let order = orders::get(tx.conn(), None, id).await?.ok_or(AppError::NotFound("order"))?;
    announce(&mut tx, &order, held, said).await?;
    if !held {
        tx.enqueue(&fulfil::job(id)).await?;
    }
    tx.commit().await
}

async fn announce(tx: &mut Tx<'_>, order: &OrderRow, held: bool, said: &[ScreeningRow]) -> Result<()> {
    let (order_id, client_id) = (order.id, order.client_id);
    let invoice_id = order.invoice_id.map(Into::into);
    let total = Money::new(order.total, order.currency.parse()?);
    let worst = said.iter().map(|row| row.score).max().unwrap_or_default();
    let score = u8::try_from(worst).unwrap_or(100);
    let reasons: Vec<String> = said
        .iter()
        .flat_map(|row| serde_json::from_value::<Vec<String>>(row.reasons.clone()).unwrap_or_default())
        .collect();
    let errors = said.iter().filter_map(|row| row.error.clone()).collect();
    let whole = OrderScreened { order_id, client_id, invoice_id, total, held, score, reasons: reasons.clone(), errors };
    tx.emit(&whole).await?;
    match held {
        true => tx.emit(&ScreeningFailed { order_id, client_id, invoice_id, total, score, reasons }).await?,
        false => tx.emit(&ScreeningPassed { order_id, client_id, invoice_id, total, score, reasons }).await?,
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(risk: Option<&str>) -> ScreeningRow {
        ScreeningRow {
            plugin_id: "p".into(),
            risk: risk.map(Into::into),
            score: 0,
            reasons: json!([]),
            error: None,
            screened_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_worst_judgement_counts_and_nobodys_is_a_doubt() {
        let doubtful = |risks: &[Option<&str>]| is_doubtful(&risks.iter().map(|r| said(*r)).collect::<Vec<_>>());
        assert!(!doubtful(&[Some("accept"), Some("accept")]));
        assert!(doubtful(&[Some("accept"), Some("review")]));
        assert!(doubtful(&[Some("reject"), Some("accept")]));
        assert!(!doubtful(&[None, Some("accept")]), "who cannot say leaves it to the others");
        assert!(doubtful(&[None, None]), "and to staff");
        assert!(!doubtful(&[]));
    }
}
