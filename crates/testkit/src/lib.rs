//! innkeeper-testkit
