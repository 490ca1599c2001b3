//! What was made is found where the answer says.

use axum::http::{Method, StatusCode};
use innkeeper_domain::Permission;

use crate::client::{Api, operations};
use crate::support::Site;

#[tokio::test]
async fn what_was_made_can_be_read_at_its_location() {
    let site = Site::new().await;
    let staff = Api::staff(&site, Permission::ALL).await;
    let mut found = vec![];
    for operation in operations().into_iter().filter(|o| o.method == Method::POST && !o.path.contains('{')) {
        let made = staff.send(Method::POST, &operation.path, operation.body).await;
        if made.status == StatusCode::CREATED {
            let location = made.header("location").trim_start_matches("/api/v1").to_owned();
            let read = staff.get(&location).await;
            assert_eq!(read.status, StatusCode::OK, "{location}: {}", read.body);
            found.push(operation.path);
        }
    }
    for path in ["/clients", "/cycles", "/staff", "/roles", "/product-groups", "/server-groups", "/tax-rules"] {
        assert!(found.iter().any(|made| made == path), "the example of {path} makes nothing; made: {found:?}");
    }
}
