//! Changes of what signs in to the portal. An identity belongs to a mailbox; what it leads to changes with the contacts that have the mailbox,
//! and every writer of contacts and customers tells it here.

use super::steps::{hold, record};
use crate::db::Db;
use crate::domain::actor::{Actor, Principal};
use crate::domain::contact::Contact;
use crate::domain::event::{Event, EventTask, FieldChange};
use crate::domain::identity;
use crate::domain::mail::{Details, Kind};
use crate::domain::rules::{AccessFacts, Task};
use crate::domain::text::Email;
use crate::domain::{ContactId, CustomerId};
use crate::list;
use crate::store::attempts::{self, Bucket};
use crate::store::identities::{self, Identity};
use crate::store::mails::{self, NewMail};
use crate::store::password_links::{self, OF_INVITATION, PortalLink};
use crate::store::{Result, access, browsers, contacts, customers, sessions};

/// Makes a link by which the person of a contact sets a password and signs in to the portal, in the place of those before; returns its token,
/// which is stored nowhere.
///
/// # Errors
/// [`crate::store::Error::Refused`] for a contact that cannot sign in; [`crate::store::Error::NotFound`].
pub fn invite(db: &mut Db, actor: &Actor, id: ContactId) -> Result<String> {
    let (contact, key, access) = invited(db, id)?;
    actor.may(Task::Invite(access))?;
    let identity = identities::ensure(db, &key, actor.now)?;
    identities::set_invited(db, identity.id, actor.now, actor.now + OF_INVITATION)?;
    let token = password_links::make(db, identity.id, actor.now, OF_INVITATION)?;
    record(db, actor, &Event::of_contact(EventTask::Invite, &contact, Vec::new()))?;
    follow_access(db, &identity)?;
    Ok(token)
}

/// Sets the password of an identity by a link, and ends all by which it was signed in. Says whether the link could be used.
///
/// # Errors
/// Those of the database.
pub fn set_password_by_link(db: &mut Db, actor: &Actor, token: &str, hash: &str) -> Result<bool> {
    let PortalLink::Valid(identity) = password_links::find_in_portal(db, token, actor.now)? else { return Ok(false) };
    identities::hold(db, std::slice::from_ref(&identity.email_key))?;
    if !password_links::use_up(db, token, actor.now)? {
        return Ok(false);
    }
    identities::set_password(db, identity.id, hash, actor.now)?;
    browsers::forget(db, identity.id)?;
    attempts::forget(db, &Bucket::mailbox(&identity.email_key))?;
    access::end_all(db, identity.id)?;
    if let Some((contact, _)) = identities::contacts_of(db, &identity.email_key)?.first() {
        let contact = contacts::find(db, *contact)?;
        record_password(db, &Actor { who: Principal::contact(&contact), ..actor.clone() }, &contact)?;
    }
    follow_access(db, &identity)?;
    Ok(true)
}

/// Sets the password of somebody who is signed in and has given the present one. All sessions end; the token of a new one is returned. `from` is
/// the network address and the browser.
///
/// # Errors
/// [`crate::store::Error::Refused`].
pub fn set_own_password(
    db: &mut Db,
    actor: &Actor,
    contact: &Contact,
    identity: &Identity,
    hash: &str,
    (peer, browser): (&str, &str),
) -> Result<String> {
    actor.may(Task::EditOwnDetails)?;
    identities::hold(db, std::slice::from_ref(&identity.email_key))?;
    identities::set_password(db, identity.id, hash, actor.now)?;
    access::end_all(db, identity.id)?;
    for bucket in [Bucket::mailbox(&identity.email_key), Bucket::password(identity.id)] {
        attempts::forget(db, &bucket)?;
    }
    record_password(db, actor, contact)?;
    let token = sessions::begin(db, identity.id, peer, browser, actor.now)?;
    sessions::choose(db, &token, contact.id)?;
    Ok(token)
}

/// Queues a mail by which somebody who has forgotten the password sets another; nothing where nobody may sign in with the mailbox.
/// `accept_language` is what the browser of whoever asks for it accepts.
///
/// # Errors
/// Those of the database.
pub fn forgot(db: &mut Db, actor: &Actor, email_key: &str, accept_language: Option<String>) -> Result<()> {
    let Some((contact, _)) = identities::contacts_of(db, email_key)?.first().copied() else { return Ok(()) };
    let contact = contacts::find(db, contact)?;
    let Some(recipient) = &contact.draft.email else { return Ok(()) };
    let identity = identities::ensure(db, email_key, actor.now)?;
    let details = Details { accept_language, ..Details::default() };
    let mail = NewMail { kind: Kind::Reset, account: identity.id.into(), contact: contact.id, recipient, details };
    mails::queue(db, &mail, actor.now)
}

/// Writes that somebody has set the password; what it is stands nowhere.
fn record_password(db: &mut Db, actor: &Actor, contact: &Contact) -> Result<()> {
    note(db, actor, contact, FieldChange::new("portal_password", None::<&str>, None::<&str>))
}

/// Writes that something was changed by which a contact signs in. Each makes a version, so that a form finds those since it was opened.
pub(super) fn note(db: &mut Db, actor: &Actor, contact: &Contact, change: FieldChange) -> Result<()> {
    contacts::count_edit(db, contact.id)?;
    record(db, actor, &Event::of_contact(EventTask::Edit, contact, vec![change]))
}

/// Follows the first step towards signing in: the customers that a mailbox leads to are found otherwise than before. `before` is the identity
/// before that step.
pub(super) fn follow_access(db: &mut Db, before: &Identity) -> Result<()> {
    if before.is_invited() {
        return Ok(());
    }
    reindex(db, &before.email_key)
}

/// Brings the list up to date for all that a mailbox leads to.
fn reindex(db: &mut Db, email_key: &str) -> Result<()> {
    let customers: Vec<CustomerId> = identities::contacts_of(db, email_key)?.into_iter().map(|(_, customer)| customer).collect();
    list::reindex_all(db, &customers)
}

/// Ends all by which mailboxes that lead nowhere any more could sign in. One that leads elsewhere stays signed in: where it was for somebody who
/// can no longer sign in, it is asked to go on for somebody else.
pub(in crate::changes) fn shut_out(db: &mut Db, email_keys: &[String]) -> Result<()> {
    identities::hold(db, email_keys)?;
    access::end_of_shut_out(db, email_keys)
}

/// The same for the mailbox of a contact as it is, or was.
pub(in crate::changes) fn shut_out_contact(db: &mut Db, contact: &Contact) -> Result<()> {
    shut_out(db, &key_of(contact).into_iter().collect::<Vec<_>>())
}

/// Follows a contact to another mailbox. Where nobody else has the former one, the identity goes along with its password; the sessions of the
/// contact end in any case, and links of what goes along. Whoever signed in with a password is told; who never did has nothing to be told of.
pub(super) fn follow_email(db: &mut Db, actor: &Actor, contact: ContactId, before: Option<&Email>, after: Option<&Email>) -> Result<()> {
    let key = |email: Option<&Email>| email.map(|email| identity::email_key(email.as_str()));
    let (before_key, after_key) = (key(before), key(after));
    if before_key == after_key {
        return Ok(());
    }
    let keys: Vec<String> = before_key.iter().chain(&after_key).cloned().collect();
    identities::hold(db, &keys)?;
    sessions::end_of_contact(db, contact)?;
    let (Some(before), Some(before_key)) = (before, before_key) else { return Ok(()) };
    let Some((identity, _)) = identities::by_key(db, &before_key)? else { return Ok(()) };
    if identities::sharing(db, &before_key)? == 0 {
        access::end_all(db, identity.id)?;
        if let Some(after_key) = &after_key {
            move_to(db, actor, &identity, after_key)?;
        }
    }
    if identity.has_password {
        let elsewhere = !identities::contacts_of(db, &before_key)?.is_empty();
        let details = Details { to_former: true, elsewhere, ..Details::default() };
        tell(db, actor, &identity, contact, before, details)?;
    }
    // With the former one's password, or with one that the mailbox has of its own.
    let now = after_key.map_or(Ok(None), |key| identities::by_key(db, &key))?;
    match (after, now) {
        (Some(after), Some((now, _))) if identity.has_password && now.has_password => {
            tell(db, actor, &now, contact, after, Details::default())
        }
        _ => Ok(()),
    }
}

/// Moves an identity to another mailbox, unless that has one of its own.
fn move_to(db: &mut Db, actor: &Actor, identity: &Identity, email_key: &str) -> Result<()> {
    if identities::by_key(db, email_key)?.is_some() {
        return Ok(());
    }
    identities::move_to(db, identity.id, email_key, actor.now)?;
    // Others may have that mailbox already.
    reindex(db, email_key)
}

/// Queues a mail which says that the e-mail of a contact is another.
fn tell(db: &mut Db, actor: &Actor, identity: &Identity, contact: ContactId, recipient: &Email, details: Details) -> Result<()> {
    let mail = NewMail { kind: Kind::EmailChanged, account: identity.id.into(), contact, recipient, details };
    mails::queue(db, &mail, actor.now)
}

/// A contact that is to be invited, its customer held; the key of its mailbox, empty without one; and what the rules need to know.
pub(super) fn invited(db: &mut Db, id: ContactId) -> Result<(Contact, String, AccessFacts)> {
    let customer = contacts::find(db, id)?.customer;
    hold(db, customer)?;
    let contact = contacts::find(db, id)?;
    let facts = AccessFacts {
        enabled: contact.enabled,
        customer_enabled: customers::find(db, contact.customer)?.enabled,
        has_email: contact.draft.email.is_some(),
    };
    let key = key_of(&contact).unwrap_or_default();
    Ok((contact, key, facts))
}

/// The key of a contact's mailbox.
fn key_of(contact: &Contact) -> Option<String> {
    contact.draft.email.as_ref().map(|email| identity::email_key(email.as_str()))
}
