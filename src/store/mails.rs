//! The table of mails: the queue of what is to go out, and what became of it. Nothing secret stands in it: a link is made when its mail goes
//! out, and is nowhere but there.

use std::collections::HashMap;

use chrono::{NaiveDateTime, TimeDelta};
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::{Result, random_token};
use crate::db::Db;
use crate::db::schema::mails;
use crate::domain::mail::{Details, Kind, State};
use crate::domain::text::Email;
use crate::domain::{AccountId, ContactId, MailId};

/// For how long it is tried to send a mail.
pub const TRIED: TimeDelta = TimeDelta::days(5);
/// Between attempts, in minutes; the last one counts for all further ones.
const PAUSES: [i64; 6] = [1, 5, 15, 60, 120, 240];
/// What is due later than that was queued by a clock that was wrong.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(5);
/// How long it is remembered what became of a mail.
const KEPT: TimeDelta = TimeDelta::days(90);
/// The time in which so many mails go out as are set.
const MINUTE: TimeDelta = TimeDelta::minutes(1);

/// A mail that is to go out.
#[derive(Debug, Clone)]
pub struct NewMail<'a> {
    /// What it is about.
    pub kind: Kind,
    /// For whose account: a link of it sets that account's password.
    pub account: AccountId,
    /// To which contact, whose name and language it has.
    pub contact: ContactId,
    /// Where it goes.
    pub recipient: &'a Email,
    /// What else it needs.
    pub details: Details,
}

/// A mail that is due, with the attempt that is made now.
#[derive(Debug, Clone)]
pub struct Due {
    /// Identifies it.
    pub id: MailId,
    /// What it is about.
    pub kind: Kind,
    /// For whose account.
    pub account: Option<AccountId>,
    /// To which contact, if it is still there.
    pub contact: Option<ContactId>,
    /// Where it goes.
    pub recipient: Email,
    /// What else it needs.
    pub details: Details,
    /// The same for each attempt.
    pub message_id: String,
    /// When it was queued.
    pub created_at: NaiveDateTime,
    /// How often it was tried before.
    attempts: i32,
}

/// What became of a mail, for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Whether it went out.
    pub state: State,
    /// Since when, UTC.
    pub at: NaiveDateTime,
    /// What the mail server said last, or why it was not sent.
    pub answer: String,
}

/// Queues a mail. The job that sends mails finds it.
pub fn queue(db: &mut Db, mail: &NewMail<'_>, now: NaiveDateTime) -> Result<()> {
    diesel::insert_into(mails::table)
        .values((
            (mails::kind.eq(mail.kind.word()), mails::account_id.eq(mail.account.0), mails::contact_id.eq(mail.contact.0)),
            (mails::recipient.eq(mail.recipient.as_str()), mails::details.eq(written(&mail.details)), mails::message_id.eq(random_token())),
            (mails::state.eq(State::Queued.word()), mails::due_at.eq(now), mails::created_at.eq(now), mails::changed_at.eq(now)),
        ))
        .execute(db)?;
    Ok(())
}

/// What became of the last invitation to each of these accounts.
pub fn last_invitations(db: &mut Db, accounts: &[AccountId]) -> Result<HashMap<AccountId, Sent>> {
    if accounts.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Option<i64>> = accounts.iter().map(|id| Some(id.0)).collect();
    let rows: Vec<(Option<i64>, String, NaiveDateTime, String)> = mails::table
        .filter(mails::account_id.eq_any(ids))
        .filter(mails::kind.eq(Kind::Invitation.word()))
        .order((mails::account_id, mails::id))
        .select((mails::account_id, mails::state, mails::changed_at, mails::answer))
        .load(db)?;
    // Of each account the last one is left.
    let sent =
        |(id, state, at, answer): (Option<i64>, String, _, _)| Some((AccountId(id?), Sent { state: State::parse(&state)?, at, answer }));
    Ok(rows.into_iter().filter_map(sent).collect())
}

/// Whether an invitation to an account waits to go out.
pub fn is_invitation_queued(db: &mut Db, account: AccountId) -> Result<bool> {
    let of = mails::table.filter(mails::account_id.eq(account.0)).filter(mails::kind.eq(Kind::Invitation.word()));
    Ok(of.filter(queued()).select(mails::id).first::<i64>(db).optional()?.is_some())
}

/// Whether any mail is due.
pub fn is_any_due(db: &mut Db, now: NaiveDateTime) -> Result<bool> {
    Ok(first_due(db, now)?.is_some())
}

/// The id of the mail that is due first.
fn first_due(db: &mut Db, now: NaiveDateTime) -> Result<Option<i64>> {
    let queued = || mails::table.filter(queued()).select((mails::id, mails::due_at));
    let first: Option<(i64, NaiveDateTime)> = queued().order((mails::due_at, mails::id)).first(db).optional()?;
    if let Some((id, _)) = first.filter(|(_, due)| *due <= now) {
        return Ok(Some(id));
    }
    let last: Option<(i64, NaiveDateTime)> = queued().order((mails::due_at.desc(), mails::id.desc())).first(db).optional()?;
    Ok(last.filter(|(_, due)| *due > now + LONGEST_PAUSE).map(|(id, _)| id))
}

/// Mails that are to go out, in the words of their index: it is not used for a bound value.
fn queued() -> SqlLiteral<Bool> {
    sql("state = 'queued'")
}

/// How long the next mail has to wait, so that no more than so many go out in a minute, whichever server sends them.
pub fn wait(db: &mut Db, now: NaiveDateTime, per_minute: u32) -> Result<Option<TimeDelta>> {
    // The oldest of as many as may go out in a minute.
    let oldest: Option<Option<NaiveDateTime>> = mails::table
        .filter(mails::attempted_at.gt(now - MINUTE))
        .filter(mails::attempted_at.le(now))
        .order(mails::attempted_at.desc())
        .offset(i64::from(per_minute.max(1)) - 1)
        .select(mails::attempted_at)
        .first(db)
        .optional()?;
    Ok(oldest.flatten().map(|oldest| oldest + MINUTE - now))
}

/// The mail that is due first.
pub fn next(db: &mut Db, now: NaiveDateTime) -> Result<Option<Due>> {
    type Row = ((i64, String, Option<i64>, Option<i64>), (String, String, String, NaiveDateTime, i32));
    let Some(id) = first_due(db, now)? else { return Ok(None) };
    let row: Option<Row> = mails::table
        .find(id)
        .select((
            (mails::id, mails::kind, mails::account_id, mails::contact_id),
            (mails::recipient, mails::details, mails::message_id, mails::created_at, mails::attempts),
        ))
        .first(db)
        .optional()?;
    let Some(((id, kind, account, contact), (recipient, details, message_id, created_at, attempts))) = row else { return Ok(None) };
    // The database's check knows the kinds; its addresses were checked when they were stored.
    let (Some(kind), Some(recipient)) = (Kind::parse(&kind), Email::stored(&recipient)) else { return Ok(None) };
    Ok(Some(Due {
        id: MailId(id),
        kind,
        account: account.map(AccountId),
        contact: contact.map(ContactId),
        recipient,
        details: serde_json::from_str(&details).unwrap_or_default(),
        message_id,
        created_at,
        attempts,
    }))
}

/// Notes an attempt before it is made. Where nothing is heard of it (the process ends, a lease is lost), the next one follows after a pause.
pub fn attempt(db: &mut Db, mail: &mut Due, now: NaiveDateTime) -> Result<()> {
    let pause = usize::try_from(mail.attempts).ok().and_then(|attempts| PAUSES.get(attempts)).unwrap_or(&PAUSES[PAUSES.len() - 1]);
    mail.attempts += 1;
    let values = (mails::attempts.eq(mail.attempts), mails::attempted_at.eq(now), mails::due_at.eq(now + TimeDelta::minutes(*pause)));
    diesel::update(mails::table.find(mail.id.0)).set(values).execute(db)?;
    Ok(())
}

/// Notes what became of a mail at this attempt, unless another attempt has been made since. What is still queued is tried again, until it is
/// too old.
pub fn note(db: &mut Db, mail: &Due, state: State, answer: &str, now: NaiveDateTime) -> Result<()> {
    let state = if state == State::Queued && mail.created_at + TRIED <= now { State::Refused } else { state };
    let row = mails::table.find(mail.id.0).filter(mails::state.eq("queued")).filter(mails::attempts.eq(mail.attempts));
    diesel::update(row).set((mails::state.eq(state.word()), mails::answer.eq(answer), mails::changed_at.eq(now))).execute(db)?;
    Ok(())
}

/// Notes why no mail goes out at present. Those that have waited for too long are given up.
pub fn note_outage(db: &mut Db, trouble: &str, now: NaiveDateTime) -> Result<()> {
    let given_up = (mails::state.eq(State::Refused.word()), mails::answer.eq(trouble), mails::changed_at.eq(now));
    diesel::update(mails::table.filter(queued()).filter(mails::created_at.le(now - TRIED))).set(given_up).execute(db)?;
    let news = mails::table.filter(queued()).filter(mails::due_at.le(now)).filter(mails::answer.ne(trouble));
    diesel::update(news).set((mails::answer.eq(trouble), mails::changed_at.eq(now))).execute(db)?;
    Ok(())
}

/// Forgets what became of mails long ago: they name people.
pub fn forget_old(db: &mut Db, now: NaiveDateTime) -> Result<()> {
    diesel::delete(mails::table.filter(mails::state.ne("queued")).filter(mails::changed_at.lt(now - KEPT))).execute(db)?;
    Ok(())
}

fn written(details: &Details) -> String {
    serde_json::to_string(details).unwrap_or_else(|_| "{}".to_owned())
}
