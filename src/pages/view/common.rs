//! Values that several views show.

use std::fmt::{self, Display};

use askama::Template;
use unicode_segmentation::UnicodeSegmentation as _;

/// A task that the rules allow now.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Where the form posts to, or the link leads.
    pub href: String,
}

/// A text in pieces: `(text, does the search match it)`.
#[derive(Debug, Clone, Default)]
pub struct Marked(pub Vec<(String, bool)>);

/// A moment, in words and exactly.
#[derive(Debug, Clone)]
pub struct When {
    /// `2 days ago`
    pub words: String,
    /// `2026-11-23T14:05:09Z`, for `<time datetime>`; a script shows it in the reader's time zone on hover.
    pub utc: String,
    /// `23 Nov 2026, 14:05:09 UTC`, the title without a script.
    pub exact: String,
}

/// A link among alternatives (filter, sort order), one of which is chosen.
#[derive(Debug, Clone)]
pub struct Choice {
    pub label: &'static str,
    pub href: String,
    pub chosen: bool,
    /// The key that clicks it, `""` for none.
    pub key: &'static str,
}

/// A sentence with an optional link in the middle: `before` `link` `after`.
#[derive(Debug, Clone)]
pub struct Notice {
    pub before: String,
    pub link: Option<(String, String)>,
    pub after: String,
}

/// Draws a template. A template can only fail where its writer does, and a `String` never does.
pub fn draw<T: Template>(template: &T) -> String {
    template.render().unwrap_or_default()
}

/// Of the first and the last word of a name: `RA` of Ruth Ashworth.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.graphemes(true).find(|sign| sign.chars().any(char::is_alphanumeric)));
    [words.next(), words.next_back()].into_iter().flatten().collect::<String>().to_uppercase()
}

impl Marked {
    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.before)?;
        if let Some((text, _)) = &self.link {
            write!(f, " {text}")?;
        }
        f.write_str(&self.after)
    }
}

impl Display for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(text, _)| f.write_str(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_known_by_two_letters() {
        assert_eq!(["Ruth Ashworth", "maren", "Ann B. Clay", "李 明", "", "-"].map(initials), ["RA", "M", "AC", "李明", "", ""]);
    }
}
