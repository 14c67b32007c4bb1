//! What administrators set on a page: the vendor as contacts see it, and how fast mails go out.

use super::input::{Check, Errors, Input};
use super::stored::Pairs;
use super::text::Email;
use super::vendor::{Accent, Vendor};

/// Greatest length of the vendor's name, in characters.
const NAME: usize = 100;
/// Greatest length of an address, in characters.
const ADDRESS: usize = 500;
/// Mails in a minute, at most.
const MOST_MAILS: u32 = 10_000;

/// What is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The vendor's name.
    pub vendor: String,
    /// Its colour.
    pub accent: Accent,
    /// Where contacts write to for help.
    pub support: Option<Email>,
    /// Where its imprint is; empty for none.
    pub imprint: String,
    /// How many mails go out in a minute.
    pub mails_per_minute: u32,
}

impl Default for Draft {
    fn default() -> Self {
        let Vendor { name, accent, .. } = Vendor::default();
        Self { vendor: name, accent, support: None, imprint: String::new(), mails_per_minute: 60 }
    }
}

/// The settings as they are stored.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// What is set.
    pub draft: Draft,
    /// Counts the edits that the history tells of.
    pub version: i32,
}

/// The form that says this, field by field, as the history and the database call them.
#[must_use]
pub fn fields(draft: &Draft) -> Pairs {
    let fields = [
        ("vendor", draft.vendor.clone()),
        ("accent", draft.accent.to_string()),
        ("support", draft.support.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("imprint", draft.imprint.clone()),
        ("mails_per_minute", draft.mails_per_minute.to_string()),
    ];
    fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
}

/// Reads a form.
///
/// # Errors
/// All that is wrong with it.
pub fn check(input: &Input) -> Result<Draft, Errors> {
    let mut check = Check::new(input);
    let vendor = check.required("vendor", "Vendor", NAME);
    let accent = Accent::parse(check.raw("accent"));
    if accent.is_none() {
        check.fault("accent", "Write the accent colour as # and six digits, such as #1f5fbf.");
    }
    let support = check.email("support", "Support e-mail");
    let imprint = check.line("imprint", "Imprint", ADDRESS);
    if !imprint.is_empty() && !is_https(&imprint) {
        check.fault("imprint", "Write the imprint’s address as https://vendor.example/imprint.");
    }
    let mails = check.raw("mails_per_minute").trim().parse().ok().filter(|mails| (1..=MOST_MAILS).contains(mails));
    if mails.is_none() {
        check.fault("mails_per_minute", "Mails per minute must be a whole number from 1 to 10,000.");
    }
    let draft = Draft::default();
    check.finish(Draft {
        vendor,
        accent: accent.unwrap_or(draft.accent),
        support,
        imprint,
        mails_per_minute: mails.unwrap_or(draft.mails_per_minute),
    })
}

/// Whether it is the address of a page that is read through TLS, and nothing that a browser could take for another kind of link.
fn is_https(address: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"'<>\\`".contains(&byte);
    let host = address.strip_prefix("https://").map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    host.is_some_and(|host| !host.is_empty() && !host.contains('@')) && address.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(field: &str, value: &str) -> Result<Draft, Errors> {
        let mut input = Input::new(fields(&Draft::default()));
        input.set(field, value);
        check(&input)
    }

    #[test]
    fn what_is_drawn_is_taken_back() {
        assert_eq!(check(&Input::new(fields(&Draft::default()))), Ok(Draft::default()));
    }

    #[test]
    fn wrong_settings_are_refused_beside_their_field() {
        for (field, value) in [
            ("vendor", " "),
            ("accent", "red;}body{"),
            ("accent", ""),
            ("support", "nobody"),
            ("imprint", "http://x.example"),
            ("imprint", "javascript:alert(1)"),
            ("imprint", "https://"),
            ("imprint", "https://me@x.example"),
            ("imprint", "https://x.example/\"x"),
            ("mails_per_minute", "0"),
            ("mails_per_minute", "10001"),
            ("mails_per_minute", "many"),
        ] {
            let errors = with(field, value).expect_err(value);
            assert_eq!(errors.iter().map(|error| error.field).collect::<Vec<_>>(), [field], "{value}");
        }
        assert_eq!(with("imprint", "https://x.example/imprint?a=b").unwrap().imprint, "https://x.example/imprint?a=b");
    }
}
