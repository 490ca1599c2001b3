//! The program itself: what was done through which door, what it does by the clock, its mail.

use innkeeper_domain::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::row::hooks;

hooks! {
    SYSTEM = "The program";

    /// A page was asked for or an operation of the API called, by anybody.
    transient ActionCalled = "System-ActionCalled" {
        /// `portal`, `panel` or `api`.
        audience: String = "portal".into(),
        /// The route, with placeholders: `/services/{id}`.
        action: String = "/services/{id}".into(),
        /// `GET`, `POST` …
        method: String = "GET".into(),
        /// Status of the answer, where it is known: not before the work is done.
        status: Option<u16> = Some(200),
        /// `staff`, `client`, `visitor` or `system`.
        actor_kind: String = "client".into(),
        /// Its id, of those that have one.
        actor_id: Option<i64> = Some(17),
    }
    /// Something was written to the audit trail. The trail itself is the record that is kept.
    transient ActivityLogged = "LogActivity" {
        /// What was done: `client.update`.
        action: String = "client.update".into(),
        /// To what: `client`.
        subject: String = "client".into(),
        /// Its id; 0 for what has none.
        subject_id: i64 = 17,
        /// Who did it.
        actor: String = "staff:1 (grace@example.com)".into(),
        /// The client who acted, if it was one.
        client_id: Option<ClientId> = Some(ClientId(17)),
        /// From where; empty if that is not known.
        ip: String = "192.0.2.7".into(),
    }
    /// The daily run starts.
    event DailyRunStarts = "PreCronJob", about "schedule" {
        /// Its task: `audit.run`.
        task: String = "audit.run".into(),
    }
    /// The daily run has ended.
    event DailyRunEnded = "DailyCronJob", about "schedule" {
        /// Its task: `audit.run`.
        task: String = "audit.run".into(),
    }
    /// A task of the schedule starts.
    transient TaskStarts = "PreAutomationTask" {
        /// Its name: `cleanup`.
        task: String = "cleanup".into(),
    }
    /// A task of the schedule has ended.
    transient TaskEnded = "PostAutomationTask" {
        /// Its name: `cleanup`.
        task: String = "cleanup".into(),
        /// Whether it worked.
        completed: bool = true,
    }
    /// The schedule was looked through and what was due was handed out.
    transient ScheduleTurned = "AfterCronJob" {
        /// Tasks handed out.
        tasks: Vec<String> = vec!["cleanup".into()],
    }
    /// The settings of a plugin were saved, or it was switched on or off.
    event PluginSaved = "AddonModuleConfigSave", about "plugin" {
        /// The plugin.
        plugin_id: String = "snapin-webhooks".into(),
        /// Whether it is switched on.
        enabled: bool = true,
    }
    /// The answer to a custom field of a client is about to be stored.
    gate SaveCustomField = "CustomFieldSave", adjusts [value] {
        /// The field.
        field_id: CustomFieldId = CustomFieldId(3),
        /// Its key.
        key: String = "hat_size".into(),
        /// The client; none for one that does not exist yet.
        client_id: Option<ClientId> = Some(ClientId(17)),
        /// The answer.
        value: String = "58".into(),
    }
    /// Staff search the panel.
    slot IntelligentSearch = "IntelligentSearch", answers crate::slots::SearchHit {
        /// Who searches.
        staff_id: StaffId = StaffId(1),
        /// What for.
        text: String = "ada".into(),
        /// How many answers are shown of each kind.
        limit: i64 = 20,
    }
}

hooks! {
    MAIL = "Mail";

    /// A mail is about to be sent.
    gate EmailPreSend = "EmailPreSend", adjusts [subject, body], skip "the mail is not sent; it stays in the log with that note" {
        /// The mail.
        mail_id: i64 = 88,
        /// Its template: `invoice_created`.
        template: String = "invoice_created".into(),
        /// The client it is for, if any.
        client_id: Option<ClientId> = Some(ClientId(17)),
        /// What it is about, if that is a thing with an id: the client, order, invoice, payment, service or domain.
        related_id: Option<i64> = Some(9),
        /// Where it goes.
        recipient: String = "ada@example.org".into(),
        /// Its subject.
        subject: String = "Invoice INV-2027-00009".into(),
        /// Its text.
        body: String = "Dear Ada …".into(),
    }
    /// A mail was sent and is about to stay in the mail log.
    gate EmailPreLog = "EmailPreLog", adjusts [subject, body], skip "its text is not kept" {
        /// The mail.
        mail_id: i64 = 88,
        /// The client it is for, if any.
        client_id: Option<ClientId> = Some(ClientId(17)),
        /// When it was sent.
        sent_at: String = "2027-03-30T09:15:00Z".into(),
        /// Where it went.
        recipient: String = "ada@example.org".into(),
        /// Its subject.
        subject: String = "Invoice INV-2027-00009".into(),
        /// Its text.
        body: String = "Dear Ada …".into(),
    }
}

impl ActionCalled {
    /// A call whose answer is not known yet, by an actor as `staff:3` or `client:17/user:21`.
    pub fn by(audience: &str, route: &str, method: &str, actor: &str) -> Self {
        let (kind, rest) = actor.split_once(':').unwrap_or((actor, ""));
        Self {
            audience: audience.to_owned(),
            action: route.to_owned(),
            method: method.to_owned(),
            status: None,
            actor_kind: kind.to_owned(),
            actor_id: rest.split('/').next().and_then(|id| id.parse().ok()),
        }
    }
}
