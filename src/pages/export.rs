//! The filtered list as a CSV file, made while it is sent.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use futures_util::stream;

use super::screen::{admit, failed};
use crate::db::Access;
use crate::domain::CustomerId;
use crate::domain::import::Subject;
use crate::exports::{self, Chunk};
use crate::store::Result;
use crate::web::request::{Asked, Request};

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
pub async fn customers(request: Asked) -> HttpResponse {
    // The first chunk before the answer begins: a database that is away is still a page that says so.
    let begin = async {
        let admitted = admit(&request).await?;
        let (lines, next) = read(&admitted, None).await?;
        Ok((admitted, lines, next))
    };
    let (request, lines, next) = match begin.await {
        Ok(begin) => begin,
        Err(error) => return failed(&request, &error, None).pack(request.unadmitted().encoding).send(),
    };
    let bytes = [exports::header(Subject::Customers), lines].concat();
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8; header=present"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"customers-{}.csv\"", request.actor.today)))
        .insert_header((CACHE_CONTROL, "private, no-store"));
    // The next chunk is made when the one before is on its way. Where that fails, the connection ends without the file's end, so that half
    // a file is never taken for a whole one.
    response.streaming(stream::try_unfold((request, Place::Ready(bytes, next)), |(request, place)| async move {
        let (bytes, next) = match place {
            Place::Ready(bytes, next) => (bytes, next),
            Place::Beyond(last) => read(&request, Some(last)).await.map_err(|error| {
                tracing::warn!(request = request.request_id, ?error, "an export was interrupted");
                actix_web::error::ErrorServiceUnavailable("the database does not answer")
            })?,
            Place::End => return Ok(None),
        };
        Ok::<_, actix_web::Error>(Some((Bytes::from(bytes), (request, next.map_or(Place::End, Place::Beyond)))))
    }))
}

/// The lines beyond a customer, and where to go on.
async fn read(request: &Request, beyond: Option<CustomerId>) -> Result<(Vec<u8>, Option<CustomerId>)> {
    let (database, query, zone) = (request.app.database.clone(), request.query.clone(), request.app.zone);
    request
        .app
        .database
        .run_blocking(Access::Read, move |_permit| {
            database.read(|db| {
                let Chunk { customers, next } = exports::chunk(db, &query, zone, beyond)?;
                Ok((exports::lines(db, Subject::Customers, &customers)?, next))
            })
        })
        .await?
}
