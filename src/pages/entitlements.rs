//! The entitlements of a customer: their forms stand in the entitlements pane, and the tasks change that pane alone.

mod choose;
mod form;
mod questions;
pub(super) mod show;

use actix_web::HttpResponse;

use self::show as one;
use super::change::{self, Redirect, Returned, Subject, change, save};
use super::detail;
use super::form::{because, opened};
use super::path::Id;
use super::screen::{DetailPane, show};
use super::view::EntitlementsWelcome;
use crate::changes;
use crate::db::Db;
use crate::domain::entitlement::{self, State};
use crate::domain::input::Input;
use crate::domain::panes::PaneRow;
use crate::domain::rules::Task;
use crate::domain::text::isolated;
use crate::domain::{CustomerId, EntitlementId, merge, stored};
use crate::store::detail::{customer_facts, entitlement_facts};
use crate::store::entitlements;
use crate::web::auth::Asked;
use crate::web::form::FormBody;
use crate::web::request::Request;
use crate::web::screen::{Screen, Selected};

/// `GET /customers/{id}/entitlements/new`: the form, in the entitlements pane.
pub async fn new(request: Asked, id: Id<CustomerId>) -> HttpResponse {
    show(request, move |db, request| {
        let task = Task::NewEntitlement(customer_facts(db, id.get()?)?);
        detail::unless_refused(db, request, id.get()?, task, |db| form::new(db, request, id, None))
    })
    .await
}

/// `POST /customers/{id}/entitlements/new`, `POST /customers/{id}/entitlements`: creates an entitlement.
pub async fn create(request: Asked, id: Id<CustomerId>, form: FormBody) -> HttpResponse {
    save(
        request,
        form,
        Subject::Customer(id),
        move |db, request, input| {
            let created = changes::entitlements::create(db, &request.actor, id.get()?, input.checked(entitlement::check(input)))?;
            let text = format!("Added an entitlement to {}: {}.", isolated(&created.draft.product), created.eid);
            Ok(Redirect::changed(created.customer, text).at(PaneRow::Entitlement(created.id)))
        },
        move |db, request, returned| form::new(db, request, id, Some(returned)),
    )
    .await
}

/// `GET /entitlements/{id}/edit`: the form, in the place of the row.
pub async fn edit(request: Asked, id: Id<EntitlementId>) -> HttpResponse {
    show(request, move |db, request| {
        let entitlement = entitlements::find(db, id.get()?)?;
        questions::unless_refused(db, request, &entitlement, Task::EditEntitlement, |db| form::edit(db, request, id, None))
    })
    .await
}

/// `POST /entitlements/{id}/edit`, `POST /entitlements/{id}`: saves the form.
pub async fn update(request: Asked, id: Id<EntitlementId>, form: FormBody) -> HttpResponse {
    save(
        request,
        form,
        Subject::Entitlement(id),
        move |db, request, input| {
            let before = entitlements::find(db, id.get()?)?;
            let stored = Input::new(stored::entitlement(&before.draft));
            let input = &form::complete(merge::decided(input, &stored), &stored);
            let draft = input.checked(entitlement::check(input));
            let after = changes::entitlements::edit(db, &request.actor, before.id, &opened(input), draft)?;
            let [was_over, is_over] = [&before, &after].map(|one| one.state(request.actor.today) == State::Ended);
            let end = if is_over && !was_over { " It has ended." } else { "" };
            let text = format!("Saved the entitlement to {}.{end}", isolated(&after.draft.product));
            Ok(Redirect::changed(after.customer, text).at(PaneRow::Entitlement(after.id)))
        },
        move |db, request, returned| form::edit(db, request, id, Some(returned)),
    )
    .await
}

/// `GET /entitlements/{id}/renew`: the form of what comes after it, in the entitlements pane.
pub async fn confirm_renew(request: Asked, id: Id<EntitlementId>) -> HttpResponse {
    show(request, move |db, request| {
        let entitlement = entitlements::find(db, id.get()?)?;
        let task = Task::RenewEntitlement(entitlement_facts(db, &request.actor, &entitlement)?);
        questions::unless_refused(db, request, &entitlement, task, |db| form::renew(db, request, &entitlement, None))
    })
    .await
}

/// `POST /entitlements/{id}/renew`: creates what comes after it.
pub async fn renew(request: Asked, id: Id<EntitlementId>, form: FormBody) -> HttpResponse {
    save(
        request,
        form,
        Subject::Entitlement(id),
        move |db, request, input| {
            let renewal = changes::entitlements::renew(db, &request.actor, id.get()?, input.checked(entitlement::check(input)))?;
            let text = format!("Renewed the entitlement to {}: {}.", isolated(&renewal.draft.product), renewal.eid);
            Ok(Redirect::changed(renewal.customer, text).at(PaneRow::Entitlement(renewal.id)))
        },
        move |db, request, returned| {
            let former = entitlements::find(db, id.get()?)?;
            form::renew(db, request, &former, Some(returned))
        },
    )
    .await
}

/// `GET /entitlements`: the list, nothing selected.
pub async fn index(request: Asked) -> HttpResponse {
    show(request, |db, _| {
        let welcome = EntitlementsWelcome { empty: !entitlements::any(db)? };
        Ok(DetailPane::other("Entitlements".to_owned(), Selected::Nothing, &welcome))
    })
    .await
}

/// `GET /entitlements/new`: asks for the customer.
pub async fn choose_customer(request: Asked) -> HttpResponse {
    show(request, choose::ask).await
}

/// `GET /entitlements/{id}`: the list with this one open beside it; or its customer, where that list is wanted.
pub async fn show_one(request: Asked, id: Id<EntitlementId>) -> HttpResponse {
    show(request, move |db, request| match request.screen {
        Screen::Entitlements => one::show(db, request, id.get()?),
        Screen::Customers => {
            let entitlement = entitlements::find(db, id.get()?)?;
            detail::show_entitlement(db, request, entitlement.customer, entitlement.id)
        }
    })
    .await
}

/// `GET /entitlements/{id}/end`: asks.
pub async fn confirm_end(request: Asked, id: Id<EntitlementId>) -> HttpResponse {
    show(request, move |db, request| questions::end(db, request, id, None)).await
}

/// `POST /entitlements/{id}/end`.
pub async fn end(request: Asked, id: Id<EntitlementId>, form: FormBody) -> HttpResponse {
    let end = move |db: &mut Db, request: &Request, input: &Input| {
        let ended = changes::entitlements::end(db, &because(request, input)?, id.get()?)?;
        let text = format!("Ended the entitlement to {}.", isolated(&ended.draft.product));
        Ok(Redirect::changed(ended.customer, text).at(PaneRow::Entitlement(ended.id)))
    };
    let again = move |db: &mut Db, request: &Request, returned: &Returned<'_>| questions::end(db, request, id, Some(returned));
    save(request, form, Subject::Entitlement(id), end, again).await
}

/// `POST /entitlements/{id}/reopen`.
pub async fn reopen(request: Asked, id: Id<EntitlementId>, form: FormBody) -> HttpResponse {
    change(request, form, Subject::Entitlement(id), move |db, request, _| {
        let reopened = changes::entitlements::reopen(db, &request.actor, id.get()?)?;
        let text = format!("Reopened the entitlement to {}.", isolated(&reopened.draft.product));
        Ok(Redirect::changed(reopened.customer, text).at(PaneRow::Entitlement(reopened.id)))
    })
    .await
}

/// `GET /entitlements/{id}/reopen`.
pub async fn not_done(request: Asked, id: Id<EntitlementId>) -> HttpResponse {
    change::not_done(request, Subject::Entitlement(id)).await
}

/// `GET /entitlements/{id}/delete`: asks.
pub async fn confirm_delete(request: Asked, id: Id<EntitlementId>) -> HttpResponse {
    show(request, move |db, request| questions::delete(db, request, id, None)).await
}

/// `POST /entitlements/{id}/delete`.
pub async fn delete(request: Asked, id: Id<EntitlementId>, form: FormBody) -> HttpResponse {
    let delete = move |db: &mut Db, request: &Request, input: &Input| {
        let deleted = changes::entitlements::delete(db, &because(request, input)?, id.get()?)?;
        Ok(Redirect::changed(deleted.customer, format!("Deleted the entitlement to {}.", isolated(&deleted.draft.product))))
    };
    let again = move |db: &mut Db, request: &Request, returned: &Returned<'_>| questions::delete(db, request, id, Some(returned));
    save(request, form, Subject::Entitlement(id), delete, again).await
}
