//! What an extension says of expired domains: days and fees.

use innkeeper_app::catalogue::{self, LateFee, LateRules};
use innkeeper_domain::{Currency, Money, TldId};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, refused, see_other};
use innkeeper_web::view::{Field, Flash, Form};

use super::edit;
use crate::reading::{optional_amount, optional_number};

/// The form on an extension's page.
pub(super) struct LateForm {
    pub form: Form,
    pub rows: Vec<LateLine>,
}

pub(super) struct LateLine {
    pub currency: String,
    pub cells: [Field; 2],
}

const FEES: [(&str, &str); 2] = [("grace", "Fee in grace"), ("redemption", "Fee of restoring")];

impl LateForm {
    pub(super) async fn of(staff: &Staff, id: TldId, posted: Option<Form>) -> Result<Self, Failure> {
        let form = match posted {
            Some(form) => form,
            None => stored(&catalogue::late_rules(&staff.app, &staff.actor, id).await?),
        };
        let line = |currency: Currency| LateLine {
            currency: currency.code().to_owned(),
            cells: FEES.map(|(name, label)| {
                form.decimal(&format!("{name}.{currency}"), &format!("{label}, {currency}")).unit(currency.code())
            }),
        };
        let currencies = catalogue::list_currencies(&staff.app, &staff.actor).await?;
        let rows = currencies.iter().map(|c| line(*c.code)).collect();
        Ok(Self { rows, form })
    }
}

fn stored(rules: &LateRules) -> Form {
    let text = |days: Option<i32>| days.map_or_else(String::new, |days| days.to_string());
    let form =
        Form::new().with("grace_days", text(rules.grace_days)).with("redemption_days", text(rules.redemption_days));
    rules.fees.iter().fold(form, |form, fee| {
        let text = |minor| Money::new(minor, fee.currency).to_decimal();
        form.with(&format!("grace.{}", fee.currency), text(fee.grace))
            .with(&format!("redemption.{}", fee.currency), fee.redemption.map_or_else(String::new, text))
    })
}

pub(super) async fn save(staff: Staff, Id(id): Id<TldId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    let rules = read(&staff, &posted, &mut form).await?;
    if form.is_fine() {
        match catalogue::set_late_rules(&staff.app, &staff.actor, id, rules).await {
            Ok(()) => {
                let done = Flash::success("What happens after the expiry is saved.");
                return see_other(format!("/admin/extensions/{id}")).flash(done).ok();
            }
            Err(error) => form.refuse(error)?,
        }
    }
    let tld = catalogue::get_tld(&staff.app, &staff.actor, id).await?;
    refused(&edit::with_late(&staff, &tld, form).await?)
}

/// A row counts if anything was typed into it.
async fn read(staff: &Staff, posted: &Posted, form: &mut Form) -> Result<LateRules, Failure> {
    let grace_days = optional_number(posted, form, "grace_days");
    let redemption_days = optional_number(posted, form, "redemption_days");
    let mut fees = vec![];
    for row in catalogue::list_currencies(&staff.app, &staff.actor).await? {
        let currency = *row.code;
        let [grace, redemption] = FEES.map(|(name, _)| {
            let name = format!("{name}.{currency}");
            let amount = optional_amount(posted, form, &name, currency);
            if amount.is_some_and(|amount| amount < 0) {
                form.fail(&name, "A fee is not negative.");
            }
            amount
        });
        if grace.is_some() || redemption.is_some() {
            fees.push(LateFee { currency, grace: grace.unwrap_or(0), redemption });
        }
    }
    Ok(LateRules { grace_days, redemption_days, fees })
}
