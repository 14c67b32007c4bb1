//! The whole screen, or the part that was asked for with what else on the screen a task changed.

use actix_web::http::StatusCode;

use super::{Import, Pane, Right, draw};
use crate::db::Db;
use crate::domain::query::Place;
use crate::pages::list;
use crate::pages::view::{Flash, Layout, ListPane};
use crate::store::Result;
use crate::store::flashes::{Effect, Said};
use crate::web::address;
use crate::web::respond::{Part, Reply};
use crate::web::visit::Visit;

/// The whole screen, or the part of it that was asked for.
pub(super) fn compose(db: &mut Db, visit: &Visit, right: &Right, said: Option<&Said>) -> Result<Reply> {
    let reply = match (visit.part, &right.pane) {
        (Part::Full, _) => full(db, visit, right, said)?,
        (Part::Results, _) if right.status.is_success() => return results(db, visit, right),
        (Part::Rows, _) if right.status.is_success() => {
            return Ok(Reply::html(right.status, draw(&list::more(db, visit, right.selected)?)));
        }
        (Part::Import, Pane::Import(import)) => Reply::html(right.status, polled(db, visit, right, import)?),
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

pub(super) fn retargeted(visit: &Visit, reply: Reply) -> Reply {
    match visit.part {
        Part::Full | Part::Detail => reply,
        // It will be asked again in a second: what is shown stays.
        Part::Import if reply.status.is_server_error() => reply.with("HX-Reswap", "none".to_owned()),
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
        refreshes: matches!(&right.pane, Pane::Import(import) if import.at_work),
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
            Effect::Deleted if list::is_empty(db, visit)? => {
                swapped("#results", "outerHTML", &draw(&list::results(db, visit, right.selected)?))
            }
            Effect::Deleted => {
                swapped(&format!("#row-{}", said.customer), "delete", "") + &swapped("#count", "textContent", &list::count(db, visit)?)
            }
        };
    }
    if said.is_some() || right.status == StatusCode::CONFLICT {
        more += &around(visit.part, &right.pane);
    }
    let said = said.map(|said| said.text.as_str());
    Ok(partial(right, said.unwrap_or_default(), said, html) + &more)
}

/// An import that is asked again and again: only what it has come to is said aloud, and shown in the list.
fn polled(db: &mut Db, visit: &Visit, right: &Right, import: &Import) -> Result<String> {
    let mut html = title(&right.title) + &import.html;
    if let Some(outcome) = &import.outcome {
        html += &swapped("#status", "textContent", &escaped(outcome));
    }
    if import.reloads {
        html += &swapped("#results", "outerHTML", &draw(&list::results(db, visit, right.selected)?));
    }
    Ok(html)
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
pub(super) fn partial(right: &Right, status: &str, flash: Option<&str>, html: &str) -> String {
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
