//! innkeeper-mail
