//! Contacts who sign in to the portal.

use clientele::changes::identities;
use clientele::db::{Address, Tuning};
use clientele::domain::ContactId;
use clientele::domain::actor::{Actor, Principal};
use clientele::startup;

use super::app::TestApp;
use super::builders::Contact;
use super::database::{Database, Engine};
use super::http::Client;
use super::page::Page;
use super::users::PASSWORD;

/// Arguments of a program that mails to a server that never answers.
pub const MAILING: [&str; 6] =
    ["--smtp-url", "smtp://127.0.0.1:9", "--smtp-from", "portal@vendor.example", "--public-url", "http://localhost:8080"];

impl TestApp {
    /// One that mails: to a server that never answers, so that what is queued stays so.
    pub fn mailing(engine: Engine) -> TestApp {
        TestApp::with(Database::new(engine), &MAILING)
    }

    /// Invites a contact: where the link leads by which it sets its password.
    pub fn invite(&self, contact: i64) -> String {
        let database = startup::open(Address::parse(&self.database.url).expect("an address"), Tuning::default()).expect("the database");
        let actor = Actor::now(Principal::command_line(), chrono_tz::UTC);
        let token = database.write(|db| identities::invite(db, &actor, ContactId(contact))).expect("an invitation");
        format!("/portal/set-password/{token}")
    }

    /// Invites a contact, and sets its password.
    pub fn let_in(&self, contact: &Contact) {
        let form = self.get(self.invite(contact.id)).expect(200);
        form.submit(&[("password", PASSWORD), ("again", PASSWORD)]).expect(200);
    }

    /// Tries to sign in to the portal.
    pub fn try_portal(&self, email: &str, password: &str) -> Page {
        self.post("/portal/sign-in", &[("email", email), ("password", password)])
    }

    /// A client that has signed in to the portal.
    pub fn portal(&self, email: &str) -> Client {
        let answer = self.try_portal(email, PASSWORD).expect(303);
        self.with_cookie(answer.cookie().expect("a session"))
    }

    /// Invites the contact with this e-mail, and signs in as it.
    pub fn contact_in_portal(&self, email: &str) -> Client {
        let id = self.sql().number(&format!("SELECT min(id) AS number FROM contacts WHERE email = '{email}'"));
        self.let_in(&Contact::of(self, id));
        self.portal(email)
    }
}
