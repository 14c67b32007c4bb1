//! The tables, a file each: rows in, rows out. Every function here runs inside a transaction that [`crate::db::Database`] has opened; what
//! may be done, and what else has to follow, is decided above, in [`crate::changes`].

pub mod addresses;
pub mod contacts;
pub mod customers;
pub mod entitlements;
mod error;
pub mod flashes;
pub mod jobs;
pub mod tokens;

pub use error::{Error, Result, away};

/// A random token of 128 bits, in letters and digits that an address and a form carry as they are.
#[must_use]
pub fn random_token() -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random::<16>())
}

/// Random bytes of the operating system. Where it has none to give, nothing that must not be guessed can be made, and the program ends.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Err(error) = getrandom::fill(&mut bytes) {
        panic!("the operating system gives no random bytes: {error}");
    }
    bytes
}
