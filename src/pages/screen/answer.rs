//! Answers with a screen, or with an error in its place.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use tokio::time::timeout;

use super::compose::{compose, partial, printed, retargeted};
use super::pane::{DetailPane, draw};
use crate::db::{Access, Db};
use crate::domain::input::Input;
use crate::pages::refusal;
use crate::pages::view::{ErrorPane, Layout};
use crate::store::flashes;
use crate::store::{Error, Result};
use crate::web::request::{App, Rejection, Request};
use crate::web::respond::{Part, Reply};

/// After how many seconds it is worth asking a database again that was away.
const RETRY_AFTER: &str = "5";
/// How long an answer waits for its message to be removed.
const MOMENT: Duration = Duration::from_millis(50);

/// Answers with a screen; what fails is answered with an error in its place.
pub async fn show(request: Request, pane: impl Fn(&mut Db, &Request) -> Result<DetailPane> + Send + 'static) -> HttpResponse {
    let kept = request.clone();
    let database = request.app.database.clone();
    let answer = database.run_blocking(Access::Read, move |_permit| {
        let token = request.flash().filter(|_| !request.head);
        let shown = request.app.database.read(|db| {
            let flash = token.as_ref().map_or(Ok(None), |token| flashes::find(db, token))?;
            let pane = pane(db, &request).or_else(|error| refusal::instead(&request, error).map(|error| DetailPane::error(&error)))?;
            Ok((compose(db, &request, &pane, flash.as_ref())?, flash.is_some()))
        });
        let (reply, told) = shown.unwrap_or_else(|error| (failed(&request, &error, None), false));
        (reply.pack(request.encoding), token.filter(|_| told))
    });
    match answer.await {
        Ok((packed, told)) => {
            if let Some(token) = told {
                forget(&kept, token).await;
            }
            packed.send()
        }
        Err(away) => failed(&kept, &away.into(), None).pack(kept.encoding).send(),
    }
}

/// Removes a message that is told now, so that it is not told again. It holds up the answer for a moment at most: where somebody else
/// is writing, it goes on behind it.
async fn forget(request: &Request, token: String) {
    let request = request.clone();
    let gone = actix_web::rt::spawn(async move {
        let database = request.app.database.clone();
        let gone = database.clone().run_blocking(Access::Write, move |_permit| database.write(|db| flashes::remove(db, &token))).await;
        if let Err(error) | Ok(Err(error)) = gone.map_err(Error::from) {
            tracing::warn!(request = request.request_id, ?error, "a message could not be removed");
        }
    });
    let _ = timeout(MOMENT, gone).await;
}

/// The reply for a pane that is made in a reading of its own, where what was asked for could not be done.
pub fn compose_or_fail(request: &Request, input: &Input, pane: impl Fn(&mut Db) -> Result<DetailPane>) -> Reply {
    let reply = request.app.database.read(|db| {
        let pane = pane(db).or_else(|error| refusal::instead(request, error).map(|error| DetailPane::error(&error)))?;
        compose(db, request, &pane, None)
    });
    reply.unwrap_or_else(|error| failed(request, &error, Some(input)))
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
    let pane = DetailPane::error(pane);
    let reply = if request.part == Part::Full {
        let (right, printed) = (pane.html(), printed(request));
        let layout =
            Layout { title: &pane.title, list: None, right: &right, flash: None, status: &pane.title, printed: &printed, refreshes: false };
        Reply::html(pane.status, draw(&layout))
    } else {
        retargeted(request, Reply::html(pane.status, partial(&pane, &pane.title, None, "")))
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
