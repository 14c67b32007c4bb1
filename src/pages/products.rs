//! The products that the forms of entitlements suggest.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Query;
use serde::Deserialize;

use super::screen::{admit, failed};
use crate::store::products;
use crate::web::auth::Asked;

/// What somebody has typed so far.
#[derive(Debug, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    q: String,
}

/// `GET /products.json?q=`: names, most used first.
pub async fn show(request: Asked, typed: Option<Query<Typed>>) -> HttpResponse {
    let typed = typed.map(|typed| typed.into_inner().q).unwrap_or_default();
    let suggested = async {
        let admitted = admit(&request).await?;
        admitted.app.read(move |db| products::suggested(db, &typed)).await
    };
    match suggested.await {
        Ok(names) => HttpResponse::Ok().insert_header((CACHE_CONTROL, "private, no-store")).json(names),
        Err(error) => failed(&request, &error, None).pack(request.unadmitted().encoding).send(),
    }
}
