//! What the portal's pages take from the settings: colours as a style sheet, and the logo. Their addresses hold a digest of the content.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::screen;
use crate::db::Db;
use crate::store::{Result, settings};
use crate::web::app::App;
use crate::web::rejection::Rejection;

const KEPT: &str = "public, max-age=31536000, immutable";
/// Opened by itself, an SVG is a document: it may do nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// A file, with its type.
type File = (&'static str, Vec<u8>);

/// `GET /portal/theme-{name}`
pub async fn stylesheet(request: HttpRequest, app: Data<App>) -> HttpResponse {
    answer(&request, &app, |db, path| {
        let vendor = settings::vendor(db)?;
        Ok((vendor.theme_path() == path).then(|| ("text/css; charset=utf-8", vendor.stylesheet().into_bytes())))
    })
    .await
}

/// `GET /portal/logo-{name}`
pub async fn logo(request: HttpRequest, app: Data<App>) -> HttpResponse {
    answer(&request, &app, |db, path| {
        if settings::vendor(db)?.logo_path().as_deref() != Some(path) {
            return Ok(None);
        }
        Ok(settings::logo(db)?.map(|logo| (logo.kind.media_type(), logo.bytes)))
    })
    .await
}

/// `find` says what is at a path.
async fn answer(request: &HttpRequest, app: &App, find: fn(&mut Db, &str) -> Result<Option<File>>) -> HttpResponse {
    let path = request.path().to_owned();
    let found = match app.read(move |db| find(db, &path)).await {
        Ok(found) => found,
        Err(error) => {
            tracing::warn!(?error, "the settings could not be read");
            return HttpResponse::ServiceUnavailable().insert_header((CACHE_CONTROL, "no-store")).finish();
        }
    };
    let Some((kind, bytes)) = found else { return screen::rejection(request, Rejection::NoSuchAddress) };
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, kind))
        .insert_header((CACHE_CONTROL, KEPT))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .body(bytes)
}
