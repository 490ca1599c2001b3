//! The words and the arithmetic of the trade: ids, money, billing cycles, tax, invoice maths and
//! the states that things may be in. Pure: no clock, no I/O, no floats.

pub mod cycle;
pub mod discount;
pub mod exchange;
pub mod ids;
pub mod invoice;
pub mod late;
pub mod money;
pub mod options;
pub mod permission;
pub mod proration;
pub mod rate;
pub mod size;
pub mod state;
pub mod tax;
pub mod terms;
pub mod usage;
pub mod value;
pub mod vat_number;
pub mod words;

pub use cycle::{BillingCycle, Period, TimeUnit};
pub use discount::Discount;
pub use exchange::Exchange;
pub use ids::*;
pub use late::{LateDays, LateFees};
pub use money::{Currency, Money, MoneyError};
pub use permission::Permission;
pub use proration::Exact;
pub use rate::Rate;
pub use size::{Scale, read_size};
pub use tax::Treatment;
pub use terms::{FirstDays, Terms};
pub use usage::UsagePrice;
pub use value::{DomainName, EmailAddress, Invalid};
pub use vat_number::VatNumber;
pub use words::{
    AfterTerm, AnswerKind, DiscountKind, DisputeState, FieldScope, Fill, ItemWhen, LatePhase, Measure, OptionKind,
    PromotionClients, PromotionFor, SetupWhen, TaxReason, TaxRounding, VatState,
};
