//! Who else has the same form open. The form's script says again and again that it is open ([`ping`]), and shows what it is answered; drawing
//! a form writes nothing. Nothing here is a lock: whoever saves is asked only about what others have saved (`conflicts.rs`).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::NaiveDateTime;
use chrono_tz::Tz;

use super::refusal;
use super::screen::{alone, draw, failed};
use super::view::{Editing, When};
use super::words;
use crate::db::{Access, Db};
use crate::domain::actor::Actor;
use crate::domain::event::SubjectKind;
use crate::domain::input::Input;
use crate::domain::rules::Task;
use crate::domain::{ContactId, CustomerId, EntitlementId, UserId, clock};
use crate::store::editing::{self, Edited, Editor};
use crate::store::{Error, Result, contacts, customers, entitlements, is_random_token, users};
use crate::web::auth::Asked;
use crate::web::form::FormBody;
use crate::web::rejection::Rejection;
use crate::web::request::Request;
use crate::web::respond::Reply;

/// So many are named.
const NAMED: usize = 3;

/// `POST /editing`: a form is open, or was closed. Scripts ask this by themselves, all the time: it is no sign of life of a person.
pub async fn ping(request: Asked, form: FormBody) -> HttpResponse {
    let (kept, app) = (request.clone(), request.unadmitted().app.clone());
    let answer = app.database.run_blocking(Access::Write, {
        let app = app.clone();
        move |_permit| {
            let reply = match app.database.write(|db| request.admit(db).and_then(|request| tell(db, &request, &form.0))) {
                Ok(Some(html)) => Reply::html(StatusCode::OK, html),
                Ok(None) => alone(request.unadmitted(), &refusal::rejection(request.unadmitted(), Rejection::Malformed(UNREADABLE))),
                Err(error @ Error::NotFound(_)) => alone(request.unadmitted(), &refusal::of(request.unadmitted(), &error, None)),
                Err(error) => failed(&request, &error, None),
            };
            reply.pack(request.unadmitted().encoding)
        }
    });
    match answer.await {
        Ok(packed) => packed.send(),
        Err(away) => failed(&kept, &away.into(), None).pack(kept.unadmitted().encoding).send(),
    }
}

/// Notes it, and words who else has one open; `None` where no form is named.
fn tell(db: &mut Db, request: &Request, input: &Input) -> Result<Option<String>> {
    let Some((token, edited)) = form_of(input) else { return Ok(None) };
    if input.get("closed") == "yes" {
        editing::remove(db, token)?;
        return Ok(Some(String::new()));
    }
    exists(db, request, edited)?;
    editing::renew(db, &request.actor, token, edited)?;
    Ok(Some(draw(&others(db, request, token, edited)?)))
}

const UNREADABLE: &str = "It does not name a form.";

/// The token of the form's opening, and what the form is about.
fn form_of(input: &Input) -> Option<(&str, Edited)> {
    let token = input.get("opening");
    let kinds = SubjectKind::OF_CUSTOMERS.into_iter().chain([SubjectKind::User, SubjectKind::Settings]);
    let kind = kinds.into_iter().find(|kind| kind.word() == input.get("record"))?;
    let CustomerId(id) = input.get("id").parse().ok()?;
    is_random_token(token).then_some((token, Edited { kind, id }))
}

/// Whether there is such a record, and whoever asks may have a form of it.
fn exists(db: &mut Db, request: &Request, edited: Edited) -> Result<()> {
    match edited.kind {
        SubjectKind::User => {
            request.actor.may(Task::ManageUsers)?;
            users::find(db, UserId(edited.id)).map(drop)
        }
        SubjectKind::Settings => Ok(request.actor.may(Task::ManageSettings)?),
        SubjectKind::Contact => contacts::find(db, ContactId(edited.id)).map(drop),
        SubjectKind::Entitlement => entitlements::find(db, EntitlementId(edited.id)).map(drop),
        SubjectKind::Customer => customers::name(db, CustomerId(edited.id)).map(drop),
    }
}

/// Who else has a form of this record open.
pub fn others(db: &mut Db, request: &Request, token: &str, edited: Edited) -> Result<Editing> {
    let others = editing::others(db, request.actor.now, token, edited)?;
    Ok(named(&request.actor, request.app.zone, others))
}

/// Each person once, with the form that has been open longest.
fn named(actor: &Actor, zone: Tz, editors: Vec<Editor>) -> Editing {
    let mut people: Vec<Editor> = Vec::new();
    for editor in editors {
        if people.iter().all(|known| known.kind != editor.kind) {
            people.push(editor);
        }
    }
    let more = people.len().saturating_sub(NAMED);
    let name = |editor: Editor| (editor.kind != actor.who.kind).then_some(editor.name);
    let others = people.into_iter().take(NAMED).map(|editor| {
        let since = since(actor.now, editor.since, zone);
        (name(editor), since)
    });
    Editing { others: others.collect(), more }
}

/// A moment that stays worded as it is while the form stays open, so that it is not read out again and again: `14:05`.
fn since(now: NaiveDateTime, moment: NaiveDateTime, zone: Tz) -> When {
    let [today, local] = [now, moment].map(|moment| clock::local(moment, zone));
    let format = if today.date_naive() == local.date_naive() { "%H:%M" } else { "%-d %b, %H:%M" };
    When { words: local.format(format).to_string(), ..words::when(now, moment) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::actor::ActorKind;
    use crate::domain::actor::Principal;
    use crate::domain::rules::Role;
    use chrono::{NaiveDate, TimeDelta};

    fn editor(kind: ActorKind, name: &str, since: NaiveDateTime) -> Editor {
        Editor { kind, name: name.to_owned(), since }
    }

    #[test]
    fn each_person_is_named_once_and_oneself_is_you() {
        let zone = chrono_tz::Europe::Berlin;
        let now = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap().and_hms_opt(22, 30, 0).unwrap();
        let user = |id| ActorKind::User(UserId(id));
        let me = Actor::at(now, Principal { kind: user(1), name: "Me".into(), role: Role::Editor }, zone);
        let ago = |minutes| now - TimeDelta::minutes(minutes);
        let many = vec![
            editor(user(2), "Jana", ago(30)),
            editor(user(1), "Me", ago(20)),
            editor(user(2), "Jana", ago(10)),
            editor(user(3), "Rae", ago(5)),
            editor(user(4), "Bo", ago(4)),
        ];
        let html = crate::pages::screen::draw(&named(&me, zone, many));
        let words = html.replace("<bdi>", "").replace("</bdi>", "");
        assert!(words.contains("Jana has been editing this since") && words.matches("Jana").count() == 1, "{html}");
        assert!(html.contains(">23:00</time>"), "in the installation's time zone: {html}");
        assert!(html.contains("You, in another window, have been editing this since"), "{html}");
        assert!(!html.contains("Bo") && html.contains("And 1 more."), "{html}");
        assert_eq!(crate::pages::screen::draw(&named(&me, zone, Vec::new())).trim(), "");
    }

    #[test]
    fn another_day_is_named() {
        let now = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap().and_hms_opt(0, 30, 0).unwrap();
        assert_eq!(since(now, now - TimeDelta::hours(1), chrono_tz::UTC).words, "25 Nov, 23:30");
    }
}
