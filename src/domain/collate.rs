//! The order of names for people: case and accents do not split the alphabet, `Äpfel` stands beside `Apfel`; quotation marks, full stops and ㈱
//! do not decide where a name stands.
//!
//! The Unicode Collation Algorithm (UTS #10) with CLDR's root order, which mixes all scripts sensibly and belongs to no one
//! language; strength *tertiary*: letters first, then accents, then case; numbers by their value. The keys are stored and compared as bytes by both
//! engines, so no database depends on the collations that its machine happens to have.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::LazyLock;

use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use unicode_normalization::UnicodeNormalization;

use super::punctuation::{is_punctuation, joins};

/// The longest key in bytes. Index rows end at 2,704 bytes in `PostgreSQL`, and a list page reads keys by the hundred; a
/// Latin letter takes about 1.3 bytes, so whole names fit. Names alike for longer are told apart by the id that follows
/// the key in every order.
pub const KEY_LIMIT: usize = 512;

static COLLATOR: LazyLock<CollatorBorrowed<'static>> = LazyLock::new(|| {
    let mut options = CollatorOptions::default();
    options.strength = Some(Strength::Tertiary);
    let mut preferences = CollatorPreferences::default();
    // Item 2 comes before item 10.
    preferences.numeric_ordering = Some(CollationNumericOrdering::True);
    Collator::try_new(preferences, options).expect("the root collation is compiled into the program")
});

/// The key of a text: keys compare as bytes the way the texts compare for people. Empty for a text of ignorable characters.
#[must_use]
pub fn sort_key(text: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(text.len() + 16);
    // A Vec takes everything: the error type has no values.
    let Ok(()) = COLLATOR.write_sort_key_to(text, &mut key);
    key.truncate(KEY_LIMIT);
    key
}

/// The key of a name. Punctuation ([`super::punctuation`]) and what marks a company in Japan and Korea (㈱, 株式会社, ㈜) are looked past: names are compared by
/// their letters and words first, and by all that is written only where these are the same. (The algorithm's own way, alternate handling
/// *shifted*, looks past blanks too: `Acmea` would stand between `Acme` and `Acme Zwei`.)
#[must_use]
pub fn name_key(name: &str) -> Vec<u8> {
    let letters = letters(name);
    let mut key = sort_key(&letters);
    if letters != name && key.len() < KEY_LIMIT {
        // Keys hold no zero byte, so this one is lower than whatever a longer name goes on with.
        key.push(0);
        key.extend(sort_key(name));
        key.truncate(KEY_LIMIT);
    }
    key
}

/// The key of a person: by the last name, then by the others.
#[must_use]
pub fn last_name_key(last: &str, others: &str) -> Vec<u8> {
    // U+FFFE is lower than any character on each level (UTS #35), so whole last names are compared first.
    sort_key(&format!("{}\u{FFFE}{}", letters(last), letters(others)))
}

/// What of a name decides where it stands: its letters and digits, its words parted by one blank each. All of the name where there are none.
fn letters(name: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b' ';
    if name.bytes().all(is_plain) {
        return Cow::Borrowed(name);
    }
    let composed: Cow<'_, str> = if name.is_ascii() { Cow::Borrowed(name) } else { Cow::Owned(name.nfkc().collect()) };
    let mut letters = String::with_capacity(composed.len());
    let mut characters = without_form(&composed).chars().peekable();
    while let Some(c) = characters.next() {
        if !is_punctuation(c) && !c.is_whitespace() {
            letters.push(c);
            continue;
        }
        let before = letters.chars().next_back();
        let in_number = before.is_some_and(|c| c.is_ascii_digit()) && characters.peek().is_some_and(char::is_ascii_digit);
        if (!joins(c) || in_number) && before.is_some_and(|before| before != ' ') {
            letters.push(' ');
        }
    }
    letters.truncate(letters.trim_end().len());
    if letters.is_empty() { Cow::Borrowed(name) } else { Cow::Owned(letters) }
}

/// A name (composed for compatibility, so that ㈱ is `(株)`) without the form of a company before or after it.
fn without_form(name: &str) -> &str {
    const FORMS: [&str; 15] = [
        "株式会社",
        "有限会社",
        "合同会社",
        "合資会社",
        "合名会社",
        "주식회사",
        "유한회사",
        "(株)",
        "(有)",
        "(同)",
        "(資)",
        "(名)",
        "(合)",
        "(주)",
        "(유)",
    ];
    let mut rest = name.trim();
    for form in FORMS {
        rest = rest.strip_prefix(form).unwrap_or(rest).trim_start();
        rest = rest.strip_suffix(form).unwrap_or(rest).trim_end();
    }
    rest
}

/// The same order without keys, for short lists that are not stored.
#[must_use]
pub fn compare(one: &str, other: &str) -> Ordering {
    COLLATOR.compare(one, other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_stand_where_people_look() {
        #[rustfmt::skip]
        let wanted = [
            "1st Choice", "apfel", "Apfel", "äpfel", "Äpfel", "Apfelbaum", "Muller", "Müller", "Mullera", "Øster", "Zebra",
            "Ωmega", "Яков", "شركة", "かぶ", "株式会社",
        ];
        let mut names = wanted;
        names.reverse();
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, wanted);
        assert_ne!(sort_key("Muller"), sort_key("Müller"));
        assert_eq!(sort_key("Müller"), sort_key("Mu\u{308}ller"));
    }

    fn assert_order(names: &[&str], key: impl Fn(&str) -> Vec<u8>) {
        let mut sorted = names.to_vec();
        sorted.reverse();
        sorted.sort_by_key(|name| key(name));
        assert_eq!(sorted, names);
    }

    #[test]
    fn punctuation_and_forms_of_companies_do_not_decide() {
        #[rustfmt::skip]
        assert_order(&[
            "***", "„Acme“", "Acme & Sons", "Acme Zwei", "Acme-Zypern", "Acmea", "(B) Ltd", "OBrien", "O'Brien", "O'Brienz", "SARL", "S.A.R.L.",
            "«Zenit»", "日本光電", "㈱日本光電工業", "日本電気株式会社", "株式会社 日立", "株式会社",
        ], name_key);
        assert_order(&["Web 2.0", "Web 3", "Web 20"], name_key);
        assert_ne!(name_key("Acme"), name_key("Acme!"));
        assert!(name_key(&"O'Brien ".repeat(30)).len() <= KEY_LIMIT);
    }

    #[test]
    fn people_stand_by_their_last_names_first() {
        let key = |name: &str| match name.split_once('|') {
            Some((others, last)) => last_name_key(last, others),
            None => name_key(name),
        };
        assert_order(&["Zoe|Adler", "Zoe Q.|Adler", "Adler GmbH", "Ada|Adler Meyer", "Ada|D'Arc", "Zoe|Darc", "Émile|Zola"], key);
    }

    #[test]
    fn keys_are_bounded() {
        assert_eq!(sort_key(&"株".repeat(510)).len(), KEY_LIMIT);
        assert!(sort_key(&"Müller ".repeat(36)).len() < KEY_LIMIT, "a name of 252 letters is whole");
        assert!(sort_key("").is_empty() || sort_key("") == sort_key("\u{200B}\u{0}"));
    }

    #[test]
    fn threads_share_the_collator() {
        let key = sort_key("Äpfel");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert_eq!(sort_key("Äpfel"), key));
            }
        });
    }

    proptest! {
        #[test]
        fn keys_compare_as_the_texts_do(one in "\\PC{0,20}", other in "\\PC{0,20}") {
            prop_assert_eq!(sort_key(&one).cmp(&sort_key(&other)), compare(&one, &other));
        }
    }
}
