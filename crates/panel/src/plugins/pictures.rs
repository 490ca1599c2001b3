//! The pictures that a plugin brings of itself.

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse as _;
use innkeeper_app::{AppError, plugin_settings};
use innkeeper_plugin_api::{Picture, Plugin};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::PageResult;

/// Nothing that such a file might hold is run or fetched, not even where it is opened by itself.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'");
/// They come with the program and change with it.
const KEPT: HeaderValue = HeaderValue::from_static("private, max-age=3600");

/// Those that can be shown, each with its address.
pub(super) fn shown(plugin: &Plugin) -> Vec<(String, String)> {
    let address = |number: usize| format!("/admin/plugins/{}/pictures/{number}", plugin.manifest.id);
    let some = plugin.pictures.iter().take(Picture::MOST).enumerate();
    let fit = some.filter(|(_, picture)| picture.content_type().is_some());
    fit.map(|(number, picture)| (address(number), picture.caption.clone())).collect()
}

/// One of them.
pub(super) async fn show(staff: Staff, Path((id, number)): Path<(String, String)>) -> PageResult {
    plugin_settings::get_plugin(&staff.app, &staff.actor, &id).await?;
    let missing = || AppError::NotFound("picture");
    let number: usize = number.parse().map_err(|_| missing())?;
    let plugin = staff.app.plugins().get(&id)?;
    let picture = plugin.pictures.get(number).filter(|_| number < Picture::MOST).ok_or_else(missing)?;
    let kind = HeaderValue::from_static(picture.content_type().ok_or_else(missing)?);
    let headers =
        [(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, KEPT)];
    Ok((headers, picture.bytes()).into_response())
}
