//! Answers a form that changes something: one transaction does it and says where to go; what is refused shows the record as it is now with
//! the reason, or the form again with every error. A form that was taken before leads where the first one led.

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue};

use super::entitlements::show as entitlement;
use super::path::Id;
use super::screen::{DetailPane, compose_or_fail, failed, show};
use super::users::draw as users;
use super::{detail, refusal};
use crate::changes;
use crate::db::{Access, Db};
use crate::domain::contact;
use crate::domain::event::SubjectKind;
use crate::domain::input::{Errors, Input};
use crate::domain::panes::{PaneRow, Panes};
use crate::domain::rules::Refusal;
use crate::domain::{ContactId, CustomerId, EntitlementId, EventId, UserId};
use crate::store::events::{self, Deletion};
use crate::store::flashes::{self, Effect, Flash, Undo};
use crate::store::{Error, Result, contacts, entitlements, tokens, undo};
use crate::web::address;
use crate::web::auth::Asked;
use crate::web::form::FormBody;
use crate::web::request::Request;
use crate::web::respond::Reply;
use crate::web::screen::Screen;

/// Where to go after a change, and what to say there.
pub struct Redirect {
    /// The path of what shows it; the list's state is added.
    pub path: String,
    /// A message about it, where the page that shows it says no more than before.
    pub flash: Option<Flash>,
    /// The row of the customer's panes that the change was about: it is shown and marked.
    pub row: Option<PaneRow>,
    /// What answers in the place of a redirect, where the answer tells what is stored nowhere.
    once: Option<Shown>,
}

/// What a change shows at once.
type Shown = Box<dyn Fn(&mut Db, &Request) -> Result<DetailPane> + Send>;

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

    /// To a page that says itself what was done.
    pub fn silent(path: String) -> Self {
        Self { path, flash: None, row: None, once: None }
    }

    /// To a page without the list, with a message.
    pub fn told(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self::to(path.into(), text, Effect::Changed, CustomerId(0))
    }

    /// Shows this instead, once: the same form sent again leads to the page.
    pub fn telling(self, shown: impl Fn(&mut Db, &Request) -> Result<DetailPane> + Send + 'static) -> Self {
        Self { once: Some(Box::new(shown)), ..self }
    }

    /// To this row of the customer's panes.
    pub fn at(self, row: PaneRow) -> Self {
        Self { row: Some(row), ..self }
    }

    /// The path on this screen: what is changed from the list of entitlements stays beside it.
    fn path_on(&self, screen: Screen) -> Cow<'_, str> {
        match (screen, self.row) {
            (Screen::Entitlements, Some(PaneRow::Entitlement(id))) => address::entitlement(Some(id)).into(),
            (Screen::Entitlements, _) if self.flash.is_some() && self.path.starts_with("/customers") => address::entitlement(None).into(),
            _ => self.path.as_str().into(),
        }
    }

    fn to(path: String, text: impl Into<String>, effect: Effect, customer: CustomerId) -> Self {
        Self { path, flash: Some(Flash { text: text.into(), effect, customer, undo: None }), row: None, once: None }
    }
}

/// The hidden field of a contact's or entitlement's form that says whose it is.
pub const CUSTOMER: &str = "customer";

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
    /// A user, who belongs to no customer.
    User(Id<UserId>),
    /// What an event was about, if it is still there.
    Event(Id<EventId>),
}

impl Subject {
    /// Its row in the customer's panes.
    fn row(self) -> Option<PaneRow> {
        match self {
            Self::None | Self::Customer(_) | Self::User(_) | Self::Event(_) => None,
            Self::Contact(id) => id.get().ok().map(PaneRow::Contact),
            Self::Entitlement(id) => id.get().ok().map(PaneRow::Entitlement),
        }
    }

    /// How it was deleted, if it was.
    fn deletion(self, db: &mut Db, input: &Input) -> Result<Option<Deletion>> {
        match self {
            Self::Customer(id) => events::deletion(db, id.get()?, SubjectKind::Customer, id.get()?.0),
            Self::Contact(id) => deletion_of(db, input, SubjectKind::Contact, id.get()?.0),
            Self::Entitlement(id) => deletion_of(db, input, SubjectKind::Entitlement, id.get()?.0),
            Self::None | Self::User(_) | Self::Event(_) => Ok(None),
        }
    }

    fn customer(self, db: &mut Db) -> Result<Option<CustomerId>> {
        Ok(match self {
            Self::None | Self::User(_) => None,
            Self::Customer(id) => Some(id.get()?),
            Self::Contact(id) => Some(contacts::find(db, id.get()?)?.customer),
            Self::Entitlement(id) => Some(entitlements::find(db, id.get()?)?.customer),
            Self::Event(id) => undo::customer(db, id.get()?)?,
        })
    }
}

/// How a record was deleted whose form says of which customer it was.
fn deletion_of(db: &mut Db, input: &Input, kind: SubjectKind, id: i64) -> Result<Option<Deletion>> {
    match input.get(CUSTOMER).parse() {
        Ok(customer) => events::deletion(db, customer, kind, id),
        Err(()) => Ok(None),
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

/// Does a task that leaves work to the queue, and wakes whoever works on it.
pub async fn change_and_wake(
    request: Asked,
    form: FormBody,
    subject: Subject,
    act: impl Fn(&mut Db, &Request, &Input) -> Result<Redirect> + Send + 'static,
) -> HttpResponse {
    let notifier = Arc::clone(&request.unadmitted().app.notifier);
    let answer = change(request, form, subject, act).await;
    notifier.notify();
    answer
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
                Ok((by, Taken { once: Some(shown), .. })) => {
                    by.log("changed");
                    compose_or_fail(&request, &input, shown).with("Cache-Control", "no-store".to_owned())
                }
                Ok((by, Taken { location, .. })) => {
                    by.log("changed");
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
    let shown = show(request, move |db, request| match (subject, subject.customer(db)?) {
        (Subject::User(id), _) => users::with_alert(db, request, id.get()?, NOT_DONE, StatusCode::METHOD_NOT_ALLOWED),
        (Subject::Entitlement(id), _) if request.screen == Screen::Entitlements => {
            entitlement::with_alert(db, request, id.get()?, NOT_DONE, StatusCode::METHOD_NOT_ALLOWED)
        }
        (_, Some(customer)) => detail::with_alert(db, request, customer, NOT_DONE, StatusCode::METHOD_NOT_ALLOWED),
        _ => Err(Error::NotFound("record")),
    });
    let mut response = shown.await;
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST, OPTIONS"));
    }
    response
}

/// What is said there.
const NOT_DONE: &str = "Nothing was changed. To do this, use the button on this page.";

/// What a change that was done leads to.
struct Taken {
    location: String,
    once: Option<Shown>,
}

/// One transaction: the change, its message, and the token that makes the form count once. Returns where to go.
fn take(db: &mut Db, request: &Request, input: &Input, act: &impl Fn(&mut Db, &Request, &Input) -> Result<Redirect>) -> Result<Taken> {
    request.note_seen(db)?;
    let token = input.get("token");
    if let Some(location) = tokens::claim(db, &request.actor, token)? {
        return Ok(Taken { location, once: None });
    }
    let redirect = act(db, request, input)?;
    let panes = match &redirect.flash {
        Some(Flash { effect: Effect::Changed, .. }) => request.panes.at(redirect.row),
        _ => Panes::default(),
    };
    let shown = request.showing(panes);
    let path = redirect.path_on(request.screen).into_owned();
    let location = |more: &[(&'static str, &str)]| shown.keeping_with(&path, more) + &shown.fragment();
    tokens::settle(db, &request.actor, token, &location(&[]))?;
    let location = match redirect.flash {
        Some(flash) => {
            let event = changes::undo::offer(db, &request.actor, flash.customer)?;
            let flash = Flash { undo: event.map(|event| Undo { event, is_redo: false }), ..flash };
            location(&[("flash", &flashes::store(db, &request.actor, &flash)?)])
        }
        None => location(&[]),
    };
    Ok(Taken { location, once: redirect.once })
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
        Error::Refused(refusal) => match (subject, subject.customer(db)?) {
            (Subject::User(id), _) => Some(users::refused(db, request, id.get()?, *refusal)?),
            (Subject::Entitlement(id), _) if request.screen == Screen::Entitlements => {
                Some(entitlement::refused(db, request, id.get()?, *refusal)?)
            }
            (_, Some(customer)) => Some(detail::refused(db, &request.at(subject.row()), customer, *refusal)?),
            _ => None,
        },
        Error::Blocked(sentences) => match subject.customer(db)? {
            Some(customer) => Some(detail::with_alert(db, request, customer, &sentences.join(" "), StatusCode::CONFLICT)?),
            None => None,
        },
        Error::Invalid(errors) => again(db, request, &Returned { input, errors, stale: false })?,
        Error::Stale => again(db, request, &Returned { input, errors: &Errors::new(), stale: true })?,
        Error::NotFound(what) => {
            subject.deletion(db, input)?.map(|deletion| DetailPane::error(&refusal::deleted(request, what, input, &deletion)))
        }
        _ => None,
    };
    Ok(shown.unwrap_or_else(|| DetailPane::error(&refusal::of(request, error, Some(input)))))
}
