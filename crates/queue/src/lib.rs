//! innkeeper-queue
