//! Files on their way in: the form that takes them, and each import's own page, whatever it is at.

mod draw;
mod upload;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use futures_util::stream;

use super::change::{Redirect, Subject, change};
use super::path::Id;
use super::refusal;
use super::screen::{self, DetailPane, ImportPane, alone, show as show_screen};
use super::view::ImportStart;
use crate::db::{Access, Db};
use crate::domain::UploadId;
use crate::domain::actor::Actor;
use crate::domain::import::stage::Stage;
use crate::domain::rules::Task;
use crate::imports;
use crate::imports::parts::{self, INVALID};
use crate::imports::uploads::{self, Upload};
use crate::store::{Error, Result, random_token};
use crate::web::address;
use crate::web::form::FormBody;
use crate::web::request::Request;

pub use upload::take as upload;

/// How many earlier imports the form lists.
const LISTED: i64 = 10;
/// The fields for files: name, label, hint.
const FILES: [(&str, &str, &str); 3] = [
    ("customers", "Customers", "Known by their number, else by their CRM ID."),
    ("contacts", "Contacts of companies", "Known by their e-mail within the customer, whose number or CRM ID each row gives."),
    ("entitlements", "Entitlements", "Known by their EID."),
];

/// `GET /customers/import`: the form, and the latest imports.
pub async fn start(request: Request) -> HttpResponse {
    show_screen(request, |db, request| form(db, request, None)).await
}

/// The form; with a sentence about what was sent before.
fn form(db: &mut Db, request: &Request, alert: Option<String>) -> Result<DetailPane> {
    let latest = uploads::latest(db, LISTED)?;
    let form = ImportStart {
        action: address::with_list(address::IMPORT, &request.query),
        token: random_token(),
        alert,
        files: FILES,
        modes: draw::MODES.map(|(mode, label)| (mode.word(), label)),
        cancel: address::with_list("/customers", &request.query),
        latest: latest.iter().map(|upload| draw::row(request, upload)).collect(),
    };
    Ok(DetailPane::other("Import".to_owned(), None, &form))
}

/// `GET /customers/import/{id}`: one import. Who asks for it again says by `was` what it was before.
pub async fn show(request: Request, id: Id<UploadId>) -> HttpResponse {
    show_screen(request, move |db, request| page(db, request, id.get()?)).await
}

fn page(db: &mut Db, request: &Request, id: UploadId) -> Result<DetailPane> {
    request.actor.may(Task::Import)?;
    let upload = uploads::find(db, id)?;
    let done = match (upload.stage, upload.job) {
        (Stage::Done | Stage::Running | Stage::Failed, Some(job)) => Some(imports::outcome(db, job)?.0),
        _ => None,
    };
    let shown = draw::page(request, &upload, done.as_ref());
    let ended = request.param("was").is_some_and(|was| was != upload.stage.word());
    let outcome = shown.sentences.iter().chain(&shown.trouble).fold(shown.heading.clone() + ".", |all, more| format!("{all} {more}"));
    Ok(DetailPane::import(
        shown.heading.clone(),
        ImportPane {
            html: screen::draw(&shown),
            at_work: upload.stage.is_at_work(),
            outcome: ended.then_some(outcome),
            reloads: ended && upload.stage == Stage::Done,
        },
    ))
}

/// `POST /customers/import/{id}/start`.
pub async fn begin(request: Request, id: Id<UploadId>, sent: FormBody) -> HttpResponse {
    task(request, id, sent, uploads::start).await
}

/// `POST /customers/import/{id}/resume`.
pub async fn resume(request: Request, id: Id<UploadId>, sent: FormBody) -> HttpResponse {
    task(request, id, sent, uploads::resume).await
}

/// `POST /customers/import/{id}/discard`.
pub async fn discard(request: Request, id: Id<UploadId>, sent: FormBody) -> HttpResponse {
    task(request, id, sent, uploads::discard).await
}

/// A decision about an import, which leads back to it.
async fn task(request: Request, id: Id<UploadId>, sent: FormBody, act: fn(&mut Db, Actor, UploadId) -> Result<()>) -> HttpResponse {
    let bell = request.app.bell.clone();
    let answer = change(request, sent, Subject::None, move |db, request, _| {
        let id = id.get()?;
        act(db, request.actor, id)?;
        Ok(Redirect::silent(path(id)))
    })
    .await;
    bell.ring();
    answer
}

fn path(id: UploadId) -> String {
    format!("{}/{id}", address::IMPORT)
}

/// `GET /customers/import/{id}/invalid.csv`: the invalid rows, to be mended and imported again.
pub async fn invalid_rows(request: Request, id: Id<UploadId>) -> HttpResponse {
    let begin = match id.get() {
        Ok(id) => read(&request, id, 0).await.map(|bytes| (id, bytes)),
        Err(error) => Err(error),
    };
    let (id, first) = match begin {
        Ok((id, Some(first))) => (id, first),
        Ok((_, None)) | Err(Error::NotFound(_)) => {
            return alone(&request, &refusal::missing(&request, "file of invalid rows", None)).pack(request.encoding).send();
        }
        Err(error) => return screen::failed(&request, &error, None).pack(request.encoding).send(),
    };
    let mut response = HttpResponse::build(StatusCode::OK);
    response
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8; header=present"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"invalid-rows-{id}.csv\"")))
        .insert_header((CACHE_CONTROL, "private, no-store"));
    response.streaming(stream::try_unfold((request, Some(first), 0), move |(request, part, number)| async move {
        let Some(bytes) = part else { return Ok(None) };
        let next = read(&request, id, number + 1).await.map_err(|error| {
            tracing::warn!(request = request.request_id, ?error, "the invalid rows broke off");
            actix_web::error::ErrorServiceUnavailable("the database does not answer")
        })?;
        Ok::<_, actix_web::Error>(Some((Bytes::from(bytes), (request, next, number + 1))))
    }))
}

async fn read(request: &Request, id: UploadId, number: u64) -> Result<Option<Vec<u8>>> {
    let database = request.app.database.clone();
    request.app.database.run_blocking(Access::Read, move |_permit| database.read(|db| parts::read(db, id, INVALID, number))).await?
}

/// The names of its files, in a line.
fn names(upload: &Upload) -> String {
    crate::domain::import::Subject::ALL
        .iter()
        .filter_map(|subject| upload.files.of(*subject).as_ref())
        .map(|file| file.name.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}
