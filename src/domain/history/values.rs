//! Values of fields as people read them.

use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;

use super::line::Names;
use crate::domain::clock::local;
use crate::domain::numbers::thousands;
use crate::domain::places::{Country, Language};

/// A box of a form, which sends nothing where it is not ticked.
const BOX: &str = "shipping_same";

/// The stored value of a field, in words; what cannot be read stays as it is. `None` where there is none.
pub(super) fn value(field: &str, raw: Option<&str>, names: &Names, zone: Tz) -> Option<String> {
    match raw.filter(|raw| !raw.is_empty()) {
        None if field == BOX => Some("no".to_owned()),
        None => None,
        Some(raw) => Some(shown(field, raw, names, zone)),
    }
}

/// The stored value of a field, in words; what cannot be read stays as it is.
fn shown(field: &str, raw: &str, names: &Names, zone: Tz) -> String {
    let words = match field {
        "language" => Language::parse(raw).map(|language| language.name().to_owned()),
        "billing_country" | "shipping_country" => Country::parse(raw).map(|country| country.name().to_owned()),
        "starts_on" | "ends_on" => raw.parse::<NaiveDate>().ok().map(day),
        "ended_at" => raw.parse::<NaiveDateTime>().or_else(|_| raw.replacen(' ', "T", 1).parse()).ok().map(|at| moment(at, zone)),
        "contact" | "default_contact" => {
            raw.parse().ok().map(|id: i64| names.contacts.get(&id).cloned().unwrap_or_else(|| "a deleted contact".to_owned()))
        }
        "quantity" => raw.parse::<i64>().ok().map(thousands),
        _ => None,
    };
    words.unwrap_or_else(|| raw.to_owned())
}

/// `1 Jan 2027`
fn day(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

fn moment(at: NaiveDateTime, zone: Tz) -> String {
    local(at, zone).format("%-d %b %Y, %-H:%M").to_string()
}
