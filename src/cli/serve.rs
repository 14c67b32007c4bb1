//! `clientele serve`, and `clientele` alone.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use chrono_tz::Tz;

use super::user::add_first;
use crate::config::{DatabaseSettings, PublicSetting, ServeSettings, first_administrator};
use crate::db::Database;
use crate::domain::clock;
use crate::pages;
use crate::server;
use crate::store::users;
use crate::web::app::App;
use crate::web::forwarded::Proxies;
use crate::web::hashing::Hashing;

pub(super) fn run(database: &DatabaseSettings, zone: Tz, public: &PublicSetting, settings: &ServeSettings) -> Result<(), String> {
    // HTTP has no words for such a time.
    if let Some(trouble) = clock::trouble() {
        return Err(trouble);
    }
    let (first, post) = (first_administrator()?, settings.post(public)?);
    let shown = database.address()?.to_string();
    let database = crate::startup::open(database.address()?, database.tuning())?;
    if let Some((email, password)) = first
        && !any_user(&database)?
    {
        add_first(&database, zone, &email, &password)?;
    }
    let is_reached = check_reach(&database, public, settings)?;
    let app = App {
        database,
        zone,
        role: settings.role,
        // Where others reach it nobody is let in without signing in, whatever becomes of the database.
        has_users: AtomicBool::new(is_reached),
        lifetimes: settings.lifetimes(),
        public: public.public_url.clone(),
        proxies: Proxies(settings.trusted_proxy.clone()),
        requires_second_factor: settings.require_second_factor,
        hashing: Hashing::start().map_err(|error| format!("The system gives no threads: {error}"))?,
        sends_mail: post.is_some(),
        notifier: Arc::default(),
        refuse: pages::rejection,
    };
    actix_web::rt::System::new().block_on(server::serve(app, settings, post, |url| {
        // Where nobody reads the output (a closed pipe), the server serves all the same.
        let mut out = std::io::stdout();
        let _ = writeln!(out, "Clientele is at {url}\nIts data are in {shown}. Ctrl-C stops it.").and_then(|()| out.flush());
    }))
}

/// Whether other machines reach the program. They may only once there are users, who sign in; and the program has to know its name there.
fn check_reach(database: &Database, public: &PublicSetting, settings: &ServeSettings) -> Result<bool, String> {
    let listens = settings.listen.is_beyond_loopback();
    let public = public.public_url.as_ref();
    if !listens && public.is_none_or(crate::web::public_url::PublicUrl::is_loopback) {
        return Ok(false);
    }
    if !any_user(database)? {
        return Err("Other machines are to reach Clientele, but there are no users yet, so nobody would have to sign in: add the first \
                    one with `clientele user add EMAIL --role administrator`, or on the page Users while it serves this machine alone."
            .to_owned());
    }
    if listens && public.is_none() {
        return Err("Other machines are to reach Clientele, but it does not know by which address: say it with --public-url, for example \
                    --public-url https://clientele.example."
            .to_owned());
    }
    Ok(true)
}

fn any_user(database: &Database) -> Result<bool, String> {
    database.read(users::any).map_err(|error| super::user::failed(&error))
}
