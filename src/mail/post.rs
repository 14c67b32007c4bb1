//! All that is set about mails.

use std::fmt;

use lettre::message::Mailbox;
use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};

use super::address::{Security, Server};

/// Where contacts sign in.
pub const SIGN_IN: &str = "/portal/sign-in";
/// Where a one-time link leads that sets a contact's password; its token follows.
pub const SET_PASSWORD: &str = "/portal/set-password/";

/// How mails go out.
#[derive(Clone)]
pub struct Post {
    pub(super) server: Server,
    /// Whom mails come from; without a name, the vendor's is put there.
    pub(super) from: Mailbox,
    /// How people reach this program, with which every link begins: `https://clientele.example`.
    pub(super) origin: String,
    pub(super) tls: Option<TlsParameters>,
}

impl Post {
    /// With the certificates of those who may vouch for the mail server (PEM); without any, whom this machine trusts.
    ///
    /// # Errors
    /// What is wrong with the certificates.
    pub fn new(server: Server, from: Mailbox, origin: String, authorities: Option<&[u8]>) -> Result<Self, String> {
        let mut tls = None;
        if server.security != Security::None {
            let mut parameters = TlsParameters::builder(server.name().to_owned());
            if let Some(pem) = authorities {
                let holds_one = pem.windows(PEM.len()).any(|part| part == PEM);
                let certificates = Certificate::from_pem(pem).ok().filter(|_| holds_one);
                let certificates = certificates.ok_or("it holds no certificate in PEM's form (-----BEGIN CERTIFICATE-----)")?;
                parameters = parameters.certificate_store(CertificateStore::None).add_root_certificate(certificates);
            }
            tls = Some(parameters.build().map_err(|error| error.to_string())?);
        }
        Ok(Self { server, from, origin, tls })
    }

    /// The page to sign in to the portal on.
    #[must_use]
    pub fn sign_in(&self) -> String {
        format!("{}{SIGN_IN}", self.origin)
    }

    /// The page on which the holder of a token sets a password.
    #[must_use]
    pub fn set_password(&self, token: &str) -> String {
        format!("{}{SET_PASSWORD}{token}", self.origin)
    }

    /// The host of that address: by this name the mail server is greeted.
    pub(super) fn host(&self) -> &str {
        let authority = self.origin.rsplit_once("://").map_or(self.origin.as_str(), |(_, rest)| rest);
        authority.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(authority, |(host, _)| host)
    }
}

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} by {:?}", self.from, self.server)
    }
}

const PEM: &[u8] = b"-----BEGIN CERTIFICATE-----";
