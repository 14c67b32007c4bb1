//! The settings page: the vendor as contacts see it, its logo, and how fast mails go out.

mod draw;
pub mod invitations;
mod logo;

use actix_web::HttpResponse;

use super::change::{Redirect, Subject, change, save};
use super::form::opened;
use super::screen::show as show_screen;
use crate::changes::{self, opened::Present};
use crate::domain::merge;
use crate::domain::settings as domain;
use crate::store::settings;
use crate::web::address::SETTINGS;
use crate::web::auth::Asked;
use crate::web::form::FormBody;

pub use logo::upload;

/// `GET /settings`: the form.
pub async fn show(request: Asked) -> HttpResponse {
    show_screen(request, |db, request| draw::page(db, request, None, None)).await
}

/// `POST /settings`: saves the form.
pub async fn update(request: Asked, form: FormBody) -> HttpResponse {
    save(
        request,
        form,
        Subject::None,
        |db, request, input| {
            let present = Present::from(&settings::find(db)?);
            let input = &merge::decided(input, &present.form);
            changes::settings::edit(db, &request.actor, &opened(input), input.checked(domain::check(input)))?;
            Ok(Redirect::told(SETTINGS, "Saved the settings."))
        },
        |db, request, returned| draw::page(db, request, Some(returned), None),
    )
    .await
}

/// `POST /settings/logo/remove`.
pub async fn remove_logo(request: Asked, form: FormBody) -> HttpResponse {
    change(request, form, Subject::None, |db, request, _| {
        let removed = changes::settings::set_logo(db, &request.actor, None)?;
        Ok(Redirect::told(SETTINGS, if removed { "Removed the logo." } else { "There is no logo." }))
    })
    .await
}

/// `GET` of what only a button sends.
pub async fn back() -> HttpResponse {
    HttpResponse::SeeOther().insert_header(("Location", SETTINGS)).finish()
}
