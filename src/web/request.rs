//! One request as the pages see it: what is asked for, by whom, and in which form the answer is wanted.

use std::borrow::Cow;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::ContentEncoding;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use chrono::TimeDelta;
use chrono_tz::Tz;

use super::address;
use super::forwarded::{Proxies, is_forwarded};
use super::hashing::Hashing;
use super::public_url::{self, PublicUrl};
use super::respond::{PAGE_ENCODINGS, Part, is_swap, negotiate};
use super::session;
use crate::db::{Access, Database, Db};
use crate::domain::UserId;
use crate::domain::actor::{Actor, ActorKind, Principal};
use crate::domain::panes::{PaneRow, Panes};
use crate::domain::query::Query;
use crate::domain::rules::{Refusal, Role};
use crate::domain::user::User;
use crate::jobs::Notifier;
use crate::store::sessions::{self, Lifetimes, Session};
use crate::store::{self, is_random_token, second_factors, users};

/// How much of a browser's own name is kept, in characters.
const BROWSER: usize = 255;

/// How long a password that was given lasts for what asks for it again.
const CONFIRMED_FOR: TimeDelta = TimeDelta::minutes(10);

/// How often it is noted that a person has asked for something.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// What the whole program shares. Nothing here changes while it runs but [`App::has_users`], which never turns back, so that any number of
/// instances may serve one database.
pub struct App {
    /// Both pools.
    pub database: Database,
    /// Whose midnight ends a day.
    pub zone: Tz,
    /// What whoever asks may do, until users sign in.
    pub role: Role,
    /// There are users: everybody signs in.
    pub has_users: AtomicBool,
    /// How long sessions live.
    pub lifetimes: Lifetimes,
    /// How the world sees this program; without it, only this machine does.
    pub public: Option<PublicUrl>,
    /// The proxies whose word counts for where a request comes from.
    pub proxies: Proxies,
    /// Whoever has no second factor sets one up before all else.
    pub requires_second_factor: bool,
    /// Who hashes passwords.
    pub hashing: Hashing,
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
    /// 403: another site made a browser read it, without going there.
    ForeignReading,
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

/// The least role that may ask for an address, as the route table has it.
#[derive(Debug, Clone, Copy)]
pub struct LeastRole(pub Role);

/// Names a request in the log, in the answer's headers and on error pages.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// A request.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question that a header answers")]
pub struct Request {
    /// What the program shares.
    pub app: Data<App>,
    /// Principal acts, and when.
    pub actor: Actor,
    /// The session of whoever has signed in.
    pub session: Option<Session>,
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
    /// Scheme and host as the browser knows them: `https://clientele.example`.
    pub origin: String,
    /// A form that changes something sent it.
    pub posted: bool,
    /// Only the headers are wanted: nothing may be used up.
    pub head: bool,
    /// A script puts the answer into the page that is open.
    pub swaps: bool,
    /// The search form sent it while somebody was typing.
    pub typing: bool,
    /// The address of this site that the browser shows while it asks for something that is no page; empty where that is not known.
    shown_at: String,
    /// Where from: the address at the other end of the connection, or that for which a trusted proxy asks.
    pub peer: String,
    /// Which browser, as it names itself.
    pub browser: String,
}

impl Request {
    /// What asks for nothing: where a request could not be read.
    #[must_use]
    pub fn unread(app: &Data<App>) -> Self {
        Self {
            app: app.clone(),
            actor: Actor::now(Principal::nobody(), app.zone),
            session: None,
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
            swaps: false,
            typing: false,
            shown_at: String::new(),
            peer: String::new(),
            browser: String::new(),
        }
    }

    /// Reads a request, of whom it is not known yet. What cannot be understood is ignored.
    #[must_use]
    pub fn of(request: &HttpRequest, app: &Data<App>) -> Self {
        let pairs: Vec<_> = form_urlencoded::parse(request.query_string().as_bytes()).collect();
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Self {
            app: app.clone(),
            actor: Actor::now(Principal::nobody(), app.zone),
            session: None,
            part: Part::of(request),
            encoding: negotiate(request, &PAGE_ENCODINGS),
            request_id: request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
            query: query(request.path(), &pairs),
            panes: Panes::parse(pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref()))),
            parameters: request.query_string().to_owned(),
            path: request.path().to_owned(),
            origin: app.public.as_ref().map_or_else(|| format!("http://{}", public_url::host(request.head())), ToString::to_string),
            posted: request.method() == Method::POST,
            head: request.method() == Method::HEAD,
            swaps: is_swap(request),
            typing: header("hx-source") == "form#find",
            shown_at: [header("hx-current-url"), header("referer")].into_iter().find_map(address::path_of).unwrap_or_default(),
            peer: request.peer_addr().map(|peer| app.proxies.client(peer.ip(), request.headers()).to_string()).unwrap_or_default(),
            browser: header("user-agent").chars().take(BROWSER).collect(),
        }
    }
}

impl Request {
    /// Notes what whoever sent it did, or was refused: by its path alone, since what was typed stands in the query and the body.
    pub fn log(&self, what: &str) {
        tracing::info!(request = self.request_id, user = self.actor.who.kind.id(), path = self.path, "{what}");
    }

    /// Whether a person's session is to be prolonged by this request: not by what a page asks for by itself.
    #[must_use]
    pub fn is_to_be_noted(&self) -> bool {
        let noted_before = |session: &Session| self.actor.now - session.seen_at < NOTED_EVERY;
        !self.head && !self.is_poll() && self.session.as_ref().is_some_and(|session| !noted_before(session))
    }

    /// Prolongs the session, where [`Self::is_to_be_noted`].
    pub fn note_seen(&self, db: &mut Db) -> store::Result<()> {
        if let (Some(session), ActorKind::User(user)) = (self.session.as_ref().filter(|_| self.is_to_be_noted()), self.actor.who.kind) {
            sessions::set_seen(db, session.id, self.actor.now)?;
            users::set_seen(db, user, self.actor.now)?;
        }
        Ok(())
    }

    /// Whoever has signed in.
    ///
    /// # Errors
    /// [`store::Error::NotFound`] as long as nobody does: there is no account then.
    pub fn user(&self) -> store::Result<UserId> {
        match self.actor.who.kind {
            ActorKind::User(id) => Ok(id),
            _ => Err(store::Error::NotFound("account")),
        }
    }

    /// Asks for the password once more where it was given a while ago: for what lets others in, or keeps the right ones out. `action` is the label
    /// of the button that does it (`Add user`). Whoever has not signed in has no password.
    ///
    /// # Errors
    /// [`Refusal::ConfirmPassword`]: it is answered by a page that asks for it and keeps the form.
    pub fn confirmed(&self, action: &'static str) -> store::Result<()> {
        match &self.session {
            Some(session) if self.actor.now - session.confirmed_at >= CONFIRMED_FOR => Err(Refusal::ConfirmPassword(action).into()),
            _ => Ok(()),
        }
    }

    /// A page asks for it again and again, whether or not somebody sits before it.
    fn is_poll(&self) -> bool {
        self.part == Part::Import || self.path == address::EDITING
    }

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

    /// The address to come back to after signing in: what the browser's address bar shows, or would show. A part of a page and a form have an
    /// address of their own there; a file has none.
    #[must_use]
    pub fn to_come_back_to(&self) -> String {
        let is_shown = !self.swaps && !self.posted && !address::is_file(&self.path);
        address::own(if is_shown { self.address() } else { self.shown_at.clone() })
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

/// A request of which it is not known yet who sent it. That is found in the reading or the transaction that the answer needs anyway, so that
/// it costs no way to the database of its own, and a right that is taken away is gone with the next request.
#[derive(Clone)]
pub struct Asked {
    request: Request,
    tokens: Vec<String>,
    least: Role,
    /// A proxy asks for somebody else.
    forwarded: bool,
}

impl Asked {
    /// The request of nobody: for what is shown to whoever asks.
    #[must_use]
    pub fn unadmitted(&self) -> &Request {
        &self.request
    }

    /// The request of whoever sent it.
    ///
    /// # Errors
    /// [`store::Error::Refused`] for who has to sign in, or has too little of a role for this address.
    pub fn admit(&self, db: &mut Db) -> store::Result<Request> {
        let app = &self.request.app;
        let session = self.session(db)?;
        let who = match &session {
            Some((_, user)) => {
                app.has_users.store(true, Ordering::Relaxed);
                user.who()
            }
            None if app.signs_in(db)? => return Err(Refusal::SignIn.into()),
            None if self.forwarded => return Err(Refusal::Forwarded.into()),
            None => Principal::local(app.role),
        };
        if let (true, ActorKind::User(user)) = (app.requires_second_factor && !self.is_of_setting_up(), who.kind)
            && !second_factors::is_on(db, user)?
        {
            return Err(Refusal::SetUpSecondFactor.into());
        }
        if who.role < self.least {
            tracing::info!(
                request = self.request.request_id,
                user = who.kind.id(),
                path = self.request.path,
                "refused: the role is too little"
            );
            return Err(Refusal::Role(self.least).into());
        }
        let actor = Actor { who, ..self.request.actor.clone() };
        Ok(Request { actor, session: session.map(|(session, _)| session), ..self.request.clone() })
    }

    /// What whoever still has to set up a second factor needs for it.
    fn is_of_setting_up(&self) -> bool {
        self.request.path == "/confirm" || self.request.path.starts_with("/account/second-factor")
    }

    fn session(&self, db: &mut Db) -> store::Result<Option<(Session, User)>> {
        for token in &self.tokens {
            if let Some(found) = sessions::find(db, token, self.request.actor.now, &self.request.app.lifetimes)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

impl App {
    /// Whether the world sees this program behind TLS.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public.as_ref().is_some_and(|public| public.secure)
    }

    /// Reads, on a thread where it may wait.
    pub async fn read<T: Send + 'static>(&self, work: impl Fn(&mut Db) -> store::Result<T> + Send + 'static) -> store::Result<T> {
        let database = self.database.clone();
        self.database.run_blocking(Access::Read, move |_permit| database.read(work)).await?
    }

    /// Writes in one transaction, on a thread where it may wait.
    pub async fn write<T: Send + 'static>(&self, work: impl Fn(&mut Db) -> store::Result<T> + Send + 'static) -> store::Result<T> {
        let database = self.database.clone();
        self.database.run_blocking(Access::Write, move |_permit| database.write(work)).await?
    }

    /// Whether everybody signs in. Users are never deleted: once there are some, the database is not asked again.
    pub fn signs_in(&self, db: &mut Db) -> store::Result<bool> {
        if !self.has_users.load(Ordering::Relaxed) && users::any(db)? {
            self.has_users.store(true, Ordering::Relaxed);
        }
        Ok(self.has_users.load(Ordering::Relaxed))
    }
}

impl FromRequest for Asked {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            request
                .app_data::<Data<App>>()
                .map(|app| Self {
                    request: Request::of(request, app),
                    tokens: session::tokens(request, app.is_secure()),
                    forwarded: is_forwarded(request.headers()),
                    least: request.extensions().get().map_or(Role::Administrator, |LeastRole(role)| *role),
                })
                .ok_or_else(|| actix_web::error::ErrorInternalServerError("the application is not set up")),
        )
    }
}
