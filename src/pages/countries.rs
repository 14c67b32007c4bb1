//! The countries that `country:` in the search box can name.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;

use crate::domain::places;

/// `GET /countries.json`: `[["AF", "Afghanistan"], …]`, in the order of their names. Asked for when somebody first writes `country:`.
pub async fn show() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=86400")).json(places::countries())
}
