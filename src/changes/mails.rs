//! What a mail needs at the moment in which it goes out: whether it may still go, to whom, and the link that stands in it.

use chrono::NaiveDateTime;

use super::identities::follow_access;
use crate::db::Db;
use crate::domain::ContactId;
use crate::domain::contact::Contact;
use crate::domain::customer::Who;
use crate::domain::identity;
use crate::domain::locale::Locale;
use crate::domain::mail::Kind;
use crate::store::identities::{self, Identity};
use crate::store::mails::{Due, TRIED};
use crate::store::password_links::{self, OF_INVITATION, OF_RESET};
use crate::store::{Error, Result, accounts, contacts, customers};

/// Whoever reads a mail, and by what it leads to the portal.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The person's name; empty where the contact is gone.
    pub name: String,
    /// The company for which the person signs in; empty where the person is the customer.
    pub company: String,
    /// The language.
    pub locale: Locale,
    /// What the mail leads to.
    pub way: Way,
}

/// What a mail leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// Nothing.
    None,
    /// The page to sign in on.
    SignIn,
    /// A page to set a password on: the token of its link, which is stored nowhere, and until when it can be used.
    SetPassword {
        /// What the address ends in.
        token: String,
        /// UTC.
        until: NaiveDateTime,
    },
}

/// Finds the reader of a mail and makes its link, dated from now; or says why the mail is not to go out any more.
pub fn prepare(db: &mut Db, mail: &Due, now: NaiveDateTime) -> Result<std::result::Result<Reader, &'static str>> {
    let identity = match mail.account.map(|account| accounts::as_identity(db, account)).transpose()?.flatten() {
        Some(id) => identities::find(db, id)?,
        None => return Ok(Err("Nobody signs in with it any more.")),
    };
    // It may have waited for a mail server to be set at all.
    if mail.kind == Kind::EmailChanged && mail.created_at + TRIED <= now {
        return Ok(Err("It was no news any more when it could go out."));
    }
    let contact = match contact_of(db, mail, &identity)? {
        Ok(contact) => contact,
        Err(why) => return Ok(Err(why)),
    };
    let way = match mail.kind {
        Kind::EmailChanged if mail.details.to_former => Way::None,
        Kind::EmailChanged => Way::SignIn,
        Kind::Invitation => {
            let until = now + OF_INVITATION;
            let token = password_links::make_for_mail(db, identity.id, now, OF_INVITATION, mail)?;
            identities::set_invited(db, identity.id, now, until)?;
            follow_access(db, &identity)?;
            Way::SetPassword { token, until }
        }
        Kind::Reset => {
            let token = password_links::make_for_mail(db, identity.id, now, OF_RESET, mail)?;
            Way::SetPassword { token, until: now + OF_RESET }
        }
    };
    let language = contact.as_ref().and_then(|contact| contact.draft.language);
    let who = match &contact {
        Some(contact) => Some(customers::find(db, contact.customer)?.draft.who),
        None => None,
    };
    let company = if let Some(Who::Company(name)) = who { name } else { String::new() };
    Ok(Ok(Reader {
        name: contact.map(|contact| contact.draft.full_name()).unwrap_or_default(),
        company,
        locale: Locale::of(language, mail.details.accept_language.as_deref()),
        way,
    }))
}

/// The contact that a mail is to, or why there is none any more. A former address is told what happened whatever became of the contact.
fn contact_of(db: &mut Db, mail: &Due, identity: &Identity) -> Result<std::result::Result<Option<Contact>, &'static str>> {
    const SHUT_OUT: &str = "The contact could no longer sign in when the mail was to go out.";
    let named = match mail.contact.map(|id| contacts::find(db, id)) {
        Some(Err(Error::NotFound(_))) | None => None,
        Some(found) => Some(found?),
    };
    if mail.kind == Kind::EmailChanged && mail.details.to_former {
        return Ok(Ok(named));
    }
    if identity::email_key(mail.recipient.as_str()) != identity.email_key {
        return Ok(Err("The contact had another e-mail by the time the mail was to go out."));
    }
    let able = identities::contacts_of(db, &identity.email_key)?;
    let is_able = |id: ContactId| able.iter().any(|(contact, _)| *contact == id);
    match named {
        Some(contact) if is_able(contact.id) => Ok(Ok(Some(contact))),
        // A password is the mailbox's, whichever of its contacts was thought of.
        _ if mail.kind == Kind::Reset && !able.is_empty() => Ok(Ok(Some(contacts::find(db, able[0].0)?))),
        _ => Ok(Err(SHUT_OUT)),
    }
}
