//! Every way in which a link is good or not.

use chrono::TimeDelta;
use innkeeper_domain::Permission;
use percent_encoding::percent_decode_str;

use super::*;
use crate::{
    AppError, Result,
    sessions::resume,
    testing::{PASSWORD, TestApp},
};

const KEY: &str = "an application key of a site";

fn refused(result: Result<Arrival>) -> String {
    match result.err().expect("accepted") {
        AppError::Unauthenticated(text) => text.to_owned(),
        AppError::Invalid(errors) => format!("{} {}", errors[0].field, errors[0].message),
        other => panic!("{other:?}"),
    }
}
async fn sessions(t: &TestApp) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM session").fetch_one(t.pool()).await.unwrap()
}

fn clientexec_link(t: &TestApp, email: &str, age: i64, goto: &str) -> ClientexecLink {
    let timestamp = (t.now().timestamp() - age).to_string();
    let hash = clientexec::hash(KEY, email, &timestamp);
    ClientexecLink { email: email.into(), timestamp, hash, goto: goto.into() }
}
async fn use_clientexec(t: &TestApp, link: &ClientexecLink) -> Result<Arrival> {
    redeem_clientexec(t, &t.visitor("192.0.2.1"), link, "browser").await
}

#[test]
fn the_hash_is_the_documented_one() {
    // sha1("key") is a62f2225bf70bfaccbc7f1ef2a397836717377de.
    let inner = "a62f2225bf70bfaccbc7f1ef2a397836717377de";
    let outer = hex::encode(<sha1::Sha1 as sha1::Digest>::digest(format!("{inner}ada@example.org1800000000")));
    assert_eq!(clientexec::hash("key", "ada@example.org", "1800000000"), outer);
}

#[tokio::test]
async fn clientexec_links_are_off_until_switched_on() {
    let t = TestApp::new().await;
    let (admin, ada) = (t.admin().await, t.client("ada@example.org").await);
    let link = clientexec_link(&t, "ada@example.org", 5, "index.php?fuse=support");
    assert!(refused(use_clientexec(&t, &link).await).contains("switched off"));
    assert!(configure_clientexec(&t, &admin, true, None).await.is_err());
    configure_clientexec(&t, &admin, true, Some(KEY)).await.unwrap();
    let kept: String = sqlx::query_scalar("SELECT value::text FROM setting WHERE key = 'autologin.clientexec'")
        .fetch_one(t.pool())
        .await
        .unwrap();
    assert!(!kept.contains(KEY));
    let arrival = use_clientexec(&t, &link).await.unwrap();
    assert_eq!(arrival.goto, "/");
    let session = resume(&t, &arrival.session.token, "", "").await.unwrap().unwrap();
    assert_eq!((session.actor.client_id(), session.via.as_str()), (Some(ada.id), "autologin"));
    assert!(refused(use_clientexec(&t, &link).await).contains("already used"));
    configure_clientexec(&t, &admin, false, None).await.unwrap();
    let status = clientexec_status(&t, &admin).await.unwrap();
    assert_eq!(status, ClientexecStatus { enabled: false, key_set: true });
    assert!(refused(use_clientexec(&t, &clientexec_link(&t, "ada@example.org", 4, "")).await).contains("switched off"));
}

#[tokio::test]
async fn bad_clientexec_links_are_refused() {
    let t = TestApp::new().await;
    let admin = t.admin().await;
    t.client("ada@example.org").await;
    configure_clientexec(&t, &admin, true, Some(KEY)).await.unwrap();
    let good = |age| clientexec_link(&t, "ada@example.org", age, "");
    let cases = [
        (ClientexecLink { hash: "0".repeat(40), ..good(1) }, "signature"),
        (ClientexecLink { hash: String::new(), ..good(1) }, "signature"),
        (ClientexecLink { email: "eve@example.org".into(), ..good(1) }, "signature"),
        (ClientexecLink { timestamp: t.now().timestamp().to_string(), ..good(9) }, "signature"),
        (good(16 * 60), "expired"),
        (good(-120), "future"),
        (clientexec_link(&t, "nobody@example.org", 1, ""), "no account"),
        (clientexec_link(&t, "admin@host.example", 1, ""), "no account"),
        (clientexec_link(&t, "ada@example.org", 1, "//evil.example"), "goto"),
        (clientexec_link(&t, "ada@example.org", 1, "https://evil.example"), "goto"),
    ];
    for (link, reason) in cases {
        let text = refused(use_clientexec(&t, &link).await);
        assert!(text.contains(reason), "{link:?}: {text}");
    }
    assert_eq!(sessions(&t).await, 0);
    // Just inside both limits.
    assert!(use_clientexec(&t, &good(15 * 60 - 5)).await.is_ok());
    assert!(use_clientexec(&t, &good(-20)).await.is_ok());
}

fn signed_link(t: &TestApp, site: &CreatedSite) -> SignedLink {
    let issued = t.now().timestamp();
    signed(
        site,
        SignedLink {
            key: site.key_id.clone(),
            email: "ada@example.org".into(),
            issued,
            expires: issued + 60,
            nonce: "0123456789abcdef".into(),
            goto: "/portal/invoices".into(),
            audience: "https://host.example".into(),
            sig: String::new(),
        },
    )
}
fn signed(site: &CreatedSite, mut link: SignedLink) -> SignedLink {
    link.sig = link.signature(&site.key).unwrap();
    link
}
async fn use_signed(t: &TestApp, link: &SignedLink) -> Result<Arrival> {
    redeem_signed(t, &t.visitor("192.0.2.1"), link, "browser").await
}

#[tokio::test]
async fn a_signed_link_leads_in_once() {
    let t = TestApp::new().await;
    let (admin, ada) = (t.admin().await, t.client("ada@example.org").await);
    let site = create_site(&t, &admin, "Shop").await.unwrap();
    let link = signed_link(&t, &site);
    let arrival = use_signed(&t, &link).await.unwrap();
    assert_eq!(arrival.goto, "/portal/invoices");
    let session = resume(&t, &arrival.session.token, "", "").await.unwrap().unwrap();
    assert_eq!(session.actor.client_id(), Some(ada.id));
    assert!(refused(use_signed(&t, &link).await).contains("already used"));
    // Cleaning up forgets the nonce only when the link has expired.
    t.clock.advance(TimeDelta::seconds(50));
    crate::sessions::clean_up(&t).await.unwrap();
    assert!(refused(use_signed(&t, &link).await).contains("already used"));
    t.clock.advance(TimeDelta::minutes(5));
    crate::sessions::clean_up(&t).await.unwrap();
    assert!(refused(use_signed(&t, &link).await).contains("expired"));
}

#[tokio::test]
async fn bad_signed_links_are_refused() {
    let t = TestApp::new().await;
    let admin = t.admin().await;
    t.client("ada@example.org").await;
    let site = create_site(&t, &admin, "Shop").await.unwrap();
    let other = create_site(&t, &admin, "Other").await.unwrap();
    let good = signed_link(&t, &site);
    let now = t.now().timestamp();
    let sign = |link| signed(&site, link);
    let cases = [
        (SignedLink { email: "eve@example.org".into(), ..good.clone() }, "signature"),
        (SignedLink { goto: "/portal/services".into(), ..good.clone() }, "signature"),
        (SignedLink { expires: now + 50, ..good.clone() }, "signature"),
        (SignedLink { nonce: "fedcba9876543210".into(), ..good.clone() }, "signature"),
        (SignedLink { key: other.key_id.clone(), ..good.clone() }, "signature"),
        // Moving bytes from one field to the next does not keep the signature.
        (SignedLink { nonce: "0123456789abcdef/portal".into(), goto: "/invoices".into(), ..good.clone() }, "signature"),
        (SignedLink { sig: "zz".into(), ..good.clone() }, "signature"),
        (SignedLink { sig: good.sig[..32].to_owned(), ..good.clone() }, "signature"),
        (SignedLink { key: "site_unknown".into(), ..good.clone() }, "not known"),
        (sign(SignedLink { audience: "https://other.example".into(), ..good.clone() }), "another site"),
        (sign(SignedLink { issued: now - 90, expires: now - 30, ..good.clone() }), "expired"),
        (sign(SignedLink { issued: now + 30, expires: now + 60, ..good.clone() }), "future"),
        (sign(SignedLink { expires: now + 3600, ..good.clone() }), "too long"),
        (sign(SignedLink { expires: now - 1, ..good.clone() }), "too long"),
        (sign(SignedLink { issued: i64::MAX, expires: i64::MAX, ..good.clone() }), "valid time"),
        (sign(SignedLink { nonce: "short".into(), ..good.clone() }), "nonce"),
        (sign(SignedLink { goto: "//evil.example".into(), ..good.clone() }), "goto"),
        (sign(SignedLink { email: "admin@host.example".into(), ..good.clone() }), "no account"),
        (sign(SignedLink { email: "nobody@example.org".into(), ..good.clone() }), "no account"),
    ];
    for (link, reason) in cases {
        let text = refused(use_signed(&t, &link).await);
        assert!(text.contains(reason), "{link:?}: {text}");
    }
    assert_eq!(sessions(&t).await, 0);
    disable_site(&t, &admin, site.id).await.unwrap();
    assert!(refused(use_signed(&t, &good).await).contains("not known"));
}

#[tokio::test]
async fn closed_clients_and_disabled_logins_stay_out() {
    let t = TestApp::new().await;
    let admin = t.admin().await;
    t.client("ada@example.org").await;
    let site = create_site(&t, &admin, "Shop").await.unwrap();
    sqlx::query("UPDATE client SET state = 'closed'").execute(t.pool()).await.unwrap();
    assert!(refused(use_signed(&t, &signed_link(&t, &site)).await).contains("no account"));
    sqlx::query("UPDATE client SET state = 'active'").execute(t.pool()).await.unwrap();
    sqlx::query("UPDATE user_account SET disabled_at = now()").execute(t.pool()).await.unwrap();
    assert!(refused(use_signed(&t, &signed_link(&t, &site)).await).contains("no account"));
    // A refused link is not used up.
    sqlx::query("UPDATE user_account SET disabled_at = NULL").execute(t.pool()).await.unwrap();
    assert!(use_signed(&t, &signed_link(&t, &site)).await.is_ok());
    assert!(crate::sessions::client_login(&t, &t.visitor(""), "ada@example.org", PASSWORD, "").await.is_ok());
}

#[tokio::test]
async fn looking_at_a_link_leaves_it_good_and_bad_tries_are_counted() {
    let t = TestApp::new().await;
    let admin = t.admin().await;
    t.client("ada@example.org").await;
    let site = create_site(&t, &admin, "Shop").await.unwrap();
    let (link, visitor) = (signed_link(&t, &site), t.visitor("192.0.2.1"));
    let forged = SignedLink { email: "eve@example.org".into(), ..link.clone() };
    // Good ones cost nothing.
    for _ in 0..70 {
        check_signed(&t, &visitor, &link).await.unwrap();
    }
    assert_eq!(sessions(&t).await, 0);
    for _ in 0..60 {
        assert!(matches!(check_signed(&t, &visitor, &forged).await, Err(AppError::Unauthenticated(_))));
    }
    assert!(matches!(check_signed(&t, &visitor, &forged).await, Err(AppError::TooMany(_))));
    assert!(matches!(redeem_signed(&t, &visitor, &link, "").await, Err(AppError::TooMany(_))));
    assert!(redeem_signed(&t, &t.visitor("192.0.2.2"), &link, "").await.is_ok());
}

#[tokio::test]
async fn of_200_at_once_one_gets_in() {
    let t = TestApp::new().await;
    let admin = t.admin().await;
    t.client("ada@example.org").await;
    let site = create_site(&t, &admin, "Shop").await.unwrap();
    let link = signed_link(&t, &site);
    let redeem = |n| {
        let (app, visitor, link) = (t.app.clone(), t.visitor(&format!("192.0.2.{n}")), link.clone());
        tokio::spawn(async move { redeem_signed(&app, &visitor, &link, "").await.map(drop) })
    };
    let answers = futures_util::future::join_all((0..200).map(redeem)).await;
    let (mut entered, mut replayed) = (0, 0);
    for answer in answers {
        match answer.unwrap() {
            Ok(()) => entered += 1,
            Err(AppError::Unauthenticated("the link was already used")) => replayed += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!((entered, replayed, sessions(&t).await), (1, 199, 1));
}

#[tokio::test]
async fn a_link_made_here_works_and_only_those_who_may_make_it() {
    let t = TestApp::new().await;
    let (admin, ada) = (t.admin().await, t.client("ada@example.org").await);
    let site = create_site(&t, &admin, "Shop").await.unwrap();
    assert_eq!(sites(&t, &admin).await.unwrap()[0].name, "Shop");
    let reader = t.staff("reader@host.example", &[Permission::ClientsRead]).await;
    for actor in [&reader, &ada.actor] {
        let refused = create_link(&t, actor, site.id, "ada@example.org", "/").await;
        assert!(matches!(refused, Err(AppError::Forbidden)));
        assert!(matches!(create_site(&t, actor, "Mine").await, Err(AppError::Forbidden)));
    }
    let url = create_link(&t, &admin, site.id, "ada@example.org", "/portal?a=b&c=d").await.unwrap();
    let query = url.strip_prefix("https://host.example/autologin?").unwrap();
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap());
    let value = |name: &str| {
        let found = pairs.clone().find(|(n, _)| *n == name).unwrap().1;
        percent_decode_str(found).decode_utf8().unwrap().into_owned()
    };
    let link = SignedLink {
        key: value("key"),
        email: value("email"),
        issued: value("issued").parse().unwrap(),
        expires: value("expires").parse().unwrap(),
        nonce: value("nonce"),
        goto: value("goto"),
        audience: value("audience"),
        sig: value("sig"),
    };
    assert_eq!(use_signed(&t, &link).await.unwrap().goto, "/portal?a=b&c=d");
    let actions: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_log ORDER BY id").fetch_all(t.pool()).await.unwrap();
    assert_eq!(actions, ["autologin_site.create", "autologin.create_link", "session.open", "autologin.redeem"]);
}
