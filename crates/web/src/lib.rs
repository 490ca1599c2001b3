//! innkeeper-web
