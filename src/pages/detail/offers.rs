//! What a customer's page offers, and why not.

use crate::domain::numbers::thousands;
use crate::domain::rules::{Refusal, Task};
use crate::pages::view::{More, Offer};
use crate::store::detail::FIRST;
use crate::web::request::Request;

/// The address of a task, where it may be offered.
pub fn offer(request: &Request, task: Task, path: &str) -> Option<Offer> {
    request.actor.can(task).then(|| Offer { href: request.keeping(path) })
}

/// Why a task cannot be done now, if it cannot.
pub fn why_not(request: &Request, task: Task) -> Option<Refusal> {
    request.actor.may(task).err()
}

/// The link to all rows of a pane, or back to the first ones. `href` is the address with all of them, or without.
pub fn more(count: i64, most: i64, all: bool, href: impl FnOnce(bool) -> String) -> Option<More> {
    let label = match all {
        true => format!("Show only the first {FIRST}"),
        false if count > most => format!("Show the first {} of {}", thousands(most), thousands(count)),
        false => format!("Show all {}", thousands(count)),
    };
    let printed =
        if all { String::new() } else { format!("The first {FIRST} of {}. To print more, choose “{label}” first.", thousands(count)) };
    (count > FIRST).then(|| More { label, printed, href: href(!all) })
}
