//! innkeeper-server
