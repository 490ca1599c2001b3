//! innkeeper-server-kerio
