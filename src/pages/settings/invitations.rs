//! Inviting all who never were: what the settings page says of it, the question, and how far it is.

use actix_web::HttpResponse;

use crate::changes::invitations;
use crate::db::Db;
use crate::domain::invitation::{JOB, Progress};
use crate::domain::numbers::{counted, thousands};
use crate::domain::query::{Place, Query};
use crate::domain::rules::{Refusal, Task};
use crate::list::{self, COUNT_LIMIT};
use crate::pages::change::{Redirect, Subject, change_and_wake};
use crate::pages::invitations::EACH_GETS;
use crate::pages::refusal;
use crate::pages::screen::{self, DetailPane, ImportPane, show as show_screen};
use crate::pages::view::{Bar, Confirm, Invitations, Notice};
use crate::pages::words::when;
use crate::store::jobs::{self, LastJob};
use crate::store::{Error, Result, invitees, random_token, settings};
use crate::web::address::{INVITATIONS, INVITE_ALL, SETTINGS};
use crate::web::auth::Asked;
use crate::web::form::FormBody;
use crate::web::request::Request;

/// `GET /settings/invite`: asks; shows how far it is while that is under way.
pub async fn confirm(request: Asked) -> HttpResponse {
    show_screen(request, |db, request| match may(db, request) {
        Ok(()) => question(db, request),
        Err(Error::Refused(Refusal::AllAreBeingInvited)) => page(db, request),
        Err(error) => Err(error),
    })
    .await
}

/// `POST /settings/invite`: begins.
pub async fn begin(request: Asked, form: FormBody) -> HttpResponse {
    change_and_wake(request, form, Subject::None, |db, request, _| {
        invitations::begin(db, &request.actor, request.app.sends_mail)?;
        Ok(Redirect::silent(INVITATIONS.to_owned()))
    })
    .await
}

/// `GET /settings/invitations`: how far it is, or what came of it.
pub async fn show(request: Asked) -> HttpResponse {
    show_screen(request, page).await
}

/// What the settings page says of it, and the label of the button that leads there.
pub fn summary(db: &mut Db, request: &Request) -> Result<(Notice, Option<String>)> {
    let sentence = |before: String| Notice { before, link: None, after: String::new() };
    let reached = match may(db, request) {
        Ok(()) => never_invited(db, request)?,
        Err(Error::Refused(Refusal::NoMail)) => {
            return Ok((sentence("To invite many at once, set up a mail server: CLIENTELE_SMTP_URL.".to_owned()), None));
        }
        Err(Error::Refused(_)) => Reached::People(0),
        Err(error) => return Err(error),
    };
    let (state, label) = match &reached {
        Reached::People(0) => ("Everybody who can be invited was.".to_owned(), None),
        Reached::People(1) => ("1 person was never invited.".to_owned(), Some("Invite 1 person".to_owned())),
        reached => (format!("{} were never invited.", reached.words()), Some(format!("Invite {}", reached.words()))),
    };
    Ok((state_of_last(db, request)?.unwrap_or_else(|| sentence(state)), label))
}

/// `Last: Invited 312 people 3 days ago`, and where that is told.
fn state_of_last(db: &mut Db, request: &Request) -> Result<Option<Notice>> {
    Ok(jobs::last(db, JOB)?.map(|last| {
        let words = format!("{} {}", heading(&last), when(request.actor.now, last.queued_at).words);
        Notice { before: "Last:".to_owned(), link: Some((words, INVITATIONS.to_owned())), after: String::new() }
    }))
}

fn may(db: &mut Db, request: &Request) -> Result<()> {
    let is_under_way = jobs::last(db, JOB)?.is_some_and(|job| !job.has_ended);
    Ok(request.actor.may(Task::InviteAll { sends_mail: request.app.sends_mail, is_under_way })?)
}

/// Who was never invited, as far as they are counted.
enum Reached {
    /// Exactly so many, each mailbox once.
    People(i64),
    /// Of more customers than are gone through.
    Many,
}

impl Reached {
    fn words(&self) -> String {
        match self {
            Self::People(count) => counted(*count, "person", "people"),
            Self::Many => format!("people of more than {} customers", thousands(COUNT_LIMIT)),
        }
    }
}

/// Counts who was never invited: found as the list finds them, so that no more is read than there are.
fn never_invited(db: &mut Db, request: &Request) -> Result<Reached> {
    let mut query = Query { text: "access:never".to_owned().into(), ..Query::default() };
    let mut customers = Vec::new();
    loop {
        let page = list::page(db, &query, request.app.zone)?;
        customers.extend(page.rows.iter().map(|row| row.id.0));
        if page.unfinished || customers.len() > COUNT_LIMIT {
            return Ok(Reached::Many);
        }
        let Some(next) = page.next else { return Ok(Reached::People(invitees::count_people(db, &customers)?)) };
        query.place = Place::After(next);
    }
}

fn question(db: &mut Db, request: &Request) -> Result<DetailPane> {
    let people = never_invited(db, request)?;
    if matches!(people, Reached::People(0)) {
        return Err(Refusal::NobodyToInvite.into());
    }
    let per_minute = settings::find(db)?.draft.mails_per_minute;
    let pace = match people {
        Reached::People(count) if count > i64::from(per_minute) => {
            format!(", so that this takes about {} minutes", thousands(count / i64::from(per_minute)))
        }
        _ => String::new(),
    };
    let question = Confirm {
        question: format!("Invite {}?", people.words()),
        sentences: vec![
            EACH_GETS.to_owned(),
            "Left out are those who were invited before or have a password, disabled contacts, all of disabled customers, and contacts \
             without an e-mail."
                .to_owned(),
            format!("At most {} mails go out in a minute{pace}. Mails cannot be taken back.", thousands(per_minute)),
        ],
        along: Vec::new(),
        button: format!("Invite {}", people.words()),
        danger: false,
        reason: None,
        action: INVITE_ALL.to_owned(),
        token: random_token(),
        cancel: SETTINGS.to_owned(),
        target: "#detail",
    };
    Ok(DetailPane::question(question.question.clone(), None, &question).without_list())
}

fn page(db: &mut Db, request: &Request) -> Result<DetailPane> {
    let Some(last) = jobs::last(db, JOB)? else {
        return Ok(DetailPane::error(&refusal::of(request, &Error::NotFound("page"), None)));
    };
    let progress = Progress::parse(&last.checkpoint);
    let is_waiting = !last.has_ended && jobs::is_waiting(db, JOB, last.subject)?;
    let view = Invitations {
        heading: heading(&last),
        began: when(request.actor.now, last.queued_at),
        sentences: sentences(&last, &progress, is_waiting),
        trouble: (!last.trouble.is_empty()).then(|| last.trouble.clone()),
        poll: (!last.has_ended).then(|| format!("{INVITATIONS}?was=running")),
        bar: (!last.has_ended).then(|| bar(&progress)),
        again: (!last.trouble.is_empty()).then(|| INVITE_ALL.to_owned()),
    };
    let ended = last.has_ended && request.param("was").is_some();
    let outcome = view.sentences.iter().chain(&view.trouble).fold(format!("{}.", view.heading), |all, more| format!("{all} {more}"));
    let pane = ImportPane { html: screen::draw(&view), at_work: !last.has_ended, outcome: ended.then_some(outcome), reloads: false };
    Ok(DetailPane::import(view.heading.clone(), pane).without_list())
}

fn heading(last: &LastJob) -> String {
    let invited = Progress::parse(&last.checkpoint).invited;
    match (last.has_ended, last.trouble.is_empty()) {
        (false, _) => "Inviting all who never were".to_owned(),
        (true, true) => format!("Invited {}", counted(invited, "person", "people")),
        (true, false) => "The invitations were interrupted".to_owned(),
    }
}

fn sentences(last: &LastJob, progress: &Progress, is_waiting: bool) -> Vec<String> {
    let invited = counted(progress.invited, "person was invited", "people were invited");
    let sentences = match (last.has_ended, last.trouble.is_empty()) {
        (false, _) if is_waiting => vec!["Waiting for a server. It continues by itself as soon as one is free.".to_owned()],
        (false, _) => vec!["You can leave this page: the invitations continue.".to_owned()],
        (true, false) => vec![format!("So far, {invited}. Begin again to invite the others: nobody is invited twice.")],
        (true, true) => vec!["What becomes of each mail stands beside the contact.".to_owned(), progress.left_out.sentence()],
    };
    sentences.into_iter().filter(|sentence| !sentence.is_empty()).collect()
}

fn bar(progress: &Progress) -> Bar {
    let clamp = |number: i64| u64::try_from(number).unwrap_or(0);
    let (value, max) = (clamp(progress.looked_at), clamp(progress.last).max(1));
    let words = format!("{} so far", counted(progress.invited, "person invited", "people invited"));
    Bar { label: "Inviting", value, max, percent: format!("{} %", value.saturating_mul(100) / max), words }
}
