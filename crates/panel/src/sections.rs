//! Tabs that join the pages of one area of the panel.

use super::listing::Tab;

const CATALOGUE: [(&str, &str); 8] = [
    ("/admin/products", "Products"),
    ("/admin/product-groups", "Groups"),
    ("/admin/option-groups", "Options"),
    ("/admin/extensions", "Domain extensions"),
    ("/admin/promotions", "Promotions"),
    ("/admin/bundles", "Bundles"),
    ("/admin/tax-rules", "Tax"),
    ("/admin/currencies", "Currencies and cycles"),
];
const SERVERS: [(&str, &str); 2] = [("/admin/servers", "Servers"), ("/admin/server-groups", "Groups")];
const EVENTS: [(&str, &str); 2] = [("/admin/events", "Events"), ("/admin/subscribers", "Subscribers")];
const AUDIT: [(&str, &str); 2] = [("/admin/audit", "Audit log"), ("/admin/audit/check", "Self-audit")];
const DAILY: [(&str, &str); 2] = [("/admin/daily", "Daily run"), ("/admin/forecast", "Forecast")];
const REPORTS: [(&str, &str); 8] = [
    ("/admin/reports", "Overview"),
    ("/admin/reports/income", "Income"),
    ("/admin/reports/recurring", "Recurring"),
    ("/admin/reports/receivables", "Receivables"),
    ("/admin/reports/promotions", "Promotions"),
    ("/admin/reports/tax", "Tax"),
    ("/admin/reports/oss", "OSS"),
    ("/admin/reports/ledger", "Ledger"),
];
const SETTINGS: [(&str, &str); 9] = [
    ("/admin/settings", "Company"),
    ("/admin/settings/billing", "Billing"),
    ("/admin/settings/funds", "Paying ahead"),
    ("/admin/settings/tax", "Tax"),
    ("/admin/settings/numbers", "Numbers"),
    ("/admin/settings/automation", "Automation"),
    ("/admin/settings/brand", "Brand"),
    ("/admin/settings/mail", "Mail templates"),
    ("/admin/settings/custom-fields", "Custom fields"),
];

fn tabs(all: &[(&str, &str)], current: &str) -> Vec<Tab> {
    let tab = |(href, label): &(&str, &str)| Tab {
        href: (*href).to_owned(),
        label: (*label).to_owned(),
        current: *href == current,
    };
    all.iter().map(tab).collect()
}

/// Products and what their prices need; `current` is the address of the page shown.
pub(super) fn catalogue(current: &str) -> Vec<Tab> {
    tabs(&CATALOGUE, current)
}
/// Servers and their groups.
pub(super) fn servers(current: &str) -> Vec<Tab> {
    tabs(&SERVERS, current)
}
/// Events and who gets them.
pub(super) fn events(current: &str) -> Vec<Tab> {
    tabs(&EVENTS, current)
}
/// What people did, and whether the rules hold.
pub(super) fn audit(current: &str) -> Vec<Tab> {
    tabs(&AUDIT, current)
}
/// What is done every day, and what it will bring.
pub(super) fn daily(current: &str) -> Vec<Tab> {
    tabs(&DAILY, current)
}
/// Figures over time.
pub(super) fn reports(current: &str) -> Vec<Tab> {
    tabs(&REPORTS, current)
}
/// Settings of the business.
pub(super) fn settings(current: &str) -> Vec<Tab> {
    tabs(&SETTINGS, current)
}
