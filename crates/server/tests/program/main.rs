//! The program itself, run as people run it.

mod demo;
mod mistakes;
mod running;
