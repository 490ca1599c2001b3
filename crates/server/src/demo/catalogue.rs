//! What the demo's host sells.

use innkeeper_app::{
    Actor, App, AppError, Result, addons,
    catalogue::{self, GroupInput, ListProducts, NewPrice, NewTldPrice, ProductInput, TaxRuleInput, TldInput},
    exchange, servers,
    settings::{self, Brand, Company},
};
use innkeeper_domain::{Currency, CycleId, ProductGroupId, ServerGroupId, SetupWhen, Terms};
use serde_json::{Value, json};

use super::{connect, options};

const MONTHLY: CycleId = CycleId(1);
const YEARLY: CycleId = CycleId(12);

/// Country, name and percent. The company is Spanish; it charges the tax of the client's country.
const TAXES: [(&str, &str, i64); 10] = [
    ("ES", "IVA", 21),
    ("DE", "USt", 19),
    ("AT", "USt", 20),
    ("FR", "TVA", 20),
    ("IT", "IVA", 22),
    ("NL", "btw", 21),
    ("PT", "IVA", 23),
    ("SE", "moms", 25),
    ("CZ", "DPH", 21),
    ("BE", "btw/TVA", 21),
];

/// Extension, and cents for a year of registration, of renewal, and for a transfer.
const TLDS: [(&str, i64, i64, i64); 6] = [
    ("com", 1290, 1490, 1290),
    ("net", 1390, 1590, 1390),
    ("org", 1290, 1590, 1290),
    ("es", 890, 990, 590),
    ("eu", 790, 890, 790),
    ("tv", 3490, 3690, 3490),
];

/// A product, and its cents for a month, a year and the set-up.
struct Sold {
    group: &'static str,
    name: &'static str,
    slug: &'static str,
    description: &'static str,
    /// Template and megabytes; none: nothing is set up anywhere.
    mailbox: Option<(&'static str, u32)>,
    prices: (i64, i64, i64),
}

#[rustfmt::skip]
const PRODUCTS: [Sold; 6] = [
    Sold { group: "Mail", name: "Mailbox Basic", slug: "mailbox-basic", mailbox: Some(("Basic", 1024)), prices: (190, 1900, 0),
        description: "One mailbox with 1 GB, webmail, calendar and spam filter." },
    Sold { group: "Mail", name: "Mailbox Business", slug: "mailbox-business", mailbox: Some(("Business", 25_600)), prices: (490, 4900, 500),
        description: "One mailbox with 25 GB, shared calendars, mobile sync and archive." },
    Sold { group: "Web hosting", name: "Web Start", slug: "web-start", mailbox: None, prices: (399, 3990, 0),
        description: "10 GB of space for one site. We set it up by hand within a working day." },
    Sold { group: "Web hosting", name: "Web Pro", slug: "web-pro", mailbox: None, prices: (999, 9990, 1500),
        description: "50 GB of space for ten sites, daily backups, staging." },
    Sold { group: "Web hosting", name: "Site care", slug: "site-care", mailbox: None, prices: (2900, 29_000, 0),
        description: "Updates and a monthly check of your site by a person." },
    Sold { group: "Web hosting", name: "Company certificate", slug: "certificate", mailbox: None, prices: (600, 6000, 2000),
        description: "A certificate that names your company, renewed by us." },
];

/// Settings, currencies, taxes, products and extensions: what is missing of them.
pub async fn fill(app: &App) -> Result<()> {
    let actor = Actor::system("demo");
    business(app, &actor).await?;
    let known = catalogue::list_tax_rules(app, &actor).await?;
    for (country, name, percent) in TAXES {
        if !known.iter().any(|rule| rule.country == country) {
            let rule = json!({ "country": country, "name": name, "percent": percent.to_string() });
            catalogue::create_tax_rule(app, &actor, serde_json::from_value::<TaxRuleInput>(rule)?).await?;
        }
    }
    products(app, &actor).await?;
    tlds(app, &actor).await
}

async fn business(app: &App, actor: &Actor) -> Result<()> {
    let company = Company {
        name: "Harbour Hosting SL".into(),
        address: "Moll de Barcelona 1\n08039 Barcelona\nSpain".into(),
        tax_number: "ESB12345674".into(),
        registration_number: "Registro Mercantil de Barcelona, B-123456".into(),
        vat_exemption: String::new(),
        email: "billing@harbour.example".into(),
        country: "ES".into(),
        time_zone: "Europe/Madrid".into(),
        invoice_due_days: 14,
        payment_instructions: String::new(),
        iban: "ES9121000418450200051332".into(),
        bic: String::new(),
    };
    if settings::company(app).await? != company {
        settings::save_company(app, actor, company).await?;
    }
    let brand = Brand {
        name: "Harbour Hosting".into(),
        logo_text: "HH".into(),
        colour: "teal".into(),
        tagline: "Mail, sites and names, looked after by people.".into(),
    };
    if settings::brand(app).await? != brand {
        settings::save_brand(app, actor, brand).await?;
    }
    for currency in [Currency::EUR, dollar()?] {
        catalogue::enable_currency(app, actor, currency, true).await?;
    }
    catalogue::make_default_currency(app, actor, Currency::EUR).await?;
    if exchange::rates(app, actor).await?.is_empty() {
        exchange::set_rate(app, actor, dollar()?, "1.0841".parse().map_err(AppError::internal)?).await?;
    }
    Ok(())
}

fn dollar() -> Result<Currency> {
    Ok("USD".parse()?)
}

async fn products(app: &App, actor: &Actor) -> Result<()> {
    let groups = servers::list_server_groups(app, actor).await?;
    let servers = groups.iter().find(|group| group.name == connect::MAIL_SERVERS).map(|group| group.id);
    let known = catalogue::list_products(app, actor, ListProducts { limit: 200, ..ListProducts::default() }).await?;
    let mut sites = vec![];
    for (position, sold) in (1..).zip(&PRODUCTS) {
        let id = match known.iter().find(|product| product.slug == sold.slug) {
            Some(product) => product.id,
            None => {
                let group_id = group(app, actor, sold.group).await?;
                catalogue::create_product(app, actor, sold.input(group_id, servers, position)).await?
            }
        };
        // Exactly these prices: nothing happens when they are there.
        catalogue::set_prices(app, actor, id, sold.prices()?, None).await?;
        match sold.slug {
            "web-pro" => {
                options::fill(app, actor, id).await?;
                sites.push(id);
            }
            "web-start" => sites.push(id),
            "certificate" if !addons::sold(app, actor, id).await?.is_addon => {
                addons::set_sold(app, actor, id, true, &sites).await?;
            }
            _ => {}
        }
    }
    Ok(())
}

async fn group(app: &App, actor: &Actor, name: &str) -> Result<ProductGroupId> {
    let groups = catalogue::list_groups(app, actor).await?;
    if let Some(group) = groups.iter().find(|group| group.name == name) {
        return Ok(group.id);
    }
    let description = match name {
        "Mail" => "Mailboxes under our address, on servers we run ourselves.",
        _ => "Space for your site, and people who look after it.",
    };
    let position = i32::try_from(groups.len()).unwrap_or(0);
    let input = GroupInput { name: name.into(), description: description.into(), hidden: false, position };
    catalogue::create_group(app, actor, input).await
}

impl Sold {
    fn input(&self, group_id: ProductGroupId, servers: Option<ServerGroupId>, position: i32) -> ProductInput {
        let settings = self.mailbox.map(
            |(template, megabytes)| json!({ "domain": "example.org", "template": template, "quota_mb": megabytes }),
        );
        ProductInput {
            group_id,
            name: self.name.into(),
            slug: self.slug.into(),
            description: self.description.into(),
            plugin_id: self.mailbox.map(|_| connect::KERIO.into()),
            settings: settings.unwrap_or(Value::Null),
            server_group_id: self.mailbox.and(servers),
            setup_when: SetupWhen::Payment,
            stock: None,
            taxable: true,
            hidden: false,
            position,
            terms: Terms::default(),
        }
    }

    /// The same figures in euros and dollars.
    fn prices(&self) -> Result<Vec<NewPrice>> {
        let (month, year, setup) = self.prices;
        let mut prices = vec![];
        for currency in [Currency::EUR, dollar()?] {
            prices.push(NewPrice { currency, cycle_id: MONTHLY, amount: month, setup });
            prices.push(NewPrice { currency, cycle_id: YEARLY, amount: year, setup });
        }
        Ok(prices)
    }
}

async fn tlds(app: &App, actor: &Actor) -> Result<()> {
    let known = catalogue::list_tlds(app, actor).await?;
    for (position, (name, register, renew, transfer)) in (1..).zip(TLDS) {
        let id = match known.iter().find(|tld| tld.row.name == name) {
            Some(tld) => tld.row.id,
            None => {
                let input = TldInput {
                    name: name.into(),
                    plugin_id: connect::DONDOMINIO.into(),
                    min_years: 1,
                    max_years: 10,
                    auth_code_required: name != "es",
                    enabled: true,
                    position,
                };
                catalogue::create_tld(app, actor, input).await?
            }
        };
        let mut prices = vec![];
        for currency in [Currency::EUR, dollar()?] {
            prices.push(NewTldPrice { currency, register, renew, transfer });
        }
        catalogue::set_tld_prices(app, actor, id, prices).await?;
    }
    Ok(())
}
