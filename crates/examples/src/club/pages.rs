//! The pages of the club.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    Block, Field, FieldKind, PageSpec, Pages, Place, PluginCtx, PluginError, View, Viewer, Visit,
    domain::{ClientId, Permission},
    error::ErrorKind,
    pages::{About, ActionReply},
    view::{Tone, Unit, Value},
};
use serde_json::json;
use std::collections::BTreeMap;

use super::Club;

/// Gifts: key, name, points.
const GIFTS: [(&str, &str, u32); 2] = [("mug", "A mug", 20), ("shirt", "A shirt", 50)];
/// Members that the list shows.
const SHOWN: usize = 100;

#[async_trait]
impl Pages for Club {
    fn pages(&self) -> Vec<PageSpec> {
        let page = |key: &str, title: &str, place, permission| PageSpec {
            key: key.into(),
            title: title.into(),
            place,
            permission,
        };
        let club = || Some("Club".to_owned());
        let tile = Place::PortalHome { text: "Points for every invoice you pay.".into() };
        vec![
            page("points", "My points", Place::PortalMenu { parent: club() }, Permission::ClientsRead),
            page("gifts", "Gifts", Place::PortalMenu { parent: club() }, Permission::ClientsRead),
            page("welcome", "Our club", tile, Permission::ClientsRead),
            page("terms", "Terms of the club", Place::PortalUnlisted, Permission::ClientsRead),
            page(
                "members",
                "Loyalty club",
                Place::PanelMenu { parent: Some("Clients".into()) },
                Permission::ClientsWrite,
            ),
            page("member", "Club", Place::ClientTab, Permission::ClientsRead),
            page("product", "Club", Place::ProductTab(self.products.clone()), Permission::ServicesRead),
        ]
    }

    async fn draw(&self, ctx: &PluginCtx, page: &str, visit: &Visit) -> Result<View, PluginError> {
        let blocks = match (page, visit.viewer, visit.about) {
            ("points", Viewer::Client(client), _) => self.points_page(ctx, client, visit).await?,
            ("gifts", Viewer::Client(client), _) => self.gifts_page(ctx, client).await?,
            ("welcome", Viewer::Client(_), _) => welcome(),
            ("terms", Viewer::Client(_), _) => vec![Block::Text("Points are given, not owed.".into())],
            ("members", Viewer::Staff(_), _) => self.members_page(ctx).await?,
            ("member", Viewer::Staff(_), About::Client(client)) => self.member_tab(ctx, client).await?,
            ("product", Viewer::Staff(_), about) => self.product_tab(ctx, about).await?,
            _ => return Err(PluginError::not_found(format!("the club has no page {page} for this visitor"))),
        };
        Ok(View { blocks })
    }

    async fn act(
        &self,
        ctx: &PluginCtx,
        page: &str,
        action: &str,
        visit: &Visit,
        input: &BTreeMap<String, String>,
    ) -> Result<ActionReply, PluginError> {
        let answer = |key: &str| input.get(key).map(String::as_str).unwrap_or_default();
        match (page, action, visit.viewer, visit.about) {
            ("gifts", "redeem", Viewer::Client(client), _) => self.redeem(ctx, client, answer("gift")).await,
            ("members", "give", Viewer::Staff(_), _) => {
                let client = answer("client").parse().map_err(|_| wrong("there is no such client"))?;
                self.give(ctx, client, answer("points")).await
            }
            ("member", "give", Viewer::Staff(_), About::Client(client)) => {
                self.give(ctx, client, answer("points")).await
            }
            _ => Err(PluginError::not_found(format!("the club has no action {action} on {page}"))),
        }
    }
}

/// What the person is to correct.
fn wrong(text: &str) -> PluginError {
    PluginError::new(ErrorKind::Invalid, text).public(text)
}

fn welcome() -> Vec<Block> {
    let link =
        |text: &str, page: &str| Value::Link { text: text.into(), url: format!("/plugins/{}/{page}", super::ID) };
    vec![
        Block::Text("Every invoice you pay earns points. Spend them on gifts.".into()),
        Block::Facts(vec![
            ("What you have".into(), link("My points", "points")),
            ("What you can get".into(), link("Gifts", "gifts")),
            ("The small print".into(), link("Terms of the club", "terms")),
        ]),
    ]
}

impl Club {
    async fn points_page(&self, ctx: &PluginCtx, client: ClientId, visit: &Visit) -> Result<Vec<Block>, PluginError> {
        let account = self.account(ctx, client).await?;
        let name = ctx.host.client(client).await?.map(|c| c.first_name).unwrap_or_default();
        let dearest = GIFTS.iter().map(|(_, _, points)| u64::from(*points)).max();
        let mut blocks = vec![
            Block::Facts(vec![
                ("Member".into(), name.into()),
                ("Points".into(), account.points.to_string().into()),
                ("Invoices that counted".into(), account.invoices.len().to_string().into()),
            ]),
            Block::Meter {
                label: "On the way to the best gift".into(),
                used: u64::from(account.points),
                limit: dearest,
                unit: Unit::Pieces,
            },
        ];
        if let About::Service(id) = visit.about {
            let service = ctx.host.service(id).await?;
            let label = service.map(|s| s.label).unwrap_or_default();
            blocks.push(Block::Text(format!("Thank you for having {label} with us.")));
        }
        Ok(blocks)
    }

    async fn gifts_page(&self, ctx: &PluginCtx, client: ClientId) -> Result<Vec<Block>, PluginError> {
        let points = self.account(ctx, client).await?.points;
        let row = |(_, name, price): &(&str, &str, u32)| vec![Value::from(*name), price.to_string().into()];
        let table = Block::Table {
            caption: "Gifts and what they cost".into(),
            head: vec!["Gift".into(), "Points".into()],
            rows: GIFTS.iter().map(row).collect(),
        };
        let affordable = GIFTS.iter().filter(|(_, _, price)| *price <= points);
        let choices: Vec<_> = affordable.map(|(key, name, _)| ((*key).to_owned(), (*name).to_owned())).collect();
        let last = match choices.is_empty() {
            true => Block::Notice { tone: Tone::Info, text: format!("You have {points} points: not enough yet.") },
            false => Block::Form {
                action: "redeem".into(),
                fields: vec![Field::new("gift", "Gift", FieldKind::Choice(choices))],
                submit: "Get it".into(),
            },
        };
        Ok(vec![table, last])
    }

    async fn members_page(&self, ctx: &PluginCtx) -> Result<Vec<Block>, PluginError> {
        let mut rows = vec![];
        for client in self.members(ctx).await?.into_iter().take(SHOWN) {
            let name = ctx.host.client(client).await?.map(|c| format!("{} {}", c.first_name, c.last_name));
            let link = Value::Link { text: name.unwrap_or_default(), url: format!("/admin/clients/{client}") };
            rows.push(vec![link, self.account(ctx, client).await?.points.to_string().into()]);
        }
        let list = match rows.is_empty() {
            true => Block::Text("Nobody has points yet: the first paid invoice makes the first member.".into()),
            false => Block::Table {
                caption: "Members and their points".into(),
                head: vec!["Member".into(), "Points".into()],
                rows,
            },
        };
        let mut fields = vec![Field::new("client", "Client number", FieldKind::Number { min: 1, max: i64::MAX })];
        fields.extend(gift_of_points());
        Ok(vec![list, give_form(fields)])
    }

    async fn member_tab(&self, ctx: &PluginCtx, client: ClientId) -> Result<Vec<Block>, PluginError> {
        let account = self.account(ctx, client).await?;
        let facts = vec![
            ("Points".into(), account.points.to_string().into()),
            ("Invoices that counted".into(), account.invoices.len().to_string().into()),
        ];
        Ok(vec![Block::Facts(facts), give_form(gift_of_points())])
    }

    async fn product_tab(&self, ctx: &PluginCtx, about: About) -> Result<Vec<Block>, PluginError> {
        let About::Service(id) = about else {
            return Ok(vec![Block::Text("Domains earn points with their invoices.".into())]);
        };
        let service = ctx.host.service(id).await?.ok_or_else(|| PluginError::not_found("no such service"))?;
        let points = self.account(ctx, service.client_id).await?.points;
        let facts =
            vec![("Service".into(), service.label.into()), ("Points of its owner".into(), points.to_string().into())];
        Ok(vec![Block::Facts(facts)])
    }

    async fn redeem(&self, ctx: &PluginCtx, client: ClientId, gift: &str) -> Result<ActionReply, PluginError> {
        let found = GIFTS.iter().find(|(key, ..)| *key == gift);
        let (_, name, price) = found.ok_or_else(|| wrong("there is no such gift"))?;
        let left = self
            .change(ctx, client, |account| {
                let left = account.points.checked_sub(*price).ok_or_else(|| wrong("you have too few points"))?;
                account.points = left;
                Ok(left)
            })
            .await?;
        let title = format!("Send to client {client}: {name}");
        ctx.host.notify_staff(&format!("gift-{client}-{gift}"), &title, "It was paid with points.").await?;
        Ok(ActionReply { message: format!("{name} is on its way."), data: json!({ "points": left }) })
    }

    async fn give(&self, ctx: &PluginCtx, client: ClientId, points: &str) -> Result<ActionReply, PluginError> {
        let known = ctx.host.client(client).await?.ok_or_else(|| wrong("there is no such client"))?;
        let points: u32 = points.parse().map_err(|_| wrong("points must be a number"))?;
        let now = self
            .change(ctx, client, |account| {
                account.points = account.points.saturating_add(points);
                Ok(account.points)
            })
            .await?;
        let message = format!("{} {} has {now} points now.", known.first_name, known.last_name);
        Ok(ActionReply { message, data: json!({ "client": client, "points": now }) })
    }
}

fn gift_of_points() -> Vec<Field> {
    let why = vec![("thanks".to_owned(), "As thanks".to_owned()), ("other".to_owned(), "Something else".to_owned())];
    vec![
        Field::new("points", "Points", FieldKind::Number { min: 1, max: 1000 }),
        Field::new("why", "Why", FieldKind::Choice(why)),
        Field::new("reason", "Reason", FieldKind::Text).when("why", ["other"]),
    ]
}

fn give_form(fields: Vec<Field>) -> Block {
    Block::Form { action: "give".into(), fields, submit: "Give points".into() }
}
