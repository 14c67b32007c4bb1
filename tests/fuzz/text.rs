//! Texts that break programs. Those that would be markup hold `zq`, an element and an attribute that no page has.

use fastrand::Rng;

const NASTY: [&str; 34] = [
    "",
    " ",
    "0",
    "-1",
    "1",
    "4294967296",
    "9223372036854775808",
    "1e9",
    "yes",
    "<zq>",
    "</textarea><zq>",
    "</title></script><zq>",
    "\" zq=\"1",
    "' zq='1",
    "\"><zq zq=1>",
    "javascript:zq()",
    "//zq.example/",
    "/\\zq.example",
    "\r\nZq: 1\r\n\r\n<zq>",
    "'; DROP TABLE customers; --",
    "\" OR 1=1 --",
    "{{7*7}}${7*7}%s%n",
    "a\0b",
    "\u{1b}[31m\u{7}",
    "\u{202e}abc\u{2066}",
    "\u{feff}\u{200b}\u{ad}",
    "\u{fffe}\u{ffff}\u{10ffff}",
    "👩‍👩‍👧‍👦 ﷽ ꧅",
    "Z̸̡a̷l͇g̵o̧",
    "İıſẞßﬁ㈱Å",
    "%00 %ff %",
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "NaN",
];

const PLAIN: [&str; 40] = [
    "company",
    "individual",
    "enabled",
    "disabled",
    "newest",
    "ref",
    "changed",
    "name",
    "Acme",
    "Zoë Müller",
    "東京",
    "jana@x.example",
    "JANA@X.example",
    "a@b.example",
    "Jana <jana@x.example>",
    "de",
    "DE",
    "en",
    "C-000001",
    "C-000007",
    "CRM-1",
    "2026-01-01",
    "2026-12-31",
    "2027-02-30",
    "1900-01-01",
    "+49 30 123456",
    "10115",
    "Forge",
    "100",
    "on",
    "both",
    "create",
    "update",
    "name:^ac",
    "\"two words\"",
    "ro*tics OR me?er -x",
    "country:DE status:disabled",
    "created:>=2026-01-01",
    "eid:EID-",
    "type:individual (",
];

/// Any text: what people write, what they paste, what attackers send.
pub fn any(random: &mut Rng) -> String {
    match random.u8(..20) {
        0..9 => (*choose(random, &PLAIN)).to_owned(),
        9..15 => (*choose(random, &NASTY)).to_owned(),
        15 => format!("{}{}", choose(random, &PLAIN), choose(random, &NASTY)),
        16 => (0..random.usize(..12)).map(|_| random.char(..)).collect(),
        17 => (0..random.usize(..12)).map(|_| random.alphanumeric()).collect(),
        18 => choose(random, &["x", "é", "𝄞", "a ", "<zq>", "\u{301}"]).repeat(random.usize(..600)),
        _ => random.i64(-5..400).to_string(),
    }
}

pub fn choose<'a, T>(random: &mut Rng, all: &'a [T]) -> &'a T {
    &all[random.usize(..all.len())]
}

/// Bytes of a text that a line damaged.
pub fn damaged(random: &mut Rng, mut bytes: Vec<u8>) -> Vec<u8> {
    for _ in 0..random.usize(1..4) {
        let at = random.usize(..=bytes.len());
        match random.u8(..4) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, random.u8(..)),
            2 if at < bytes.len() => bytes[at] = random.u8(..),
            _ => _ = bytes.splice(at..at, *b"%FF%ED%A0%80").count(),
        }
    }
    bytes
}
