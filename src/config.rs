//! Every setting: a flag, an environment variable and a default, in one place. It stands above what it sets (only the command line,
//! `server` and `startup` import it): a value is read into the type that it means, so that wrong usage ends the program before anything
//! is opened.

use std::fmt;
use std::fs;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;
use chrono_tz::Tz;
use clap::Args;
use clap::builder::FalseyValueParser;

use crate::db::{Address, Tuning};
use crate::domain::rules::Role;
use crate::jobs::Timings;
use crate::mail::{self, Post};
use crate::store::sessions::Lifetimes;
use crate::web::forwarded::Network;
use crate::web::public_url::PublicUrl;

/// Where the data are, and how long to wait for them: for every command.
#[derive(Debug, Clone, Args)]
pub struct DatabaseSettings {
    /// Where the data are: a path, `sqlite:PATH` or `postgres://USER@HOST/NAME`
    #[arg(
        id = "database",
        long,
        env = "DATABASE_URL",
        default_value = "clientele.db",
        hide_env_values = true,
        value_name = "URL",
        global = true
    )]
    address: GivenAddress,
    /// Hidden: tests make them smaller.
    #[command(flatten)]
    tuning: TuningSettings,
}

/// Each timeout in seconds; without one, its default.
#[derive(Debug, Clone, Args)]
struct TuningSettings {
    #[arg(long, env = "CLIENTELE_POOL_TIMEOUT", hide = true, value_parser = seconds, value_name = "SECONDS", global = true)]
    pool_timeout: Option<Duration>,
    #[arg(long, env = "CLIENTELE_REQUEST_TIMEOUT", hide = true, value_parser = seconds, value_name = "SECONDS", global = true)]
    request_timeout: Option<Duration>,
    #[arg(long, env = "CLIENTELE_BUSY_TIMEOUT", hide = true, value_parser = seconds, value_name = "SECONDS", global = true)]
    busy_timeout: Option<Duration>,
    #[arg(long, env = "CLIENTELE_LOCK_TIMEOUT", hide = true, value_parser = seconds, value_name = "SECONDS", global = true)]
    lock_timeout: Option<Duration>,
    #[arg(long, env = "CLIENTELE_STATEMENT_TIMEOUT", hide = true, value_parser = seconds, value_name = "SECONDS", global = true)]
    statement_timeout: Option<Duration>,
    #[arg(long, env = "CLIENTELE_IMPORT_BATCH", hide = true, value_name = "CUSTOMERS", global = true)]
    import_batch: Option<NonZeroUsize>,
    #[arg(long, env = "CLIENTELE_SEARCH_PART", hide = true, value_name = "CUSTOMERS", global = true)]
    search_part: Option<NonZeroUsize>,
}

/// An address as it was given, with a password perhaps. It is read later, since the command line's errors repeat what they cannot read, and
/// never shown.
#[derive(Clone)]
struct GivenAddress(String);

impl From<String> for GivenAddress {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for GivenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl DatabaseSettings {
    /// Where the data are.
    ///
    /// # Errors
    /// What is wrong with the address, without repeating it.
    pub fn address(&self) -> Result<Address, String> {
        Address::parse(&self.address.0)
    }

    /// What was set, and the defaults of the rest.
    #[must_use]
    pub fn tuning(&self) -> Tuning {
        let default = Tuning::default();
        Tuning {
            pool: self.tuning.pool_timeout.unwrap_or(default.pool),
            request: self.tuning.request_timeout.unwrap_or(default.request),
            busy: self.tuning.busy_timeout.unwrap_or(default.busy),
            lock: self.tuning.lock_timeout.unwrap_or(default.lock),
            statement: self.tuning.statement_timeout.unwrap_or(default.statement),
            import_batch: self.tuning.import_batch.unwrap_or(default.import_batch),
            search_part: self.tuning.search_part.unwrap_or(default.search_part),
        }
    }
}

/// Whose midnight ends a day: for every command that deals with dates.
#[derive(Debug, Clone, Args)]
pub struct ZoneSetting {
    /// The time zone whose midnight ends a day, such as Europe/Berlin [default: this machine's]
    #[arg(long, env = "CLIENTELE_TIME_ZONE", value_parser = zone, value_name = "ZONE", global = true)]
    pub time_zone: Option<Tz>,
}

impl ZoneSetting {
    /// The zone that was set, else this machine's, else UTC.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.time_zone
            .or_else(|| std::env::var("TZ").ok().and_then(|name| name.trim_start_matches(':').parse().ok()))
            .or_else(|| iana_time_zone::get_timezone().ok().and_then(|name| name.parse().ok()))
            .unwrap_or(Tz::UTC)
    }
}

/// How the world sees the program: for the server, and for commands that print addresses.
#[derive(Debug, Clone, Args)]
pub struct PublicSetting {
    /// The address by which people reach Clientele from other machines, such as `https://clientele.example`
    #[arg(long, env = "CLIENTELE_PUBLIC_URL", value_parser = PublicUrl::parse, value_name = "URL", global = true)]
    pub public_url: Option<PublicUrl>,
}

/// Who is added as the first user at start, where there is none: e-mail and password. They are no flags, since every user of a machine sees
/// those of every process.
///
/// # Errors
/// What is wrong with them.
pub fn first_administrator() -> Result<Option<(String, String)>, String> {
    let [email, password] = ["CLIENTELE_ADMIN_EMAIL", "CLIENTELE_ADMIN_PASSWORD"].map(|name| std::env::var(name).unwrap_or_default());
    match (email.is_empty(), password.is_empty()) {
        (true, true) => Ok(None),
        (false, false) => Ok(Some((email, password))),
        _ => Err("CLIENTELE_ADMIN_EMAIL and CLIENTELE_ADMIN_PASSWORD add the first user together: set both, or neither.".to_owned()),
    }
}

/// How the server serves.
#[derive(Debug, Clone, Args)]
pub struct ServeSettings {
    /// Where to listen: HOST:PORT; beyond this machine only once there are users, who sign in; port 0 takes a free one
    #[arg(long, env = "CLIENTELE_LISTEN", default_value = "127.0.0.1:8080", value_parser = listen, value_name = "HOST:PORT")]
    pub listen: Listen,
    /// What whoever opens the address may do, until there are users: viewer, editor or administrator
    #[arg(long, env = "CLIENTELE_ROLE", default_value = "administrator", value_parser = role, value_name = "ROLE")]
    pub role: Role,
    /// The proxies whose X-Forwarded-For says where a request comes from: addresses or networks, with commas between them
    #[arg(long, env = "CLIENTELE_TRUSTED_PROXY", value_parser = Network::parse, value_delimiter = ',', value_name = "NETWORK")]
    pub trusted_proxy: Vec<Network>,
    /// After how many hours without a request of a person a session ends
    #[arg(long, env = "CLIENTELE_SESSION_IDLE", default_value = "8", value_parser = hours, value_name = "HOURS")]
    session_idle: TimeDelta,
    /// After how many days a session ends, however much it is used
    #[arg(long, env = "CLIENTELE_SESSION_LIFETIME", default_value = "14", value_parser = days, value_name = "DAYS")]
    session_lifetime: TimeDelta,
    /// Whoever has no second factor sets one up after signing in, before all else
    #[arg(long, env = "CLIENTELE_REQUIRE_SECOND_FACTOR", value_parser = FalseyValueParser::new())]
    pub require_second_factor: bool,
    /// The mail server, for invitations and forgotten passwords: `smtps://USER:PASSWORD@HOST`, or `smtp://USER:PASSWORD@HOST` for STARTTLS
    #[arg(long, env = "CLIENTELE_SMTP_URL", hide_env_values = true, value_name = "URL")]
    smtp_url: Option<GivenAddress>,
    /// Whom mails come from: an address, or a name and an address
    #[arg(long, env = "CLIENTELE_SMTP_FROM", value_name = "ADDRESS")]
    smtp_from: Option<String>,
    /// A file with the certificates of those who vouch for the mail server (PEM) [default: whom this machine trusts]
    #[arg(long, env = "CLIENTELE_SMTP_CA", value_name = "FILE")]
    smtp_ca: Option<PathBuf>,
    /// How many connections are served at a time; those beyond are told to come again
    #[arg(long, env = "CLIENTELE_CONNECTIONS", default_value_t = 1000, value_parser = connections, value_name = "NUMBER")]
    connections: usize,
    /// How long a client may take for the head of a request, in seconds
    #[arg(long, env = "CLIENTELE_HEAD_TIMEOUT", hide = true, value_parser = seconds, value_name = "SECONDS")]
    head_timeout: Option<Duration>,
    /// How long a client may be silent within the body of a request, in seconds
    #[arg(long, env = "CLIENTELE_BODY_TIMEOUT", hide = true, value_parser = seconds, value_name = "SECONDS")]
    body_timeout: Option<Duration>,
    /// How long nothing may move on a connection, in seconds
    #[arg(long, env = "CLIENTELE_IDLE_TIMEOUT", hide = true, value_parser = seconds, value_name = "SECONDS")]
    idle_timeout: Option<Duration>,
    /// How long a job's lease lasts, in seconds
    #[arg(long, env = "CLIENTELE_JOB_LEASE", hide = true, value_parser = seconds, value_name = "SECONDS")]
    job_lease: Option<Duration>,
    /// How often a server looks for jobs, in seconds
    #[arg(long, env = "CLIENTELE_JOB_POLL", hide = true, value_parser = seconds, value_name = "SECONDS")]
    job_poll: Option<Duration>,
}

impl ServeSettings {
    /// What clients may take up.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let default = Limits::default();
        Limits {
            connections: self.connections,
            head: self.head_timeout.unwrap_or(default.head),
            body: self.body_timeout.unwrap_or(default.body),
            idle: self.idle_timeout.unwrap_or(default.idle),
        }
    }

    /// How long sessions live.
    #[must_use]
    pub fn lifetimes(&self) -> Lifetimes {
        Lifetimes { idle: self.session_idle, longest: self.session_lifetime }
    }

    /// How mails go out, where a mail server is set. Their links begin with the public address, whatever host a request names.
    ///
    /// # Errors
    /// What is wrong, or missing.
    pub fn post(&self, public: &PublicSetting) -> Result<Option<Post>, String> {
        let Some(url) = &self.smtp_url else { return Ok(None) };
        let server = mail::Server::parse(&url.0)?;
        let from = self.smtp_from.as_deref().ok_or("Mails need an address that they come from: say it with --smtp-from.")?;
        let origin = public.public_url.as_ref().ok_or(
            "Mails hold links, and Clientele does not know the address by which people reach it: say it with --public-url, for example \
             --public-url https://clientele.example.",
        )?;
        let authorities = match &self.smtp_ca {
            None => None,
            Some(path) => Some(fs::read(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?),
        };
        Post::new(server, mail::sender(from)?, origin.to_string(), authorities.as_deref()).map(Some)
    }

    /// The times of the job queue: tests shorten them.
    #[must_use]
    pub fn timings(&self) -> Timings {
        let default = Timings::default();
        Timings { lease: self.job_lease.unwrap_or(default.lease), poll: self.job_poll.unwrap_or(default.poll), ..default }
    }
}

/// How much of the server clients may take up, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections that are served at a time.
    pub connections: usize,
    /// How long the head of a connection's first request may take.
    pub head: Duration,
    /// How long a body may not go on.
    pub body: Duration,
    /// How long nothing may move on a connection, in either direction: longer than any answer takes to begin.
    pub idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 1_000, head: Duration::from_secs(10), body: Duration::from_secs(30), idle: Duration::from_mins(1) }
    }
}

/// Addresses to listen at, in the order to try them, and the host as it was spelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listen {
    /// As it was spelled, for the address that is printed.
    pub host: String,
    /// What it means.
    pub addresses: Vec<SocketAddr>,
}

impl Listen {
    /// The address by which this machine reaches it; `None` where the port is taken when the server starts.
    #[must_use]
    pub fn origin(&self) -> Option<String> {
        let address = self.addresses.first().filter(|address| address.port() != 0)?;
        let host = match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => "127.0.0.1",
            IpAddr::V6(ip) if ip.is_unspecified() => "[::1]",
            _ => &self.host,
        };
        Some(format!("http://{host}:{}", address.port()))
    }

    /// Whether other machines can reach it.
    #[must_use]
    pub fn is_beyond_loopback(&self) -> bool {
        !self.addresses.iter().all(|address| address.ip().is_loopback())
    }
}

/// Reads where to listen.
///
/// # Errors
/// What is wrong, and what to do.
pub fn listen(text: &str) -> Result<Listen, String> {
    let (host, port) = text.rsplit_once(':').ok_or_else(|| format!("{text} has no port: write it as 127.0.0.1:8080"))?;
    let port: u16 = port.parse().map_err(|_| format!("{port} is not a port: use a number from 0 to 65535"))?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let addresses: Vec<SocketAddr> = match bare.parse::<IpAddr>() {
        Ok(ip) => vec![(ip, port).into()],
        Err(_) => (bare, port).to_socket_addrs().map_err(|error| format!("{bare} is not a host of this machine: {error}"))?.collect(),
    };
    if addresses.is_empty() {
        return Err(format!("{bare} is not a host of this machine: it has no address"));
    }
    let host = if bare.contains(':') { format!("[{bare}]") } else { bare.to_owned() };
    Ok(Listen { host, addresses })
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    // Less than a millisecond is none to PostgreSQL, which then waits for ever.
    seconds.filter(|time| time.as_millis() > 0).ok_or_else(|| format!("{text} is not a time: use seconds, like 4 or 0.5"))
}

/// The longest that a session may be set to live: browsers keep no cookie longer (RFC 6265bis).
const LONGEST_SESSION: Duration = Duration::from_hours(400 * 24);

fn hours(text: &str) -> Result<TimeDelta, String> {
    lifetime(text, 60.0 * 60.0).ok_or_else(|| format!("{text} is not a number of hours: use 8 or 0.5, up to 9,600"))
}

fn days(text: &str) -> Result<TimeDelta, String> {
    lifetime(text, 24.0 * 60.0 * 60.0).ok_or_else(|| format!("{text} is not a number of days: use 14 or 0.5, up to 400"))
}

fn lifetime(text: &str, unit: f64) -> Option<TimeDelta> {
    let time = Duration::try_from_secs_f64(text.parse::<f64>().ok()? * unit).ok()?;
    (time.as_millis() > 0 && time <= LONGEST_SESSION).then(|| TimeDelta::from_std(time).ok()).flatten()
}

fn connections(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| format!("{text} is not a number of connections: use 1 or more"))
}

fn zone(name: &str) -> Result<Tz, String> {
    name.parse().map_err(|_| format!("{name} is not a time zone: write it as Europe/Berlin or UTC"))
}

fn role(name: &str) -> Result<Role, String> {
    Role::parse(name).ok_or_else(|| format!("{name} is not a role: use viewer, editor or administrator"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_seconds() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for text in ["0", "-1", "0.0001", "soon", "inf"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sessions_live_for_hours_and_days() {
        assert_eq!(hours("0.5"), Ok(TimeDelta::minutes(30)));
        assert_eq!(days("400"), Ok(TimeDelta::days(400)));
        for text in ["0", "-1", "401", "nan", "inf", "soon", "1e300"] {
            assert!(days(text).is_err(), "{text}");
        }
    }

    #[test]
    fn loopback_in_every_spelling() {
        for (text, host) in [("[::1]:0", "[::1]"), ("::1:8080", "[::1]"), ("127.0.0.2:8080", "127.0.0.2"), ("localhost:8080", "localhost")]
        {
            let listen = listen(text).unwrap();
            assert_eq!(listen.host, host);
            assert!(!listen.addresses.is_empty() && !listen.is_beyond_loopback());
        }
    }

    #[test]
    fn this_machine_reaches_it_by_an_address() {
        for (text, origin) in [
            ("127.0.0.1:8080", Some("http://127.0.0.1:8080")),
            ("localhost:80", Some("http://localhost:80")),
            ("0.0.0.0:8080", Some("http://127.0.0.1:8080")),
            ("[::]:8080", Some("http://[::1]:8080")),
            ("127.0.0.1:0", None),
        ] {
            assert_eq!(listen(text).unwrap().origin().as_deref(), origin, "{text}");
        }
    }

    #[test]
    fn what_other_machines_reach() {
        for text in ["0.0.0.0:8080", "[::]:80", "192.0.2.1:80", "[::ffff:127.0.0.1]:80"] {
            assert!(listen(text).unwrap().is_beyond_loopback(), "{text}");
        }
        for text in ["8080", "localhost", "localhost:99999"] {
            assert!(listen(text).is_err(), "{text}");
        }
    }
}
