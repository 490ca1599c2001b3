//! innkeeper-snapin-webhooks
