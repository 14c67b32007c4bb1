//! Forms: which fields they have, and what is wrong with them. The same builder draws an empty form, a stored record, and what was
//! typed and refused, since all three are an [`Input`].

use super::change::Returned;
use super::detail::sentence;
use super::screen::DetailPane;
use super::view::{Confirm, Control, Field, Form, Group, Notice};
use crate::changes::opened::Opened;

use crate::domain::actor::Actor;
use crate::domain::contact::{ContactFields, FIELDS, Reach};
use crate::domain::customer::{AddressFields, BILLING, Kind, SHIPPING};
use crate::domain::fields;
use crate::domain::input::{Check, Errors, FieldError, Input, Record, ticked};
use crate::domain::limit;
use crate::domain::person::{PersonFields, PersonName};
use crate::domain::places::{Country, Language, countries, languages};
use crate::store::{Error, Result, random_token};
use crate::web::address;
use crate::web::request::Request;
use crate::web::screen::Selected;

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

    fn field(&self, name: &'static str) -> Field {
        let errors = self.errors.iter().filter(|error| error.field == name).map(notice).collect();
        Field { name, label: fields::label(name), value: self.input.get(name).to_owned(), errors, ..Field::default() }
    }

    /// The fields of a customer's form, in groups.
    pub fn customer(&self, kind: Kind, number: &Number<'_>) -> Vec<Group> {
        let mut fields = match kind {
            Kind::Company => vec![Field { required: true, wide: true, autofocus: true, ..self.field("name") }],
            Kind::Individual => self.person(&PersonName::FIELDS),
        };
        fields.push(match number {
            Number::Choose => Field { hint: "Leave empty to generate one.".to_owned(), ..self.field("number") },
            Number::Fixed(number) => Field { value: (*number).to_owned(), control: Control::Fixed, ..self.field("number") },
        });
        fields.extend([
            self.field("crm_id"),
            self.field("ref_id"),
            Field { control: Control::Email, ..self.field("email") },
            self.language("language"),
            Field { control: Control::Tel, ..self.field("phone") },
            Field { control: Control::Tel, ..self.field("fax") },
            Field { control: Control::Area, wide: true, limit: limit::DESCRIPTION, ..self.field("description") },
        ]);
        let same = self.field("shipping_same");
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
            Field { control: Control::Email, required: true, ..self.field(fields.email) },
            self.language(fields.language),
            Field { control: Control::Tel, ..self.field(fields.phone) },
            self.field(fields.ref_id),
        ]);
        for field in &mut drawn {
            field.required &= required;
            field.autofocus &= required;
        }
        drawn
    }

    /// What a contact sees in the portal; the default contact always sees all.
    pub fn reach(&self, is_default: bool) -> Field {
        let field = self.field(FIELDS.reach);
        if is_default {
            let (value, hint) = (Reach::All.label().to_owned(), "The default contact sees all entitlements.".to_owned());
            return Field { value, hint, control: Control::Fixed, ..field };
        }
        let value = if field.value.is_empty() { Reach::Own.word().to_owned() } else { field.value.clone() };
        let options = Reach::ALL.map(|reach| (reach.word().to_owned(), reach.label().to_owned()));
        select(Field { value, ..field }, options.to_vec(), "Unknown")
    }

    /// The fields of an entitlement.
    pub fn entitlement(&self, of: EntitlementFields<'_>) -> Vec<Field> {
        let product = self.field("product");
        let mut fields = vec![Field { required: true, autofocus: true, control: Control::Suggested(of.products, PRODUCTS), ..product }];
        fields.extend(of.contacts.map(|options| {
            let contact = select(self.field("contact"), options, "No longer a contact");
            Field { hint: of.contact_note, ..contact }
        }));
        let end = format!(
            "As YYYY-MM-DD. Includes this day, until midnight {} time. Leave empty for no end. A day in the past ends it.",
            of.midnight
        );
        fields.extend([
            Field { control: Control::Quantity, required: true, ..self.field("quantity") },
            self.day("starts_on", true, "As YYYY-MM-DD.", of.fixed_start),
            self.day("ends_on", false, &end, of.fixed_end),
        ]);
        fields
    }

    /// A date; one that cannot be changed is shown with the reason.
    fn day(&self, name: &'static str, required: bool, hint: &str, fixed: &str) -> Field {
        let field = self.field(name);
        if fixed.is_empty() {
            return Field { control: Control::Date, required, hint: hint.to_owned(), ..field };
        }
        let value = if field.value.is_empty() { "No end".to_owned() } else { field.value.clone() };
        Field { control: Control::Fixed, value, hint: fixed.to_owned(), ..field }
    }

    /// The fields of a user; `roles` are value and label.
    pub fn user(&self, roles: Vec<(String, String)>) -> Vec<Field> {
        vec![
            Field { required: true, autofocus: true, ..self.field("name") },
            Field { control: Control::Email, required: true, ..self.field("email") },
            Field { required: true, wide: true, ..select(self.field("role"), roles, "Unknown role") },
        ]
    }

    /// The fields of the settings.
    pub fn settings(&self) -> Vec<Group> {
        let hint = |field: Field, hint: &str| Field { hint: hint.to_owned(), ..field };
        let vendor = vec![
            Field { required: true, ..self.field("vendor") },
            hint(
                Field { required: true, ..self.field("accent") },
                "As #1f5fbf. Where text in it could not be read, it is made darker or lighter.",
            ),
            hint(Field { control: Control::Email, ..self.field("support") }, "Where contacts write to for help."),
            hint(self.field("imprint"), "As https://vendor.example/imprint."),
        ];
        let mails = vec![Field { control: Control::Quantity, required: true, ..self.field("mails_per_minute") }];
        vec![
            Group { legend: "Vendor", hint: "As contacts see it in the portal and in mails.", fields: vendor },
            Group { legend: "Mail", hint: "", fields: mails },
        ]
    }

    /// The fields of the first user, who sets a password at once.
    pub fn first_user(&self) -> Vec<Field> {
        let hint = "At least 8 characters. Long is better than complicated.".to_owned();
        vec![
            Field { required: true, ..self.field("name") },
            Field { control: Control::Email, required: true, ..self.field("email") },
            Field { control: Control::Password, required: true, hint, ..self.field("password") },
            Field { control: Control::Password, required: true, ..self.field("again") },
        ]
    }

    /// Why something is done, which the history tells.
    pub fn reason(&self) -> Field {
        Field { wide: true, hint: "Optional. The history shows it.".to_owned(), ..self.field(REASON) }
    }

    fn person(&self, fields: &PersonFields) -> Vec<Field> {
        vec![
            Field { autofocus: true, ..self.field(fields.first) },
            self.field(fields.middle),
            Field { required: true, ..self.field(fields.last) },
        ]
    }

    fn address(&self, fields: &AddressFields) -> Vec<Field> {
        vec![
            Field { wide: true, ..self.field(fields.street) },
            self.field(fields.postal_code),
            self.field(fields.city),
            self.field(fields.state),
            self.chosen(fields.country, countries(), |raw| Country::parse(raw).map(Country::code)),
        ]
    }

    fn language(&self, name: &'static str) -> Field {
        self.chosen(name, languages(), |raw| Language::parse(raw).map(Language::code))
    }

    /// A value of a closed list, spelled as the list does.
    fn chosen(&self, name: &'static str, choices: &[(&'static str, &'static str)], parse: impl Fn(&str) -> Option<&'static str>) -> Field {
        let field = self.field(name);
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

/// What an entitlement's form shows besides its values.
#[derive(Debug, Default)]
pub struct EntitlementFields<'a> {
    /// Value and label of the company's contacts; `None` for an individual.
    pub contacts: Option<Vec<(String, String)>>,
    /// What is to be said of the chosen contact.
    pub contact_note: String,
    /// The products to suggest.
    pub products: Vec<String>,
    /// Whose midnight ends a day.
    pub midnight: &'a str,
    /// Why the start cannot be changed; empty where it can.
    pub fixed_start: &'static str,
    /// Why the end cannot be changed; empty where it can.
    pub fixed_end: &'static str,
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

/// The field of the reason in a question: empty, or as it was typed; `focused` where one came to give it.
pub fn reason(returned: Option<&Returned<'_>>, focused: bool) -> Field {
    let empty = Input::default();
    let (input, errors) = filled(&empty, returned);
    let field = Draw::new(input, errors).reason();
    Field { autofocus: focused || !field.errors.is_empty(), ..field }
}

/// A question; one that is asked again says so by its status.
pub fn asked(question: &Confirm, selected: impl Into<Selected>, returned: Option<&Returned<'_>>) -> DetailPane {
    let pane = DetailPane::question(question.question.clone(), selected, question);
    match returned {
        Some(returned) => pane.with_status(returned.status()),
        None => pane,
    }
}

/// Where products are suggested.
const PRODUCTS: &str = "/products.json";
/// The field of the reason.
const REASON: &str = "reason";

/// Whoever asks, with the reason that the form gives.
///
/// # Errors
/// [`Error::Invalid`] where it cannot be saved.
pub fn because(request: &Request, input: &Input) -> Result<Actor> {
    let mut check = Check::new(input);
    let reason = check.line(REASON, fields::label(REASON), limit::REASON);
    Ok(request.actor.because(&check.finish(reason).map_err(Error::Invalid)?))
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
