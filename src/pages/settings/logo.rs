//! Takes a logo as it is uploaded.

use std::time::Duration;

use actix_multipart::{Multipart, MultipartError};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use futures_util::TryStreamExt as _;

use super::draw;
use crate::changes;
use crate::domain::logo::{LIMIT, check};
use crate::domain::vendor::Logo;
use crate::pages::refusal;
use crate::pages::screen::{self, alone, show};
use crate::store::Result;
use crate::web::address::SETTINGS;
use crate::web::auth::Asked;
use crate::web::rejection::Rejection;
use crate::web::request::Request;
use crate::web::respond::Reply;

/// How long the rest of a refused upload is read: a browser shows an answer only once it has sent all.
const DRAIN: Duration = Duration::from_secs(20);

/// `POST /settings/logo`.
pub async fn upload(asked: Asked, mut body: Multipart) -> HttpResponse {
    let request = match screen::admit(&asked).await {
        Ok(request) => request,
        Err(error) => return screen::failed(&asked, &error, None).pack(asked.unadmitted().encoding).send(),
    };
    let Ok(bytes) = file(&mut body).await else {
        let rejection = Rejection::Malformed("The upload was cut off, or is no form with a file.");
        return alone(&request, &refusal::rejection(&request, rejection)).pack(request.encoding).send();
    };
    let logo = match check(bytes) {
        Ok(logo) => logo,
        Err(sentence) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return show(asked, move |db, request| Ok(draw::page(db, request, None, Some(sentence))?.with_status(status))).await;
        }
    };
    match set(&request, logo).await {
        Ok(()) => Reply::see_other(SETTINGS.to_owned()).pack(request.encoding).send(),
        Err(error) => screen::failed(&asked, &error, None).pack(request.encoding).send(),
    }
}

async fn set(request: &Request, logo: Logo) -> Result<()> {
    let actor = request.actor.clone();
    request.app.write(move |db| changes::settings::set_logo(db, &actor, Some(&logo)).map(drop)).await
}

/// The bytes of the file, one more than are allowed where there are more.
async fn file(body: &mut Multipart) -> std::result::Result<Vec<u8>, MultipartError> {
    let mut bytes = Vec::new();
    while let Some(mut field) = body.try_next().await? {
        let is_file = field.name() == Some("logo");
        while let Some(part) = field.try_next().await? {
            let left = (LIMIT + 1).saturating_sub(bytes.len());
            bytes.extend_from_slice(&part[..part.len().min(if is_file { left } else { 0 })]);
            if bytes.len() > LIMIT {
                drop(field);
                let _ = tokio::time::timeout(DRAIN, drain(body)).await;
                return Ok(bytes);
            }
        }
    }
    Ok(bytes)
}

async fn drain(body: &mut Multipart) {
    while let Ok(Some(mut field)) = body.try_next().await {
        while let Ok(Some(_)) = field.try_next().await {}
    }
}
