//! What is asked before an entitlement ends or is deleted.

use super::show as one;
use crate::db::Db;
use crate::domain::EntitlementId;
use crate::domain::entitlement::{Entitlement, State};
use crate::domain::rules::Task;
use crate::domain::text::isolated;
use crate::pages::change::Returned;
use crate::pages::form::{asked, reason};
use crate::pages::path::Id;
use crate::pages::screen::DetailPane;
use crate::pages::view::Confirm;
use crate::pages::{detail, words};
use crate::store::detail::entitlement_facts;
use crate::store::{Result, entitlements, random_token};
use crate::web::request::Request;
use crate::web::screen::{Screen, Selected};

/// What is asked before a task.
struct Question {
    title: String,
    sentences: Vec<String>,
    button: &'static str,
    path: &'static str,
}

/// Asks why before an entitlement ends; or asks again, with what is wrong with the reason.
pub(super) fn end(db: &mut Db, request: &Request, id: Id<EntitlementId>, returned: Option<&Returned<'_>>) -> Result<DetailPane> {
    let entitlement = entitlements::find(db, id.get()?)?;
    let words = Question {
        title: format!("End {} now?", isolated(&entitlement.draft.product)),
        sentences: vec![
            format!("{} ends right away. It can be reopened until tomorrow night, and not after that.", entitlement.eid),
            "Its record stays, so its customer and contact still cannot be deleted.".to_owned(),
        ],
        button: "End now",
        path: "end",
    };
    ask(db, request, &entitlement, Task::EndEntitlement(entitlement.state(request.actor.today)), words, returned)
}

/// Asks before an entitlement is deleted; or asks again, with what is wrong with the reason.
pub(super) fn delete(db: &mut Db, request: &Request, id: Id<EntitlementId>, returned: Option<&Returned<'_>>) -> Result<DetailPane> {
    let entitlement = entitlements::find(db, id.get()?)?;
    let facts = entitlement_facts(db, &request.actor, &entitlement)?;
    let starts = if facts.state == State::NotYetStarted { "starts" } else { "started" };
    let from = words::day(entitlement.draft.starts_on);
    let words = Question {
        title: format!("Delete the entitlement to {}?", isolated(&entitlement.draft.product)),
        sentences: vec![format!("This permanently deletes {}, which {starts} on {from}.", entitlement.eid)],
        button: "Delete entitlement",
        path: "delete",
    };
    ask(db, request, &entitlement, Task::DeleteEntitlement(facts), words, returned)
}

/// A question or a form that can only be opened if the rules allow what follows; else the entitlement with why not, beside the list that the
/// screen has.
pub(super) fn unless_refused(
    db: &mut Db,
    request: &Request,
    entitlement: &Entitlement,
    task: Task,
    open: impl FnOnce(&mut Db) -> Result<DetailPane>,
) -> Result<DetailPane> {
    match (request.screen, request.actor.may(task)) {
        (_, Ok(())) => open(db),
        (Screen::Customers, Err(refusal)) => detail::refused(db, request, entitlement.customer, refusal),
        (Screen::Entitlements, Err(refusal)) => one::refused(db, request, entitlement.id, refusal),
    }
}

/// Asks before a task, or says why it cannot be done.
fn ask(
    db: &mut Db,
    request: &Request,
    entitlement: &Entitlement,
    task: Task,
    words: Question,
    returned: Option<&Returned<'_>>,
) -> Result<DetailPane> {
    unless_refused(db, request, entitlement, task, |_| {
        let confirm = Confirm {
            question: words.title,
            sentences: words.sentences,
            along: Vec::new(),
            button: words.button.to_owned(),
            danger: true,
            reason: Some(reason(returned, false)),
            action: request.keeping(&format!("/entitlements/{}/{}", entitlement.id, words.path)),
            token: random_token(),
            cancel: super::form::cancel(request, entitlement),
            target: super::form::target(request),
        };
        let selected = match request.screen {
            Screen::Customers => Selected::from(entitlement.customer),
            Screen::Entitlements => entitlement.id.into(),
        };
        Ok(asked(&confirm, selected, returned))
    })
}
