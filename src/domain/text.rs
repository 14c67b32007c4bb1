//! What people type and paste, cleaned or refused with a sentence that helps.
//!
//! What cannot be seen and does not matter is fixed in silence: white space, decomposed letters (NFC), the zero-width
//! characters that web pages and word processors leave behind. What could do harm is refused: control characters
//! (`PostgreSQL` cannot hold NUL) and characters that turn the direction of the text around them, which not even an
//! isolating element of a page contains (UAX #9; "Trojan Source", CVE-2021-42574). Joiners stay inside a text, where
//! Persian words and emoji need them, and so do the direction marks, which turn nothing but themselves.

use std::fmt;

use email_address::{EmailAddress, Options};
use unicode_normalization::UnicodeNormalization;

use super::fold::is_invisible;

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is there, or nothing that can be seen.
    Missing,
    /// More characters than allowed, both counted after cleaning.
    TooLong {
        /// What is allowed.
        limit: usize,
        /// What was typed.
        length: usize,
    },
    /// Holds a control character, or a code point that is none.
    Control,
    /// Holds a character that embeds, overrides or isolates a direction.
    Direction,
    /// Is not one plain e-mail address.
    NotAnEmail,
}

impl Fault {
    /// The fault as a whole sentence about a field: `Name is missing.`
    #[must_use]
    pub fn sentence(&self, label: &str) -> String {
        match self {
            Self::NotAnEmail => "Enter an e-mail address like name@company.example.".to_owned(),
            _ => format!("{label} {self}."),
        }
    }
}

/// What follows the field's name in a sentence, without the full stop.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing"),
            Self::TooLong { limit, length } => write!(f, "is too long: {length} characters, and at most {limit} are allowed"),
            Self::Control => f.write_str("contains a control character that cannot be saved"),
            Self::Direction => f.write_str("contains a character that reverses the direction of text"),
            Self::NotAnEmail => f.write_str("is not an e-mail address"),
        }
    }
}

impl std::error::Error for Fault {}

/// Cleans a text of one line: tabs, line breaks and runs of white space become one blank. At most `limit` characters.
///
/// # Errors
/// [`Fault::Control`], [`Fault::Direction`] or [`Fault::TooLong`]; an empty text is none.
pub fn line(raw: &str, limit: usize) -> Result<String, Fault> {
    let mut text = String::with_capacity(raw.len());
    for c in raw.chars().filter(|c| !is_debris(*c)) {
        if !c.is_whitespace() {
            text.push(checked(c)?);
        } else if !text.ends_with(' ') {
            text.push(' ');
        }
    }
    within(trimmed(&text).nfc().collect(), limit)
}

/// Cleans a text of several lines: every kind of line break becomes one LF (and counts as one character, as it does in the
/// browser), tabs and blanks stay except at the ends of lines. At most `limit` characters.
///
/// # Errors
/// As [`line()`].
pub fn block(raw: &str, limit: usize) -> Result<String, Fault> {
    let mut text = String::with_capacity(raw.len());
    let mut chars = raw.chars().filter(|c| !is_debris(*c)).peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' | '\n' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                chars.next_if(|next| c == '\r' && *next == '\n');
                text.truncate(text.trim_end_matches(|last: char| last != '\n' && last.is_whitespace()).len());
                text.push('\n');
            }
            '\t' => text.push(c),
            c if c.is_whitespace() => text.push(' '),
            c => text.push(checked(c)?),
        }
    }
    within(trimmed(&text).nfc().collect(), limit)
}

/// Makes an empty text a fault.
///
/// # Errors
/// [`Fault::Missing`] for an empty text; the fault that there was.
pub fn required(text: Result<String, Fault>) -> Result<String, Fault> {
    text.and_then(|text| if text.is_empty() { Err(Fault::Missing) } else { Ok(text) })
}

/// What was typed into a search box, as one line. Searching never fails: what [`line()`] refuses is a blank here.
#[must_use]
pub fn query(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    for c in raw.chars().filter(|c| !is_debris(*c)) {
        if !c.is_whitespace() && checked(c).is_ok() {
            text.push(c);
        } else if !text.ends_with(' ') {
            text.push(' ');
        }
    }
    trimmed(&text).nfc().collect()
}

/// A name within a sentence, kept from turning the words around it when it is written from right to left (Unicode's isolates, UAX #9).
/// In markup `<bdi>` does this; a message is plain text.
#[must_use]
pub fn isolated(name: &str) -> String {
    const FIRST_STRONG_ISOLATE: char = '\u{2068}';
    const POP_ISOLATE: char = '\u{2069}';
    // Only where it matters: most names are copied out of messages as they are.
    let turns =
        |c: char| matches!(u32::from(c), 0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFF | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF);
    if name.chars().any(turns) { format!("{FIRST_STRONG_ISOLATE}{name}{POP_ISOLATE}") } else { name.to_owned() }
}

/// One plain e-mail address, as it was typed; compare by [`super::identity::email_key`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Greatest length in characters: what fits a mail server's path (RFC 5321 4.5.3.1.3, less the brackets).
    pub const LIMIT: usize = 254;

    /// Reads an address: `local@domain` with dot-atoms (RFC 5322), letters of any script allowed (RFC 6531).
    ///
    /// No display name, comment, quoted local part or address literal: each is legal somewhere and a slip of the hand here.
    /// The domain needs a dot, as one of the internet has, except `localhost`, where the first administrator lives.
    ///
    /// # Errors
    /// [`Fault::Missing`], [`Fault::NotAnEmail`], and those of [`line()`].
    pub fn parse(raw: &str) -> Result<Self, Fault> {
        let text = required(line(raw, Self::LIMIT))?;
        let options = Options::default().without_display_text().without_domain_literal();
        let (local, domain) = text.rsplit_once('@').ok_or(Fault::NotAnEmail)?;
        let plain = !text.contains(|c: char| c == '"' || c == ' ' || is_invisible(c))
            && EmailAddress::parse_with_options(&text, options).is_ok()
            && !local.is_empty()
            && is_domain(domain);
        if plain { Ok(Self(text)) } else { Err(Fault::NotAnEmail) }
    }

    /// An address that was checked when it was stored; `None` for an empty one.
    #[must_use]
    pub fn stored(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The address as it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Email {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl std::str::FromStr for Email {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        Self::parse(text)
    }
}

/// Labels of letters, digits and inner hyphens (RFC 1123 2.1, and letters of any script); the last is no number, so that
/// a bare IP address is none.
fn is_domain(domain: &str) -> bool {
    let letter = |c: char| if c.is_ascii() { c.is_ascii_alphanumeric() || c == '-' } else { true };
    let labels: Vec<&str> = domain.split('.').collect();
    labels.iter().all(|label| !label.is_empty() && label.chars().all(letter) && !label.starts_with('-') && !label.ends_with('-'))
        && (labels.len() > 1 || domain.eq_ignore_ascii_case("localhost"))
        && labels.last().is_some_and(|last| !last.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Left over from a paste, and without a meaning inside a name: zero-width space, byte order mark, word joiner, soft hyphen.
fn is_debris(c: char) -> bool {
    matches!(c, '\u{200B}' | '\u{FEFF}' | '\u{2060}' | '\u{AD}')
}

fn checked(c: char) -> Result<char, Fault> {
    match c {
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Err(Fault::Direction),
        // Deprecated format characters and annotations that only programs exchange; then what is no character, for ever
        // (Unicode 23.2, 23.7, 23.8).
        '\u{206A}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FDD0}'..='\u{FDEF}' => Err(Fault::Control),
        c if c.is_control() || u32::from(c) & 0xFFFE == 0xFFFE => Err(Fault::Control),
        c => Ok(c),
    }
}

/// Without what cannot be seen at either end. Variation selectors and tags end emoji, so they stay behind something seen.
fn trimmed(text: &str) -> &str {
    let unseen = |c: char| c.is_whitespace() || is_invisible(c) || c == '\u{2800}';
    let ends_emoji = |c: char| matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E0FFF}');
    text.trim_start_matches(unseen).trim_end_matches(|c| unseen(c) && !ends_emoji(c))
}

fn within(text: String, limit: usize) -> Result<String, Fault> {
    match text.chars().count() {
        length if length > limit => Err(Fault::TooLong { limit, length }),
        _ => Ok(text),
    }
}

#[cfg(test)]
mod tests;
