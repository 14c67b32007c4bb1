//! Who can no longer sign in to the portal, or can again, in words. Whoever signs in for another customer too keeps that.

use crate::domain::numbers::counted;
use crate::store::access::SignIns;

/// What *Disable* says on hover, with how many people it locks out.
pub fn disable_title(sign_ins: SignIns) -> String {
    let effect = match sign_ins {
        SignIns { only_here: 0, elsewhere_too: 0 } => String::new(),
        SignIns { only_here, elsewhere_too: 0 } => format!(". Disabling it keeps {} from signing in.", people(only_here)),
        SignIns { only_here: 0, elsewhere_too } => format!(". Disabling it keeps {} from signing in for it.", people(elsewhere_too)),
        SignIns { only_here, elsewhere_too } => {
            format!(". Disabling it keeps {} from signing in, and {elsewhere_too} more from signing in for it.", people(only_here))
        }
    };
    format!("Disable (key d){effect}")
}

/// `3 people can no longer sign in.`; empty where nobody could.
pub fn lost(sign_ins: SignIns) -> String {
    match sign_ins {
        SignIns { only_here: 0, elsewhere_too: 0 } => String::new(),
        SignIns { only_here, elsewhere_too: 0 } => format!("{} can no longer sign in.", people(only_here)),
        SignIns { only_here: 0, elsewhere_too } => {
            format!("{} can no longer sign in for it, only for other customers.", people(elsewhere_too))
        }
        SignIns { only_here, elsewhere_too } => {
            format!("{} can no longer sign in, and {elsewhere_too} only for other customers.", people(only_here))
        }
    }
}

/// `3 people can sign in again.`; empty where nobody can.
pub fn regained(sign_ins: SignIns) -> String {
    match sign_ins {
        SignIns { only_here: 0, elsewhere_too: 0 } => String::new(),
        SignIns { only_here: 0, elsewhere_too } => format!("{} can sign in for it again.", people(elsewhere_too)),
        SignIns { only_here, elsewhere_too: 0 } => format!("{} can sign in again.", people(only_here)),
        SignIns { only_here, elsewhere_too } => {
            format!("{} can sign in again, and {elsewhere_too} for this customer too.", people(only_here))
        }
    }
}

/// `180 people`
fn people(count: i64) -> String {
    counted(count, "person", "people")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_could_sign_in_is_counted() {
        let some = |only_here, elsewhere_too| SignIns { only_here, elsewhere_too };
        assert_eq!(disable_title(some(0, 0)), "Disable (key d)");
        assert_eq!(lost(some(0, 0)), "");
        assert_eq!(regained(some(0, 0)), "");
        assert_eq!(
            disable_title(some(2, 1)),
            "Disable (key d). Disabling it keeps 2 people from signing in, and 1 more from signing in for it."
        );
        assert_eq!(lost(some(1, 0)), "1 person can no longer sign in.");
        assert_eq!(lost(some(0, 2)), "2 people can no longer sign in for it, only for other customers.");
        assert_eq!(lost(some(3, 2)), "3 people can no longer sign in, and 2 only for other customers.");
        assert_eq!(regained(some(0, 1)), "1 person can sign in for it again.");
    }
}
