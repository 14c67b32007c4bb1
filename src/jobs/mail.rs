//! Sends the mails that are due, one after the other over one connection.
//!
//! A mail is attempted in three steps: in one transaction it is looked at once more, its link is made, and the attempt is noted; it goes out;
//! what became of it is noted. A process that ends in between leaves a mail that is tried again after a pause, with the same `Message-ID`, by
//! which mail programs know it for the same.
//!
//! As long as the mail server cannot be used no mail is attempted: all wait, and the server is asked again after ever longer pauses.

use std::cell::Cell;

use chrono::{NaiveDateTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::timings::Timings;
use super::work::{Kind, Outcome, Work};
use crate::changes::mails::{Reader, Way, prepare};
use crate::db::Db;
use crate::domain::clock;
use crate::domain::mail::State;
use crate::domain::vendor::{Logo, Vendor};
use crate::mail::{Connection, Letter, Link, Post, Trouble, compose};
use crate::store::mails::{self, Due};
use crate::store::{Error, Result, jobs, settings};

const NAME: &str = "mail";
/// After the server could not be used once; each further time it is twice as long.
const PAUSE: TimeDelta = TimeDelta::minutes(1);
/// The longest.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(15);

pub(super) struct Mail {
    post: Post,
    /// This process has not asked the mail server yet: it does so whatever others found, since what was set may have been wrong.
    is_new: Cell<bool>,
}

/// What the vendor looks like.
struct Look {
    vendor: Vendor,
    logo: Option<Logo>,
}

/// How long the mail server has been away: the checkpoint of the job.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default)]
struct Outage {
    /// How often it could not be used, one time after the other.
    times: u32,
    /// Until then it is left alone.
    until: Option<NaiveDateTime>,
}

impl Mail {
    pub fn new(post: Post) -> Self {
        Self { post, is_new: Cell::new(true) }
    }

    /// Sends one mail, if it is still to go out. Fails with what is wrong with the server.
    fn send_next(&self, work: &Work<'_>, connection: &mut Connection) -> Outcome<std::result::Result<(), Trouble>> {
        let Some((due, reader, look)) = take(work)? else { return Ok(Ok(())) };
        let sent = match compose(&self.post, &self.letter(work, &due, &reader, &look), &due.recipient, &due.message_id) {
            Ok(message) => connection.send(&message),
            Err(why) => Err(Trouble::Refused(why)),
        };
        let (state, answer) = match &sent {
            Ok(answer) => (State::Sent, answer),
            Err(Trouble::Server(answer) | Trouble::Later(answer)) => (State::Queued, answer),
            Err(Trouble::Refused(answer)) => (State::Refused, answer),
        };
        let answer = without_token(answer, &reader.way);
        note(work, |db| mails::note(db, &due, state, &answer, clock::now()))?;
        work.write(|db| work.job.lease.progress(db))?;
        Ok(sent.map(drop))
    }

    fn letter<'a>(&self, work: &Work<'_>, due: &Due, reader: &'a Reader, look: &'a Look) -> Letter<'a> {
        let (url, until) = match &reader.way {
            Way::None => (None, None),
            Way::SignIn => (Some(self.post.sign_in()), None),
            Way::SetPassword { token, until } => (Some(self.post.set_password(token)), Some(*until)),
        };
        Letter {
            kind: due.kind,
            to_former: due.details.to_former,
            elsewhere: due.details.elsewhere,
            locale: reader.locale,
            vendor: &look.vendor,
            logo: look.logo.as_ref(),
            name: &reader.name,
            company: &reader.company,
            link: url.map(|url| Link { url, until, zone: work.zone }),
        }
    }

    /// Notes why no mail goes out, and until when the server is left alone.
    fn rest(&self, work: &Work<'_>, trouble: &str) -> Outcome<String> {
        tracing::warn!(server = ?self.post, trouble, "mails wait");
        let now = clock::now();
        let times = Outage::read(&work.job.checkpoint).times.saturating_add(1);
        let pause = LONGEST_PAUSE.min(PAUSE * 2_i32.pow((times - 1).min(8)));
        work.write(|db| mails::note_outage(db, trouble, now))?;
        Ok(Outage { times, until: Some(now + pause) }.written())
    }
}

impl Kind for Mail {
    fn name(&self) -> &'static str {
        NAME
    }

    fn is_wanted(&self, db: &mut Db, _: &Timings, _: chrono_tz::Tz) -> Result<bool> {
        let now = clock::now();
        if !may_go(db, now)? {
            return Ok(false);
        }
        let Some(checkpoint) = jobs::may_repeat(db, NAME, TimeDelta::zero())? else { return Ok(false) };
        Ok(self.is_new.replace(false) || !Outage::read(&checkpoint).is_on(now))
    }

    fn run(&self, work: &Work<'_>) -> Outcome<String> {
        let mut open: Option<Connection> = None;
        while work.database.read(|db| may_go(db, clock::now()))? {
            work.stop_if_asked()?;
            let mut connection = match open.take().and_then(Connection::if_usable) {
                Some(connection) => connection,
                None => match Connection::open(&self.post) {
                    Ok(connection) => connection,
                    Err(trouble) => return self.rest(work, &trouble),
                },
            };
            match self.send_next(work, &mut connection)? {
                Ok(()) => open = Some(connection),
                // A server that has said no once may say so to the rest of what is sent on the same connection.
                Err(Trouble::Later(_) | Trouble::Refused(_)) => connection.close(),
                Err(Trouble::Server(trouble)) => return self.rest(work, &trouble),
            }
        }
        if let Some(connection) = open {
            connection.close();
        }
        work.write(|db| mails::forget_old(db, clock::now()))?;
        Ok(Outage::default().written())
    }
}

impl Outage {
    fn read(checkpoint: &str) -> Self {
        serde_json::from_str(checkpoint).unwrap_or_default()
    }

    fn written(self) -> String {
        serde_json::to_string(&self).unwrap_or_default()
    }

    /// Whether the server is left alone. What lies further ahead than any pause was noted by a clock that was wrong.
    fn is_on(self, now: NaiveDateTime) -> bool {
        self.until.is_some_and(|until| now < until && until <= now + LONGEST_PAUSE)
    }
}

/// Whether a mail is due that may go out in this minute.
fn may_go(db: &mut Db, now: NaiveDateTime) -> Result<bool> {
    if !mails::is_any_due(db, now)? {
        return Ok(false);
    }
    let per_minute = settings::find(db)?.draft.mails_per_minute;
    Ok(mails::wait(db, now, per_minute)?.is_none())
}

/// Takes the mail that is due first, with all that it is made of; notes of those that are not to go out any more that they are not.
fn take(work: &Work<'_>) -> Outcome<Option<(Due, Reader, Look)>> {
    work.write(|db| {
        let now = clock::now();
        let Some(mut due) = mails::next(db, now)? else { return Ok(None) };
        match prepare(db, &due, now)? {
            Ok(reader) => {
                mails::attempt(db, &mut due, now)?;
                Ok(Some((due, reader, Look { vendor: settings::vendor(db)?, logo: settings::logo(db)? })))
            }
            Err(why) => {
                mails::note(db, &due, State::Dropped, why, now)?;
                Ok(None)
            }
        }
    })
}

/// Writes what became of a mail, as soon as the database takes it, whoever holds the lease by then: a mail that is out is not unsent.
fn note(work: &Work<'_>, write: impl Fn(&mut Db) -> Result<()>) -> Outcome<()> {
    loop {
        match work.database.write(&write) {
            Err(Error::Unavailable(why)) => tracing::warn!(%why, "what became of a mail waits for the database"),
            ended => return Ok(ended?),
        }
        work.stop_if_asked()?;
        work.sleeper.wait(work.timings.poll);
    }
}

/// Some servers repeat the message in what they say of it.
fn without_token(answer: &str, way: &Way) -> String {
    match way {
        Way::SetPassword { token, .. } => answer.replace(token, "…"),
        Way::None | Way::SignIn => answer.to_owned(),
    }
}
