//! Ids in the address. What is no id leads nowhere: 404, like an id that does not exist.

use axum::RequestPartsExt as _;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::error::Failure;

/// The one id of an address: `Id(invoice): Id<InvoiceId>`.
#[derive(Debug, Clone, Copy)]
pub struct Id<T>(pub T);

/// The two ids of an address, in their order.
#[derive(Debug, Clone, Copy)]
pub struct Ids<A, B>(pub A, pub B);

/// The id and the word of an address: `Keyed(service, action): Keyed<ServiceId>`.
#[derive(Debug, Clone)]
pub struct Keyed<T>(pub T, pub String);

impl<S: Send + Sync, T: From<i64>> FromRequestParts<S> for Keyed<T> {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let Path((id, key)) = parts.extract::<Path<(String, String)>>().await.map_err(|_| Failure::missing())?;
        Ok(Self(parse(&id)?, key))
    }
}

/// The id and the two words of an address.
#[derive(Debug, Clone)]
pub struct KeyedTwice<T>(pub T, pub String, pub String);

impl<S: Send + Sync, T: From<i64>> FromRequestParts<S> for KeyedTwice<T> {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let path = parts.extract::<Path<(String, String, String)>>().await.map_err(|_| Failure::missing())?;
        let Path((id, first, second)) = path;
        Ok(Self(parse(&id)?, first, second))
    }
}

impl<S: Send + Sync, T: From<i64>> FromRequestParts<S> for Id<T> {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let Path(text) = parts.extract::<Path<String>>().await.map_err(|_| Failure::missing())?;
        Ok(Self(parse(&text)?))
    }
}

impl<S: Send + Sync, A: From<i64>, B: From<i64>> FromRequestParts<S> for Ids<A, B> {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let Path((a, b)) = parts.extract::<Path<(String, String)>>().await.map_err(|_| Failure::missing())?;
        Ok(Self(parse(&a)?, parse(&b)?))
    }
}

/// Digits only: `+1` and `01` are not other names of 1.
fn parse<T: From<i64>>(text: &str) -> Result<T, Failure> {
    let is_plain = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<i64>() {
        Ok(id) if is_plain => Ok(T::from(id)),
        _ => Err(Failure::missing()),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_plain_numbers_are_ids() {
        assert_eq!(parse::<i64>("17").unwrap(), 17);
        for odd in ["", "0", "01", "+1", "-1", "1 ", "x", "99999999999999999999", "1e3", "١"] {
            assert!(parse::<i64>(odd).is_err(), "{odd}");
        }
    }
}
