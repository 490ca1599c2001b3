//! Every component with sample data, as whole pages.

use askama::Template;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use innkeeper_web::charts::{Chart, Donut, Series, Shape, Slice, Sparkline};
use innkeeper_web::view::{
    AdminSection, Badge, Cell, Choice, Chrome, Code, Empty, ErrorPage, Event, Facts, Flash, Form, Link, Moment, Pager,
    Person, PortalSection, Stat, Timeline, Tone, icon, money,
};

/// Text that tries to break out of where it stands.
pub const HOSTILE: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";
const LONG: &str = "Gesellschaft für außerordentlich lange Firmenbezeichnungen und \
     ununterbrochene_Zeichenketten_die_keine_Trennstelle_haben_mbH & Co. KG";
const RTL: &str = "شركة الاستضافة العربية المحدودة";

#[derive(Template)]
#[template(path = "gallery/dashboard.html")]
struct Dashboard {
    chrome: Chrome,
    stats: Vec<Stat>,
    income: Chart,
    services: Donut,
    orders: Chart,
    latest: Timeline,
}

#[derive(Template)]
#[template(path = "gallery/list.html")]
struct List {
    chrome: Chrome,
    filter: Form,
    states: Vec<Choice>,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
}

struct Row {
    number: String,
    client: &'static str,
    due: Moment,
    state: Badge,
    total: String,
}

#[derive(Template)]
#[template(path = "gallery/form.html")]
struct EditForm {
    chrome: Chrome,
    form: Form,
    choices: Vec<Choice>,
    cycles: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "gallery/detail.html")]
struct Detail {
    chrome: Chrome,
    state: Badge,
    facts: Facts,
    code: Code,
    states: Vec<Badge>,
    events: Timeline,
}

#[derive(Template)]
#[template(path = "gallery/portal.html")]
struct Portal {
    chrome: Chrome,
    stats: Vec<Stat>,
    empty: Empty,
}

#[derive(Template)]
#[template(path = "gallery/sign_in.html")]
struct SignIn {
    chrome: Chrome,
    form: Form,
}

/// Every page by its path.
pub fn all() -> Vec<(&'static str, String)> {
    let pages: [(&str, askama::Result<String>); 10] = [
        ("/", dashboard().render()),
        ("/list", list(rows()).render()),
        ("/list-empty", list(Vec::new()).render()),
        ("/form", edit(filled()).render()),
        ("/form-refused", edit(refused()).render()),
        ("/detail", detail().render()),
        ("/portal", portal().render()),
        ("/sign-in", sign_in().render()),
        ("/not-found", error(404).render()),
        ("/broken", error(500).render()),
    ];
    pages.into_iter().map(|(path, page)| (path, page.unwrap_or_else(|error| error.to_string()))).collect()
}

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_778) + TimeDelta::minutes(754)
}

fn staff(section: AdminSection) -> Chrome {
    Chrome {
        user: Some(Person { name: "Ada Lovelace".to_owned(), email: "ada@example.net".to_owned() }),
        may: innkeeper_domain::Permission::ALL.iter().copied().collect(),
        ..Chrome::default()
    }
    .in_admin(section)
}

fn dashboard() -> Dashboard {
    let eur = |v: i64| money(v, 2, "EUR");
    let short = |v: i64| money(v / 100, 0, "EUR");
    let count = |v: i64| v.to_string();
    let months = ["Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"];
    let income = [
        Series::new(
            "Paid",
            vec![
                812_000, 934_500, 901_200, 1_120_300, 1_088_000, 1_204_400, 1_310_900, 1_262_000, 1_401_500, 1_466_700,
                1_523_000, 1_204_000,
            ],
        ),
        Series::new(
            "Overdue",
            vec![42_000, 61_000, 38_000, 51_000, 72_000, 44_000, 61_500, 90_000, 55_000, 48_000, 102_000, 184_000],
        ),
    ];
    let orders = [
        Series::new("Orders", vec![4, 7, 5, 9, 12, 3, 2, 8, 11, 9, 14, 10, 4, 6]),
        Series::new("Failures", vec![0, 1, 0, 0, 2, 0, 0, 1, 0, 3, 0, 1, 0, 0]),
    ];
    Dashboard {
        chrome: staff(AdminSection::Dashboard).title("Dashboard").subtitle("Good morning. Two things need you."),
        stats: stats(),
        income: Chart::new(
            Shape::Bars,
            "income",
            "Income of the last 12 months",
            months.map(str::to_owned).to_vec(),
            &income,
            (eur, short),
        ),
        services: Donut::new(
            "services",
            "Services by state",
            "services",
            &[
                Slice::new("Active", 1204),
                Slice::new("Suspended", 61),
                Slice::new("Pending", 18),
                Slice::new("Failed", 3),
            ],
            count,
        ),
        orders: Chart::new(
            Shape::Area,
            "orders",
            "Orders and failures of the last 14 days",
            (8..22).map(|day| format!("{day} Nov")).collect(),
            &orders,
            (count, count),
        ),
        latest: timeline(),
    }
}

fn stats() -> Vec<Stat> {
    vec![
        Stat::new("cash", "Income this month", money(1_204_000, 2, "EUR"))
            .tone(Tone::Success)
            .note("12 % more than October by this day")
            .trend(Sparkline::new("Income by week", &[3, 5, 4, 8, 7, 9, 8, 12, 11, 14])),
        Stat::new("shopping-cart", "Orders to accept", "7")
            .tone(Tone::Info)
            .note("Oldest: 3 hours ago")
            .href("/admin/orders"),
        Stat::new("file-invoice", "Overdue", money(184_000, 2, "EUR"))
            .tone(Tone::Warning)
            .note("23 invoices")
            .href("/admin/invoices?state=overdue"),
        Stat::new("alert-triangle", "Failed jobs", "2")
            .tone(Tone::Danger)
            .note("Both at mail2.example.net")
            .href("/admin/jobs?state=dead"),
    ]
}

fn timeline() -> Timeline {
    let event = |tone, name, title: &str, detail: &str, minutes| Event {
        tone,
        icon: icon(name),
        title: title.to_owned(),
        href: Some("/admin/events/1".to_owned()),
        detail: detail.to_owned(),
        at: Moment::ago(&(now() - TimeDelta::minutes(minutes)), now()),
    };
    Timeline::new(vec![
        event(Tone::Success, "circle-check", "Invoice 2026-0042 paid", "€29.00 by bank transfer", 2),
        event(
            Tone::Danger,
            "circle-x",
            "Mailbox could not be created",
            "mail2.example.net did not answer within 10 s",
            14,
        ),
        event(Tone::Info, "world", "example.org registered", "DonDominio, until 21 Nov 2027", 190),
        event(Tone::Neutral, "user", HOSTILE, LONG, 60 * 24 * 3),
    ])
}

fn rows() -> Vec<Row> {
    let row = |number: u32, client, state: &str, minor, code| Row {
        number: format!("2026-{number:04}"),
        client,
        due: Moment::day(NaiveDate::default() + TimeDelta::days(20_778 + i64::from(number))),
        state: Badge::state(state),
        total: money(minor, 2, code),
    };
    vec![
        row(46, "Ada Lovelace", "draft", 2900, "EUR"),
        row(45, "Grace Hopper", "open", 12_000, "USD"),
        row(44, LONG, "overdue", 123_456_789, "EUR"),
        row(43, RTL, "partially_paid", 5900, "CHF"),
        row(42, HOSTILE, "paid", 2900, "EUR"),
        row(41, "Alan Turing", "refunded", -2900, "GBP"),
        row(40, "Katherine Johnson", "cancelled", 0, "EUR"),
    ]
}

fn list(rows: Vec<Row>) -> List {
    List {
        chrome: staff(AdminSection::Invoices).title("Invoices").subtitle("12,430 invoices, 23 overdue"),
        filter: Form::new().with("client", HOSTILE),
        states: choices(),
        empty: Empty::new(
            "file-invoice",
            "No invoices yet",
            "Invoices are made when an order comes in and before each renewal. \
             You can also write one by hand.",
        )
        .action(Link::to("/admin/invoices/new", "New invoice").primary().icon("plus")),
        pager: if rows.is_empty() {
            Pager::default()
        } else {
            Pager::new(None, Some("?before=40".to_owned())).note("7 of 12,430")
        },
        rows,
    }
}

fn choices() -> Vec<Choice> {
    vec![Choice::new("", "Any"), Choice::new("open", "Open"), Choice::new(HOSTILE, HOSTILE), Choice::new("rtl", RTL)]
}

fn filled() -> Form {
    Form::new()
        .with("name", RTL)
        .with("email", "ada@example.net")
        .with("price", "12.10")
        .with("quantity", 1)
        .with("cycle", "yearly")
        .with("events", "open")
        .with("api_key", "stored")
        .with("notes", HOSTILE)
        .with("version", HOSTILE)
}

fn refused() -> Form {
    let mut form = filled().with("email", "ada@").with("name", LONG);
    form.fail("", "The server did not accept these settings.");
    form.fail("email", "This is not an e-mail address.");
    form.fail("quantity", "At least one.");
    form.fail("cycle", "This cycle has no price in EUR.");
    form.fail("notes", HOSTILE);
    form
}

fn edit(form: Form) -> EditForm {
    EditForm {
        chrome: staff(AdminSection::Clients)
            .title(LONG)
            .crumb("Clients", "/admin/clients")
            .crumb("Ada Lovelace", "/admin/clients/1"),
        form,
        choices: choices(),
        cycles: vec![
            Choice::new("monthly", "Monthly").help("€2.90 a month"),
            Choice::new("yearly", "Yearly").help("€29.00 a year: two months free"),
        ],
    }
}

fn detail() -> Detail {
    let words = [
        "draft",
        "open",
        "partially_paid",
        "paid",
        "overdue",
        "refunded",
        "cancelled",
        "pending",
        "provisioning",
        "active",
        "suspended",
        "terminated",
        "failed",
        "parked",
        "unknown",
        "registering",
        "expired",
        "redemption",
        "fraud",
        "queued",
        "running",
        "dead",
        "delivered",
        "retrying",
    ];
    Detail {
        chrome: Chrome {
            flash: vec![
                Flash::success("Service suspended."),
                Flash::warning(LONG),
                Flash::danger(HOSTILE),
                Flash::info("The next run starts at 04:00."),
            ],
            ..staff(AdminSection::Services)
        }
        .title("Mailbox ada@example.net")
        .subtitle("Mail Basic, monthly")
        .crumb("Services", "/admin/services"),
        state: Badge::state("suspended"),
        facts: Facts::new()
            .row("Client", Cell::Link("/admin/clients/1".to_owned(), RTL.to_owned()))
            .row("Reference", Cell::Code("ik-7f3a9c-000042".to_owned()))
            .row("State", Badge::state("active"))
            .row("Paid through", Moment::day(now().date_naive()))
            .row("Last checked", Moment::ago(&(now() - TimeDelta::hours(2)), now()))
            .row("Price", money(290, 2, "EUR"))
            .row("Server", HOSTILE)
            .row("Remark", LONG)
            .row("Ends", ""),
        code: Code::json(
            "Answer of the server",
            &serde_json::json!({
                "jsonrpc": "2.0",
                "error": { "code": -32_000, "message": HOSTILE },
                "id": 7,
            }),
        ),
        states: words.map(Badge::state).to_vec(),
        events: timeline(),
    }
}

fn portal() -> Portal {
    Portal {
        chrome: Chrome { cart_count: 2, ..staff(AdminSection::Dashboard) }
            .in_portal(PortalSection::Home)
            .title("Hello, Ada"),
        stats: vec![
            Stat::new("package", "Active services", "3").tone(Tone::Success),
            Stat::new("world", "Domains", "2").tone(Tone::Info),
            Stat::new("file-invoice", "To pay", money(2900, 2, "EUR")).tone(Tone::Warning),
        ],
        empty: Empty::new(
            "package",
            "Nothing here yet",
            "Order a mailbox or web space and it appears here, usually within a minute.",
        )
        .action(Link::to("/order", "See what we offer").primary()),
    }
}

fn sign_in() -> SignIn {
    let mut form = Form::new().with("email", "ada@example.net");
    form.fail("", "E-mail and password do not belong together.");
    SignIn { chrome: Chrome::default().title("Welcome back").subtitle("Sign in to manage your services."), form }
}

fn error(status: u16) -> ErrorPage {
    ErrorPage::new(Chrome::default(), status, "01K9Z3W8-4471").detail(HOSTILE)
}
