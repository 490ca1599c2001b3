//! innkeeper-config
