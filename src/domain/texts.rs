//! What is said to contacts, in their language: the messages of `locales/`. `tests/locales.rs` holds the languages to each other, and to
//! what is asked for.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use fluent_bundle::FluentResource;
use fluent_bundle::concurrent::FluentBundle;

use super::locale::Locale;
use super::numbers::grouped;

/// What stands in a message's place: a text, or a number, which chooses between one and many and is written with separators. A year is a text.
pub use fluent_bundle::FluentValue as Value;

/// The messages of a language.
#[derive(Clone, Copy)]
pub struct Texts {
    /// Which language it is.
    pub locale: Locale,
    messages: &'static Messages,
}

type Messages = FluentBundle<FluentResource>;

impl Texts {
    /// For pages: what is put into a message keeps its own direction, by the marks U+2068 and U+2069 around it.
    #[must_use]
    pub fn of(locale: Locale) -> Self {
        static ENGLISH: LazyLock<Messages> = LazyLock::new(|| read(Locale::En, true));
        static GERMAN: LazyLock<Messages> = LazyLock::new(|| read(Locale::De, true));
        Self::one_of(locale, &ENGLISH, &GERMAN)
    }

    /// Without such marks, which some programs show: for the headers and the plain text of mails, for links, for files.
    #[must_use]
    pub fn plain(locale: Locale) -> Self {
        static ENGLISH: LazyLock<Messages> = LazyLock::new(|| read(Locale::En, false));
        static GERMAN: LazyLock<Messages> = LazyLock::new(|| read(Locale::De, false));
        Self::one_of(locale, &ENGLISH, &GERMAN)
    }

    fn one_of(locale: Locale, english: &'static LazyLock<Messages>, german: &'static LazyLock<Messages>) -> Self {
        let messages = match locale {
            Locale::En => english,
            Locale::De => german,
        };
        Self { locale, messages }
    }

    /// A message into which nothing is put.
    #[must_use]
    pub fn say(self, id: &str) -> String {
        self.say_with(id, &[])
    }

    /// A message with what is put into it: `say_with("portal-hello", &[("name", name.into())])`.
    #[must_use]
    pub fn say_with(self, id: &str, values: &[(&'static str, Value<'_>)]) -> String {
        let Some(pattern) = self.messages.get_message(id).and_then(|message| message.value()) else {
            debug_assert!(false, "no message {id}");
            return id.to_owned();
        };
        let values = values.iter().map(|(name, value)| (*name, value.clone())).collect();
        let mut faults = Vec::new();
        let text = self.messages.format_pattern(pattern, Some(&values), &mut faults).into_owned();
        debug_assert!(faults.is_empty(), "{id}: {faults:?}");
        text
    }

    /// A day: `27 November 2026`, `27. November 2026`.
    #[must_use]
    pub fn date(self, day: NaiveDate) -> String {
        let values = [("day", day.day().into()), ("month", day.month().into()), ("year", day.year().to_string().into())];
        Self::plain(self.locale).say_with("date", &values)
    }

    /// A number: `1,000`, `1.000`.
    #[must_use]
    pub fn number(self, number: i64) -> String {
        grouped(number, self.locale.separator())
    }
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.locale.fmt(f)
    }
}

fn read(locale: Locale, isolates: bool) -> Messages {
    let source = match locale {
        Locale::En => include_str!("../../locales/en.ftl"),
        Locale::De => include_str!("../../locales/de.ftl"),
    };
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, faults)| {
        debug_assert!(false, "{locale:?}: {faults:?}");
        resource
    });
    let mut messages = Messages::new_concurrent(locale.code().parse().into_iter().collect());
    messages.set_use_isolating(isolates);
    messages.set_formatter(Some(match locale {
        Locale::En => |value, _| number(value, Locale::En),
        Locale::De => |value, _| number(value, Locale::De),
    }));
    messages.add_resource_overriding(resource);
    messages
}

/// How a number within a message is written; `None` for a text.
fn number(value: &Value<'_>, locale: Locale) -> Option<String> {
    let Value::Number(number) = value else { return None };
    number.as_string().parse().ok().map(|number| grouped(number, locale.separator()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_numbers_are_written_as_each_language_does() {
        let (english, german) = (Texts::of(Locale::En), Texts::of(Locale::De));
        let day = |month| NaiveDate::from_ymd_opt(2026, month, 27).unwrap();
        assert_eq!((english.date(day(11)), german.date(day(11))), ("27 November 2026".to_owned(), "27. November 2026".to_owned()));
        assert_eq!((english.date(day(3)), german.date(day(3))), ("27 March 2026".to_owned(), "27. März 2026".to_owned()));
        for month in 1..=12 {
            assert!(english.date(day(month)) == day(month).format("%-d %B %Y").to_string());
        }
        for (number, in_english, in_german) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (-1_000, "-1,000", "-1.000"),
            (i64::MIN, "-9,223,372,036,854,775,808", "-9.223.372.036.854.775.808"),
        ] {
            assert_eq!((english.number(number), german.number(number)), (in_english.to_owned(), in_german.to_owned()));
        }
    }

    #[test]
    fn only_pages_carry_marks_of_direction() {
        let subject = |texts: Texts| texts.say_with("mail-invitation-subject", &[("vendor", "شركة".into())]);
        for locale in Locale::ALL {
            assert!(subject(Texts::of(locale)).contains("\u{2068}شركة\u{2069}"));
            assert!(!subject(Texts::plain(locale)).contains(['\u{2068}', '\u{2069}']));
        }
    }
}
