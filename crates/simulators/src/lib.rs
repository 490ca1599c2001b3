//! Faithful doubles of vendor APIs, as real servers on loopback: for tests, for the demo and
//! for people who write plugins.

pub mod chaos;
pub mod control;
pub mod dondominio;
pub mod journal;
pub mod kerio;
pub mod listener;
pub mod receiver;
