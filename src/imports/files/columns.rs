//! Where the columns of a file go, and what their cells say: as people have decided it ([`super::mapping`]), and else as it is guessed.

mod left_out;

use std::borrow::Cow;
use std::collections::BTreeMap;

use csv::StringRecord;

use super::error::FileError;
use super::fields::{CONTACT_FIELDS, DELETED, Field, NAME_PARTS, WHOLE_NAME, fields, named, normal};
use super::guess::{self, OWNER};
use super::mapping::{self, DateOrder, Key, Mapping};
use super::survey::{ColumnSurvey, Survey};
use super::table::{Record, error_columns};
use super::values;
use super::words;
use crate::domain::customer::Kind;
use crate::domain::import::Subject;

/// What a field has in it.
#[derive(Debug, Clone)]
enum Source {
    /// The cells of these columns.
    Columns(Vec<usize>),
    /// This, in every row.
    Constant(String),
}

/// Where the columns of a file go.
#[derive(Debug, Clone, Default)]
pub struct ColumnMap {
    header: StringRecord,
    fields: Vec<(&'static Field, Source)>,
    /// What customers are recognized by beside their numbers and CRM IDs.
    pub key: Option<Key>,
    /// Words such as `n/a` stand for nothing.
    pub nothing: bool,
    /// Empty cells clear what is stored.
    pub clear: bool,
    dates: Option<DateOrder>,
    status: BTreeMap<String, bool>,
    /// Of each column, the length of its longest number that begins with a zero.
    zeros: Vec<usize>,
}

impl ColumnMap {
    /// Finds out where each column goes. Fails where two columns are for one field, or one is missing that no record can do without.
    pub fn of(subject: Subject, header: &StringRecord, mapping: &Mapping, survey: &Survey) -> Result<Self, FileError> {
        let mut columns = Self {
            header: header.clone(),
            fields: sources(subject, mapping, survey),
            key: None,
            nothing: mapping.nothing.unwrap_or(!survey.is_own),
            clear: mapping.clear,
            dates: None,
            status: mapping.status.clone(),
            zeros: survey.columns.iter().map(|column| column.zeros).collect(),
        };
        columns.dates = mapping.dates.or_else(|| columns.order_of(survey));
        if subject == Subject::Customers {
            columns.key = Some(mapping.key.unwrap_or_else(|| guess::key(|field| columns.has(field), columns.is_ours("crm_id"))));
        }
        match columns.duplicate().or_else(|| columns.missing(subject)) {
            Some(message) => Err(FileError::new(subject, message)),
            None => Ok(columns),
        }
    }

    /// Each named column of the file with the fields that it goes to; none where it is not imported.
    pub fn list(&self) -> impl Iterator<Item = (&str, Vec<&'static Field>)> {
        let columns = self.header.iter().enumerate().skip(self.error_columns()).filter(|(_, name)| !name.trim().is_empty());
        columns.map(|(place, name)| (name, self.at(place).collect()))
    }

    /// The names of the fields that each column goes to.
    #[must_use]
    pub fn places(&self) -> Vec<Vec<String>> {
        (0..self.header.len()).map(|place| self.at(place).map(|field| field.name.to_owned()).collect()).collect()
    }

    /// The fields that a column goes to.
    fn at(&self, place: usize) -> impl Iterator<Item = &'static Field> {
        let takes = move |source: &Source| matches!(source, Source::Columns(places) if places.contains(&place));
        self.fields.iter().filter(move |(_, source)| takes(source)).map(|(field, _)| *field)
    }

    /// How many columns at the beginning are those that a file of errors adds to its source's.
    #[must_use]
    pub fn error_columns(&self) -> usize {
        error_columns(&self.header)
    }

    /// The columns without those: what a file of errors repeats.
    pub fn source(&self) -> impl Iterator<Item = &str> {
        self.header.iter().skip(self.error_columns())
    }

    /// How many columns the first line names.
    #[must_use]
    pub fn width(&self) -> usize {
        self.header.len()
    }

    /// The file has the field.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.source_of(field).is_some()
    }

    /// What a row has in a field, as its form would have it; empty where there is nothing.
    #[must_use]
    pub fn cell<'a>(&'a self, record: &'a Record, field: &str) -> Cow<'a, str> {
        self.source_of(field).map_or(Cow::Borrowed(""), |source| self.either_name(record, field, source))
    }

    /// What the file has in a field, before anything is made of it: its first cell that is not empty.
    #[must_use]
    pub fn raw<'a>(&'a self, record: &'a Record, field: &str) -> &'a str {
        match self.source_of(field) {
            Some(Source::Columns(places)) => places
                .iter()
                .filter_map(|place| record.cells.get(*place))
                .map(values::plain)
                .find(|cell| !cell.trim().is_empty())
                .unwrap_or(""),
            Some(Source::Constant(value)) => value,
            None => "",
        }
    }

    /// All fields with what a row has in them.
    pub fn cells<'a>(&'a self, record: &'a Record) -> impl Iterator<Item = (&'static str, Cow<'a, str>)> {
        self.fields.iter().map(|(field, source)| (field.name, self.either_name(record, field.name, source)))
    }

    /// What the file calls the column of a field; our own name where it has none.
    #[must_use]
    pub fn name(&self, field: &'static str) -> &str {
        match self.source_of(field) {
            Some(Source::Columns(places)) => places.first().and_then(|place| self.header.get(*place)).unwrap_or(field),
            _ => field,
        }
    }

    /// What a word of the file means as a status, where people have said so.
    #[must_use]
    pub fn status(&self, word: &str) -> Option<bool> {
        if self.status.is_empty() { None } else { self.status.get(&word.trim().to_lowercase()).copied() }
    }

    /// A file of customers has companies and people, perhaps in one row.
    #[must_use]
    pub fn has_people(&self) -> bool {
        self.has("name") && (self.has(WHOLE_NAME) || self.has("first_name") || self.has("last_name"))
    }

    /// The file has fields of its own for a company's contact: then e-mail, phone and language are the company's.
    #[must_use]
    pub fn has_contact_fields(&self) -> bool {
        CONTACT_FIELDS.iter().any(|field| self.has(field))
    }

    /// A row of customers has a company, and a person beside it.
    #[must_use]
    pub fn has_both(&self, record: &Record) -> bool {
        let has = |field| !self.cell(record, field).trim().is_empty();
        has("name") && ["first_name", "last_name", WHOLE_NAME].into_iter().any(has) && self.kind(record) != Some(Kind::Individual)
    }

    /// What a row calls the type of its customer.
    #[must_use]
    pub fn kind(&self, record: &Record) -> Option<Kind> {
        mapping::kind(&self.cell(record, "type"))
    }

    /// That person can be a contact of the company: it has an e-mail.
    #[must_use]
    pub fn has_contact(&self, record: &Record) -> bool {
        let email = if self.has_contact_fields() { "contact_email" } else { "email" };
        self.has_both(record) && !self.cell(record, email).trim().is_empty()
    }

    /// The CRM ID of a row is the person's, not the company's: where companies are recognized by their names, the rows are people.
    #[must_use]
    pub fn gives_id_to_person(&self, record: &Record) -> bool {
        self.key == Some(Key::Name) && self.has_both(record)
    }

    /// The record of a row was deleted where it comes from.
    #[must_use]
    pub fn is_deleted(&self, record: &Record) -> bool {
        words::yes_or_no(&self.cell(record, DELETED)) == Some(true)
    }

    /// What a row of customers says of a company's contact, as a row of contacts would say it.
    #[must_use]
    pub fn of_contacts(&self) -> Self {
        let own = self.has_contact_fields();
        let id = if self.has("contact_ref_id") { "contact_ref_id" } else { "crm_id" };
        let takes = [
            ("first_name", "first_name"),
            ("middle_name", "middle_name"),
            ("last_name", "last_name"),
            (WHOLE_NAME, WHOLE_NAME),
            ("email", if own { "contact_email" } else { "email" }),
            ("phone", if own { "contact_phone" } else { "phone" }),
            ("language", if own { "" } else { "language" }),
            ("ref_id", if own || self.key == Some(Key::Name) { id } else { "" }),
        ];
        let found = takes.iter().filter_map(|(field, from)| Some((named(Subject::Contacts, field)?, self.source_of(from)?.clone())));
        Self { fields: found.collect(), key: None, status: BTreeMap::new(), ..self.clone() }
    }

    /// What comes first in the dates of the file that leave it open.
    #[must_use]
    pub fn dates(&self) -> Option<DateOrder> {
        self.dates
    }

    /// A value, where a column that is called just *Name* has the names of people, and those of companies in the rows that say so (Odoo).
    fn either_name<'a>(&'a self, record: &'a Record, field: &str, source: &'a Source) -> Cow<'a, str> {
        let value = self.value(record, field, source);
        if !matches!(field, "name" | WHOLE_NAME) {
            return value;
        }
        let of = |field: &str| self.source_of(field).map_or(Cow::Borrowed(""), |source| self.value(record, field, source));
        let is_company = || normal(self.name(WHOLE_NAME)) == "name" && mapping::kind(&of("type")) == Some(Kind::Company);
        match field {
            "name" if value.trim().is_empty() && is_company() => of(WHOLE_NAME),
            WHOLE_NAME if self.has("name") && of("name").trim().is_empty() && is_company() => Cow::Borrowed(""),
            _ => value,
        }
    }

    fn value<'a>(&'a self, record: &'a Record, field: &str, source: &'a Source) -> Cow<'a, str> {
        let places = match source {
            Source::Constant(value) => return values::value(field, value, self.dates),
            Source::Columns(places) => places,
        };
        if let [place] = places[..] {
            return self.one(field, record.cells.get(place).unwrap_or(""));
        }
        let mut all =
            places.iter().map(|place| self.one(field, record.cells.get(*place).unwrap_or(""))).filter(|cell| !cell.trim().is_empty());
        let Some(first) = all.next() else { return Cow::Borrowed("") };
        if fields_join(field) { all.fold(first, |text, line| Cow::Owned(format!("{text}\n{line}"))) } else { first }
    }

    fn one<'a>(&self, field: &str, cell: &'a str) -> Cow<'a, str> {
        let cell = values::plain(cell);
        if self.nothing && values::is_nothing(field, cell.trim()) {
            return Cow::Borrowed("");
        }
        values::value(field, cell, self.dates)
    }

    /// The column of a field of customers has one of our own names.
    #[must_use]
    pub fn is_ours(&self, field: &'static str) -> bool {
        named(Subject::Customers, field).is_some_and(|known| self.has(field) && guess::is_own(Subject::Customers, known, self.name(field)))
    }

    fn source_of(&self, field: &str) -> Option<&Source> {
        self.fields.iter().find(|(known, _)| known.name == field).map(|(_, source)| source)
    }

    /// The order of the dates, if their columns tell.
    fn order_of(&self, survey: &Survey) -> Option<DateOrder> {
        let (day_first, month_first, _) = self.slashed(survey);
        match (day_first, month_first) {
            (1.., 0) => Some(DateOrder::DayFirst),
            (0, 1..) => Some(DateOrder::MonthFirst),
            _ => None,
        }
    }

    /// How many dates of the file have the day first, the month first, or leave it open.
    fn slashed(&self, survey: &Survey) -> (u64, u64, u64) {
        self.date_columns(survey)
            .fold((0, 0, 0), |sum, column| (sum.0 + column.day_first, sum.1 + column.month_first, sum.2 + column.either))
    }

    /// A date that could be two days, in a file whose dates do not tell: people have to.
    #[must_use]
    pub fn open_date<'a>(&self, survey: &'a Survey) -> Option<&'a str> {
        let (_, _, either) = self.slashed(survey);
        let is_open = self.dates.is_none() && either > 0;
        self.date_columns(survey).filter(|column| column.either > 0).find_map(|column| column.date.as_deref()).filter(|_| is_open)
    }

    /// Words of the status that are known neither here nor to whoever chose the columns.
    #[must_use]
    pub fn unknown_status(&self, survey: &Survey) -> Vec<String> {
        let Some(Source::Columns(places)) = self.source_of("status") else { return Vec::new() };
        let words = places.iter().filter_map(|place| survey.columns.get(*place)).flat_map(ColumnSurvey::unknown_status);
        words.filter(|word| self.status(word).is_none()).collect()
    }

    /// A column goes to a field by a name that is not ours: people look whether that is right.
    #[must_use]
    pub fn is_guessed(&self, subject: Subject) -> bool {
        let is_foreign = |(place, column): (usize, &str)| self.at(place).any(|field| !guess::is_own(subject, field, column));
        self.header.iter().enumerate().any(is_foreign)
    }

    fn date_columns<'a>(&self, survey: &'a Survey) -> impl Iterator<Item = &'a ColumnSurvey> {
        let sources = ["starts_on", "ends_on"].into_iter().filter_map(|field| self.source_of(field));
        let places: Vec<usize> =
            sources.flat_map(|source| if let Source::Columns(places) = source { places.clone() } else { Vec::new() }).collect();
        places.into_iter().filter_map(|place| survey.columns.get(place))
    }

    /// Two columns for one field, or for a whole name and a part of it.
    fn duplicate(&self) -> Option<String> {
        let both = |columns: [&str; 2], label: &str| {
            format!("The columns \"{}\" and \"{}\" are both for {label}: rename or remove one of them.", columns[0], columns[1])
        };
        let column = |place: &usize| self.header.get(*place).unwrap_or("");
        let several = self.fields.iter().find_map(|(field, source)| match source {
            Source::Columns(places) if places.len() > 1 && !field.takes_several() => {
                Some(both([column(&places[0]), column(&places[1])], field.label))
            }
            _ => None,
        });
        several.or_else(|| {
            let part = NAME_PARTS.into_iter().find(|part| self.has(part))?;
            self.has(WHOLE_NAME).then(|| both([self.name(WHOLE_NAME), self.name(part)], "Name"))
        })
    }

    fn missing(&self, subject: Subject) -> Option<String> {
        if self.fields.is_empty() {
            let first = fields(subject).iter().take(4).map(|field| field.name).collect::<Vec<_>>().join(", ");
            return Some(format!(
                "The first line names none of the columns of {subject}: it has to name them ({first}, …), each further line is a record."
            ));
        }
        if subject == Subject::Customers {
            let is_named = ["name", "last_name", "first_name", WHOLE_NAME, "number", "crm_id"].iter().any(|field| self.has(field));
            return (!is_named)
                .then(|| "A column is missing that names the customers: add name, or last_name, to the first line.".to_owned());
        }
        if !OWNER.iter().any(|key| self.has(key)) {
            let [number, crm_id, name] = OWNER;
            return Some(format!(
                "A column is missing that names the customer of a row: add {number}, {crm_id} or {name} to the first line."
            ));
        }
        let required = if subject == Subject::Contacts { "email" } else { "eid" };
        (!self.has(required)).then(|| format!("The column {required} is missing: add it to the first line."))
    }
}

fn fields_join(field: &str) -> bool {
    named(Subject::Customers, field).is_some_and(Field::joins)
}

/// What each field of a file has in it, in the order of the fields.
fn sources(subject: Subject, mapping: &Mapping, survey: &Survey) -> Vec<(&'static Field, Source)> {
    let guessed = guess::columns(subject, survey);
    let mut places: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    for (place, (column, guess)) in survey.columns.iter().zip(guessed).enumerate() {
        match chosen(mapping, survey, place) {
            Some(chosen) => {
                for field in chosen.iter().filter_map(|name| named(subject, name)) {
                    places.entry(field.name).or_default().push(place);
                }
            }
            None if !column.name.trim().is_empty() => {
                // What people have given to a column of their choice is not guessed for another one.
                if let Some(field) = guess.filter(|field| !is_chosen(mapping, field)) {
                    places.entry(field.name).or_default().push(place);
                }
            }
            None => {}
        }
    }
    let constant = |field: &Field| mapping.constants.iter().find(|(name, _)| name == field.name).map(|(_, value)| value.clone());
    let source = |field: &'static Field| {
        let source = constant(field).map(Source::Constant).or_else(|| places.remove(field.name).map(Source::Columns))?;
        Some((field, source))
    };
    fields(subject).iter().filter_map(source).collect()
}

/// The fields that people have chosen for a column; of several columns of one name each has its own.
fn chosen<'a>(mapping: &'a Mapping, survey: &Survey, place: usize) -> Option<&'a [String]> {
    let name = &survey.columns[place].name;
    let earlier = survey.columns[..place].iter().filter(|column| column.name == *name).count();
    mapping.columns.iter().filter(|(column, _)| column == name).nth(earlier).map(|(_, fields)| fields.as_slice())
}

fn is_chosen(mapping: &Mapping, field: &Field) -> bool {
    mapping.columns.iter().any(|(_, fields)| fields.iter().any(|name| name == field.name))
        || mapping.constants.iter().any(|(name, _)| name == field.name)
}

#[cfg(test)]
mod tests;
