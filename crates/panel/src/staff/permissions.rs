//! Permissions in words.

use innkeeper_domain::Permission;
use innkeeper_web::view::Choice;

/// What a permission lets somebody do.
pub(crate) const fn label(permission: Permission) -> &'static str {
    match permission {
        Permission::ClientsRead => "See clients, their contacts and logins",
        Permission::ClientsWrite => "Add and change clients, contacts and logins",
        Permission::CatalogueRead => "See the whole catalogue, hidden products included",
        Permission::CatalogueWrite => "Change products, prices and extensions",
        Permission::OrdersRead => "See orders",
        Permission::OrdersWrite => "Place, accept and cancel orders",
        Permission::ServicesRead => "See services and domains",
        Permission::ServicesWrite => "Run actions at vendors and registrars",
        Permission::InvoicesRead => "See invoices and payments",
        Permission::InvoicesWrite => "Create and void invoices",
        Permission::PaymentsWrite => "Record payments",
        Permission::ReportsRead => "See reports, download the ledger",
        Permission::ServersRead => "See servers and plugins",
        Permission::ServersWrite => "Change servers, plugins and their settings",
        Permission::SystemRead => "See events, jobs and the audit log",
        Permission::SystemWrite => "Replay deliveries, run jobs again, change settings",
        Permission::StaffWrite => "Manage staff, roles, tokens and autologin",
    }
}

/// A box to tick for each of these.
pub(crate) fn choices<'a>(permissions: impl IntoIterator<Item = &'a Permission>) -> Vec<Choice> {
    permissions.into_iter().map(|p| Choice::new(p.as_str(), label(*p)).help(p.as_str())).collect()
}
