//! innkeeper-simulators
