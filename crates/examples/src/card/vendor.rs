//! The vendor: payments, refunds, customers and cards in memory, and the faults that a test orders.

use chrono::{DateTime, Utc};
use innkeeper_plugin_api::{
    Callback, Dispute, PaymentState, PluginError, RemotePayment, StoredMethod,
    domain::{DisputeState, Money},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::signature;

/// A test card: what becomes of what is paid with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    /// Pays at once.
    Good,
    /// Is declined at once.
    Declined,
    /// Pays after a while: see [`CardVendor::settle`].
    Slow,
    /// Is declined after a while.
    SlowDeclined,
    /// Wants the payer to confirm in the bank's app.
    Confirm,
}

impl Card {
    const ALL: [(Self, &str); 5] = [
        (Self::Good, "4242424242424242"),
        (Self::Declined, "4000000000000002"),
        (Self::Slow, "4000000000000077"),
        (Self::SlowDeclined, "4000000000000101"),
        (Self::Confirm, "4000000000003220"),
    ];
    /// Its number.
    pub fn number(self) -> &'static str {
        Self::ALL.iter().find(|(card, _)| *card == self).map_or("", |(_, number)| number)
    }
    /// The card with this number.
    pub fn of(number: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == number).map(|(card, _)| *card)
    }
    fn label(self) -> String {
        format!("Visa •••• {}", self.number().get(12..).unwrap_or_default())
    }
    fn outcome(self) -> PaymentState {
        match self {
            Self::Good => PaymentState::Paid,
            Self::Declined => rejected(),
            Self::Slow | Self::SlowDeclined => PaymentState::Pending,
            Self::Confirm => PaymentState::ActionNeeded { url: Some("https://bank.example/confirm".to_owned()) },
        }
    }
}

fn rejected() -> PaymentState {
    PaymentState::Rejected { reason: "The card was declined.".to_owned() }
}

#[derive(Clone)]
struct Payment {
    told: RemotePayment,
    key: String,
    card: Option<Card>,
    /// It cannot be made any more.
    given_up: bool,
    changed_at: DateTime<Utc>,
}

#[derive(Default)]
struct State {
    last: u64,
    payments: BTreeMap<String, Payment>,
    /// Key, payment, id.
    refunds: Vec<(String, String, String)>,
    /// Key and id.
    customers: BTreeMap<String, String>,
    /// Id; customer and card.
    cards: BTreeMap<String, (String, Card)>,
    live_subscriptions: Vec<String>,
    requests: u64,
    loses_next: bool,
    unavailable: bool,
}

/// The vendor. Clones are the same one.
#[derive(Clone, Default)]
pub struct CardVendor(Arc<Mutex<State>>);

impl fmt::Debug for CardVendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardVendor")
    }
}

/// The id of what was made under a key: the same after a restart, when this vendor has forgotten everything and the
/// host has not.
fn id_of(kind: &str, key: &str) -> String {
    let hash = hex::encode(Sha256::digest(format!("{kind}:{key}")));
    format!("{kind}_{}", hash.get(..16).unwrap_or_default())
}

impl State {
    /// An id that no other thing has.
    fn id(&mut self, kind: &str) -> String {
        self.last += 1;
        format!("{kind}_{:06}", self.last)
    }
    /// Ends a call that changed something: its answer may get lost.
    fn answer<T>(&mut self, answer: T) -> Result<T, PluginError> {
        match std::mem::take(&mut self.loses_next) {
            true => Err(PluginError::unknown("the connection broke before the answer came")),
            false => Ok(answer),
        }
    }
    fn make(&mut self, reference: Option<&str>, amount: Money, key: &str, now: DateTime<Utc>) -> String {
        let id = id_of("pay", key);
        let told = RemotePayment {
            id: id.clone(),
            reference: reference.map(str::to_owned),
            amount,
            state: PaymentState::ActionNeeded { url: None },
            refunded: amount.currency().zero(),
            fee: None,
            paid_at: None,
            method: None,
            subscription: None,
            disputes: vec![],
        };
        self.payments
            .insert(id.clone(), Payment { told, key: key.to_owned(), card: None, given_up: false, changed_at: now });
        id
    }
    fn change(&mut self, id: &str, now: DateTime<Utc>, change: impl FnOnce(&mut Payment)) {
        if let Some(payment) = self.payments.get_mut(id) {
            change(payment);
            payment.changed_at = now;
            if payment.told.state == PaymentState::Paid && payment.told.paid_at.is_none() {
                payment.told.paid_at = Some(now);
                payment.told.fee = Some(Money::new(payment.told.amount.minor() / 50, payment.told.amount.currency()));
            }
        }
    }
    fn pay(&mut self, id: &str, card: Card, now: DateTime<Utc>) {
        self.change(id, now, |payment| {
            let waits = matches!(payment.told.state, PaymentState::ActionNeeded { .. } | PaymentState::Rejected { .. });
            if waits && !payment.given_up {
                payment.card = Some(card);
                payment.told.method = Some(card.label());
                payment.told.state = card.outcome();
            }
        });
    }
}

impl CardVendor {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Takes a request.
    fn asked(&self) -> Result<MutexGuard<'_, State>, PluginError> {
        let mut state = self.state();
        state.requests += 1;
        match state.unavailable {
            true => Err(PluginError::temporary("the vendor is out of service")),
            false => Ok(state),
        }
    }
}

/// What the plugin asks.
impl CardVendor {
    /// The payment of a page: one for each key.
    pub(super) fn open(
        &self,
        reference: &str,
        amount: Money,
        key: &str,
        now: DateTime<Utc>,
    ) -> Result<String, PluginError> {
        let mut state = self.asked()?;
        let known = state.payments.values().find(|p| p.key == key && !p.given_up).map(|p| p.told.id.clone());
        // One that was given up is not opened again: another takes its place.
        let turn = state.payments.values().filter(|p| p.key == key).count();
        let made = if turn == 0 { key.to_owned() } else { format!("{key}:{turn}") };
        Ok(known.unwrap_or_else(|| {
            let id = state.make(Some(reference), amount, &made, now);
            state.change(&id, now, |payment| payment.key = key.to_owned());
            id
        }))
    }
    pub(super) fn payment(&self, id: &str) -> Result<RemotePayment, PluginError> {
        let state = self.asked()?;
        let found = state.payments.get(id).map(|p| p.told.clone());
        found.ok_or_else(|| PluginError::not_found(format!("there is no payment {id}")))
    }
    /// Ends a payment that nobody has made.
    pub(super) fn give_up(&self, id: &str, now: DateTime<Utc>) -> Result<(), PluginError> {
        let mut state = self.asked()?;
        let found = state.payments.get(id).map(|p| p.told.state.clone());
        match found.ok_or_else(|| PluginError::not_found(format!("there is no payment {id}")))? {
            PaymentState::ActionNeeded { .. } | PaymentState::Rejected { .. } => {
                state.change(id, now, |payment| {
                    payment.given_up = true;
                    payment.told.state = PaymentState::Rejected { reason: "The payment was given up.".to_owned() };
                });
                state.answer(())
            }
            _ => Err(PluginError::declined(format!("the payment {id} is made"))),
        }
    }
    /// How many payments there are.
    pub(super) fn known(&self) -> Result<usize, PluginError> {
        Ok(self.asked()?.payments.len())
    }
    pub(super) fn by_key(&self, key: &str) -> Result<Option<RemotePayment>, PluginError> {
        Ok(self.asked()?.payments.values().find(|p| p.key == key).map(|p| p.told.clone()))
    }
    pub(super) fn changed_since(&self, since: DateTime<Utc>) -> Result<Vec<RemotePayment>, PluginError> {
        let state = self.asked()?;
        let mut changed: Vec<&Payment> = state.payments.values().filter(|p| p.changed_at >= since).collect();
        changed.sort_by_key(|p| p.changed_at);
        Ok(changed.into_iter().map(|p| p.told.clone()).collect())
    }
    /// The payer filled in the form of a payment.
    pub(super) fn fill_in(&self, id: &str, card: Card, now: DateTime<Utc>) -> Result<(), PluginError> {
        self.asked()?.pay(id, card, now);
        Ok(())
    }
    pub(super) fn charge(
        &self,
        reference: &str,
        amount: Money,
        (customer, method): (&str, &str),
        key: &str,
        now: DateTime<Utc>,
    ) -> Result<RemotePayment, PluginError> {
        let mut state = self.asked()?;
        let card = state.cards.get(method).filter(|(of, _)| of == customer).map(|(_, card)| *card);
        let card = card.ok_or_else(|| PluginError::declined("the customer has no such card"))?;
        let known = state.payments.values().find(|p| p.key == key).map(|p| p.told.id.clone());
        let id = known.unwrap_or_else(|| {
            let id = state.make(Some(reference), amount, key, now);
            state.pay(&id, card, now);
            id
        });
        let told = state.payments.get(&id).map(|p| p.told.clone());
        let told = told.ok_or_else(|| PluginError::unknown("the payment is gone"))?;
        state.answer(told)
    }
    pub(super) fn refund(
        &self,
        payment: &str,
        amount: Money,
        key: &str,
        now: DateTime<Utc>,
    ) -> Result<String, PluginError> {
        let mut state = self.asked()?;
        if let Some((_, _, id)) = state.refunds.iter().find(|(known, ..)| known == key) {
            return Ok(id.clone());
        }
        let found = state.payments.get(payment).map(|p| p.told.clone());
        let found = found.ok_or_else(|| PluginError::not_found(format!("there is no payment {payment}")))?;
        let refunded = found.refunded.checked_add(amount).map_err(|e| PluginError::invalid(e.to_string()))?;
        if found.state != PaymentState::Paid || refunded.minor() > found.amount.minor() {
            return Err(PluginError::declined("there is not so much of this payment to give back"));
        }
        state.change(payment, now, |payment| payment.told.refunded = refunded);
        let id = id_of("re", key);
        state.refunds.push((key.to_owned(), payment.to_owned(), id.clone()));
        state.answer(id)
    }
    pub(super) fn refund_by_key(&self, key: &str) -> Result<Option<String>, PluginError> {
        Ok(self.asked()?.refunds.iter().find(|(known, ..)| known == key).map(|(.., id)| id.clone()))
    }
    pub(super) fn put_customer(&self, known: Option<&str>, key: &str) -> Result<String, PluginError> {
        let mut state = self.asked()?;
        if let Some(id) = known.filter(|id| state.customers.values().any(|k| k == id)) {
            return Ok(id.to_owned());
        }
        if let Some(id) = state.customers.get(key) {
            return Ok(id.clone());
        }
        let id = id_of("cus", key);
        state.customers.insert(key.to_owned(), id.clone());
        state.answer(id)
    }
    pub(super) fn remove_customer(&self, customer: &str) -> Result<(), PluginError> {
        let mut state = self.asked()?;
        state.customers.retain(|_, id| id != customer);
        state.cards.retain(|_, (of, _)| of != customer);
        state.answer(())
    }
    pub(super) fn cards(&self, customer: &str) -> Result<Vec<StoredMethod>, PluginError> {
        let state = self.asked()?;
        let of = state.cards.iter().filter(|(_, (of, _))| of == customer);
        let stored = |(id, (_, card)): (&String, &(String, Card))| StoredMethod {
            id: id.clone(),
            label: card.label(),
            expires: Some((2031, 12)),
        };
        Ok(of.map(stored).collect())
    }
    pub(super) fn add_card(&self, customer: &str, card: Card) -> Result<String, PluginError> {
        let mut state = self.asked()?;
        let same = state.cards.iter().find(|(_, known)| **known == (customer.to_owned(), card));
        if let Some((id, _)) = same {
            return Ok(id.clone());
        }
        let id = id_of("card", &format!("{customer}:{}", card.number()));
        state.cards.insert(id.clone(), (customer.to_owned(), card));
        Ok(id)
    }
    pub(super) fn forget_card(&self, customer: &str, method: &str) -> Result<(), PluginError> {
        let mut state = self.asked()?;
        state.cards.retain(|id, (of, _)| id != method || of != customer);
        state.answer(())
    }
    pub(super) fn cancel(&self, subscription: &str) -> Result<(), PluginError> {
        let mut state = self.asked()?;
        state.live_subscriptions.retain(|id| id != subscription);
        state.answer(())
    }
}

/// What tests, and payers, do to it.
impl CardVendor {
    /// Forgets everything.
    pub fn reset(&self) {
        *self.state() = State::default();
    }
    /// Somebody pays under a reference; nobody is called back. The payment's id.
    pub fn pay(&self, reference: Option<&str>, amount: Money, card: Card, now: DateTime<Utc>) -> String {
        let mut state = self.state();
        let key = state.id("page");
        let id = state.make(reference, amount, &key, now);
        state.pay(&id, card, now);
        id
    }
    /// The payer of a page's payment uses this card.
    pub fn use_card(&self, payment: &str, card: Card, now: DateTime<Utc>) {
        self.state().pay(payment, card, now);
    }
    /// What was pending comes to its end.
    pub fn settle(&self, payment: &str, now: DateTime<Utc>) {
        self.state().change(payment, now, |payment| {
            if payment.told.state == PaymentState::Pending {
                let good = payment.card == Some(Card::Slow);
                payment.told.state = if good { PaymentState::Paid } else { rejected() };
            }
        });
    }
    /// The payer's bank takes the money back.
    pub fn charge_back(&self, payment: &str, now: DateTime<Utc>) {
        self.state().change(payment, now, |payment| payment.told.state = PaymentState::ChargedBack);
    }
    /// A dispute over a payment begins, or changes as `state` says. The payment is charged back until it is won.
    pub fn dispute(&self, payment: &str, id: &str, amount: Money, state: DisputeState, now: DateTime<Utc>) {
        self.state().change(payment, now, |payment| {
            let fee = Some(Money::new(1500, amount.currency()));
            let told = Dispute { id: id.to_owned(), state, amount, reason: "fraudulent".to_owned(), fee };
            payment.told.disputes.retain(|known| known.id != id);
            payment.told.disputes.push(told);
            let kept = payment.told.disputes.iter().all(|known| known.state == DisputeState::Won);
            payment.told.state = if kept { PaymentState::Paid } else { PaymentState::ChargedBack };
        });
    }
    /// A customer stores a card. Its id.
    pub fn store_card(&self, customer: &str, card: Card) -> String {
        let mut state = self.state();
        let id = state.id("card");
        state.cards.insert(id.clone(), (customer.to_owned(), card));
        id
    }
    /// A subscription starts; it has charged nothing yet. Its id.
    pub fn subscribe(&self) -> String {
        let mut state = self.state();
        let id = state.id("sub");
        state.live_subscriptions.push(id.clone());
        id
    }
    /// A live subscription charges. The payment's id.
    pub fn renew(
        &self,
        subscription: &str,
        reference: Option<&str>,
        amount: Money,
        now: DateTime<Utc>,
    ) -> Option<String> {
        let mut state = self.state();
        if !state.live_subscriptions.iter().any(|id| id == subscription) {
            return None;
        }
        let key = state.id("cycle");
        let id = state.make(reference, amount, &key, now);
        state.pay(&id, Card::Good, now);
        state.change(&id, now, |payment| payment.told.subscription = Some(subscription.to_owned()));
        Some(id)
    }
    /// The callback about a payment, signed with `key`.
    pub fn callback(&self, key: &str, payment: &str, now: DateTime<Utc>) -> Callback {
        let body = json!({ "payment": payment, "sent": now.timestamp() }).to_string().into_bytes();
        let signature = signature::sign(key, &body).unwrap_or_default();
        Callback { headers: vec![(signature::HEADER.to_owned(), signature)], query: String::new(), body }
    }
    /// How many payments were taken.
    pub fn taken(&self) -> usize {
        let taken = |p: &&Payment| matches!(p.told.state, PaymentState::Paid | PaymentState::ChargedBack);
        self.state().payments.values().filter(taken).count()
    }
    /// How many payments there are, in whatever state.
    pub fn payments(&self) -> usize {
        self.state().payments.len()
    }
    /// How many refunds were made.
    pub fn refunds(&self) -> usize {
        self.state().refunds.len()
    }
    /// How many customers there are.
    pub fn customers(&self) -> usize {
        self.state().customers.len()
    }
    /// How many subscriptions still charge.
    pub fn subscriptions(&self) -> usize {
        self.state().live_subscriptions.len()
    }
    /// How often it was asked anything.
    pub fn requests(&self) -> u64 {
        self.state().requests
    }
    /// The next call that changes something is carried out, but its answer is lost.
    pub fn lose_next_answer(&self) {
        self.state().loses_next = true;
    }
    /// From now on it says that it is out of service, or serves again.
    pub fn out_of_service(&self, out: bool) {
        self.state().unavailable = out;
    }
}
