//! Links that open a mail program or a telephone. What is stored is text that somebody typed: it becomes an address only where it is one.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stays as it is in a `mailto:` address; all else could begin its header fields (RFC 6068, section 2).
const MAIL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'@').remove(b'.').remove(b'-').remove(b'_').remove(b'~');
/// How many digits a number has (ITU-T E.164); the least is that of an extension.
const DIGITS: std::ops::RangeInclusive<usize> = 3..=15;

/// `mailto:jana@acme.example`
pub fn mail(address: &str) -> String {
    format!("mailto:{}", utf8_percent_encode(address, MAIL))
}

/// `tel:+493055501420` (RFC 3966), or `None` where the text is not one number.
pub fn phone(text: &str) -> Option<String> {
    let text = text.trim();
    let (plus, rest) = match text.strip_prefix('+') {
        // The national zero is not dialled from abroad.
        Some(rest) => ("+", rest.replacen("(0)", "", 1)),
        None => ("", text.to_owned()),
    };
    let is_separator = |c: char| c.is_whitespace() || "-.()/\u{2010}\u{2011}\u{2013}".contains(c);
    let digits: String = rest.chars().filter(|c| !is_separator(*c)).collect();
    (digits.bytes().all(|byte| byte.is_ascii_digit()) && DIGITS.contains(&digits.len())).then(|| format!("tel:{plus}{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_cannot_add_header_fields() {
        assert_eq!(mail("jana.o-b_1@acme.example"), "mailto:jana.o-b_1@acme.example");
        assert_eq!(mail("a?bcc=x&b%+c@d.example"), "mailto:a%3Fbcc%3Dx%26b%25%2Bc@d.example");
        assert_eq!(mail("info@müller.example"), "mailto:info@m%C3%BCller.example");
    }

    #[test]
    fn a_number_is_dialled_by_its_digits() {
        for (text, href) in [
            ("+49 30 5550-1420", Some("tel:+493055501420")),
            ("+49 (0) 30 / 5550.1420", Some("tel:+49305550 1420")),
            ("030 5550", Some("tel:0305550")),
            ("110", Some("tel:110")),
            ("12", None),
            ("+49 30 5550 ext. 7", None),
            ("030 5550, 030 5551", None),
            ("030 55501 / 030 555014 / 030 5550", None),
            ("javascript:alert(1)", None),
            ("", None),
        ] {
            assert_eq!(phone(text), href.map(|href| href.replace(' ', "")), "{text}");
        }
    }
}
