//! Lists as files: a page that asks what is wanted, and the file. CSV is written while it is sent; a workbook and a ZIP file are made first.

mod form;
mod package;

use actix_web::{HttpRequest, HttpResponse};

use super::screen::{admit, failed, show as show_screen};
use crate::db::{Access, Database};
use crate::domain::export::{Export, Format};
use crate::domain::import::Subject;
use crate::exports::{self, Source};
use crate::store::Result;
use crate::web::auth::Asked;
use crate::web::chunks::{Chunk, csv};
use crate::web::request::Request;

/// Reads what comes next, in a short reading, and says where to go on.
pub(super) type Read<S> = fn(&Database, &Request, S) -> Result<Chunk<S>>;

/// `GET /customers/export`, `GET /entitlements/export`: what is to be exported, and how.
pub async fn ask(request: Asked) -> HttpResponse {
    show_screen(request, form::pane).await
}

/// `GET /customers/export/file`, `GET /entitlements/export/file`: what was asked for. Whoever leaves something out of the address gets what the page
/// offers first.
pub async fn file(request: Asked, connection: HttpRequest) -> HttpResponse {
    let asked = request.unadmitted();
    let export = form::export(asked);
    let source = form::source(asked, &export);
    if export.ending() == Format::Csv.word() {
        return lines(request, export, source).await;
    }
    package::send(request, &connection, export, source).await
}

/// `GET /customers.csv`: all customers that the list would show, in its order.
pub async fn customers(request: Asked) -> HttpResponse {
    one(request, Subject::Customers).await
}

/// `GET /entitlements.csv`: all entitlements that the list would show, in its order.
pub async fn entitlements(request: Asked) -> HttpResponse {
    one(request, Subject::Entitlements).await
}

async fn one(request: Asked, subject: Subject) -> HttpResponse {
    let asked = request.unadmitted();
    let export = Export::new(&[subject], Format::Csv, form::is_marked(asked));
    let source = match subject {
        Subject::Entitlements => Source::entitlements(asked.entitlements.clone(), &asked.actor),
        _ => Source::customers(asked.query.clone(), &export.subjects, &asked.actor),
    };
    lines(request, export, source).await
}

async fn lines(request: Asked, export: Export, source: Source) -> HttpResponse {
    let subject = export.subjects.first().copied().unwrap_or_default();
    let header = exports::header(&export, subject);
    send(request, subject.word(), header, (export, source), |database, _, (export, mut source)| {
        let Some(records) = source.next(database)? else { return Ok((Vec::new(), None)) };
        let lines = if records.subject == export.subjects[0] { exports::lines(&export, &records)? } else { Vec::new() };
        Ok((lines, Some((export, source))))
    })
    .await
}

/// Sends a CSV file of this name, to which the day is added, in chunks that are a short reading each.
pub(super) async fn send<S: Send + 'static>(request: Asked, name: &str, header: Vec<u8>, first: S, read: Read<S>) -> HttpResponse {
    // The first chunk before the answer begins: a database that is away is still a page that says so.
    let begin = async {
        let admitted = admit(&request).await?;
        let (lines, next) = chunk(&admitted, first, read).await?;
        Ok((admitted, lines, next))
    };
    let (request, lines, next) = match begin.await {
        Ok(begin) => begin,
        Err(error) => return failed(&request, &error, None).pack(request.unadmitted().encoding).send(),
    };
    let file = format!("{name}-{}.csv", request.actor.today);
    let first = ([header, lines].concat(), next);
    csv(&file, "private, no-store", request, first, async move |request, next| {
        chunk(request, next, read).await.map_err(|error| {
            tracing::warn!(request = request.request_id, ?error, "an export was interrupted");
            actix_web::error::ErrorServiceUnavailable("the database does not answer")
        })
    })
}

/// What comes next, and where to go on.
async fn chunk<S: Send + 'static>(request: &Request, from: S, read: Read<S>) -> Result<Chunk<S>> {
    let (app, request) = (request.app.clone(), request.clone());
    let database = app.database.clone();
    // Each takes a while, and there are many of them.
    let turn = app.database.turn().await;
    app.database.run_blocking(Access::Read, move |_permit| (read(&database, &request, from), turn).0).await?
}
