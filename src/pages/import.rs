//! Files on their way in: the form that takes them, and each import's own page, wherever it stands.

mod attention;
mod columns;
mod draw;
mod form;
pub mod help;
mod mapping;
mod rows;
pub mod template;
mod upload;
mod wording;

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};

use super::change::{Redirect, Subject, change_and_wake};
use super::path::Id;
use super::refusal;
use super::screen::{self, DetailPane, ImportPane, alone, show as show_screen};
use crate::db::{Access, Db};
use crate::domain::actor::Actor;
use crate::domain::import::{Mode, State};
use crate::domain::rules::Task;
use crate::domain::{CustomerId, ImportId};
use crate::imports::parts::{self, INVALID};
use crate::imports::record::{self, JOB};
use crate::imports::uploads;
use crate::store::{Error, Result, batch_undos, customers, jobs};
use crate::web::address;
use crate::web::auth::Asked;
use crate::web::chunks::csv;
use crate::web::form::FormBody;
use crate::web::request::Request;

pub use upload::take as upload;

/// `GET /customers/import`: the form, and the latest imports.
pub async fn start(request: Asked) -> HttpResponse {
    show_screen(request, |db, request| form::form(db, request, Mode::Both, None)).await
}

/// `GET /customers/import/{id}`, and of its tasks: one import, and how far it is. Who asks for it again says by `was` what it was before.
pub async fn show(request: Asked, id: Id<ImportId>) -> HttpResponse {
    show_screen(request, move |db, request| page(db, request, id.get()?)).await
}

fn page(db: &mut Db, request: &Request, id: ImportId) -> Result<DetailPane> {
    request.actor.may(Task::Import)?;
    let import = record::find(db, id)?;
    let active = import.state.is_active();
    let waiting = active && jobs::is_waiting(db, JOB, id.0)?;
    let mut shown = draw::page(request, &import, waiting);
    shown.undo = undo(db, request, &import)?;
    if matches!(import.state, State::Checked { .. }) {
        let (first, address) = rows::first(db, request, &import)?;
        shown.rows = (!first.is_empty()).then_some(address);
        shown.first = first;
    }
    shown.made = made(db, request, &import)?;
    let ended = request.param("was").is_some_and(|was| was != import.state.word());
    let outcome = shown.sentences.iter().chain(&shown.trouble).fold(shown.heading.clone() + ".", |all, more| format!("{all} {more}"));
    let pane = ImportPane {
        html: screen::draw(&shown),
        at_work: active,
        outcome: ended.then_some(outcome),
        reloads: ended && import.state == State::Done,
    };
    Ok(DetailPane::import(shown.heading, pane))
}

/// The first customers that an import has created, with their addresses.
fn made(db: &mut Db, request: &Request, import: &record::Import) -> Result<Vec<(String, String)>> {
    if import.state != State::Done {
        return Ok(Vec::new());
    }
    let ids: Vec<CustomerId> = import.findings.made.iter().map(|id| CustomerId(*id)).collect();
    let customers = customers::find_all(db, &ids)?;
    Ok(customers.into_iter().map(|made| (address::with_list(&address::screen(Some(made.id)), &request.query), made.name())).collect())
}

/// What leads to the undo of an import that has ended: label and address.
fn undo(db: &mut Db, request: &Request, import: &record::Import) -> Result<Option<(&'static str, String)>> {
    let ended = matches!(import.state, State::Done | State::Discarded) && request.actor.can(Task::UndoBatch);
    let Some(batch) = import.batch.filter(|_| ended) else { return Ok(None) };
    let label = if batch_undos::find(db, batch)?.is_some() { "See its undo" } else { "Undo this import" };
    Ok(Some((label, address::with_list(&address::undo_batch(batch), &request.query))))
}

/// `GET /customers/import/{id}/columns`: where the columns of its files go.
pub async fn columns(request: Asked, id: Id<ImportId>) -> HttpResponse {
    show_screen(request, move |db, request| {
        let import = record::find(db, id.get()?)?;
        request.actor.may(Task::MapImport(import.state))?;
        columns::page(db, request, &import)
    })
    .await
}

/// `GET /customers/import/{id}/rows`: its rows, page by page.
pub async fn rows(request: Asked, id: Id<ImportId>) -> HttpResponse {
    show_screen(request, move |db, request| {
        request.actor.may(Task::Import)?;
        let import = record::find(db, id.get()?)?;
        rows::page(db, request, &import)
    })
    .await
}

/// `POST /customers/import/{id}/columns`: takes where they are to go, and checks the files again.
pub async fn map(request: Asked, id: Id<ImportId>, sent: FormBody) -> HttpResponse {
    change_and_wake(request, sent, Subject::None, move |db, request, input| {
        let id = id.get()?;
        mapping::take(db, request, id, input)?;
        Ok(Redirect::silent(wording::path(id)))
    })
    .await
}

/// `POST /customers/import/{id}/start`.
pub async fn begin(request: Asked, id: Id<ImportId>, sent: FormBody) -> HttpResponse {
    task(request, id, sent, uploads::start).await
}

/// `POST /customers/import/{id}/resume`.
pub async fn resume(request: Asked, id: Id<ImportId>, sent: FormBody) -> HttpResponse {
    task(request, id, sent, uploads::resume).await
}

/// `POST /customers/import/{id}/discard`.
pub async fn discard(request: Asked, id: Id<ImportId>, sent: FormBody) -> HttpResponse {
    task(request, id, sent, uploads::discard).await
}

/// A decision about an import, which leads back to it.
async fn task(request: Asked, id: Id<ImportId>, sent: FormBody, act: fn(&mut Db, &Actor, ImportId) -> Result<()>) -> HttpResponse {
    change_and_wake(request, sent, Subject::None, move |db, request, _| {
        let id = id.get()?;
        act(db, &request.actor, id)?;
        Ok(Redirect::silent(wording::path(id)))
    })
    .await
}

/// `GET /customers/import/{id}/invalid.csv`: the invalid rows, to be fixed and imported again.
pub async fn invalid_rows(request: Asked, id: Id<ImportId>) -> HttpResponse {
    let begin = async {
        let (admitted, id) = (screen::admit(&request).await?, id.get()?);
        let first = read(&admitted, id, 0).await?;
        Ok((admitted, id, first))
    };
    let (request, id, first) = match begin.await {
        Ok((admitted, id, Some(first))) => (admitted, id, first),
        Ok((_, _, None)) | Err(Error::NotFound(_)) => {
            let request = request.unadmitted();
            return alone(request, &refusal::missing(request, "file of invalid rows", None)).pack(request.encoding).send();
        }
        Err(error) => return screen::failed(&request, &error, None).pack(request.unadmitted().encoding).send(),
    };
    let mut response =
        csv(&format!("invalid-rows-{id}.csv"), "private, no-store", request, (first, Some(1)), async move |request, number| {
            let part = read(request, id, number).await.map_err(|error| {
                tracing::warn!(request = request.request_id, ?error, "the download of invalid rows was interrupted");
                actix_web::error::ErrorServiceUnavailable("the database does not answer")
            })?;
            let next = part.is_some().then_some(number + 1);
            Ok((part.unwrap_or_default(), next))
        });
    // They are in the encoding of the file that they come from.
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; header=present"));
    response
}

async fn read(request: &Request, id: ImportId, number: u64) -> Result<Option<Vec<u8>>> {
    let database = request.app.database.clone();
    request.app.database.run_blocking(Access::Read, move |_permit| database.read(|db| parts::read(db, id, INVALID, number))).await?
}
