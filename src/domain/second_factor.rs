//! The second factor: codes that an app on a telephone makes of a secret and the time (RFC 6238), and recovery codes for who has lost it.

use std::fmt::Write as _;

use chrono::NaiveDateTime;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use qrcodegen::{QrCode, QrCodeEcc};
use totp_rs::{Builder, Secret, Totp};

/// How many recovery codes a user has.
pub const RECOVERY_CODES: usize = 10;
/// Digits of a code.
const DIGITS: usize = 6;
/// Light modules around the picture (ISO/IEC 18004 asks for four).
const MARGIN: i32 = 4;

/// A secret in base 32, made of random bytes: 160 bits, as RFC 4226 recommends.
#[must_use]
pub fn secret(random: [u8; 20]) -> String {
    Secret::from(random.as_slice()).to_base32()
}

/// The step of the code, if it is one of the present, the last or the next half minute.
#[must_use]
pub fn step(secret: &str, code: &str, now: NaiveDateTime) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != DIGITS || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds = u64::try_from(now.and_utc().timestamp()).ok()?;
    codes(secret)?.check(&code, seconds).and_then(|step| step.try_into().ok())
}

fn codes(secret: &str) -> Option<Totp> {
    Builder::new().with_secret(Secret::try_from_base32(secret).ok()?).build().ok()
}

/// How an app comes to know a secret.
#[derive(Debug, Clone)]
pub struct SetUp {
    /// The secret in groups of four, to be typed.
    pub key: String,
    /// The same as a picture, where it fits into one.
    pub picture: Option<Picture>,
}

impl SetUp {
    /// Of a secret by which somebody signs in with an e-mail; the app shows it with the name of `issuer`.
    #[must_use]
    pub fn of(secret: &str, issuer: &str, email: &str) -> Self {
        let letters: Vec<char> = secret.chars().collect();
        let key = letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ");
        Self { key, picture: picture(&address(secret, issuer, email)) }
    }
}

/// What an app reads to make the codes of somebody.
fn address(secret: &str, issuer: &str, email: &str) -> String {
    let (issuer, account) = (utf8_percent_encode(issuer, NON_ALPHANUMERIC), utf8_percent_encode(email, NON_ALPHANUMERIC));
    format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}")
}

/// A picture that a telephone reads.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Modules on a side, with the margin.
    pub size: i32,
    /// The dark modules, as the path of an SVG.
    pub path: String,
}

/// Draws a text, unless it is too long for a picture.
fn picture(text: &str) -> Option<Picture> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            let _ = write!(path, "M{},{}h1v1h-1z", x + MARGIN, y + MARGIN);
        }
    }
    Some(Picture { size: code.size() + 2 * MARGIN, path })
}

/// A recovery code as it is compared: in capitals, without blanks and hyphens, and with the digits that letters are taken for.
#[must_use]
pub fn recovery_key(code: &str) -> String {
    let significant = code.chars().filter(char::is_ascii_alphanumeric).take(64);
    let digit = |c: char| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    };
    significant.map(digit).collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn at(seconds: i64) -> NaiveDateTime {
        DateTime::from_timestamp(seconds, 0).unwrap().naive_utc()
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, the last six digits.
        let secret = secret(*b"12345678901234567890");
        assert_eq!(secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(step(&secret, code, at(seconds)), Some(seconds / 30), "{code}");
            assert_eq!(step(&secret, &format!("{} {} ", &code[..3], &code[3..]), at(seconds)), Some(seconds / 30));
            assert_eq!(step(&secret, code, at(seconds + 30)), Some(seconds / 30), "a clock that is behind");
            assert_eq!(step(&secret, code, at(seconds + 61)), None);
        }
        for code in ["", "28708", "2870822", "28708a", "２８７０８２", "\0"] {
            assert_eq!(step(&secret, code, at(59)), None, "{code}");
        }
        assert_eq!(step("not base 32!", "287082", at(59)), None);
        assert_eq!(step("", "287082", at(59)), None);
    }

    #[test]
    fn an_app_reads_the_address() {
        let shown = "otpauth://totp/A%20%26%20B:ruth%2Ba%40x%2Eexample?secret=GEZD&issuer=A%20%26%20B";
        assert_eq!(address("GEZD", "A & B", "ruth+a@x.example"), shown);
        let SetUp { key, picture } = SetUp::of("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "Clientele", &"ü".repeat(254));
        assert_eq!(key, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let picture = picture.unwrap();
        assert!(picture.path.starts_with("M4,4h1v1h-1z") && picture.size > 29);
    }

    #[test]
    fn recovery_codes_are_read_as_they_are_written_down() {
        assert_eq!(recovery_key(" abco-0il1 \u{a0}"), "ABC00111");
        assert_eq!(recovery_key("\0ü-"), "");
    }
}
