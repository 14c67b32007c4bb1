//! A user who signs in: what a session costs, beside the same pages for whoever sits at a machine without users.

use std::io::Write as _;
use std::process::Stdio;

use form_urlencoded::Serializer;

use crate::client::Request;
use crate::database::Database;
use crate::server::Server;

const EMAIL: &str = "bench@clientele.example";
const PASSWORD: &str = "tulip-granite-94-orbit";

/// Adds the first user and signs in; from then on the database answers nobody else. The cookie of the session.
pub fn open(database: &Database, server: &Server) -> String {
    let mut add = database.clientele();
    add.args(["user", "add", EMAIL, "--role", "administrator", "--password-stdin"]).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut adding = add.spawn().expect("the program starts");
    adding.stdin.take().expect("its input").write_all(PASSWORD.as_bytes()).expect("a password");
    assert!(adding.wait().expect("an end").success(), "the user was not added");
    let form = Serializer::new(String::new()).append_pair("email", EMAIL).append_pair("password", PASSWORD).finish();
    let answer = server.connection().send(&Request::post("/sign-in", form)).expect("an answer");
    assert_eq!(answer.status, 303, "signing in");
    answer.cookie
}
