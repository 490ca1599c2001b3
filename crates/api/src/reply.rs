//! Answers that are not just a value.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use innkeeper_domain::EffectId;
use serde::Serialize;
use utoipa::ToSchema;

/// Something was made: 201 with its address below `/api/v1`.
pub(super) struct Created<T>(pub(super) String, pub(super) T);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let mut response = (StatusCode::CREATED, Json(self.1)).into_response();
        if let Ok(location) = HeaderValue::try_from(format!("/api/v1{}", self.0)) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

/// It was done, and there is nothing to say: 204.
pub(super) struct Done;

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

/// The id of something made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Made {
    /// Its id.
    #[schema(example = 17)]
    pub(super) id: i64,
}

impl Made {
    /// 201 with the id and the address `path/id`.
    pub(super) fn at(path: &str, id: impl Into<i64>) -> Created<Self> {
        let id = id.into();
        Created(format!("{path}/{id}"), Self { id })
    }
}

/// An operation at a vendor was started; it goes on in the background.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Started {
    /// The operation: look it up under `/effects`, or in the history of its service or domain.
    #[schema(example = 311)]
    pub(super) effect_id: i64,
}

impl From<EffectId> for Started {
    fn from(id: EffectId) -> Self {
        Self { effect_id: id.get() }
    }
}

impl IntoResponse for Started {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, Json(self)).into_response()
    }
}
