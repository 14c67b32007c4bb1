//! Where the data are: an address, whose scheme picks the engine.

use std::fmt;
use std::path::PathBuf;

/// Where the data are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// `sqlite:PATH`, or a bare path.
    Sqlite(PathBuf),
    /// `postgres://…`, as libpq reads it.
    Postgres(String),
}

impl Address {
    /// Reads an address by its scheme.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what to do.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("The database's address is empty: give a path, sqlite:PATH or postgres://…".to_owned());
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            if needs_tls(text) && !cfg!(feature = "postgres-tls") {
                return Err(
                    "This database address asks for TLS, and this program was built without it: build with --features postgres-tls"
                        .to_owned(),
                );
            }
            return Ok(Self::Postgres(with_time_limits(text)));
        }
        match text.split_once(':') {
            Some(("sqlite", path)) => {
                let path = path.strip_prefix("//").unwrap_or(path);
                if path.is_empty() { Err("sqlite: is to be followed by a path".to_owned()) } else { Ok(Self::Sqlite(path.into())) }
            }
            Some((scheme, rest)) if rest.starts_with("//") => {
                Err(format!("The database scheme {scheme}: is unknown: give a path, sqlite:PATH or postgres://…"))
            }
            _ => Ok(Self::Sqlite(text.into())),
        }
    }
}

fn needs_tls(url: &str) -> bool {
    ["sslmode=require", "sslmode=verify-ca", "sslmode=verify-full"].iter().any(|mode| url.contains(mode))
}

/// A server that does not answer is given up after three seconds, and a line that went dead after ten.
fn with_time_limits(url: &str) -> String {
    let mut url = url.to_owned();
    for (name, value) in [("connect_timeout", "3"), ("tcp_user_timeout", "10000"), ("application_name", "clientele")] {
        if !url.contains(name) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(name);
            url.push('=');
            url.push_str(value);
        }
    }
    url
}

/// The address as it may be shown: without the password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(f),
            Self::Postgres(url) => {
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
                let rest = rest.split(['?']).next().unwrap_or(rest);
                let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
                write!(f, "{scheme}://{host}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_decides() {
        assert_eq!(Address::parse("clientele.db"), Ok(Address::Sqlite("clientele.db".into())));
        assert_eq!(Address::parse("sqlite:/var/x y.db"), Ok(Address::Sqlite("/var/x y.db".into())));
        assert_eq!(Address::parse("sqlite:///var/x.db"), Ok(Address::Sqlite("/var/x.db".into())));
        assert!(matches!(Address::parse("postgres://u:p@h/d"), Ok(Address::Postgres(_))));
        assert!(Address::parse("mysql://h/d").is_err_and(|words| words.contains("mysql")));
        assert!(Address::parse("").is_err());
    }

    #[test]
    fn a_password_is_never_shown() {
        let address = Address::parse("postgres://user:s3cret@db.example:5432/clientele?sslmode=prefer").map(|a| a.to_string());
        assert_eq!(address.as_deref(), Ok("postgres://db.example:5432/clientele"));
    }
}
