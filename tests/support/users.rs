//! Users, and clients that have signed in.

use std::io::Write as _;
use std::process::Stdio;

use super::app::{TestApp, command};
use super::http::Client;
use super::page::Page;

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery staple";

impl TestApp {
    /// Adds a user by the command line: from the first one on, everybody signs in.
    pub fn add_user(&self, email: &str, role: &str) {
        let add = ["user", "add", email, "--role", role, "--password-stdin", "--database", &self.database.url];
        let mut child = command(&add).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program");
        child.stdin.take().expect("its input").write_all(PASSWORD.as_bytes()).expect("the password");
        assert!(child.wait().expect("its end").success(), "{email} was not added");
    }

    /// Tries to sign in.
    pub fn try_to_sign_in(&self, email: &str, password: &str) -> Page {
        self.post("/sign-in", &[("email", email), ("password", password)])
    }

    /// Adds a user, and signs in.
    pub fn user(&self, email: &str, role: &str) -> Client {
        self.add_user(email, role);
        self.sign_in(email)
    }

    /// A client that has signed in.
    pub fn sign_in(&self, email: &str) -> Client {
        let answer = self.post("/sign-in", &[("email", email), ("password", PASSWORD)]).expect(303);
        self.with_cookie(answer.cookie().expect("a session"))
    }
}
