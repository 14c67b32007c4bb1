//! Errors as people read them: what happened, what to do, and what was typed.

use super::view::ErrorPane;
use super::words;
use crate::db::Unavailable;
use crate::domain::input::Input;
use crate::domain::merge::{KEEP, MINE};
use crate::domain::rules::Refusal;
use crate::domain::text::isolated;
use crate::store::Error;
use crate::store::events::Deletion;
use crate::web::address;
use crate::web::rejection::Rejection;
use crate::web::request::Request;

/// Names of fields whose content is not for eyes.
const HIDDEN: [&str; 7] = ["token", "version", "near", "opening", "customer", "password", "again"];

/// What stands in the place of a page that could not be shown.
///
/// # Errors
/// What has an answer of its own: a failure of the database, and a password that has to be given again.
pub fn instead(request: &Request, error: Error) -> Result<ErrorPane, Error> {
    match error {
        Error::Unavailable(_) | Error::Database(_) | Error::Refused(Refusal::ConfirmPassword(_)) => Err(error),
        error => {
            request.log("refused");
            Ok(of(request, &error, None))
        }
    }
}

/// The words for any error; a form's input is kept where it would be lost otherwise.
#[must_use]
pub fn of(request: &Request, error: &Error, input: Option<&Input>) -> ErrorPane {
    match error {
        Error::NotFound(what) => missing(request, what, input.filter(|input| !typed(input).is_empty())),
        Error::Refused(refusal @ Refusal::Role(_)) => rejection(request, Rejection::Role(*refusal)),
        Error::Refused(refusal) => pane(request, 409, "This cannot be done", vec![refusal.to_string()]),
        Error::Blocked(sentences) => pane(request, 409, "This cannot be undone", sentences.clone()),
        Error::Stale => pane(request, 409, "This has changed", vec!["Somebody else saved this record. Open it again.".to_owned()]),
        Error::Invalid(errors) => ErrorPane {
            typed: input.map(typed).unwrap_or_default(),
            ..pane(request, 422, "This cannot be saved", errors.iter().map(|error| error.sentence.clone()).collect())
        },
        Error::Unavailable(why) => unavailable(request, why, input),
        Error::Database(_) => unforeseen(request, input),
    }
}

/// There is no such record (any more); what was typed into a form that was open is kept.
pub fn missing(request: &Request, what: &str, input: Option<&Input>) -> ErrorPane {
    let (heading, mut sentences) = match input {
        None => (format!("There is no such {what}"), vec![format!("This address does not lead to any {what}. It may have been deleted.")]),
        Some(_) => (
            format!("This {what} no longer exists"),
            vec![format!("Somebody deleted the {what} while this form was open, so your changes could not be saved.")],
        ),
    };
    let typed = input.map(typed).unwrap_or_default();
    if !typed.is_empty() {
        sentences.push("What you typed is below, so that you can copy it.".to_owned());
    }
    ErrorPane { typed, ..pane(request, 404, &heading, sentences) }
}

/// The record of an open form was deleted meanwhile.
#[must_use]
pub fn deleted(request: &Request, what: &'static str, input: &Input, deletion: &Deletion) -> ErrorPane {
    let mut pane = of(request, &Error::NotFound(what), Some(input));
    let Deletion { name, along, done } = deletion;
    let when = words::when(request.actor.now, done.at).words;
    let by = done.who().within_sentence();
    let along = if *along { format!(", and this {what} with it") } else { String::new() };
    let end = if pane.typed.is_empty() { "." } else { ". Your changes could not be saved." };
    pane.heading = format!("This {what} no longer exists");
    pane.sentences[0] = format!("{} was deleted {when} by {by}{along}{end}", isolated(name));
    pane
}

/// The database cannot be used at present.
pub fn unavailable(request: &Request, why: &Unavailable, input: Option<&Input>) -> ErrorPane {
    let next = match input {
        _ if !why.reason.may_pass() && input.is_none() => "The server's log tells more.",
        Some(_) if !why.reason.may_pass() => "Your form is kept below: send it again then. However often you send it, it counts once.",
        Some(_) => "Your form is kept below: try again in a moment. However often you send it, it counts once.",
        None => "Reload this page in a moment.",
    };
    let heading = if why.reason.may_pass() { "Clientele cannot reach its database" } else { "Clientele cannot use its database" };
    let sentences = vec![why.reason.to_string(), next.to_owned()];
    ErrorPane { again: again(request, input), typed: input.map(typed).unwrap_or_default(), ..pane(request, 503, heading, sentences) }
}

/// A file could not be made.
#[must_use]
pub fn no_file(request: &Request, why: &str) -> ErrorPane {
    let sentences = vec![format!("The reason: {why}."), "Free some space where temporary files go, or export fewer records.".to_owned()];
    pane(request, 503, "The file could not be made", sentences)
}

/// Something that nobody foresaw.
pub fn unforeseen(request: &Request, input: Option<&Input>) -> ErrorPane {
    let sentences = vec![
        "Something unexpected went wrong. Nothing was changed.".to_owned(),
        "The log has the details under the request ID below.".to_owned(),
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
        Rejection::Role(refusal) => return pane(request, 403, "You don't have permission", vec![refusal.to_string()]),
        Rejection::ForeignSite => (
            403,
            "Another site sent this",
            vec!["Clientele only accepts changes from its own pages. Nothing was changed.", "Open the page here and try again."],
        ),
        Rejection::ForeignReading => (
            403,
            "Another site asked for this",
            vec!["Clientele shows its pages to people who open them, and to no other site.", "Open the page here."],
        ),
        Rejection::NoSuchAddress => (404, "Page not found", vec!["The address may be mistyped or from an older version."]),
        Rejection::Method => {
            (405, "Nothing was changed", vec!["This address is not for this kind of request. Open the page and use the button there."])
        }
        Rejection::Slow => (
            408,
            "This did not arrive",
            vec!["Nothing more came for a while, so Clientele stopped waiting. Nothing was changed.", "Go back and try again."],
        ),
        Rejection::TooLarge => (413, "This is too large", vec!["No form here is that large. Nothing was changed."]),
        Rejection::LongAddress => (
            414,
            "This address is too long",
            vec!["No address here is that long. If you searched for a long text, search for a few words of it."],
        ),
        Rejection::NotAForm => (
            415,
            "This is not a form",
            vec!["Changes must be sent as a form (application/x-www-form-urlencoded, or multipart/form-data with files)."],
        ),
        Rejection::Expectation => (417, "Clientele does not do this", vec!["The request has a header Expect with an unknown value."]),
        Rejection::Misdirected => (
            421,
            "This server has another name",
            vec![
                "Clientele answers on this machine's own names (localhost, 127.0.0.1, [::1]) and on the one that --public-url names.",
                "Check the address, or ask whoever set Clientele up.",
            ],
        ),
        Rejection::LongHeader => (
            431,
            "Your browser sent too much",
            vec!["The request's header fields are too long. Most often cookies are: delete those of this site and try again."],
        ),
        Rejection::Crowded => {
            (503, "Clientele is busy", vec!["More connections are open than Clientele serves at a time.", "Reload this page in a moment."])
        }
    };
    pane(request, status, heading, sentences.into_iter().map(str::to_owned).collect())
}

fn pane(request: &Request, status: u16, heading: &str, sentences: Vec<String>) -> ErrorPane {
    ErrorPane {
        status,
        heading: heading.to_owned(),
        sentences,
        links: vec![("Back to customers".to_owned(), address::with_list("/customers", &request.query))],
        request_id: request.request_id.clone(),
        typed: Vec::new(),
        again: None,
    }
}

fn again(request: &Request, input: Option<&Input>) -> Option<(String, Vec<(String, String)>)> {
    input.filter(|_| request.posted).map(|input| (request.address(), input.pairs().to_vec()))
}

/// What was typed into a form, label and text.
#[must_use]
pub fn typed(input: &Input) -> Vec<(String, String)> {
    let shown = input.pairs().iter().filter(|(name, value)| !value.trim().is_empty() && !is_hidden(name));
    shown.map(|(name, value)| (label(name), value.clone())).collect()
}

fn is_hidden(name: &str) -> bool {
    HIDDEN.contains(&name) || name.starts_with(KEEP) || name.starts_with(MINE)
}

/// `billing_postal_code` is read as `Billing postal code`.
fn label(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
