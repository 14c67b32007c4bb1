//! Files that are made while they are sent, in chunks that are a short reading each, so that a slow reader holds no connection.

use actix_web::HttpResponse;
use actix_web::error::Error;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use futures_util::stream;

/// A chunk, and after what to go on; `None` at the end.
pub type Chunk<K> = (Vec<u8>, Option<K>);

/// How far the file has come; a `K` is the last of what has been sent.
enum Place<K> {
    /// What is already at hand is to be sent, and then what follows it.
    Ready(Chunk<K>),
    /// What follows this one is to be read.
    Beyond(K),
    /// All is sent.
    End,
}

/// What a CSV file is.
pub const CSV: &str = "text/csv; charset=utf-8; header=present";

/// Sends a CSV file. The first chunk is read before, so that a database that is away is still a page that says so; the next one is read when the
/// one before is on its way. Where that fails, the connection ends without the file's end, so that half a file is never taken for a whole one.
pub fn csv<S: 'static, K: 'static>(
    name: &str,
    caching: &'static str,
    state: S,
    first: Chunk<K>,
    read: impl AsyncFn(&S, K) -> Result<Chunk<K>, Error> + 'static,
) -> HttpResponse {
    let chunks = stream::try_unfold((state, Place::Ready(first), read), |(state, place, read)| async move {
        let (bytes, next) = match place {
            Place::Ready(chunk) => chunk,
            Place::Beyond(last) => read(&state, last).await?,
            Place::End => return Ok(None),
        };
        if bytes.is_empty() && next.is_none() {
            return Ok(None);
        }
        Ok::<_, Error>(Some((Bytes::from(bytes), (state, next.map_or(Place::End, Place::Beyond), read))))
    });
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, CSV))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((CACHE_CONTROL, caching))
        .streaming(chunks)
}
