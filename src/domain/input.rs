//! A form as it was sent, and the check that turns it into a draft: every fault beside its field, nothing lost.

use super::text::{self, Email, Fault};

/// The fields of a form as they were sent. Where a name is repeated, the last one counts.
#[derive(Debug, Clone, Default)]
pub struct Input(Vec<(String, String)>);

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
}

/// All that is wrong with a form.
pub type Errors = Vec<FieldError>;

/// What a form says, or all that is wrong with it. A change takes it so, since a rule's refusal comes before errors of fields.
pub type Checked<T> = Result<T, Errors>;

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
        self.errors.push(FieldError { field, sentence: sentence.into() });
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
