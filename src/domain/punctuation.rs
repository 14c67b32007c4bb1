//! Punctuation and symbols that people write into names and identifiers, or leave out: full stops, apostrophes, hyphens, quotation marks, brackets, symbols.

use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointMapDataBorrowed};

static CATEGORY: CodePointMapDataBorrowed<'static, GeneralCategory> = CodePointMapData::new();

/// Whether a character is punctuation or a symbol other than of a currency (general categories P, Sk, Sm and So of Unicode).
#[must_use]
pub fn is_punctuation(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_punctuation() && c != '$';
    }
    let category = CATEGORY.get(c);
    category != GeneralCategory::CurrencySymbol
        && (GeneralCategoryGroup::Punctuation.contains(category) || GeneralCategoryGroup::Symbol.contains(category))
}

/// Whether it stands inside words without parting them: `O'Brien`, `S.A.R.L.`, `ジョン・スミス`.
#[must_use]
pub fn joins(c: char) -> bool {
    matches!(c, '.' | '\'' | '`' | '´' | '‘' | '’' | '‛' | '′' | '·' | '・' | '･')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_is_told_from_letters_digits_and_currencies() {
        for mark in ".,;:!?'’´`\"“„«»()[]{}/\\-–—_&#%@*+=<>|~^§°©®™★㈱。、・「」".chars() {
            assert!(is_punctuation(mark), "{mark}");
        }
        for other in "aZ09äßøλя東かʼ$€¥ \u{301}".chars() {
            assert!(!is_punctuation(other), "{other}");
        }
    }
}
