//! What the portal's pages take from the settings: colours as a style sheet, and the logo. Their addresses hold a digest of the content.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::screen;
use crate::domain::vendor::Vendor;
use crate::store::settings;
use crate::web::app::App;
use crate::web::rejection::Rejection;

const KEPT: &str = "public, max-age=31536000, immutable";
/// Opened by itself, an SVG is a document: it may do nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// `GET /portal/theme-{name}`
pub async fn stylesheet(request: HttpRequest, app: Data<App>) -> HttpResponse {
    let is_here = |vendor: &Vendor| vendor.theme_path() == request.path();
    answer(&request, &app, |vendor| is_here(&vendor).then(|| ("text/css; charset=utf-8", vendor.stylesheet().into_bytes()))).await
}

/// `GET /portal/logo-{name}`
pub async fn logo(request: HttpRequest, app: Data<App>) -> HttpResponse {
    let is_here = |vendor: &Vendor| vendor.logo_path().as_deref() == Some(request.path());
    answer(&request, &app, |vendor| {
        let is_here = is_here(&vendor);
        vendor.logo.filter(|_| is_here).map(|logo| (logo.kind.media_type(), logo.bytes))
    })
    .await
}

async fn answer(request: &HttpRequest, app: &App, find: impl FnOnce(Vendor) -> Option<(&'static str, Vec<u8>)>) -> HttpResponse {
    let found = match app.read(settings::vendor).await {
        Ok(vendor) => find(vendor),
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
