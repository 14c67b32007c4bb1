//! Two edits of one record. Three versions of it meet: the one that a form was opened with, the one that is stored by now, and what was typed.
//! What one side alone has changed is taken from that side; where both have changed the same, somebody has to decide.
//!
//! Versions are compared as their forms would send them ([`super::stored`]).

use std::collections::BTreeSet;

use super::customer::{BILLING, SHIPPING};
use super::event::FieldChange;
use super::input::Input;
use super::person::PersonName;

/// The field that makes the shipping address the billing address.
pub const SAME: &str = "shipping_same";

/// Fields that are one value to people: half of one address with half of another is an address that nobody has written.
const COMPOSITES: [&[&str]; 3] = [
    &[PersonName::FIELDS.first, PersonName::FIELDS.middle, PersonName::FIELDS.last],
    &[BILLING.street, BILLING.postal_code, BILLING.city, BILLING.state, BILLING.country],
    &[SAME, SHIPPING.street, SHIPPING.postal_code, SHIPPING.city, SHIPPING.state, SHIPPING.country],
];

/// What comes of two edits.
#[derive(Debug, Clone)]
pub struct Merged {
    /// What is to be saved; where there are conflicts, what is proposed: it takes from the stored version what was not typed, and else what was.
    pub form: Input,
    /// What somebody has to decide about. Nothing is saved while there is any.
    pub conflicts: Vec<Conflict>,
}

/// A field that both edits have changed, or that belongs to a value that both have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Its name in the form. [`SAME`] stands for the whole shipping address.
    pub field: String,
    /// It was typed, and not only saved by somebody else: so it is what is proposed.
    pub is_typed: bool,
}

/// Merges what was typed with what has been stored since the form was opened. Where nobody knows what it was opened with, all that differs is
/// a conflict.
#[must_use]
pub fn merge(opened: Option<&Input>, stored: &Input, typed: &Input) -> Merged {
    let mut merged = Merged { form: Input::default(), conflicts: Vec::new() };
    for value in values(&[Some(stored), Some(typed), opened]) {
        let same = |one: &Input, other: &Input| value.iter().all(|field| one.get(field) == other.get(field));
        let taken = match opened {
            _ if same(typed, stored) => stored,
            Some(opened) if same(typed, opened) => stored,
            Some(opened) if same(stored, opened) => typed,
            _ => {
                merged.propose(opened, stored, typed, &value);
                continue;
            }
        };
        merged.take(taken, &value);
    }
    merged
}

impl Merged {
    fn take(&mut self, version: &Input, fields: &[&str]) {
        for field in fields.iter().filter(|field| version.has(field)) {
            self.form.set(field, version.get(field));
        }
    }

    /// A value that both edits have changed, field by field. An address that is the billing address has no fields: it is decided about whole.
    fn propose(&mut self, opened: Option<&Input>, stored: &Input, typed: &Input, value: &[&str]) {
        if value.contains(&SAME) && stored.get(SAME) != typed.get(SAME) {
            self.take(typed, value);
            self.conflicts.push(Conflict { field: SAME.to_owned(), is_typed: true });
            return;
        }
        for field in value {
            let is_typed = opened.is_none_or(|opened| typed.get(field) != opened.get(field));
            self.take(if is_typed { typed } else { stored }, &[field]);
            if stored.get(field) != typed.get(field) {
                self.conflicts.push(Conflict { field: (*field).to_owned(), is_typed });
            }
        }
    }
}

/// The fields of some versions, those of one value together, in the order in which they first stand.
fn values<'a>(versions: &[Option<&'a Input>]) -> Vec<Vec<&'a str>> {
    let mut known = BTreeSet::new();
    let mut values = Vec::new();
    let names = versions.iter().flatten().flat_map(|version| version.pairs()).map(|(name, _)| name.as_str());
    for name in names {
        if !known.insert(name) {
            continue;
        }
        let composite = COMPOSITES.iter().find(|fields| fields.contains(&name));
        known.extend(composite.into_iter().copied().flatten());
        values.push(composite.map_or_else(|| vec![name], |fields| fields.to_vec()));
    }
    values
}

/// An edit that has been saved since a form was opened.
#[derive(Debug, Clone)]
pub struct LaterEdit {
    /// From what to what.
    pub changes: Vec<FieldChange>,
    /// It was saved with that form.
    pub own: bool,
}

/// What a form was opened with: the stored version without the edits since, which are given newest first. What was saved with the form itself
/// stands in it, so it counts as known. `None` when the edits do not lead to the stored version.
#[must_use]
pub fn opened_with(stored: &Input, edits: &[LaterEdit]) -> Option<Input> {
    let mut form = stored.clone();
    for edit in edits {
        for FieldChange { field, old, new } in &edit.changes {
            if form.get(field) != new.as_deref().unwrap_or_default() {
                return None;
            }
            form.set(field, old.clone().unwrap_or_default());
        }
    }
    for change in edits.iter().rev().filter(|edit| edit.own).flat_map(|edit| &edit.changes) {
        form.set(&change.field, change.new.clone().unwrap_or_default());
    }
    Some(form)
}

/// Begins the name of what is chosen about a field in conflict: `keep_phone`.
pub const KEEP: &str = "keep_";
/// Keeps what is stored by now.
pub const KEEP_STORED: &str = "stored";
/// Begins the name of what stood in such a field when the choice was offered: `mine_phone`. What is typed into it after that is a choice, too.
pub const MINE: &str = "mine_";

/// A form with what was chosen about its conflicts in the place of what was typed. What was chosen from the stored version is no change, so a
/// later version of it is as good.
#[must_use]
pub fn decided(typed: &Input, stored: &Input) -> Input {
    let mut form = typed.clone();
    let fields = values(&[Some(stored)]).concat();
    for (name, _) in typed.pairs().iter().filter(|(_, choice)| choice == KEEP_STORED) {
        let Some(field) = name.strip_prefix(KEEP) else { continue };
        let mine = format!("{MINE}{field}");
        if typed.has(&mine) && typed.get(&mine).replace("\r\n", "\n") != typed.get(field).replace("\r\n", "\n") {
            continue;
        }
        let chosen = if field == SAME { COMPOSITES[2] } else { &[field] };
        for field in chosen.iter().filter(|field| fields.contains(field)) {
            form.set(field, stored.get(field));
        }
    }
    form
}

#[cfg(test)]
mod tests;
