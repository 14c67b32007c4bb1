//! *Load sample data*, for who looks at an empty database, and *Remove sample data*, when the look around is over.

use actix_web::HttpResponse;

use super::change::{Redirect, Subject, change};
use super::screen::{DetailPane, show};
use super::view::Confirm;
use crate::changes;
use crate::changes::samples::PORTION;
use crate::domain::numbers::counted;
use crate::domain::rules::Task;
use crate::sample;
use crate::store::random_token;
use crate::store::samples::{self, Samples};
use crate::web::address;
use crate::web::auth::Asked;
use crate::web::form::FormBody;
use crate::web::request::Request;

/// How many customers the button creates: enough to look around, and created well within a request's time on a slow server too.
const CUSTOMERS: usize = 300;

/// `POST /sample`.
pub async fn load(request: Asked, form: FormBody) -> HttpResponse {
    change(request, form, Subject::None, |db, request, _| {
        let loaded = i64::try_from(sample::load(db, &request.actor, CUSTOMERS)?).unwrap_or(i64::MAX);
        Ok(Redirect::reloaded(format!("Loaded {}.", counted(loaded, "sample customer", "sample customers"))))
    })
    .await
}

/// `GET /sample/remove`: asks.
pub async fn confirm_remove(request: Asked) -> HttpResponse {
    show(request, |db, request| {
        let samples = samples::find(db, PORTION)?;
        request.actor.may(Task::RemoveSample(samples.untouched.len()))?;
        let question = remove_question(request, &samples);
        Ok(DetailPane::question(question.question.clone(), None, &question))
    })
    .await
}

/// `POST /sample/remove`.
pub async fn remove(request: Asked, form: FormBody) -> HttpResponse {
    change(request, form, Subject::None, |db, request, _| {
        let removed = changes::samples::remove(db, &request.actor)?;
        let count = counted(removed.untouched.len(), "sample customer", "sample customers");
        let more = if removed.more { " There are more: remove them in the same way." } else { "" };
        Ok(Redirect::reloaded(format!("Removed {count}.{}{more}", kept(removed.touched, "was kept", "were kept"))))
    })
    .await
}

fn remove_question(request: &Request, samples: &Samples) -> Confirm {
    let count = counted(samples.untouched.len(), "sample customer", "sample customers");
    let first = if samples.more { "the first " } else { "" };
    let mut sentences = vec![format!("This permanently deletes {first}{count} with their contacts and entitlements.")];
    let kept = kept(samples.touched, "is kept", "are kept");
    if !kept.is_empty() {
        sentences.push(kept.trim_start().to_owned());
    }
    Confirm {
        question: "Remove sample data?".to_owned(),
        sentences,
        along: Vec::new(),
        button: format!("Remove {count}"),
        danger: true,
        reason: None,
        action: address::with_list("/sample/remove", &request.query),
        token: random_token(),
        cancel: address::with_list("/customers", &request.query),
        target: "body",
    }
}

/// What is said of those that people have changed, after a blank.
fn kept(count: usize, is: &str, are: &str) -> String {
    match count {
        0 => String::new(),
        1 => format!(" 1 that somebody has changed or added to {is}."),
        _ => format!(" {} that somebody has changed or added to {are}.", counted(count, "", "").trim()),
    }
}
