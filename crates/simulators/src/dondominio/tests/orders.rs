//! What costs money: registering, transferring, renewing.

use super::*;
use crate::dondominio::fixtures::AUTHCODE;

#[tokio::test]
async fn a_registration_is_pending_and_then_active() {
    let sim = started().await;
    let before = sim.balance();
    let fields = order("new.com", &[("period", "2"), ("nameservers", "ns1.host.test,ns2.host.test")]);
    let receipt = done(&sim, "domain/create", &fields).await;
    assert_eq!(receipt["billing"], json!({"total": 24.08, "currency": "EUR"}));
    let line = &receipt["domains"][0];
    assert_eq!(line["status"], json!("register-init"));
    assert_eq!(line["tsExpir"], json!(""));
    assert_eq!(line["period"], json!(2));
    assert_eq!(before - sim.balance(), 2408);

    let info = status(&sim, "new.com").await;
    assert_eq!(info["status"], json!("active"));
    assert_eq!(info["domainID"], line["domainID"]);
    assert_eq!(info["transferBlock"], json!(true));
    assert_ne!(info["tsExpir"], json!(""));
    let id = info["domainID"].to_string();
    let by_id = [("domainID", id.as_str()), ("infoType", "nameservers")];
    let hosts = done(&sim, "domain/getinfo", &by_id).await;
    assert_eq!(hosts["defaultNS"], json!(false));
    assert_eq!(hosts["nameservers"][1]["name"], json!("ns2.host.test"));
    let contact = [("domain", "new.com"), ("infoType", "contact")];
    let contact = done(&sim, "domain/getinfo", &contact).await;
    assert_eq!(contact["contactOwner"]["lastName"], json!("Núñez"));
    assert_eq!(contact["contactBilling"], contact["contactOwner"]);
}

#[tokio::test]
async fn a_registration_is_refused_for_its_reason() {
    let sim = started().await;
    let before = sim.balance();
    let create = |name: &'static str, extra: &'static [(&str, &str)]| {
        let sim = &sim;
        async move { code(sim, "domain/create", &order(name, extra)).await }
    };
    assert_eq!(create("taken-a.com", &[]).await, 2010);
    assert_eq!(create("example.com", &[]).await, 2010);
    assert_eq!(create("premium-a.com", &[]).await, 2011);
    assert_eq!(create("a.zzz", &[]).await, 2002);
    assert_eq!(create("a.pt", &[]).await, 2003);
    assert_eq!(create("a..com", &[]).await, 2001);
    assert_eq!(create("err-1100.com", &[]).await, 1100);
    assert_eq!(create("err-1010.com", &[]).await, 1010);
    assert_eq!(create("a.com", &[("period", "11")]).await, 105);
    assert_eq!(create("a.com", &[("nameservers", "ns1.only.test")]).await, 105);
    assert_eq!(create("a.com", &[("ownerContactPhone", "600111222")]).await, 105);
    assert_eq!(create("a.com", &[("ownerContactType", "company")]).await, 105);
    assert_eq!(create("a.com", &[("ownerContactType", "organization")]).await, 101);
    assert_eq!(create("a.com", &[("ownerContactIdentNumber", "BAD1")]).await, 3002);
    assert_eq!(create("a.com", &[("ownerContactID", "SIM-999999")]).await, 3001);
    assert_eq!(create("a.com", &[("adminContactFirstName", "Eva")]).await, 101);
    assert_eq!(create("a.cat", &[]).await, 101);
    let no_owner = code(&sim, "domain/create", &[("domain", "a.com")]).await;
    assert_eq!(no_owner, 101);
    assert_eq!(sim.balance(), before);
    assert_eq!(sim.domains(), []);

    assert_eq!(create("premium-a.com", &[("premium", "true")]).await, 0);
    assert_eq!(before - sim.balance(), 25 * 1204);
    assert_eq!(create("register-cancel-a.com", &[]).await, 0);
    let cancelled = status(&sim, "register-cancel-a.com").await;
    assert_eq!(cancelled["status"], json!("register-cancel"));
    assert_eq!(before - sim.balance(), 25 * 1204);
}

#[tokio::test]
async fn availability_tells_free_taken_and_premium_apart() {
    let sim = started().await;
    let check = |name: &'static str| {
        let sim = &sim;
        async move { done(sim, "domain/check", &[("domain", name)]).await["domains"][0].take() }
    };
    let free = check("FREE.com").await;
    assert_eq!(free["name"], json!("free.com"));
    assert_eq!((&free["available"], &free["premium"]), (&json!(true), &json!(false)));
    assert_eq!(free["price"], json!(12.04));
    assert_eq!(check("taken-a.com").await["available"], json!(false));
    assert_eq!(check("premium-a.com").await["price"], json!(301.0));
    register(&sim, "mine.com").await;
    assert_eq!(check("mine.com").await["available"], json!(false));
    assert_eq!(code(&sim, "domain/check", &[("domain", "err-2004.com")]).await, 2004);

    let name = [("domain", "taken-a.com")];
    let transfer = done(&sim, "domain/checkfortransfer", &name).await;
    assert_eq!(transfer["domains"][0]["transferavail"], json!(true));
    for held in ["locked-a.com", "free.com", "mine.com", "a.ru"] {
        let transfer = done(&sim, "domain/checkfortransfer", &[("domain", held)]).await;
        assert_eq!(transfer["domains"][0]["transferavail"], json!(false), "{held}");
        assert_eq!(transfer["domains"][0]["transfermsg"].as_array().map(Vec::len), Some(1));
    }
}

#[tokio::test]
async fn a_renewal_needs_the_current_expiry() {
    let sim = started().await;
    let info = register(&sim, "mine.com").await;
    let expires = info["tsExpir"].as_str().unwrap();
    let renew = |date: String| {
        let sim = &sim;
        async move {
            let fields = [("domain", "mine.com"), ("curExpDate", date.as_str()), ("period", "1")];
            call(sim, "domain/renew", &fields).await
        }
    };
    assert_eq!(renew("2001-01-01".to_owned()).await["errorCode"], json!(2100));
    assert_eq!(renew("soon".to_owned()).await["errorCode"], json!(105));
    let answer = renew(expires.replace('-', "")).await;
    let line = &answer["responseData"]["domains"][0];
    assert_eq!(line["status"], json!("renewed"));
    assert_eq!(line["renewPeriod"], json!("1"));
    assert_ne!(line["tsExpir"], info["tsExpir"]);
    // The same order again: the expiry it renews from is gone.
    assert_eq!(renew(expires.to_owned()).await["errorCode"], json!(2100));
    assert_eq!(sim.effects("mine.com").renews, 1);
    assert_eq!(status(&sim, "mine.com").await["status"], json!("active"));

    let far = line["tsExpir"].as_str().unwrap();
    let fields = [("domain", "mine.com"), ("curExpDate", far), ("period", "9")];
    assert_eq!(code(&sim, "domain/renew", &fields).await, 2101);
    let absent = [("domain", "other.com"), ("curExpDate", far)];
    assert_eq!(code(&sim, "domain/renew", &absent).await, 2008);
}

#[tokio::test]
async fn a_transfer_needs_the_auth_code_and_takes_its_time() {
    let sim = started().await;
    let transfer = |name: &'static str, extra: &'static [(&str, &str)]| {
        let sim = &sim;
        async move { code(sim, "domain/transfer", &order(name, extra)).await }
    };
    assert_eq!(transfer("taken-a.com", &[]).await, 2012);
    assert_eq!(transfer("taken-a.com", &[("authcode", "guess")]).await, 2012);
    assert_eq!(transfer("free.com", &[("authcode", AUTHCODE)]).await, 2005);
    assert_eq!(transfer("locked-a.com", &[("authcode", AUTHCODE)]).await, 2005);
    assert_eq!(transfer("taken-a.es", &[]).await, 0);
    let good = [("authcode", AUTHCODE), ("nameservers", "keepns")];
    let receipt = done(&sim, "domain/transfer", &order("taken-a.com", &good)).await;
    assert_eq!(receipt["domains"][0]["status"], json!("transfer-init"));
    let info = status(&sim, "taken-a.com").await;
    assert_eq!(info["status"], json!("transfer-pending"));
    assert_eq!(info["transferStatus"], json!("transfer-pending"));
    assert_eq!(status(&sim, "taken-a.com").await["status"], json!("active"));
    assert_eq!(sim.effects("taken-a.com").transfers, 1);

    let before = sim.balance();
    assert_eq!(transfer("transfer-cancel-a.com", &[("authcode", AUTHCODE)]).await, 0);
    status(&sim, "transfer-cancel-a.com").await;
    let info = status(&sim, "transfer-cancel-a.com").await;
    assert_eq!(info["status"], json!("transfer-cancel"));
    assert_eq!(sim.balance(), before);
    let again = [("domain", "transfer-cancel-a.com"), ("authcode", AUTHCODE)];
    let info = done(&sim, "domain/transferrestart", &again).await;
    assert_eq!(info["status"], json!("transfer-init"));
}

#[tokio::test]
async fn a_name_that_is_not_renewed_expires_and_goes() {
    let sim = started().await;
    register(&sim, "gone.com").await;
    register(&sim, "auto.com").await;
    let mode = [("domain", "gone.com"), ("updateType", "renewalMode"), ("renewalMode", "letexpire")];
    done(&sim, "domain/update", &mode).await;
    sim.tick(370);
    let info = status(&sim, "gone.com").await;
    assert_eq!(info["status"], json!("expired-renewgrace"));
    assert_eq!(info["renewable"], json!(true));
    assert_eq!(status(&sim, "auto.com").await["status"], json!("active"));
    assert_eq!(sim.effects("auto.com").autorenews, 1);
    sim.tick(31);
    let info = status(&sim, "gone.com").await;
    assert_eq!(info["status"], json!("expired-redemption"));
    let expires = info["tsExpir"].as_str().unwrap();
    let fields = [("domain", "gone.com"), ("curExpDate", expires)];
    assert_eq!(code(&sim, "domain/renew", &fields).await, 2101);
    sim.tick(31);
    assert_eq!(code(&sim, "domain/getauthcode", &[("domain", "gone.com")]).await, 2008);
    let deleted = done(&sim, "domain/listdeleted", &[]).await;
    assert_eq!(deleted["domains"][0]["name"], json!("gone.com"));
}
