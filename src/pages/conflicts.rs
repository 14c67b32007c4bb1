//! The form of a stored record: as it is stored, as it was typed and refused, or, where somebody else has saved the same fields meanwhile, as it
//! was typed beside what is stored by now, field by field. Then the form counts as opened with what is stored by now: sent again it is saved,
//! or compared anew where somebody was quicker once more.

use super::change::Returned;
use super::detail::sentence;
use super::editing;
use super::form::{NO_ERRORS, opened};
use super::view::{Conflict, Control, Editing, Field, Form, Group, Opening, Version};
use super::words;
use crate::changes::opened::{Edit, Meeting, Present};
use crate::db::Db;
use crate::domain::customer::{Address, SHIPPING};
use crate::domain::input::{Errors, Input};
use crate::domain::merge::{self, SAME};
use crate::domain::places::Country;
use crate::store::editing::Edited;
use crate::store::{Result, random_token};
use crate::web::request::Request;

/// A stored record's form.
pub struct StoredForm<'a> {
    /// The values to draw it with.
    pub input: Input,
    /// What is wrong with them.
    pub errors: &'a Errors,
    present: Present,
    version: Option<i32>,
    token: String,
    editing: Editing,
    meeting: Option<(Input, Meeting)>,
}

/// What is said to who saves what somebody else has saved meanwhile.
const STALE: &str =
    "Somebody else saved this record while your form was open, so your changes are not saved yet. Choose below what to keep, then save.";
/// The same where nothing is left to choose.
const SETTLED: &str = "Somebody else saved this record while your form was open, so your changes are not saved yet. Nothing of it differs from yours any more: save again.";

impl<'a> StoredForm<'a> {
    /// The form before anything was typed, or as it comes back. `check` gives what was typed as the record's form would send it.
    pub fn of(
        db: &mut Db,
        request: &Request,
        present: Present,
        returned: Option<&'a Returned<'a>>,
        check: impl Fn(&Input) -> std::result::Result<Input, Errors>,
    ) -> Result<Self> {
        let token = returned.map(|returned| opened(returned.input).token).filter(|token| !token.is_empty());
        let token = token.map_or_else(random_token, str::to_owned);
        let edited = Edited { kind: present.subject.kind, id: present.subject.id };
        let editing = editing::others(db, request, &token, edited)?;
        let stored = present.form.clone();
        let form = Self { input: stored, errors: NO_ERRORS, version: Some(present.version), present, token, editing, meeting: None };
        let Some(returned) = returned else { return Ok(form) };
        let input = merge::decided(returned.input, &form.present.form);
        if !returned.stale {
            return Ok(Self { version: opened(&input).version, input, errors: returned.errors, ..form });
        }
        let typed = check(&input).unwrap_or_else(|_| input.clone());
        let meeting = opened(&input).meet(db, &form.present, &typed)?;
        Ok(Self { input: proposed(input, &typed, &meeting), meeting: Some((typed, meeting)), ..form })
    }

    /// Adds to the drawn form what it says about its opening, and what is to be chosen.
    pub fn finish(self, request: &Request, form: Form) -> Form {
        let (record, id) = (self.present.subject.kind.word(), self.present.subject.id);
        let opened = Some(Opening { version: self.version, token: self.token, record, id, editing: self.editing });
        let Some((typed, meeting)) = self.meeting else { return Form { opened, ..form } };
        let draw = Draw { request, groups: &form.groups, typed: &typed, stored: &self.present.form, meeting: &meeting };
        let mut conflicts: Vec<_> = meeting.merged.conflicts.iter().filter_map(|conflict| draw.conflict(conflict)).collect();
        let saved = conflicts.first().map(|first| first.saved.clone()).filter(|saved| conflicts.iter().all(|one| one.saved == *saved));
        if saved.is_some() {
            for conflict in &mut conflicts {
                conflict.saved.clear();
            }
        }
        let alert = Some(sentence(if conflicts.is_empty() { SETTLED } else { STALE }));
        Form { opened, conflicts, saved: saved.unwrap_or_default(), alert, ..form }
    }
}

/// What was typed, with what others have saved elsewhere. What is to be chosen stands in it as it was typed, beside the choice.
fn proposed(mut input: Input, typed: &Input, meeting: &Meeting) -> Input {
    let merged = &meeting.merged;
    let asked = |field: &str| merged.conflicts.iter().any(|conflict| conflict.field == field);
    let fields = merged.form.pairs().iter().chain(typed.pairs()).map(|(field, _)| field);
    for field in fields.filter(|field| !asked(field) && merged.form.get(field) != typed.get(field)) {
        input.set(field, merged.form.get(field));
    }
    for conflict in &merged.conflicts {
        input.set(&conflict.field, typed.get(&conflict.field));
    }
    input
}

/// What the comparison is drawn from.
struct Draw<'a> {
    request: &'a Request,
    groups: &'a [Group],
    typed: &'a Input,
    stored: &'a Input,
    meeting: &'a Meeting,
}

impl Draw<'_> {
    fn conflict(&self, conflict: &merge::Conflict) -> Option<Conflict> {
        let name = conflict.field.as_str();
        let whole = name == SAME;
        let fields = |group: &'_ Group| group.fields.iter().position(|field| field.name == name);
        let (group, at) = self.groups.iter().find_map(|group| Some((group, fields(group)?)))?;
        let field = &group.fields[at];
        let words = |form: &Input| if whole { shipping(form) } else { shown(field, form.get(name)) };
        let version = |form: &Input| Version { words: words(form), value: (!whole).then(|| form.get(name).to_owned()) };
        let is_address = group.legend.ends_with("address");
        Some(Conflict {
            field: name.to_owned(),
            label: match (whole, is_address) {
                (true, _) => group.legend.to_owned(),
                (_, true) => format!("{}: {}", group.legend, field.label),
                _ => field.label.to_owned(),
            },
            mine: version(self.typed),
            stored: version(self.stored),
            former: self.meeting.opened.as_ref().map(words),
            saved: self.meeting.edits.iter().find(|edit| changed(edit, name)).map(|edit| self.done(edit)).unwrap_or_default(),
            keeps_mine: conflict.is_typed,
        })
    }

    /// `somebody on this computer, 2 minutes ago`
    fn done(&self, edit: &Edit) -> String {
        let done = &edit.done;
        format!("{}, {}", done.who().within_sentence(), words::when(self.request.actor.now, done.at).words)
    }
}

fn changed(edit: &Edit, field: &str) -> bool {
    let is_part = |changed: &str| changed == field || (field == SAME && changed.starts_with("shipping_"));
    edit.changes.iter().any(|change| is_part(&change.field))
}

/// A value as the form's control words it; nothing for an empty one.
fn shown(field: &Field, value: &str) -> String {
    match &field.control {
        Control::Select(options) if !value.is_empty() => {
            options.iter().find(|(code, _)| code == value).map_or_else(|| value.to_owned(), |(_, label)| label.clone())
        }
        _ => value.to_owned(),
    }
}

/// The whole shipping address of a form.
fn shipping(form: &Input) -> String {
    if !form.get(SAME).is_empty() {
        return "Same as billing".to_owned();
    }
    let line = |field: &str| form.get(field).to_owned();
    let address = Address {
        street: line(SHIPPING.street),
        city: line(SHIPPING.city),
        state: line(SHIPPING.state),
        postal_code: line(SHIPPING.postal_code),
        country: Country::parse(form.get(SHIPPING.country)),
    };
    address.lines().join("\n")
}
