//! innkeeper-postgres
