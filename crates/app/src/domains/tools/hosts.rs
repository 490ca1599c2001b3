//! Hosts below a domain: name servers of its own, with their addresses at the registry.

use innkeeper_domain::DomainName;
use innkeeper_plugin_api::{Block, Field, FieldKind, View, registrar::GlueHost, view::Value};
use std::{collections::BTreeMap, net::IpAddr};

use super::{Open, Step, gone, text};
use crate::{App, AppError, Result, effects::DomainWanted};

pub(super) async fn draw(app: &App, open: &Open) -> Result<View> {
    let hosts =
        open.ask(app, "hosts", |plugin, ctx, domain| async move {
            plugin.glue().ok_or_else(gone)?.hosts(&ctx, &domain).await
        })
        .await?;
    let mut blocks = vec![Block::Text(
        "A name server whose name ends in this domain needs its addresses at the registry: enter them here.".to_owned(),
    )];
    if !hosts.is_empty() {
        let head = ["Host", "Addresses", ""].map(str::to_owned).to_vec();
        let rows = hosts.iter().map(row).collect();
        blocks.push(Block::Table { caption: "Hosts".to_owned(), head, rows });
    }
    blocks.push(Block::Heading("Add or change a host".to_owned()));
    let fields = fields("put").unwrap_or_default();
    blocks.push(Block::Form { action: "put".to_owned(), fields, submit: "Save host".to_owned() });
    Ok(View { blocks })
}

fn row(host: &GlueHost) -> Vec<Value> {
    let addresses: Vec<String> = host.addresses.iter().map(ToString::to_string).collect();
    let remove = Value::Button {
        action: "remove".to_owned(),
        label: "Remove".to_owned(),
        input: vec![("name".to_owned(), host.name.clone())],
        confirm: Some(format!("Remove {}? Domains that use it stop working.", host.name)),
    };
    vec![host.name.clone().into(), addresses.join(", ").into(), remove]
}

pub(super) fn fields(action: &str) -> Option<Vec<Field>> {
    let name = Field::new("name", "Host", FieldKind::Text).help("Such as ns1.example.com.");
    match action {
        "put" => Some(vec![
            name,
            Field::new("addresses", "Addresses", FieldKind::Text).help("IPv4 and IPv6, separated by commas."),
        ]),
        "remove" => Some(vec![name]),
        _ => None,
    }
}

pub(super) fn run(open: &Open, action: &str, input: &BTreeMap<String, String>) -> Result<Step> {
    let host: DomainName = text(input, "name")
        .to_lowercase()
        .parse()
        .map_err(|_| AppError::invalid("name", "must be a host name such as ns1.example.com"))?;
    if !host.as_str().ends_with(&format!(".{}", open.domain.name)) {
        return Err(AppError::invalid("name", format!("must end in .{}", open.domain.name)));
    }
    let name = host.to_string();
    if action == "remove" {
        return Ok(Step::Change(DomainWanted::RemoveHost { name }));
    }
    let given = text(input, "addresses").split([',', ' ']).map(str::trim).filter(|one| !one.is_empty());
    let addresses: std::result::Result<Vec<IpAddr>, _> = given.map(str::parse).collect();
    let addresses = addresses.map_err(|_| AppError::invalid("addresses", "must be IP addresses such as 192.0.2.1"))?;
    if !(1..=13).contains(&addresses.len()) {
        return Err(AppError::invalid("addresses", "must be 1 to 13 addresses"));
    }
    Ok(Step::Change(DomainWanted::PutHost { host: GlueHost { name, addresses } }))
}
