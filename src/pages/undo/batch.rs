//! *Undo this import*: a page asks, and then shows how far it is.

use actix_web::HttpResponse;

use crate::changes::undo::batch::{self, JOB};
use crate::db::Db;
use crate::domain::BatchId;
use crate::domain::batch_undo::{BatchUndo, State};
use crate::domain::limit;
use crate::domain::numbers::{counted, thousands};
use crate::domain::rules::Task;
use crate::domain::text::isolated;
use crate::pages::change::{Redirect, Subject, change_and_wake};
use crate::pages::form::because;
use crate::pages::path::Id;
use crate::pages::screen::{self, DetailPane, ImportPane, show};
use crate::pages::view::{Bar, BatchUndoShow, SkipRow, UndoQuestion};
use crate::pages::words::when;
use crate::store::batch_undos::{self, SHOWN, Skip, Summary};
use crate::store::{Result, jobs, random_token};
use crate::web::address;
use crate::web::auth::Asked;
use crate::web::form::FormBody;
use crate::web::request::Request;

/// `GET /batches/{id}/undo`: asks; once it is asked for, shows how far it is.
pub async fn ask(request: Asked, id: Id<BatchId>) -> HttpResponse {
    show(request, move |db, request| {
        request.actor.may(Task::UndoBatch)?;
        match batch_undos::find(db, id.get()?)? {
            Some(undo) => page(db, request, &undo),
            None => question(db, request, id.get()?),
        }
    })
    .await
}

/// `POST /batches/{id}/undo`: begins, or resumes.
pub async fn undo(request: Asked, id: Id<BatchId>, form: FormBody) -> HttpResponse {
    change_and_wake(request, form, Subject::None, move |db, request, input| {
        batch::start(db, &because(request, input)?, id.get()?)?;
        Ok(Redirect::silent(address::undo_batch(id.get()?)))
    })
    .await
}

fn question(db: &mut Db, request: &Request, id: BatchId) -> Result<DetailPane> {
    let Summary { created, changed, is_later, is_undo, author } = batch_undos::summary(db, id)?;
    let what = match (created, changed) {
        _ if is_later => format!(
            "This takes back {}: what was deleted comes back, and what was restored changes again.",
            counted(changed, "change", "changes")
        ),
        (created, 0) => format!("This deletes {} that the import created.", counted(created, "record", "records")),
        (0, changed) => format!("This takes back {} that the import made.", counted(changed, "change", "changes")),
        (created, changed) => format!(
            "This deletes {} that the import created, and takes back {}.",
            counted(created, "record", "records"),
            counted(changed, "change", "changes")
        ),
    };
    let kept = "What somebody has changed since stays as it is, and is listed afterwards.".to_owned();
    let did_what = match (is_later, is_undo) {
        (false, _) => "imported files",
        (true, true) => "undid the import",
        (true, false) => "redid the import",
    };
    let question = UndoQuestion {
        question: if is_undo { "Redo this import?" } else { "Undo this import?" }.to_owned(),
        did: format!("{} {}", isolated(&author.who(&request.actor).to_string()), did_what),
        when: when(request.actor.now, author.at),
        reason: String::new(),
        fields: Vec::new(),
        sentences: vec![what, kept],
        button: if is_undo { "Redo import" } else { "Undo import" },
        action: address::with_list(&address::undo_batch(id), &request.query),
        token: random_token(),
        cancel: address::with_list("/customers", &request.query),
        limit: limit::REASON,
    };
    Ok(DetailPane::question(question.question.clone(), None, &question))
}

fn page(db: &mut Db, request: &Request, undo: &BatchUndo) -> Result<DetailPane> {
    let own = address::undo_batch(undo.batch);
    let is_active = undo.state == State::Running;
    let waiting = is_active && jobs::is_waiting(db, JOB, undo.batch.0)?;
    let skips = if is_active { Vec::new() } else { batch_undos::skips(db, undo.batch)? };
    let is_redo = batch_undos::is_undo(db, undo.batch)?;
    let view = BatchUndoShow {
        heading: heading(undo, is_redo),
        began: when(request.actor.now, undo.created_at),
        reason: undo.reason.clone(),
        sentences: sentences(undo, waiting),
        trouble: (!undo.trouble.is_empty()).then(|| undo.trouble.clone()),
        poll: is_active.then(|| address::with(&own, &request.query, &[("was", undo.state.word())])),
        bar: is_active.then(|| bar(undo)),
        skips_heading: counted(undo.skipped, "record or change was left as it is", "records and changes were left as they are"),
        skips_note: (undo.skipped > SHOWN).then(|| format!("Only the first {SHOWN} are shown.")),
        skips: skips.into_iter().map(|skip| row(request, skip)).collect(),
        next: next(db, request, undo, is_redo)?,
        resume: (undo.state == State::Failed).then(|| address::with_list(&own, &request.query)),
        token: random_token(),
        list: address::with_list("/customers", &request.query),
    };
    let ended = request.param("was").is_some_and(|was| was != undo.state.word());
    let outcome = view.sentences.iter().chain(&view.trouble).fold(format!("{}.", view.heading), |all, more| format!("{all} {more}"));
    let pane = ImportPane {
        html: screen::draw(&view),
        at_work: is_active,
        outcome: ended.then_some(outcome),
        reloads: ended && undo.state == State::Done,
    };
    Ok(DetailPane::import(view.heading.to_owned(), pane))
}

fn heading(undo: &BatchUndo, is_redo: bool) -> &'static str {
    match (undo.state, is_redo) {
        (State::Running, false) => "Undoing the import",
        (State::Running, true) => "Redoing the import",
        (State::Failed, false) => "The undo was interrupted",
        (State::Failed, true) => "The redo was interrupted",
        (State::Done, false) => "Import undone",
        (State::Done, true) => "Import redone",
    }
}

/// What leads to the undo of this undo, once it has ended: label and address.
fn next(db: &mut Db, request: &Request, undo: &BatchUndo, is_redo: bool) -> Result<Option<(&'static str, String)>> {
    if undo.state != State::Done {
        return Ok(None);
    }
    let label = match (batch_undos::find(db, undo.undo)?.is_some(), is_redo) {
        (true, _) => "See what came after it",
        (false, true) => "Undo this import",
        (false, false) => "Redo this import",
    };
    Ok(Some((label, address::with_list(&address::undo_batch(undo.undo), &request.query))))
}

fn sentences(undo: &BatchUndo, waiting: bool) -> Vec<String> {
    let taken_back = || counted(undo.restored, "record or change was taken back", "records and changes were taken back");
    match undo.state {
        State::Running if waiting => vec!["Waiting for a server. It continues by itself as soon as one is free.".to_owned()],
        State::Running => vec!["You can leave this page: the undo continues, and others can work in the meantime.".to_owned()],
        State::Failed => vec![format!("So far, {}. Resume to continue where it stopped.", taken_back())],
        State::Done if undo.skipped == 0 => vec![format!("{}.", taken_back())],
        State::Done => {
            let left = counted(undo.skipped, "was left as it is", "were left as they are");
            vec![format!("{}, {left}.", taken_back())]
        }
    }
}

fn bar(undo: &BatchUndo) -> Bar {
    let clamp = |number: i64| u64::try_from(number).unwrap_or(0);
    let (value, max) = (clamp(undo.restored + undo.skipped), clamp(undo.total.unwrap_or(0)));
    let (value, words) = match undo.total {
        Some(_) => (value.min(max), format!("{} of {}", thousands(value), counted(max, "record or change", "records and changes"))),
        None => (0, "Counting what it made".to_owned()),
    };
    let max = max.max(1);
    Bar { label: "Undoing", value, max, percent: format!("{} %", value.saturating_mul(100) / max), words }
}

fn row(request: &Request, skip: Skip) -> SkipRow {
    SkipRow {
        href: address::with_list(&format!("/customers/{}", skip.customer), &request.query),
        name: skip.name,
        kind: skip.kind,
        reason: skip.reason,
    }
}
