//! Errors as people read them: what happened, what to do, and what was typed.

use super::screen::{self, DetailPane};
use super::view::ErrorPane;
use crate::db::Unavailable;
use crate::domain::input::Input;
use crate::domain::rules::Refusal;
use crate::store::Error;
use crate::web::address;
use crate::web::request::{Rejection, Request};

pub use screen::rejection as answer;

/// Names of fields whose content is not for eyes.
const HIDDEN: [&str; 2] = ["token", "version"];

/// What stands in the place of a page that could not be shown, or of a task that could not be done.
#[must_use]
pub fn instead(request: &Request, error: &Error) -> DetailPane {
    DetailPane::error(&match error {
        Error::NotFound(what) => missing(request, what, None),
        Error::Refused(refusal @ Refusal::Role(_)) => rejection(request, Rejection::Role(*refusal)),
        Error::Refused(refusal) => pane(request, 409, "This cannot be done", vec![refusal.to_string()]),
        Error::Stale => {
            pane(request, 409, "This has changed meanwhile", vec!["Somebody else saved this record. Open it again.".to_owned()])
        }
        Error::Invalid(errors) => pane(request, 422, "This cannot be saved", errors.iter().map(|error| error.sentence.clone()).collect()),
        Error::Unavailable(why) => unavailable(request, why, None),
        Error::Database(_) => unforeseen(request, None),
    })
}

/// There is no such record (any more); a form that was open meanwhile keeps what was typed into it.
pub fn missing(request: &Request, what: &str, input: Option<&Input>) -> ErrorPane {
    let (heading, mut sentences) = match input {
        None => (format!("There is no such {what}"), vec![format!("This address leads to no {what}. It may have been deleted since.")]),
        Some(_) => (
            format!("This {what} does not exist any more"),
            vec![format!("Somebody deleted the {what} while this form was open, so it could not be saved.")],
        ),
    };
    let typed = input.map(typed).unwrap_or_default();
    if !typed.is_empty() {
        sentences.push("What you typed is kept below, to be copied.".to_owned());
    }
    ErrorPane { typed, ..pane(request, 404, &heading, sentences) }
}

/// The database cannot be used at present.
pub fn unavailable(request: &Request, why: &Unavailable, input: Option<&Input>) -> ErrorPane {
    let next = match input {
        Some(_) => "Your form is kept below: send it again in a moment. It counts once, however often it is sent.",
        None => "Reload this page in a moment.",
    };
    let sentences = vec![why.reason.to_string(), next.to_owned()];
    ErrorPane {
        again: again(request, input),
        typed: input.map(typed).unwrap_or_default(),
        ..pane(request, 503, "Clientele cannot reach its data", sentences)
    }
}

/// Something that nobody foresaw.
pub fn unforeseen(request: &Request, input: Option<&Input>) -> ErrorPane {
    let sentences = vec![
        "Something went wrong that should not have, and nothing was changed.".to_owned(),
        "The log tells more: look there for the request below.".to_owned(),
    ];
    ErrorPane {
        again: again(request, input),
        typed: input.map(typed).unwrap_or_default(),
        ..pane(request, 500, "This did not work", sentences)
    }
}

/// Requests that reach no page.
pub fn rejection(request: &Request, why: Rejection) -> ErrorPane {
    let (status, heading, sentences): (u16, &str, Vec<&str>) = match why {
        Rejection::Malformed(what) => (400, "This request cannot be read", vec![what]),
        Rejection::Role(refusal) => return pane(request, 403, "This is not yours to do", vec![refusal.to_string()]),
        Rejection::ForeignSite => (
            403,
            "Another site sent this",
            vec!["Changes are taken from Clientele's own pages only. Nothing was changed.", "Open the page here and do it again."],
        ),
        Rejection::NoSuchAddress => (404, "There is no such page", vec!["The address may be mistyped, or from an older version."]),
        Rejection::Method => {
            (405, "This address does not take that", vec!["It can be read, or a form sends to it, but not the way this request asked."])
        }
        Rejection::TooLarge => (413, "This is too large", vec!["No form here holds as much. Nothing was changed."]),
        Rejection::NotAForm => (
            415,
            "This is not a form",
            vec!["Changes are sent as a form (application/x-www-form-urlencoded; with files, multipart/form-data)."],
        ),
        Rejection::Misdirected => (
            421,
            "This server has another name",
            vec!["Until users can sign in, Clientele answers on this machine's own names only: localhost, 127.0.0.1 or [::1]."],
        ),
    };
    pane(request, status, heading, sentences.into_iter().map(str::to_owned).collect())
}

fn pane(request: &Request, status: u16, heading: &str, sentences: Vec<String>) -> ErrorPane {
    ErrorPane {
        status,
        heading: heading.to_owned(),
        sentences,
        links: vec![("To the customers".to_owned(), address::with_list("/customers", &request.list))],
        request_id: request.request_id.clone(),
        typed: Vec::new(),
        again: None,
    }
}

fn again(request: &Request, input: Option<&Input>) -> Option<(String, Vec<(String, String)>)> {
    input.filter(|_| request.posted).map(|input| (address::with_list(&request.path, &request.list), input.pairs().to_vec()))
}

fn typed(input: &Input) -> Vec<(String, String)> {
    let shown = input.pairs().iter().filter(|(name, value)| !value.trim().is_empty() && !HIDDEN.contains(&name.as_str()));
    shown.map(|(name, value)| (label(name), value.clone())).collect()
}

/// `billing_postal_code` is read as `Billing postal code`.
fn label(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut signs = words.chars();
    signs.next().map(|first| first.to_uppercase().chain(signs).collect()).unwrap_or_default()
}
