//! innkeeper-plugin-testkit
