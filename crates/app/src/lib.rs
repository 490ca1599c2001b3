//! innkeeper-app
