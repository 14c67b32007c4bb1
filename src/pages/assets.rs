//! Style sheet, scripts and icons, compressed when the program was built.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ContentEncoding, ETag, EntityTag, VARY};
use actix_web::{HttpRequest, HttpResponse, web};

use super::screen;
use crate::web::assets;
use crate::web::conditional::is_known;
use crate::web::rejection::Rejection;
use crate::web::respond::{ASSET_ENCODINGS, negotiate};

/// `GET /static/{name}`: the name holds a hash of the content, so that it may be kept forever.
pub async fn show(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    let Some(asset) = assets::find(&name) else { return screen::rejection(&request, Rejection::NoSuchAddress) };
    let encoding = negotiate(&request, &ASSET_ENCODINGS);
    let (bytes, tag) = match encoding {
        ContentEncoding::Brotli => (asset.brotli, "-br"),
        ContentEncoding::Gzip => (asset.gzip, "-gz"),
        _ => (asset.plain, ""),
    };
    // Each encoding has a tag of its own: their bytes differ.
    let tag = EntityTag::new_strong(format!("{}{tag}", asset.etag));
    let known = is_known(&request, &tag);
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((VARY, "accept-encoding"))
        .insert_header(ETag(tag));
    if known {
        return response.finish();
    }
    response.insert_header((CONTENT_TYPE, asset.content_type));
    if encoding != ContentEncoding::Identity {
        response.insert_header(encoding);
    }
    response.body(bytes)
}
