//! The address of a PostgreSQL database, read strictly: libpq repeats in its messages what it cannot read, and that may be a password.

use std::collections::BTreeMap;
use std::fmt;

use percent_encoding::percent_decode_str;

/// What libpq 18 knows (<https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS>).
const OPTIONS: &str = "host hostaddr port dbname user password passfile require_auth channel_binding connect_timeout client_encoding options \
    application_name fallback_application_name keepalives keepalives_idle keepalives_interval keepalives_count tcp_user_timeout sslmode \
    sslnegotiation sslcompression sslcert sslkey sslkeylogfile sslpassword sslcertmode sslrootcert sslcrl sslcrldir sslsni requirepeer \
    ssl_min_protocol_version ssl_max_protocol_version min_protocol_version max_protocol_version gssencmode krbsrvname gsslib gssdelegation \
    scram_client_key scram_server_key replication target_session_attrs load_balance_hosts service servicefile oauth_issuer oauth_client_id \
    oauth_client_secret oauth_scope";
/// A server that does not answer is given up after three seconds, and a line that went dead after ten.
const DEFAULTS: [(&str, &str); 3] = [("connect_timeout", "3"), ("tcp_user_timeout", "10000"), ("application_name", "clientele")];

/// A PostgreSQL database's address. It is shown without user, password and options.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl {
    options: BTreeMap<String, String>,
}

impl PostgresUrl {
    /// Reads what follows `postgres://`: `USER:PASSWORD@HOST:PORT/NAME?OPTION=VALUE`, of which each part may be missing.
    ///
    /// # Errors
    /// A sentence that says what is wrong, without any part of the address.
    pub(super) fn parse(rest: &str) -> Result<Self, String> {
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, name) = place.split_once('/').unwrap_or((place, ""));
        let (account, hosts) = authority.split_once('@').unwrap_or(("", authority));
        if hosts.contains('@') || name.contains('@') {
            return Err("The database's address has an @ or / too many: in a user or password they are written %40 and %2F".to_owned());
        }
        let (user, password) = account.split_once(':').unwrap_or((account, ""));
        let (hosts, ports) =
            hosts.split(',').map(host_and_port).collect::<Result<Vec<_>, _>>()?.into_iter().unzip::<_, _, Vec<_>, Vec<_>>();
        let ports = if ports.iter().all(String::is_empty) { String::new() } else { ports.join(",") };
        let named = [
            ("user", decoded(user)?),
            ("password", decoded(password)?),
            ("host", hosts.join(",")),
            ("port", ports),
            ("dbname", decoded(name)?),
        ];
        let given = named.into_iter().filter(|(_, value)| !value.is_empty());
        let mut options: BTreeMap<_, _> = given.map(|(option, value)| (option.to_owned(), value)).collect();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let known = pair.split_once('=').filter(|(option, value)| is_option(option) && !value.contains('='));
            let Some((option, value)) = known else {
                return Err(
                    "The database's address has an option that PostgreSQL does not know: write ?OPTION=VALUE&OPTION=VALUE, and in a \
                     password & as %26, = as %3D and ? as %3F"
                        .to_owned(),
                );
            };
            options.insert(option.to_owned(), decoded(value)?);
        }
        if options.get("port").is_some_and(|ports| !ports.split(',').all(|port| port.is_empty() || port.parse::<u16>().is_ok())) {
            return Err(NO_PORT.to_owned());
        }
        for (option, value) in DEFAULTS {
            options.entry(option.to_owned()).or_insert_with(|| value.to_owned());
        }
        Ok(Self { options })
    }

    /// Whether it asks for a connection that is encrypted.
    pub(super) fn needs_tls(&self) -> bool {
        self.options.get("sslmode").is_some_and(|mode| ["require", "verify-ca", "verify-full"].contains(&mode.as_str()))
    }

    /// As libpq takes it, password and all.
    pub(super) fn connection_string(&self) -> String {
        let quoted = |value: &String| value.replace('\\', r"\\").replace('\'', r"\'");
        self.options.iter().map(|(option, value)| format!("{option}='{}'", quoted(value))).collect::<Vec<_>>().join(" ")
    }
}

const NO_PORT: &str =
    "The port in the database's address is not a number from 0 to 65535: if it is meant as a password, @HOST is missing behind it";

/// Reads `HOST:PORT`; a host may be an address of IPv6 in brackets.
fn host_and_port(text: &str) -> Result<(String, String), String> {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) if port.is_empty() || port.starts_with(':') => (host, port.trim_start_matches(':')),
        Some(_) => return Err(NO_PORT.to_owned()),
        None => text.split_once(':').unwrap_or((text, "")),
    };
    if port.is_empty() || port.parse::<u16>().is_ok() { Ok((decoded(host)?, port.to_owned())) } else { Err(NO_PORT.to_owned()) }
}

fn is_option(name: &str) -> bool {
    OPTIONS.split_whitespace().any(|option| option == name)
}

fn decoded(text: &str) -> Result<String, String> {
    let mut escapes = text.split('%').skip(1);
    let whole = escapes.all(|rest| rest.get(..2).is_some_and(|hex| hex.chars().all(|c| c.is_ascii_hexdigit())));
    let decoded = percent_decode_str(text).decode_utf8().ok().filter(|decoded| whole && !decoded.contains('\0'));
    decoded.map(Into::into).ok_or_else(|| "The database's address has a % that begins no character: % itself is written %25".to_owned())
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |option| self.options.get(option).map_or("", String::as_str);
        let (hosts, ports, name) = (part("host"), part("port"), part("dbname"));
        let mut ports = ports.split(',');
        let places = hosts.split(',').map(|host| {
            let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
            ports.next().filter(|port| !port.is_empty()).map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
        });
        write!(f, "postgres://{}", places.collect::<Vec<_>>().join(","))?;
        if name.is_empty() { Ok(()) } else { write!(f, "/{name}") }
    }
}

/// As it is shown: a log must not hold the password either.
impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
