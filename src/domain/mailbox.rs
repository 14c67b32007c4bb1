//! An e-mail address as it is copied out of a mail program or a page: with a name, in brackets, as a link, with what ended the line.

use percent_encoding::percent_decode_str;

use super::text::Email;

/// Takes out the address, and the name that stood with it (empty where none did): `Jana Hoffmann <jana@x.example>`,
/// `<jana@x.example>`, `mailto:jana@x.example?subject=Hi`, `jana@x.example;`. `None` for an address that stands alone, and for what is not
/// exactly one.
#[must_use]
pub fn extract(raw: &str) -> Option<(String, Email)> {
    if Email::parse(raw).is_ok() {
        return None;
    }
    let text = ended(raw);
    let (name, inner) = text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')).unwrap_or(("", text));
    let inner = ended(inner);
    let email = match inner.split_at_checked("mailto:".len()) {
        Some((scheme, link)) if scheme.eq_ignore_ascii_case("mailto:") => {
            let address = link.split('?').next().unwrap_or_default();
            Email::parse(&percent_decode_str(address).decode_utf8().ok()?)
        }
        _ => Email::parse(inner),
    };
    let name = name.trim().trim_matches(['"', '\'']).trim();
    // Where there is no name, mail programs repeat the address.
    let name = if name.contains('@') { "" } else { name };
    email.ok().map(|email| (name.to_owned(), email))
}

/// Without what ends an address in a list or a sentence.
fn ended(text: &str) -> &str {
    text.trim().trim_end_matches(|c: char| matches!(c, ';' | ',' | '.') || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_out_of_what_was_copied_with_it() {
        for (text, name) in [
            ("Jana Hoffmann <jana@x.example>", "Jana Hoffmann"),
            (" \"Hoffmann, Jana\" <jana@x.example>, ", "Hoffmann, Jana"),
            ("'Jana' <jana@x.example>;", "Jana"),
            ("<jana@x.example>", ""),
            ("jana@x.example <jana@x.example>", ""),
            ("mailto:jana@x.example", ""),
            ("MAILTO:jana@x.example?subject=Hi&cc=a@x.example", ""),
            ("<mailto:jana%40x.example>", ""),
            ("jana@x.example;", ""),
            ("jana@x.example, ", ""),
            ("jana@x.example.", ""),
        ] {
            let (found, email) = extract(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((found.as_str(), email.as_str()), (name, "jana@x.example"), "{text}");
        }
        assert_eq!(extract("mailto:jana%2Bit@x.example").unwrap().1.as_str(), "jana+it@x.example");
    }

    #[test]
    fn what_is_not_exactly_one_stays_as_it_is() {
        for text in [
            "",
            "jana@x.example",
            "jana",
            "Jana <jana>",
            "a@x.example, b@x.example",
            "Jana <jana@x.example> a",
            "mailto:",
            "<>",
            "a\0@x.example;",
        ] {
            assert_eq!(extract(text), None, "{text}");
        }
    }
}
