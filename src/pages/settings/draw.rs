//! The settings page as it is shown.

use actix_web::http::StatusCode;

use super::invitations::summary;
use crate::changes::opened::Present;
use crate::db::Db;
use crate::domain::input::Input;
use crate::domain::settings as domain;
use crate::pages::change::Returned;
use crate::pages::conflicts::StoredForm;
use crate::pages::form::{self, Draw};
use crate::pages::screen::DetailPane;
use crate::pages::view::{Form, SettingsPage};
use crate::store::{Result, settings};
use crate::web::address::SETTINGS;
use crate::web::request::Request;

/// The form, as it is stored or as it comes back, and the logo with what is wrong with the one that was sent.
pub fn page(db: &mut Db, request: &Request, returned: Option<&Returned<'_>>, alert: Option<&'static str>) -> Result<DetailPane> {
    let stored = settings::find(db)?;
    let check = |input: &Input| domain::check(input).map(|draft| Input::new(domain::fields(&draft)));
    let sheet = StoredForm::of(db, request, Present::from(&stored), returned, check)?;
    let form = Form {
        heading: "Settings".to_owned(),
        action: SETTINGS.to_owned(),
        target: "#detail",
        submit: "Save",
        cancel: SETTINGS.to_owned(),
        ..form::form(Draw::new(&sheet.input, sheet.errors).settings())
    };
    let logo = settings::vendor(db)?.logo_path();
    let (invitations, invite) = summary(db, request)?;
    let page = SettingsPage { form: sheet.finish(request, form), logo, alert, invitations, invite };
    let status = returned.map_or(StatusCode::OK, Returned::status);
    Ok(DetailPane::alone("Settings".to_owned(), &page).with_status(status))
}
