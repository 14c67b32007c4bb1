//! Numbers as people read them.

/// `1 entitlement`, `3 entitlements`.
#[must_use]
pub fn counted(count: impl TryInto<i64>, one: &str, many: &str) -> String {
    let count = count.try_into().unwrap_or(i64::MAX);
    if count == 1 { format!("1 {one}") } else { format!("{} {many}", thousands(count)) }
}

/// `1,234,567`: digits in groups, as English writes them.
#[must_use]
pub fn thousands(number: impl TryInto<i64>) -> String {
    grouped(number.try_into().unwrap_or(i64::MAX), ',')
}

/// Digits in groups of three, with what a language puts between them.
#[must_use]
pub fn grouped(number: i64, separator: char) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        out.push('-');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(counted(1, "entitlement", "entitlements"), "1 entitlement");
        assert_eq!(counted(1000, "entitlement", "entitlements"), "1,000 entitlements");
    }
}
