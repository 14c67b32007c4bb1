//! One request as the pages see it: what is asked for, by whom, and in which form the answer is wanted.

use std::borrow::Cow;
use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::ContentEncoding;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use chrono_tz::Tz;

use super::address;
use super::respond::{PAGE_ENCODINGS, Part, negotiate};
use crate::db::Database;
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::panes::{PaneRow, Panes};
use crate::domain::query::Query;
use crate::domain::rules::{Refusal, Role};
use crate::jobs::Notifier;
use crate::store::is_random_token;

/// What the whole program shares. Nothing here changes while it runs, so that any number of instances may serve one database.
pub struct App {
    /// Both pools.
    pub database: Database,
    /// Whose midnight ends a day.
    pub zone: Tz,
    /// What whoever asks may do, until users sign in.
    pub role: Role,
    /// Wakes the runner of jobs.
    pub notifier: Arc<Notifier>,
    /// Draws the answer to a request that reaches no page; the pages' floor lends it to this one.
    pub refuse: fn(&HttpRequest, Rejection) -> HttpResponse,
}

/// Why a request reaches no page.
#[derive(Debug, Clone, Copy)]
pub enum Rejection {
    /// 400: it cannot be read.
    Malformed(&'static str),
    /// 403: the role may not do this.
    Role(Refusal),
    /// 403: another site sent it.
    ForeignSite,
    /// 404: no such address.
    NoSuchAddress,
    /// 405: not with this method.
    Method,
    /// 408: it stopped arriving.
    Slow,
    /// 413: larger than any form.
    TooLarge,
    /// 414: no address is that long.
    LongAddress,
    /// 415: not a form.
    NotAForm,
    /// 417: it expects what is not supported.
    Expectation,
    /// 421: for another host.
    Misdirected,
    /// 431: more header fields, or longer ones, than are read.
    LongHeader,
    /// 503: more connections than are served at a time.
    Crowded,
}

/// The user of a request, known once the route table has let it through.
#[derive(Debug, Clone, Copy)]
pub struct User {
    /// What the user may do.
    pub role: Role,
}

/// Names a request in the log, in the answer's headers and on error pages.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// A request.
#[derive(Clone)]
pub struct Request {
    /// What the program shares.
    pub app: Data<App>,
    /// Who acts, and when.
    pub actor: Actor,
    /// The whole page or which part of it.
    pub part: Part,
    /// How the answer may be compressed.
    pub encoding: ContentEncoding,
    /// Appears in the log and on error pages.
    pub request_id: String,
    /// The list's state, which every link keeps.
    pub query: Query,
    /// Which rows of a customer's panes are shown.
    pub panes: Panes,
    /// The query part of the address as it was sent.
    parameters: String,
    /// The path, without the query.
    pub path: String,
    /// Scheme and host as the browser knows them: `https://clientele.example`. Only to be shown.
    pub origin: String,
    /// A form that changes something sent it.
    pub posted: bool,
    /// Only the headers are wanted: nothing may be used up.
    pub head: bool,
    /// The search form sent it while somebody was typing.
    pub typing: bool,
}

impl Request {
    /// What asks for nothing: where a request could not be read.
    #[must_use]
    pub fn unread(app: &Data<App>) -> Self {
        Self {
            app: app.clone(),
            actor: Actor::now(ActorKind::Local, Role::Viewer, app.zone),
            part: Part::Full,
            encoding: ContentEncoding::Identity,
            request_id: String::new(),
            query: Query::default(),
            panes: Panes::default(),
            parameters: String::new(),
            path: String::new(),
            origin: String::new(),
            posted: false,
            head: false,
            typing: false,
        }
    }

    /// Reads a request. What cannot be understood is ignored.
    #[must_use]
    pub fn of(request: &HttpRequest, app: &Data<App>) -> Self {
        let pairs: Vec<_> = form_urlencoded::parse(request.query_string().as_bytes()).collect();
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let connection = request.connection_info();
        let role = request.extensions().get::<User>().map_or(Role::Viewer, |user| user.role);
        Self {
            app: app.clone(),
            actor: Actor::now(ActorKind::Local, role, app.zone),
            part: Part::of(request),
            encoding: negotiate(request, &PAGE_ENCODINGS),
            request_id: request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
            query: query(request.path(), &pairs),
            panes: Panes::parse(pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref()))),
            parameters: request.query_string().to_owned(),
            path: request.path().to_owned(),
            origin: format!("{}://{}", connection.scheme(), connection.host()),
            posted: request.method() == Method::POST,
            head: request.method() == Method::HEAD,
            typing: header("hx-source") == "form#find",
        }
    }
}

impl Request {
    /// Returns `path` with all that the screen shows: the list's state and the rows of the panes.
    #[must_use]
    pub fn keeping(&self, path: &str) -> String {
        address::with_panes(path, &self.query, &self.panes, &[])
    }

    /// The same request with another row of the panes marked, or none.
    #[must_use]
    pub fn at(&self, row: Option<PaneRow>) -> Self {
        Self { panes: self.panes.at(row), ..self.clone() }
    }

    /// Returns a parameter of the address; if it is repeated, the last one.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.parameters.as_bytes()).filter(|(n, _)| n == name).last().map(|(_, value)| value.into_owned())
    }

    /// Returns the address that was asked for.
    #[must_use]
    pub fn address(&self) -> String {
        if self.parameters.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.parameters) }
    }

    /// Returns the one-time token of the message about the change before.
    #[must_use]
    pub fn flash(&self) -> Option<String> {
        self.param("flash").filter(|token| is_random_token(token))
    }
}

/// The list's state. Where `type` is a new customer's, the list's own filter has another name.
fn query(path: &str, pairs: &[(Cow<'_, str>, Cow<'_, str>)]) -> Query {
    let is_new = path == address::NEW_CUSTOMER;
    let pairs = pairs.iter().filter_map(|(name, value)| match name.as_ref() {
        "type" if is_new => None,
        address::LISTED if is_new => Some(("type", value.as_ref())),
        name => Some((name, value.as_ref())),
    });
    Query::parse(pairs)
}

impl FromRequest for Request {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            request
                .app_data::<Data<App>>()
                .map(|app| Self::of(request, app))
                .ok_or_else(|| actix_web::error::ErrorInternalServerError("the application is not set up")),
        )
    }
}
