//! Small closed vocabularies of the catalogue: each word is stored, shown by the API and checked here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

use crate::Invalid;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $wrong:literal { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),* }

        impl $name {
            /// Every word, in the order of a form.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// The word stored in the database and shown by the API.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }
        impl FromStr for $name {
            type Err = Invalid;
            fn from_str(text: &str) -> Result<Self, Invalid> {
                match text { $($text => Ok(Self::$variant),)* _ => Err(Invalid($wrong)) }
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.as_str()) }
        }
    };
}

words! {
    /// Where a domain stands after its expiry.
    LatePhase, "must be grace, redemption or lost" {
        /// It is renewed.
        Grace = "grace",
        /// It is restored, for a fee.
        Redemption = "redemption",
        /// Whoever comes first can have it.
        Lost = "lost",
    }
}
words! {
    /// What a promotion takes something off.
    PromotionFor, "must be orders, changes or both" {
        /// What is ordered.
        Orders = "orders",
        /// What a change of plan costs at once.
        Changes = "changes",
        Both = "both",
    }
}
words! {
    /// What counts of a quantity in a month.
    Measure, "must be highest or added" {
        /// The most that was seen at once: disk, mailboxes.
        Highest = "highest",
        /// All that was added to a counter, which may begin anew: traffic, requests.
        Added = "added",
    }
}
words! {
    /// When a product is set up at its vendor.
    SetupWhen, "must be order, payment or manual" {
        /// As soon as it is ordered.
        Order = "order",
        /// When its first invoice is paid.
        Payment = "payment",
        /// When staff accept the order.
        Manual = "manual",
    }
}
words! {
    /// How a dispute over a payment stands.
    DisputeState, "must be open, won or lost" {
        /// The money is with the payer; who keeps it is not decided.
        Open = "open",
        /// It was decided for us: the money came back.
        Won = "won",
        /// It was decided for the payer, for good.
        Lost = "lost",
    }
}
words! {
    /// What becomes of a service when its term is over.
    AfterTerm, "must be end or free" {
        /// It is terminated.
        End = "end",
        /// It goes on and costs nothing more.
        Free = "free",
    }
}
words! {
    /// How a server group chooses the server of a new service.
    Fill, "must be least_full or round_robin" {
        /// The one with the most room.
        LeastFull = "least_full",
        /// Each in its turn.
        RoundRobin = "round_robin",
    }
}
words! {
    /// Where tax is rounded.
    TaxRounding, "must be invoice or line" {
        /// Once for each rate, on the sum of what has it.
        Invoice = "invoice",
        /// On each line.
        Line = "line",
    }
}
words! {
    /// Why a client is taxed as it is.
    TaxReason, "is no reason" {
        /// A rule of the client's place.
        Rule = "rule",
        /// No rule knows the client's place.
        NoRule = "no_rule",
        /// Staff have marked the client as exempt.
        Exempt = "exempt",
        /// The client is in the seller's member state.
        Domestic = "domestic",
        /// A consumer in another member state: taxed as there.
        Consumer = "consumer",
        /// The same while the seller sells little abroad: taxed as at home.
        BelowThreshold = "below_threshold",
        /// A business in another member state, which pays the tax itself.
        ReverseCharge = "reverse_charge",
        /// Outside the European Union.
        OutsideUnion = "outside_union",
    }
}
words! {
    /// What is known of a VAT number.
    VatState, "must be waiting, valid, invalid or confirmed" {
        /// Its form is right; the register has not answered yet.
        Waiting = "waiting",
        /// The register knows it.
        Valid = "valid",
        /// The register does not know it, or its form is wrong.
        Invalid = "invalid",
        /// Staff have confirmed it by hand.
        Confirmed = "confirmed",
    }
}
words! {
    /// What a promotion takes off.
    DiscountKind, "must be percent, amount, price or setup" {
        /// A share of the price.
        Percent = "percent",
        /// An amount.
        Amount = "amount",
        /// What the price is above another one.
        Price = "price",
        /// The set-up fee.
        Setup = "setup",
    }
}
words! {
    /// Who may use a promotion.
    PromotionClients, "must be all, new or existing" {
        /// Everybody.
        All = "all",
        /// Who has not ordered before.
        New = "new",
        /// Who has.
        Existing = "existing",
    }
}
words! {
    /// When an item is invoiced that staff charge by hand.
    ItemWhen, "must be hand, next or day" {
        /// When staff say so.
        Hand = "hand",
        /// With the client's next invoice.
        Next = "next",
        /// On a day.
        Day = "day",
    }
}
words! {
    /// What a custom field asks about.
    FieldScope, "must be client or product" {
        /// The client.
        Client = "client",
        /// Each service of one product.
        Product = "product",
    }
}
words! {
    /// How an option of a product is chosen.
    OptionKind, "must be choice, yes_no or quantity" {
        /// One of its values.
        Choice = "choice",
        /// With it or without.
        YesNo = "yes_no",
        /// So many units.
        Quantity = "quantity",
    }
}
words! {
    /// How a custom field is asked.
    AnswerKind, "must be text, number, date, choice or checkbox" {
        /// One line of text.
        Text = "text",
        /// A decimal number.
        Number = "number",
        /// A day, `2026-01-31`.
        Date = "date",
        /// One of the field's options.
        Choice = "choice",
        /// `true` or `false`.
        Checkbox = "checkbox",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip_and_strangers_are_refused() {
        for word in AnswerKind::ALL {
            assert_eq!(word.as_str().parse::<AnswerKind>(), Ok(*word));
        }
        assert_eq!("soon".parse::<SetupWhen>(), Err(Invalid("must be order, payment or manual")));
    }
}
