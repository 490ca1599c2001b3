//! innkeeper-plugin-api
