//! Words of the domain stored as text.

use sqlx::{Decode, Encode, Postgres, Type, encode::IsNull, error::BoxDynError, postgres::*};
use std::{fmt, ops::Deref, str::FromStr};

/// A domain value that is stored as its text, such as a state: `state AS "state: Text<ServiceState>"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<T>(pub T);

impl<T> Deref for Text<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}
impl<T: fmt::Display> fmt::Display for Text<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T> Type<Postgres> for Text<T> {
    fn type_info() -> PgTypeInfo {
        <String as Type<Postgres>>::type_info()
    }
    fn compatible(ty: &PgTypeInfo) -> bool {
        <String as Type<Postgres>>::compatible(ty)
    }
}
impl<'r, T: FromStr<Err: fmt::Display>> Decode<'r, Postgres> for Text<T> {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let text = <&str as Decode<'r, Postgres>>::decode(value)?;
        text.parse().map(Self).map_err(|e: T::Err| format!("stored value {text:?} {e}").into())
    }
}
impl<T: fmt::Display> Encode<'_, Postgres> for Text<T> {
    fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <String as Encode<'_, Postgres>>::encode(self.0.to_string(), buf)
    }
}
