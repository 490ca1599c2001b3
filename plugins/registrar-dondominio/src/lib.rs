//! innkeeper-registrar-dondominio
