//! Passwords of users: which are taken, and how they are kept.
//!
//! What is kept is an Argon2id hash with the parameters that OWASP's Password Storage Cheat Sheet advises first (19 MiB, 2 passes, 1 lane).
//! A hash with other parameters is made again when its password is next given.

use std::cell::RefCell;

use argon2::password_hash::phc::{Output, PasswordHash};
use argon2::password_hash::{Error, PasswordHasher as _};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use zxcvbn::{Score, zxcvbn};

/// The least length in characters (NIST SP 800-63B asks for 8).
pub const LEAST: usize = 8;
/// The greatest length in characters.
pub const MOST: usize = 1_000;
/// Guessing takes longer for each character: more of them would not change what comes out.
const JUDGED: usize = 100;
/// A hash of nobody's password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdA$L5yT0dXJyE1iHRXKJmZbRv1Fb6B8GyIhUqsZS2zxY3o";

/// A password that may be set.
pub struct NewPassword(String);

impl NewPassword {
    /// Checks what somebody wants as a password. `known` is what others know of the person: name and e-mail.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(text: &str, known: &[&str]) -> Result<Self, &'static str> {
        let length = text.chars().count();
        if length < LEAST {
            return Err("The password needs at least 8 characters.");
        }
        if length > MOST {
            return Err("The password can have at most 1,000 characters.");
        }
        let judged: String = text.chars().take(JUDGED).collect();
        if zxcvbn(&judged, known).score() < Score::Two {
            return Err("This password is easy to guess: make it longer, or less common.");
        }
        Ok(Self(text.to_owned()))
    }

    /// The hash to be kept. It takes some 20 ms and 19 MiB.
    ///
    /// # Panics
    /// When the operating system gives no random bytes for the salt.
    #[must_use]
    pub fn hash(&self) -> String {
        match hasher().hash_password(self.0.as_bytes()) {
            Ok(hash) => hash.to_string(),
            Err(error) => panic!("a password cannot be hashed: {error}"),
        }
    }
}

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// Whether a password is the one that a hash was made of. Without a hash the answer is no, after the same time: nobody learns from it who
/// can sign in.
#[must_use]
pub fn is_right(given: &str, hash: Option<&str>) -> bool {
    let given: &[u8] = if given.len() <= MOST * 4 { given.as_bytes() } else { &[] };
    let right = PasswordHash::new(hash.unwrap_or(NOBODY)).is_ok_and(|hash| comes_out(given, &hash).unwrap_or(false));
    right && hash.is_some()
}

thread_local! {
    /// What Argon2 fills. A thread keeps it for the next password: given back each time, so large a piece leaves holes in the heap that nothing
    /// fits into, and a crowd of sign-ins takes hundreds of MiB that stay taken.
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// Whether a hash comes out of a password, by the hash's own parameters. Outputs are compared in constant time.
fn comes_out(given: &[u8], hash: &PasswordHash) -> argon2::password_hash::Result<bool> {
    let version = hash.version.map_or(Ok(Version::default()), Version::try_from)?;
    let argon2 = Argon2::new(Algorithm::try_from(hash.algorithm.as_str())?, version, Params::try_from(hash)?);
    let (Some(salt), Some(wanted)) = (&hash.salt, &hash.hash) else { return Ok(false) };
    let mut buffer = [0; Output::MAX_LENGTH];
    let out = buffer.get_mut(..wanted.len()).ok_or(Error::OutputSize)?;
    MEMORY.with_borrow_mut(|memory| {
        let blocks = argon2.params().block_count();
        if memory.len() < blocks {
            memory.resize(blocks, Block::new());
        }
        argon2.hash_password_into_with_memory(given, salt, out, &mut memory[..blocks])
    })?;
    Ok(Output::new(out)? == *wanted)
}

/// The hash of a password that is right, with the present parameters.
///
/// # Panics
/// As [`NewPassword::hash`].
#[must_use]
pub fn rehash(given: &str) -> String {
    NewPassword(given.to_owned()).hash()
}

/// Whether a hash was made with other parameters than are advised now.
#[must_use]
pub fn is_outdated(hash: &str) -> bool {
    let wanted = format!("$argon2id$v=19$m={},t={},p={}$", Params::DEFAULT_M_COST, Params::DEFAULT_T_COST, Params::DEFAULT_P_COST);
    !hash.starts_with(&wanted)
}

fn hasher() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_first_is_not_taken() {
        for (text, known) in [
            ("short7!", &[][..]),
            ("password", &[]),
            ("Password1", &[]),
            ("12345678", &[]),
            ("qwertzuiop", &[]),
            ("janahoffmann", &["Jana Hoffmann", "janahoffmann"]),
        ] {
            assert!(NewPassword::check(text, known).is_err(), "{text}");
        }
        assert!(NewPassword::check(&"x".repeat(1_001), &[]).is_err());
        for text in ["correct horse battery", "Tr0ub4dor&3x", "ünïcödé 密码 long"] {
            assert!(NewPassword::check(text, &[]).is_ok(), "{text}");
        }
    }

    #[test]
    fn only_the_password_itself_is_right() {
        let hash = NewPassword::check("correct horse battery", &[]).unwrap().hash();
        assert!(!is_outdated(&hash));
        assert!(is_outdated(&hash.replace("m=19456", "m=4096")));
        assert!(is_right("correct horse battery", Some(&hash)));
        for given in ["Correct horse battery", "correct horse battery ", "", "\0"] {
            assert!(!is_right(given, Some(&hash)), "{given}");
        }
        assert!(PasswordHash::new(NOBODY).is_ok() && !is_outdated(NOBODY), "it takes the time of any other");
        assert!(!is_right("correct horse battery", None));
        assert!(!is_right("", Some("")));
        assert!(!is_right("", Some("not a hash")));
    }
}
