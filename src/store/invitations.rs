//! How far contacts have come with signing in to the portal: what stands beside each of them on a page.

use std::collections::HashMap;

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::Result;
use super::attempts::{self, Bucket};
use super::identities::{COLUMNS, Identity, Row, of_row};
use super::mails::{self, Sent};
use crate::db::Db;
use crate::db::schema::identities;
use crate::domain::ContactId;
use crate::domain::contact::Contact;
use crate::domain::identity;

/// What is known of a contact's mailbox.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// Its identity, once there is one.
    pub identity: Option<Identity>,
    /// So many tries were wrong that none is taken for so long.
    pub locked: Option<TimeDelta>,
    /// What became of the last invitation that was mailed, unless a link was made since.
    pub mail: Option<Sent>,
}

/// What is known of these contacts' mailboxes: a fixed number of readings, however many contacts there are.
pub fn of_contacts(db: &mut Db, contacts: &[&Contact], now: NaiveDateTime) -> Result<HashMap<ContactId, Access>> {
    let with_email: Vec<(ContactId, &str, String)> = contacts
        .iter()
        .filter_map(|contact| contact.draft.email.as_ref().map(|email| (contact.id, email.as_str(), identity::email_key(email.as_str()))))
        .collect();
    if with_email.is_empty() {
        return Ok(HashMap::new());
    }
    let keys: Vec<&str> = with_email.iter().map(|(_, _, key)| key.as_str()).collect();
    let rows: Vec<Row> = identities::table.filter(identities::email_key.eq_any(keys)).select(COLUMNS).load(db)?;
    let known: HashMap<String, Identity> = rows.into_iter().map(|row| of_row(row).0).map(|one| (one.email_key.clone(), one)).collect();
    let buckets: Vec<Bucket> = with_email.iter().map(|(_, email, _)| Bucket::mailbox(email)).collect();
    let waits = attempts::waits(db, &buckets, now)?;
    let mails = mails::last_invitations(db, &known.values().map(|identity| identity.id.into()).collect::<Vec<_>>())?;
    let access = with_email.into_iter().zip(waits).map(|((id, _, key), locked)| {
        let identity = known.get(&key).cloned();
        let mail = identity.as_ref().and_then(|identity| {
            let is_last = |mail: &&Sent| identity.invited_at.is_none_or(|at| mail.at >= at);
            mails.get(&identity.id.into()).filter(is_last).cloned()
        });
        (id, Access { identity, locked, mail })
    });
    Ok(access.collect())
}
