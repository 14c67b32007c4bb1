//! What a region's customers are made of. All names of companies are coined; given and family names are common ones.

/// A country with its names, places and shapes of numbers.
pub(super) struct Region {
    /// ISO 3166-1 alpha-2.
    pub country: &'static str,
    /// ISO 639-1.
    pub language: &'static str,
    /// How many of a hundred customers come from here, about.
    pub weight: u32,
    /// Given names; where the script is not Latin, `name|romanised` for e-mail addresses.
    pub first: &'static [&'static str],
    /// Family names, likewise.
    pub last: &'static [&'static str],
    /// Coined names of companies, likewise; empty where [`super::coined`] makes them.
    pub heads: &'static [&'static str],
    /// What companies do.
    pub trades: &'static [&'static str],
    /// The company's name from `{h}` (head), `{t}` (trade), `{l}` (a family name) and `{c}` (city).
    pub shapes: &'static [&'static str],
    /// Street names; `{n}` is the house number.
    pub streets: &'static [&'static str],
    /// City, state (may be empty), postal code with `#` for a digit and `@` for a letter.
    pub cities: &'static [(&'static str, &'static str, &'static str)],
    /// Telephone numbers with `#` for a digit. Where a country has numbers for films and books, these.
    pub phones: &'static [&'static str],
}

/// The part of `name|romanised` that people read.
pub(super) fn native(name: &'static str) -> &'static str {
    name.split_once('|').map_or(name, |(native, _)| native)
}

/// The part of `name|romanised` that e-mail addresses are made of.
pub(super) fn romanised(name: &'static str) -> &'static str {
    name.split_once('|').map_or(name, |(_, romanised)| romanised)
}
