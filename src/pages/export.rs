//! The filtered list as a CSV file, made while it is sent.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use futures_util::stream;

use super::refusal;
use super::screen::alone;
use crate::db::Access;
use crate::domain::{CustomerId, files};
use crate::store::export::{self, Chunk};
use crate::store::{Error, Result};
use crate::web::visit::Visit;

/// How far the file has come.
enum Place {
    /// What is already at hand is to be sent, and then what follows it.
    Ready(Vec<u8>, Option<CustomerId>),
    /// What follows this customer is to be read.
    Beyond(CustomerId),
    /// All is sent.
    End,
}

/// `GET /customers.csv`: all customers that the list would show, in the order they were created.
pub async fn customers(visit: Visit) -> HttpResponse {
    // The first chunk before the answer begins: a database that is away is still a page that says so.
    let begin = match read(&visit, None).await {
        Ok((lines, next)) => export::head(&files::CUSTOMERS).map(|mut bytes| {
            bytes.extend(lines);
            (bytes, next)
        }),
        Err(error) => Err(error),
    };
    let (bytes, next) = match begin {
        Ok(begin) => begin,
        Err(error) => {
            tracing::warn!(request = visit.request_id, ?error, "an export could not begin");
            let Error::Unavailable(why) = error else {
                return alone(&visit, &refusal::unforeseen(&visit, None)).pack(visit.encoding).send();
            };
            return alone(&visit, &refusal::unavailable(&visit, &why, None)).pack(visit.encoding).send();
        }
    };
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8; header=present"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"customers-{}.csv\"", visit.actor.today)))
        .insert_header((CACHE_CONTROL, "private, no-store"));
    // The next chunk is made when the one before is on its way. Where that fails, the connection ends without the file's end, so that half
    // a file is never taken for a whole one.
    response.streaming(stream::try_unfold((visit, Place::Ready(bytes, next)), |(visit, place)| async move {
        let (bytes, next) = match place {
            Place::Ready(bytes, next) => (bytes, next),
            Place::Beyond(last) => read(&visit, Some(last)).await.map_err(|error| {
                tracing::warn!(request = visit.request_id, ?error, "an export broke off");
                actix_web::error::ErrorServiceUnavailable("the database does not answer")
            })?,
            Place::End => return Ok(None),
        };
        Ok::<_, actix_web::Error>(Some((Bytes::from(bytes), (visit, next.map_or(Place::End, Place::Beyond)))))
    }))
}

/// The lines beyond a customer, and where to go on.
async fn read(visit: &Visit, beyond: Option<CustomerId>) -> Result<(Vec<u8>, Option<CustomerId>)> {
    let (database, query, zone) = (visit.app.database.clone(), visit.list.clone(), visit.app.zone);
    visit
        .app
        .database
        .hop(Access::Read, move |_turn| {
            let Chunk { customers, next } = database.read(|db| export::chunk(db, &query, zone, beyond))?;
            Ok((export::customer_lines(&customers)?, next))
        })
        .await?
}
