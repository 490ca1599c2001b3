//! Clientexec's names. Objects of theirs come as maps of the fields we have.

use super::{Named, names};

pub(super) static NAMES: &[Named] = names! {
    "System-ActionCalled" => "System-ActionCalled" { "action": "action", "method": "method" };
    "Client-Create" => "Client-Create" { "userid": "client_id" };
    "Client-Delete" => "Client-Delete" { "userid": "client_id" };
    "Client-Update" => "Client-Update" { "userid": "client_id" };
    "Client-PasswordChange" => "Client-PasswordChange" { "userid": "user_id" };
    "Account-Logoff" => "Account-Logoff" { "userid": "user_id" };
    "Account-StatusUpdate" => "Account-StatusUpdate" { "0": "status" };
    "Invoice-Create" => "Invoice-Create" {
        "invoiceId": "invoice_id", "invoice.id": "invoice_id", "invoice.userid": "client_id",
        "invoice.subtotal": "subtotal", "invoice.balancedue": "total",
    };
    "Invoice-Paid" => "Invoice-Paid" { "invoiceId": "invoice_id" };
    "Invoice-Pending" => "Invoice-Pending" { "invoiceId": "invoice_id" };
    "Invoice-Refunded" => "Invoice-Refunded" { "invoiceId": "invoice_id" };
    "Invoice-Credited" => "Invoice-Credited" { "invoiceId": "invoice_id" };
    "Invoice-PartiallyPaid" => "Invoice-PartiallyPaid" { "invoiceId": "invoice_id" };
    "Order-NewPackage" => "Order-NewPackage" { "userid": "client_id" };
    "UserPackage-Activate" => "UserPackage-Activate" {
        "userPackageId": "service_id", "userPackage.id": "service_id", "userPackage.userid": "client_id",
        "userPackage.productid": "product_id", "userPackage.name": "label",
    };
    "Ticket-ReplyByCustomer" => "Ticket-ReplyByCustomer" {
        "user.id": "user_id", "ticketid": "ticket_id", "message": "message",
    };
    "Plugin-Action-Create" => "AfterModuleCreate" {
        "userPackage.id": "service_id", "userPackage.userid": "client_id",
        "userPackage.productid": "product_id", "userPackage.name": "label",
    };
};
