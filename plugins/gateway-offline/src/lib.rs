//! innkeeper-gateway-offline
