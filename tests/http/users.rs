//! From one person to many: users, who sign in.

use macro_rules_attribute::apply;

use crate::support::users::PASSWORD;
use crate::support::{TestApp, engines};

#[apply(engines)]
fn from_the_first_user_on_everybody_signs_in(app: TestApp) {
    app.company("Acme").create();
    app.add_user("ruth@x.example", "editor");
    assert_eq!(app.get("/customers?q=acme").expect(303).location(), "/sign-in?return=%2Fcustomers%3Fq%3Dacme");
    let part = app.htmx("/customers?q=acme", "div#results").expect(200);
    assert_eq!(part.header("HX-Redirect"), Some("/sign-in?return=%2Fcustomers"));
    app.get("/customers.csv").expect(303);

    let wrong = app.post("/sign-in", &[("email", "ruth@x.example"), ("password", "wrong")]).expect(422);
    wrong.assert_says("The e-mail or the password is wrong.");
    let nobody = app.post("/sign-in", &[("email", "nobody@x.example"), ("password", PASSWORD)]).expect(422);
    nobody.assert_says("The e-mail or the password is wrong.");

    let ruth = app.sign_in("RUTH@X.EXAMPLE");
    ruth.get("/customers?q=acme").expect(200).assert_says("Acme").assert_says("Sign out");
    ruth.company("Bolt").create();
    let events = app.sql().texts("SELECT actor_kind || ' ' || actor_name AS text FROM events WHERE subject_name = 'Bolt'");
    assert_eq!(events[0].as_deref(), Some("user ruth@x.example"));
    ruth.get("/customers/new").expect(200);

    ruth.post("/sign-out", &[]).expect(303);
    ruth.get("/customers").expect(303);
}

#[apply(engines)]
fn a_form_that_was_sent_without_a_session_is_kept(app: TestApp) {
    app.add_user("ruth@x.example", "editor");
    let answer = app.post("/customers/new?type=company", &[("type", "company"), ("name", "Kept & Co"), ("description", "two\r\nlines")]);
    let answer = answer.expect(401);
    answer.assert_says("Your session has ended.");
    let answer = answer.submit(&[("email", "ruth@x.example"), ("password", PASSWORD)]).expect(200);
    answer.assert_says("has been kept");
    assert_eq!(app.sql().count("customers"), 0, "it is sent by a press");
    let ruth = app.with_cookie(answer.cookie().unwrap());
    let (action, fields) = answer.filled(&[]);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    ruth.post(action, &fields).expect(303);
    ruth.get("/customers/1").expect(200).assert_says("Kept & Co").assert_says("two");
}
