//! Values that nobody can guess.

/// A random token of 128 bits, in letters and digits that an address and a form carry as they are.
#[must_use]
pub fn random_token() -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random::<16>())
}

/// A random token of 256 bits that lets in whoever has it: only its [`hash`] is stored.
#[must_use]
pub fn random_secret() -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random::<32>())
}

/// What is stored of a [`random_secret`]. No more than SHA-256 is needed for what nobody can guess.
#[must_use]
pub fn hash(secret: &str) -> String {
    use base64::Engine as _;
    use sha2::Digest as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(secret))
}

/// Whether it has the form of a [`random_secret`].
#[must_use]
pub fn is_random_secret(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// Whether it has the form of a [`random_token`].
#[must_use]
pub fn is_random_token(text: &str) -> bool {
    text.len() == 22 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// `EID-` and 80 random bits.
#[must_use]
pub fn new_eid() -> String {
    format!("EID-{}", random_groups())
}

/// 80 random bits in Crockford's base 32 (no I, L, O, U: they are read out on the telephone, and written down), in groups of four.
pub(super) fn random_groups() -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let letters: Vec<char> = random::<16>().into_iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// A random number.
#[must_use]
pub fn random_number() -> i64 {
    i64::from_le_bytes(random())
}

/// Random bytes of the operating system.
///
/// # Panics
/// When it has none to give: nothing that must not be guessed can be made then.
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Err(error) = getrandom::fill(&mut bytes) {
        panic!("the operating system gives no random bytes: {error}");
    }
    bytes
}
