//! Mails about services and domains.

use chrono::NaiveDate;
use innkeeper_db::{
    notices::{self, DomainNotice, ServiceNotice},
    plan_changes::ChangeRow,
    price_changes::Untold,
};
use innkeeper_domain::{DomainId, EffectId, Money, ServiceId, options::described};

use super::{For, tell};
use crate::{
    AppError, Result, Tx,
    mail_templates::{
        Notice,
        notices::{
            DomainActive, DomainRenewed, PlanChanged, PriceChanged, ServiceActive, ServiceEnds, ServiceSuspended,
            ServiceTerminated, ServiceUnsuspended,
        },
    },
};

/// To the client of a service that went live. Its password is not in it.
pub(crate) async fn service_active(tx: &mut Tx<'_>, id: ServiceId) -> Result<()> {
    let service = service(tx, id).await?;
    tell(tx, service.client_id, For::Client, format!("service:{id}"), &active(&service)).await
}

/// To the client of a service that was switched off; `overdue`: because of an unpaid invoice.
pub(crate) async fn service_suspended(tx: &mut Tx<'_>, id: ServiceId, overdue: bool) -> Result<()> {
    let service = service(tx, id).await?;
    about_switch(tx, &service, id, &suspended(&service, overdue)).await
}

/// To the client of a service that was switched on again.
pub(crate) async fn service_unsuspended(tx: &mut Tx<'_>, id: ServiceId) -> Result<()> {
    let service = service(tx, id).await?;
    about_switch(tx, &service, id, &unsuspended(&service)).await
}

/// To the client of a service that is another product now, or paid in another rhythm.
pub(crate) async fn plan_changed(tx: &mut Tx<'_>, change: &ChangeRow) -> Result<()> {
    let service = service(tx, change.service_id).await?;
    tell(tx, change.client_id, For::Client, format!("change:{}", change.id), &changed(&service, change)).await
}

/// To the client of a service that costs another price from a day on.
pub(crate) async fn price_changed(tx: &mut Tx<'_>, service: &Untold, starts_on: NaiveDate) -> Result<()> {
    let occasion = format!("price:{}:{}", service.change, service.service_id);
    tell(tx, service.client_id, For::Client, occasion, &dearer(service, starts_on)).await
}

/// To the client of a service that is to end later.
pub(crate) async fn service_ends(tx: &mut Tx<'_>, id: ServiceId, ends_on: NaiveDate) -> Result<()> {
    let service = service(tx, id).await?;
    about_switch(tx, &service, id, &ending(&service, ends_on)).await
}

/// To the client of a service that is gone; `overdue`: because of an unpaid invoice.
pub(crate) async fn service_terminated(tx: &mut Tx<'_>, id: ServiceId, overdue: bool) -> Result<()> {
    let service = service(tx, id).await?;
    about_switch(tx, &service, id, &terminated(&service, overdue)).await
}

/// To the client of a domain that went live.
pub(crate) async fn domain_active(tx: &mut Tx<'_>, id: DomainId) -> Result<()> {
    let domain = domain(tx, id).await?;
    let client = domain.client_id;
    tell(tx, client, For::Client, format!("domain:{id}"), &registered(domain)).await
}

/// To the client of a domain that goes on, after a renewal.
pub(crate) async fn domain_renewed(tx: &mut Tx<'_>, id: DomainId, renewal: EffectId) -> Result<()> {
    let domain = domain(tx, id).await?;
    let client = domain.client_id;
    tell(tx, client, For::Client, format!("renewal:{renewal}:{id}"), &renewed(domain)).await
}

async fn service(tx: &mut Tx<'_>, id: ServiceId) -> Result<ServiceNotice> {
    notices::service(tx.conn(), id).await?.ok_or(AppError::NotFound("service"))
}

async fn domain(tx: &mut Tx<'_>, id: DomainId) -> Result<DomainNotice> {
    notices::domain(tx.conn(), id).await?.ok_or(AppError::NotFound("domain"))
}

/// A service may be switched off and on many times: each time is an occasion of its own.
async fn about_switch(tx: &mut Tx<'_>, service: &ServiceNotice, id: ServiceId, notice: &dyn Notice) -> Result<()> {
    let occasion = format!("switch:{}:{id}", tx.now().timestamp_micros());
    tell(tx, service.client_id, For::Client, occasion, notice).await
}

pub(super) fn active(service: &ServiceNotice) -> ServiceActive {
    ServiceActive { product: service.product.clone(), label: service.label.clone(), username: service.username.clone() }
}

pub(super) fn suspended(service: &ServiceNotice, overdue: bool) -> ServiceSuspended {
    ServiceSuspended { product: service.product.clone(), label: service.label.clone(), overdue }
}

pub(super) fn unsuspended(service: &ServiceNotice) -> ServiceUnsuspended {
    ServiceUnsuspended { product: service.product.clone(), label: service.label.clone() }
}

fn changed(service: &ServiceNotice, change: &ChangeRow) -> PlanChanged {
    PlanChanged {
        product: format!("{}{}", change.product, described(&change.options)),
        label: service.label.clone(),
        from: format!("{}{}", change.from_product, described(&change.from_options)),
        amount: Money::new(change.amount, *change.currency),
        cycle: change.cycle_name.clone(),
    }
}

fn dearer(service: &Untold, starts_on: NaiveDate) -> PriceChanged {
    PriceChanged {
        product: service.product.clone(),
        label: service.label.clone(),
        old: Money::new(service.old, *service.currency),
        new: Money::new(service.new, *service.currency),
        cycle: service.cycle_name.clone(),
        starts_on,
    }
}

fn ending(service: &ServiceNotice, ends_on: NaiveDate) -> ServiceEnds {
    ServiceEnds { product: service.product.clone(), label: service.label.clone(), ends_on }
}

pub(super) fn terminated(service: &ServiceNotice, overdue: bool) -> ServiceTerminated {
    ServiceTerminated { product: service.product.clone(), label: service.label.clone(), overdue }
}

pub(super) fn registered(domain: DomainNotice) -> DomainActive {
    DomainActive { domain: domain.name, expires_on: domain.expires_on, name_servers: domain.nameservers }
}

pub(super) fn renewed(domain: DomainNotice) -> DomainRenewed {
    DomainRenewed { domain: domain.name, expires_on: domain.expires_on }
}
