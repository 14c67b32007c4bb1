//! The body of a form as it was sent.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::error::{InternalError, PayloadError};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest};
use percent_encoding::percent_decode;

use super::app::App;
use super::rejection::Rejection;
use crate::domain::input::Input;

/// The largest form in bytes. One that is full to its limits has about 6,500 characters, 12 bytes each when all of them take four bytes
/// and each byte is written as `%XX`: 78 KB.
pub const LIMIT: usize = 256 << 10;

/// A form's fields. A body that is not a form, is too large, or is not UTF-8 never reaches a page.
pub struct FormBody(pub Input);

impl FromRequest for FormBody {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = Bytes::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move { read(&request, body.await).map(Self).map_err(|rejection| refused(&request, rejection)) })
    }
}

fn read(request: &HttpRequest, body: Result<Bytes, actix_web::Error>) -> Result<Input, Rejection> {
    let body = body.map_err(|error| match error.as_error::<PayloadError>() {
        Some(PayloadError::Overflow) => Rejection::TooLarge,
        _ => Rejection::Malformed("The form did not arrive completely."),
    })?;
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_form = content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded");
    if !body.is_empty() && !is_form {
        return Err(Rejection::NotAForm);
    }
    parse(&body).ok_or(Rejection::Malformed("The form contains bytes that are not UTF-8 text."))
}

/// Reads names and values as the URL standard says, but rejects what is not UTF-8: replacement characters would save what nobody typed.
#[must_use]
pub fn parse(body: &[u8]) -> Option<Input> {
    let decode = |part: &[u8]| {
        let blanks: Vec<u8> = part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        String::from_utf8(percent_decode(&blanks).collect()).ok()
    };
    let mut pairs = Vec::new();
    for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.iter().position(|byte| *byte == b'=').map_or((pair, &[][..]), |at| (&pair[..at], &pair[at + 1..]));
        pairs.push((decode(name)?, decode(value)?));
    }
    Some(Input::new(pairs))
}

fn refused(request: &HttpRequest, rejection: Rejection) -> actix_web::Error {
    match request.app_data::<Data<App>>() {
        Some(app) => InternalError::from_response("", (app.refuse)(request, rejection)).into(),
        None => actix_web::error::ErrorInternalServerError("the application is not set up"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_the_url_standard_says() {
        let input = parse(b"name=M%C3%BCller+%26+Co&empty=&bare&name=Last").unwrap();
        assert_eq!(input.get("name"), "Last");
        assert_eq!(input.pairs()[0].1, "Müller & Co");
        assert_eq!(input.get("empty"), input.get("missing"));
    }

    #[test]
    fn bytes_that_are_not_utf8_are_rejected() {
        assert!(parse(b"name=%FF").is_none());
        assert!(parse(b"name=%ED%A0%80").is_none(), "a lone surrogate");
    }
}
