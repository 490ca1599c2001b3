//! Who may change whom.

use innkeeper_domain::Permission;
use std::collections::BTreeSet;

use super::*;
use crate::{
    Identity,
    sessions::{resume, staff_login},
    testing::{PASSWORD, TestApp, staff_id},
};

fn member(email: &str, role: RoleId) -> NewStaff {
    NewStaff { email: email.into(), name: "New".into(), password: PASSWORD.into(), role }
}

#[tokio::test]
async fn the_program_makes_the_first_administrator() {
    let t = TestApp::new().await;
    let system = Actor::system("test");
    let role = ensure_default_roles(&t, &system).await.unwrap();
    assert_eq!(ensure_default_roles(&t, &system).await.unwrap(), role);
    let id = create(&t, &system, &member("Root@Host.example", role)).await.unwrap();
    let visitor = t.visitor("192.0.2.1");
    let session = staff_login(&t, &visitor, "root@host.example", PASSWORD, "").await.unwrap();
    let root = resume(&t, &session.token, "", "").await.unwrap().unwrap().actor;
    assert_eq!(root.identity, Identity::Staff(id));
    let names: Vec<String> = roles(&t, &root).await.unwrap().into_iter().map(|r| r.name).collect();
    assert_eq!(names, ["Administrator", "Billing", "Support"]);
    assert!(matches!(create(&t, &root, &member("root@host.example", role)).await, Err(AppError::Invalid(_))));
    assert_eq!(list(&t, &root).await.unwrap().len(), 1);
}

#[tokio::test]
async fn nobody_gives_away_or_touches_more_than_they_have() {
    let t = TestApp::new().await;
    let admin = t.admin().await;
    let lead = t.staff("lead@host.example", &[Permission::StaffWrite, Permission::ClientsRead]).await;
    let all: BTreeSet<Permission> = Permission::ALL.iter().copied().collect();
    let some = BTreeSet::from([Permission::ClientsRead]);
    assert!(matches!(create_role(&t, &lead, "Root", &all).await, Err(AppError::Invalid(_))));
    let role = create_role(&t, &lead, "Readers", &some).await.unwrap();
    let big = roles(&t, &admin).await.unwrap().into_iter().find(|r| r.permissions.len() > 10).unwrap().id;
    assert!(matches!(create(&t, &lead, &member("a@host.example", big)).await, Err(AppError::Invalid(_))));
    let low = create(&t, &lead, &member("b@host.example", role)).await.unwrap();
    let boss = staff_id(&admin);
    assert!(matches!(set_disabled(&t, &lead, boss, true).await, Err(AppError::Forbidden)));
    assert!(matches!(set_password(&t, &lead, boss, "a brand new one").await, Err(AppError::Forbidden)));
    assert!(matches!(update(&t, &lead, boss, "Boss", role).await, Err(AppError::Forbidden)));
    assert!(matches!(update_role(&t, &lead, big, "Small", &some).await, Err(AppError::Invalid(_))));
    set_password(&t, &lead, low, "a brand new one").await.unwrap();
    let reader = t.staff("reader@host.example", &[Permission::ClientsRead]).await;
    assert!(matches!(list(&t, &reader).await, Err(AppError::Forbidden)));
}

#[tokio::test]
async fn disabling_ends_sessions_and_never_the_last_manager() {
    let t = TestApp::new().await;
    let (admin, bob) = (t.admin().await, t.staff("bob@host.example", &[Permission::ClientsRead]).await);
    let visitor = t.visitor("192.0.2.1");
    let session = staff_login(&t, &visitor, "bob@host.example", PASSWORD, "").await.unwrap();
    set_disabled(&t, &admin, staff_id(&bob), true).await.unwrap();
    assert!(resume(&t, &session.token, "", "").await.unwrap().is_none());
    assert!(matches!(set_disabled(&t, &admin, staff_id(&admin), true).await, Err(AppError::Conflict(_))));
    let system = Actor::system("test");
    assert!(matches!(set_disabled(&t, &system, staff_id(&admin), true).await, Err(AppError::Conflict(_))));
    let role = create_role(&t, &admin, "Readers", &BTreeSet::from([Permission::ClientsRead])).await.unwrap();
    assert!(matches!(update(&t, &admin, staff_id(&admin), "Me", role).await, Err(AppError::Conflict(_))));
    set_disabled(&t, &admin, staff_id(&bob), false).await.unwrap();
    assert!(staff_login(&t, &visitor, "bob@host.example", PASSWORD, "").await.is_ok());
}
