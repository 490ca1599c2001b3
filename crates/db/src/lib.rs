//! innkeeper-db
