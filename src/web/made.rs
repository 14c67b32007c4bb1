//! Files that are made as a whole before they are sent.

use std::fs::File;
use std::io::{self, Read as _};

use actix_web::HttpResponse;
use actix_web::body::SizedStream;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Bytes, block};
use futures_util::stream;

/// What a workbook is.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Bytes that are read at a time.
const PORTION: u64 = 256 * 1_024;

/// Sends a file from its beginning; without a file, the head of such an answer.
#[must_use]
pub fn attachment(name: &str, kind: &'static str, file: Option<(File, u64)>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, kind))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((CACHE_CONTROL, "private, no-store"));
    match file {
        None => response.finish(),
        Some((file, length)) => {
            let portions = stream::try_unfold(file, |mut file| async move {
                let read = block(move || {
                    let mut bytes = Vec::new();
                    (&mut file).take(PORTION).read_to_end(&mut bytes)?;
                    Ok::<_, io::Error>((Bytes::from(bytes), file))
                });
                let (bytes, file) = read.await.map_err(io::Error::other)??;
                Ok::<_, io::Error>((!bytes.is_empty()).then_some((bytes, file)))
            });
            response.body(SizedStream::new(length, portions))
        }
    }
}
