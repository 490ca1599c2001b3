//! HTTPS, the JSON-RPC route and the webmail's log-in form.

use std::{io, sync::Arc};

use axum::{
    Form, Router,
    body::Bytes,
    extract::State,
    http::{
        HeaderMap, StatusCode,
        header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE},
    },
    middleware,
    response::{IntoResponse, Response},
    routing::post,
};
use axum_server::tls_rustls::RustlsConfig;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use serde::Deserialize;

use super::{
    machine::Machine,
    rpc::{self, Credentials},
    store::{self, Store},
};
use crate::chaos::{self, ChangedSomething};

const ADMIN_COOKIE: &str = "SESSION_CONNECT_WEBADMIN";

/// The vendor's routes, with chaos around them.
pub fn router(machine: Arc<Machine>) -> Router {
    let chaos = machine.chaos.clone();
    Router::new()
        .route("/admin/api/jsonrpc", post(json_rpc))
        .route("/admin/api/jsonrpc/", post(json_rpc))
        .route("/webmail/login/dologin", post(webmail_login))
        .layer(middleware::from_fn_with_state(chaos, chaos::apply))
        .with_state(machine)
}

async fn json_rpc(State(machine): State<Arc<Machine>>, headers: HeaderMap, body: Bytes) -> Response {
    let credentials = Credentials { cookie: cookie(&headers, ADMIN_COOKIE), token: header(&headers, "x-token") };
    let answer = rpc::handle(&machine, &credentials, &body);
    let mut response =
        ([(CONTENT_TYPE, "application/json-rpc; charset=UTF-8")], answer.result.to_string()).into_response();
    if let Some(Ok(cookie)) = answer.cookie.map(|value| format!("{ADMIN_COOKIE}={value}; Path=/").parse()) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    if answer.changed {
        response.extensions_mut().insert(ChangedSomething);
    }
    response
}

#[derive(Deserialize)]
struct WebmailForm {
    kerio_username: String,
    kerio_password: String,
}

async fn webmail_login(State(machine): State<Arc<Machine>>, Form(form): Form<WebmailForm>) -> Response {
    let store = machine.store();
    let user = store.user_by_login(&form.kerio_username);
    let welcome = user.is_some_and(|user| user.is_enabled() && user.has_password(&form.kerio_password));
    if !welcome {
        let location = [(LOCATION, "/webmail/login/?reason=failure")];
        return (StatusCode::FOUND, location).into_response();
    }
    let session = format!("SESSION_CONNECT_WEBMAIL={}; Path=/", store::random_hex(32));
    let token = format!("TOKEN_CONNECT_WEBMAIL={}; Path=/", store::random_hex(32));
    let mut response = (StatusCode::FOUND, [(LOCATION, "/webmail/")]).into_response();
    for cookie in [session, token] {
        if let Ok(cookie) = cookie.parse() {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    response
}

fn header(headers: &HeaderMap, name: &str) -> String {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

fn cookie(headers: &HeaderMap, name: &str) -> String {
    let cookies = headers.get_all(COOKIE).iter();
    let mut pairs = cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let found = pairs.find(|(key, _)| *key == name);
    found.map_or_else(String::new, |(_, value)| value.to_owned())
}

/// Makes the certificate, unless the store has one from before. Returns its PEM.
///
/// # Errors
/// When the certificate cannot be made.
pub fn ensure_certificate(store: &mut Store) -> io::Result<String> {
    if let Some((certificate, _)) = &store.certificate {
        return Ok(certificate.clone());
    }
    let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).map_err(io::Error::other)?;
    let certificate = made.cert.pem();
    store.certificate = Some((certificate.clone(), made.signing_key.serialize_pem()));
    Ok(certificate)
}

/// The TLS side of the server, with the store's certificate.
///
/// # Errors
/// When there is no certificate, or it does not work.
pub fn tls_config(store: &Store) -> io::Result<RustlsConfig> {
    let (certificate, key) = store.certificate.as_ref().ok_or_else(|| io::Error::other("no certificate"))?;
    let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).map_err(io::Error::other)?;
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(io::Error::other)?;
    // Named, not taken from the process: a simulator must not depend on who installed one.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .map_err(io::Error::other)?;
    Ok(RustlsConfig::from_config(Arc::new(config)))
}
