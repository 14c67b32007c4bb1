//! Puts a screen together: the list beside what is shown at the right, whole or the part that was asked for. A handler calls
//! [`show`] or [`change`] and says no more than what stands at the right.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::view::{Detail, ErrorPane, Flash, Layout, ListPane, Welcome};
use super::{list, refusal};
use crate::db::{Access, Db};
use crate::domain::CustomerId;
use crate::domain::input::Input;
use crate::domain::query::Place;
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
    /// Anything else.
    Other(String),
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
            Pane::Question(html) | Pane::Other(html) => html.clone(),
        }
    }
}

/// What a task did: where to go, and what to say there.
pub struct Done {
    /// The customer to show; `None` shows the list alone.
    pub show: Option<CustomerId>,
    /// A message about it.
    pub said: Said,
}

impl Done {
    /// A customer, or something of it, changed.
    pub fn changed(customer: CustomerId, text: impl Into<String>) -> Self {
        Self { show: Some(customer), said: Said { text: text.into(), effect: Effect::Changed, customer } }
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
    let message = flashes::leave(db, visit.actor, &done.said)?;
    let path = address::screen(done.show);
    tokens::settle(db, visit.actor, token, &address::with_list(&path, &visit.list))?;
    Ok(address::with(&path, &visit.list, &[("said", &message)]))
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
fn failed(visit: &Visit, error: &Error, input: Option<&Input>) -> Reply {
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
        let layout = Layout { title: &right.title, list: None, right: &right.html(), flash: None, status: &right.title };
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

/// The whole screen, or the part of it that was asked for.
fn compose(db: &mut Db, visit: &Visit, right: &Right, said: Option<&Said>) -> Result<Reply> {
    let reply = match (visit.part, &right.pane) {
        (Part::Full, _) => full(db, visit, right, said)?,
        (Part::Results, _) if right.status.is_success() => return results(db, visit, right),
        (Part::Rows, _) if right.status.is_success() => {
            return Ok(Reply::html(right.status, draw(&list::more(db, visit, right.selected)?)));
        }
        (Part::Dialog, Pane::Question(html)) => Reply::html(right.status, html.clone()),
        (Part::Contacts, Pane::Detail(detail)) if detail.contacts.is_some() => {
            let contacts = detail.contacts.as_ref().map(draw).unwrap_or_default();
            Reply::html(right.status, beside(db, visit, right, said, &contacts)?)
        }
        (Part::Entitlements, Pane::Detail(detail)) => {
            Reply::html(right.status, beside(db, visit, right, said, &draw(&detail.entitlements))?)
        }
        (Part::Detail, _) => Reply::html(right.status, beside(db, visit, right, said, &right.html())?),
        // There is no such part here: what there is goes into the right pane.
        _ => retargeted(visit, Reply::html(right.status, beside(db, visit, right, said, &right.html())?)),
    };
    Ok(addressed(visit, right, said, reply))
}

/// What the browser's address is to be, where it differs from what was asked for.
fn addressed(visit: &Visit, right: &Right, said: Option<&Said>, reply: Reply) -> Reply {
    if visit.part == Part::Full {
        return reply;
    }
    if said.is_some() || visit.said().is_some() {
        // The message's token does not belong into the history, nor does the form that led here.
        return reply.with("HX-Replace-Url", address::with_list(&address::screen(right.selected), &visit.list));
    }
    // A form that was not taken stays at the address it was opened at.
    if visit.posted { reply.with("HX-Push-Url", "false".to_owned()) } else { reply }
}

fn retargeted(visit: &Visit, reply: Reply) -> Reply {
    match visit.part {
        Part::Full | Part::Detail => reply,
        _ => reply.with("HX-Retarget", "#detail".to_owned()).with("HX-Reswap", "innerHTML show:none scroll:top".to_owned()),
    }
}

fn full(db: &mut Db, visit: &Visit, right: &Right, said: Option<&Said>) -> Result<Reply> {
    let mut visit = visit.clone();
    if let (Place::First, Some(id)) = (&visit.list.place, right.selected) {
        visit.list.place = Place::Around(id);
    }
    let results = list::results(db, &visit, right.selected)?;
    let action = address::screen(right.selected);
    let flash = said.map(|said| Flash { text: said.text.clone() });
    let layout = Layout {
        title: &right.title,
        list: Some(ListPane { q: &visit.list.text, action: &action, results: &results }),
        right: &right.html(),
        flash: flash.as_ref(),
        status: said.map_or(&results.count, |said| &said.text),
    };
    Ok(Reply::html(right.status, draw(&layout)))
}

fn results(db: &mut Db, visit: &Visit, right: &Right) -> Result<Reply> {
    let results = list::results(db, visit, right.selected)?;
    let status = results.note.as_ref().map_or_else(|| results.count.clone(), |note| format!("{} {note}", results.count));
    let body = format!("{}{}{}", title(&right.title), draw(&results), swapped("#status", "textContent", &escaped(&status)));
    let reply = Reply::html(right.status, body);
    // Typing replaces the address, so that not every letter is a step of the history; and only what is not the default stays in it.
    let address = address::with_list(&address::screen(right.selected), &visit.list);
    Ok(if visit.typing { reply.with("HX-Replace-Url", address) } else { reply })
}

/// A part of the right pane, with what else on the screen it changes: the message, the list's row or the whole list.
fn beside(db: &mut Db, visit: &Visit, right: &Right, said: Option<&Said>, html: &str) -> Result<String> {
    let mut more = String::new();
    if let Some(said) = said {
        more = match said.effect {
            Effect::Changed => match list::row(db, visit, said.customer, right.selected)? {
                Some(row) => swapped(&format!("#row-{}", said.customer), "outerHTML", &draw(&row)),
                None => String::new(),
            },
            Effect::Created | Effect::Reloaded => {
                let mut visit = visit.clone();
                visit.list.place = right.selected.map_or(Place::First, Place::Around);
                swapped("#results", "outerHTML", &draw(&list::results(db, &visit, right.selected)?))
            }
            // The last row gives way to the words that stand in its place.
            Effect::Deleted if list::is_empty(db, &visit.list)? => {
                swapped("#results", "outerHTML", &draw(&list::results(db, visit, right.selected)?))
            }
            Effect::Deleted => {
                swapped(&format!("#row-{}", said.customer), "delete", "")
                    + &swapped("#count", "textContent", &list::count(db, &visit.list)?)
            }
        };
    }
    if said.is_some() || right.status == StatusCode::CONFLICT {
        more += &around(visit.part, &right.pane);
    }
    let said = said.map(|said| said.text.as_str());
    Ok(partial(right, said.unwrap_or_default(), said, html) + &more)
}

/// What a task in one pane changes outside of it: the customer's own tasks with their reasons, and the rows of the other pane. A form
/// that is open there stays.
fn around(part: Part, pane: &Pane) -> String {
    let Pane::Detail(detail) = pane else { return String::new() };
    let rows = match (part, &detail.contacts) {
        (Part::Contacts, Some(_)) => swapped("#entitlement-rows", "outerHTML", &draw(&detail.entitlements.as_rows())),
        (Part::Entitlements, Some(contacts)) => swapped("#contact-rows", "outerHTML", &draw(&contacts.as_rows())),
        (Part::Entitlements, None) => String::new(),
        _ => return String::new(),
    };
    swapped("#lead", "outerHTML", &draw(&detail.as_lead())) + &rows
}

/// A part with its title, what the status region says, and the message.
fn partial(right: &Right, status: &str, flash: Option<&str>, html: &str) -> String {
    let html = if html.is_empty() { right.html() } else { html.to_owned() };
    let flash = flash.map(|text| draw(&Flash { text: text.to_owned() })).unwrap_or_default();
    title(&right.title) + &html + &swapped("#status", "textContent", &escaped(status)) + &swapped("#flash", "innerHTML", &flash)
}

fn title(text: &str) -> String {
    format!("<title>{} · Clientele</title>", escaped(text))
}

fn swapped(target: &str, swap: &str, html: &str) -> String {
    format!("<hx-partial hx-target=\"{target}\" hx-swap=\"{swap}\">{html}</hx-partial>")
}

fn escaped(text: &str) -> String {
    askama::filters::escape(text, askama::filters::Html).map(|text| text.to_string()).unwrap_or_default()
}
