//! The forms of users.

use actix_web::http::StatusCode;

use super::draw::label;
use crate::changes::opened::Present;
use crate::db::Db;
use crate::domain::input::{Errors, Input};
use crate::domain::rules::Role;
use crate::domain::text::isolated;
use crate::domain::{UserId, user};
use crate::pages::change::Returned;
use crate::pages::conflicts::StoredForm;
use crate::pages::form::{self, Draw};
use crate::pages::screen::DetailPane;
use crate::pages::view::{FirstUser, Form, Group};
use crate::store::{Result, users};
use crate::web::request::Request;

/// The form of a new user; or what was typed into it, with what is wrong.
pub fn new(returned: Option<&Returned<'_>>) -> DetailPane {
    let empty = Input::new(vec![("role".to_owned(), Role::Viewer.to_string())]);
    let (input, errors) = form::filled(&empty, returned);
    let form = Form {
        heading: "New user".to_owned(),
        action: "/users/new".to_owned(),
        token: form::kept_token(input),
        submit: "Add user",
        note: "You get a link by which the person sets a password.",
        ..user_form(input, errors, "/users".to_owned())
    };
    pane(&form, returned)
}

/// The form of a stored user; or what was typed into it, with what is wrong.
pub fn edit(db: &mut Db, request: &Request, id: UserId, returned: Option<&Returned<'_>>) -> Result<DetailPane> {
    let user = users::find(db, id)?;
    let check = |input: &Input| user::check(input).map(|draft| Input::new(user::draft_fields(&draft)));
    let sheet = StoredForm::of(db, request, Present::from(&user), returned, check)?;
    let form = Form {
        heading: format!("Edit {}", isolated(&user.name)),
        action: format!("/users/{id}/edit"),
        submit: "Save",
        note: "A lower role signs the user out.",
        ..user_form(&sheet.input, sheet.errors, format!("/users/{id}"))
    };
    Ok(pane(&sheet.finish(request, form), returned))
}

/// What the first user means, with the form to add it.
pub fn first(input: &Input, errors: &Errors) -> DetailPane {
    let form = form::form(vec![Group { fields: Draw::new(input, errors).first_user(), ..Group::default() }]);
    let fields = form.groups.into_iter().flat_map(|group| group.fields).collect();
    let pane = DetailPane::other("Users".to_owned(), None, &FirstUser { fields, summary: form.summary }).without_list();
    if errors.is_empty() { pane } else { pane.with_status(StatusCode::UNPROCESSABLE_ENTITY) }
}

fn pane(form: &Form, returned: Option<&Returned<'_>>) -> DetailPane {
    let status = returned.map_or(StatusCode::OK, Returned::status);
    DetailPane::other(form.heading.clone(), None, form).without_list().with_status(status)
}

fn user_form(input: &Input, errors: &Errors, cancel: String) -> Form {
    let does = |role: Role| match role {
        Role::Contact => "signs in to the portal",
        Role::Viewer => "sees everything",
        Role::Editor => "also changes customers, contacts and entitlements",
        Role::Administrator => "also imports files and manages users",
    };
    let roles = Role::ALL.map(|role| (role.to_string(), format!("{}: {}", label(role), does(role)))).to_vec();
    let fields = Draw::new(input, errors).user(roles);
    Form { target: "#detail", cancel, ..form::form(vec![Group { fields, ..Group::default() }]) }
}
