//! innkeeper-hooks
