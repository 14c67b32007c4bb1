//! Answers a form that changes something: one transaction does it and says where to go; what is refused shows the record as it is now with
//! the reason, or the form again with every error. A form that was taken before leads where the first one led.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue};

use super::path::Id;
use super::screen::{DetailPane, compose_or_fail, failed, show};
use super::{detail, refusal};
use crate::db::{Access, Db};
use crate::domain::contact;
use crate::domain::input::{Errors, Input};
use crate::domain::panes::{PaneRow, Panes};
use crate::domain::rules::Refusal;
use crate::domain::{ContactId, CustomerId, EntitlementId};
use crate::store::flashes::{self, Effect, Flash};
use crate::store::{Error, Result, contacts, entitlements, tokens};
use crate::web::address;
use crate::web::form::FormBody;
use crate::web::request::{Asked, Request};
use crate::web::respond::Reply;

/// Where to go after a change, and what to say there.
pub struct Redirect {
    /// The path of what shows it; the list's state is added.
    pub path: String,
    /// A message about it, where the page that shows it says no more than before.
    pub flash: Option<Flash>,
    /// The row of the customer's panes that the change was about: it is shown and marked.
    pub row: Option<PaneRow>,
}

impl Redirect {
    /// To a customer, of which something changed.
    pub fn changed(customer: CustomerId, text: impl Into<String>) -> Self {
        Self::to(address::screen(Some(customer)), text, Effect::Changed, customer)
    }

    /// To a customer that was created.
    pub fn created(customer: CustomerId, text: impl Into<String>) -> Self {
        Self::to(address::screen(Some(customer)), text, Effect::Created, customer)
    }

    /// To the list, from which a customer is gone.
    pub fn deleted(customer: CustomerId, text: impl Into<String>) -> Self {
        Self::to(address::screen(None), text, Effect::Deleted, customer)
    }

    /// To the list, all of which changed.
    pub fn reloaded(text: impl Into<String>) -> Self {
        Self::to(address::screen(None), text, Effect::Reloaded, CustomerId(0))
    }

    /// To a page that has no list, which tells what was done.
    pub fn told(path: &str, text: impl Into<String>) -> Self {
        Self::to(path.to_owned(), text, Effect::Reloaded, CustomerId(0))
    }

    /// To a page that says itself what was done.
    pub fn silent(path: String) -> Self {
        Self { path, flash: None, row: None }
    }

    /// To this row of the customer's panes.
    pub fn at(self, row: PaneRow) -> Self {
        Self { row: Some(row), ..self }
    }

    fn to(path: String, text: impl Into<String>, effect: Effect, customer: CustomerId) -> Self {
        Self { path, flash: Some(Flash { text: text.into(), effect, customer }), row: None }
    }
}

/// The record that a change is about: a refusal is shown at its customer.
#[derive(Debug, Clone, Copy)]
pub enum Subject {
    /// None that exists.
    None,
    /// A customer, or something new of it.
    Customer(Id<CustomerId>),
    /// A contact.
    Contact(Id<ContactId>),
    /// An entitlement.
    Entitlement(Id<EntitlementId>),
}

impl Subject {
    /// Its row in the customer's panes.
    fn row(self) -> Option<PaneRow> {
        match self {
            Self::None | Self::Customer(_) => None,
            Self::Contact(id) => id.get().ok().map(PaneRow::Contact),
            Self::Entitlement(id) => id.get().ok().map(PaneRow::Entitlement),
        }
    }

    fn customer(self, db: &mut Db) -> Result<Option<CustomerId>> {
        Ok(match self {
            Self::None => None,
            Self::Customer(id) => Some(id.get()?),
            Self::Contact(id) => Some(contacts::find(db, id.get()?)?.customer),
            Self::Entitlement(id) => Some(entitlements::find(db, id.get()?)?.customer),
        })
    }
}

/// Why a form comes back.
pub struct Returned<'a> {
    /// What was typed.
    pub input: &'a Input,
    /// What is wrong with it.
    pub errors: &'a Errors,
    /// Somebody else has saved the record since.
    pub stale: bool,
}

impl Returned<'_> {
    /// Of the answer that shows the form again.
    pub fn status(&self) -> StatusCode {
        if self.stale { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY }
    }
}

/// Does a task.
pub async fn change(
    request: Asked,
    form: FormBody,
    subject: Subject,
    act: impl Fn(&mut Db, &Request, &Input) -> Result<Redirect> + Send + 'static,
) -> HttpResponse {
    answer(request, form, subject, act, |_, _, _| Ok(None)).await
}

/// Saves a form; `again` draws it once more where something is wrong with it.
pub async fn save(
    request: Asked,
    form: FormBody,
    subject: Subject,
    act: impl Fn(&mut Db, &Request, &Input) -> Result<Redirect> + Send + 'static,
    again: impl Fn(&mut Db, &Request, &Returned<'_>) -> Result<DetailPane> + Send + 'static,
) -> HttpResponse {
    answer(request, form, subject, act, move |db, request, returned| again(db, request, returned).map(Some)).await
}

async fn answer(
    request: Asked,
    form: FormBody,
    subject: Subject,
    act: impl Fn(&mut Db, &Request, &Input) -> Result<Redirect> + Send + 'static,
    again: impl Fn(&mut Db, &Request, &Returned<'_>) -> Result<Option<DetailPane>> + Send + 'static,
) -> HttpResponse {
    let input = Arc::new(contact::with_plain_emails(form.0));
    let kept = (request.clone(), Arc::clone(&input));
    let app = request.unadmitted().app.clone();
    let answer = app.database.run_blocking(Access::Write, {
        let app = app.clone();
        move |_permit| {
            let reply = match app.database.write(|db| {
                let request = request.admit(db)?;
                let location = take(db, &request, &input, &act)?;
                Ok((request, location))
            }) {
                Ok((request, location)) => {
                    request.log("changed");
                    Reply::see_other(location)
                }
                Err(error @ (Error::Unavailable(_) | Error::Database(_) | Error::Refused(Refusal::ConfirmPassword(_)))) => {
                    failed(&request, &error, Some(&input))
                }
                Err(error) => compose_or_fail(&request, &input, |db, request| refused(db, request, &input, subject, &error, &again)),
            };
            reply.pack(request.unadmitted().encoding)
        }
    });
    match answer.await {
        Ok(packed) => packed.send(),
        Err(away) => failed(&kept.0, &away.into(), Some(&kept.1)).pack(kept.0.unadmitted().encoding).send(),
    }
}

/// Answers who asks to read an address that only takes a button's request, as a reload without a script does after a refusal: the record,
/// and that nothing was done.
pub async fn not_done(request: Asked, subject: Subject) -> HttpResponse {
    let shown = show(request, move |db, request| match subject.customer(db)? {
        Some(customer) => detail::with_alert(db, request, customer, NOT_DONE, StatusCode::METHOD_NOT_ALLOWED),
        None => Err(Error::NotFound("record")),
    });
    let mut response = shown.await;
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST, OPTIONS"));
    }
    response
}

/// What is said there.
const NOT_DONE: &str = "Nothing was changed. To do this, use the button on this page.";

/// One transaction: the change, its message, and the token that makes the form count once. Returns where to go.
fn take(db: &mut Db, request: &Request, input: &Input, act: &impl Fn(&mut Db, &Request, &Input) -> Result<Redirect>) -> Result<String> {
    request.note_seen(db)?;
    let token = input.get("token");
    if let Some(location) = tokens::claim(db, &request.actor, token)? {
        return Ok(location);
    }
    let redirect = act(db, request, input)?;
    let panes = match &redirect.flash {
        Some(Flash { effect: Effect::Changed, .. }) => request.panes.at(redirect.row),
        _ => Panes::default(),
    };
    let location = |more: &[(&str, &str)]| address::with_panes(&redirect.path, &request.query, &panes, more) + &address::fragment(&panes);
    tokens::settle(db, &request.actor, token, &location(&[]))?;
    match redirect.flash {
        Some(flash) => Ok(location(&[("flash", &flashes::store(db, &request.actor, &flash)?)])),
        None => Ok(location(&[])),
    }
}

/// What is shown instead of what was asked for.
fn refused(
    db: &mut Db,
    request: &Request,
    input: &Input,
    subject: Subject,
    error: &Error,
    again: &impl Fn(&mut Db, &Request, &Returned<'_>) -> Result<Option<DetailPane>>,
) -> Result<DetailPane> {
    request.log("refused");
    let shown = match error {
        Error::Refused(refusal) => match subject.customer(db)? {
            Some(customer) => Some(detail::refused(db, &request.at(subject.row()), customer, *refusal)?),
            None => None,
        },
        Error::Invalid(errors) => again(db, request, &Returned { input, errors, stale: false })?,
        Error::Stale => again(db, request, &Returned { input, errors: &Errors::new(), stale: true })?,
        _ => None,
    };
    Ok(shown.unwrap_or_else(|| DetailPane::error(&refusal::of(request, error, Some(input)))))
}
