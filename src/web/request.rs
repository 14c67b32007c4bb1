//! One request as the pages see it: what is asked for, by whom, and in which form the answer is wanted.

use std::borrow::Cow;

use actix_web::http::Method;
use actix_web::http::header::ContentEncoding;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest};
use chrono::TimeDelta;

use super::address;
use super::app::App;
use super::public_url;
use super::respond::{PAGE_ENCODINGS, Part, is_swap, negotiate};
use super::screen::{Screen, Selected};
use crate::db::Db;
use crate::domain::actor::{Actor, ActorKind, Principal};
use crate::domain::panes::{PaneRow, Panes};
use crate::domain::query::entitlements::{self, EntitlementQuery};
use crate::domain::query::{Place, Query};
use crate::domain::rules::Refusal;
use crate::domain::{CustomerId, EntitlementId, UserId};
use crate::store::sessions::{self, Session};
use crate::store::{self, is_random_token, users};

/// How much of a browser's own name is kept, in characters.
const BROWSER: usize = 255;

/// How long a password that was given lasts for what asks for it again.
const CONFIRMED_FOR: TimeDelta = TimeDelta::minutes(10);

/// How often it is noted that a person has asked for something.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// Names a request in the log, in the answer's headers and on error pages.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// A request.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question that a header answers")]
pub struct Request {
    /// What the program shares.
    pub app: Data<App>,
    /// Who asks, and when.
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
    /// Which list stands at the left.
    pub screen: Screen,
    /// The state of the list of entitlements, where that is the one.
    pub entitlements: EntitlementQuery,
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
            screen: Screen::default(),
            entitlements: EntitlementQuery::default(),
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
        let texts = || pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Self {
            app: app.clone(),
            actor: Actor::now(Principal::nobody(), app.zone),
            session: None,
            part: Part::of(request),
            encoding: negotiate(request, &PAGE_ENCODINGS),
            request_id: request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
            query: query(request.path(), &pairs),
            panes: Panes::parse(texts()),
            screen: Screen::of(request.path(), texts()),
            entitlements: entitlement_query(EntitlementQuery::parse(texts())),
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

    /// The same request, now that it is known who sent it.
    #[must_use]
    pub fn by(&self, who: Principal, session: Option<Session>) -> Self {
        let actor = Actor { who, ..self.actor.clone() };
        Self { actor, session, ..self.clone() }
    }

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
        self.keeping_with(path, &[])
    }

    /// The same with further parameters.
    #[must_use]
    pub fn keeping_with(&self, path: &str, more: &[(&'static str, &str)]) -> String {
        let mut pairs = match self.screen {
            Screen::Customers => [self.query.pairs(), self.panes.pairs()].concat(),
            Screen::Entitlements => self.entitlements.pairs(),
        };
        pairs.extend(self.screen.parameter(path));
        pairs.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        address::of(path, &pairs)
    }

    /// Returns `path` with the list's state alone.
    #[must_use]
    pub fn listed(&self, path: &str) -> String {
        self.showing(Panes::default()).keeping(path)
    }

    /// The same request with the list around what is open: where the first page of it is asked for, or in any case.
    #[must_use]
    pub fn around(&self, selected: Selected, always: bool) -> Self {
        let mut request = self.clone();
        match (self.screen, selected) {
            (Screen::Customers, Selected::Customer(id)) if always || self.query.place == Place::First => {
                request.query.place = Place::Around(id);
            }
            (Screen::Entitlements, Selected::Entitlement(id)) if always || self.entitlements.place == entitlements::Place::First => {
                request.entitlements.place = entitlements::Place::Around(id);
            }
            _ if always => {
                request.query.place = Place::First;
                request.entitlements.place = entitlements::Place::First;
            }
            _ => {}
        }
        request
    }

    /// The address of an entitlement's customer beside the list of customers, from where it leads back; that which one came from, if it was this
    /// customer's, its own search kept.
    #[must_use]
    pub fn to_customer(&self, customer: CustomerId, entitlement: EntitlementId, panes: &Panes) -> String {
        let own = EntitlementQuery { from: None, ..self.entitlements.clone() };
        let here = address::of(&address::entitlement(Some(entitlement)), &own.pairs());
        let before = self.entitlements.from.as_deref().map(address::query_of).unwrap_or_default();
        let list = Query { from: Some(here), ..Query::parse(before.iter().map(|(name, value)| (name.as_ref(), value.as_ref()))) };
        address::at_row(customer, &list, panes)
    }

    /// The address of an entitlement beside the list of entitlements, from where it leads back to the customer as it is shown now.
    #[must_use]
    pub fn to_entitlement(&self, customer: CustomerId, entitlement: EntitlementId) -> String {
        let own = Query { from: None, ..self.query.clone() };
        let here = address::with_panes(&address::screen(Some(customer)), &own, &self.panes, &[]);
        let before = self.query.from.as_deref().map(address::query_of).unwrap_or_default();
        let list = EntitlementQuery {
            from: Some(here),
            ..EntitlementQuery::parse(before.iter().map(|(name, value)| (name.as_ref(), value.as_ref())))
        };
        address::of(&address::entitlement(Some(entitlement)), &list.pairs())
    }

    /// The fragment that leads to the row of a customer's panes that is marked.
    #[must_use]
    pub fn fragment(&self) -> String {
        if self.screen == Screen::Customers { address::fragment(&self.panes) } else { String::new() }
    }

    /// The same request with another row of the panes marked, or none.
    #[must_use]
    pub fn at(&self, row: Option<PaneRow>) -> Self {
        Self { panes: self.panes.at(row), ..self.clone() }
    }

    /// The same request with these rows of the panes.
    #[must_use]
    pub fn showing(&self, panes: Panes) -> Self {
        Self { panes, ..self.clone() }
    }

    /// Returns a parameter of the address; if it is repeated, the last one.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.parameters.as_bytes()).filter(|(n, _)| n == name).last().map(|(_, value)| value.into_owned())
    }

    /// Returns all values of a parameter of the address that may be repeated.
    #[must_use]
    pub fn params(&self, name: &str) -> Vec<String> {
        form_urlencoded::parse(self.parameters.as_bytes()).filter(|(n, _)| n == name).map(|(_, value)| value.into_owned()).collect()
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
    let query = Query::parse(pairs);
    Query { from: query.from.filter(|from| address::is_own(from)), ..query }
}

fn entitlement_query(query: EntitlementQuery) -> EntitlementQuery {
    EntitlementQuery { from: query.from.filter(|from| address::is_own(from)), ..query }
}
