//! Whoever sells to the customers, as contacts see it in the portal and in mails.

use std::fmt;

use sha2::{Digest, Sha256};

use super::text::Email;

/// What administrators set of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vendor {
    /// Its name.
    pub name: String,
    /// Its colour.
    pub accent: Accent,
    /// Where contacts write to for help.
    pub support: Option<Email>,
    /// Where its imprint is: an address that begins with `https://` or `http://`.
    pub imprint: Option<String>,
    /// Which logo it has.
    pub logo: Option<LogoName>,
}

impl Default for Vendor {
    fn default() -> Self {
        Self { name: "Clientele".to_owned(), accent: Accent([0x1f, 0x5f, 0xbf]), support: None, imprint: None, logo: None }
    }
}

/// The darkest ground of the portal's pages in the light scheme, and the lightest in the dark one: what is read there is read on all.
const LIGHT: Accent = Accent([0xec, 0xef, 0xf4]);
const DARK: Accent = Accent([0x2c, 0x33, 0x3d]);

impl Vendor {
    /// The colours of the portal's pages, as a style sheet: `--brand` is the vendor's own, `--accent` that which is also read as text.
    #[must_use]
    pub fn stylesheet(&self) -> String {
        let (light, dark) = (self.accent.readable_on(LIGHT), self.accent.readable_on(DARK));
        format!(
            ":root {{ --brand: {}; --on-brand: {}; --accent: light-dark({light}, {dark}); --on-accent: light-dark({}, {}); \
             --accent-bg: color-mix(in srgb, var(--accent) 8%, var(--surface)); }}\n",
            self.accent,
            self.accent.ink(),
            light.ink(),
            dark.ink()
        )
    }

    /// Where that style sheet is.
    #[must_use]
    pub fn theme_path(&self) -> String {
        format!("/portal/theme-{}.css", digest(self.stylesheet().as_bytes()))
    }

    /// Where the logo is.
    #[must_use]
    pub fn logo_path(&self) -> Option<String> {
        self.logo.as_ref().map(|logo| format!("/portal/logo-{}.{}", logo.digest, logo.kind.extension()))
    }
}

/// What tells one content from another in an address.
fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).fold(String::new(), |all, byte| format!("{all}{byte:02x}"))
}

/// What names a logo. Pages need no more of it; the picture itself is read where it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoName {
    /// What it is.
    pub kind: LogoKind,
    /// Of its bytes.
    pub digest: String,
}

/// A picture that has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// What it is, as found by looking at it.
    pub kind: LogoKind,
    /// The file.
    pub bytes: Vec<u8>,
    /// Of the bytes, for its address.
    pub digest: String,
}

impl Logo {
    /// A file that has been found to be of this kind.
    #[must_use]
    pub fn new(kind: LogoKind, bytes: Vec<u8>) -> Self {
        Self { kind, digest: digest(&bytes), bytes }
    }
}

/// What a logo may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoKind {
    /// Portable Network Graphics.
    Png,
    /// Scalable Vector Graphics.
    Svg,
}

impl LogoKind {
    /// The type by which browsers know it, and the database.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Svg => "image/svg+xml",
        }
    }

    /// How its address ends.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
        }
    }

    /// Reads what [`LogoKind::media_type`] writes.
    #[must_use]
    pub fn parse(media_type: &str) -> Option<Self> {
        [Self::Png, Self::Svg].into_iter().find(|kind| kind.media_type() == media_type)
    }
}

/// A colour: red, green and blue (sRGB).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accent([u8; 3]);

impl Accent {
    /// Reads `#1f5fbf` or `#15b`, also in capitals. Nothing else: it is put into style sheets.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix('#').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        let part = |at: usize| u8::from_str_radix(&digits[at..=at + 1], 16).ok();
        let short = |at: usize| u8::from_str_radix(&digits[at..=at], 16).ok().map(|digit| digit * 17);
        match digits.len() {
            6 => Some(Self([part(0)?, part(2)?, part(4)?])),
            3 => Some(Self([short(0)?, short(1)?, short(2)?])),
            _ => None,
        }
    }

    /// The colour of text on it: black or white, whichever has the higher contrast, which is never under 4.5 to 1 (WCAG 2.2, 1.4.3).
    #[must_use]
    pub fn ink(self) -> Self {
        let [white, black] = [Self([255; 3]), Self([0; 3])];
        if self.contrast(white) >= self.contrast(black) { white } else { black }
    }

    /// The same colour, darker or lighter where text in it could not be read on this ground: then by the least of 32 steps towards black or
    /// white, whichever stands out from the ground, at which the contrast is 4.5 to 1 (WCAG 2.2, 1.4.3).
    #[must_use]
    pub fn readable_on(self, ground: Self) -> Self {
        const STEPS: u16 = 32;
        let [end, _, _] = ground.ink().0;
        let mixed = |step: u16| {
            let part = |part: u8| (u16::from(part) * (STEPS - step) + u16::from(end) * step) / STEPS;
            Self(self.0.map(|own| u8::try_from(part(own)).unwrap_or(end)))
        };
        (0..STEPS).map(mixed).find(|colour| colour.contrast(ground) >= 4.5).unwrap_or(Self([end; 3]))
    }

    /// The contrast between two colours, from 1 to 21 (WCAG 2.2, contrast ratio).
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl fmt::Display for Accent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_colour_has_three_or_six_digits() {
        assert_eq!(Accent::parse(" #1F5fbf ").unwrap().to_string(), "#1f5fbf");
        assert_eq!(Accent::parse("#Ff0").unwrap().to_string(), "#ffff00");
        for not in ["", "#ff", "#ffff", "1f5fbf", "#1f5fbf;", "red;}body{", "#+1+2+3", "#ü5fb"] {
            assert_eq!(Accent::parse(not), None, "{not}");
        }
    }

    proptest! {
        #[test]
        fn text_is_readable_on_any_colour(colour in any::<[u8; 3]>()) {
            prop_assert!(Accent(colour).contrast(Accent(colour).ink()) >= 4.5);
        }

        #[test]
        fn any_colour_can_be_read_as_text(colour in any::<[u8; 3]>()) {
            for ground in [LIGHT, DARK] {
                let text = Accent(colour).readable_on(ground);
                prop_assert!(text.contrast(ground) >= 4.5 && text.contrast(text.ink()) >= 4.5, "{} on {}", text, ground);
            }
        }
    }
}
