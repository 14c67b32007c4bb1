//! Every address in one table, beside the least role that may ask.

use std::future::ready;

use actix_web::guard::{Get, Guard, GuardContext, Head, Post};
use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::web::{ServiceConfig, resource, route};
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder, Route};

use crate::domain::rules::Role::{self, Administrator, Editor, Viewer};
use crate::pages::{
    account, activity, assets, confirm, contacts, countries, customers, editing, entitlements, export, history, import, invitations,
    machines, products, rejection, sample, set_password, settings, sign_in, theme, undo, users,
};
use crate::portal;
use crate::web::address::EDITING;
use crate::web::auth::at_least;
use crate::web::rejection::Rejection;

/// Puts the table into the application.
pub fn configure(config: &mut ServiceConfig) {
    for Entry { resource, methods, .. } in table().entries {
        let methods: Vec<_> = methods.iter().map(|(methods, _)| *methods).filter(|methods| !methods.is_empty()).collect();
        let allow = format!("{}, OPTIONS", methods.join(", "));
        config.service(resource.default_service(route().to(move |request| ready(other_method(&request, &allow)))));
    }
    config.default_service(route().to(nowhere));
}

/// A method of an address, and the least role that may use it; whoever asks may use what has none.
pub type Allowed = (&'static str, Option<Role>);

/// Every address, `{id}` and the like in it as they stand in the table, with the methods that it answers.
#[must_use]
pub fn addresses() -> Vec<(&'static str, Vec<Allowed>)> {
    let methods = |entry: &Entry| {
        let methods = entry.methods.iter().flat_map(|(methods, least)| methods.split(", ").map(|method| (method, *least)));
        methods.filter(|(method, _)| !method.is_empty()).collect()
    };
    table().entries.iter().map(|entry| (entry.path, methods(entry))).collect()
}

fn table() -> Table {
    let mut table = Table::default();
    for_all(&mut table);
    of_oneself(&mut table);
    of_customers(&mut table);
    of_what_customers_have(&mut table);
    of_users_and_history(&mut table);
    of_portal(&mut table);
    table
}

/// For whoever asks.
fn for_all(table: &mut Table) {
    table.open("/healthz", machines::healthz);
    table.open("/readyz", machines::readyz);
    table.open("/static/{name}", assets::show);
    table.open("/sign-in", sign_in::show);
    table.open_post("/sign-in", sign_in::enter);
    table.reload_open("/sign-in/code", sign_in::no_code);
    table.open_post("/sign-in/code", sign_in::enter_code);
    table.open_post("/sign-out", sign_in::leave);
    table.open("/set-password/{token}", set_password::show);
    table.open_post("/set-password/{token}", set_password::set);
    table.open("/", customers::root);
}

/// For whoever has signed in: about nobody else.
fn of_oneself(table: &mut Table) {
    table.reload("/confirm", Viewer, confirm::nothing);
    table.post("/confirm", Viewer, confirm::give);

    table.get("/account", Viewer, account::show);
    table.reload("/account/password", Viewer, account::back);
    table.post("/account/password", Viewer, account::set_password);
    table.reload("/account/sessions/end", Viewer, account::back);
    table.post("/account/sessions/end", Viewer, account::end_other_sessions);
    table.reload("/account/sessions/{id}/end", Viewer, account::back);
    table.post("/account/sessions/{id}/end", Viewer, account::end_session);
    table.get("/account/second-factor", Viewer, account::second_factor);
    table.post("/account/second-factor", Viewer, account::begin_second_factor);
    table.reload("/account/second-factor/on", Viewer, account::back);
    table.post("/account/second-factor/on", Viewer, account::turn_on_second_factor);
    table.reload("/account/second-factor/codes", Viewer, account::back);
    table.post("/account/second-factor/codes", Viewer, account::renew_recovery_codes);
    table.get("/account/second-factor/off", Viewer, account::ask_second_factor_off);
    table.post("/account/second-factor/off", Viewer, account::turn_off_second_factor);
}

fn of_customers(table: &mut Table) {
    table.post("/sample", Editor, sample::load);
    table.get("/sample/remove", Administrator, sample::confirm_remove);
    table.post("/sample/remove", Administrator, sample::remove);

    // A form is sent to the address it is shown at, so that reloading that address shows it again, without a script too. The shorter addresses
    // take the same, and are read as the form; what only a button sends is read as the record that it is about.
    table.get("/customers", Viewer, customers::index);
    table.post("/customers", Editor, customers::create);
    table.get("/customers.csv", Viewer, export::customers);
    table.get("/customers/new", Editor, customers::new);
    table.post("/customers/new", Editor, customers::create);
    table.get("/customers/export", Viewer, export::ask);
    table.get("/customers/export/file", Viewer, export::file);
    table.get("/customers/import", Administrator, import::start);
    table.post("/customers/import", Administrator, import::upload);
    table.get("/customers/import/help", Administrator, import::help::show);
    table.get("/customers/import/template.csv", Administrator, import::template::csv);
    table.get("/customers/import/template.xlsx", Administrator, import::template::xlsx);
    table.get("/customers/import/{id}", Administrator, import::show);
    table.get("/customers/import/{id}/invalid.csv", Administrator, import::invalid_rows);
    table.get("/customers/import/{id}/columns", Administrator, import::columns);
    table.post("/customers/import/{id}/columns", Administrator, import::map);
    table.get("/customers/import/{id}/rows", Administrator, import::rows);
    table.get("/customers/import/{id}/start", Administrator, import::show);
    table.post("/customers/import/{id}/start", Administrator, import::begin);
    table.get("/customers/import/{id}/resume", Administrator, import::show);
    table.post("/customers/import/{id}/resume", Administrator, import::resume);
    table.get("/customers/import/{id}/discard", Administrator, import::show);
    table.post("/customers/import/{id}/discard", Administrator, import::discard);
    table.get("/customers/{id}", Viewer, customers::show);
    table.post("/customers/{id}", Editor, customers::update);
    table.get("/customers/{id}/edit", Editor, customers::edit);
    table.post("/customers/{id}/edit", Editor, customers::update);
    table.reload("/customers/{id}/enable", Editor, customers::not_done);
    table.post("/customers/{id}/enable", Editor, customers::enable);
    table.get("/customers/{id}/disable", Editor, customers::confirm_disable);
    table.post("/customers/{id}/disable", Editor, customers::disable);
    table.get("/customers/{id}/delete", Editor, customers::confirm_delete);
    table.post("/customers/{id}/delete", Editor, customers::delete);
    table.get("/customers/{id}/history", Viewer, history::show);

    // Sent by scripts alone: nobody reads it.
    table.post(EDITING, Editor, editing::ping);
}

fn of_what_customers_have(table: &mut Table) {
    table.get("/customers/{id}/contacts", Editor, contacts::new);
    table.post("/customers/{id}/contacts", Editor, contacts::create);
    table.get("/customers/{id}/contacts/new", Editor, contacts::new);
    table.post("/customers/{id}/contacts/new", Editor, contacts::create);
    table.get("/contacts/{id}", Editor, contacts::edit);
    table.post("/contacts/{id}", Editor, contacts::update);
    table.get("/contacts/{id}/edit", Editor, contacts::edit);
    table.post("/contacts/{id}/edit", Editor, contacts::update);
    table.reload("/contacts/{id}/enable", Editor, contacts::not_done);
    table.post("/contacts/{id}/enable", Editor, contacts::enable);
    table.get("/contacts/{id}/disable", Editor, contacts::confirm_disable);
    table.post("/contacts/{id}/disable", Editor, contacts::disable);
    table.reload("/contacts/{id}/default", Editor, contacts::not_done);
    table.post("/contacts/{id}/default", Editor, contacts::set_default);
    table.reload("/contacts/{id}/invite", Editor, contacts::not_done);
    table.post("/contacts/{id}/invite", Editor, invitations::invite);
    table.reload("/contacts/{id}/link", Editor, contacts::not_done);
    table.post("/contacts/{id}/link", Editor, invitations::make_link);
    table.get("/customers/{id}/invite", Editor, invitations::confirm_company);
    table.post("/customers/{id}/invite", Editor, invitations::invite_company);
    table.get("/contacts/{id}/delete", Editor, contacts::confirm_delete);
    table.post("/contacts/{id}/delete", Editor, contacts::delete);

    table.get("/customers/{id}/entitlements", Editor, entitlements::new);
    table.post("/customers/{id}/entitlements", Editor, entitlements::create);
    table.get("/customers/{id}/entitlements/new", Editor, entitlements::new);
    table.post("/customers/{id}/entitlements/new", Editor, entitlements::create);
    table.get("/entitlements", Viewer, entitlements::index);
    table.get("/entitlements.csv", Viewer, export::entitlements);
    table.get("/entitlements/export", Viewer, export::ask);
    table.get("/entitlements/export/file", Viewer, export::file);
    table.get("/entitlements/new", Editor, entitlements::choose_customer);
    table.get("/entitlements/{id}", Viewer, entitlements::show_one);
    table.post("/entitlements/{id}", Editor, entitlements::update);
    table.get("/entitlements/{id}/edit", Editor, entitlements::edit);
    table.post("/entitlements/{id}/edit", Editor, entitlements::update);
    table.get("/entitlements/{id}/renew", Editor, entitlements::confirm_renew);
    table.post("/entitlements/{id}/renew", Editor, entitlements::renew);
    table.get("/entitlements/{id}/end", Editor, entitlements::confirm_end);
    table.post("/entitlements/{id}/end", Editor, entitlements::end);
    table.reload("/entitlements/{id}/reopen", Editor, entitlements::not_done);
    table.post("/entitlements/{id}/reopen", Editor, entitlements::reopen);
    table.get("/entitlements/{id}/delete", Editor, entitlements::confirm_delete);
    table.post("/entitlements/{id}/delete", Editor, entitlements::delete);
    table.get("/products.json", Viewer, products::show);
    table.get("/countries.json", Viewer, countries::show);
}

fn of_users_and_history(table: &mut Table) {
    table.get("/users", Administrator, users::index);
    table.get("/users/first", Administrator, users::index);
    table.post("/users/first", Administrator, users::create_first);
    table.get("/users/new", Administrator, users::new);
    table.post("/users/new", Administrator, users::create);
    table.get("/users/{id}", Administrator, users::show);
    table.get("/users/{id}/edit", Administrator, users::edit);
    table.post("/users/{id}/edit", Administrator, users::update);
    table.reload("/users/{id}/enable", Administrator, users::not_done);
    table.post("/users/{id}/enable", Administrator, users::enable);
    table.reload("/users/{id}/disable", Administrator, users::not_done);
    table.post("/users/{id}/disable", Administrator, users::disable);
    table.reload("/users/{id}/link", Administrator, users::not_done);
    table.post("/users/{id}/link", Administrator, users::make_link);
    table.reload("/users/{id}/sign-out", Administrator, users::not_done);
    table.post("/users/{id}/sign-out", Administrator, users::end_sessions);

    table.get("/settings", Administrator, settings::show);
    table.post("/settings", Administrator, settings::update);
    table.reload("/settings/logo", Administrator, settings::back);
    table.post("/settings/logo", Administrator, settings::upload);
    table.reload("/settings/logo/remove", Administrator, settings::back);
    table.post("/settings/logo/remove", Administrator, settings::remove_logo);
    table.get("/settings/invite", Administrator, settings::invitations::confirm);
    table.post("/settings/invite", Administrator, settings::invitations::begin);
    table.get("/settings/invitations", Administrator, settings::invitations::show);

    table.get("/activity", Viewer, activity::index);
    table.get("/activity.csv", Viewer, activity::file);
    table.get("/events/{id}/undo", Editor, undo::ask);
    table.post("/events/{id}/undo", Editor, undo::undo);
    table.get("/batches/{id}/undo", Administrator, undo::batch::ask);
    table.post("/batches/{id}/undo", Administrator, undo::batch::undo);
}

/// For contacts who sign in, by a session of the portal's own: no role of users counts here ([`crate::portal`]).
fn of_portal(table: &mut Table) {
    table.open("/portal/theme-{name}", theme::stylesheet);
    table.open("/portal/logo-{name}", theme::logo);
    table.open("/portal/sign-in", portal::sign_in::show);
    table.open_post("/portal/sign-in", portal::sign_in::enter);
    table.reload_open("/portal/sign-in/code", portal::sign_in::no_code);
    table.open_post("/portal/sign-in/code", portal::sign_in::enter_code);
    table.open_post("/portal/sign-out", portal::sign_in::leave);
    table.open("/portal/forgot", portal::forgot::show);
    table.open_post("/portal/forgot", portal::forgot::ask);
    table.open("/portal/set-password/{token}", portal::set_password::show);
    table.open_post("/portal/set-password/{token}", portal::set_password::set);

    table.contact_get("/portal", portal::entitlements::show);
    table.contact_get("/portal/entitlements.csv", portal::file::file);
    table.contact_get("/portal/choose", portal::choose::show);
    table.contact_post("/portal/choose", portal::choose::choose);
    table.contact_get("/portal/details", portal::details::show);
    table.contact_post("/portal/details", portal::details::save);
    table.contact_get("/portal/password", portal::password::show);
    table.contact_post("/portal/password", portal::password::set);
    table.contact_get("/portal/confirm", portal::password::ask);
    table.contact_post("/portal/confirm", portal::password::give);
    table.contact_get("/portal/second-factor", portal::second_factor::show);
    table.contact_post("/portal/second-factor", portal::second_factor::begin);
    table.reload_open("/portal/second-factor/on", portal::second_factor::back);
    table.contact_post("/portal/second-factor/on", portal::second_factor::turn_on);
    table.reload_open("/portal/second-factor/codes", portal::second_factor::back);
    table.contact_post("/portal/second-factor/codes", portal::second_factor::renew_codes);
    table.contact_get("/portal/second-factor/off", portal::second_factor::ask_off);
    table.contact_post("/portal/second-factor/off", portal::second_factor::turn_off);
}

/// Addresses with what answers them; several methods of one address stand together.
#[derive(Default)]
struct Table {
    entries: Vec<Entry>,
}

struct Entry {
    path: &'static str,
    resource: Resource,
    /// Those that each route answers, and who may use it.
    methods: Vec<Allowed>,
}

impl Table {
    /// Read by whoever may; HEAD is answered as GET, without the body.
    fn get<F, A>(&mut self, path: &'static str, least: Role, handler: F)
    where
        F: Handler<A>,
        A: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.add(path, READS, Some(least), at_least(least, route().guard(Reads).to(handler)));
    }

    /// Changes something.
    fn post<F, A>(&mut self, path: &'static str, least: Role, handler: F)
    where
        F: Handler<A>,
        A: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.add(path, "POST", Some(least), at_least(least, route().guard(Post()).to(handler)));
    }

    /// What only a button sends, asked for by who reloads its address: answered with words, and no method of the address.
    fn reload<F, A>(&mut self, path: &'static str, least: Role, handler: F)
    where
        F: Handler<A>,
        A: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.add(path, "", Some(least), at_least(least, route().guard(Reads).to(handler)));
    }

    /// Read by anybody: nothing of a customer is in it.
    fn open<F, A>(&mut self, path: &'static str, handler: F)
    where
        F: Handler<A>,
        A: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.add(path, READS, None, route().guard(Reads).to(handler));
    }

    /// What only a form of a page for all sends, asked for by who reloads its address: as [`Self::reload`].
    fn reload_open<F, A>(&mut self, path: &'static str, handler: F)
    where
        F: Handler<A>,
        A: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.add(path, "", None, route().guard(Reads).to(handler));
    }

    /// Sent by anybody: who it is, is what it is about.
    fn open_post<F, A>(&mut self, path: &'static str, handler: F)
    where
        F: Handler<A>,
        A: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.add(path, "POST", None, route().guard(Post()).to(handler));
    }

    /// Read by whoever has signed in to the portal.
    fn contact_get<F, A>(&mut self, path: &'static str, handler: F)
    where
        F: Handler<A>,
        A: FromRequest + portal::ForContacts + 'static,
        F::Output: Responder + 'static,
    {
        self.add(path, READS, Some(Role::Contact), route().guard(Reads).to(handler));
    }

    /// Sent by whoever has signed in to the portal.
    fn contact_post<F, A>(&mut self, path: &'static str, handler: F)
    where
        F: Handler<A>,
        A: FromRequest + portal::ForContacts + 'static,
        F::Output: Responder + 'static,
    {
        self.add(path, "POST", Some(Role::Contact), route().guard(Post()).to(handler));
    }

    fn add(&mut self, path: &'static str, methods: &'static str, least: Option<Role>, route: Route) {
        let known = self.entries.iter().position(|entry| entry.path == path).map(|at| self.entries.remove(at));
        let mut entry = known.unwrap_or_else(|| Entry { path, resource: resource(path), methods: Vec::new() });
        entry.resource = entry.resource.route(route);
        entry.methods.push((methods, least));
        self.entries.push(entry);
    }
}

/// The methods that [`Reads`] lets pass, as the header `Allow` lists them.
const READS: &str = "GET, HEAD";

/// GET, and HEAD.
struct Reads;

impl Guard for Reads {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        Get().check(context) || Head().check(context)
    }
}

/// No such address. One with slashes too many leads to the one address there is, its search kept.
async fn nowhere(request: HttpRequest) -> HttpResponse {
    let path = request.uri().path();
    if path == "*" && request.method() == Method::OPTIONS {
        return options("GET, HEAD, POST, OPTIONS");
    }
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let tidy = format!("/{}", segments.join("/"));
    if tidy == path || !path.starts_with('/') || tidy.contains('\\') {
        return rejection(&request, Rejection::NoSuchAddress);
    }
    let location = request.uri().query().map_or_else(|| tidy.clone(), |query| format!("{tidy}?{query}"));
    HttpResponse::PermanentRedirect().insert_header(("Location", location)).finish()
}

/// The address is known, but does nothing with this method: only OPTIONS asks no more than that.
fn other_method(request: &HttpRequest, allow: &str) -> HttpResponse {
    if request.method() == Method::OPTIONS {
        return options(allow);
    }
    let mut response = rejection(request, Rejection::Method);
    if let Ok(allow) = HeaderValue::from_str(allow) {
        response.headers_mut().insert(ALLOW, allow);
    }
    response
}

fn options(allow: &str) -> HttpResponse {
    HttpResponse::NoContent().insert_header((ALLOW, allow)).finish()
}
