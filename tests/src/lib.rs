//! innkeeper-tests
