//! What the portal tells strangers: of whether somebody may sign in, nothing, by no answer and no clock; of links, nothing to anybody else.

use std::time::{Duration, Instant};

use macro_rules_attribute::apply;

use crate::support::users::PASSWORD;
use crate::support::{Client, Page, TestApp, at_once, engines};

const JANA: &str = "jana@acme.example";

/// With a mail server that is never reached: what is queued stays so.
const MAIL: [&str; 6] = ["--smtp-url", "smtp://127.0.0.1:1", "--smtp-from", "portal@vendor.example", "--public-url", "http://127.0.0.1:1"];

/// Mailboxes of all kinds: those of which nobody may be told from another. Everybody who has a password has the same one.
fn mailboxes(app: &TestApp) -> [&'static str; 6] {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", JANA).contact("Bo", "Berg", "bo@acme.example").create();
    let acme_of_cy = app.company("Cog").contact("Cy", "Clark", "cy@cog.example").create();
    acme.add_contact("Di", "Dole", "di@acme.example").expect(303);
    let dora = app.individual("Dora", "Robotnik").with("email", "dora@x.example").create();
    for (customer, name) in [(&acme, "Jana"), (&acme, "Bo"), (&acme_of_cy, "Cy")] {
        app.let_in(&customer.contact(name));
    }
    app.contact_in_portal("dora@x.example");
    acme.contact("Bo").disable().expect(303);
    acme_of_cy.disable().expect(303);
    dora.disable().expect(303);
    // Disabled itself, of a disabled customer, a disabled individual; never invited; unknown; and no address at all.
    ["bo@acme.example", "cy@cog.example", "dora@x.example", "di@acme.example", "nobody@acme.example", "nobody"]
}

/// The same word for what was typed, so that answers can be compared.
fn without(page: &Page, email: &str) -> (u16, String) {
    (page.status, page.text().replace(email, "…"))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// The right password of somebody who may not sign in looks as a wrong one does, as does any of nobody: in words and in time.
#[apply(engines)]
fn whoever_may_not_sign_in_is_as_unknown_as_nobody(app: TestApp) {
    let mailboxes = mailboxes(&app);
    let attempt = |email: &str, password: &str| {
        app.sql().run("DELETE FROM attempts").expect("tries as at the beginning");
        let start = Instant::now();
        let page = app.try_portal(email, password);
        (start.elapsed(), without(&page, email))
    };
    let (_, wrong) = attempt(JANA, "wrong");
    assert_eq!(wrong.0, 422);
    let mut times = vec![Vec::new(); mailboxes.len() + 1];
    for _ in 0..12 {
        for (number, email) in mailboxes.iter().enumerate() {
            let (time, answer) = attempt(email, PASSWORD);
            assert_eq!(answer, wrong, "{email}");
            times[number].push(time);
        }
        times[mailboxes.len()].push(attempt(JANA, "wrong").0);
    }
    let medians: Vec<Duration> = times.into_iter().map(median).collect();
    let (least, most) = (medians.iter().min().unwrap(), medians.iter().max().unwrap());
    assert!(*most < *least * 2, "{medians:?}");
    // Nor do the tries that are left tell.
    for email in mailboxes.iter().copied().chain([JANA]) {
        app.sql().run("DELETE FROM attempts").unwrap();
        let statuses: Vec<_> = (0..6).map(|_| app.try_portal(email, "wrong").status).collect();
        assert_eq!(statuses, [422, 422, 422, 422, 422, 429], "{email}");
    }
}

/// Two who forget, or invite, at one instant: one identity is made, and nobody is told of an error.
#[apply(engines)]
fn an_identity_is_made_once_however_many_ask(app: TestApp) {
    for number in 0..6 {
        let email = format!("jana{number}@acme.example");
        let acme = app.company(&format!("Acme {number}")).contact("Jana", "Hoffmann", &email).create();
        let bolt = app.company(&format!("Bolt {number}")).contact("Jana", "Hoffmann", &email).create();
        let links = [acme.contact("Jana").at("link"), bolt.contact("Jana").at("link")];
        let answers = at_once(4, |i| app.post(&links[i % 2], &[]).status);
        assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
        let made = format!("SELECT count(*) AS number FROM identities WHERE email_key = '{email}'");
        assert_eq!(app.sql().number(&made), 1);
    }
}

/// The same is answered, in the same time, whoever asks for whatever; a mail is queued only for those who may sign in.
#[apply(engines)]
fn a_forgotten_password_says_nothing_of_anybody(app: TestApp) {
    let mailboxes = mailboxes(&app);
    app.restart(&MAIL);
    app.get("/portal/sign-in").press("Forgot your password?").expect(200);
    let ask = |email: &str| {
        app.sql().run("DELETE FROM attempts").expect("tries as at the beginning");
        let start = Instant::now();
        let page = app.post("/portal/forgot", &[("email", email)]).expect(200);
        (start.elapsed(), page.text())
    };
    let (_, first) = ask(JANA);
    let long = format!("{}@x.example", "x".repeat(9_000));
    for email in ["JANA@ACME.example ", "Jana Hoffmann <jana@acme.example>", "", "a\0b@x.example", "%00", long.as_str()] {
        assert_eq!(ask(email).1, first, "{email}");
    }
    let mut times = vec![Vec::new(); mailboxes.len() + 1];
    for _ in 0..15 {
        for (number, email) in mailboxes.iter().copied().chain([JANA]).enumerate() {
            let (time, answer) = ask(email);
            assert_eq!(answer, first, "{email}");
            times[number].push(time);
        }
    }
    let medians: Vec<Duration> = times.into_iter().map(median).collect();
    let (least, most) = (medians.iter().min().unwrap(), medians.iter().max().unwrap());
    assert!(*most < *least * 2 + Duration::from_millis(2), "{medians:?}");
    let mails = || app.sql().texts("SELECT DISTINCT kind || ' ' || recipient AS text FROM mails ORDER BY 1");
    assert_eq!(mails(), [Some("reset di@acme.example".to_owned()), Some(format!("reset {JANA}"))]);
    assert_eq!(app.sql().count("password_links WHERE used_at IS NULL"), 0, "the link is made when the mail goes out");
    // However often somebody asks, the answer stays, and few mails go out.
    app.sql().run("DELETE FROM attempts").and_then(|()| app.sql().run("DELETE FROM mails")).unwrap();
    let (answers, mut lengths) = (at_once(10, |_| app.post("/portal/forgot", &[("email", JANA)]).expect(200).text()), Vec::new());
    lengths.extend(answers.iter().filter(|answer| **answer != first));
    assert!(lengths.is_empty(), "{lengths:?}");
    assert_eq!(app.sql().count("mails"), 5, "so many mails to one mailbox");
    let from_one_address =
        (0..40).map(|number| app.post("/portal/forgot", &[("email", &format!("{number}@x.example"))]).expect(200).text());
    assert!(from_one_address.into_iter().all(|answer| answer == first));
}

/// Without a mail server everybody is told whom to ask, and nothing is queued.
#[apply(engines)]
fn where_no_mail_goes_out_everybody_is_told_whom_to_ask(app: TestApp) {
    let mailboxes = mailboxes(&app);
    let ask = |email: &str| app.post("/portal/forgot", &[("email", email)]).expect(200);
    let first = ask(JANA);
    first.assert_says("Ask whoever invited you for a new link.");
    let page = app.get("/portal/forgot").expect(200);
    assert_eq!(page.text(), first.text());
    assert!(!page.has("form[action='/portal/forgot']"));
    for email in mailboxes {
        assert_eq!(ask(email).text(), first.text(), "{email}");
    }
    app.get("/settings").submit(&[("support", "help@vendor.example")]).expect(303);
    ask("nobody@x.example").assert_says("Write to help@vendor.example");
    app.get_with("/portal/forgot", &[("Accept-Language", "de")]).assert_says("Schreiben Sie an help@vendor.example");
    assert_eq!((app.sql().count("mails"), app.sql().count("attempts WHERE bucket LIKE 'forgotten%'")), (0, 0));
}

/// A link acts for its mailbox, whoever else is signed in in the browser, and says so.
#[apply(engines)]
fn a_link_acts_for_its_mailbox_alone(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", JANA).contact("Bo", "Berg", "bo@acme.example").create();
    let (jana, bo) = (acme.contact("Jana"), acme.contact("Bo"));
    app.let_in(&jana);
    app.add_user("ada@x.example", "administrator");
    let ada = app.try_to_sign_in("ada@x.example", PASSWORD).expect(303);
    let jana = app.try_portal(JANA, PASSWORD).expect(303);
    let both: Client = app.with_cookie(&format!("{}; {}", ada.cookies(), jana.cookies()));
    let hashes = || app.sql().texts("SELECT password AS text FROM identities UNION ALL SELECT password FROM users ORDER BY 1");
    let (before, link) = (hashes(), app.invite(bo.id));
    let form = both.get(&link).expect(200);
    assert_eq!(form.attributes("#email", "value"), ["bo@acme.example"]);
    assert!(!form.says("Sign out") && !form.says("Jana") && !form.says(JANA), "{form}");
    let new = "another phrase of mine";
    let done = form.submit(&[("password", new), ("again", new)]).expect(200);
    assert_eq!(done.cookies(), "", "nobody is signed in by it, and nobody out");
    let after = hashes();
    assert_eq!(after.iter().filter(|hash| before.contains(hash)).count(), 2, "those of others stay");
    app.try_portal("bo@acme.example", new).expect(303);
    for wrong in [JANA, "ada@x.example"] {
        app.try_portal(wrong, new).expect(422);
    }
    both.get("/portal").expect(200);
    both.get(acme.path()).expect(200);
    let told = app.sql().texts("SELECT actor_name AS text FROM events WHERE changes LIKE '%portal_password%' ORDER BY id DESC");
    assert_eq!(told[0].as_deref(), Some("Bo Berg"));
}

/// What lets somebody in is told to no other site, and stands in no log, no history, no queue, and nowhere else in the database.
#[apply(engines)]
fn a_token_is_nowhere_but_in_its_link(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", JANA).create();
    app.get("/settings").submit(&[("imprint", "https://vendor.example/imprint")]).expect(303);
    let link = app.invite(acme.contact("Jana").id);
    let token = link.rsplit('/').next().unwrap().to_owned();
    let page = app.get(&link).expect(200);
    let unread = app.post(&link, &[("password", "short"), ("again", "short")]).expect(422);
    let done = app.post(&link, &[("password", PASSWORD), ("again", PASSWORD)]).expect(200);
    for page in [&page, &unread, &done, &app.get(&link).expect(410), &app.get(format!("{link}x")).expect(404)] {
        assert_eq!((page.header("Referrer-Policy"), page.header("Cache-Control")), (Some("no-referrer"), Some("no-store")));
        assert_eq!(page.attributes("footer a[href*=imprint]", "rel"), ["noreferrer"]);
    }
    // The form holds it where it is sent to, and nothing else does.
    assert_eq!(page.text().matches(&token).count(), 1);
    assert!(!done.text().contains(&token));
    let session = app.try_portal(JANA, PASSWORD).expect(303);
    let cookies: Vec<String> =
        session.cookies().split("; ").filter_map(|pair| pair.split_once('=')).map(|(_, token)| token.to_owned()).collect();
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    let log = app.log();
    for secret in cookies.iter().chain([&token]) {
        assert!(!log.contains(secret.as_str()), "{log}");
        assert!(!all_that_is_stored(&app).contains(secret.as_str()));
    }
    for path in ["/activity", "/activity.csv", "/customers/1", "/customers/1/history"] {
        assert!(!app.get(path).expect(200).text().contains(&token), "{path}");
    }
    assert_eq!(app.get("/metrics").status, 404, "numbers of requests are nowhere either");
}

/// All rows of all tables, as text.
fn all_that_is_stored(app: &TestApp) -> String {
    let Some(folder) = app.database.folder() else {
        let tables = app.sql().texts("SELECT table_name AS text FROM information_schema.tables WHERE table_schema = 'public'");
        let rows = |table: String| app.sql().texts(&format!("SELECT t::text AS text FROM \"{table}\" t"));
        return tables.into_iter().flatten().flat_map(rows).flatten().collect();
    };
    let files = std::fs::read_dir(folder).expect("a folder").map(|file| std::fs::read(file.expect("a file").path()).unwrap_or_default());
    files.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
}
