//! A form as it was sent, and the check that turns it into a draft: every fault beside its field, nothing lost.

use std::fmt;

use chrono::NaiveDate;

use super::text::{self, Email, Fault};
use super::{ContactId, CustomerId, date};

/// The fields of a form as they were sent. Where a name is repeated, the last one counts.
#[derive(Clone, Default)]
pub struct Input(Vec<(String, String)>);

/// Shows the names of the fields alone: passwords are typed into some.
impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl Input {
    /// Takes names and values in the order they were sent.
    #[must_use]
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The value of a field, empty where it was not sent: an empty field and a missing one are the same.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().rev().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// Whether a field was sent, empty or not.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n == name)
    }

    /// Puts another value in the place of a field's.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.retain(|(n, _)| n != name);
        self.0.push((name.to_owned(), value.into()));
    }

    /// All fields, as they were sent.
    #[must_use]
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in the form.
    pub field: &'static str,
    /// A whole sentence: `Name is missing.`
    pub sentence: String,
    /// Who has the identifier that the field asks for; the sentence ends with the name.
    pub holder: Option<Holder>,
    /// It is no fault if it is meant: the form is taken when it is sent again.
    pub is_question: bool,
}

/// Who has an identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// What people know it by.
    pub name: String,
    /// Where it is found.
    pub record: Record,
}

/// A record that an error leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Record {
    /// A customer.
    Customer(CustomerId),
    /// A contact.
    Contact(ContactId),
    /// A user.
    User(super::UserId),
}

impl FieldError {
    /// An error in words.
    pub fn new(field: &'static str, sentence: impl Into<String>) -> Self {
        Self { field, sentence: sentence.into(), holder: None, is_question: false }
    }

    /// An identifier that somebody else has.
    #[must_use]
    pub fn taken(field: &'static str, label: &str, value: &str, holder: Holder) -> Self {
        let sentence = format!("{label} {value} already belongs to {}.", holder.name);
        Self { holder: Some(holder), ..Self::new(field, sentence) }
    }

    /// An identifier that is nearly the same as one that somebody else has: a question.
    #[must_use]
    pub fn near(field: &'static str, label: &str, other: &str, holder: Holder) -> Self {
        let sentence = format!("{label} is nearly the same as {other}, which belongs to {}.", holder.name);
        Self { holder: Some(holder), is_question: true, ..Self::new(field, sentence) }
    }
}

/// All that is wrong with a form.
pub type Errors = Vec<FieldError>;

/// What a form says, or what is wrong with it. A change takes it so, since a rule's refusal comes before errors of fields, and since an
/// identifier may be taken whatever else is wrong: who sent the form is told all in one round.
pub type Checked<'a, T> = Result<T, InvalidForm<'a>>;

/// A form with errors.
#[derive(Debug)]
pub struct InvalidForm<'a> {
    /// What the form itself shows to be wrong.
    pub errors: Errors,
    /// As it was sent.
    pub input: &'a Input,
}

impl Input {
    /// Keeps the form with the errors that were found in it.
    ///
    /// # Errors
    /// Those errors.
    pub fn checked<T>(&self, result: Result<T, Errors>) -> Checked<'_, T> {
        result.map_err(|errors| InvalidForm { errors, input: self })
    }
}

/// Reads fields one by one, and notes what is wrong with each.
#[derive(Debug)]
pub struct Check<'a> {
    input: &'a Input,
    errors: Errors,
}

impl<'a> Check<'a> {
    /// Starts to read a form.
    #[must_use]
    pub fn new(input: &'a Input) -> Self {
        Self { input, errors: Errors::new() }
    }

    /// The value as it was sent.
    #[must_use]
    pub fn raw(&self, field: &str) -> &'a str {
        self.input.get(field)
    }

    /// Notes a fault in words of the caller.
    pub fn fault(&mut self, field: &'static str, sentence: impl Into<String>) {
        self.errors.push(FieldError::new(field, sentence));
    }

    /// An optional text of one line.
    pub fn line(&mut self, field: &'static str, label: &str, limit: usize) -> String {
        let result = text::line(self.raw(field), limit);
        self.keep(field, label, result)
    }

    /// A text of one line that has to be there.
    pub fn required(&mut self, field: &'static str, label: &str, limit: usize) -> String {
        let result = text::required(text::line(self.raw(field), limit));
        self.keep(field, label, result)
    }

    /// An optional text of several lines.
    pub fn block(&mut self, field: &'static str, label: &str, limit: usize) -> String {
        let result = text::block(self.raw(field), limit);
        self.keep(field, label, result)
    }

    /// An optional e-mail address.
    pub fn email(&mut self, field: &'static str, label: &str) -> Option<Email> {
        match text::line(self.raw(field), Email::LIMIT) {
            Ok(line) if line.is_empty() => None,
            _ => self.required_email(field, label),
        }
    }

    /// An e-mail address that has to be there.
    pub fn required_email(&mut self, field: &'static str, label: &str) -> Option<Email> {
        Email::parse(self.raw(field)).map_err(|fault| self.fault(field, fault.sentence(label))).ok()
    }

    /// An optional date.
    pub fn date(&mut self, field: &'static str, label: &str) -> Option<NaiveDate> {
        match text::line(self.raw(field), usize::MAX) {
            Ok(line) if line.is_empty() => None,
            _ => date::parse(self.raw(field)).map_err(|fault| self.fault(field, fault.sentence(label))).ok(),
        }
    }

    /// A date that has to be there.
    pub fn required_date(&mut self, field: &'static str, label: &str) -> Option<NaiveDate> {
        let (before, date) = (self.errors.len(), self.date(field, label));
        if date.is_none() && self.errors.len() == before {
            self.fault(field, Fault::Missing.sentence(label));
        }
        date
    }

    /// A box that is ticked or not. What is neither is refused, since either would be a guess.
    pub fn ticked(&mut self, field: &'static str, label: &str) -> bool {
        ticked(self.raw(field)).unwrap_or_else(|| {
            self.fault(field, format!("{label} must be yes or no."));
            false
        })
    }

    /// One of a closed list, or nothing; `what` says what was expected (`a language from the list`).
    pub fn chosen<T>(&mut self, field: &'static str, what: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let raw = self.raw(field).trim();
        if raw.is_empty() {
            return None;
        }
        let value = parse(raw);
        if value.is_none() {
            self.fault(field, format!("Choose {what}."));
        }
        value
    }

    /// The draft, if nothing was wrong.
    ///
    /// # Errors
    /// All faults that were noted.
    pub fn finish<T>(self, draft: T) -> Result<T, Errors> {
        if self.errors.is_empty() { Ok(draft) } else { Err(self.errors) }
    }

    fn keep(&mut self, field: &'static str, label: &str, result: Result<String, Fault>) -> String {
        result.unwrap_or_else(|fault| {
            self.fault(field, fault.sentence(label));
            String::new()
        })
    }
}

/// What a box sends: `yes` from our own pages, `on` where it has no value of its own, nothing when it is not ticked.
#[must_use]
pub fn ticked(value: &str) -> Option<bool> {
    match value.trim().to_ascii_lowercase().as_str() {
        "yes" | "on" | "true" | "1" => Some(true),
        "" | "no" | "off" | "false" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_not_shown_to_a_log() {
        let input = Input::new(vec![("password".to_owned(), "secret".to_owned())]);
        assert_eq!(format!("{input:?}"), r#"["password"]"#);
    }
}
