//! What can be chosen with the demo's larger site.

use innkeeper_app::{
    Actor, App, Result,
    catalogue::NewPrice,
    options::{self, OptionGroupInput, OptionInput, ValueInput},
};
use innkeeper_domain::{Currency, CycleId, OptionKind, ProductId};

const GROUP: &str = "Sites";

/// Gives the options to a product, unless they are there.
pub(super) async fn fill(app: &App, actor: &Actor, product: ProductId) -> Result<()> {
    if options::list_groups(app, actor).await?.iter().any(|group| group.name == GROUP) {
        return Ok(());
    }
    let group = OptionGroupInput { name: GROUP.into(), products: vec![product] };
    let group = options::create_group(app, actor, group).await?;
    for option in all() {
        options::create(app, actor, group, option).await?;
    }
    Ok(())
}

fn all() -> [OptionInput; 3] {
    let (two, four, eight) = (value("2 workers", 0, 0), value("4 workers", 300, 0), value("8 workers", 700, 0));
    let (first, more) = (value("", 100, 0), ValueInput { above: 5, ..value("", 80, 0) });
    let speed = option("Speed", OptionKind::Choice, 1, vec![two, four, eight]);
    let sites = option("Extra sites", OptionKind::Quantity, 2, vec![first, more]);
    [
        OptionInput { radio: true, ..speed },
        OptionInput { least: Some(0), most: Some(40), step: Some(1), ..sites },
        option("Copies kept for 90 days", OptionKind::YesNo, 3, vec![value("", 200, 500)]),
    ]
}

fn option(name: &str, kind: OptionKind, position: i32, values: Vec<ValueInput>) -> OptionInput {
    let (least, most, step) = (None, None, None);
    OptionInput { name: name.into(), kind, radio: false, least, most, step, position, setting: String::new(), values }
}

/// Its cents a month, ten times as much a year, and once.
fn value(name: &str, month: i64, setup: i64) -> ValueInput {
    let price = |months, amount| NewPrice { currency: Currency::EUR, cycle_id: CycleId(months), amount, setup };
    ValueInput { name: name.into(), prices: vec![price(1, month), price(12, month * 10)], ..ValueInput::default() }
}
