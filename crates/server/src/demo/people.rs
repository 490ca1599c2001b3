//! The demo's member of staff and its clients.

use anyhow::Result;
use chrono::{TimeDelta, Utc};
use innkeeper_app::{
    Actor, App,
    clients::{self, ClientFilter, Details, NewClient, NewContact},
    staff::{self, NewStaff},
};
use innkeeper_domain::{ClientId, StaffId};

use super::clock::SetClock;
use crate::commands::staff::readable;

/// Opens the panel.
pub const STAFF_EMAIL: &str = "admin@harbour.example";
/// Its password.
pub const STAFF_PASSWORD: &str = "demo-staff-password";
/// Opens the portal.
pub const CLIENT_EMAIL: &str = "ada@lovelace.example";
/// The password of every client.
pub const CLIENT_PASSWORD: &str = "demo-client-password";

/// A client and for how many days it has been one.
pub struct Person {
    pub email: &'static str,
    first_name: &'static str,
    last_name: &'static str,
    company: &'static str,
    phone: &'static str,
    address: [&'static str; 3],
    country: &'static str,
    tax_number: &'static str,
    currency: &'static str,
    days: i64,
}

const fn person(
    email: &'static str,
    [first_name, last_name, company]: [&'static str; 3],
    [phone, tax_number]: [&'static str; 2],
    address: [&'static str; 3],
    [country, currency]: [&'static str; 2],
    days: i64,
) -> Person {
    Person { email, first_name, last_name, company, phone, address, country, tax_number, currency, days }
}

/// Everybody, the longest with us first.
#[rustfmt::skip]
pub const PEOPLE: [Person; 12] = [
    person("hello@bakery-moreau.example", ["Chloé", "Moreau", "Boulangerie Moreau"], ["+33.140123456", "FR40303265045"], ["12 Rue des Lilas", "75020", "Paris"], ["FR", "EUR"], 330),
    person("office@hofer-print.example", ["Matthias", "Hofer", "Hofer Druck GmbH"], ["+43.6601234567", "ATU12345675"], ["Hauptstraße 7", "6020", "Innsbruck"], ["AT", "EUR"], 301),
    person(CLIENT_EMAIL, ["Ada", "Lovelace", ""], ["+34.600111222", "12345678Z"], ["Calle Mayor 1", "28013", "Madrid"], ["ES", "EUR"], 275),
    person("jan@devries.example", ["Jan", "de Vries", ""], ["+31.612345678", "NL001234567B01"], ["Keizersgracht 100", "1015AA", "Amsterdam"], ["NL", "EUR"], 240),
    person("info@studio-keller.example", ["Lena", "Keller", "Studio Keller"], ["+49.3012345678", "DE136695976"], ["Torstraße 44", "10119", "Berlin"], ["DE", "EUR"], 204),
    person("marta@garcia-abogados.example", ["Marta", "García", "García Abogados SL"], ["+34.912345678", "B12345674"], ["Gran Vía 22", "28013", "Madrid"], ["ES", "EUR"], 168),
    person("sam@northwind.example", ["Sam", "Carter", "Northwind Traders LLC"], ["+1.2125550100", "12-3456789"], ["350 Fifth Avenue", "10118", "New York"], ["US", "USD"], 131),
    person("paolo@ferrari-vini.example", ["Paolo", "Conti", "Conti Vini"], ["+39.0612345678", "IT12345670017"], ["Via Appia 9", "00183", "Roma"], ["IT", "EUR"], 96),
    person("sofia@almeida.example", ["Sofia", "Almeida", ""], ["+351.912345678", "PT123456789"], ["Rua Augusta 5", "1100-048", "Lisboa"], ["PT", "EUR"], 62),
    person("club@rowing-graz.example", ["Nina", "Berger", "Ruderclub Graz"], ["+43.316123456", "ATU87654321"], ["Uferweg 3", "8010", "Graz"], ["AT", "EUR"], 41),
    person("erik@lindqvist.example", ["Erik", "Lindqvist", ""], ["+46.701234567", "SE556677889901"], ["Storgatan 8", "11455", "Stockholm"], ["SE", "EUR"], 17),
    person("olga@novak-foto.example", ["Olga", "Novak", "Novak Foto"], ["+420.601123456", "CZ12345678"], ["Vinohradská 12", "12000", "Praha"], ["CZ", "EUR"], 4),
];

/// The member of staff; made with the default roles if need be.
pub async fn staff(app: &App) -> Result<StaffId> {
    let actor = Actor::system("demo");
    let role = staff::ensure_default_roles(app, &actor).await?;
    let known = staff::list(app, &actor).await?.into_iter().find(|member| member.email == STAFF_EMAIL);
    if let Some(known) = known {
        return Ok(known.id);
    }
    let new =
        NewStaff { email: STAFF_EMAIL.into(), name: "Robin Harbour".into(), password: STAFF_PASSWORD.into(), role };
    staff::create(app, &actor, &new).await.map_err(readable)
}

/// The client with this address.
pub async fn find(app: &App, email: &str) -> innkeeper_app::Result<Option<ClientId>> {
    let filter = ClientFilter { text: Some(email.into()), limit: 1, ..ClientFilter::default() };
    Ok(clients::list(app, &Actor::system("demo"), &filter).await?.pop().map(|client| client.id))
}

/// Makes the clients that are not there yet, each on its day, some with a contact for invoices.
pub async fn clients(app: &App, clock: &SetClock) -> innkeeper_app::Result<()> {
    let actor = Actor::system("demo");
    for person in &PEOPLE {
        clock.set(Utc::now() - TimeDelta::days(person.days) - TimeDelta::hours(2));
        let id = match find(app, person.email).await? {
            Some(id) => id,
            None => clients::create(app, &actor, &person.record()).await?,
        };
        if !person.company.is_empty() && clients::contacts(app, &actor, id).await?.is_empty() {
            let contact = NewContact {
                name: format!("Accounts, {}", person.company),
                email: format!("accounts@{}", person.email.split('@').next_back().unwrap_or_default()),
                gets_invoices: true,
                ..NewContact::default()
            };
            clients::add_contact(app, &actor, id, &contact).await?;
        }
    }
    Ok(())
}

impl Person {
    fn record(&self) -> NewClient {
        let [address1, postcode, city] = self.address.map(str::to_owned);
        let details = Details {
            first_name: self.first_name.into(),
            last_name: self.last_name.into(),
            company: self.company.into(),
            email: self.email.into(),
            phone: self.phone.into(),
            address1,
            postcode,
            city,
            country: self.country.into(),
            tax_number: self.tax_number.into(),
            ..Details::default()
        };
        let (currency, password) = (Some(self.currency.to_owned()), Some(CLIENT_PASSWORD.to_owned()));
        NewClient { details, currency, password, ..NewClient::default() }
    }

    /// The name of a mailbox's user.
    pub fn name(&self) -> (&'static str, &'static str) {
        (self.first_name, self.last_name)
    }
}
