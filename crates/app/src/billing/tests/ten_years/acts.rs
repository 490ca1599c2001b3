//! What people do now and then in these years.

use chrono::{Days, NaiveDate};
use innkeeper_domain::{ClientId, Currency, InvoiceId, ItemWhen, Money, OptionId, PaymentId, ServiceId};

use super::Years;
use crate::{
    AppError, Result, billable_items, credit, invoices,
    options::Selection,
    payments,
    plan_changes::{self, Wanted, When},
    services::{self, End},
};

impl Years {
    /// Now and then something happens. What the rules refuse is left. Did anything happen?
    pub(super) async fn act(&mut self, today: NaiveDate) -> bool {
        let mut acted = false;
        for _ in 0..self.habits.len().div_ceil(12) {
            let dice = self.chance.below(100);
            let of = match dice {
                0 | 1 => "SELECT id FROM service WHERE state = 'active' ORDER BY id",
                2 => "SELECT id FROM invoice WHERE state = 'paid' ORDER BY client_id, id",
                3 => "SELECT id FROM payment WHERE gateway = 'bank' ORDER BY client_id, id",
                4 | 5 => "SELECT id FROM client ORDER BY id",
                6 => "SELECT id FROM invoice WHERE state = 'unpaid' AND due_on < $1 ORDER BY client_id, id",
                7 => "SELECT id FROM service WHERE state IN ('active', 'suspended') ORDER BY id",
                8..=20 => "SELECT id FROM service WHERE state = 'active' ORDER BY id",
                _ => continue,
            };
            let of = sqlx::query_scalar(of);
            let of = if dice == 6 { of.bind(today - Days::new(5)) } else { of };
            let ids: Vec<i64> = of.fetch_all(self.test.pool()).await.unwrap();
            if ids.is_empty() {
                continue;
            }
            let id = ids[self.chance.below(ids.len() as u64) as usize];
            let outcome = match dice {
                0 => self.change(id.into()).await,
                1 if self.chance.below(8) == 0 => self.end(id.into()).await,
                1 => continue,
                2 => self.give_back(id.into()).await,
                3 => self.refund(id.into()).await,
                4 => self.work(id.into()).await,
                5 => self.credit(id.into()).await,
                6 => self.write_off(id.into()).await,
                7 => self.pause(id.into(), today).await,
                _ => self.tell(id.into(), today).await,
            };
            match outcome {
                Ok(name) => {
                    acted = true;
                    *self.acts.entry(name).or_default() += 1;
                }
                Err(AppError::Conflict(_)) => *self.acts.entry("refused").or_default() += 1,
                Err(error) => panic!("{today}: {error:?}"),
            }
        }
        acted
    }

    /// Any of the plans, with any options, at once or with the next period, at the price that was quoted.
    async fn change(&mut self, id: ServiceId) -> Result<&'static str> {
        let offers = plan_changes::offers(&self.test, &self.actor, id).await?.offers;
        let to = &offers[self.chance.below(offers.len() as u64) as usize];
        let when = if self.chance.below(2) == 0 { When::Now } else { When::NextPeriod };
        let (backups, addresses) = (self.chance.below(2) as i64, self.chance.below(10) as i64);
        let options = Selection::from([(OptionId(1), backups), (OptionId(2), addresses)]);
        let wanted = Wanted { product: to.product_id, cycle: to.cycle_id, options, when, code: None };
        let quote = plan_changes::quote(&self.test, &self.actor, id, wanted.clone()).await?;
        plan_changes::order(&self.test, &self.actor, id, wanted, quote.total).await?;
        Ok(match quote.total.minor() {
            0 => "free changes",
            1.. => "upgrades",
            _ => "downgrades",
        })
    }

    /// Off for some weeks or until somebody says so; one that is off goes on.
    async fn pause(&mut self, id: ServiceId, today: NaiveDate) -> Result<&'static str> {
        let is_paused = sqlx::query_scalar("SELECT paused_on IS NOT NULL FROM service WHERE id = $1");
        if is_paused.bind(id.get()).fetch_one(self.test.pool()).await.unwrap() {
            services::resume(&self.test, &self.actor, id).await?;
            return Ok("resumed");
        }
        let until = (self.chance.below(4) > 0).then(|| today + Days::new(1 + self.chance.below(60)));
        services::pause(&self.test, &self.actor, id, until).await?;
        self.paused.insert(id.get());
        Ok("pauses")
    }

    async fn end(&mut self, id: ServiceId) -> Result<&'static str> {
        let when = if self.chance.below(4) == 0 { End::Now } else { End::PeriodEnd };
        services::end(&self.test, &self.actor, id, when, "").await?;
        Ok("ends")
    }

    /// A part of what is left of an invoice's first line.
    async fn give_back(&mut self, invoice_id: InvoiceId) -> Result<&'static str> {
        self.invoiced(invoice_id).await?;
        let lines = invoices::creditable(&self.test, &self.actor, invoice_id).await?;
        let Some(line) = lines.iter().find(|line| line.left() > 0) else { return Ok("nothing left") };
        let part = 1 + self.chance.below(line.left() as u64) as i64;
        let lines = vec![(line.id, Money::new(part, *line.currency))];
        let command = invoices::CreditInvoice { invoice_id, lines, reason: "Sorry".into() };
        invoices::credit(&self.test, &self.actor, command).await?;
        Ok("credit notes")
    }
    /// A part of what is left of a payment, by hand.
    async fn refund(&mut self, payment_id: PaymentId) -> Result<&'static str> {
        let left = payments::refundable(&self.test, &self.actor, payment_id).await?.by_hand;
        if !left.is_positive() {
            return Ok("nothing left");
        }
        let part = 1 + self.chance.below(left.minor() as u64) as i64;
        let amount = Money::new(part, left.currency());
        let command = payments::RefundPayment { payment_id, amount, note: String::new() };
        // What is left is less each time: no reference is used twice.
        let reference = format!("{payment_id} of {left}");
        payments::refund_by_hand(&self.test, &self.actor, command, &reference).await?;
        Ok("refunds")
    }

    /// Work that is charged with the client's next invoice, or at once.
    async fn work(&mut self, client: ClientId) -> Result<&'static str> {
        let next = self.chance.below(2) == 0;
        let input = billable_items::ItemInput {
            description: "Work".into(),
            quantity: 1 + self.chance.below(4) as i32,
            amount: Money::new(1 + self.chance.below(999) as i64, self.currency(client).await),
            taxable: self.chance.below(3) > 0,
            bill: if next { ItemWhen::Next } else { ItemWhen::Hand },
            bill_on: None,
        };
        let item = billable_items::add(&self.test, &self.actor, client, input).await?;
        if next {
            return Ok("items of the next invoice");
        }
        billable_items::invoice(&self.test, &self.actor, client, &[item]).await?;
        Ok("items of their own")
    }

    /// Some credit by hand; now and then some is taken back, if there is as much.
    async fn credit(&mut self, client_id: ClientId) -> Result<&'static str> {
        let part = 1 + self.chance.below(500) as i64;
        let takes = self.chance.below(3) == 0;
        let amount = Money::new(if takes { -part } else { part }, self.currency(client_id).await);
        let command = credit::AdjustCredit { client_id, amount, reason: "Sorry".into() };
        match credit::adjust(&self.test, &self.actor, command).await {
            Ok(_) if takes => Ok("credit taken"),
            Ok(_) => Ok("credit given"),
            Err(AppError::Invalid(_)) if takes => Ok("no credit to take"),
            Err(error) => Err(error),
        }
    }

    async fn write_off(&mut self, id: InvoiceId) -> Result<&'static str> {
        self.invoiced(id).await?;
        invoices::write_off(&self.test, &self.actor, id, "Gone").await?;
        Ok("written off")
    }

    /// What is a proforma is made an invoice.
    async fn invoiced(&mut self, id: InvoiceId) -> Result<()> {
        match invoices::invoice_proforma(&self.test, &self.actor, id).await {
            Ok(()) => *self.acts.entry("proformas made invoices").or_default() += 1,
            Err(AppError::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    async fn currency(&self, client: ClientId) -> Currency {
        let code: String = sqlx::query_scalar("SELECT currency FROM client WHERE id = $1")
            .bind(client.get())
            .fetch_one(self.test.pool())
            .await
            .unwrap();
        code.parse().unwrap()
    }
}
