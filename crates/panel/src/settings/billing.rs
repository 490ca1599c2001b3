//! How what recurs is billed, and what happens to invoices that nobody pays.

use askama::Template;
use innkeeper_app::settings::{self, Billing, LateFee};
use innkeeper_domain::Permission;
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Chrome, Flash, Form};

use crate::listing::Tab;
use crate::reading::{number, optional_number};
use crate::sections;

const PAGE: &str = "/admin/settings/billing";
/// How a plan of fees is typed.
const FEE: &str = "Enter days, percent and the least amount in cents, such as 7: 2.5, 500.";

#[derive(Template)]
#[template(path = "admin/settings/billing.html")]
struct Page {
    chrome: Chrome,
    tabs: Vec<Tab>,
    form: Form,
    may_write: bool,
}

pub(super) async fn show(staff: Staff) -> PageResult {
    staff.actor.require(Permission::SystemRead)?;
    let rules = settings::billing(&staff.app).await?;
    let days = |days: Option<u16>| days.map(|d| d.to_string()).unwrap_or_default();
    let form = Form::new()
        .with("invoice_days", rules.invoice_days)
        .with("domain_days", rules.domain_days)
        .with("continuous", rules.continuous)
        .with("reminders", list(&rules.reminders))
        .with("charges", list(&rules.charges))
        .with("late_fees", rules.late_fees.iter().map(fee).collect::<Vec<_>>().join("\n"))
        .with("suspend_after", days(rules.suspend_after))
        .with("terminate_after", days(rules.terminate_after))
        .with("suspend_disputed", rules.suspend_disputed);
    page(&view(&staff, form).await)
}

pub(super) async fn save(staff: Staff, posted: Posted) -> PageResult {
    let mut form = posted.form();
    if let Some(rules) = read(&posted, &mut form) {
        match settings::save_billing(&staff.app, &staff.actor, rules).await {
            Ok(()) => return see_other(PAGE).flash(Flash::success("Saved, from the next run on.")).ok(),
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, form).await)
}

fn read(posted: &Posted, form: &mut Form) -> Option<Billing> {
    let rules = Billing {
        invoice_days: number(posted, form, "invoice_days").unwrap_or_default(),
        domain_days: number(posted, form, "domain_days").unwrap_or_default(),
        continuous: posted.ticked("continuous"),
        reminders: plan(posted, form, "reminders"),
        charges: plan(posted, form, "charges"),
        late_fees: fees(posted, form),
        suspend_after: optional_number(posted, form, "suspend_after"),
        terminate_after: optional_number(posted, form, "terminate_after"),
        suspend_disputed: posted.ticked("suspend_disputed"),
    };
    form.is_fine().then_some(rules)
}

/// `-3, 1, 5`.
fn plan(posted: &Posted, form: &mut Form, name: &str) -> Vec<i16> {
    let typed = posted.text(name);
    let parts = typed.split([',', ' ', '\n']).map(str::trim).filter(|part| !part.is_empty());
    let days: Result<Vec<i16>, _> = parts.map(str::parse).collect();
    days.unwrap_or_else(|_| {
        form.fail(name, "Enter days such as -3, 1, 5.");
        vec![]
    })
}

/// A line for each fee: `7: 2.5, 500`.
fn fees(posted: &Posted, form: &mut Form) -> Vec<LateFee> {
    let typed = posted.text("late_fees");
    let lines = typed.lines().map(str::trim).filter(|line| !line.is_empty());
    let fees: Option<Vec<LateFee>> = lines.map(read_fee).collect();
    fees.unwrap_or_else(|| {
        form.fail("late_fees", FEE);
        vec![]
    })
}

fn read_fee(line: &str) -> Option<LateFee> {
    let (days, rest) = line.split_once(':')?;
    let (percent, least) = rest.split_once(',').unwrap_or((rest, "0"));
    let (whole, part) = percent.trim().split_once('.').unwrap_or((percent.trim(), ""));
    let hundredths: u32 = match part.len() {
        0..=2 => format!("{part:0<2}").parse().ok()?,
        _ => return None,
    };
    let basis_points = whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(hundredths)?;
    Some(LateFee { days: days.trim().parse().ok()?, basis_points, at_least: least.trim().parse().ok()? })
}

fn fee(fee: &LateFee) -> String {
    let (whole, part) = (fee.basis_points / 100, fee.basis_points % 100);
    format!("{}: {whole}.{part:02}, {}", fee.days, fee.at_least)
}

fn list(days: &[i16]) -> String {
    days.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

async fn view(staff: &Staff, form: Form) -> Page {
    Page {
        chrome: staff.chrome().await.title("Recurring billing").in_admin(AdminSection::Settings),
        tabs: sections::settings(PAGE),
        form,
        may_write: staff.may(Permission::SystemWrite),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fee_is_read_as_it_is_written() {
        let late = LateFee { days: 7, basis_points: 250, at_least: 500 };
        assert_eq!((read_fee("7: 2.5, 500"), read_fee(&fee(&late))), (Some(late.clone()), Some(late)));
        assert_eq!(read_fee("14: 10"), Some(LateFee { days: 14, basis_points: 1000, at_least: 0 }));
        for bad in ["", "7", "x: 2", "7: 2.555", "7: -1, 0", "7: 2, x"] {
            assert_eq!(read_fee(bad), None, "{bad}");
        }
    }
}
