//! A statement of the bank: uploaded, its matches looked at, and recorded.

use askama::Template;
use axum::extract::Multipart;
use chrono::NaiveDate;
use innkeeper_app::AppError;
use innkeeper_app::payments::statement::{self, Direction, Judged, Verdict};
use innkeeper_app::payments::{self, RecordPayment};
use innkeeper_domain::{Currency, InvoiceId, Money, Permission};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Choice, Chrome, Empty, Flash, Form, Moment};

use super::csv_layout;
use crate::amount::amount;

#[derive(Template)]
#[template(path = "admin/payments/statement.html")]
struct Upload {
    chrome: Chrome,
    methods: Vec<Choice>,
    form: Form,
    delimiters: Vec<Choice>,
    decimals: Vec<Choice>,
    dates: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "admin/payments/matches.html")]
struct Matches {
    chrome: Chrome,
    gateway: String,
    rows: Vec<Row>,
    found: usize,
    empty: Empty,
}

/// An entry.
struct Row {
    line: usize,
    day: Moment,
    who: String,
    text: String,
    amount: String,
    verdict: String,
    invoices: Vec<(i64, String, String)>,
    /// What is sent to record it; none: there is nothing to record.
    pays: Option<String>,
}

/// The form.
pub(super) async fn show(staff: Staff) -> PageResult {
    staff.actor.require(Permission::PaymentsWrite)?;
    let layout = statement::layout(&staff.app, &staff.actor).await?;
    page(&upload(&staff, csv_layout::form(layout.as_ref())).await?)
}

/// The matches of an uploaded statement; nothing is recorded yet.
pub(super) async fn judge(staff: Staff, mut multipart: Multipart) -> PageResult {
    staff.actor.require(Permission::PaymentsWrite)?;
    let (mut file, mut fields) = (vec![], vec![]);
    while let Some(part) = multipart.next_field().await.map_err(unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(unreadable)?;
        match name.as_str() {
            "file" => file = bytes.to_vec(),
            _ => fields.push((name, String::from_utf8_lossy(&bytes).replace('\0', ""))),
        }
    }
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let posted = Posted::of(&pairs);
    let gateway = posted.text("gateway");
    let judged = match csv_layout::read(&posted) {
        Ok(layout) => statement::judge(&staff.app, &staff.actor, &gateway, &file, layout.as_ref()).await,
        Err(error) => Err(error),
    };
    match judged {
        Ok(judged) => page(&matches(&staff, gateway, judged).await),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&upload(&staff, form).await?)
        }
    }
}

/// Records the entries that staff left ticked.
pub(super) async fn record(staff: Staff, posted: Posted) -> PageResult {
    let gateway = posted.text("gateway");
    let commands: Result<Vec<RecordPayment>, AppError> =
        posted.all("pay").iter().map(|sent| command(&gateway, sent)).collect();
    let done = statement::record_all(&staff.app, &staff.actor, commands?).await?;
    let told = match done.recorded {
        1 => "1 payment is recorded.".to_owned(),
        many => format!("{many} payments are recorded."),
    };
    let refused: Vec<String> = done.refused.iter().map(|(reference, why)| format!("{reference}: {why}")).collect();
    let flash = match refused.as_slice() {
        [] => Flash::success(told),
        _ => Flash::warning(format!("{told} Not recorded: {}.", refused.join("; "))),
    };
    see_other("/admin/payments").flash(flash).ok()
}

fn unreadable(error: axum::extract::multipart::MultipartError) -> Failure {
    AppError::invalid("file", error.body_text()).into()
}

async fn upload(staff: &Staff, form: Form) -> Result<Upload, Failure> {
    let methods = payments::methods(&staff.app).await?;
    let by_hand = methods.into_iter().filter(|method| method.recorded_by_staff);
    Ok(Upload {
        chrome: chrome(staff, "Read a bank statement").await,
        methods: by_hand.map(|method| Choice::new(method.gateway, method.name)).collect(),
        form,
        delimiters: csv_layout::delimiters(),
        decimals: csv_layout::decimals(),
        dates: csv_layout::dates(),
    })
}

async fn chrome(staff: &Staff, title: &str) -> Chrome {
    staff.chrome().await.title(title).in_admin(AdminSection::Payments).crumb("Payments", "/admin/payments")
}

async fn matches(staff: &Staff, gateway: String, judged: Vec<Judged>) -> Matches {
    let rows: Vec<Row> = judged.into_iter().map(row).collect();
    Matches {
        chrome: chrome(staff, "Matches of the statement").await,
        gateway,
        found: rows.iter().filter(|row| row.pays.is_some()).count(),
        rows,
        empty: Empty::new("cash", "No entries", "The statement tells of no booked movement."),
    }
}

fn row(judged: Judged) -> Row {
    let Judged { entry, verdict, invoices } = judged;
    let (minor, currency) = (entry.amount.minor(), entry.amount.currency());
    let signed = if entry.direction == Direction::Credit { minor } else { -minor };
    let pays = match verdict {
        // The reference last: it may hold anything.
        Verdict::Pays(id) => Some(format!("{id}|{minor}|{currency}|{}|{}", entry.booked_on, entry.reference)),
        _ => None,
    };
    Row {
        line: entry.line,
        day: Moment::day(entry.booked_on),
        who: entry.counterparty.or(entry.iban).unwrap_or_default(),
        text: entry.remittance,
        amount: amount(signed, currency.code()),
        verdict: match verdict {
            Verdict::Pays(_) => "Pays".to_owned(),
            Verdict::Known => "Recorded before".to_owned(),
            Verdict::NotIncoming if entry.reversal => "Takes a payment back".to_owned(),
            Verdict::NotIncoming => "Went out".to_owned(),
            Verdict::Unsure(_, why) => format!("Decide: {why}"),
            Verdict::Unmatched => "Names nothing that is owed".to_owned(),
        },
        invoices: invoices.into_iter().map(|named| (named.id.get(), named.number, named.client)).collect(),
        pays,
    }
}

/// What a ticked box says.
fn command(gateway: &str, sent: &str) -> Result<RecordPayment, AppError> {
    let bad = || AppError::invalid("pay", "is nothing that this page sends");
    let parts: Vec<&str> = sent.splitn(5, '|').collect();
    let [id, minor, currency, day, reference] = parts.as_slice() else { return Err(bad()) };
    let currency: Currency = currency.parse().map_err(|_| bad())?;
    Ok(RecordPayment {
        purpose: id.parse::<InvoiceId>().map_err(|_| bad())?.into(),
        gateway: gateway.to_owned(),
        transaction_ref: (*reference).to_owned(),
        amount: Money::new(minor.parse().map_err(|_| bad())?, currency),
        received_on: day.parse::<NaiveDate>().map_err(|_| bad())?,
        note: "From a bank statement".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticked_box_says_what_is_recorded() {
        let read = command("bank", "41|1210|EUR|2026-03-01|B-77/40b8|x").unwrap();
        assert_eq!((read.purpose.invoice(), read.amount), (Some(InvoiceId(41)), Money::new(1210, Currency::EUR)));
        assert_eq!((read.transaction_ref.as_str(), read.received_on.to_string()), ("B-77/40b8|x", "2026-03-01".into()));
        for bad in ["", "41|1210|EUR|2026-03-01", "x|1|EUR|2026-03-01|r", "1|1|XXX|2026-03-01|r", "1|1|EUR|yesterday|r"]
        {
            assert!(command("bank", bad).is_err(), "{bad}");
        }
    }
}
