//! What the norm allows is written and judged valid by others; what it forbids is refused and named.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod corpus;
mod judged;
mod random;
mod rules;
