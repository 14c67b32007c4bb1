//! Answers with a screen, or with an error in its place.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use tokio::time::timeout;

use super::compose::{compose, partial, printed, retargeted};
use super::gate::{confirm_instead, set_up_instead, sign_in_instead};
use super::pane::DetailPane;
use crate::db::{Access, Db};
use crate::domain::input::Input;
use crate::domain::rules::Refusal;
use crate::pages::refusal;
use crate::pages::view::{ErrorPane, Layout, draw};
use crate::store::flashes;
use crate::store::{Error, Result};
use crate::web::address;
use crate::web::app::App;
use crate::web::auth::Asked;
use crate::web::rejection::Rejection;
use crate::web::request::Request;
use crate::web::respond::{Part, Reply};

/// After how many seconds it is worth asking a database again that was away.
const RETRY_AFTER: &str = "5";
/// How long an answer waits for its message to be removed.
const MOMENT: Duration = Duration::from_millis(50);

/// Answers with a screen; what fails is answered with an error in its place.
pub async fn show(request: Asked, pane: impl Fn(&mut Db, &Request) -> Result<DetailPane> + Send + Sync + 'static) -> HttpResponse {
    let (kept, app) = (request.clone(), request.unadmitted().app.clone());
    let answer = app.database.read_in_turn({
        let database = app.database.clone();
        move || {
            let (reply, afterwards) = database.read(|db| {
                let request = request.admit(db)?;
                let token = request.flash().filter(|_| !request.head);
                let flash = token.as_ref().map_or(Ok(None), |token| flashes::find(db, token))?;
                let pane = pane(db, &request).or_else(|error| refusal::instead(&request, error).map(|error| DetailPane::error(&error)))?;
                let reply = compose(db, &request, &pane, flash.as_ref())?;
                // The page that this one leads to tells the message.
                let leads = reply.leads();
                Ok::<_, Error>((
                    reply,
                    Afterwards { told: token.filter(|_| flash.is_some() && !leads), seen: request.is_to_be_noted().then_some(request) },
                ))
            })?;
            Ok((reply.pack(request.unadmitted().encoding), afterwards))
        }
    });
    match answer.await {
        Ok((packed, afterwards)) => {
            afterwards.run(kept.unadmitted()).await;
            packed.send()
        }
        Err(error) => failed(&kept, &error, None).pack(kept.unadmitted().encoding).send(),
    }
}

/// What is to be written once something has been shown.
#[derive(Default)]
struct Afterwards {
    /// The token of the message that is told now: it is not told again.
    told: Option<String>,
    /// The request of a person whose session goes on by it.
    seen: Option<Request>,
}

impl Afterwards {
    /// It holds up the answer for a moment at most: where somebody else is writing, it goes on behind it.
    async fn run(self, request: &Request) {
        if self.told.is_none() && self.seen.is_none() {
            return;
        }
        let (database, id) = (request.app.database.clone(), request.request_id.clone());
        let gone = actix_web::rt::spawn(async move {
            let work = move |db: &mut Db| {
                self.told.as_ref().map_or(Ok(()), |token| flashes::remove(db, token))?;
                self.seen.as_ref().map_or(Ok(()), |request| request.note_seen(db))
            };
            let written = database.clone().run_blocking(Access::Write, move |_permit| database.write(work)).await;
            if let Err(error) | Ok(Err(error)) = written.map_err(Error::from) {
                tracing::warn!(request = id, ?error, "a message could not be removed, or a session not be prolonged");
            }
        });
        let _ = timeout(MOMENT, gone).await;
    }
}

/// Who asks, for what is not answered with a screen.
///
/// # Errors
/// [`Error::Refused`] for whoever has to sign in, or may not do this; [`failed`] answers it.
pub async fn admit(request: &Asked) -> Result<Request> {
    let asked = request.clone();
    request.unadmitted().app.read(move |db| asked.admit(db)).await
}

/// The reply for a pane that is made in a reading of its own, where what was asked for could not be done.
pub fn compose_or_fail(request: &Asked, input: &Input, pane: impl Fn(&mut Db, &Request) -> Result<DetailPane>) -> Reply {
    let reply = request.unadmitted().app.database.read(|db| {
        let request = request.admit(db)?;
        let pane = pane(db, &request).or_else(|error| refusal::instead(&request, error).map(|error| DetailPane::error(&error)))?;
        compose(db, &request, &pane, None)
    });
    reply.unwrap_or_else(|error| failed(request, &error, Some(input)))
}

/// The answer to who may not ask for this, and when the database, or something nobody foresaw, is in the way: a page that needs no database.
pub fn failed(request: &Asked, error: &Error, input: Option<&Input>) -> Reply {
    let request = request.unadmitted();
    match error {
        Error::Refused(Refusal::SignIn) => sign_in_instead(request, input),
        Error::Refused(Refusal::SetUpSecondFactor) => set_up_instead(request),
        Error::Refused(Refusal::ConfirmPassword(action)) => confirm_instead(request, input, action),
        Error::Refused(refusal @ (Refusal::Role(_) | Refusal::Forwarded)) => {
            alone(request, &refusal::rejection(request, Rejection::Role(*refusal)))
        }
        error => failed_alone(request, error, input),
    }
}

/// The answer to what could not be done: on a page of its own.
pub fn failed_alone(request: &Request, error: &Error, input: Option<&Input>) -> Reply {
    let pane = match error {
        Error::Unavailable(why) => {
            tracing::warn!(request = request.request_id, path = address::without_secret(&request.path), %why, "the database is away");
            refusal::unavailable(request, why, input)
        }
        Error::Database(_) => {
            tracing::error!(request = request.request_id, path = address::without_secret(&request.path), ?error, "a request failed");
            refusal::unforeseen(request, input)
        }
        error => refusal::of(request, error, input),
    };
    alone(request, &pane)
}

/// An error that stands alone: no list beside it, since the list may be what failed.
pub fn alone(request: &Request, pane: &ErrorPane) -> Reply {
    let pane = DetailPane::error(pane);
    let reply = if request.part == Part::Full {
        let (right, printed) = (pane.html(), printed(request, true));
        let layout = Layout {
            title: &pane.title,
            user: None,
            manages_users: false,
            list: None,
            right: &right,
            flash: None,
            status: &pane.title,
            printed: &printed,
            path: &request.path,
            refreshes: false,
        };
        Reply::html(pane.status, draw(&layout))
    } else {
        retargeted(request, Reply::html(pane.status, partial(request, &pane, &pane.title, None, "")))
    };
    if pane.status == StatusCode::SERVICE_UNAVAILABLE { reply.with("Retry-After", RETRY_AFTER.to_owned()) } else { reply }
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

/// The answer to what could not be read as a request.
#[must_use]
pub fn unreadable(app: &Data<App>, rejection: Rejection) -> Reply {
    let request = Request::unread(app);
    alone(&request, &refusal::rejection(&request, rejection))
}
