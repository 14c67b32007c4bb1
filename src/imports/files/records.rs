//! Rows as their forms would have sent them, so that the rules of the forms hold for files too. What a file has no column for is as it is
//! stored.

use std::borrow::Cow;

use chrono::NaiveDateTime;

use super::columns::ColumnMap;
use super::fields::{DELETED, NAME_PARTS, WHOLE_NAME};
use super::mapping::{self, DateOrder};
use super::report::CellError;
use super::table::Record;
use super::values;
use super::words;
use crate::domain::contact::{self, Contact};
use crate::domain::customer::{self, Customer, Kind};
use crate::domain::entitlement::{self, Entitlement};
use crate::domain::input::{Errors, Input};
use crate::domain::person::PersonName;
use crate::domain::places::Language;
use crate::domain::stored::{self, Pairs};

/// What a row of some kind says of a record.
pub trait FileRecord: Sized {
    type Stored;

    fn read(columns: &ColumnMap, record: &Record, stored: Option<&Self::Stored>) -> Result<Self, Vec<CellError>>;
}

/// A customer of a file.
#[derive(Debug)]
pub struct CustomerRecord {
    /// For a new one; empty to have one generated.
    pub number: String,
    pub enabled: bool,
    pub draft: customer::Draft,
}

/// A contact of a file.
#[derive(Debug)]
pub struct ContactRecord {
    pub enabled: bool,
    /// The default or expressly not; `None` where the row does not say.
    pub default: Option<bool>,
    pub draft: contact::Draft,
}

/// An entitlement of a file. Which contact it names is found out elsewhere.
#[derive(Debug)]
pub struct EntitlementRecord {
    /// When it was ended by hand, UTC.
    pub ended_at: Option<NaiveDateTime>,
    /// All else; its contact is the stored one.
    pub draft: entitlement::Draft,
}

impl FileRecord for CustomerRecord {
    type Stored = Customer;

    fn read(columns: &ColumnMap, record: &Record, stored: Option<&Customer>) -> Result<Self, Vec<CellError>> {
        let mut row = RowReader { columns, record, errors: Vec::new() };
        let kind = kind(&mut row, stored);
        let enabled = row.enabled().unwrap_or(stored.is_none_or(|stored| stored.enabled));
        let mut form = stored.map_or_else(Pairs::new, stored::customer);
        row.add_customer(&mut form, kind, stored.is_some());
        if let Some(same) = shipping_same(&mut row, stored.is_some()) {
            form.push(("shipping_same".to_owned(), if same { "yes" } else { "" }.to_owned()));
        }
        let form = Input::new(form);
        let number = row.keep(stored.map_or_else(|| customer::check_number(&form), |stored| Ok(stored.number.clone())));
        let draft = row.keep(customer::check(kind, &form));
        row.finish(number.zip(draft), |(number, draft)| Self { number, enabled, draft })
    }
}

impl FileRecord for ContactRecord {
    type Stored = Contact;

    fn read(columns: &ColumnMap, record: &Record, stored: Option<&Contact>) -> Result<Self, Vec<CellError>> {
        let mut row = RowReader { columns, record, errors: Vec::new() };
        let enabled = row.enabled().unwrap_or(stored.is_none_or(|stored| stored.enabled));
        let default = row.word("default", words::yes_or_no, "Default must be yes or no.");
        let mut form = stored.map_or_else(Pairs::new, |stored| stored::contact(&stored.draft));
        for (field, cell) in row.filled(stored.is_some()) {
            if field == WHOLE_NAME { form.extend(row.parts_of(&cell)) } else { form.push((field.to_owned(), cell.into_owned())) }
        }
        let draft = row.keep(contact::check(&contact::FIELDS, &Input::new(form)));
        row.finish(draft, |draft| Self { enabled, default, draft })
    }
}

impl FileRecord for EntitlementRecord {
    type Stored = Entitlement;

    fn read(columns: &ColumnMap, record: &Record, stored: Option<&Entitlement>) -> Result<Self, Vec<CellError>> {
        let mut row = RowReader { columns, record, errors: Vec::new() };
        let clears = columns.clear || stored.is_none() || !row.is_empty("ended_at");
        let ended_at = if columns.has("ended_at") && clears {
            row.word("ended_at", words::moment, "Ended at must be a time like 2026-03-31T12:00:00Z.")
        } else {
            stored.and_then(|stored| stored.ended_at)
        };
        let mut form = stored.map_or_else(Pairs::new, |stored| stored::entitlement(&stored.draft));
        form.extend(row.filled(stored.is_some()).map(|(field, cell)| (field.to_owned(), cell.into_owned())));
        row.refuse_days_out_of_order();
        let draft = row.keep(entitlement::check(&Input::new(form)));
        row.finish(draft, |draft| Self { ended_at, draft })
    }
}

/// The EID of a row, cleaned.
pub fn eid(columns: &ColumnMap, record: &Record) -> Result<String, Vec<CellError>> {
    let form = Input::new(vec![("eid".to_owned(), columns.cell(record, "eid").into_owned())]);
    entitlement::check_eid(&form).map_err(|errors| CellError::all(columns, errors).collect())
}

/// A file without types has companies where it has a name, and else individuals where it has a person's.
fn kind(row: &mut RowReader<'_>, stored: Option<&Customer>) -> Kind {
    let kind = row.word("type", mapping::kind, "Type must be company or individual.");
    match (stored, kind) {
        (Some(stored), kind) => {
            if kind.is_some_and(|kind| kind != stored.kind()) {
                row.error("type", format!("Customer {} is of type {}, which cannot change.", stored.number, stored.kind().word()));
            }
            stored.kind()
        }
        (None, Some(kind)) => kind,
        (None, None) if row.is_empty("name") && row.has_person() => Kind::Individual,
        (None, None) => Kind::Company,
    }
}

/// Whether goods go where bills go; `None` to leave it as it is. Where no cell says so, no shipping address means the same.
fn shipping_same(row: &mut RowReader<'_>, is_stored: bool) -> Option<bool> {
    const ADDRESS: [&str; 5] = ["shipping_street", "shipping_city", "shipping_state", "shipping_postal_code", "shipping_country"];
    if !row.is_empty("shipping_same") {
        return row.word("shipping_same", words::yes_or_no, "Shipping same as billing must be yes or no.");
    }
    let is_given = ADDRESS.iter().any(|field| !row.is_empty(field));
    (is_given || !is_stored || (row.columns.clear && ADDRESS.iter().all(|field| row.columns.has(field)))).then_some(!is_given)
}

/// Reads the cells of one row, and collects what is wrong with them.
struct RowReader<'a> {
    columns: &'a ColumnMap,
    record: &'a Record,
    errors: Vec<CellError>,
}

impl RowReader<'_> {
    /// The fields that the row says something of. An empty cell says nothing of a stored record, unless people want it to.
    fn filled(&self, is_stored: bool) -> impl Iterator<Item = (&'static str, Cow<'_, str>)> {
        let keeps = is_stored && !self.columns.clear;
        self.columns.cells(self.record).filter(move |(_, cell)| !keeps || !cell.trim().is_empty())
    }

    fn has_person(&self) -> bool {
        ["last_name", "first_name", WHOLE_NAME].iter().any(|field| !self.is_empty(field))
    }

    /// Adds what the row says of a customer: of a company all but what is said of the person beside it, of an individual the person, whose name may
    /// stand where companies have theirs.
    /// The parts of a whole name, by their fields.
    fn parts_of(&self, name: &str) -> [(String, String); 3] {
        let name = PersonName::of_whole(name, Language::parse(&self.columns.cell(self.record, "language")));
        let [first, middle, last] = NAME_PARTS.map(str::to_owned);
        [(first, name.first), (middle, name.middle), (last, name.last)]
    }

    fn add_customer(&self, form: &mut Pairs, kind: Kind, is_stored: bool) {
        let both = self.columns.has_both(self.record);
        let of_person = both && !self.columns.has_contact_fields();
        let of_contact = |field: &str| match field {
            "first_name" | "middle_name" | "last_name" | WHOLE_NAME => kind == Kind::Company,
            "email" | "phone" | "language" => of_person,
            "crm_id" => self.columns.gives_id_to_person(self.record),
            "name" => kind == Kind::Individual,
            _ => field.starts_with("contact_") || matches!(field, "type" | "status" | "shipping_same" | DELETED),
        };
        for (field, cell) in self.filled(is_stored).filter(|(field, _)| !of_contact(field)) {
            match field {
                WHOLE_NAME => form.extend(self.parts_of(&cell)),
                // An address that has slipped into another column.
                "phone" if cell.contains('@') && self.is_empty("email") => {
                    form.extend(values::emails(&cell).next().map(|email| ("email".to_owned(), email.to_owned())));
                }
                _ => form.push((field.to_owned(), cell.into_owned())),
            }
        }
        if kind == Kind::Individual && !self.has_person() && !self.is_empty("name") {
            form.extend(self.parts_of(&self.columns.cell(self.record, "name")));
        }
    }

    /// A date that does not fit into the order of the file's others is refused, though it could be read for itself.
    fn refuse_days_out_of_order(&mut self) {
        let Some(order) = self.columns.dates() else { return };
        for field in ["starts_on", "ends_on"] {
            let raw = self.columns.raw(self.record, field);
            if values::slashed(raw).is_some_and(|slashed| !slashed.fits(order)) {
                let first = if order == DateOrder::DayFirst { "day" } else { "month" };
                self.error(field, format!("{raw} is no date with the {first} first, as the others of this file are."));
            }
        }
    }

    fn is_empty(&self, field: &str) -> bool {
        self.columns.cell(self.record, field).trim().is_empty()
    }

    fn error(&mut self, field: &'static str, message: impl Into<String>) {
        self.errors.push(CellError::new(self.columns, field, message));
    }

    /// A cell that is no text; `None` where it is empty, or is not there.
    fn word<T>(&mut self, field: &'static str, parse: fn(&str) -> Option<T>, message: &str) -> Option<T> {
        let value = parse(&self.columns.cell(self.record, field));
        if value.is_none() && !self.is_empty(field) {
            self.error(field, message);
        }
        value
    }

    fn enabled(&mut self) -> Option<bool> {
        let chosen = self.columns.status(&self.columns.cell(self.record, "status"));
        chosen.or_else(|| self.word("status", words::status, "Status must be enabled or disabled."))
    }

    /// What a form's check let pass.
    fn keep<T>(&mut self, checked: Result<T, Errors>) -> Option<T> {
        checked.map_err(|errors| self.errors.extend(CellError::all(self.columns, errors))).ok()
    }

    fn finish<T, R>(self, checked: Option<T>, make: impl FnOnce(T) -> R) -> Result<R, Vec<CellError>> {
        checked.filter(|_| self.errors.is_empty()).map(make).ok_or(self.errors)
    }
}
