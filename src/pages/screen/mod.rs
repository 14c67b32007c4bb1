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
use crate::store::flashes::{self, Effect, Flash};
use crate::store::{self, Error, Result, tokens};
use crate::web::address;
use crate::web::request::{Rejection, Request};
use crate::web::respond::{Part, Reply};

/// After how many seconds it is worth asking a database again that was away.
const RETRY_AFTER: &str = "5";

/// What stands in the right pane.
pub struct DetailPane {
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

impl DetailPane {
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
    pub flash: Option<Flash>,
}

impl Done {
    /// A customer, or something of it, changed.
    pub fn changed(customer: CustomerId, text: impl Into<String>) -> Self {
        let flash = Flash { text: text.into(), effect: Effect::Changed, customer };
        Self { path: address::screen(Some(customer)), flash: Some(flash) }
    }
}

/// Draws a template. A template can only fail where its writer does, and a `String` never does.
pub fn draw<T: Template>(template: &T) -> String {
    template.render().unwrap_or_default()
}

/// Answers with a screen; what fails is answered with an error in its place.
pub async fn show(request: Request, right: impl Fn(&mut Db, &Request) -> Result<DetailPane> + Send + 'static) -> HttpResponse {
    let kept = request.clone();
    let database = request.app.database.clone();
    let answer = database.run_blocking(Access::Read, move |_permit| {
        let flash = take_message(&request);
        let reply = request.app.database.read(|db| {
            let right = right(db, &request).or_else(|error| objection(&request, error))?;
            compose(db, &request, &right, flash.as_ref())
        });
        reply.unwrap_or_else(|error| failed(&request, &error, None)).pack(request.encoding)
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
    request: Request,
    input: Input,
    act: impl Fn(&mut Db, &Request, &Input) -> Result<Done> + Send + 'static,
    otherwise: impl Fn(&mut Db, &Request, &Input, &Error) -> Result<Option<DetailPane>> + Send + 'static,
) -> HttpResponse {
    let input = Arc::new(input);
    let kept = (request.clone(), Arc::clone(&input));
    let database = request.app.database.clone();
    let answer = database.run_blocking(Access::Write, move |_permit| {
        let outcome = request.app.database.write(|db| take(db, &request, &input, &act));
        let reply = match outcome {
            Ok(location) => Ok(Reply::see_other(location)),
            Err(error @ (Error::Unavailable(_) | Error::Database(_))) => Err(error),
            Err(error) => request.app.database.read(|db| {
                let right = match otherwise(db, &request, &input, &error) {
                    Ok(Some(right)) => right,
                    Ok(None) => refusal::instead(&request, &error),
                    Err(error) => objection(&request, error)?,
                };
                compose(db, &request, &right, None)
            }),
        };
        reply.unwrap_or_else(|error| failed(&request, &error, Some(&input))).pack(request.encoding)
    });
    match answer.await {
        Ok(packed) => packed.send(),
        Err(away) => failed(&kept.0, &away.into(), Some(&kept.1)).pack(kept.0.encoding).send(),
    }
}

/// The words for an error that has some; a failure of the database has an answer of its own.
fn objection(request: &Request, error: Error) -> Result<DetailPane> {
    match error {
        Error::Unavailable(_) | Error::Database(_) => Err(error),
        error => Ok(refusal::instead(request, &error)),
    }
}

/// One transaction: the task, its message, and the token that makes the form count once. Returns where to go.
fn take(db: &mut Db, request: &Request, input: &Input, act: &impl Fn(&mut Db, &Request, &Input) -> Result<Done>) -> Result<String> {
    let token = input.get("token");
    if let Some(location) = tokens::claim(db, request.actor, token)? {
        return Ok(location);
    }
    let done = act(db, request, input)?;
    let location = address::with_list(&done.path, &request.list);
    tokens::settle(db, request.actor, token, &location)?;
    match done.flash {
        Some(flash) => Ok(address::with(&done.path, &request.list, &[("flash", &flashes::store(db, request.actor, &flash)?)])),
        None => Ok(location),
    }
}

/// The message about the task before, which is used up by this. A database that cannot be written to costs the message only.
fn take_message(request: &Request) -> Option<Flash> {
    let token = request.flash().filter(|_| !request.head)?;
    request.app.database.write(|db| flashes::take(db, &token)).unwrap_or_else(|error: Error| {
        tracing::warn!(request = request.request_id, ?error, "a message could not be fetched");
        None
    })
}

/// The answer when the database, or something nobody foresaw, is in the way: a page that needs no database.
pub fn failed(request: &Request, error: &Error, input: Option<&Input>) -> Reply {
    let pane = match error {
        Error::Unavailable(why) => {
            tracing::warn!(request = request.request_id, path = request.path, %why, "the database is away");
            refusal::unavailable(request, why, input)
        }
        error => {
            tracing::error!(request = request.request_id, path = request.path, ?error, "a request failed");
            refusal::unforeseen(request, input)
        }
    };
    alone(request, &pane)
}

/// An error that stands alone: no list beside it, since the list may be what failed.
pub fn alone(request: &Request, pane: &ErrorPane) -> Reply {
    let right = DetailPane::error(pane);
    let reply = if request.part == Part::Full {
        let layout = Layout { title: &right.title, list: None, right: &right.html(), flash: None, status: &right.title, refreshes: false };
        Reply::html(right.status, draw(&layout))
    } else {
        retargeted(request, Reply::html(right.status, partial(&right, &right.title, None, "")))
    };
    if right.status == StatusCode::SERVICE_UNAVAILABLE { reply.with("Retry-After", RETRY_AFTER.to_owned()) } else { reply }
}

/// The answer to a request that reaches no page.
#[must_use]
pub fn rejection(request: &actix_web::HttpRequest, rejection: Rejection) -> HttpResponse {
    match request.app_data() {
        Some(app) => {
            let request = Request::of(request, app);
            alone(&request, &refusal::rejection(&request, rejection)).pack(request.encoding).send()
        }
        None => HttpResponse::InternalServerError().finish(),
    }
}
