//! Domains and the calls to their registrars.

use chrono::NaiveDate;
use innkeeper_domain::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::row::{date, hooks};

macro_rules! domain_gates {
    ($($(#[doc = $doc:literal])* $payload:ident = $name:literal, $skip:literal;)*) => {
        hooks! {
            GATES = "Domains: before a call to the registrar";
            $($(#[doc = $doc])*
            gate $payload = $name, skip $skip {
                /// The domain.
                domain_id: DomainId = DomainId(12),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its name.
                name: String = "example.com".into(),
                /// Years asked for.
                years: u8 = 1,
            })*
            /// A domain's name servers are about to be changed; asked before the request is accepted.
            gate BeforeSaveNameservers = "PreRegistrarSaveNameservers", adjusts [nameservers], skip "the names are written down: the registrar is not called" {
                /// The domain.
                domain_id: DomainId = DomainId(12),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its name.
                name: String = "example.com".into(),
                /// The name servers asked for; none: the registrar's own.
                nameservers: Vec<String> = vec!["ns1.example.net".into(), "ns2.example.net".into()],
            }
            /// A domain's contacts are about to be changed; asked before the request is accepted.
            gate BeforeSaveContacts = "PreRegistrarSaveContactDetails", adjusts [contacts], skip "the contacts are written down: the registrar is not called" {
                /// The domain.
                domain_id: DomainId = DomainId(12),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its name.
                name: String = "example.com".into(),
                /// Contacts by role: `owner`, `admin`, `tech`, `billing`.
                contacts: Value = json!({ "owner": { "first_name": "Ada", "last_name": "Lovelace" } }),
            }
            /// The registrar is about to be asked for a domain's name servers.
            gate BeforeGetNameservers = "PreRegistrarGetNameservers", skip "the names on record are shown: the registrar is not asked for them" {
                /// The domain.
                domain_id: DomainId = DomainId(12),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its name.
                name: String = "example.com".into(),
            }
            /// The registrar is about to be asked for a domain's contacts.
            gate BeforeGetContacts = "PreRegistrarGetContactDetails", skip "the contacts on record are shown: the registrar is not asked" {
                /// The domain.
                domain_id: DomainId = DomainId(12),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its name.
                name: String = "example.com".into(),
            }
            /// A domain's DNS records are about to be changed; asked before the request is accepted.
            gate BeforeSaveRecords = "PreRegistrarSaveDNS", skip "the registrar is not called: the snapin keeps the zone" {
                /// The domain.
                domain_id: DomainId = DomainId(12),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its name.
                name: String = "example.com".into(),
                /// The records to be added and to be removed, each a list.
                change: Value = json!({ "add": [{ "name": "www", "type": "A", "content": "192.0.2.1", "ttl": 3600, "priority": null }], "remove": [] }),
            }
            /// The registrar is about to be asked for a domain's DNS records.
            gate BeforeGetRecords = "PreRegistrarGetDNS", skip "no records are shown: the registrar is not asked" {
                /// The domain.
                domain_id: DomainId = DomainId(12),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its name.
                name: String = "example.com".into(),
            }
            /// A domain is about to be given back to its registry; asked before the request is accepted.
            gate BeforeDomainDelete = "PreRegistrarRequestDelete", skip "the domain counts as deleted: the registrar is not called" {
                /// The domain.
                domain_id: DomainId = DomainId(12),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its name.
                name: String = "example.com".into(),
            }
            /// The code with which a domain may leave is about to be revealed.
            gate BeforeGetAuthCode = "PreRegistrarGetEPPCode", skip "no code is shown: who asked is told that it comes another way" {
                /// The domain.
                domain_id: DomainId = DomainId(12),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its name.
                name: String = "example.com".into(),
            }
        }
    };
}
domain_gates! {
    /// A domain is about to be registered.
    BeforeDomainRegister = "PreRegistrarRegisterDomain", "the domain becomes active as if registered by hand: the registrar is not called";
    /// The transfer of a domain to us is about to start.
    BeforeDomainTransfer = "PreRegistrarTransferDomain", "the domain becomes active as if transferred by hand: the registrar is not called";
    /// A domain is about to be renewed.
    BeforeDomainRenew = "PreRegistrarRenewDomain", "the expiry moves as if renewed by hand: the registrar is not called";
}

macro_rules! domain_done {
    ($($(#[doc = $doc:literal])* $payload:ident = $name:literal),* $(,)?) => {
        hooks! {
            DONE = "Domains: after a call that worked";
            $($(#[doc = $doc])*
            event $payload = $name, about "domain" domain_id {
                /// The domain.
                domain_id: DomainId = DomainId(12),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its name.
                name: String = "example.com".into(),
                /// Years bought.
                years: i32 = 1,
                /// Id of the registrar plugin.
                registrar: String = "registrar-dondominio".into(),
                /// Expiry at the registrar, once known.
                expires_on: Option<NaiveDate> = Some(date()),
                /// The snapin that took the work over by answering "skip" to the gate; then the registrar was not called.
                skipped_by: Option<String> = None,
            })*
            /// A domain's name servers changed.
            event NameserversChanged = "AfterRegistrarSaveNameservers", about "domain" domain_id {
                /// The domain.
                domain_id: DomainId = DomainId(12),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its name.
                name: String = "example.com".into(),
                /// The new name servers.
                nameservers: Vec<String> = vec!["ns1.example.net".into(), "ns2.example.net".into()],
                /// The snapin that took the work over, as above.
                skipped_by: Option<String> = None,
            }
            /// A domain's contacts changed at the registrar.
            event DomainContactsChanged = "AfterRegistrarSaveContactDetails", about "domain" domain_id {
                /// The domain.
                domain_id: DomainId = DomainId(12),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its name.
                name: String = "example.com".into(),
                /// The snapin that took the work over, as above.
                skipped_by: Option<String> = None,
            }
            /// A domain's DNS records changed at the registrar.
            event RecordsChanged = "AfterRegistrarSaveDNS", about "domain" domain_id {
                /// The domain.
                domain_id: DomainId = DomainId(12),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its name.
                name: String = "example.com".into(),
                /// Id of the registrar plugin.
                registrar: String = "registrar-dondominio".into(),
                /// The records that were added and removed, each a list.
                change: Value = json!({ "add": [{ "name": "www", "type": "A", "content": "192.0.2.1", "ttl": 3600, "priority": null }], "remove": [] }),
                /// The snapin that took the work over, as above.
                skipped_by: Option<String> = None,
            }
            /// A domain was given back to its registry, at once or at its expiry, as the registry does it.
            event DomainDeletionRequested = "AfterRegistrarRequestDelete", about "domain" domain_id {
                /// The domain.
                domain_id: DomainId = DomainId(12),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its name.
                name: String = "example.com".into(),
                /// Id of the registrar plugin.
                registrar: String = "registrar-dondominio".into(),
                /// The snapin that took the work over, as above.
                skipped_by: Option<String> = None,
            }
            /// Something else about a domain was changed at its registrar: a switch, a host, its keys.
            event DomainChanged = "Domain-Changed", about "domain" domain_id {
                /// The domain.
                domain_id: DomainId = DomainId(12),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its name.
                name: String = "example.com".into(),
                /// Id of the registrar plugin.
                registrar: String = "registrar-dondominio".into(),
                /// What: `privacy`, `auto_renew`, `hosts`, `dnssec`, or `action` and its key.
                part: String = "privacy".into(),
            }
            /// A domain was locked or unlocked against transfer.
            event DomainEdited = "DomainEdit", about "domain" domain_id {
                /// The domain.
                domain_id: DomainId = DomainId(12),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its name.
                name: String = "example.com".into(),
                /// Whether it is locked now.
                locked: bool = true,
            }
        }
    };
}
domain_done! {
    /// A domain was registered.
    DomainRegistered = "AfterRegistrarRegistration",
    /// A domain arrived with us.
    DomainTransferred = "DomainTransferCompleted",
    /// A domain was renewed.
    DomainRenewed = "AfterRegistrarRenewal",
}

macro_rules! domain_failed {
    ($($(#[doc = $doc:literal])* $payload:ident = $name:literal),* $(,)?) => {
        hooks! {
            FAILED = "Domains: after a call that was refused";
            $($(#[doc = $doc])*
            event $payload = $name, about "domain" domain_id {
                /// The domain.
                domain_id: DomainId = DomainId(12),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its name.
                name: String = "example.com".into(),
                /// Years asked for.
                years: i32 = 1,
                /// Id of the registrar plugin.
                registrar: String = "registrar-dondominio".into(),
                /// The reason, for staff.
                error: String = "the name is taken".into(),
            })*
        }
    };
}
domain_failed! {
    /// The registrar, or a gate, refused to register a domain.
    DomainRegisterFailed = "AfterRegistrarRegistrationFailed",
    /// The registrar, or a gate, refused or ended a transfer.
    DomainTransferFailed = "AfterRegistrarTransferFailed",
    /// The registrar, or a gate, refused to renew a domain.
    DomainRenewFailed = "AfterRegistrarRenewalFailed",
}

macro_rules! registrar_answered {
    ($area:ident = $title:literal; $($(#[doc = $doc:literal])* $kind:ident $payload:ident = $name:literal),* $(,)?) => {
        hooks! {
            $area = $title;
            $($(#[doc = $doc])*
            $kind $payload = $name, about "domain" domain_id {
                /// The domain.
                domain_id: DomainId = DomainId(12),
                /// Whose it is.
                client_id: ClientId = ClientId(17),
                /// Its name.
                name: String = "example.com".into(),
                /// Id of the registrar plugin.
                registrar: String = "registrar-dondominio".into(),
                /// Whether it worked, or was accepted and is being worked on.
                succeeded: bool = true,
                /// The reason, for staff, if it did not.
                error: Option<String> = None,
            })*
        }
    };
}
registrar_answered! {
    READS = "Domains: what a registrar was asked for";
    /// A registrar was asked for a domain's name servers.
    transient NameserversRead = "AfterRegistrarGetNameservers",
    /// A registrar was asked for a domain's contacts.
    transient ContactsRead = "AfterRegistrarGetContactDetails",
    /// A registrar was asked for a domain's DNS records.
    transient RecordsRead = "AfterRegistrarGetDNS",
    /// A registrar was asked for the code with which a domain may leave. The code is not in the payload.
    transient AuthCodeRead = "AfterRegistrarGetEPPCode",
}
registrar_answered! {
    OTHER = "Domains: what a registrar said to a request";
    /// A registrar answered to a registration, whatever it said.
    event RegisterAnswered = "AfterRegistrarRegister",
    /// A registrar answered to a transfer, whatever it said.
    event TransferAnswered = "AfterRegistrarTransfer",
    /// A registrar answered to a renewal, whatever it said.
    event RenewAnswered = "AfterRegistrarRenew",
}
