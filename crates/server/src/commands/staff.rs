//! `innkeeper staff …`.

use anyhow::{Context, Result, bail};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use clap::{Args, Subcommand};
use innkeeper_app::{Actor, App, AppError, staff};
use innkeeper_config::Config;
use innkeeper_domain::RoleId;

use super::say;
use crate::{database::Database, node};

/// Members of staff.
#[derive(Subcommand)]
pub enum Staff {
    /// Add one. The first one of a new installation is made here.
    Create(Create),
}

/// Who is added.
#[derive(Args)]
pub struct Create {
    /// The address to log in with.
    #[arg(long)]
    email: String,
    /// The name colleagues see.
    #[arg(long)]
    name: String,
    /// The name of the role; a fresh installation knows Administrator, Billing and Support.
    #[arg(long, default_value = "Administrator")]
    role: String,
    /// Take the password from the first line of standard input. Else one is made up and printed once.
    #[arg(long)]
    password_stdin: bool,
}

/// Runs the command.
pub async fn run(config: Config, Staff::Create(create): Staff) -> Result<()> {
    let password = if create.password_stdin { from_stdin()? } else { fresh()? };
    let database = Database::open(&config).await?;
    database.migrate().await?;
    let outcome = add(&config, &database, &create, &password).await;
    database.close().await?;
    outcome?;
    say(format_args!("{} can log in at {}/admin", create.email, config.base_url()));
    if !create.password_stdin {
        say(format_args!("password (shown once): {password}"));
    }
    Ok(())
}

async fn add(config: &Config, database: &Database, create: &Create, password: &str) -> Result<()> {
    let app = node::app(config, database)?;
    let actor = Actor::system("command");
    staff::ensure_default_roles(&app, &actor).await?;
    let new = staff::NewStaff {
        email: create.email.clone(),
        name: create.name.clone(),
        password: password.to_owned(),
        role: role(&app, &actor, &create.role).await?,
    };
    staff::create(&app, &actor, &new).await.map_err(readable)?;
    Ok(())
}

async fn role(app: &App, actor: &Actor, name: &str) -> Result<RoleId> {
    let roles = staff::roles(app, actor).await?;
    match roles.iter().find(|role| role.name.eq_ignore_ascii_case(name)) {
        Some(role) => Ok(role.id),
        None => {
            let known: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
            bail!("there is no role {name}; there are: {}", known.join(", "))
        }
    }
}

/// A refusal with its fields: at a terminal there is no form to show them beside.
pub fn readable(error: AppError) -> anyhow::Error {
    match error {
        AppError::Invalid(fields) => {
            let lines: Vec<String> = fields.iter().map(|f| format!("{} {}", f.field, f.message)).collect();
            anyhow::anyhow!(lines.join("; "))
        }
        other => other.into(),
    }
}

fn from_stdin() -> Result<String> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("the password cannot be read from standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// 20 characters, 120 bits.
fn fresh() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(node::random::<15>()?))
}
