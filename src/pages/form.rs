//! Forms: which fields they have, and what is wrong with them. The same builder draws an empty form, a stored record, and what was
//! typed and refused, since all three are an [`Input`].

use super::change::Returned;
use super::detail::sentence;
use super::view::{Control, Field, Form, Group, Notice};
use crate::changes::opened::Opened;
use crate::domain::contact::{ContactFields, PersonFields, PersonName};
use crate::domain::customer::{AddressFields, BILLING, Kind, SHIPPING};
use crate::domain::input::{Errors, FieldError, Input, Record, ticked};
use crate::domain::limit;
use crate::domain::places::{Country, Language, countries, languages};
use crate::store::random_token;
use crate::web::address;

/// Draws fields with the values of an input and the errors beside them.
pub struct Draw<'a> {
    input: &'a Input,
    errors: &'a Errors,
}

impl<'a> Draw<'a> {
    /// Draws this input.
    pub fn new(input: &'a Input, errors: &'a Errors) -> Self {
        Self { input, errors }
    }

    fn field(&self, name: &'static str, label: &'static str) -> Field {
        let errors = self.errors.iter().filter(|error| error.field == name).map(notice).collect();
        Field { name, label, value: self.input.get(name).to_owned(), errors, ..Field::default() }
    }

    /// The fields of a customer's form, in groups.
    pub fn customer(&self, kind: Kind, number: &Number<'_>) -> Vec<Group> {
        let mut fields = match kind {
            Kind::Company => vec![Field { required: true, wide: true, autofocus: true, ..self.field("name", "Name") }],
            Kind::Individual => self.person(&PersonName::FIELDS),
        };
        fields.push(match number {
            Number::Choose => Field { hint: "Leave empty to generate one.".to_owned(), ..self.field("number", "Number") },
            Number::Fixed(number) => Field { value: (*number).to_owned(), control: Control::Fixed, ..self.field("number", "Number") },
        });
        fields.extend([
            self.field("crm_id", "CRM ID"),
            self.field("ref_id", "Ref ID"),
            Field { control: Control::Email, ..self.field("email", "E-mail") },
            self.language("language"),
            Field { control: Control::Tel, ..self.field("phone", "Phone") },
            Field { control: Control::Tel, ..self.field("fax", "Fax") },
            Field { control: Control::Area, wide: true, limit: limit::DESCRIPTION, ..self.field("description", "Description") },
        ]);
        let same = self.field("shipping_same", "Same as billing");
        let ticked = if ticked(&same.value) == Some(true) { "yes" } else { "" };
        let same = Field { value: ticked.to_owned(), control: Control::Check, ..same };
        let mut shipping = vec![same];
        shipping.extend(self.address(&SHIPPING));
        vec![
            Group { legend: "Customer", hint: "", fields },
            Group { legend: "Billing address", hint: "", fields: self.address(&BILLING) },
            Group { legend: "Shipping address", hint: "", fields: shipping },
        ]
    }

    /// The fields of a contact.
    pub fn contact(&self, fields: &ContactFields, required: bool) -> Vec<Field> {
        let mut drawn = self.person(&fields.person);
        drawn.extend([
            Field { control: Control::Email, required: true, ..self.field(fields.email, "E-mail") },
            self.language(fields.language),
            Field { control: Control::Tel, ..self.field(fields.phone, "Phone") },
            self.field(fields.ref_id, "Ref ID"),
        ]);
        for field in &mut drawn {
            field.required &= required;
            field.autofocus &= required;
        }
        drawn
    }

    /// The fields of an entitlement; `contacts` are value and label of the company's, `None` for an individual.
    pub fn entitlement(&self, contacts: Option<Vec<(String, String)>>, midnight: &str) -> Vec<Field> {
        let mut fields = vec![Field { required: true, autofocus: true, ..self.field("product", "Product") }];
        fields.extend(contacts.map(|options| select(self.field("contact", "Contact"), options, "No longer a contact")));
        fields.extend([
            Field { control: Control::Quantity, required: true, ..self.field("quantity", "Quantity") },
            Field { control: Control::Date, required: true, hint: "As YYYY-MM-DD.".to_owned(), ..self.field("starts_on", "Start") },
            Field {
                control: Control::Date,
                hint: format!("As YYYY-MM-DD. Includes this day, until midnight {midnight} time. Leave empty for no end."),
                ..self.field("ends_on", "End")
            },
        ]);
        fields
    }

    fn person(&self, fields: &PersonFields) -> Vec<Field> {
        vec![
            Field { autofocus: true, ..self.field(fields.first, "First name") },
            self.field(fields.middle, "Middle name"),
            Field { required: true, ..self.field(fields.last, "Last name") },
        ]
    }

    fn address(&self, fields: &AddressFields) -> Vec<Field> {
        vec![
            Field { wide: true, ..self.field(fields.street, "Street") },
            self.field(fields.postal_code, "Postal code"),
            self.field(fields.city, "City"),
            self.field(fields.state, "State"),
            self.chosen(fields.country, "Country", countries(), |raw| Country::parse(raw).map(Country::code)),
        ]
    }

    fn language(&self, name: &'static str) -> Field {
        self.chosen(name, "Language", languages(), |raw| Language::parse(raw).map(Language::code))
    }

    /// A value of a closed list, spelled as the list does.
    fn chosen(
        &self,
        name: &'static str,
        label: &'static str,
        choices: &[(&'static str, &'static str)],
        parse: impl Fn(&str) -> Option<&'static str>,
    ) -> Field {
        let field = self.field(name, label);
        let value = parse(&field.value).map_or_else(|| field.value.clone(), str::to_owned);
        let choices = choices.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned()));
        let unknown = format!("Unknown: {value}");
        select(Field { value, ..field }, std::iter::once((String::new(), "—".to_owned())).chain(choices).collect(), &unknown)
    }
}

/// A selection. What is not among its options stays chosen, and is refused again: otherwise sending the form once more would choose nothing.
fn select(field: Field, mut options: Vec<(String, String)>, unknown: &str) -> Field {
    if !field.value.trim().is_empty() && options.iter().all(|(value, _)| *value != field.value) {
        options.push((field.value.clone(), unknown.to_owned()));
    }
    Field { control: Control::Select(options), ..field }
}

/// An error, with a link to who has what was asked for.
fn notice(error: &FieldError) -> Notice {
    let after = if error.is_question { ". If that is right, save again." } else { "." };
    let named = error.holder.as_ref().and_then(|holder| {
        let before = error.sentence.strip_suffix('.')?.strip_suffix(holder.name.as_str())?;
        let href = match holder.record {
            Record::Customer(id) => address::screen(Some(id)),
            Record::Contact(id) => format!("/contacts/{id}/edit"),
            Record::User(id) => format!("/users/{id}"),
        };
        Some(Notice { before: before.trim_end().to_owned(), link: Some((holder.name.clone(), href)), after: after.to_owned() })
    });
    named.unwrap_or_else(|| sentence(error.sentence.clone()))
}

/// The number's field.
pub enum Number<'a> {
    /// Of a new customer.
    Choose,
    /// Of a stored one: it never changes.
    Fixed(&'a str),
}

/// A form of these groups with a summary of their errors.
pub fn form(groups: Vec<Group>) -> Form {
    let fields = groups.iter().flat_map(|group| &group.fields);
    let wrong = fields.filter(|field| !field.errors.is_empty());
    let sentences = |field: &Field| field.errors.iter().map(Notice::to_string).collect::<Vec<_>>().join(" ");
    let summary = wrong.map(|field| (field.name.to_owned(), sentences(field))).collect();
    Form { summary, groups, ..Form::default() }
}

/// The values to draw a new record's form with, and the errors beside them: none yet, or as they were typed.
pub fn filled<'a>(blank: &'a Input, returned: Option<&'a Returned<'a>>) -> (&'a Input, &'a Errors) {
    returned.map_or((blank, NO_ERRORS), |returned| (returned.input, returned.errors))
}

/// No errors.
pub const NO_ERRORS: &Errors = &Errors::new();

/// What a form of a stored record says about its opening.
pub fn opened(input: &Input) -> Opened<'_> {
    Opened { version: input.get("version").parse().ok(), token: input.get("opening") }
}

/// A form that comes back keeps its token: however often it is sent, it makes one record.
pub fn kept_token(input: &Input) -> String {
    let token = input.get("token");
    if token.is_empty() { random_token() } else { token.to_owned() }
}

/// A new customer's form before anything was typed.
pub fn blank_customer() -> Input {
    input(&[("shipping_same", "yes")])
}

/// A new entitlement's form before anything was typed.
pub fn blank_entitlement(contact: &str, today: &str) -> Input {
    input(&[("contact", contact), ("quantity", "1"), ("starts_on", today)])
}

fn input(pairs: &[(&str, &str)]) -> Input {
    Input::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}
