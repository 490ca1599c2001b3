//! What the plugin of a service offers besides: actions of its own, a way into the vendor's panel; and the
//! subscriptions that pay for it.

use axum::Json;
use chrono::{DateTime, Utc};
use innkeeper_app::{payments, services};
use innkeeper_domain::ServiceId;
use innkeeper_plugin_api::server::SignOnTarget;
use innkeeper_plugin_api::{Action, Audience};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::params::Page;
use super::problem::Answer;
use super::reply::Started;
use super::store::{Question, order_field};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(actions, run_action))
        .routes(routes!(sign_on))
        .routes(routes!(subscriptions))
        .routes(routes!(end_subscription))
}

/// An action of a plugin's own.
#[derive(Serialize, ToSchema)]
struct PluginAction {
    #[schema(example = "reboot")]
    key: String,
    /// A verb.
    #[schema(example = "Reboot")]
    label: String,
    /// May the client run it, too?
    for_clients: bool,
    /// What people are asked before it runs.
    #[schema(example = "Reboot the machine now?")]
    question: Option<String>,
    /// Does it destroy data?
    destructive: bool,
    /// What it needs to know.
    fields: Vec<Question>,
}

fn action(action: Action) -> PluginAction {
    PluginAction {
        key: action.key,
        label: action.label,
        for_clients: action.audience == Audience::Client,
        question: action.confirm,
        destructive: action.destructive,
        fields: action.fields.into_iter().map(order_field).collect(),
    }
}

/// The actions that the plugin of a service offers now
///
/// The vendor is asked which ones make sense. None while the service is not live.
#[utoipa::path(get, path = "/services/{id}/actions", tag = "Services",
    responses((status = 200, body = Page<PluginAction>)))]
async fn actions(Caller { app, actor }: Caller, Id(id): Id<ServiceId>) -> Answer<Page<PluginAction>> {
    Ok(Page::whole(services::available_actions(&app, &actor, id).await?, action))
}

/// An action to run.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"action": "rebuild", "input": {"image": "debian-13"}}))]
struct ActionInput {
    /// Its key.
    action: String,
    /// The answers to its fields, by key, as texts. A box that is ticked is `1`.
    #[serde(default)]
    #[schema(value_type = Object)]
    input: BTreeMap<String, String>,
}

/// Run an action of a service's plugin
///
/// What it brings to light is kept with the operation.
#[utoipa::path(post, path = "/services/{id}/actions", tag = "Services", request_body = ActionInput,
    responses((status = 202, body = Started)))]
async fn run_action(
    Caller { app, actor }: Caller,
    Id(id): Id<ServiceId>,
    Body(new): Body<ActionInput>,
) -> Answer<Started> {
    Ok(services::run_action(&app, &actor, id, &new.action, new.input).await?.into())
}

/// Where somebody wants to be logged in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"target": "account"}))]
struct SignOnInput {
    /// `account` or `reseller`.
    #[serde(default)]
    #[schema(value_type = String)]
    target: Target,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Target {
    #[default]
    Account,
    Reseller,
}

/// A way into a vendor's panel.
#[derive(Serialize, ToSchema)]
pub(super) struct SignOnLink {
    /// Good once, and for a short time: send a browser there at once.
    #[schema(example = "https://panel.vendor.example/login?ticket=b7c1")]
    pub(super) url: String,
}

/// Make a link that logs somebody in to the vendor's panel
///
/// That it was made is in the audit log; the link is not.
#[utoipa::path(post, path = "/services/{id}/sign-on", tag = "Services", request_body = SignOnInput,
    responses((status = 200, body = SignOnLink)))]
async fn sign_on(
    Caller { app, actor }: Caller,
    Id(id): Id<ServiceId>,
    Body(new): Body<SignOnInput>,
) -> Answer<Json<SignOnLink>> {
    let target = match new.target {
        Target::Account => SignOnTarget::Account,
        Target::Reseller => SignOnTarget::Reseller,
    };
    let link = services::sign_on(&app, &actor, id, target).await?;
    Ok(Json(SignOnLink { url: link.reveal().clone() }))
}

/// A subscription of a gateway that pays for a service.
#[derive(Serialize, ToSchema)]
struct ServiceSubscription {
    /// Id of the gateway plugin.
    #[schema(example = "gateway-card")]
    gateway: String,
    /// The gateway's id of it.
    #[schema(example = "sub_000001")]
    subscription: String,
    /// Since when it is known here.
    since: DateTime<Utc>,
    /// When it was ended from here.
    #[schema(example = json!(null))]
    ended_at: Option<DateTime<Utc>>,
    /// Is it being ended?
    #[schema(example = false)]
    is_ending: bool,
    /// Can it be ended from here?
    can_end: bool,
}

/// The subscriptions of gateways that pay for a service
#[utoipa::path(get, path = "/services/{id}/subscriptions", tag = "Services",
    responses((status = 200, body = Page<ServiceSubscription>)))]
async fn subscriptions(Caller { app, actor }: Caller, Id(id): Id<ServiceId>) -> Answer<Page<ServiceSubscription>> {
    let view = |one: payments::Subscription| ServiceSubscription {
        gateway: one.gateway,
        subscription: one.id,
        since: one.since,
        ended_at: one.ended_at,
        is_ending: one.is_ending,
        can_end: one.can_end,
    };
    Ok(Page::whole(payments::subscriptions(&app, &actor, id).await?, view))
}

/// A subscription, by its ids.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"gateway": "gateway-card", "subscription": "sub_000001"}))]
struct SubscriptionKey {
    /// Id of the gateway plugin.
    gateway: String,
    /// The gateway's id of it.
    subscription: String,
}

/// End a subscription that pays for a service
///
/// The gateway charges no more by itself. The service goes on, and is invoiced as ever.
#[utoipa::path(post, path = "/services/{id}/end-subscription", tag = "Services", request_body = SubscriptionKey,
    responses((status = 202, body = Started)))]
async fn end_subscription(
    Caller { app, actor }: Caller,
    Id(id): Id<ServiceId>,
    Body(key): Body<SubscriptionKey>,
) -> Answer<Started> {
    Ok(payments::end_subscription(&app, &actor, id, &key.gateway, &key.subscription).await?.into())
}
