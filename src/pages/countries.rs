//! The countries that `country:` in the search box can name.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;

use super::screen::{admit, failed};
use crate::list;
use crate::web::auth::Asked;

/// `GET /countries.json`: `[["AF", "Afghanistan", 12], …]`, the code, the name and about how many customers have an address there, the most first.
/// Asked for when somebody first writes `country:`.
pub async fn show(request: Asked) -> HttpResponse {
    let countries = async { admit(&request).await?.app.read(list::countries_by_use).await };
    match countries.await {
        Ok(countries) => HttpResponse::Ok().insert_header((CACHE_CONTROL, "private, no-store")).json(countries),
        Err(error) => failed(&request, &error, None).pack(request.unadmitted().encoding).send(),
    }
}
