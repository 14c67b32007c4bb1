//! For machines: is the program alive, and can it work?

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Data;

use crate::db::Access;
use crate::store::customers;
use crate::web::request::App;

/// `GET /healthz`: the program is alive. Asks nothing of the database.
pub async fn healthz() -> HttpResponse {
    plain(StatusCode::OK, "ok\n")
}

/// `GET /readyz`: the database answers.
pub async fn readyz(app: Data<App>) -> HttpResponse {
    let database = app.database.clone();
    match app.database.run_blocking(Access::Read, move |_permit| database.read(customers::any)).await {
        Ok(Ok(_)) => plain(StatusCode::OK, "ready\n"),
        _ => plain(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}

fn plain(status: StatusCode, text: &'static str) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
        .body(text)
}
