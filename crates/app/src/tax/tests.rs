//! Who pays which tax, the register, and the way from an order to the papers.

mod cases;
mod numbers;
mod whole;
