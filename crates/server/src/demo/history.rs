//! The past of the demo's clients: what they ordered, paid, and left unpaid.

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use innkeeper_app::{
    Actor, App, Identity,
    actor::CLIENT_PERMISSIONS,
    carts::{self, AddDomain, AddProduct},
    catalogue::{self, ListProducts},
    invoices, jobs,
    orders::{self, OrderFilter, OrderRow},
    payments::{self, RecordPayment},
    services::{self, ServiceFilter},
};
use innkeeper_domain::{
    ClientId, CycleId, InvoiceId, Money, OrderId, ProductId,
    state::{InvoiceState, OrderState, ServiceState},
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::{
    clock::SetClock,
    connect,
    people::{self, PEOPLE, Person},
};
use crate::commands::staff::readable;

/// The password of every mailbox.
const MAILBOX_PASSWORD: &str = "Winter-Lake-4821";

/// What was ordered.
enum Item {
    /// Product, months of the cycle.
    Site(&'static str, i64),
    /// Product, months of the cycle, mailbox.
    Mailbox(&'static str, i64, &'static str),
    Domain(&'static str),
}

/// What became of it.
#[derive(Clone, Copy, PartialEq)]
enum End {
    /// Paid after so many days.
    Paid(i64),
    Unpaid,
    Cancelled,
}

/// An order: by whom (the place in [`PEOPLE`]), how many days ago.
struct Deed {
    person: usize,
    days: i64,
    items: &'static [Item],
    end: End,
}

const fn deed(person: usize, days: i64, items: &'static [Item], end: End) -> Deed {
    Deed { person, days, items, end }
}

use End::{Cancelled, Paid, Unpaid};
use Item::{Domain, Mailbox, Site};

/// From the oldest to the latest. Monthly things are young: renewals are not part of this past.
#[rustfmt::skip]
const DEEDS: [Deed; 22] = [
    deed(0, 329, &[Site("web-start", 12)], Paid(3)),
    deed(1, 300, &[Site("web-pro", 12), Mailbox("mailbox-business", 12, "office")], Paid(9)),
    deed(2, 274, &[Mailbox("mailbox-basic", 12, "ada")], Paid(1)),
    deed(3, 239, &[Site("web-start", 12)], Paid(5)),
    deed(4, 203, &[Site("web-pro", 12), Mailbox("mailbox-business", 12, "lena.keller")], Paid(2)),
    deed(5, 166, &[Mailbox("mailbox-business", 12, "marta.garcia"), Mailbox("mailbox-basic", 12, "recepcion")], Paid(7)),
    deed(0, 150, &[Mailbox("mailbox-basic", 12, "bakery")], Paid(4)),
    deed(6, 130, &[Site("web-pro", 12)], Paid(11)),
    deed(3, 121, &[Site("site-care", 12)], Cancelled),
    deed(7, 95, &[Site("web-start", 12), Mailbox("mailbox-basic", 12, "conti")], Paid(6)),
    deed(1, 77, &[Mailbox("mailbox-basic", 12, "versand")], Paid(2)),
    deed(8, 61, &[Site("web-start", 12)], Paid(1)),
    deed(4, 48, &[Site("site-care", 12)], Unpaid),
    deed(9, 40, &[Site("web-start", 12), Mailbox("mailbox-basic", 12, "ruderclub")], Paid(8)),
    deed(7, 33, &[Site("site-care", 12)], Unpaid),
    deed(5, 26, &[Site("site-care", 1)], Paid(3)),
    deed(2, 20, &[Site("web-start", 1)], Paid(2)),
    deed(10, 16, &[Mailbox("mailbox-basic", 1, "erik")], Paid(1)),
    deed(6, 9, &[Mailbox("mailbox-business", 1, "sam.carter")], Paid(4)),
    deed(2, 5, &[Domain("ada-lovelace.com")], Paid(2)),
    deed(11, 3, &[Domain("novak-foto.eu"), Mailbox("mailbox-basic", 12, "novak")], Paid(1)),
    deed(2, 1, &[Site("site-care", 1)], Unpaid),
];

/// Lets everything happen that did not yet.
pub async fn live(app: &Arc<App>, clock: &SetClock, staff: &Actor) -> Result<()> {
    let teller = Teller { app, clock, staff, products: products(app, staff).await? };
    let mut done: HashMap<usize, usize> = HashMap::new();
    for deed in &DEEDS {
        let place = done.entry(deed.person).or_default();
        teller.tell(deed, *place).await.with_context(|| format!("the past of {}", PEOPLE[deed.person].email))?;
        *place += 1;
    }
    teller.spam().await
}

async fn products(app: &App, staff: &Actor) -> Result<HashMap<String, ProductId>> {
    let list = ListProducts { limit: 200, ..ListProducts::default() };
    let products = catalogue::list_products(app, staff, list).await?;
    Ok(products.into_iter().map(|product| (product.slug, product.id)).collect())
}

struct Teller<'a> {
    app: &'a Arc<App>,
    clock: &'a SetClock,
    staff: &'a Actor,
    products: HashMap<String, ProductId>,
}

impl Teller<'_> {
    /// Tells one deed, the `place`th of its client: from where an earlier start was cut short.
    async fn tell(&self, deed: &Deed, place: usize) -> Result<()> {
        let person = PEOPLE.get(deed.person).context("nobody")?;
        let client = people::find(self.app, person.email).await?.context("the client is missing")?;
        let placed = Utc::now() - TimeDelta::days(deed.days) - TimeDelta::hours(1);
        let known = self.orders(client).await?.get(place).map(|order| order.id);
        let id = match known {
            Some(id) => id,
            None => {
                self.clock.set(placed);
                self.order(client, person, deed.items).await.map_err(readable)?
            }
        };
        let order = orders::get(self.app, self.staff, id).await?;
        let paid = match deed.end {
            Paid(after) => Some(placed + TimeDelta::days(after)),
            Unpaid | Cancelled => None,
        };
        self.clock.set(paid.unwrap_or(placed));
        match (deed.end, order.invoice_id.map(InvoiceId)) {
            (Paid(_), Some(invoice)) => self.pay(invoice).await.map_err(readable)?,
            (Cancelled, _) if order.state.0 == OrderState::Pending => {
                orders::cancel(self.app, self.staff, id).await.map_err(readable)?;
            }
            _ => {}
        }
        jobs::drain(self.app).await?;
        self.date(id, placed, paid).await
    }

    /// All orders of a client, the oldest first.
    async fn orders(&self, client: ClientId) -> Result<Vec<OrderRow>> {
        let filter = OrderFilter { client: Some(client), limit: 100, ..OrderFilter::default() };
        let mut orders = orders::list(self.app, self.staff, filter).await?;
        orders.reverse();
        Ok(orders)
    }

    async fn order(&self, client_id: ClientId, person: &Person, items: &[Item]) -> innkeeper_app::Result<OrderId> {
        let actor = Actor {
            identity: Identity::Client { client_id, user_id: None },
            name: person.email.into(),
            permissions: CLIENT_PERMISSIONS.into_iter().collect(),
            ip: "192.0.2.44".into(),
            request_id: "demo".into(),
        };
        let cart = carts::create(self.app, &actor, None).await?;
        for item in items {
            match item {
                Site(slug, months) => drop(self.add(&actor, &cart, slug, *months, vec![]).await?),
                Mailbox(slug, months, mailbox) => {
                    let (first, last) = person.name();
                    let fields = [
                        ("mailbox", *mailbox),
                        ("first_name", first),
                        ("last_name", last),
                        ("password", MAILBOX_PASSWORD),
                    ];
                    self.add(&actor, &cart, slug, *months, fields.to_vec()).await?;
                }
                Domain(name) => {
                    let domain = AddDomain {
                        name: (*name).into(),
                        years: 1,
                        transfer: false,
                        auth_code: None,
                        answers: Default::default(),
                    };
                    carts::add_domain(self.app, &actor, &cart, domain).await?;
                }
            }
        }
        orders::checkout(self.app, &actor, &cart).await
    }

    async fn add(
        &self,
        actor: &Actor,
        cart: &str,
        slug: &str,
        months: i64,
        fields: Vec<(&str, &str)>,
    ) -> innkeeper_app::Result<()> {
        let product_id = *self.products.get(slug).ok_or(innkeeper_app::AppError::NotFound("product"))?;
        let fields = fields.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let product = AddProduct {
            parent: None,
            product_id,
            cycle_id: CycleId(months),
            fields,
            custom_fields: BTreeMap::new(),
            options: BTreeMap::new(),
        };
        carts::add_product(self.app, actor, cart, product).await.map(drop)
    }

    /// Staff see the transfer arrive.
    async fn pay(&self, id: InvoiceId) -> innkeeper_app::Result<()> {
        let invoice = invoices::get(self.app, self.staff, id).await?.invoice;
        if invoice.state.0 != InvoiceState::Unpaid {
            return Ok(());
        }
        let payment = RecordPayment {
            purpose: id.into(),
            gateway: connect::BANK.into(),
            transaction_ref: format!("TRANSFER {}", invoice.number_text.unwrap_or_default()),
            amount: Money::new(invoice.total, invoice.currency.parse()?),
            received_on: self.app.now().date_naive(),
            note: String::new(),
        };
        payments::record(self.app, self.staff, payment).await.map(drop)
    }

    async fn date(&self, order: OrderId, placed: DateTime<Utc>, paid: Option<DateTime<Utc>>) -> Result<()> {
        let mut connection = self.app.pool().acquire().await?;
        Ok(innkeeper_db::history::date_order(&mut connection, order, placed, paid).await?)
    }

    /// One mailbox sent spam, and staff suspended it.
    async fn spam(&self) -> Result<()> {
        let filter = ServiceFilter { limit: 200, ..ServiceFilter::default() };
        let services = services::list(self.app, self.staff, filter).await?;
        let spammer = services.iter().find(|service| service.label.starts_with("versand@"));
        if let Some(service) = spammer.filter(|service| service.state.0 == ServiceState::Active) {
            self.clock.set(Utc::now() - TimeDelta::days(2));
            services::suspend(self.app, self.staff, service.id, "Sent spam; waiting for an answer")
                .await
                .map_err(readable)?;
            jobs::drain(self.app).await?;
        }
        Ok(())
    }
}
