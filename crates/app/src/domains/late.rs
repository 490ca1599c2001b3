//! Where a domain stands after its expiry, and what having it back costs.

use chrono::NaiveDate;
use innkeeper_db::late_domains::{self as db, LateDomain, LateLine};
use innkeeper_domain::{
    DomainId, InvoiceId, LateDays, LateFees, LatePhase, Money, Permission,
    state::{DomainState, InvoiceState},
};
use innkeeper_plugin_api::RemoteDomainState;

use crate::{Actor, App, AppError, Result, calendar, effects, plugins::Call};

/// A domain after its expiry, whose extension says what happens then.
#[derive(Clone, Debug)]
pub struct Late {
    /// Where it stands.
    pub phase: LatePhase,
    /// Its expiry.
    pub expires_on: NaiveDate,
    /// The last day on which it is renewed.
    pub grace_until: NaiveDate,
    /// The last day on which it is restored.
    pub redemption_until: NaiveDate,
    /// For so many years it is renewed.
    pub years: i32,
    /// The renewal, before what a promotion takes off; none: it is invoiced.
    pub renewal: Option<Money>,
    /// The fee besides; none: it is invoiced, or there is none.
    pub fee: Option<Money>,
    /// The line of the fee.
    pub(crate) fee_kind: &'static str,
    /// What is to be paid before anything happens.
    pub open: Vec<InvoiceId>,
    /// There is a price for it; else it cannot be had back.
    pub has_price: bool,
    /// The renewal or what is missing of it can be ordered.
    pub can_order: bool,
    /// Its renewal is under way, or done.
    pub is_sent: bool,
}

/// Where a domain stands; none: it has not expired, or its extension says nothing.
pub async fn late(app: &App, actor: &Actor, id: DomainId) -> Result<Option<Late>> {
    let owner = actor.owner(Permission::ServicesRead)?;
    let today = calendar::today(app).await?;
    let mut conn = app.conn().await?;
    let domain = db::get(&mut conn, owner, id).await?.ok_or(AppError::NotFound("domain"))?;
    let lines = match domain.expires_on {
        Some(day) => db::lines(&mut conn, id, day).await?,
        None => vec![],
    };
    Late::of(&domain, &lines, today, None)
}

/// What the registrar says of a domain, if it answers.
pub(crate) async fn ask_state(app: &App, id: DomainId) -> Option<RemoteDomainState> {
    let ready = effects::ready_domain(app, id).await.ok()?;
    let (plugin, about) = (ready.plugin.clone(), ready.domain.clone());
    let call = Call::new(&ready.plugin_id, "info", app.options.plugin_timeout).about("domain", id);
    let info = app.call_plugin(call, &ready.ctx, move |ctx| async move { plugin.info(&ctx, &about).await }).await;
    info.ok().map(|info| info.state)
}

impl Late {
    /// Where a domain stands on a day. If the registrar says that it is in redemption, or gone, that counts.
    pub(crate) fn of(
        domain: &LateDomain,
        lines: &[LateLine],
        today: NaiveDate,
        state: Option<&RemoteDomainState>,
    ) -> Result<Option<Self>> {
        let days = LateDays::stored(domain.grace_days, domain.redemption_days);
        let (Some(days), Some(expires_on)) = (days, domain.expires_on) else { return Ok(None) };
        let is_ours = matches!(domain.state.0, DomainState::Active | DomainState::Expired);
        let Some(phase) = days.phase(expires_on, today).filter(|_| is_ours) else { return Ok(None) };
        let phase = match state {
            Some(RemoteDomainState::Redemption) => LatePhase::Redemption,
            Some(RemoteDomainState::PendingDelete | RemoteDomainState::Absent | RemoteDomainState::TransferredAway) => {
                LatePhase::Lost
            }
            _ => phase,
        };
        let has = |kind: &str| lines.iter().any(|line| line.kind == kind);
        let fees = LateFees { grace: domain.grace_fee.unwrap_or(0), redemption: domain.redemption_fee };
        let price = fees.fee(phase, has("domain_grace"));
        let (fee_kind, has_fee) = match phase {
            // Who was charged for restoring is not charged for grace as well.
            LatePhase::Grace => ("domain_grace", fees.grace == 0 || has("domain_grace") || has("domain_redemption")),
            _ => ("domain_redemption", has("domain_redemption")),
        };
        let money = |minor| Money::new(minor, *domain.currency);
        let is_lost = phase == LatePhase::Lost;
        let renewal = (!is_lost && !has("domain_renew")).then(|| money(domain.amount).checked_mul(domain.years.into()));
        let renewal = renewal.transpose()?;
        let fee = price.filter(|_| !has_fee).map(money);
        let unpaid = lines.iter().filter(|line| line.state.0 == InvoiceState::Unpaid);
        let mut open: Vec<InvoiceId> = unpaid.map(|line| line.invoice_id).collect();
        open.dedup();
        let can_order = price.is_some() && !domain.is_sent && (renewal.is_some() || fee.is_some());
        Ok(Some(Self {
            phase,
            expires_on,
            grace_until: days.grace_until(expires_on),
            redemption_until: days.redemption_until(expires_on),
            years: domain.years,
            renewal,
            fee,
            fee_kind,
            open,
            has_price: price.is_some(),
            can_order,
            is_sent: domain.is_sent,
        }))
    }

    /// What ordering costs now, as the catalogue has it.
    pub fn total(&self) -> Result<Option<Money>> {
        Ok(match (self.renewal, self.fee) {
            (Some(renewal), Some(fee)) => Some(renewal.checked_add(fee)?),
            (renewal, fee) => renewal.or(fee),
        })
    }
}
