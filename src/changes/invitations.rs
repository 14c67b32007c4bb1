//! Invitations by mail: to one contact, to those of a company, to all who never were. They are queued here; the link of each is made when its mail
//! goes out. Counted as invited they are from now on, so that nobody is invited twice.

use super::bulk;
use super::identities::{follow_access, invited};
use super::steps::{hold, record};
use crate::db::{Db, lock_customers};
use crate::domain::actor::Actor;
use crate::domain::contact::Contact;
use crate::domain::event::{BatchKind, Event, EventTask};
use crate::domain::invitation::{JOB, Progress, Standing};
use crate::domain::mail::{Details, Kind};
use crate::domain::rules::{MailFacts, Refusal, Task};
use crate::domain::{BatchId, ContactId, CustomerId};
use crate::list;
use crate::store::identities::{self, Identity};
use crate::store::invitees::{self, Invitee};
use crate::store::mails::{self, NewMail};
use crate::store::password_links::OF_INVITATION;
use crate::store::{Error, Result, contacts, customers, jobs};

/// So many are invited in one transaction.
const PORTION: usize = 100;
/// So many contacts are looked at for it.
const WINDOW: i64 = 2_000;
/// So many contacts of a company are invited at once.
pub const AT_ONCE: i64 = 200;

/// Queues a mail by which the person of a contact is invited.
///
/// # Errors
/// [`Error::Refused`] for a contact that cannot sign in, and where no mail goes out or one waits already; [`Error::NotFound`].
pub fn mail(db: &mut Db, actor: &Actor, id: ContactId, sends_mail: bool) -> Result<Contact> {
    let (contact, key, access) = invited(db, id)?;
    let is_queued = match identities::by_key(db, &key)? {
        Some((identity, _)) => mails::is_invitation_queued(db, identity.id.into())?,
        None => false,
    };
    actor.may(Task::MailInvitation(access, MailFacts { sends_mail, is_queued }))?;
    let identity = identities::ensure(db, &key, actor.now)?;
    send(db, actor, &identity, &contact)?;
    follow_access(db, &identity)?;
    Ok(contact)
}

/// Queues mails to the contacts of a company who were never invited, [`AT_ONCE`] at most, as a batch. Returns to how many, and whether there are
/// more.
///
/// # Errors
/// [`Error::Refused`] where no mail goes out, and where there is nobody to invite; [`Error::NotFound`].
pub fn mail_company(db: &mut Db, actor: &Actor, id: CustomerId, sends_mail: bool) -> Result<(i64, bool)> {
    hold(db, id)?;
    let (_, enabled) = customers::kind_and_status(db, id)?;
    let mut ids = invitees::of_customer(db, id, AT_ONCE + 1)?;
    let has_more = count(ids.len()) > AT_ONCE;
    if has_more {
        ids.pop();
    }
    actor.may(Task::InviteContacts { sends_mail, customer_enabled: enabled, never_invited: count(ids.len()) })?;
    let actor = &actor.within(bulk::begin(db, actor, BatchKind::Invitations)?);
    let found = invitees::find_all(db, &ids)?;
    Ok((send_all(db, actor, &found)?, has_more))
}

/// Begins to invite all who never were: a server works on it from now on.
///
/// # Errors
/// [`Error::Refused`] where no mail goes out, and while that is under way.
pub fn begin(db: &mut Db, actor: &Actor, sends_mail: bool) -> Result<BatchId> {
    let is_under_way = jobs::last(db, JOB)?.is_some_and(|job| !job.has_ended);
    actor.may(Task::InviteAll { sends_mail, is_under_way })?;
    let batch = bulk::begin(db, actor, BatchKind::Invitations)?;
    jobs::enqueue(db, actor, JOB, batch.0)?;
    Ok(batch)
}

/// Invites the next of them. Returns how far that is; nothing at the end.
///
/// # Errors
/// [`Error::Refused`] for anybody but an administrator.
pub fn portion(db: &mut Db, actor: &Actor, batch: BatchId, so_far: &Progress) -> Result<Option<Progress>> {
    actor.may(Task::InviteAll { sends_mail: true, is_under_way: false })?;
    let mut progress = *so_far;
    if progress == Progress::default() {
        progress.last = invitees::last(db)?;
    }
    let window = invitees::after(db, progress.looked_at, progress.last, WINDOW)?;
    if window.is_empty() {
        return Ok(None);
    }
    let mut found = Vec::new();
    for invitee in window {
        if found.len() == PORTION {
            break;
        }
        progress.looked_at = invitee.contact.0;
        progress.left_out.add(invitee.standing);
        if invitee.standing == Standing::NeverInvited {
            found.push(invitee);
        }
    }
    let sent = send_all(db, &actor.within(batch), &found)?;
    progress.invited += sent;
    // The others share a mailbox with one of them.
    for _ in sent..count(found.len()) {
        progress.left_out.add(Standing::Invited);
    }
    Ok(Some(progress))
}

/// Queues a mail to each mailbox of these that was never invited. Returns how many there were.
fn send_all(db: &mut Db, actor: &Actor, found: &[Invitee]) -> Result<i64> {
    let mut held: Vec<i64> = found.iter().map(|invitee| invitee.customer.0).collect();
    held.sort_unstable();
    held.dedup();
    lock_customers(db, &held)?;
    let ids: Vec<i64> = found.iter().map(|invitee| invitee.contact.0).collect();
    // Once more, now that nobody else changes them.
    let mut invitees = invitees::find_all(db, &ids)?;
    invitees.retain(|invitee| invitee.standing == Standing::NeverInvited);
    invitees.sort_by(|one, other| (&one.email_key, one.contact).cmp(&(&other.email_key, other.contact)));
    invitees.dedup_by(|one, other| one.email_key == other.email_key);
    let mut follows = Vec::new();
    for invitee in &invitees {
        let contact = contacts::find(db, invitee.contact)?;
        let identity = identities::ensure(db, &invitee.email_key, actor.now)?;
        send(db, actor, &identity, &contact)?;
        follows.extend(identities::contacts_of(db, &invitee.email_key)?.into_iter().map(|(_, customer)| customer));
    }
    follows.sort_unstable();
    follows.dedup();
    list::reindex_all(db, &follows)?;
    Ok(count(invitees.len()))
}

/// Queues the mail. From now on the mailbox counts as invited; for how long the link can be used is counted again when it goes out.
fn send(db: &mut Db, actor: &Actor, identity: &Identity, contact: &Contact) -> Result<()> {
    let recipient = contact.draft.email.as_ref().ok_or(Error::Refused(Refusal::InvitedNeedsEmail))?;
    identities::set_invited(db, identity.id, actor.now, actor.now + OF_INVITATION)?;
    let account = identity.id.into();
    let mail = NewMail { kind: Kind::Invitation, account, contact: contact.id, recipient, details: Details::default() };
    mails::queue(db, &mail, actor.now)?;
    record(db, actor, &Event::of_contact(EventTask::Invite, contact, Vec::new()))
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
