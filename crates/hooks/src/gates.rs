//! Questions of gates, asked before the work.

use innkeeper_domain::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Sample;

/// A cart that is about to become an order.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ValidateCheckout {
    /// Who orders.
    pub client_id: ClientId,
    /// Products in the cart, with repetitions.
    pub product_ids: Vec<ProductId>,
    /// Domains in the cart.
    pub domains: Vec<String>,
    /// To be paid now, tax included.
    pub total: Money,
}
impl Sample for ValidateCheckout {
    fn sample() -> Self {
        Self {
            client_id: ClientId(17),
            product_ids: vec![ProductId(3)],
            domains: vec!["example.com".into()],
            total: Money::new(2541, Currency::EUR),
        }
    }
}

macro_rules! service_gates {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
        pub struct $name {
            /// The service.
            pub service_id: ServiceId,
            /// Whose it is.
            pub client_id: ClientId,
            /// Its product.
            pub product_id: ProductId,
            /// What it is called: a mailbox, a host name.
            pub label: String,
        }
        impl Sample for $name {
            fn sample() -> Self {
                Self {
                    service_id: ServiceId(31), client_id: ClientId(17), product_id: ProductId(3),
                    label: "ada@example.com".into(),
                }
            }
        }
    )*};
}
service_gates! {
    /// May this service be created?
    BeforeModuleCreate,
    /// May this service be suspended?
    BeforeModuleSuspend,
    /// May this service be unsuspended?
    BeforeModuleUnsuspend,
    /// May this service be terminated?
    BeforeModuleTerminate,
    /// May this service get a new password?
    BeforeModuleChangePassword
}

macro_rules! domain_gates {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
        pub struct $name {
            /// The domain.
            pub domain_id: DomainId,
            /// Whose it is.
            pub client_id: ClientId,
            /// Its name.
            pub name: String,
            /// Years asked for.
            pub years: u8,
        }
        impl Sample for $name {
            fn sample() -> Self {
                Self { domain_id: DomainId(12), client_id: ClientId(17), name: "example.com".into(), years: 1 }
            }
        }
    )*};
}
domain_gates! {
    /// May this domain be registered?
    BeforeDomainRegister,
    /// May this transfer start?
    BeforeDomainTransfer,
    /// May this domain be renewed?
    BeforeDomainRenew
}
