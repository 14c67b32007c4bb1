//! Lists as CSV files, made while they are sent.

use actix_web::HttpResponse;

use super::screen::{admit, failed};
use crate::db::{Access, Db};
use crate::domain::CustomerId;
use crate::domain::import::Subject;
use crate::exports::{self, Chunk};
use crate::store::Result;
use crate::web::auth::Asked;
use crate::web::chunks::{Chunk as FileChunk, csv};
use crate::web::request::Request;

/// Reads the lines beyond one, and says where to go on.
pub(super) type Read<K> = fn(&mut Db, &Request, Option<K>) -> Result<FileChunk<K>>;

/// `GET /customers.csv`: all customers that the list would show, in the order they were created.
pub async fn customers(request: Asked) -> HttpResponse {
    send(request, "customers", exports::header(Subject::Customers), |db, request, beyond: Option<CustomerId>| {
        let Chunk { customers, next } = exports::chunk(db, &request.query, request.app.zone, beyond)?;
        Ok((exports::lines(db, Subject::Customers, &customers)?, next))
    })
    .await
}

/// `GET /entitlements.csv`: all entitlements that the list would show.
pub async fn entitlements(request: Asked) -> HttpResponse {
    send(request, "entitlements", exports::header(Subject::Entitlements), |db, request, beyond| {
        exports::entitlements::lines(db, &request.entitlements, request.actor.today, beyond)
    })
    .await
}

/// Sends a file of this name, to which the day is added, in chunks that are a short reading each.
pub(super) async fn send<K: Clone + Send + 'static>(request: Asked, name: &str, header: Vec<u8>, read: Read<K>) -> HttpResponse {
    // The first chunk before the answer begins: a database that is away is still a page that says so.
    let begin = async {
        let admitted = admit(&request).await?;
        let (lines, next) = chunk(&admitted, None, read).await?;
        Ok((admitted, lines, next))
    };
    let (request, lines, next) = match begin.await {
        Ok(begin) => begin,
        Err(error) => return failed(&request, &error, None).pack(request.unadmitted().encoding).send(),
    };
    let file = format!("{name}-{}.csv", request.actor.today);
    let first = ([header, lines].concat(), next);
    csv(&file, "private, no-store", request, first, async move |request, last| {
        chunk(request, Some(last), read).await.map_err(|error| {
            tracing::warn!(request = request.request_id, ?error, "an export was interrupted");
            actix_web::error::ErrorServiceUnavailable("the database does not answer")
        })
    })
}

/// The lines beyond one, and where to go on.
async fn chunk<K: Clone + Send + 'static>(request: &Request, beyond: Option<K>, read: Read<K>) -> Result<FileChunk<K>> {
    let (database, request) = (request.app.database.clone(), request.clone());
    let app = request.app.clone();
    app.database.run_blocking(Access::Read, move |_permit| database.read(|db| read(db, &request, beyond.clone()))).await?
}
