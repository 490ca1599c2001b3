//! What only shows over the wire: TLS, headers, lost answers, the webmail form.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use innkeeper_simulators::{
    chaos::ChaosSettings,
    kerio::{Options, Simulator},
};
use reqwest::{Client, Response, redirect::Policy};

async fn start() -> (Simulator, Client) {
    // Another test may have installed it; either is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let simulator = Simulator::start(Options::default()).await.unwrap();
    let certificate = reqwest::Certificate::from_pem(simulator.certificate_pem().as_bytes());
    let client = Client::builder().tls_certs_only([certificate.unwrap()]).redirect(Policy::none()).build().unwrap();
    (simulator, client)
}

async fn rpc(
    simulator: &Simulator,
    client: &Client,
    session: Option<&(String, String)>,
    call: &str,
) -> reqwest::Result<Response> {
    let url = format!("https://{}/admin/api/jsonrpc/", simulator.addr());
    let mut request = client.post(url).body(call.to_owned());
    if let Some((cookie, token)) = session {
        request = request.header("cookie", cookie).header("x-token", token);
    }
    request.send().await
}

async fn log_in(simulator: &Simulator, client: &Client) -> (String, String) {
    let call = r#"{"jsonrpc":"2.0","id":1,"method":"Session.login","params":{"userName":"admin",
        "password":"Kerio-Admin-1","application":{"name":"t","vendor":"t","version":"1"}}}"#;
    let response = rpc(simulator, client, None, call).await.unwrap();
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let body: serde_json::Value = response.json().await.unwrap();
    (cookie, body["result"]["token"].as_str().unwrap().to_owned())
}

async fn domain_id(simulator: &Simulator, client: &Client, session: &(String, String)) -> String {
    let call = r#"{"jsonrpc":"2.0","id":2,"method":"Domains.get","params":{"query":{}}}"#;
    let response = rpc(simulator, client, Some(session), call).await.unwrap();
    let body: serde_json::Value = response.json().await.unwrap();
    body["result"]["list"][0]["id"].as_str().unwrap().to_owned()
}

fn create_alice(domain_id: &str) -> String {
    serde_json::json!({"jsonrpc":"2.0","id":3,"method":"Users.create","params":{"users":[{
        "loginName":"alice","password":"Tr4velling-Owl","domainId":domain_id}]}})
    .to_string()
}

#[tokio::test]
async fn a_client_that_does_not_trust_the_certificate_gets_nowhere() {
    let (simulator, _) = start().await;
    let stranger = Client::builder().tls_certs_only([]).build().unwrap();
    let error = rpc(&simulator, &stranger, None, "{}").await.unwrap_err();
    assert!(error.is_connect(), "{error:?}");
}

#[tokio::test]
async fn a_lost_answer_is_an_effect_without_a_response() {
    let (simulator, client) = start().await;
    let session = log_in(&simulator, &client).await;
    let domain = domain_id(&simulator, &client, &session).await;
    simulator.chaos().lose_next_effect();
    let lost = rpc(&simulator, &client, Some(&session), &create_alice(&domain)).await;
    assert!(lost.is_err());
    assert_eq!(simulator.users().len(), 1);
    let again = rpc(&simulator, &client, Some(&session), &create_alice(&domain)).await;
    let body: serde_json::Value = again.unwrap().json().await.unwrap();
    assert_eq!(body["result"]["errors"][0]["code"], 1001);
    assert_eq!(simulator.journal().done_to("Users.create", "alice@example.org"), 1);
    assert_eq!(simulator.journal().entries().len(), 2);
}

#[tokio::test]
async fn the_control_endpoints_show_the_state_and_turn_the_knobs() {
    let (simulator, client) = start().await;
    let session = log_in(&simulator, &client).await;
    let control = |path: &str| format!("http://{}/_sim/{path}", simulator.control_addr());
    let response = client.put(control("chaos")).json(&ChaosSettings { unavailable: true, ..ChaosSettings::default() });
    assert!(response.send().await.unwrap().status().is_success());
    let down = rpc(&simulator, &client, Some(&session), "{}").await.unwrap();
    assert_eq!(down.status(), 503);
    let expired = client.post(control("sessions/expire")).send().await.unwrap();
    let expired: serde_json::Value = expired.json().await.unwrap();
    assert_eq!(expired["expired"], 1);
    let state = client.get(control("state")).send().await.unwrap();
    let state: serde_json::Value = state.json().await.unwrap();
    assert_eq!(state["counts"]["users"], 0);
}

#[tokio::test]
async fn the_webmail_form_tells_good_passwords_from_bad_ones() {
    let (simulator, client) = start().await;
    let session = log_in(&simulator, &client).await;
    let domain = domain_id(&simulator, &client, &session).await;
    rpc(&simulator, &client, Some(&session), &create_alice(&domain)).await.unwrap();
    let url = format!("https://{}/webmail/login/dologin", simulator.addr());
    for (password, target) in [("Tr4velling-Owl", "/webmail/"), ("wrong", "/webmail/login/?reason=failure")] {
        let form = [("kerio_username", "alice@example.org"), ("kerio_password", password)];
        let response = client.post(&url).form(&form).send().await.unwrap();
        assert_eq!(response.headers()["location"], target);
    }
}

#[tokio::test]
async fn stopping_refuses_connections() {
    let (simulator, client) = start().await;
    simulator.stop().await;
    let refused = rpc(&simulator, &client, None, "{}").await.unwrap_err();
    assert!(refused.is_connect(), "{refused:?}");
}

#[tokio::test]
async fn a_restart_keeps_the_pinned_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { state_file: Some(folder.path().join("kerio.json")), ..Options::default() };
    let first = Simulator::start(options.clone()).await.unwrap();
    first.stop().await;
    let second = Simulator::start(options).await.unwrap();
    assert_eq!(first.certificate_pem(), second.certificate_pem());
}
