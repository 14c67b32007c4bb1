//! Where the columns of a file go, as far as their names and values tell.

use super::fields::{CUSTOMER_NAME, Field, NAME_PARTS, WHOLE_NAME, fields, named, normal};
use super::mapping::{self, Key};
use super::survey::{ColumnSurvey, Survey};
use super::words;
use crate::domain::import::Subject;

/// The field of each column of a file; `None` where it is not imported.
pub(super) fn columns(subject: Subject, survey: &Survey) -> Vec<Option<&'static Field>> {
    let mut guessed: Vec<Option<(&'static Field, usize)>> =
        survey.columns.iter().map(|column| field(subject, column, survey.is_own)).collect();
    person_beside_company(subject, survey, &mut guessed);
    without_rivals(subject, &mut guessed);
    key_of_last_resort(subject, &mut guessed);
    guessed.into_iter().map(|found| found.map(|(field, _)| field)).collect()
}

/// Whether a column's name is one of ours for a field.
#[must_use]
pub fn is_own(subject: Subject, field: &Field, column: &str) -> bool {
    field.fits(&plain(subject, column)) == Some(0)
}

/// A column's name as it is compared; a file of invalid rows may say in front of it which file it was of.
fn plain(subject: Subject, column: &str) -> String {
    normal(column.strip_prefix(subject.word()).and_then(|rest| rest.strip_prefix('.')).unwrap_or(column))
}

/// What a customer is recognized by beside its number and its CRM ID, in a file with columns for these fields.
pub(super) fn key(has: impl Fn(&str) -> bool, has_own_crm_id: bool) -> Key {
    let has_person = has(WHOLE_NAME) || NAME_PARTS.iter().any(|part| has(part));
    if has("number") || has_own_crm_id {
        Key::Nothing
    } else if has("name") && has_person {
        // Several rows may be of one company, and an ID that another program gives is a row's.
        Key::Name
    } else if !has("crm_id") && has("ref_id") {
        Key::RefId
    } else {
        Key::Nothing
    }
}

/// The field that fits a column best, and how well.
fn field(subject: Subject, column: &ColumnSurvey, is_own: bool) -> Option<(&'static Field, usize)> {
    let name = plain(subject, &column.name);
    if name == "state" && subject == Subject::Customers && !column.is_status() {
        return named(subject, "billing_state").map(|field| (field, 1));
    }
    let fits = fields(subject).iter().filter_map(|field| Some((field, field.fits(&name)?)));
    let (field, rank) = fits.min_by_key(|(_, rank)| *rank)?;
    let is_possible = match field.name {
        "type" => is_own || column.has_words(|word| mapping::kind(word).is_some()),
        "status" => is_own || column.has_words(|word| words::status(word).is_some()),
        _ => true,
    };
    is_possible.then_some((field, rank))
}

/// Beside a column for companies, one that is called just *Name* has the names of people.
fn person_beside_company(subject: Subject, survey: &Survey, guessed: &mut [Option<(&'static Field, usize)>]) {
    let is_named = |place: usize, wanted: &str| normal(&survey.columns[place].name) == wanted;
    let company = |place: usize| subject == Subject::Customers && guessed[place].is_some_and(|(field, _)| field.name == "name");
    let companies: Vec<usize> = (0..guessed.len()).filter(|place| company(*place)).collect();
    let Some(plain) = companies.iter().copied().find(|place| is_named(*place, "name")) else { return };
    if companies.iter().any(|place| !is_named(*place, "name")) {
        guessed[plain] = named(subject, WHOLE_NAME).map(|field| (field, 1));
    }
}

/// Of several columns for a field that takes one, those that fit best; two of our own names stay, and are refused. A person has a whole name or its
/// parts.
fn without_rivals(subject: Subject, guessed: &mut [Option<(&'static Field, usize)>]) {
    for field in fields(subject) {
        let rank = |found: &Option<(&'static Field, usize)>| found.filter(|(other, _)| other.name == field.name).map(|(_, rank)| rank);
        let Some(best) = guessed.iter().filter_map(rank).min() else { continue };
        let mut taken = false;
        for found in guessed.iter_mut() {
            let Some(rank) = rank(found) else { continue };
            if !field.takes_several() && (rank > best || (taken && best > 0)) {
                *found = None;
            }
            taken |= rank == best;
        }
    }
    let has_parts = guessed.iter().flatten().any(|(field, _)| NAME_PARTS.contains(&field.name));
    for found in guessed.iter_mut() {
        if has_parts && found.is_some_and(|(field, rank)| field.name == WHOLE_NAME && rank > 0) {
            *found = None;
        }
    }
}

/// An account's number is its Ref ID where something else tells customers apart, and their CRM ID where nothing else does.
fn key_of_last_resort(subject: Subject, guessed: &mut [Option<(&'static Field, usize)>]) {
    let has = |guessed: &[Option<(&'static Field, usize)>], name: &str| guessed.iter().flatten().any(|(field, _)| field.name == name);
    if subject != Subject::Customers || has(guessed, "number") || has(guessed, "crm_id") {
        return;
    }
    if let Some(found) = guessed.iter_mut().find(|found| found.is_some_and(|(field, rank)| field.name == "ref_id" && rank == 1)) {
        *found = named(subject, "crm_id").map(|field| (field, 1));
    }
}

/// Which of a file's fields name the customer that a record belongs to.
pub(super) const OWNER: [&str; 3] = ["customer_number", "customer_crm_id", CUSTOMER_NAME];
