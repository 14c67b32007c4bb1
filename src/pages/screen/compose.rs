//! The whole screen, or the part that was asked for with what else on the screen a task changed.

use actix_web::http::StatusCode;

use super::gate::lead;
use super::pane::{Content, DetailPane, ImportPane};
use crate::db::Db;
use crate::domain::rules::Task;
use crate::pages::view::{FlashMessage, Layout, ListPane, UndoOffer, UserMenu, draw};
use crate::pages::{list, words};
use crate::store::flashes::{Effect, Flash};
use crate::store::{Result, random_token};
use crate::web::address;
use crate::web::request::Request;
use crate::web::respond::{Part, Reply};
use crate::web::screen::Screen;

/// The whole screen, or the part of it that was asked for.
pub(super) fn compose(db: &mut Db, request: &Request, right: &DetailPane, flash: Option<&Flash>) -> Result<Reply> {
    let reply = match (request.part, &right.content) {
        (Part::Full, _) if !request.swaps && !right.beside_list => full(db, request, right, flash)?,
        (Part::Import, Content::Import(import)) => Reply::html(right.status, polled(db, request, right, import)?),
        // It stands in no part of a page that has a list.
        _ if !right.beside_list && !request.posted => return Ok(lead(request, request.address())),
        _ if !right.beside_list => retargeted(
            request,
            Reply::html(right.status, partial(request, right, "", flash.map(|flash| message(request, flash)).as_ref(), "")),
        ),
        (Part::Full, _) => full(db, request, right, flash)?,
        (Part::Results, _) if right.status.is_success() => return results(db, request, right),
        (Part::Rows, _) if right.status.is_success() => {
            return Ok(Reply::html(right.status, draw(&list::more(db, request, right.selected)?)));
        }
        (Part::Dialog, Content::Question(html)) => Reply::html(right.status, html.clone()),
        (Part::Contacts, Content::Detail(detail)) if detail.contacts.is_some() => {
            let contacts = detail.contacts.as_ref().map(draw).unwrap_or_default();
            Reply::html(right.status, beside(db, request, right, flash, &contacts)?)
        }
        (Part::ContactRows, Content::Detail(detail)) if detail.contacts.is_some() => {
            let rows = detail.contacts.as_ref().map(|contacts| draw(&contacts.as_rows())).unwrap_or_default();
            let found = detail.contacts.as_ref().and_then(|contacts| contacts.filter.as_ref()).map_or("", |filter| &filter.found);
            let html = title(&right.title) + &rows + &swapped("#status", "textContent", &escaped(found));
            // Typing replaces the address, and only what is not the default stays in it.
            return Ok(Reply::html(right.status, html).with("HX-Replace-Url", request.keeping(&request.screen.at(right.selected))));
        }
        (Part::Entitlements, Content::Detail(detail)) => {
            Reply::html(right.status, beside(db, request, right, flash, &draw(&detail.entitlements))?)
        }
        (Part::Detail, _) => Reply::html(right.status, beside(db, request, right, flash, &right.html())?),
        // There is no such part here: what there is goes into the right pane.
        _ => retargeted(request, Reply::html(right.status, beside(db, request, right, flash, &right.html())?)),
    };
    Ok(addressed(request, right, flash, reply))
}

/// What the browser's address is to be, where it differs from what was asked for.
fn addressed(request: &Request, right: &DetailPane, flash: Option<&Flash>, reply: Reply) -> Reply {
    if request.part == Part::Full {
        return reply;
    }
    if flash.is_some() || request.flash().is_some() {
        // The message's token does not belong into the history, nor does the form that led here.
        let shown = if right.beside_list { request.keeping(&request.screen.at(right.selected)) } else { request.path.clone() };
        return reply.with("HX-Replace-Url", shown);
    }
    // A form that was not taken stays at the address it was opened at.
    if request.posted { reply.with("HX-Push-Url", "false".to_owned()) } else { reply }
}

pub(super) fn retargeted(request: &Request, reply: Reply) -> Reply {
    match request.part {
        Part::Full | Part::Detail => reply,
        // It will be asked again in a second: what is shown stays.
        Part::Import if reply.status.is_server_error() => reply.with("HX-Reswap", "none".to_owned()),
        _ => reply.with("HX-Retarget", "#detail".to_owned()).with("HX-Reswap", "innerHTML show:none scroll:top".to_owned()),
    }
}

fn full(db: &mut Db, request: &Request, right: &DetailPane, flash: Option<&Flash>) -> Result<Reply> {
    let request = request.around(right.selected, false);
    let results = if right.beside_list { Some(list::results(db, &request, right.selected)?) } else { None };
    let action = request.screen.at(right.selected);
    let count = results.as_ref().map_or(right.title.as_str(), |results| &results.count);
    let message = flash.map(|flash| message(&request, flash));
    let layout = Layout {
        title: &right.title,
        user: UserMenu::of(&request.actor.who),
        manages_users: request.actor.can(Task::ManageUsers),
        list: results.as_ref().map(|results| ListPane { of: list::listed(&request), q: list::text(&request), action: &action, results }),
        right: &right.html(),
        flash: message.as_ref(),
        status: flash.map_or(count, |flash| &flash.text),
        printed: &printed(&request, right.beside_list),
        path: &request.path,
        refreshes: matches!(&right.content, Content::Import(import) if import.at_work),
    };
    Ok(Reply::html(right.status, draw(&layout)))
}

/// What stands on paper: where this was printed, and when.
pub(super) fn printed(request: &Request, beside_list: bool) -> String {
    let address = if beside_list { request.listed(&request.path) } else { request.address() };
    format!("{}{address} · {}", request.origin, words::day(request.actor.today))
}

fn results(db: &mut Db, request: &Request, right: &DetailPane) -> Result<Reply> {
    let results = list::results(db, request, right.selected)?;
    let status = results.note.as_ref().map_or_else(|| results.count.clone(), |note| format!("{} {note}", results.count));
    let body = format!("{}{}{}", title(&right.title), draw(&results), swapped("#status", "textContent", &escaped(&status)));
    let reply = Reply::html(right.status, body);
    // Typing replaces the address, so that not every letter is a step of the history; and only what is not the default stays in it.
    let address = request.listed(&request.screen.at(right.selected));
    Ok(if request.typing { reply.with("HX-Replace-Url", address) } else { reply })
}

/// A part of the right pane, with what else on the screen it changes: the message, the list's row or the whole list.
fn beside(db: &mut Db, request: &Request, right: &DetailPane, flash: Option<&Flash>, html: &str) -> Result<String> {
    let mut more = String::new();
    if let Some(flash) = flash.filter(|_| right.beside_list) {
        more = match flash.effect {
            // A task moves an entitlement to another place in its list.
            _ if request.screen == Screen::Entitlements => reloaded(db, request, right)?,
            Effect::Changed => match list::row(db, request, flash.customer, right.selected.customer())? {
                Some(row) => swapped(&format!("#row-{}", flash.customer), "outerHTML", &row),
                None => String::new(),
            },
            Effect::Created | Effect::Reloaded => reloaded(db, request, right)?,
            // The last row gives way to the words that stand in its place.
            Effect::Deleted if list::is_empty(db, request)? => {
                swapped("#results", "outerHTML", &draw(&list::results(db, request, right.selected)?))
            }
            Effect::Deleted => {
                swapped(&format!("#row-{}", flash.customer), "delete", "") + &swapped("#count", "textContent", &list::count(db, request)?)
            }
        };
    }
    if flash.is_some() || right.status == StatusCode::CONFLICT {
        more += &around(request.part, &right.content);
    }
    let status = flash.map_or("", |flash| flash.text.as_str());
    let flash = flash.map(|flash| message(request, flash));
    Ok(partial(request, right, status, flash.as_ref(), html) + &more)
}

/// The list around what is open.
fn reloaded(db: &mut Db, request: &Request, right: &DetailPane) -> Result<String> {
    let results = list::results(db, &request.around(right.selected, true), right.selected)?;
    Ok(swapped("#results", "outerHTML", &draw(&results)))
}

/// An import that is asked again and again: only what it has come to is said aloud, and shown in the list.
fn polled(db: &mut Db, request: &Request, right: &DetailPane, import: &ImportPane) -> Result<String> {
    let mut html = title(&right.title) + &import.html;
    if let Some(outcome) = &import.outcome {
        html += &swapped("#status", "textContent", &escaped(outcome));
    }
    if import.reloads {
        html += &swapped("#results", "outerHTML", &draw(&list::results(db, request, right.selected)?));
    }
    Ok(html)
}

/// What a task in one pane changes outside of it: the customer's own tasks with their reasons, and the rows of the other pane. A form
/// that is open there stays.
fn around(part: Part, content: &Content) -> String {
    let Content::Detail(detail) = content else { return String::new() };
    let rows = match (part, &detail.contacts) {
        (Part::Contacts, Some(_)) => swapped("#entitlement-rows", "outerHTML", &draw(&detail.entitlements.as_rows())),
        (Part::Entitlements, Some(contacts)) => swapped("#contact-rows", "outerHTML", &draw(&contacts.as_rows())),
        (Part::Entitlements, None) => String::new(),
        _ => return String::new(),
    };
    swapped("#lead", "outerHTML", &draw(&detail.as_lead())) + &rows
}

/// A part with its title, what the status region says, and the message.
pub(super) fn partial(request: &Request, right: &DetailPane, status: &str, flash: Option<&FlashMessage>, html: &str) -> String {
    let html = if html.is_empty() { right.html() } else { html.to_owned() };
    // A message stays for its time, wherever one goes meanwhile; a task that was refused leaves none.
    let flash = match flash {
        None if !request.posted => String::new(),
        flash => swapped("#flash", "innerHTML", &flash.map(draw).unwrap_or_default()),
    };
    title(&right.title) + &html + &swapped("#status", "textContent", &escaped(status)) + &flash
}

/// A message with what it offers to take back.
fn message(request: &Request, flash: &Flash) -> FlashMessage {
    let undo = flash.undo.map(|undo| UndoOffer {
        action: request.keeping(&address::undo(undo.event)),
        is_redo: undo.is_redo,
        token: random_token(),
    });
    FlashMessage { text: flash.text.clone(), undo }
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
