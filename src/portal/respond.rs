//! How the portal answers: always a whole page, kept by nobody.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use askama::Template;

use super::request::Comer;
use super::view::{Message, Page};
use crate::domain::texts::Texts;
use crate::domain::vendor::Vendor;
use crate::store::{Error, settings};
use crate::web::respond::Reply;

/// Where one signs in.
pub use crate::mail::SIGN_IN;
/// Where one chooses the customer.
pub const CHOOSE: &str = "/portal/choose";
/// Where the password is given once more.
pub const CONFIRM: &str = "/portal/confirm";

/// An answer of the portal.
pub enum Answer {
    /// A page.
    Page(Box<Drawn>),
    /// To another address.
    Leads(Reply),
}

/// A page before the layout is drawn around it.
pub struct Drawn {
    texts: Texts,
    title: String,
    signed_in: bool,
    body: String,
    status: StatusCode,
    headers: Vec<(&'static str, String)>,
}

impl Answer {
    /// Leads to another address of the portal.
    pub fn see_other(location: &str) -> Self {
        Self::Leads(Reply::see_other(location.to_owned()))
    }

    /// Adds a header.
    pub fn with(self, name: &'static str, value: String) -> Self {
        match self {
            Self::Page(mut page) => {
                page.headers.push((name, value));
                Self::Page(page)
            }
            Self::Leads(reply) => Self::Leads(reply.with(name, value)),
        }
    }
}

/// Sends an answer: a page with the vendor's name, colours and logo around it. Where they cannot be read, it is without them.
pub async fn send(comer: &Comer, answer: Answer) -> HttpResponse {
    let reply = match answer {
        Answer::Page(page) => framed(&page, &comer.request.app.read(settings::vendor).await.unwrap_or_default()),
        Answer::Leads(reply) => reply,
    };
    let mut response = reply.pack(comer.request.encoding).send();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn framed(drawn: &Drawn, vendor: &Vendor) -> Reply {
    let Drawn { texts, title, signed_in, body, .. } = drawn;
    let page = Page { texts: *texts, title, signed_in: *signed_in, body, vendor };
    let reply = Reply::html(drawn.status, page.render().unwrap_or_default());
    drawn.headers.iter().fold(reply, |reply, (name, value)| reply.with(name, value.clone()))
}

/// A page of the portal.
pub fn page(texts: Texts, title: &str, signed_in: bool, body: &impl Template, status: StatusCode) -> Answer {
    let body = body.render().unwrap_or_default();
    Answer::Page(Box::new(Drawn { texts, title: title.to_owned(), signed_in, body, status, headers: Vec::new() }))
}

/// A form; one that comes back with something wrong says so by its status, too.
pub fn form(texts: Texts, title: &str, signed_in: bool, body: &impl Template, is_wrong: bool) -> Answer {
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page(texts, title, signed_in, body, status)
}

/// A page that says something.
pub fn message(texts: Texts, heading: String, sentence: String, status: StatusCode) -> Answer {
    page(texts, &heading.clone(), false, &Message { texts, heading, sentence }, status)
}

/// What is said where something failed.
pub fn failed(comer: &Comer, error: &Error) -> Answer {
    let texts = comer.texts();
    let status = match error {
        Error::NotFound(_) => StatusCode::NOT_FOUND,
        Error::Refused(_) => StatusCode::CONFLICT,
        Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    if status.is_server_error() {
        tracing::error!(request = comer.request.request_id, ?error, "the portal failed");
    }
    message(texts, texts.say("portal-failed"), texts.say("portal-try-again"), status)
}
