//! A client's credit pays its new invoices.

use innkeeper_db::{
    credit::{self, Usable},
    ledger::{self, Entry, Posting},
    payments,
};
use innkeeper_domain::{InvoiceId, Money, PaymentId};
use innkeeper_hooks::payloads::InvoiceCredited;
use std::collections::{BTreeMap, BTreeSet};

use crate::{Result, Tx, payments::settle_if_paid};

/// Uses what clients have left of earlier payments for these invoices. The caller holds the clients' locks.
pub(crate) async fn use_up(tx: &mut Tx<'_>, invoices: &[InvoiceId]) -> Result<()> {
    let usable = credit::usable(tx.conn(), invoices).await?;
    let shares = share(&usable);
    let mut touched = BTreeSet::new();
    let (mut postings, mut used) = (vec![], vec![]);
    for (from, amount) in &shares {
        payments::allocate(tx.conn(), from.payment_id, from.invoice_id, *amount).await?;
        let client = Some(from.client_id);
        postings.push(Posting {
            key: format!("allocation:{}:{}", from.payment_id, from.invoice_id),
            currency: &from.currency,
            entries: vec![
                Entry { account: "client_credit", client, amount: *amount },
                Entry { account: "receivable", client, amount: -amount },
            ],
        });
        touched.insert(from.invoice_id);
        used.push(InvoiceCredited {
            invoice_id: from.invoice_id,
            client_id: from.client_id,
            amount: Money::new(*amount, from.currency.parse()?),
        });
    }
    ledger::post_all(tx.conn(), &postings).await?;
    tx.emit_all(&used).await?;
    for invoice in touched {
        settle_if_paid(tx, invoice).await?;
    }
    Ok(())
}

/// How much of which payment goes to which invoice: in the order given, none more than it has or is owed.
fn share(usable: &[Usable]) -> Vec<(&Usable, i64)> {
    let mut owed: BTreeMap<InvoiceId, i64> = usable.iter().map(|u| (u.invoice_id, u.owed)).collect();
    let mut free: BTreeMap<PaymentId, i64> = usable.iter().map(|u| (u.payment_id, u.free)).collect();
    let mut shares = vec![];
    for pair in usable {
        let (Some(owed), Some(free)) = (owed.get_mut(&pair.invoice_id), free.get_mut(&pair.payment_id)) else {
            continue;
        };
        let amount = (*owed).min(*free);
        if amount > 0 {
            *owed -= amount;
            *free -= amount;
            shares.push((pair, amount));
        }
    }
    shares
}
