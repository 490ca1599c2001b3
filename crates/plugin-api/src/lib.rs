//! All that a plugin author sees: the trait of each kind of plugin, the context of a call, and the
//! kinds of outcome. A plugin crate depends on this crate and on nothing else of Innkeeper.
//!
//! *How to write a plugin*: implement one of [`ServerPlugin`], [`Registrar`], [`Gateway`] or
//! [`Snapin`], export `pub fn plugin() -> Plugin`, and run the conformance kit against your vendor.
//!
//! The rules every plugin keeps: take no client, clock or randomness of your own (use [`PluginCtx`]);
//! never retry or sleep (answer with the right [`ErrorKind`] and the host decides); never take a
//! failed connection for "not found"; put `reference` where `status` can find it again.

pub mod ctx;
pub mod error;
pub mod gateway;
pub mod http;
pub mod manifest;
pub mod registrar;
pub mod secret;
pub mod server;
pub mod snapin;

pub use async_trait::async_trait;
pub use innkeeper_domain as domain;
pub use innkeeper_hooks as hooks;

pub use ctx::{Level, PluginCtx, SettingValues, Store};
pub use error::{ErrorKind, Outcome, PluginError, PluginResult, Protection};
pub use gateway::{Gateway, PaymentPage, PaymentRequest};
pub use http::{Body, Http, Request, Response, Tls};
pub use manifest::{Implementation, Manifest, Plugin, PluginKind, Schemas};
pub use registrar::{
    AuthCode, Availability, Contact, Contacts, DomainInfo, DomainRef, Price, PriceList, Privacy, Registered, Registrar,
    RegistrarOperation, Registration, RemoteDomainState, Renewal, Transfer, TransferLock,
};
pub use secret::Secret;
pub use server::{
    Account, AccountState, AccountStatus, ChangePassword, Created, Customer, FieldKind, OrderField, ReportUsage, Role,
    ServerOperation, ServerPlugin, Usage, UsageReport,
};
pub use snapin::{EventEnvelope, GateKeeper, SlotFiller, Snapin, Subscriber, Verdict};
