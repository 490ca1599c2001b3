//! The states that things may be in, and the moves between them, as tables.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

use crate::Invalid;

macro_rules! states {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal => [$($to:ident),*]),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),* }

        impl $name {
            /// All states, in the order of a life.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// The word stored in the database and shown by the API.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
            /// Where a move may lead from here.
            pub const fn next(self) -> &'static [Self] {
                match self { $(Self::$variant => &[$(Self::$to),*]),* }
            }
            /// May it become `to`?
            pub fn can_become(self, to: Self) -> bool {
                self.next().contains(&to)
            }
        }
        impl FromStr for $name {
            type Err = Invalid;
            fn from_str(text: &str) -> Result<Self, Invalid> {
                match text { $($text => Ok(Self::$variant),)* _ => Err(Invalid("is not a known state")) }
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.as_str()) }
        }
    };
}

states! {
    /// A client.
    ClientState {
        /// May order and log in.
        Active = "active" => [Inactive, Closed],
        /// Has nothing active; may log in.
        Inactive = "inactive" => [Active, Closed],
        /// Closed by staff: no login, no order.
        Closed = "closed" => [Active],
    }
}
states! {
    /// An order.
    OrderState {
        /// Placed; waits for payment or for staff.
        Pending = "pending" => [Active, Cancelled, Fraud],
        /// Accepted: everything in it was handed to provisioning.
        Active = "active" => [],
        /// Cancelled before it was accepted.
        Cancelled = "cancelled" => [Pending],
        /// Marked as fraud by staff.
        Fraud = "fraud" => [Pending],
    }
}
states! {
    /// A service.
    ServiceState {
        /// Ordered, not yet created at the vendor.
        Pending = "pending" => [Active, Cancelled, Fraud],
        /// Live.
        Active = "active" => [Suspended, Terminated],
        /// Switched off, kept.
        Suspended = "suspended" => [Active, Terminated],
        /// Removed at the vendor.
        Terminated = "terminated" => [],
        /// Cancelled before it was created.
        Cancelled = "cancelled" => [Pending],
        /// Marked as fraud before it was created.
        Fraud = "fraud" => [Pending],
    }
}
states! {
    /// A domain.
    DomainState {
        /// Ordered, not yet asked for at the registrar.
        Pending = "pending" => [Registering, Transferring, Active, Cancelled, Fraud],
        /// The registrar works on the registration.
        Registering = "registering" => [Active, Pending, Cancelled],
        /// The registrar works on the transfer.
        Transferring = "transferring" => [Active, Pending, Cancelled],
        /// Registered with us.
        Active = "active" => [Expired, TransferredAway, Cancelled],
        /// Past its expiry.
        Expired = "expired" => [Active, TransferredAway, Cancelled],
        /// Left for another registrar.
        TransferredAway = "transferred_away" => [],
        /// Cancelled.
        Cancelled = "cancelled" => [Pending],
        /// Marked as fraud before it was registered.
        Fraud = "fraud" => [Pending],
    }
}
states! {
    /// Domains of a registrar's account that are taken over together.
    DomainImportState {
        /// The registrar is asked what it has, and whose each is.
        Reading = "reading" => [Ready, Discarded],
        /// Staff look at what would be done.
        Ready = "ready" => [Importing, Discarded],
        /// Being carried out.
        Importing = "importing" => [Done],
        /// Carried out, or stopped on the way.
        Done = "done" => [Importing, Undoing],
        /// Being taken back.
        Undoing = "undoing" => [Undone],
        /// Taken back.
        Undone = "undone" => [],
        /// Given up before anything was done.
        Discarded = "discarded" => [],
    }
}
states! {
    /// A domain of such an import.
    ImportedState {
        /// The registrar has it, nobody here has.
        Found = "found" => [Match, New, Skipped],
        /// It goes to a client that is here.
        Match = "match" => [Imported, Skipped],
        /// A client is created for it.
        New = "new" => [Match, Imported, Skipped],
        /// It is left where it is.
        Skipped = "skipped" => [Match],
        /// It is the client's.
        Imported = "imported" => [Undone, Kept],
        /// It was taken back.
        Undone = "undone" => [],
        /// It could not be taken back: something happened to it since.
        Kept = "kept" => [],
    }
}
states! {
    /// An invoice.
    InvoiceState {
        /// Not yet issued: may be edited, has no number.
        Draft = "draft" => [Unpaid, Void],
        /// Issued; money is owed.
        Unpaid = "unpaid" => [Paid, Void, WrittenOff],
        /// Settled in full.
        Paid = "paid" => [Refunded],
        /// Withdrawn.
        Void = "void" => [],
        /// Paid and given back.
        Refunded = "refunded" => [],
        /// A credit note: takes back a part of other invoices; nothing is owed on it.
        Credit = "credit" => [],
        /// Nobody will pay what is still owed. Money that comes later is the client's credit.
        WrittenOff = "written_off" => [],
    }
}
states! {
    /// A quote.
    QuoteState {
        /// Composed or changed; the client does not see it.
        Draft = "draft" => [Sent, Accepted, Declined],
        /// The client may accept it.
        Sent = "sent" => [Draft, Accepted, Declined, Expired],
        /// Became an invoice.
        Accepted = "accepted" => [],
        /// The client does not want it.
        Declined = "declined" => [Draft],
        /// Nobody accepted it in time.
        Expired = "expired" => [Draft, Accepted, Declined],
    }
}
states! {
    /// An effect on an outside system.
    EffectState {
        /// Recorded, not yet tried.
        Planned = "planned" => [Sent, Failed, NeedsHuman, Succeeded],
        /// The call is on its way, or the process died while it was.
        Sent = "sent" => [Planned, Pending, Unknown, Succeeded, Failed, NeedsHuman],
        /// The vendor took it and will answer later.
        Pending = "pending" => [Unknown, Succeeded, Failed, NeedsHuman],
        /// Nobody knows whether it happened: the reconciler asks.
        Unknown = "unknown" => [Planned, Sent, Pending, Succeeded, Failed, NeedsHuman],
        /// Happened exactly once.
        Succeeded = "succeeded" => [],
        /// Refused: it did not happen.
        Failed = "failed" => [],
        /// A person must decide.
        NeedsHuman = "needs_human" => [Planned, Succeeded, Failed],
    }
}
states! {
    /// A delivery of an event to a subscriber.
    DeliveryState {
        /// Waits for its turn.
        Pending = "pending" => [Delivered, Dead],
        /// Arrived.
        Delivered = "delivered" => [Pending],
        /// Given up after the last attempt; can be replayed.
        Dead = "dead" => [Pending],
    }
}
states! {
    /// A job of the queue.
    JobState {
        /// Waits for its time or for a worker.
        Ready = "ready" => [Running],
        /// Leased by a worker.
        Running = "running" => [Ready, Done, Dead],
        /// Finished.
        Done = "done" => [],
        /// Given up after the last attempt; staff may run it again.
        Dead = "dead" => [Ready],
    }
}
states! {
    /// A mail.
    MailState {
        /// Waits to be sent, or to be tried again.
        Queued = "queued" => [Sent, Failed, Skipped],
        /// The mail server took it.
        Sent = "sent" => [],
        /// The mail server refused it for good; staff may try again.
        Failed = "failed" => [Queued],
        /// A snapin held it back.
        Skipped = "skipped" => [],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip() {
        for state in ServiceState::ALL {
            assert_eq!(state.as_str().parse::<ServiceState>(), Ok(*state));
        }
        assert!("nonsense".parse::<ServiceState>().is_err());
    }

    #[test]
    fn nothing_leaves_a_final_state() {
        assert!(ServiceState::Terminated.next().is_empty());
        assert!(EffectState::Succeeded.next().is_empty());
        assert!(!InvoiceState::Void.can_become(InvoiceState::Paid));
    }
}
