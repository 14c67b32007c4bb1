//! What of a row is left out, read as something else, or looks as if a spreadsheet had broken it.

use super::{ColumnMap, Source};
use crate::domain::customer::Kind;
use crate::imports::files::fields::{CONTACT_FIELDS, NAME_PARTS, WHOLE_NAME};
use crate::imports::files::notes::NoteKind;
use crate::imports::files::table::Record;
use crate::imports::files::values;

impl ColumnMap {
    /// What of a row of customers its type cannot hold, and what of it is read as something else.
    #[must_use]
    pub fn left_out(&self, record: &Record, kind: Kind) -> Vec<(&'static str, NoteKind)> {
        let has = |field: &str| !self.cell(record, field).trim().is_empty();
        let person = NAME_PARTS.into_iter().chain([WHOLE_NAME]);
        let mut notes = Vec::new();
        if self.has_people() {
            let (named, is_contact) = (person.clone().any(has), self.has_contact(record));
            match kind {
                Kind::Individual if named && has("name") => notes.push(("name", NoteKind::OfCompaniesOnly)),
                Kind::Company if named && !is_contact => {
                    let field = person.clone().find(|field| has(field)).unwrap_or("last_name");
                    notes.push((field, NoteKind::PersonWithoutEmail));
                }
                _ => {}
            }
        }
        if kind == Kind::Individual {
            let contact = CONTACT_FIELDS.into_iter().filter(|field| has(field));
            notes.extend(contact.map(|field| (field, NoteKind::OfCompaniesOnly)));
        }
        notes.extend(self.read_otherwise(record));
        notes
    }

    /// Cells of a row of which only a part is read, or nothing.
    pub fn read_otherwise(&self, record: &Record) -> impl Iterator<Item = (&'static str, NoteKind)> {
        self.fields.iter().filter_map(|(field, source)| {
            let Source::Columns(places) = source else { return None };
            let mut cells = places.iter().filter_map(|place| record.cells.get(*place)).map(|cell| values::plain(cell).trim());
            let nothing = |cell: &str| self.nothing && values::is_nothing(field.name, cell);
            if matches!(field.name, "email" | "contact_email" | "phone") && cells.clone().any(|cell| values::emails(cell).nth(1).is_some())
            {
                return Some((field.name, NoteKind::SeveralEmails));
            }
            if field.name == "phone" && cells.clone().any(|cell| cell.contains('@')) {
                return Some((field.name, NoteKind::EmailAsPhone));
            }
            if cells.clone().any(nothing) {
                return Some((field.name, NoteKind::Nothing));
            }
            let lost = |place: &usize| {
                let cell = record.cells.get(*place).map_or("", |cell| values::plain(cell).trim());
                values::is_shortened(cell, self.zeros.get(*place).copied().unwrap_or(0))
            };
            match field.name {
                "billing_postal_code" if values::has_lost_zero(&self.cell(record, "billing_country"), cells.next().unwrap_or("")) => {
                    Some((field.name, NoteKind::LostZero))
                }
                "billing_postal_code" | "shipping_postal_code" | "phone" | "fax" | "ref_id" | "eid" if places.iter().any(lost) => {
                    Some((field.name, NoteKind::LostZero))
                }
                "number" | "crm_id" | "ref_id" | "eid" | "phone" if cells.clone().any(values::is_scientific) => {
                    Some((field.name, NoteKind::Scientific))
                }
                "number" | "crm_id" | "ref_id" | "eid" if cells.clone().any(values::is_date) => Some((field.name, NoteKind::DateForNumber)),
                _ if cells.any(values::is_garbled) => Some((field.name, NoteKind::Garbled)),
                _ => None,
            }
        })
    }
}
