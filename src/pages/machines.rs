//! For machines: is the program alive, and can it work?

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Data;

use crate::db::Access;
use crate::store::{Error, customers};
use crate::web::app::App;

/// `GET /healthz`: the program is alive. Asks nothing of the database.
pub async fn healthz() -> HttpResponse {
    plain(StatusCode::OK, "ok\n")
}

/// `GET /readyz`: the database answers, is the one that was opened, and takes saves.
pub async fn readyz(app: Data<App>) -> HttpResponse {
    let database = app.database.clone();
    let look = move |_permit| database.read(customers::any).and_then(|_| Ok(database.takes_saves()?));
    match app.database.run_blocking(Access::Read, look).await {
        Ok(Ok(())) => plain(StatusCode::OK, "ready\n"),
        Ok(Err(Error::Unavailable(why))) | Err(why) => plain(StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", why.reason)),
        Ok(Err(_)) => plain(StatusCode::SERVICE_UNAVAILABLE, "The database answers with an error; the log tells which.\n"),
    }
}

fn plain(status: StatusCode, text: impl Into<String>) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
        .body(text.into())
}
