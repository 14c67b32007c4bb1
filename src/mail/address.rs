//! The address of the mail server, and the one that mails come from.

use std::borrow::Cow;
use std::fmt;

use lettre::message::Mailbox;
use percent_encoding::percent_decode_str;
use url::Url;

/// A mail server, and how it is spoken to.
#[derive(Clone)]
pub struct Server {
    /// Its name, or its address.
    pub host: String,
    /// Where it listens.
    pub port: u16,
    /// What protects the connection.
    pub security: Security,
    /// User and password.
    pub credentials: Option<(String, String)>,
}

/// What protects a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS before anything is sent that somebody could read (`STARTTLS`), or nothing is sent.
    StartTls,
    /// Nothing: a relay on this machine or in this network.
    None,
}

/// How an address is written, for whoever wrote it otherwise. What was written is not repeated: it may hold a password.
const FORM: &str = "write it as smtps://USER:PASSWORD@mail.example, or smtp://USER:PASSWORD@mail.example:587 for STARTTLS; signs such as \
                    @ : / % in user and password as %40 %3A %2F %25";

impl Server {
    /// Reads `smtps://USER:PASSWORD@HOST:PORT` (TLS, port 465) or `smtp://USER:PASSWORD@HOST:PORT` (STARTTLS, port 587). Only
    /// `smtp://HOST:PORT?tls=none`, without a password, is not encrypted.
    ///
    /// # Errors
    /// What is wrong, without repeating any of it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let unreadable = || format!("the address of the mail server cannot be read: {FORM}");
        let url = Url::parse(text.trim()).map_err(|_| unreadable())?;
        let tls = match (url.scheme(), url.query()) {
            ("smtps", None) => Security::Tls,
            ("smtp", None | Some("tls=required")) => Security::StartTls,
            ("smtp", Some("tls=none")) => Security::None,
            ("smtp" | "smtps", _) => {
                return Err("the address of the mail server ends in something unknown: only ?tls=none and ?tls=required may follow \
                            smtp://HOST:PORT"
                    .to_owned());
            }
            _ => return Err(unreadable()),
        };
        let host = url.host_str().filter(|host| !host.is_empty() && matches!(url.path(), "" | "/")).ok_or_else(unreadable)?;
        let host = percent_decode_str(host).decode_utf8().ok().and_then(|host| idna::domain_to_ascii(&host).ok()).ok_or_else(unreadable)?;
        let port = url.port().unwrap_or(if tls == Security::Tls { 465 } else { 587 });
        let decoded = |part: &str| percent_decode_str(part).decode_utf8().map(Cow::into_owned).map_err(|_| unreadable());
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() && !password.is_empty() => Some((decoded(user)?, decoded(password)?)),
            _ => return Err(format!("the address of the mail server has a user or a password, and not both: {FORM}")),
        };
        if tls == Security::None && credentials.is_some() {
            return Err("the address of the mail server has a password and ?tls=none: a password is never sent in clear".to_owned());
        }
        Ok(Self { host, port, security: tls, credentials })
    }

    /// The host without the brackets of IPv6.
    pub(super) fn name(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }
}

/// Without user and password.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} ({:?})", self.host, self.port, self.security)
    }
}

/// Reads whom mails come from: an address, or a name and an address.
///
/// # Errors
/// What is wrong.
pub fn sender(text: &str) -> Result<Mailbox, String> {
    let wrong = || format!("{text} is not an e-mail address: write it as portal@company.example or Company <portal@company.example>");
    let mailbox: Mailbox = text.trim().parse().map_err(|_| wrong())?;
    if text.chars().any(char::is_control) || !AsRef::<str>::as_ref(&mailbox.email).is_ascii() { Err(wrong()) } else { Ok(mailbox) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_an_address() {
        let server = Server::parse("smtps://ada%40x.example:p%3Aw%25@mail.example").unwrap();
        assert_eq!((server.host.as_str(), server.port, server.security), ("mail.example", 465, Security::Tls));
        assert_eq!(server.credentials, Some(("ada@x.example".to_owned(), "p:w%".to_owned())));
        assert_eq!(format!("{server:?}"), "mail.example:465 (Tls)");
        for (text, host, port, security) in [
            ("smtp://mail.example", "mail.example", 587, Security::StartTls),
            ("smtp://u:p@mail.example:25", "mail.example", 25, Security::StartTls),
            ("SMTP://mail.example/?tls=required", "mail.example", 587, Security::StartTls),
            ("smtp://127.0.0.1:25?tls=none", "127.0.0.1", 25, Security::None),
            ("smtps://[::1]:465", "[::1]", 465, Security::Tls),
            ("smtps://müller.example", "xn--mller-kva.example", 465, Security::Tls),
        ] {
            let server = Server::parse(text).unwrap();
            assert_eq!((server.host.as_str(), server.port, server.security), (host, port, security), "{text}");
        }
    }

    #[test]
    fn a_wrong_address_is_not_repeated() {
        for text in [
            "",
            "mail.example",
            "https://user:hunter2@mail.example",
            "smtp://user:hunter2@mail.example?tls=none",
            "smtp://user:hunter2@mail.example?tls=maybe",
            "smtps://user:hunter2@mail.example?tls=none",
            "smtps://:hunter2@mail.example",
            "smtps://hunter2@mail.example",
            "smtps://user:hunter2@",
            "smtps://user:hunter2@mail.example:99999",
            "smtps://user:hunter2@mail.example/path",
            "smtps://user:hunter2%ff@mail.example",
        ] {
            let why = Server::parse(text).unwrap_err();
            assert!(!why.contains("hunter2"), "{text}: {why}");
        }
    }

    #[test]
    fn a_sender_is_one_address() {
        assert_eq!(sender("a@x.example").unwrap().to_string(), "a@x.example");
        assert_eq!(sender(" Acme GmbH <a@x.example> ").unwrap().name.as_deref(), Some("Acme GmbH"));
        for not in ["", "acme", "a@x.example, b@x.example", "Acme <a@x.example>\r\nBcc: b@x.example", "ü@x.example"] {
            assert!(sender(not).is_err(), "{not}");
        }
    }
}
