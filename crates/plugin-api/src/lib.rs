//! All that a plugin author sees: the trait of each kind of plugin, the context of a call, and the
//! kinds of outcome. A plugin crate depends on this crate and on nothing else of Innkeeper.
//!
//! *How to write a plugin*: implement one of [`ServerPlugin`], [`Registrar`], [`Gateway`] or
//! [`Snapin`], export `pub fn plugin() -> Plugin`, and run the conformance kit against your vendor.
//!
//! The rules every plugin keeps: take no client, clock or randomness of your own (use [`PluginCtx`]);
//! never retry or sleep (answer with the right [`ErrorKind`] and the host decides); never take a
//! failed connection for "not found"; put `reference` where `status` can find it again.

pub mod action;
pub mod connection;
pub mod country;
pub mod ctx;
pub mod dns;
pub mod error;
pub mod field;
pub mod gateway;
pub mod host;
pub mod http;
pub mod manifest;
pub mod page;
pub mod pages;
pub mod phone;
pub mod picture;
pub mod recorder;
pub mod registrar;
pub mod secret;
pub mod server;
pub mod snapin;
pub mod tasks;
pub mod verdict;
pub mod view;
pub mod wire;

pub use async_trait::async_trait;
pub use innkeeper_domain as domain;
pub use innkeeper_hooks as hooks;

pub use action::{Action, Audience, Report};
pub use connection::TestConnection;
pub use country::Country;
pub use ctx::{Level, PluginCtx, Scope, SettingValues, Store};
pub use dns::{DnsRecord, RecordType, Zone, ZoneChange};
pub use error::{ErrorKind, Outcome, PluginError, PluginResult, Protection};
pub use field::{Field, FieldKind, Role};
pub use gateway::{
    Callback, Charge, Dispute, Gateway, Hint, HostedForm, Payer, PaymentPage, PaymentRequest, PaymentState, Refund,
    RemotePayment, StoredMethod,
};
pub use host::Host;
pub use http::{Body, Http, Request, Response, Tls};
pub use manifest::{Choices, Implementation, Manifest, Plugin, PluginKind, Schemas};
pub use page::Page;
pub use pages::{PageSpec, Pages, Place, Product, ProductFilter, Viewer, Visit};
pub use phone::Phone;
pub use picture::Picture;
pub use registrar::{
    AuthCode, AuthCodeAnswer, Availability, Contact, Contacts, DomainInfo, DomainRef, Price, PriceList, Privacy,
    Registered, Registrar, RegistrarOperation, Registration, RemoteDomainState, Renewal, Transfer, TransferLock,
};
pub use secret::Secret;
pub use server::{
    Account, AccountChange, AccountState, AccountStatus, ChangeAccount, Created, Customer, Parent, Part, ReportUsage,
    ServerOperation, ServerPlugin, Usage, UsageReport,
};
pub use snapin::{EventEnvelope, GateKeeper, SlotFiller, Snapin, Subscriber};
pub use tasks::{Screening, Tasks};
pub use verdict::Verdict;
pub use view::{Block, View};
