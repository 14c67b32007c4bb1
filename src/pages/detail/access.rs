//! How far a contact has come with signing in to the portal, and what invites it.

use chrono::TimeDelta;

use super::offers::offer;
use crate::domain::contact::Contact;
use crate::domain::mail::State;
use crate::domain::rules::{AccessFacts, MailFacts, Task};
use crate::pages::view::{Access, Invite};
use crate::pages::words;
use crate::store::detail::CustomerDetail;
use crate::store::identities::Identity;
use crate::store::invitations::Access as Known;
use crate::store::mails::Sent;
use crate::web::request::Request;

/// What stands beside a contact, and what may be done about it.
pub fn of(request: &Request, detail: &CustomerDetail, contact: &Contact) -> Access {
    let (enabled, customer_enabled) = (contact.enabled, detail.customer.enabled);
    let facts = AccessFacts { enabled, customer_enabled, has_email: contact.draft.email.is_some() };
    let none = Known::default();
    let known = detail.access.get(&contact.id).unwrap_or(&none);
    let can_sign_in = facts.enabled && facts.customer_enabled && facts.has_email;
    Access {
        words: if can_sign_in { words(request, known) } else { "Cannot sign in".to_owned() },
        invites: invites(request, contact, facts, known),
    }
}

/// By mail where one can be sent; who has a password asks for mails itself. By a link in any case.
fn invites(request: &Request, contact: &Contact, facts: AccessFacts, known: &Known) -> Vec<Invite> {
    let identity = known.identity.as_ref();
    let has_password = identity.is_some_and(|identity| identity.has_password);
    let is_queued = known.mail.as_ref().is_some_and(|mail| mail.state == State::Queued);
    let mail = MailFacts { sends_mail: request.app.sends_mail, is_queued };
    let label = match identity {
        _ if has_password => "New portal link",
        Some(identity) if identity.invited_at.is_some() => "Invite again",
        _ => "Invite to the portal",
    };
    let invite =
        |id, label, task, path| offer(request, task, &format!("/contacts/{}/{path}", contact.id)).map(|offer| Invite { id, label, offer });
    let by_mail = if has_password { None } else { invite("invite", label, Task::MailInvitation(facts, mail), "invite") };
    let label = if mail.sends_mail && !has_password { "Show an invitation link" } else { label };
    by_mail.into_iter().chain(invite("make-link", label, Task::Invite(facts), "link")).collect()
}

fn words(request: &Request, known: &Known) -> String {
    let actor = &request.actor;
    let day = |at| words::day(actor.day_of(at));
    if let Some(wait) = known.locked {
        // The next whole minute: at that time it is over.
        let until = actor.now + wait + TimeDelta::seconds(59);
        return format!("Locked until {}", words::clock(until, request.app.zone));
    }
    let Some(Identity { has_password, seen_at, invited_at, invited_until, .. }) = &known.identity else {
        return "Never invited".to_owned();
    };
    match (has_password, seen_at, invited_at.zip(*invited_until), &known.mail) {
        (true, Some(seen), ..) => format!("Last signed in {}", day(*seen)),
        (true, None, ..) => "Has a password, never signed in".to_owned(),
        (false, _, _, Some(mail)) if mail.state != State::Sent => unsent(mail),
        (false, _, Some((at, until)), Some(_)) if until > actor.now => format!("Invitation sent {}, until {}", day(at), day(until)),
        (false, _, Some((at, until)), None) if until > actor.now => format!("Invited {}, until {}", day(at), day(until)),
        (false, _, Some((_, until)), _) => format!("Invitation expired {}", day(until)),
        (false, _, None, _) => "Never invited".to_owned(),
    }
}

/// What keeps a mail from going out, with what the mail server says.
fn unsent(mail: &Sent) -> String {
    let state = match mail.state {
        State::Queued if mail.answer.is_empty() => return "Invitation queued".to_owned(),
        State::Queued => "Invitation queued",
        State::Refused => "Mail refused",
        State::Dropped | State::Sent => "Mail not sent",
    };
    format!("{state}: {}", mail.answer)
}
