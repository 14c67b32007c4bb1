//! The mail server: one connection, on which a mail after another goes out.
//!
//! It is spoken to step by step, since it matters at which step it says no: what it says about a recipient or a message is about that mail;
//! what it says before is about all of them.

use std::error::Error as _;
use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::SmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use lettre::transport::smtp::{Error, commands};

use super::address::Security;
use super::post::Post;

/// How long the server may be silent.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Mails on one connection: servers close it after some.
const MOST: u32 = 50;
/// Characters of an answer that are kept.
const LONGEST: usize = 500;

/// Why a mail did not go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// None will go out for now: what is wrong, in a sentence.
    Server(String),
    /// This one may go out later: what the server said, or what happened.
    Later(String),
    /// This one never will: what the server said.
    Refused(String),
}

/// A connection on which mails are taken.
pub struct Connection {
    smtp: SmtpConnection,
    sent: u32,
}

impl Connection {
    /// Connects, encrypts, and signs in.
    ///
    /// # Errors
    /// What is wrong, in a sentence, without a word of user and password.
    pub fn open(post: &Post) -> Result<Self, String> {
        let server = &post.server;
        let hello = ClientId::Domain(post.host().to_owned());
        let wrapped = post.tls.as_ref().filter(|_| server.security == Security::Tls);
        let mut smtp = SmtpConnection::connect((server.name(), server.port), Some(TIMEOUT), &hello, wrapped, None)
            .map_err(|error| format!("The mail server cannot be reached: {}", words(&error)))?;
        if let Some(tls) = post.tls.as_ref().filter(|_| server.security == Security::StartTls) {
            if !smtp.can_starttls() {
                smtp.abort();
                return Err("The mail server offers no STARTTLS, and nothing is sent in clear.".to_owned());
            }
            smtp.starttls(tls, &hello)
                .map_err(|error| format!("The connection to the mail server cannot be encrypted: {}", words(&error)))?;
        }
        if let Some((user, password)) = &server.credentials {
            let credentials = Credentials::new(user.clone(), password.clone());
            if let Err(error) = smtp.auth(&[Mechanism::Plain, Mechanism::Login], &credentials) {
                smtp.abort();
                return Err(unauthorized(&error));
            }
        }
        Ok(Self { smtp, sent: 0 })
    }

    /// Itself, if another mail can go out on it; otherwise it is closed.
    #[must_use]
    pub fn if_usable(mut self) -> Option<Self> {
        if self.sent < MOST && !self.smtp.has_broken() && (self.sent == 0 || self.smtp.test_connected()) {
            return Some(self);
        }
        self.close();
        None
    }

    /// Sends a mail; returns what the server said when it took it. After a trouble, the connection is not to be used again.
    ///
    /// # Errors
    /// Why it was not taken.
    pub fn send(&mut self, message: &Message) -> Result<String, Trouble> {
        let (envelope, bytes) = (message.envelope(), message.formatted());
        let mut parameters = Vec::new();
        if envelope.to().iter().any(|to| !AsRef::<str>::as_ref(to).is_ascii()) {
            if !self.smtp.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Trouble::Refused("The mail server takes only addresses in plain letters (it has no SMTPUTF8).".to_owned()));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !bytes.is_ascii() {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        self.smtp.command(Mail::new(envelope.from().cloned(), parameters)).map_err(|error| about_sender(&error))?;
        for to in envelope.to() {
            self.smtp.command(Rcpt::new(to.clone(), Vec::new())).map_err(|error| about_mail(&error))?;
        }
        self.smtp.command(Data).map_err(|error| about_mail(&error))?;
        let answer = self.smtp.message(&bytes).map_err(|error| about_mail(&error))?;
        self.sent += 1;
        Ok(said(&answer))
    }

    /// Says good-bye.
    pub fn close(mut self) {
        if !self.smtp.has_broken() {
            let _ = self.smtp.command(commands::Quit);
        }
    }
}

/// What a server says about the sender concerns every mail, if it is for good.
fn about_sender(error: &Error) -> Trouble {
    match about_mail(error) {
        Trouble::Refused(words) => Trouble::Server(format!("The mail server does not take mails of this sender: {words}")),
        trouble => trouble,
    }
}

fn about_mail(error: &Error) -> Trouble {
    // It wants a password, or another one (RFC 4954): that is about this program, not about the mail.
    let wants_password = error.status().is_some_and(|code| ["530", "534", "535", "538", "454"].contains(&code.to_string().as_str()));
    if wants_password {
        Trouble::Server(format!("The mail server wants this program to sign in: {}", words(error)))
    } else if error.is_permanent() {
        Trouble::Refused(words(error))
    } else if error.is_transient() {
        Trouble::Later(words(error))
    } else {
        Trouble::Later(format!("The connection to the mail server ended: {}", words(error)))
    }
}

/// Without the server's words: some repeat what they were sent.
fn unauthorized(error: &Error) -> String {
    match error.status() {
        Some(code) => format!("The mail server does not take user and password (it says {code})."),
        None if error.is_client() => "The mail server has no way to sign in by user and password (PLAIN or LOGIN).".to_owned(),
        None => "The connection to the mail server ended while this program signed in.".to_owned(),
    }
}

fn said(answer: &Response) -> String {
    let lines: Vec<_> = answer.message().collect();
    tidy(&format!("{} {}", answer.code(), lines.join(" ")))
}

/// What the server said, or what happened.
fn words(error: &Error) -> String {
    let source = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    match error.status() {
        Some(code) => tidy(&format!("{code} {source}")),
        None => tidy(&source),
    }
}

/// On one line, and of a length that a page can show.
fn tidy(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    text.trim().to_owned()
}
