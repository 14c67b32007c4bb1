//! Where the data are: an address, whose scheme picks the engine.

use std::fmt;
use std::path::PathBuf;

use super::postgres_url::PostgresUrl;

/// Where the data are.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// `sqlite:PATH`, or a bare path.
    Sqlite(PathBuf),
    /// `postgres://…`.
    Postgres(PostgresUrl),
}

const EXPECTED: &str = "give a path, sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME";
/// Schemes that may be repeated to who wrote them. Anything else before a colon may be a part of a password.
const FOREIGN_SCHEMES: [&str; 9] = ["mysql", "mariadb", "mssql", "sqlserver", "oracle", "mongodb", "http", "https", "file"];
/// What connection strings of libpq begin with.
const KEYWORDS: [&str; 9] = ["host", "hostaddr", "port", "dbname", "user", "password", "sslmode", "service", "passfile"];

impl Address {
    /// Reads an address by its scheme.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what to do. It repeats nothing of the address that may be a password.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err(format!("The database's address is empty: {EXPECTED}"));
        }
        if text.split_once('=').is_some_and(|(word, _)| KEYWORDS.contains(&word.trim().to_ascii_lowercase().as_str())) {
            return Err(
                "The database's address is a list of PostgreSQL's keywords: write it as postgres://USER:PASSWORD@HOST/NAME".to_owned()
            );
        }
        let Some((scheme, rest)) = text.split_once(':') else { return Ok(Self::Sqlite(text.into())) };
        match (scheme.to_ascii_lowercase().as_str(), rest.strip_prefix("//")) {
            ("postgres" | "postgresql", Some(rest)) => {
                let url = PostgresUrl::parse(rest)?;
                if url.needs_tls() && !cfg!(feature = "postgres-tls") {
                    return Err("This database address asks for TLS, and this program was built without it: build with --features \
                         postgres-tls"
                        .to_owned());
                }
                Ok(Self::Postgres(url))
            }
            ("postgres" | "postgresql", None) => {
                Err("postgres: is to be followed by //, as in postgres://USER:PASSWORD@HOST/NAME".to_owned())
            }
            ("sqlite", path) => match path.unwrap_or(rest) {
                "" => Err("sqlite: is to be followed by a path".to_owned()),
                path => Ok(Self::Sqlite(path.into())),
            },
            (scheme, Some(_)) if FOREIGN_SCHEMES.contains(&scheme) => Err(format!("The database scheme {scheme}: is unknown: {EXPECTED}")),
            (_, Some(_)) => Err(format!("The database's address has an unknown scheme: {EXPECTED}")),
            (_, None) if rest.contains('@') => {
                Err(format!("The database's address looks like that of a server, but does not begin with postgres://: {EXPECTED}"))
            }
            (_, None) => Ok(Self::Sqlite(text.into())),
        }
    }
}

/// The address as it may be shown: without what may be a password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => f.write_str(&masked(&path.to_string_lossy())),
            Self::Postgres(url) => fmt::Display::fmt(url, f),
        }
    }
}

/// As it is shown: a log must not hold the password either.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A path as it may be shown: one that looks like the address of a server is one that went wrong.
pub(super) fn masked(path: &str) -> String {
    let path = match path.to_ascii_lowercase().find("password=") {
        Some(at) => format!("{}…", &path[..at + "password=".len()]),
        None => path.to_owned(),
    };
    match (path.find(':'), path.rfind('@')) {
        (Some(begin), Some(end)) if begin < end => format!("{}:…{}", &path[..begin], &path[end..]),
        _ => path,
    }
}

/// Whether a word of a command line may be the address of a database, or a part of one, that holds a password.
#[must_use]
pub fn may_hold_password(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    lower.contains("password") || lower.contains("postgres:") || lower.contains("postgresql:") || word.contains("://") || word.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_scheme_decides() {
        assert_eq!(Address::parse("clientele.db"), Ok(Address::Sqlite("clientele.db".into())));
        assert_eq!(Address::parse("sqlite:/var/x y.db"), Ok(Address::Sqlite("/var/x y.db".into())));
        assert_eq!(Address::parse("sqlite:///var/x.db"), Ok(Address::Sqlite("/var/x.db".into())));
        assert_eq!(Address::parse("/home/a@b.example/x:y.db"), Ok(Address::Sqlite("/home/a@b.example/x:y.db".into())));
        assert!(matches!(Address::parse("postgres://u:p@h/d"), Ok(Address::Postgres(_))));
        assert!(matches!(Address::parse("PostgreSQL://h"), Ok(Address::Postgres(_))));
        assert!(Address::parse("mysql://h/d").is_err_and(|words| words.contains("mysql")));
        assert!(Address::parse("").is_err());
    }

    #[test]
    fn each_part_is_read_as_libpq_reads_it() {
        let string = |text| match Address::parse(text) {
            Ok(Address::Postgres(url)) => url.connection_string(),
            other => panic!("{text}: {other:?}"),
        };
        let all = string(r"postgres://u%40x:p%27%5C%2F@h:5433/d%20b?connect_timeout=9&application_name=a");
        assert_eq!(
            all,
            r"application_name='a' connect_timeout='9' dbname='d b' host='h' password='p\'\\/' port='5433' tcp_user_timeout='10000' user='u@x'"
        );
        assert!(string("postgres://[::1]:1,b:2/d").contains("host='::1,b' port='1,2'"));
        assert!(string("postgres:///d?host=/run/postgresql").contains("dbname='d' host='/run/postgresql'"));
        assert!(string("postgres://%2Frun%2Fpostgresql/d").contains("host='/run/postgresql'"));
        assert!(string("postgres://u:a:b@h").contains("password='a:b'"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "host=h password=p dbname=d",
            "PASSWORD = p",
            "postgres:u:p@h/d",
            "postgresql:/u:p@h/d",
            "postgres://u:p@ss@h/d",
            "postgres://u:p/x",
            "postgres://u:p/x@h/d",
            "postgres://u:p%zz@h/d",
            "postgres://u:p%@h/d",
            "postgres://h/d?x=y",
            "postgres://h/d?password",
            "postgres://h/d?password=a=b",
            "postgres://[::1]x/d",
            "u:p@h/d",
            "DATABASE_URL=postgres://u:p@h/d",
        ] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let address = Address::parse("postgres://user:s3cret@db.example:5432/clientele?sslmode=prefer").map(|a| a.to_string());
        assert_eq!(address.as_deref(), Ok("postgres://db.example:5432/clientele"));
        assert_eq!(Address::parse("sqlite://user:s3cret@h/x").unwrap().to_string(), "user:…@h/x");
    }

    proptest! {
        /// Addresses with a password in its place and anything wrong around it.
        #[test]
        fn a_password_is_never_shown_however_the_address_is_written(
            scheme in "(postgres|postgresql|postgre|POSTGRES|mysql|sqlite|x|psql postgres|)",
            between in "(://|:|:/|//|:///)",
            user in "[a-z%]{0,3}",
            before in "[a-z0-9@:/?#%&=' \\\\]{0,4}",
            after in "[a-z0-9@:/?#%&=' \\\\]{0,4}",
            host in "[a-z0-9.:,\\[\\]]{0,6}",
            name in "(|/[a-z%]{0,3})",
            options in "(|\\?[a-z]{0,3}=?[a-z=&]{0,3}|\\?sslmode=disable)",
        ) {
            const MARK: &str = "Z1Z2Z3";
            let given = [
                format!("{scheme}{between}{user}:{before}{MARK}{after}@{host}{name}{options}"),
                format!("{scheme}{between}{host}{name}?user={user}&password={before}{MARK}{after}"),
                format!("host={host} user={user} password={before}{MARK}{after}"),
            ];
            for text in given {
                let shown = match Address::parse(&text) {
                    Ok(address) => format!("{address} {address:?}"),
                    Err(words) => words,
                };
                prop_assert!(!shown.contains(MARK), "{text}: {shown}");
            }
        }
    }
}
