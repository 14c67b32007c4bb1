//! Finds out of which customers rows are that say neither a number nor a CRM ID: by what people have chosen as their key, by the name of a
//! company, or because they look like a customer that is known.
//!
//! Check and import resolve the same rows in the same order, so they find the same. All that is compared is kept as hashes, a dozen bytes each: with a
//! million customers and three traits about 100 MiB, and nothing where the rows have numbers.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};

use crate::db::Database;
use crate::domain::customer::Kind;
use crate::domain::fold::fold;
use crate::domain::identity;
use crate::domain::import::{Each, Subject};
use crate::domain::person::PersonName;
use crate::domain::places::Language;
use crate::domain::{BatchId, CustomerId};
use crate::imports::files::columns::ColumnMap;
use crate::imports::files::fields::{CUSTOMER_NAME, NAME_PARTS, WHOLE_NAME};
use crate::imports::files::look::Look;
use crate::imports::files::mapping::{Alike, Key};
use crate::imports::files::merge::{Batch, names_customers};
use crate::imports::files::report::{AlikeRow, MissingOwner};
use crate::imports::files::row::{FileRow, Found, short_line};
use crate::imports::files::table::Record;
use crate::store::Result;
use crate::store::lookup::{Traits, traits};

/// Names that lead to no customer and are kept.
const MISSING: usize = 100;
/// Customers that are read at a time.
const CHUNK: i64 = 10_000;
/// Digits of a phone number that are compared: what it has beside its country and, mostly, its area.
const PHONE_DIGITS: usize = 9;

/// What customers are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Trait {
    /// A company's name.
    Name,
    /// The name of either kind, with the city.
    NameAndCity,
    Email,
    /// An individual's e-mail.
    OwnEmail,
    Phone,
    CrmId,
    RefId,
}

/// A customer of the database, or several.
type Holder = i64;
/// Stands for several.
const SEVERAL: Holder = -1;
/// Stands for several lines.
const SEVERAL_LINES: u32 = 0;

/// Finds out of which customers rows are.
#[derive(Default)]
pub struct Resolver {
    state: RandomState,
    key: Option<Key>,
    /// New customers may look like known ones.
    compares: bool,
    alike: Option<Alike>,
    alike_rows: BTreeMap<u64, Alike>,
    stored: HashMap<u64, Holder>,
    /// The numbers of customers whose names leave it open which is meant, by what people have said: of each file, by the folded name.
    owners: Each<HashMap<String, String>>,
    /// Names that rows give and that lead to no customer, or to several.
    missing: BTreeMap<(&'static str, String), MissingOwner>,
    /// The lines on which the file has a key first.
    firsts: HashMap<u64, u32>,
    /// Rows of other files may give the names of companies alone.
    names_owners: bool,
    /// The lines of the file's companies by their names; [`SEVERAL_LINES`] for several of one name.
    named: HashMap<u64, u32>,
    /// The companies that this import has created before it was interrupted, by their names.
    made: HashMap<u64, Holder>,
}

impl Resolver {
    /// Reads what the rows of these files will be compared with. What the import itself has created, where it goes on, looks like its own rows and is
    /// not meant.
    pub fn load(database: &Database, look: &Look, batch: Option<BatchId>) -> Result<Self> {
        let (columns, mapping) = (&look.columns, &look.options.customers.mapping);
        let customers = columns.customers.as_ref();
        let key = customers.and_then(|columns| columns.key).filter(|key| *key != Key::Nothing);
        // What has our own keys has been here before, or comes from a program that knows what it does.
        let compares = customers.is_some_and(|columns| !columns.has("number") && !columns.is_ours("crm_id"));
        let names_owners = names_customers(columns);
        let mut resolver =
            Self { key, compares, alike: mapping.alike, alike_rows: mapping.alike_rows.clone(), names_owners, ..Self::default() };
        resolver.owners = Each::from_fn(|subject| {
            let decided = look.options.of(subject).mapping.owners.iter();
            decided.map(|(name, number)| (named(name), identity::key(number))).collect()
        });
        if key.is_none() && !compares && !names_owners {
            return Ok(resolver);
        }
        let mut wanted = Vec::new();
        if compares {
            wanted.extend([Trait::CrmId, Trait::NameAndCity, Trait::Email, Trait::Phone]);
        }
        match key {
            Some(Key::Name) => wanted.extend([Trait::Name, Trait::OwnEmail]),
            Some(Key::Email) => wanted.push(Trait::Email),
            Some(Key::RefId) => wanted.push(Trait::RefId),
            _ => {}
        }
        if names_owners {
            wanted.push(Trait::Name);
        }
        wanted.sort_unstable();
        wanted.dedup();
        let mut beyond = CustomerId(0);
        loop {
            let found = database.read(|db| traits(db, beyond, CHUNK))?;
            let Some(last) = found.last() else { break };
            beyond = last.id;
            for customer in &found {
                let is_own = batch.is_some() && customer.batch == batch;
                for wanted in &wanted {
                    let is_likeness =
                        matches!(wanted, Trait::NameAndCity | Trait::Phone) || (*wanted == Trait::Email && key != Some(Key::Email));
                    if !(is_own && is_likeness) {
                        resolver.learn(*wanted, customer, is_own);
                    }
                }
            }
        }
        Ok(resolver)
    }

    fn learn(&mut self, wanted: Trait, customer: &Traits, is_own: bool) {
        let text = match (wanted, customer.kind) {
            (Trait::Name, Kind::Company) => named(&customer.name),
            (Trait::Name, Kind::Individual) | (Trait::OwnEmail, Kind::Company) => return,
            (Trait::NameAndCity, _) => named_in(&customer.name, &customer.city),
            (Trait::Email | Trait::OwnEmail, _) => identity::email_key(&customer.email),
            (Trait::Phone, _) => phone(&customer.phone),
            (Trait::CrmId, _) => identity::key(&customer.crm_id),
            (Trait::RefId, _) => identity::key(&customer.ref_id),
        };
        if let Some(hash) = self.hash(wanted, &text) {
            self.stored.entry(hash).and_modify(|holder| *holder = SEVERAL).or_insert(customer.id.0);
            if is_own && wanted == Trait::Name {
                self.made.entry(hash).and_modify(|holder| *holder = SEVERAL).or_insert(customer.id.0);
            }
        }
    }

    fn hash(&self, wanted: Trait, text: &str) -> Option<u64> {
        (!text.is_empty()).then(|| self.state.hash_one((wanted, text)))
    }

    fn holder(&self, wanted: Trait, text: &str) -> Option<Holder> {
        self.stored.get(&self.hash(wanted, text)?).copied()
    }

    /// Finds out of which customers the rows of a batch are. Returns those that look like others.
    pub fn resolve(&mut self, batch: &mut Batch, columns: &Each<Option<ColumnMap>>) -> Vec<AlikeRow> {
        let mut alike = Vec::new();
        if let Some(columns) = &columns.customers {
            let mut lines = HashMap::new();
            for row in &mut batch.rows.customers {
                let line = row.customer.line;
                alike.extend(self.customer(columns, row));
                self.name(columns, row);
                if row.customer.line != line {
                    lines.insert(line, row.customer.line);
                }
            }
            // Contacts that were made of rows go where their rows went.
            for contact in &mut batch.rows.contacts {
                if let Some(first) = lines.get(&contact.customer.line) {
                    contact.customer.line = *first;
                }
            }
        }
        for subject in [Subject::Contacts, Subject::Entitlements] {
            if let Some(columns) = columns.of(subject) {
                for row in batch.rows.of_mut(subject) {
                    self.owner(subject, columns, row);
                }
            }
        }
        alike
    }

    fn customer(&mut self, columns: &ColumnMap, row: &mut FileRow) -> Option<AlikeRow> {
        if !row.customer.number.is_empty() {
            return None;
        }
        if let Some((wanted, text)) = self.key_of(columns, row)
            && let Some(hash) = self.hash(wanted, &text)
        {
            let line = short_line(row.record.line);
            let first = *self.firsts.entry(hash).or_insert(line);
            if first != line {
                row.customer.line = first;
                row.found = Found::Repeated;
                return None;
            }
            match self.stored.get(&hash) {
                Some(&SEVERAL) => row.found = Found::Several,
                Some(id) => row.customer.id = *id,
                None => {}
            }
        }
        let is_known = row.customer.id != 0 || self.holder(Trait::CrmId, &row.customer.crm_id).is_some();
        let is_open = row.found == Found::Nothing && !is_known;
        if self.compares && is_open { self.look_alike(columns, row) } else { None }
    }

    /// What a row is recognized by, beside its number and its CRM ID.
    fn key_of(&self, columns: &ColumnMap, row: &FileRow) -> Option<(Trait, String)> {
        match self.key? {
            Key::Nothing => None,
            Key::RefId => Some((Trait::RefId, identity::key(&columns.cell(&row.record, "ref_id")))),
            Key::Email => Some((Trait::Email, row.email_key.clone())),
            Key::Name => Some(match company(columns, &row.record) {
                Some(company) => (Trait::Name, named(&company)),
                None => (Trait::OwnEmail, row.email_key.clone()),
            }),
        }
    }

    fn look_alike(&self, columns: &ColumnMap, row: &mut FileRow) -> Option<AlikeRow> {
        let record = &row.record;
        let name = shown_name(columns, record);
        // A contact's e-mail and phone are not its company's.
        let [email, phone_number] = if columns.has_both(record) && !columns.has_contact_fields() {
            [String::new(), String::new()]
        } else {
            [row.email_key.clone(), phone(&columns.cell(record, "phone"))]
        };
        let found = [
            ("same name and city", Trait::NameAndCity, named_in(&name, &columns.cell(record, "billing_city"))),
            ("same e-mail", Trait::Email, email),
            ("same phone", Trait::Phone, phone_number),
        ];
        let (likeness, id) =
            found.iter().find_map(|(likeness, wanted, text)| Some((*likeness, self.holder(*wanted, text).filter(|id| *id != SEVERAL)?)))?;
        let decided = self.alike_rows.get(&record.line).copied().or(self.alike);
        match decided {
            Some(Alike::Update) => row.customer.id = id,
            Some(Alike::Skip) => row.found = Found::Alike,
            Some(Alike::Create) | None => {}
        }
        Some(AlikeRow { line: record.line, name, customer: id, likeness: likeness.to_owned(), decided })
    }

    /// Remembers the name of a company for rows that give that alone.
    fn name(&mut self, columns: &ColumnMap, row: &FileRow) {
        if !self.names_owners || row.found == Found::Repeated {
            return;
        }
        let name = company(columns, &row.record).unwrap_or_default();
        if let Some(hash) = self.hash(Trait::Name, &named(&name)) {
            self.named
                .entry(hash)
                .and_modify(|line| *line = if *line == row.customer.line { *line } else { SEVERAL_LINES })
                .or_insert(row.customer.line);
        }
    }

    /// Finds the customer of a contact or an entitlement of which it gives the name alone: in the files themselves, and else among the stored ones.
    fn owner(&mut self, subject: Subject, columns: &ColumnMap, row: &mut FileRow) {
        if row.found != Found::Named {
            return;
        }
        row.found = Found::Nothing;
        let written = columns.cell(&row.record, CUSTOMER_NAME);
        let name = named(&written);
        if let Some(number) = self.owners.of(subject).get(&name) {
            row.customer.number.clone_from(number);
            return;
        }
        let Some(hash) = self.hash(Trait::Name, &name) else { return };
        match (self.named.get(&hash), self.made.get(&hash), self.stored.get(&hash)) {
            (Some(&SEVERAL_LINES), ..) | (_, Some(&SEVERAL), _) | (None, None, Some(&SEVERAL)) => row.found = Found::Several,
            (_, Some(id), _) | (None, None, Some(id)) => row.customer.id = *id,
            (Some(line), None, _) => row.customer.line = *line,
            (None, None, None) => row.found = Found::Unknown,
        }
        if matches!(row.found, Found::Several | Found::Unknown) {
            self.miss(subject, name, written.trim(), row.found == Found::Several);
        }
    }

    fn miss(&mut self, subject: Subject, name: String, written: &str, several: bool) {
        let key = (subject.word(), name);
        if let Some(known) = self.missing.get_mut(&key) {
            known.rows += 1;
        } else if self.missing.len() < MISSING {
            self.missing.insert(key, MissingOwner { subject, name: written.to_owned(), rows: 1, several });
        }
    }

    /// Names that rows give and that lead to no customer, or to several.
    pub fn missing(&mut self) -> Vec<MissingOwner> {
        std::mem::take(&mut self.missing).into_values().collect()
    }
}

fn named(name: &str) -> String {
    fold(name)
}

/// Empty where either is missing. The words of a name come in the order of the alphabet: people write family names first, or last.
fn named_in(name: &str, city: &str) -> String {
    let (name, city) = (fold(name), fold(city));
    let mut words: Vec<&str> = name.split_whitespace().collect();
    words.sort_unstable();
    if words.is_empty() || city.is_empty() { String::new() } else { format!("{}\n{city}", words.join(" ")) }
}

/// The last digits of a phone number; empty where it is too short to tell anybody.
fn phone(text: &str) -> String {
    let digits: String = fold(text).chars().filter(char::is_ascii_digit).collect();
    if digits.len() < PHONE_DIGITS { String::new() } else { digits[digits.len() - PHONE_DIGITS..].to_owned() }
}

/// The company that a row names, if it is no individual.
fn company(columns: &ColumnMap, record: &Record) -> Option<String> {
    let name = columns.cell(record, "name");
    let is_company = !name.trim().is_empty() && columns.kind(record) != Some(Kind::Individual);
    is_company.then(|| name.trim().to_owned())
}

/// The name that the customer of a row would be shown by.
fn shown_name(columns: &ColumnMap, record: &Record) -> String {
    if let Some(company) = company(columns, record) {
        return company;
    }
    let [first, middle, last] = NAME_PARTS.map(|field| columns.cell(record, field).trim().to_owned());
    let spoken = PersonName { first, middle, last }.full(Language::parse(&columns.cell(record, "language")));
    if spoken.is_empty() { columns.cell(record, WHOLE_NAME).trim().to_owned() } else { spoken }
}
