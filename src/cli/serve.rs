//! `clientele serve`, and `clientele` alone.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use chrono_tz::Tz;

use crate::config::{DatabaseSettings, ServeSettings};
use crate::domain::clock;
use crate::pages;
use crate::server;
use crate::web::hashing::Hashing;
use crate::web::request::App;

pub(super) fn run(database: &DatabaseSettings, zone: Tz, settings: &ServeSettings) -> Result<(), String> {
    // HTTP has no words for such a time.
    if let Some(trouble) = clock::trouble() {
        return Err(trouble);
    }
    let database = crate::startup::open(database.address()?, database.timeouts())?;
    let shown = database.address().to_string();
    let app = App {
        database,
        zone,
        role: settings.role,
        has_users: AtomicBool::new(false),
        lifetimes: settings.lifetimes(),
        secure: false,
        requires_second_factor: settings.require_second_factor,
        hashing: Hashing::default(),
        notifier: Arc::default(),
        refuse: pages::rejection,
    };
    actix_web::rt::System::new().block_on(server::serve(app, settings, |url| {
        // Where nobody reads the output (a closed pipe), the server serves all the same.
        let mut out = std::io::stdout();
        let _ = writeln!(out, "Clientele is at {url}\nIts data are in {shown}. Ctrl-C stops it.").and_then(|()| out.flush());
    }))
}
