//! Users as the pages show them.

use actix_web::http::StatusCode;

use crate::changes::users::facts;
use crate::db::Db;
use crate::domain::UserId;
use crate::domain::actor::ActorKind;
use crate::domain::rules::{Refusal, Role, Task};
use crate::domain::user::User;
use crate::pages::browser;
use crate::pages::detail::sentence;
use crate::pages::screen::DetailPane;
use crate::pages::view::{SessionRow, UserList, UserRow, UserShow};
use crate::pages::words;
use crate::store::sessions::Session;
use crate::store::{Result, sessions, users};
use crate::web::request::Request;

/// All users.
pub fn list(db: &mut Db, request: &Request) -> Result<DetailPane> {
    let row = |user: User| UserRow {
        id: user.id.0,
        role: label(user.role),
        enabled: user.enabled,
        note: if user.enabled && !user.has_password { "No password yet" } else { "" },
        is_own: is_own(request, user.id),
        seen: user.seen_at.map(|at| words::when(request.actor.now, at)),
        name: user.name,
        email: user.email,
    };
    let list = UserList { rows: users::all(db)?.into_iter().map(row).collect() };
    Ok(DetailPane::other("Users".to_owned(), None, &list).without_list())
}

/// A user with nothing else to say.
pub fn show(db: &mut Db, request: &Request, id: UserId) -> Result<DetailPane> {
    Ok(pane(&view(db, request, id)?))
}

/// A user with a link that was just made, which is told here and nowhere else.
pub fn with_link(db: &mut Db, request: &Request, id: UserId, link: &str) -> Result<DetailPane> {
    Ok(pane(&UserShow { link: Some(link.to_owned()), ..view(db, request, id)? }))
}

/// A user with a refusal of what was asked for.
pub fn refused(db: &mut Db, request: &Request, id: UserId, refusal: Refusal) -> Result<DetailPane> {
    with_alert(db, request, id, &refusal.to_string(), StatusCode::CONFLICT)
}

/// A user with words about what was asked for.
pub fn with_alert(db: &mut Db, request: &Request, id: UserId, words: &str, status: StatusCode) -> Result<DetailPane> {
    Ok(pane(&UserShow { alert: Some(sentence(words)), ..view(db, request, id)? }).with_status(status))
}

/// A role as pages write it.
pub fn label(role: Role) -> &'static str {
    match role {
        Role::Contact => "Contact",
        Role::Viewer => "Viewer",
        Role::Editor => "Editor",
        Role::Administrator => "Administrator",
    }
}

fn pane(user: &UserShow) -> DetailPane {
    DetailPane::other(user.name.clone(), None, user).without_list()
}

fn view(db: &mut Db, request: &Request, id: UserId) -> Result<UserShow> {
    let user = users::find(db, id)?;
    let facts = facts(db, &user)?;
    let now = request.actor.now;
    let session = |session: Session| SessionRow {
        since: words::when(now, session.created_at),
        seen: words::when(now, session.seen_at),
        address: session.address,
        browser: browser::in_words(&session.browser),
    };
    let offer = |task: Task, end: &str| request.actor.can(task).then(|| format!("/users/{id}/{end}"));
    let sessions = sessions::of_account(db, id, now, &request.app.lifetimes)?;
    Ok(UserShow {
        id: id.0,
        role: label(user.role),
        enabled: user.enabled,
        has_password: user.has_password,
        is_own: is_own(request, id),
        added: words::when(now, user.created_at),
        seen: user.seen_at.map(|at| words::when(now, at)),
        sessions: sessions.into_iter().map(session).collect(),
        enable: offer(Task::EnableUser(facts), "enable"),
        disable: offer(Task::DisableUser(facts), "disable"),
        reasons: facts
            .is_last_administrator
            .then(|| sentence("The only administrator who can sign in can be neither disabled nor given another role."))
            .into_iter()
            .collect(),
        alert: None,
        link: None,
        name: user.name,
        email: user.email,
    })
}

fn is_own(request: &Request, id: UserId) -> bool {
    request.actor.who.kind == ActorKind::User(id)
}
