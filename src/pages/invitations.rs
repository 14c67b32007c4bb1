//! Invitations to the portal: to one contact by mail, or by a link that is shown; to those of a company who never were.

use actix_web::HttpResponse;

use super::change::{Redirect, Subject, change, change_and_wake};
use super::path::Id;
use super::screen::{DetailPane, show};
use super::view::{Confirm, MadeLink};
use super::{detail, words};
use crate::changes;
use crate::changes::invitations::AT_ONCE;
use crate::domain::numbers::counted;
use crate::domain::panes::PaneRow;
use crate::domain::rules::Task;
use crate::domain::text::isolated;
use crate::domain::{ContactId, CustomerId};
use crate::store::password_links::OF_INVITATION;
use crate::store::{contacts, customers, invitees, random_token};
use crate::web::address::{self, PORTAL_SET_PASSWORD};
use crate::web::auth::Asked;
use crate::web::form::FormBody;

/// What becomes of many who are invited at once.
pub const EACH_GETS: &str = "Each gets a mail with a link by which to set a password, valid for seven days.";

/// `POST /contacts/{id}/invite`: queues a mail.
pub async fn invite(request: Asked, id: Id<ContactId>, form: FormBody) -> HttpResponse {
    change_and_wake(request, form, Subject::Contact(id), move |db, request, _| {
        let contact = changes::invitations::mail(db, &request.actor, id.get()?, request.app.sends_mail)?;
        let name = isolated(&contact.draft.full_name());
        Ok(Redirect::changed(contact.customer, format!("Invited {name}: the mail is on its way.")).at(PaneRow::Contact(contact.id)))
    })
    .await
}

/// `POST /contacts/{id}/link`: makes a link, which stands in the answer and nowhere else.
pub async fn make_link(request: Asked, id: Id<ContactId>, form: FormBody) -> HttpResponse {
    change(request, form, Subject::Contact(id), move |db, request, _| {
        let id = id.get()?;
        let token = changes::identities::invite(db, &request.actor, id)?;
        let contact = contacts::find(db, id)?;
        let (customer, until) = (contact.customer, request.actor.now + OF_INVITATION);
        let link = MadeLink {
            name: contact.draft.full_name(),
            link: format!("{}{PORTAL_SET_PASSWORD}{token}", request.origin),
            until: words::moment(until, request.app.zone),
        };
        let shown = Redirect::silent(address::screen(Some(customer))).at(PaneRow::Contact(id));
        Ok(shown.telling(move |db, request| detail::with_invitation(db, request, customer, id, link.clone())))
    })
    .await
}

/// `GET /customers/{id}/invite`: asks.
pub async fn confirm_company(request: Asked, id: Id<CustomerId>) -> HttpResponse {
    show(request, move |db, request| {
        let id = id.get()?;
        let (_, customer_enabled) = customers::kind_and_status(db, id)?;
        let never_invited = invitees::count_of_customer(db, id)?;
        let task = Task::InviteContacts { sends_mail: request.app.sends_mail, customer_enabled, never_invited };
        detail::unless_refused(db, request, id, task, |db| {
            let path = address::screen(Some(id));
            let people = counted(never_invited.min(AT_ONCE), "person", "people");
            let first = if never_invited > AT_ONCE { "the first " } else { "" };
            let question = Confirm {
                question: format!("Invite {first}{people} of {}?", isolated(&customers::name(db, id)?)),
                sentences: vec![
                    EACH_GETS.to_owned(),
                    "Left out are those who were invited before or have a password, and disabled contacts.".to_owned(),
                ],
                along: Vec::new(),
                button: format!("Invite {people}"),
                danger: false,
                reason: None,
                action: request.keeping(&format!("{path}/invite")),
                token: random_token(),
                cancel: request.keeping(&path),
                target: "#contacts",
            };
            Ok(DetailPane::question(question.question.clone(), Some(id), &question))
        })
    })
    .await
}

/// `POST /customers/{id}/invite`: queues a mail to each contact who was never invited.
pub async fn invite_company(request: Asked, id: Id<CustomerId>, form: FormBody) -> HttpResponse {
    change_and_wake(request, form, Subject::Customer(id), move |db, request, _| {
        let (invited, has_more) = changes::invitations::mail_company(db, &request.actor, id.get()?, request.app.sends_mail)?;
        let more = if has_more { " There are more: invite them in the same way." } else { "" };
        let people = counted(invited, "person", "people");
        Ok(Redirect::changed(id.get()?, format!("Invited {people}: the mails are on their way.{more}")))
    })
    .await
}
