//! Invoices and payments.

use chrono::NaiveDate;
use innkeeper_domain::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::row::{date, hooks, money};

hooks! {
    BILLING = "Invoices and payments";

    /// An invoice was issued.
    event InvoiceCreated = "Invoice-Create", about "invoice" invoice_id {
        /// The invoice.
        invoice_id: InvoiceId = InvoiceId(9),
        /// Whom it bills.
        client_id: ClientId = ClientId(17),
        /// Its printed number.
        number: String = "INV-2027-00009".into(),
        /// Without tax.
        subtotal: Money = money(2100),
        /// Tax included.
        total: Money = money(2541),
        /// Day by which it should be paid.
        due: NaiveDate = date(),
        /// Through which door: `panel` (staff), `portal` (the client) or `automation`.
        source: String = "portal".into(),
        /// Who: `staff:3`, `client:17`, `system:…`.
        actor: String = "client:17/user:21".into(),
        /// `unpaid`; `paid` for one over nothing.
        state: String = "unpaid".into(),
        /// It is no invoice yet: `ProformaInvoiced` tells when it is.
        is_proforma: Option<bool> = Some(false),
    }
    /// A proforma became an invoice, with the number and the day of one: it is paid, or staff made it one. Exactly once for
    /// each.
    event ProformaInvoiced = "ProformaInvoiced", about "invoice" invoice_id {
        /// The invoice; the proforma had the same id.
        invoice_id: InvoiceId = InvoiceId(9),
        /// Whom it bills.
        client_id: ClientId = ClientId(17),
        /// The printed number that it had.
        proforma: String = "PF-000031".into(),
        /// The printed number that it has now.
        number: String = "INV-2027-00009".into(),
        /// Tax included.
        total: Money = money(2541),
    }
    /// A payment covered a part of an invoice.
    event InvoicePartiallyPaid = "Invoice-PartiallyPaid", about "invoice" invoice_id {
        /// The invoice.
        invoice_id: InvoiceId = InvoiceId(9),
        /// Whom it bills.
        client_id: ClientId = ClientId(17),
        /// Paid so far.
        paid: Money = money(1000),
        /// Still owed.
        balance: Money = money(1541),
    }
    /// An invoice was paid in full. Exactly once for each invoice, and once more for each time that it was owed again
    /// (`InvoiceUnpaid`).
    event InvoicePaid = "Invoice-Paid", about "invoice" invoice_id {
        /// The invoice.
        invoice_id: InvoiceId = InvoiceId(9),
        /// Whom it bills.
        client_id: ClientId = ClientId(17),
        /// Tax included.
        total: Money = money(2541),
    }
    /// A paid invoice is owed again: the payer's bank took the payment back.
    event InvoiceReopened = "InvoiceUnpaid", about "invoice" invoice_id {
        /// The invoice.
        invoice_id: InvoiceId = InvoiceId(9),
        /// Whom it bills.
        client_id: ClientId = ClientId(17),
        /// What is owed on it.
        balance: Money = money(2541),
    }
    /// An unpaid invoice was voided, whoever did it and through whichever door.
    event InvoiceCancelled = "InvoiceCancelled", about "invoice" invoice_id {
        /// The invoice.
        invoice_id: InvoiceId = InvoiceId(9),
        /// Whom it billed.
        client_id: ClientId = ClientId(17),
    }
    /// Staff made one invoice of several unpaid ones, which are void: `InvoiceCancelled` and `Invoice-Create` tell of each,
    /// too.
    event InvoicesMerged = "InvoicesMerged", about "invoice" invoice_id {
        /// The new invoice.
        invoice_id: InvoiceId = InvoiceId(12),
        /// Whom it bills.
        client_id: ClientId = ClientId(17),
        /// In whose place it is.
        merged_ids: Vec<InvoiceId> = vec![InvoiceId(9), InvoiceId(10)],
    }
    /// Staff made two invoices of an unpaid one, which is void: `InvoiceCancelled` and `Invoice-Create` tell of each, too.
    event InvoiceSplit = "InvoiceSplit", about "invoice" invoice_id {
        /// The old invoice.
        invoice_id: InvoiceId = InvoiceId(9),
        /// Whom it billed.
        client_id: ClientId = ClientId(17),
        /// The new invoice with the lines that were chosen.
        split_id: InvoiceId = InvoiceId(13),
        /// The new invoice with the rest.
        rest_id: InvoiceId = InvoiceId(12),
    }
    /// Staff wrote an invoice off: nobody will pay what is still owed on it. What was paid on it stays. Exactly once for
    /// each such invoice.
    event InvoiceWrittenOff = "Invoice-WrittenOff", about "invoice" invoice_id {
        /// The invoice.
        invoice_id: InvoiceId = InvoiceId(9),
        /// Whom it billed.
        client_id: ClientId = ClientId(17),
        /// What was still owed, tax included.
        amount: Money = money(1541),
        /// The tax in it, which is not payable any more.
        tax: Money = money(267),
        /// Why, for staff.
        reason: String = "Moved away, address unknown".into(),
    }
    /// A gateway says that the payment of an invoice is on its way and may still fail.
    event InvoicePending = "Invoice-Pending", about "invoice" invoice_id {
        /// The invoice.
        invoice_id: InvoiceId = InvoiceId(9),
        /// Whom it bills.
        client_id: ClientId = ClientId(17),
    }
    /// A payment of an invoice was given back, in whole or in part. An invoice that was paid and is given back
    /// in whole is `refunded` from then on.
    event InvoiceRefunded = "Invoice-Refunded", about "invoice" invoice_id {
        /// The invoice.
        invoice_id: InvoiceId = InvoiceId(9),
        /// Whom it billed.
        client_id: ClientId = ClientId(17),
        /// What was given back.
        amount: Money = money(2541),
    }
    /// A client's credit was used on an invoice.
    event InvoiceCredited = "Invoice-Credited", about "invoice" invoice_id {
        /// The invoice.
        invoice_id: InvoiceId = InvoiceId(9),
        /// Whom it bills.
        client_id: ClientId = ClientId(17),
        /// How much credit.
        amount: Money = money(500),
    }
    /// A credit note took back a part of what was invoiced.
    event CreditNoteIssued = "CreditNote-Issued", about "invoice" invoice_id {
        /// The credit note.
        invoice_id: InvoiceId = InvoiceId(14),
        /// To whom.
        client_id: ClientId = ClientId(17),
        /// Its number.
        number: String = "CN-000001".into(),
        /// What it takes back, with tax.
        total: Money = money(1049),
    }
    /// A quote was begun.
    event QuoteCreated = "QuoteCreated", about "quote" quote_id {
        /// The quote.
        quote_id: QuoteId = QuoteId(5),
        /// For whom; none: for somebody who is no client yet.
        client_id: Option<ClientId> = Some(ClientId(17)),
        /// `draft`.
        state: String = "draft".into(),
    }
    /// A quote was sent, accepted, declined, has expired, or is a draft again.
    event QuoteStatusChanged = "QuoteStatusChange", about "quote" quote_id {
        /// The quote.
        quote_id: QuoteId = QuoteId(5),
        /// For whom; none: for somebody who is no client yet.
        client_id: Option<ClientId> = Some(ClientId(17)),
        /// `draft`, `sent`, `accepted`, `declined` or `expired`.
        state: String = "sent".into(),
    }
    /// A quote was accepted, by the client or by staff in its name: it has become an invoice. Exactly once for each.
    event QuoteAccepted = "AcceptQuote", about "quote" quote_id {
        /// The quote.
        quote_id: QuoteId = QuoteId(5),
        /// Whose.
        client_id: ClientId = ClientId(17),
        /// The invoice.
        invoice_id: InvoiceId = InvoiceId(15),
    }
    /// A client was reminded of an unpaid invoice.
    event InvoiceReminded = "InvoicePaymentReminder", about "invoice" invoice_id {
        /// The invoice.
        invoice_id: InvoiceId = InvoiceId(9),
        /// Whom it bills.
        client_id: ClientId = ClientId(17),
        /// `reminder` before it is due; then `firstoverdue`, `secondoverdue`, `thirdoverdue` for every later one.
        kind: String = "firstoverdue".into(),
        /// Days after the due date; negative before.
        days: i32 = 1,
    }
    /// An overdue invoice got a fee. The fee is an invoice of its own.
    event LateFeeAdded = "AddInvoiceLateFee", about "invoice" invoice_id {
        /// The overdue invoice.
        invoice_id: InvoiceId = InvoiceId(9),
        /// Whom it bills.
        client_id: ClientId = ClientId(17),
        /// The invoice of the fee.
        fee_invoice_id: InvoiceId = InvoiceId(12),
        /// The fee.
        amount: Money = money(150),
    }
    /// Staff gave a client credit, or took some.
    event CreditAdjusted = "Credit-Adjusted", about "client" client_id {
        /// Whose credit.
        client_id: ClientId = ClientId(17),
        /// What was given or taken.
        adjustment_id: CreditAdjustmentId = CreditAdjustmentId(2),
        /// Negative: taken.
        amount: Money = money(500),
        /// Why, for staff.
        reason: String = "Outage on 3 May".into(),
    }
    /// A payment was recorded.
    event PaymentRecorded = "AddTransaction", about "client" client_id {
        /// The payment.
        payment_id: PaymentId = PaymentId(4),
        /// Who paid.
        client_id: ClientId = ClientId(17),
        /// The invoice it was meant for, if any.
        invoice_id: Option<InvoiceId> = Some(InvoiceId(9)),
        /// Id of the gateway plugin.
        gateway: String = "gateway-offline".into(),
        /// The gateway's own reference.
        transaction: String = "BANK-2027-03-30-118".into(),
        /// What came in.
        amount: Money = money(2541),
        /// The day it came in.
        received_on: NaiveDate = date(),
        /// Note of staff; may be empty.
        note: String = "by wire".into(),
    }
    /// The payer's bank took a payment back, or it is decided who keeps the money. Each state once for each dispute.
    event PaymentDisputed = "Payment-Disputed", about "payment" payment_id {
        /// The dispute.
        dispute_id: DisputeId = DisputeId(3),
        /// The payment.
        payment_id: PaymentId = PaymentId(4),
        /// Who paid.
        client_id: ClientId = ClientId(17),
        /// What is disputed.
        amount: Money = money(2541),
        /// `open`, `won` (the money is here again) or `lost` (it is gone for good).
        state: String = "open".into(),
        /// Why, in the gateway's words; may be empty.
        reason: String = "product not received".into(),
    }
    /// A gateway said something new of a payment: that it is open, on its way, paid, rejected or charged back.
    /// What is recorded of it is told by `AddTransaction`.
    event GatewayReported = "LogTransaction", about "gateway_payment" gateway_payment_id {
        /// The payment, as its gateway tells of it.
        gateway_payment_id: GatewayPaymentId = GatewayPaymentId(6),
        /// Who pays, if it names an invoice of ours.
        client_id: Option<ClientId> = Some(ClientId(17)),
        /// The invoice it is for, if it names one of ours.
        invoice_id: Option<InvoiceId> = Some(InvoiceId(9)),
        /// Id of the gateway plugin.
        gateway: String = "gateway-card".into(),
        /// The gateway's own id.
        transaction: String = "pay_000041".into(),
        /// How much.
        amount: Money = money(2541),
        /// `open` (the payer has to do something), `pending`, `paid`, `rejected` or `charged_back`.
        result: String = "rejected".into(),
        /// Why it was rejected, or what it is paid with; may be empty.
        data: String = "The card was declined.".into(),
    }
}
