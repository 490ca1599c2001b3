//! Log-in, envelope, both kinds of form, limits, trouble, restarts.

use super::*;
use crate::dondominio::Pace;

#[tokio::test]
async fn refuses_bad_credentials_and_bad_calls() {
    let sim = started().await;
    let sent = |fields: &'static [(&str, &str)], path: &'static str| {
        let sim = &sim;
        async move {
            let answer = exchange(sim, "POST", path, FORM, &encode(fields)).await;
            body_of(&answer)["errorCode"].as_i64()
        }
    };
    assert_eq!(sent(&[], "/tool/hello").await, Some(200));
    let wrong = &[("apiuser", "12345-SIM"), ("apipasswd", "guess")];
    assert_eq!(sent(wrong, "/tool/hello").await, Some(201));
    assert_eq!(code(&sim, "domain/explode", &[]).await, 102);
    assert_eq!(code(&sim, "nothing", &[]).await, 102);
    assert_eq!(code(&sim, "domain/check", &[]).await, 101);
    let bad = [("domain", "a.com"), ("infoType", "everything")];
    assert_eq!(code(&sim, "domain/getinfo", &bad).await, 105);
    assert_eq!(code(&sim, "service/dnslist", &[("serviceName", "a.com")]).await, 4001);
    let answer = exchange(&sim, "GET", "/tool/hello/", FORM, "").await;
    assert!(answer.starts_with("HTTP/1.1 405"), "{answer}");
}

#[tokio::test]
async fn answers_in_the_envelope() {
    let sim = started().await;
    let answer = call(&sim, "tool/hello", &[]).await;
    assert_eq!(answer["success"], json!(true));
    assert_eq!(answer["errorCodeMsg"], json!(""));
    assert_eq!(answer["action"], json!("tool/hello"));
    assert_eq!(answer["responseData"]["ip"], json!("127.0.0.1"));
    let answer = call(&sim, "domain/check", &[("domain", "a.zzz")]).await;
    assert_eq!(answer["success"], json!(false));
    assert_eq!(answer["errorCode"], json!(2002));
    assert_eq!(answer["messages"].as_array().map(Vec::len), Some(1));
    assert!(answer.get("responseData").is_none());
}

#[tokio::test]
async fn takes_multipart_and_does_without_the_last_slash() {
    let sim = started().await;
    let mut body = String::new();
    let fields = [("apiuser", "12345-SIM"), ("apipasswd", "simulated-key"), ("domain", "free.com")];
    for (name, value) in fields {
        body.push_str(&format!("--frontier\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    body.push_str("--frontier--\r\n");
    let kind = "multipart/form-data; boundary=frontier";
    let answer = body_of(&exchange(&sim, "POST", "/domain/check", kind, &body).await);
    assert_eq!(answer["responseData"]["domains"][0]["available"], json!(true));
}

#[tokio::test]
async fn a_fourth_connection_is_refused() {
    let sim = started().await;
    let held = sim.shared.connections.try_acquire_many(3).unwrap();
    assert_eq!(code(&sim, "tool/hello", &[]).await, 1006);
    drop(held);
    assert_eq!(code(&sim, "tool/hello", &[]).await, 0);
}

#[tokio::test]
async fn a_lost_answer_was_carried_out() {
    let sim = started().await;
    sim.chaos().lose_next_effect();
    let mut fields = vec![("apiuser", "12345-SIM"), ("apipasswd", "simulated-key")];
    fields.extend(order("lost.com", &[]));
    let answer = exchange(&sim, "POST", "/domain/create/", FORM, &encode(&fields)).await;
    assert_eq!(answer, "");
    assert_eq!(sim.effects("lost.com").creates, 1);
    assert_eq!(code(&sim, "domain/create", &order("lost.com", &[])).await, 2010);
    assert_eq!(sim.effects("lost.com").creates, 1);
    assert_eq!(sim.journal().done_to("domain/create", "lost.com"), 1);
    assert_eq!(sim.journal().entries().len(), 2);
}

#[tokio::test]
async fn a_state_file_survives_a_restart() {
    let folder = std::env::temp_dir().join(format!("dondominio-sim-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let options = Options { state_file: Some(folder.join("state.json")), ..Options::default() };
    let sim = Simulator::start(options.clone()).await.unwrap();
    register(&sim, "kept.com").await;
    let balance = sim.balance();
    sim.stop().await;

    let sim = Simulator::start(options).await.unwrap();
    assert_eq!(sim.balance(), balance);
    assert_eq!(status(&sim, "kept.com").await["status"], json!("active"));
    assert_eq!(sim.effects("kept.com").creates, 1);
    sim.stop().await;
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn control_endpoints_change_the_account_and_show_the_state() {
    let options = Options { pace: Pace::Tick, ..Options::default() };
    let sim = Simulator::start(options).await.unwrap();
    let post = |path: &'static str, body: &'static str| exchange(&sim, "POST", path, "application/json", body);
    post("/_sim/account", r#"{"balance": "3.00"}"#).await;
    assert_eq!(code(&sim, "domain/create", &order("poor.com", &[])).await, 1100);
    post("/_sim/account", r#"{"balance": "300", "refuse_with": 1000}"#).await;
    assert_eq!(code(&sim, "tool/hello", &[]).await, 1000);
    post("/_sim/account", r#"{"refuse_with": 0, "allowed_ips": ["192.0.2.1"]}"#).await;
    assert_eq!(code(&sim, "tool/hello", &[]).await, 300);
    post("/_sim/account", r#"{"allowed_ips": []}"#).await;
    post("/_sim/taken", r#"{"name": "gone.com"}"#).await;
    assert_eq!(code(&sim, "domain/create", &order("gone.com", &[])).await, 2010);

    done(&sim, "domain/create", &order("slow.com", &[])).await;
    assert_eq!(status(&sim, "slow.com").await["status"], json!("register-init"));
    assert_eq!(status(&sim, "slow.com").await["tsExpir"], json!(""));
    let state = body_of(&post("/_sim/tick", r#"{"days": 1}"#).await);
    assert_eq!(state["domains"][0]["status"], json!("active"));
    assert_eq!(state["effects"]["slow.com"]["creates"], json!(1));
    assert_eq!(state["account"]["balance"], json!(287.96));
}
