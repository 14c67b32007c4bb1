//! Puts a screen together: the list beside what is shown at the right, whole or the part that was asked for. A handler calls
//! [`show`] or [`change`] and says no more than what stands at the right.

mod compose;

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use self::compose::{compose, partial, retargeted};
use super::refusal;
use super::view::{Detail, ErrorPane, Layout, Welcome};
use crate::db::{Access, Db};
use crate::domain::CustomerId;
use crate::domain::input::Input;
use crate::store::flashes::{self, Effect, Said};
use crate::store::{self, Error, Result, tokens};
use crate::web::address;
use crate::web::respond::{Part, Reply};
use crate::web::visit::{Blunt, Visit};

/// After how many seconds it is worth asking a database again that was away.
const RETRY_AFTER: &str = "5";

/// What stands in the right pane.
pub struct Right {
    /// Of the answer.
    pub status: StatusCode,
    /// What the tab shows.
    pub title: String,
    /// The customer that the list marks as current.
    pub selected: Option<CustomerId>,
    /// What is drawn.
    pub pane: Pane,
}

/// What is drawn in the right pane.
pub enum Pane {
    /// A customer, with panes of its own.
    Detail(Box<Detail>),
    /// A question, which a script shows as a dialog.
    Question(String),
    /// An import.
    Import(Import),
    /// Anything else.
    Other(String),
}

/// An import as it is shown.
pub struct Import {
    /// Drawn.
    pub html: String,
    /// It is at work, so it is asked for again.
    pub at_work: bool,
    /// What it has come to since it was asked for before.
    pub outcome: Option<String>,
    /// The list is another one since then.
    pub reloads: bool,
}

impl Right {
    /// Nothing is selected.
    pub fn nothing(db: &mut Db) -> Result<Self> {
        let welcome = Welcome { empty: !store::customers::any(db)? };
        Ok(Self { status: StatusCode::OK, title: "Customers".to_owned(), selected: None, pane: Pane::Other(draw(&welcome)) })
    }

    /// A title, and nothing drawn.
    pub fn blank(title: String) -> Self {
        Self { status: StatusCode::OK, title, selected: None, pane: Pane::Other(String::new()) }
    }

    /// A form, a chooser: whatever has no parts.
    pub fn other(title: String, selected: Option<CustomerId>, template: &impl Template) -> Self {
        Self { status: StatusCode::OK, title, selected, pane: Pane::Other(draw(template)) }
    }

    /// An import.
    pub fn import(title: String, import: Import) -> Self {
        Self { status: StatusCode::OK, title, selected: None, pane: Pane::Import(import) }
    }

    /// A question.
    pub fn question(title: String, selected: CustomerId, template: &impl Template) -> Self {
        Self { status: StatusCode::OK, title, selected: Some(selected), pane: Pane::Question(draw(template)) }
    }

    /// An error in the place of what was asked for.
    pub fn error(pane: &ErrorPane) -> Self {
        let status = StatusCode::from_u16(pane.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, title: pane.heading.clone(), selected: None, pane: Pane::Other(draw(pane)) }
    }

    /// The same with another status.
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    fn html(&self) -> String {
        match &self.pane {
            Pane::Detail(detail) => draw(detail.as_ref()),
            Pane::Question(html) | Pane::Other(html) | Pane::Import(Import { html, .. }) => html.clone(),
        }
    }
}

/// What a task did: where to go, and what to say there.
pub struct Done {
    /// The path of what shows it; the list's state is added.
    pub path: String,
    /// A message about it, where the page that shows it says no more than before.
    pub said: Option<Said>,
}

impl Done {
    /// A customer, or something of it, changed.
    pub fn changed(customer: CustomerId, text: impl Into<String>) -> Self {
        let said = Said { text: text.into(), effect: Effect::Changed, customer };
        Self { path: address::screen(Some(customer)), said: Some(said) }
    }
}

/// Draws a template. A template can only fail where its writer does, and a `String` never does.
pub fn draw<T: Template>(template: &T) -> String {
    template.render().unwrap_or_default()
}

/// Answers with a screen; what fails is answered with an error in its place.
pub async fn show(visit: Visit, right: impl Fn(&mut Db, &Visit) -> Result<Right> + Send + 'static) -> HttpResponse {
    let kept = visit.clone();
    let hop = visit.app.database.clone();
    let answer = hop.hop(Access::Read, move |_turn| {
        let said = take_message(&visit);
        let reply = visit.app.database.read(|db| {
            let right = right(db, &visit).or_else(|error| objection(&visit, error))?;
            compose(db, &visit, &right, said.as_ref())
        });
        reply.unwrap_or_else(|error| failed(&visit, &error, None)).pack(visit.encoding)
    });
    match answer.await {
        Ok(packed) => packed.send(),
        Err(away) => failed(&kept, &away.into(), None).pack(kept.encoding).send(),
    }
}

/// Takes a form: does the task in one transaction and leads to what it made of the records. Where that is refused, `otherwise` says what
/// to show (the form again, with every error), or `None` for the ordinary words. A form that was taken before leads where the first
/// one led.
pub async fn change(
    visit: Visit,
    input: Input,
    act: impl Fn(&mut Db, &Visit, &Input) -> Result<Done> + Send + 'static,
    otherwise: impl Fn(&mut Db, &Visit, &Input, &Error) -> Result<Option<Right>> + Send + 'static,
) -> HttpResponse {
    let input = Arc::new(input);
    let kept = (visit.clone(), Arc::clone(&input));
    let hop = visit.app.database.clone();
    let answer = hop.hop(Access::Write, move |_turn| {
        let outcome = visit.app.database.write(|db| take(db, &visit, &input, &act));
        let reply = match outcome {
            Ok(location) => Ok(Reply::see_other(location)),
            Err(error @ (Error::Unavailable(_) | Error::Database(_))) => Err(error),
            Err(error) => visit.app.database.read(|db| {
                let right = match otherwise(db, &visit, &input, &error) {
                    Ok(Some(right)) => right,
                    Ok(None) => refusal::instead(&visit, &error),
                    Err(error) => objection(&visit, error)?,
                };
                compose(db, &visit, &right, None)
            }),
        };
        reply.unwrap_or_else(|error| failed(&visit, &error, Some(&input))).pack(visit.encoding)
    });
    match answer.await {
        Ok(packed) => packed.send(),
        Err(away) => failed(&kept.0, &away.into(), Some(&kept.1)).pack(kept.0.encoding).send(),
    }
}

/// The words for an error that has some; a failure of the database has an answer of its own.
fn objection(visit: &Visit, error: Error) -> Result<Right> {
    match error {
        Error::Unavailable(_) | Error::Database(_) => Err(error),
        error => Ok(refusal::instead(visit, &error)),
    }
}

/// One transaction: the task, its message, and the token that makes the form count once. Returns where to go.
fn take(db: &mut Db, visit: &Visit, input: &Input, act: &impl Fn(&mut Db, &Visit, &Input) -> Result<Done>) -> Result<String> {
    let token = input.get("token");
    if let Some(location) = tokens::claim(db, visit.actor, token)? {
        return Ok(location);
    }
    let done = act(db, visit, input)?;
    let location = address::with_list(&done.path, &visit.list);
    tokens::settle(db, visit.actor, token, &location)?;
    match done.said {
        Some(said) => Ok(address::with(&done.path, &visit.list, &[("said", &flashes::leave(db, visit.actor, &said)?)])),
        None => Ok(location),
    }
}

/// The message about the task before, which is used up by this. A database that cannot be written to costs the message only.
fn take_message(visit: &Visit) -> Option<Said> {
    let token = visit.said().filter(|_| !visit.head)?;
    visit.app.database.write(|db| flashes::take(db, &token)).unwrap_or_else(|error: Error| {
        tracing::warn!(request = visit.request_id, ?error, "a message could not be fetched");
        None
    })
}

/// The answer when the database, or something nobody foresaw, is in the way: a page that needs no database.
pub fn failed(visit: &Visit, error: &Error, input: Option<&Input>) -> Reply {
    let pane = match error {
        Error::Unavailable(why) => {
            tracing::warn!(request = visit.request_id, path = visit.path, why, "the database is away");
            refusal::unavailable(visit, why, input)
        }
        error => {
            tracing::error!(request = visit.request_id, path = visit.path, ?error, "a request failed");
            refusal::unforeseen(visit, input)
        }
    };
    alone(visit, &pane)
}

/// An error that stands alone: no list beside it, since the list may be what failed.
pub fn alone(visit: &Visit, pane: &ErrorPane) -> Reply {
    let right = Right::error(pane);
    let reply = if visit.part == Part::Full {
        let layout = Layout { title: &right.title, list: None, right: &right.html(), flash: None, status: &right.title, refreshes: false };
        Reply::html(right.status, draw(&layout))
    } else {
        retargeted(visit, Reply::html(right.status, partial(&right, &right.title, None, "")))
    };
    if right.status == StatusCode::SERVICE_UNAVAILABLE { reply.with("Retry-After", RETRY_AFTER.to_owned()) } else { reply }
}

/// The answer to a request that reaches no page.
#[must_use]
pub fn blunt(request: &actix_web::HttpRequest, blunt: Blunt) -> HttpResponse {
    match request.app_data() {
        Some(app) => {
            let visit = Visit::of(request, app);
            alone(&visit, &refusal::blunt(&visit, blunt)).pack(visit.encoding).send()
        }
        None => HttpResponse::InternalServerError().finish(),
    }
}
