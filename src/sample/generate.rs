//! Believable customers to try the program with: the same ones each time, and none of them real.
//!
//! They are there to show and to test what real lists hold: many scripts, accents, names alike but for an accent, a very
//! long name, missing and shared Ref IDs, disabled customers, a company without a contact and one with two hundred. Every
//! customer comes from its own number alone, so that the first hundred of a thousand are the same as a hundred. E-mail
//! domains end in `.example`, which nobody can own (RFC 2606).

use fastrand::Rng;

use crate::domain::fold::fold;
use region::{Region, native, romanised};
use words::{ALONE, CROWD, NAMED, NOTES, PRODUCTS};

mod latin;
mod region;
mod scripts;
mod words;

/// A customer to be created. An empty text is an absent one, as in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleCustomer {
    /// A company, or an individual.
    pub company: bool,
    /// Disabled customers have entitlements and contacts all the same.
    pub enabled: bool,
    /// A company's name; empty for an individual.
    pub name: String,
    /// An individual's first name; empty for a company, as are the next two.
    pub first_name: String,
    /// Often empty.
    pub middle_name: String,
    /// There for every individual.
    pub last_name: String,
    /// Often empty for companies, always there for individuals.
    pub email: String,
    /// ISO 639-1.
    pub language: &'static str,
    /// As it is written there.
    pub phone: String,
    /// Mostly empty.
    pub fax: String,
    /// Unique, never empty.
    pub crm_id: String,
    /// Empty for a tenth, shared by some.
    pub ref_id: String,
    /// Mostly empty; may have lines.
    pub description: String,
    /// Always there.
    pub billing: SampleAddress,
    /// `None` for the same as billing.
    pub shipping: Option<SampleAddress>,
    /// None for individuals. The first enabled one is the default.
    pub contacts: Vec<SampleContact>,
    /// Running, ended and future ones.
    pub entitlements: Vec<SampleEntitlement>,
}

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleAddress {
    /// With the house number.
    pub street: String,
    /// City or town.
    pub city: String,
    /// May be empty.
    pub state: String,
    /// In the country's shape.
    pub postal_code: String,
    /// ISO 3166-1 alpha-2.
    pub country: &'static str,
}

/// A person of a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleContact {
    /// Never empty here.
    pub first: String,
    /// Mostly empty.
    pub middle: String,
    /// Never empty.
    pub last: String,
    /// Unique within the customer, never empty.
    pub email: String,
    /// ISO 639-1.
    pub language: &'static str,
    /// May be empty.
    pub phone: String,
    /// May be empty.
    pub ref_id: String,
    /// Some are disabled.
    pub enabled: bool,
}

/// What a customer has ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleEntitlement {
    /// For which of the customer's contacts.
    pub contact_index: Option<usize>,
    /// An invented product.
    pub product: String,
    /// At least 1.
    pub quantity: i32,
    /// The first day, counted from today.
    pub starts_in_days: i64,
    /// The last day, counted from today, never before the first; `None` for no end.
    pub ends_in_days: Option<i64>,
}

/// How many contacts the company at [`CROWD`] has, where there are at least as many customers.
const MANY: usize = 200;

/// The first `count` sample customers, made one by one.
pub fn customers(count: usize) -> impl Iterator<Item = SampleCustomer> {
    (0..count).map(move |index| customer(index, if count >= MANY { MANY } else { 12 }))
}

fn customer(index: usize, crowd: usize) -> SampleCustomer {
    // Neighbouring seeds give unlike numbers (fastrand mixes them), and a customer depends on its own alone.
    let rng = &mut Rng::with_seed(0xC11E_47E1_E000 + index as u64);
    let named = NAMED.iter().find(|(at, ..)| *at == index);
    let region = named.map_or_else(|| any_region(rng), |(_, country, _)| region(country));
    let company = named.is_some() || chance(rng, 70);
    let person = Person::of(rng, region);
    let (name, slug) = match named {
        Some((_, _, name)) => ((*name).to_owned(), slug(name)),
        None if company => company_name(rng, region),
        None => (String::new(), person.slug.clone()),
    };
    let domain = if company { domain(&slug) } else { "post.example".to_owned() };
    let contacts = match index {
        _ if !company => Vec::new(),
        ALONE => Vec::new(),
        CROWD => contacts(rng, region, &domain, crowd),
        _ if chance(rng, 2) => Vec::new(),
        _ if chance(rng, 4) => {
            let many = rng.usize(10..30);
            contacts(rng, region, &domain, many)
        }
        _ => {
            let some = rng.usize(1..4) + rng.usize(0..4) / 2;
            contacts(rng, region, &domain, some)
        }
    };
    let email = match (company, chance(rng, 60)) {
        (true, true) => format!("{}@{domain}", pick(rng, &["info", "office", "orders", "licensing"])),
        (true, false) => String::new(),
        (false, _) => format!("{}.{index}@{domain}", person.slug),
    };
    SampleCustomer {
        company,
        enabled: index == CROWD || !chance(rng, 8),
        name,
        email,
        language: region.language,
        phone: sometimes(rng, 85, |rng| phone(rng, region)),
        fax: sometimes(rng, 25, |rng| phone(rng, region)),
        crm_id: format!("CRM-{:06}", 100_001 + index),
        ref_id: ref_id(rng, index),
        description: sometimes(rng, 20, |rng| pick(rng, NOTES).to_owned()),
        billing: address(rng, region),
        shipping: chance(rng, 20).then(|| address(rng, region)),
        entitlements: entitlements(rng, contacts.len()),
        contacts,
        first_name: if company { String::new() } else { person.first },
        middle_name: if company { String::new() } else { person.middle },
        last_name: if company { String::new() } else { person.last },
    }
}

struct Person {
    first: String,
    middle: String,
    last: String,
    /// `first.last` in ASCII, for e-mail addresses.
    slug: String,
}

impl Person {
    fn of(rng: &mut Rng, region: &Region) -> Self {
        let (first, last) = (pick(rng, region.first), pick(rng, region.last));
        let middle = sometimes(rng, 12, |rng| native(pick(rng, region.first)).to_owned());
        let slug = format!("{}.{}", slug(romanised(first)), slug(romanised(last)));
        Self { first: native(first).to_owned(), middle, last: native(last).to_owned(), slug }
    }
}

fn contacts(rng: &mut Rng, region: &'static Region, domain: &str, count: usize) -> Vec<SampleContact> {
    let mut contacts: Vec<SampleContact> = Vec::with_capacity(count);
    for place in 0..count {
        // Large companies have people everywhere.
        let home = if chance(rng, 85) { region } else { any_region(rng) };
        let person = Person::of(rng, home);
        let mut email = format!("{}@{domain}", person.slug);
        if contacts.iter().any(|other| other.email == email) {
            email = format!("{}{place}@{domain}", person.slug);
        }
        contacts.push(SampleContact {
            first: person.first,
            middle: person.middle,
            last: person.last,
            email,
            language: home.language,
            phone: sometimes(rng, 60, |rng| phone(rng, home)),
            ref_id: sometimes(rng, 30, |rng| format!("P{:05}", rng.u32(0..100_000))),
            enabled: !chance(rng, 10),
        });
    }
    contacts
}

fn entitlements(rng: &mut Rng, contacts: usize) -> Vec<SampleEntitlement> {
    let count = if chance(rng, 25) { 0 } else { rng.usize(1..5) };
    (0..count)
        .map(|_| {
            let starts_in_days = match rng.u32(0..100) {
                0..15 => rng.i64(1..180),
                15..20 => 0,
                _ => -rng.i64(1..1500),
            };
            SampleEntitlement {
                contact_index: (contacts > 0 && chance(rng, 60)).then(|| rng.usize(0..contacts)),
                product: pick(rng, PRODUCTS).to_owned(),
                quantity: *rng.choice(&[1, 1, 1, 2, 5, 10, 25, 100, 250]).unwrap_or(&1),
                starts_in_days,
                // Whole years, and evaluations of a month; a fifth has no end.
                ends_in_days: (!chance(rng, 20)).then(|| {
                    let days = *rng.choice(&[30, 365, 365, 730, 1095]).unwrap_or(&365);
                    starts_in_days + days - 1
                }),
            }
        })
        .collect()
}

fn address(rng: &mut Rng, region: &Region) -> SampleAddress {
    let (city, state, postal_code) = rng.choice(region.cities).copied().unwrap_or_default();
    SampleAddress {
        street: pick(rng, region.streets).replace("{n}", &rng.u32(1..180).to_string()),
        city: city.to_owned(),
        state: state.to_owned(),
        postal_code: filled(rng, postal_code),
        country: region.country,
    }
}

/// Missing for a tenth; otherwise in one of three shapes, and for some that of an earlier customer.
fn ref_id(rng: &mut Rng, index: usize) -> String {
    match rng.u32(0..100) {
        0..10 => String::new(),
        10..14 => format!("KD-{:05}", 10_000 + index / 40),
        14..45 => format!("{:05}", 42 + index),
        45..75 => format!("{}", 1_000_000 + index * 7),
        _ => format!("KD-{:05}", 20_000 + index),
    }
}

/// A company's name, and what its e-mail domain is made of.
fn company_name(rng: &mut Rng, region: &Region) -> (String, String) {
    let (shape, last) = (pick(rng, region.shapes), pick(rng, region.last));
    let (head, latin) = if region.heads.is_empty() {
        let head = coined(rng);
        (head.clone(), head)
    } else {
        let head = pick(rng, region.heads);
        (native(head).to_owned(), romanised(head).to_owned())
    };
    let city = rng.choice(region.cities).map_or("", |(city, ..)| city);
    let mut name = shape.replace("{h}", &head).replace("{t}", pick(rng, region.trades)).replace("{c}", city);
    // A shape may name two families.
    name = name.replacen("{l}", native(last), 1).replace("{l}", native(pick(rng, region.last)));
    (name, slug(if shape.contains("{h}") { &latin } else { romanised(last) }))
}

/// A name that no company is known to have.
fn coined(rng: &mut Rng) -> String {
    let [start, middle, end] = words::SYLLABLES;
    [pick(rng, start), pick(rng, middle), pick(rng, end)].concat()
}

fn any_region(rng: &mut Rng) -> &'static Region {
    let all = || latin::REGIONS.iter().chain(scripts::REGIONS);
    let mut at = rng.u32(0..all().map(|region| region.weight).sum());
    all().find(|region| at.checked_sub(region.weight).map(|rest| at = rest).is_none()).unwrap_or(&latin::REGIONS[0])
}

fn region(country: &str) -> &'static Region {
    latin::REGIONS.iter().find(|region| region.country == country).unwrap_or(&latin::REGIONS[0])
}

/// What an e-mail address may hold, of a name in Latin letters.
fn slug(name: &str) -> String {
    fold(name).split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

fn domain(slug: &str) -> String {
    // A label of a domain has at most 63 characters; a slug is ASCII.
    format!("{}.example", slug.get(..40).unwrap_or(slug).trim_end_matches('-'))
}

fn phone(rng: &mut Rng, region: &Region) -> String {
    let shape = pick(rng, region.phones);
    filled(rng, shape)
}

/// A shape with its `#` and `@` replaced, by digits of the script that the shape's own digits are of.
fn filled(rng: &mut Rng, shape: &str) -> String {
    let zero = ['٠', '۰', '０'].into_iter().find(|zero| shape.contains(*zero)).unwrap_or('0');
    shape
        .chars()
        .map(|c| match c {
            '#' => char::from_u32(u32::from(zero) + rng.u32(0..10)).unwrap_or(zero),
            '@' => rng.uppercase(),
            c => c,
        })
        .collect()
}

fn pick<'a>(rng: &mut Rng, list: &[&'a str]) -> &'a str {
    rng.choice(list).copied().unwrap_or_default()
}

fn chance(rng: &mut Rng, percent: u32) -> bool {
    rng.u32(0..100) < percent
}

fn sometimes(rng: &mut Rng, percent: u32, make: impl FnOnce(&mut Rng) -> String) -> String {
    if chance(rng, percent) { make(rng) } else { String::new() }
}

#[cfg(test)]
mod tests;
