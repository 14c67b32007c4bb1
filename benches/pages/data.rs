//! Who is in the database, read from the program's own export.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::process::Stdio;

use csv::{Reader, StringRecord};
use fastrand::Rng;

use crate::database::Database;
use crate::settings::{SEED, Settings};

/// So many customers are looked at closely: enough to tell what one in a thousand has.
const SAMPLE: usize = 20_000;

/// What is in the database.
pub struct Data {
    pub customers: usize,
    /// The number of the customer three quarters down the list.
    pub deep: String,
    /// Some of the customers, any one as likely as another.
    pub sample: Vec<Record>,
}

/// What a search may look for in one customer.
#[derive(Debug, Clone, Default)]
pub struct Record {
    pub number: String,
    pub name: String,
    pub crm_id: String,
    pub ref_id: String,
    pub city: String,
    pub country: String,
    /// Its own and its contacts'.
    pub emails: Vec<String>,
    /// Its own and its contacts'.
    pub phones: Vec<String>,
    /// Their names.
    pub contacts: Vec<String>,
}

impl Data {
    /// What is in the database; one that is empty is filled before, as the settings say.
    pub fn filled(database: &Database, settings: &Settings) -> Self {
        let kept = database.exists().then(|| Self::of(database)).filter(|kept| kept.customers > 0);
        if let Some(kept) = kept {
            let wanted = settings.customers.unwrap_or(kept.customers);
            assert_eq!(kept.customers, wanted, "the database that was kept holds another number of customers: remove it");
            return kept;
        }
        database.fill(settings);
        Self::of(database)
    }

    fn of(database: &Database) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let contacts = folder.path().join("contacts.csv");
        let mut export = database.clientele();
        export.args(["export", "--customers", "-", "--contacts"]).arg(&contacts).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut export = export.spawn().expect("the program starts");
        let (mut sample, numbers) = sampled(export.stdout.take().expect("its output"));
        assert!(export.wait().is_ok_and(|status| status.success()), "the export failed");
        add_contacts(&mut sample, File::open(contacts).expect("the contacts' file"));
        let deep = numbers.get(numbers.len() * 3 / 4).cloned().unwrap_or_default();
        Self { customers: numbers.len(), deep, sample }
    }
}

/// A sample of the customers (Vitter's algorithm R), and every number in the order of the list.
fn sampled(customers: impl Read) -> (Vec<Record>, Vec<String>) {
    let mut rng = Rng::with_seed(SEED);
    let mut file = Reader::from_reader(customers);
    let column = columns(&mut file);
    let (mut sample, mut numbers) = (Vec::new(), Vec::new());
    for row in file.records() {
        let row = row.expect("a line of the export");
        let cell = |name: &str| row.get(column[name]).unwrap_or_default().to_owned();
        numbers.push(cell("number"));
        let place = if numbers.len() <= SAMPLE { numbers.len() - 1 } else { rng.usize(..numbers.len()) };
        if place >= SAMPLE {
            continue;
        }
        let record = Record {
            number: cell("number"),
            name: joined(&[cell("name"), cell("first_name"), cell("middle_name"), cell("last_name")]),
            crm_id: cell("crm_id"),
            ref_id: cell("ref_id"),
            city: cell("billing_city"),
            country: cell("billing_country"),
            emails: given(cell("email")),
            phones: given(cell("phone")),
            contacts: Vec::new(),
        };
        match sample.get_mut(place) {
            Some(earlier) => *earlier = record,
            None => sample.push(record),
        }
    }
    (sample, numbers)
}

fn add_contacts(sample: &mut [Record], contacts: impl Read) {
    let place: HashMap<String, usize> = sample.iter().enumerate().map(|(at, record)| (record.number.clone(), at)).collect();
    let mut file = Reader::from_reader(contacts);
    let column = columns(&mut file);
    for row in file.records() {
        let row = row.expect("a line of the export");
        let cell = |name: &str| row.get(column[name]).unwrap_or_default().to_owned();
        if let Some(at) = place.get(&cell("customer_number")) {
            let record = &mut sample[*at];
            record.contacts.push(joined(&[cell("first_name"), cell("middle_name"), cell("last_name")]));
            record.emails.extend(given(cell("email")));
            record.phones.extend(given(cell("phone")));
        }
    }
}

fn columns<R: Read>(file: &mut Reader<R>) -> HashMap<String, usize> {
    let head: StringRecord = file.headers().expect("the export's first line").clone();
    head.iter().enumerate().map(|(at, name)| (name.to_owned(), at)).collect()
}

fn joined(names: &[String]) -> String {
    names.iter().map(String::as_str).filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ")
}

fn given(text: String) -> Vec<String> {
    if text.is_empty() { Vec::new() } else { vec![text] }
}
