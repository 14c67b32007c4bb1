//! What signing in to the administration and to the portal have in common: attempts are counted before they are looked at, a second factor may
//! be asked for, and a session begins in the place of those that the browser brings.

use chrono::TimeDelta;

use super::request::Request;
use crate::db::Db;
use crate::domain::AccountId;
use crate::store::attempts::{self, Bucket, Left};
use crate::store::{Result, browsers, pending, second_factors, sessions};

/// Somebody wants to sign in.
#[derive(Clone, Copy)]
pub struct Arrival<'a> {
    /// By this request.
    pub request: &'a Request,
    /// Sessions that the browser brings: they end with the next one, so that nobody goes on in a session that others know.
    pub tokens: &'a [String],
    /// What the browser may be known by.
    pub known: &'a [String],
}

/// An attempt that has been counted.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Where it was counted: that of the account, or of the browser, first.
    buckets: Vec<Bucket>,
    /// Whether it may be looked at.
    pub left: Left,
}

/// What comes after the right password.
#[derive(Debug)]
pub enum SecondStep {
    /// Nothing.
    None,
    /// A code, for the pending sign-in of this token.
    Code(String),
    /// No code may be tried for so long.
    Wait(TimeDelta),
}

/// A session that has begun.
#[derive(Debug, Clone)]
pub struct Begun {
    /// Its token.
    pub token: String,
    /// By which the browser is known from now on.
    pub known: String,
}

impl Attempt {
    /// Counts an attempt at an account and from a network address; that of a browser from which somebody has signed in with this account before on
    /// its own, so that strangers do not keep it out. `bucket` is that of the account, whether or not there is one.
    pub fn count(db: &mut Db, arrival: Arrival<'_>, account: Option<AccountId>, bucket: Bucket) -> Result<Self> {
        let now = arrival.request.actor.now;
        let known = account.map_or(Ok(None), |account| browsers::known(db, account, arrival.known, now))?;
        if let (Some(token_hash), Some(account)) = (known, account) {
            let bucket = Bucket::browser(account, &token_hash);
            let left = attempts::count(db, &bucket, now)?;
            return Ok(Self { buckets: vec![bucket], left });
        }
        let buckets = vec![bucket, Bucket::address(&arrival.request.peer)];
        let left = match attempts::count(db, &buckets[1], now)? {
            // Who may try no more does not use up the tries of an account either.
            left @ Left::Wait(_) => left,
            left @ Left::Tries(_) => attempts::count(db, &buckets[0], now)?.and(left),
        };
        Ok(Self { buckets, left })
    }

    /// Takes it back: the password was right.
    pub fn was_right(&self, db: &mut Db) -> Result<()> {
        attempts::forget(db, &self.buckets[0])?;
        self.buckets[1..].iter().try_for_each(|bucket| attempts::take_back(db, bucket))
    }
}

/// What comes after the right password of an account.
pub fn after_password(db: &mut Db, arrival: Arrival<'_>, account: AccountId) -> Result<SecondStep> {
    let now = arrival.request.actor.now;
    if !second_factors::is_on(db, account)? {
        return Ok(SecondStep::None);
    }
    Ok(match attempts::wait(db, &Bucket::code(account), now)? {
        Some(wait) => SecondStep::Wait(wait),
        None => SecondStep::Code(pending::begin(db, account, now)?),
    })
}

/// Begins a session in the place of those that the browser brings.
pub fn begin(db: &mut Db, arrival: Arrival<'_>, account: AccountId) -> Result<Begun> {
    let (request, now) = (arrival.request, arrival.request.actor.now);
    arrival.tokens.iter().try_for_each(|token| sessions::end_of_token(db, token))?;
    sessions::tidy(db, now, &request.app.lifetimes)?;
    attempts::tidy(db, now)?;
    let known = browsers::remember(db, account, arrival.known, now)?;
    let token = sessions::begin(db, account, &request.peer, &request.browser, now)?;
    Ok(Begun { token, known })
}
