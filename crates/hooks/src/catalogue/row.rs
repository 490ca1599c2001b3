//! What a row is, and the macro that makes one.

use chrono::NaiveDate;
use innkeeper_domain::{Currency, Money};
use schemars::{JsonSchema, Schema, schema_for};
use serde::{Serialize, de::DeserializeOwned};

use crate::slots::SlotAnswer;

/// What a hook is and what its subscribers may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A fact, after commit, delivered at least once to every subscriber, in order for one aggregate.
    Event,
    /// Asked before the work; may refuse it with a reason, adjust a narrow part of it, or skip it.
    Gate,
    /// Collects the answers of its subscribers.
    Slot,
}

impl Kind {
    /// `event`, `gate` or `slot`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Gate => "gate",
            Self::Slot => "slot",
        }
    }
}

/// An example value, for documentation and tests.
pub trait Sample {
    /// A believable payload.
    fn sample() -> Self;
}

/// The payload of an event.
pub trait Event: Serialize + DeserializeOwned + Send + Sync {
    /// Canonical name.
    const NAME: &'static str;
    /// Version of the payload. Fields are added within one; whatever breaks a reader starts another.
    const VERSION: i32;
    /// Told to who listens right now and never stored: lost in a crash, not replayed, not in order.
    const TRANSIENT: bool;
    /// The thing the event is about: its kind (`invoice`) and id. Deliveries keep this order.
    fn aggregate(&self) -> (&'static str, i64);
}
/// The question of a gate.
pub trait Gate: Serialize + DeserializeOwned + Send + Sync {
    /// Canonical name.
    const NAME: &'static str;
    /// Fields that a keeper may replace.
    const ADJUSTABLE: &'static [&'static str];
    /// Whether a keeper may say "treat it as done".
    const SKIPPABLE: bool;
}
/// The context of a slot and the type of its answers.
pub trait Slot: Serialize + DeserializeOwned + Send + Sync {
    /// Canonical name.
    const NAME: &'static str;
    /// What each subscriber answers.
    type Answer: Answered;
}

/// What a slot collects: one kind of [`SlotAnswer`].
pub trait Answered: JsonSchema + Serialize + Send {
    /// The answers, if they are of this kind.
    fn of(answer: SlotAnswer) -> Option<Vec<Self>>
    where
        Self: Sized;
}

/// A row of the catalogue.
pub struct Entry {
    /// Canonical name.
    pub name: &'static str,
    /// Event, gate or slot.
    pub kind: Kind,
    /// When it fires; starts with a space.
    when: &'static str,
    /// Version of the server it arrived in.
    pub since: &'static str,
    /// Version of the payload.
    pub version: i32,
    /// An event that is never stored.
    pub transient: bool,
    /// Why nothing fires it yet; none: it fires.
    pub pending: Option<&'static str>,
    /// Fields of a gate's question that may be replaced.
    pub adjustable: &'static [&'static str],
    /// What it means if a keeper skips the work; none: it cannot.
    pub skip: Option<&'static str>,
    /// JSON Schema of one answer of a slot.
    pub answer: Option<fn() -> Schema>,
    /// JSON Schema of the payload.
    pub schema: fn() -> Schema,
    /// Example payload.
    pub example: fn() -> serde_json::Value,
}

impl Entry {
    /// When it fires: a sentence.
    pub fn when(&self) -> &'static str {
        self.when.trim()
    }
    #[doc(hidden)]
    pub const fn new<T: Sample + Serialize + JsonSchema>(
        kind: Kind,
        name: &'static str,
        when: &'static str,
        since: &'static str,
    ) -> Self {
        Self {
            name,
            kind,
            when,
            since,
            version: 1,
            transient: false,
            pending: None,
            adjustable: &[],
            skip: None,
            answer: None,
            schema: schema::<T>,
            example: example::<T>,
        }
    }
}

fn example<T: Sample + Serialize>() -> serde_json::Value {
    serde_json::to_value(T::sample()).unwrap_or_default()
}
pub(super) fn schema<T: JsonSchema>() -> Schema {
    schema_for!(T)
}

/// An amount for samples.
pub(super) fn money(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}
/// A day for samples.
pub(super) fn date() -> NaiveDate {
    NaiveDate::from_ymd_opt(2027, 3, 31).unwrap_or_default()
}

/// The rows of an area. The doc comment of a row says when it fires; each field has its doc comment,
/// its type and a sample.
///
/// ```text
/// event Name = "Canonical-Name", about "client" client_id { fields }
/// gate  Name = "Canonical", adjusts [field], skip "what skipping does" { fields }
/// slot  Name = "Canonical", answers TextBlock { fields }
/// ```
/// Then, as needed, in this order: `version 2`, `since "0.2"`, `pending "why nothing fires it"`. An event
/// that is never stored is a `transient`.
macro_rules! hooks {
    ($area:ident = $title:literal; $(
        $(#[doc = $doc:literal])* $kind:ident $payload:ident = $name:literal
        $(, about $aggregate:literal $($id:ident)?)?
        $(, adjusts [$($field:ident),*])?
        $(, skip $skip:literal)?
        $(, answers $answer:ty)?
        $(, version $version:literal)?
        $(, since $since:literal)?
        $(, pending $pending:tt)?
        { $($fields:tt)* }
    )*) => {
        $(
            hooks!(@payload [$(#[doc = $doc])*] $payload { $($fields)* });
            hooks!(@kind $kind $payload $name
                [$($aggregate $($id)?)?] [$($($field),*)?] [$($skip)?] [$($answer)?] [$($version)?]);
        )*
        #[doc = $title]
        pub(super) static $area: $crate::catalogue::Area = $crate::catalogue::Area {
            title: $title,
            rows: &[$({
                #[allow(unused_mut, reason = "most rows have nothing special")]
                let mut row = $crate::catalogue::Entry::new::<$payload>(
                    hooks!(@word $kind), $name, concat!($($doc),*), hooks!(@or "0.1" $($since)?));
                $(row.adjustable = &[$(stringify!($field)),*];)?
                $(row.skip = Some($skip);)?
                $(row.answer = Some($crate::catalogue::row::schema::<$answer>);)?
                row.transient = hooks!(@transient $kind);
                $(row.version = $version;)?
                $(row.pending = Some($pending);)?
                row
            }),*],
        };
    };
    (@payload [$($doc:tt)*] $payload:ident {
        $($(#[doc = $fdoc:literal])* $field:ident: $ty:ty = $sample:expr),* $(,)?
    }) => {
        $($doc)*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        pub struct $payload { $($(#[doc = $fdoc])* pub $field: $ty),* }
        impl $crate::catalogue::Sample for $payload {
            fn sample() -> Self { Self { $($field: $sample),* } }
        }
    };
    (@kind gate $payload:ident $name:literal [] [$($field:ident),*] [$($skip:literal)?] [] []) => {
        impl $crate::catalogue::Gate for $payload {
            const NAME: &'static str = $name;
            const ADJUSTABLE: &'static [&'static str] = &[$(stringify!($field)),*];
            const SKIPPABLE: bool = hooks!(@some $($skip)?);
        }
    };
    (@kind slot $payload:ident $name:literal [] [] [] [$answer:ty] []) => {
        impl $crate::catalogue::Slot for $payload {
            const NAME: &'static str = $name;
            type Answer = $answer;
        }
    };
    (@kind $event:ident $payload:ident $name:literal [$($aggregate:literal $($id:ident)?)?] [] [] [] [$($version:literal)?]) => {
        impl $crate::catalogue::Event for $payload {
            const NAME: &'static str = $name;
            const VERSION: i32 = hooks!(@or 1 $($version)?);
            const TRANSIENT: bool = hooks!(@transient $event);
            fn aggregate(&self) -> (&'static str, i64) {
                (hooks!(@or "system" $($aggregate)?), hooks!(@id self $($($id)?)?))
            }
        }
    };
    (@word event) => { $crate::catalogue::Kind::Event };
    (@word transient) => { $crate::catalogue::Kind::Event };
    (@word gate) => { $crate::catalogue::Kind::Gate };
    (@word slot) => { $crate::catalogue::Kind::Slot };
    (@transient transient) => { true };
    (@transient $kind:ident) => { false };
    (@some) => { false };
    (@some $it:tt) => { true };
    (@or $default:literal) => { $default };
    (@or $default:literal $given:literal) => { $given };
    (@id $me:ident) => { 0 };
    (@id $me:ident $id:ident) => { $me.$id.into() };
}
pub(crate) use hooks;
