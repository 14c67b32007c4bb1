//! The order of names for people: case and accents do not split the alphabet, `Äpfel` stands beside `Apfel`.
//!
//! The Unicode Collation Algorithm (UTS #10) with CLDR's root order, which mixes all scripts sensibly and belongs to no one
//! language; strength *tertiary*: letters first, then accents, then case; numbers by their value. The keys are stored and compared as bytes by both
//! engines, so no database depends on the collations that its machine happens to have.

use std::cmp::Ordering;
use std::sync::LazyLock;

use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};

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
