//! What every request has at hand: the database, the settings, and whether anybody signs in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::{HttpRequest, HttpResponse};
use chrono_tz::Tz;

use super::forwarded::Proxies;
use super::hashing::Hashing;
use super::public_url::PublicUrl;
use super::rejection::Rejection;
use crate::db::{Access, Database, Db};
use crate::domain::rules::Role;
use crate::jobs::Notifier;
use crate::store::sessions::Lifetimes;
use crate::store::{self, users};

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
    /// A mail server is set, so that what is queued for it goes out.
    pub sends_mail: bool,
    /// Wakes the runner of jobs.
    pub notifier: Arc<Notifier>,
    /// Draws the answer to a request that reaches no page; the pages' floor lends it to this one.
    pub refuse: fn(&HttpRequest, Rejection) -> HttpResponse,
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
