//! innkeeper-domain
