//! What the norm allows is written and judged valid by others; what it forbids is refused and named.

mod corpus;
mod judged;
mod random;
mod rules;
