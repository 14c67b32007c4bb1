//! Requests that ask for what they do not have yet.

use actix_web::HttpRequest;
use actix_web::http::header::{EntityTag, Header as _, IfNoneMatch};

/// Whether the client has what carries this entity tag, so that 304 is answer enough (RFC 9110, 13.1.2): it names the tag, weak or strong, or
/// has anything at all (`*`). A header that cannot be read is ignored.
#[must_use]
pub fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderValue, IF_NONE_MATCH};
    use actix_web::test::TestRequest;

    #[test]
    fn tags_are_compared_weakly() {
        let tag = EntityTag::new_strong("abc-br".to_owned());
        let known = |headers: &[&[u8]]| {
            let request = headers.iter().fold(TestRequest::default(), |request, value| {
                request.append_header((IF_NONE_MATCH, HeaderValue::from_bytes(value).unwrap()))
            });
            is_known(&request.to_http_request(), &tag)
        };
        for headers in
            [&[&b"\"abc-br\""[..]][..], &[b"W/\"abc-br\""], &[b"*"], &[b"\"x\" , W/\"abc-br\",\"y\""], &[b"\"x\"", b"\"abc-br\""]]
        {
            assert!(known(headers), "{headers:?}");
        }
        for headers in [&[][..], &[&b""[..]], &[b"\"abc\""], &[b"abc-br"], &[b"w/\"abc-br\""], &[b"\"\xff\""], &[b"\"abc-gz\", \"*\""]] {
            assert!(!known(headers), "{headers:?}");
        }
    }
}
