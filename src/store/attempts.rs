//! The table of attempts: how often somebody tried a password or a code lately. It is in the database, so that all instances count together.
//!
//! An attempt is counted before it is looked at, and taken back where it was right: however many are sent at once, no more are looked at than
//! are allowed.

use std::net::{IpAddr, Ipv6Addr};

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::{Result, hash};
use crate::db::Db;
use crate::db::schema::attempts;
use crate::domain::AccountId;
use crate::domain::identity;

/// What a count of attempts is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    name: String,
    most: i32,
}

/// How long attempts count, from the first of them.
pub const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// Attempts at one account, from one browser or by one user, in that time.
const OF_ONE: i32 = 5;
/// From one network address: several people may share it.
const OF_ADDRESS: i32 = 20;

impl Bucket {
    /// The password of the account with this e-mail, whether or not there is one.
    #[must_use]
    pub fn account(email: &str) -> Self {
        Self { name: format!("account {}", hash(&identity::email_key(email))), most: OF_ONE }
    }

    /// The password of a mailbox of the portal, whether or not anybody has it.
    #[must_use]
    pub fn mailbox(email: &str) -> Self {
        Self { name: format!("mailbox {}", hash(&identity::email_key(email))), most: OF_ONE }
    }

    /// Whatever comes from a network address. One of IPv6 counts as its /64: who has one has all of them (RFC 6177).
    #[must_use]
    pub fn address(peer: &str) -> Self {
        let name = match peer.parse().map(|ip: IpAddr| ip.to_canonical()) {
            Ok(IpAddr::V6(ip)) => Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).to_string(),
            Ok(ip) => ip.to_string(),
            Err(_) => "unknown".to_owned(),
        };
        Self { name: format!("address {name}"), most: OF_ADDRESS }
    }

    /// Mails that are asked for from a network address.
    #[must_use]
    pub fn asking(peer: &str) -> Self {
        let address = Self::address(peer);
        Self { name: format!("asking {}", address.name), ..address }
    }

    /// Mails to a mailbox by which its password could be set, asked for by whoever.
    #[must_use]
    pub fn forgotten(email: &str) -> Self {
        Self { name: format!("forgotten {}", hash(&identity::email_key(email))), most: OF_ONE }
    }

    /// The password of an account, from a browser that is known: by the hash of its token.
    #[must_use]
    pub fn browser(account: impl Into<AccountId>, token_hash: &str) -> Self {
        Self { name: format!("browser {} {token_hash}", account.into()), most: OF_ONE }
    }

    /// The password of an account that has signed in.
    #[must_use]
    pub fn password(account: impl Into<AccountId>) -> Self {
        Self { name: format!("password {}", account.into()), most: OF_ONE }
    }

    /// The second factor of an account.
    #[must_use]
    pub fn code(account: impl Into<AccountId>) -> Self {
        Self { name: format!("code {}", account.into()), most: OF_ONE }
    }
}

/// What is left after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// It may be looked at; so many more may follow.
    Tries(i32),
    /// It may not be looked at for so long.
    Wait(TimeDelta),
}

impl Left {
    /// The stricter of two.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Wait(a), Self::Wait(b)) => Self::Wait(a.max(b)),
            (Self::Wait(_), _) => self,
            (_, Self::Wait(_)) => other,
            (Self::Tries(a), Self::Tries(b)) => Self::Tries(a.min(b)),
        }
    }
}

/// Counts an attempt.
pub fn count(db: &mut Db, bucket: &Bucket, now: NaiveDateTime) -> Result<Left> {
    let row = attempts::table.find(&bucket.name);
    let counted: Option<(i32, NaiveDateTime)> = diesel::update(row.filter(attempts::since.gt(now - WINDOW)))
        .set(attempts::tries.eq(attempts::tries + 1))
        .returning((attempts::tries, attempts::since))
        .get_result(db)
        .optional()?;
    Ok(match counted {
        Some((tries, _)) if tries <= bucket.most => Left::Tries(bucket.most - tries),
        // A clock that was set back makes nobody wait longer.
        Some((_, since)) => Left::Wait((since + WINDOW - now).min(WINDOW)),
        None => {
            diesel::delete(row).execute(db)?;
            let first = (attempts::bucket.eq(&bucket.name), attempts::tries.eq(1), attempts::since.eq(now));
            diesel::insert_into(attempts::table).values(first).execute(db)?;
            Left::Tries(bucket.most - 1)
        }
    })
}

/// How long it is until an attempt may be made again, if none may be made now.
pub fn wait(db: &mut Db, bucket: &Bucket, now: NaiveDateTime) -> Result<Option<TimeDelta>> {
    let row: Option<(i32, NaiveDateTime)> =
        attempts::table.find(&bucket.name).select((attempts::tries, attempts::since)).first(db).optional()?;
    Ok(row.filter(|(tries, since)| *tries >= bucket.most && *since > now - WINDOW).map(|(_, since)| (since + WINDOW - now).min(WINDOW)))
}

/// The same for several buckets at once, in their order.
pub fn waits(db: &mut Db, buckets: &[Bucket], now: NaiveDateTime) -> Result<Vec<Option<TimeDelta>>> {
    let names: Vec<&str> = buckets.iter().map(|bucket| bucket.name.as_str()).collect();
    let rows: Vec<(String, i32, NaiveDateTime)> = attempts::table
        .filter(attempts::bucket.eq_any(names))
        .filter(attempts::since.gt(now - WINDOW))
        .select((attempts::bucket, attempts::tries, attempts::since))
        .load(db)?;
    let wait = |bucket: &Bucket| {
        let row = rows.iter().find(|(name, tries, _)| *name == bucket.name && *tries >= bucket.most);
        row.map(|(_, _, since)| (*since + WINDOW - now).min(WINDOW))
    };
    Ok(buckets.iter().map(wait).collect())
}

/// Takes back the last attempt: it was right, and says nothing about those before it.
pub fn take_back(db: &mut Db, bucket: &Bucket) -> Result<()> {
    diesel::update(attempts::table.find(&bucket.name).filter(attempts::tries.gt(0)))
        .set(attempts::tries.eq(attempts::tries - 1))
        .execute(db)?;
    Ok(())
}

/// Forgets all attempts: whoever made them has shown to be the right one.
pub fn forget(db: &mut Db, bucket: &Bucket) -> Result<()> {
    diesel::delete(attempts::table.find(&bucket.name)).execute(db)?;
    Ok(())
}

/// Removes what no longer counts.
pub fn tidy(db: &mut Db, now: NaiveDateTime) -> Result<()> {
    diesel::delete(attempts::table.filter(attempts::since.lt(now - WINDOW))).execute(db)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_is_one_address() {
        let same = |a: &str, b: &str| Bucket::address(a) == Bucket::address(b);
        assert!(same("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert!(!same("2001:db8:1:2::1", "2001:db8:1:3::1"));
        assert!(same("::ffff:192.0.2.1", "192.0.2.1"));
        assert!(!same("192.0.2.1", "192.0.2.2"));
        assert!(same("", "somewhere"));
    }

    #[test]
    fn no_email_stands_in_the_table() {
        assert_eq!(Bucket::account("RUTH@x.example"), Bucket::account("ruth@X.example"));
        assert!(!Bucket::account("ruth@x.example").name.contains("ruth"));
        assert!(!Bucket::account("a\0b").name.contains('\0'));
    }
}
