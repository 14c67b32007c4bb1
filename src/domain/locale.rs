//! The languages that contacts are spoken to in: by the portal and by mails. Those who administer read English.

use super::places::Language;

/// A language that the portal and mails have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Locale {
    /// English.
    En,
    /// German.
    De,
}

impl Locale {
    /// All there are; the first is for those who read none of them.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// The contact's own language; where it has none, or none that is here, what its browser asks for (`Accept-Language`).
    #[must_use]
    pub fn of(contact: Option<Language>, accept_language: Option<&str>) -> Self {
        let own = contact.and_then(|language| Self::of_tag(language.code()));
        own.or_else(|| accept_language.and_then(Self::accepted)).unwrap_or(Self::En)
    }

    /// The code of the language: `de`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// What stands between thousands.
    pub(super) fn separator(self) -> char {
        match self {
            Self::En => ',',
            Self::De => '.',
        }
    }

    /// The language of a tag as browsers send it: of `de-AT`, German.
    fn of_tag(tag: &str) -> Option<Self> {
        let language = tag.split('-').next()?;
        Self::ALL.into_iter().find(|locale| locale.code().eq_ignore_ascii_case(language))
    }

    /// What a browser would rather have, of what is here (RFC 9110, 12.5.4). `None` where it wants none of it.
    fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for choice in header.split(',') {
            let (tag, quality) = choice.split_once(';').unwrap_or((choice, ""));
            let quality = quality.trim().strip_prefix("q=").map_or(1.0, |text| text.trim().parse().unwrap_or(0.0));
            if let Some(locale) = Self::of_tag(tag.trim())
                && quality > best.map_or(0.0, |(_, best)| best)
            {
                best = Some((locale, quality));
            }
        }
        best.map(|(locale, _)| locale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contact_then_its_browser_then_english() {
        let (german, french) = (Language::parse("de"), Language::parse("fr"));
        for (contact, header, locale) in [
            (german, Some("en"), Locale::De),
            (Language::parse("en"), Some("de"), Locale::En),
            (french, Some("fr, de;q=0.5"), Locale::De),
            (None, Some("de-AT,de;q=0.9,en;q=0.8"), Locale::De),
            (None, Some("DE"), Locale::De),
            (None, Some("fr;q=1, en;q=0.2, de;q=0.3"), Locale::De),
            (None, Some("en,de"), Locale::En),
            (None, Some("de;q=0, en;q=0.1"), Locale::En),
            (None, Some("de ; q=nonsense, ;;, *"), Locale::En),
            (None, Some("den, german"), Locale::En),
            (None, Some(""), Locale::En),
            (french, None, Locale::En),
            (None, None, Locale::En),
        ] {
            assert_eq!(Locale::of(contact, header), locale, "{contact:?} {header:?}");
        }
    }
}
