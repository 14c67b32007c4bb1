//! Mails to contacts, by a real mail server: what they hold, what becomes of them, and what a mail server can do to them.

use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDateTime};
use clientele::db::{Address, Tuning};
use clientele::domain::mail::{Details, Kind};
use clientele::domain::text::Email;
use clientele::domain::{ContactId, identity};
use clientele::startup;
use clientele::store::mails::{self, NewMail};
use clientele::store::{contacts, identities};
use macro_rules_attribute::apply;

use crate::support::app::run;
use crate::support::smtp::{Mode, PUBLIC, Smtp};
use crate::support::users::PASSWORD;
use crate::support::{Clock, Customer, Engine, TestApp, eventually};

/// Everything that is kept of mails, in order: `sent 1 250 2.0.0 taken`.
fn states(app: &TestApp) -> Vec<String> {
    let rows = app.sql().texts("SELECT concat(state, ' ', attempts, ' ', answer) AS text FROM mails ORDER BY id");
    rows.into_iter().flatten().collect()
}

#[track_caller]
fn becomes(app: &TestApp, state: &str) {
    eventually(&format!("{state}: {:?}", states(app)), || states(app) == [state.to_owned()]);
}

/// What the job that sends mails has noted of the mail server.
fn checkpoint(app: &TestApp) -> String {
    app.sql().texts("SELECT checkpoint AS text FROM jobs WHERE kind = 'mail'").into_iter().flatten().collect()
}

fn ids_of_contacts(app: &TestApp) -> Vec<i64> {
    let ids = app.sql().texts("SELECT concat(id, '') AS text FROM contacts ORDER BY id");
    ids.into_iter().flatten().map(|id| id.parse().expect("an id")).collect()
}

/// Acme, with a contact Jana.
fn acme(app: &TestApp) -> Customer {
    app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create()
}

/// Queues invitations of contacts, as if at this time.
fn invite_at(app: &TestApp, ids: &[i64], now: NaiveDateTime) {
    let database = startup::open(Address::parse(&app.database.url).expect("an address"), Tuning::default()).expect("the database");
    let queued: clientele::store::Result<()> = database.write(|db| {
        for id in ids {
            let contact = contacts::find(db, ContactId(*id))?;
            let recipient = contact.draft.email.clone().expect("an e-mail");
            let account = identities::ensure(db, &identity::email_key(recipient.as_str()), now)?.id.into();
            let details = Details::default();
            mails::queue(db, &NewMail { kind: Kind::Invitation, account, contact: contact.id, recipient: &recipient, details }, now)?;
        }
        Ok(())
    });
    queued.expect("mails that are queued");
}

fn invite(app: &TestApp, customer: &Customer, contact: &str) {
    invite_at(app, &[customer.contact(contact).id], chrono::Utc::now().naive_utc());
}

fn time_of(clock: &Clock) -> NaiveDateTime {
    DateTime::from_timestamp(i64::try_from(clock.seconds()).unwrap(), 0).unwrap().naive_utc()
}

/// Makes two tests of a function: on each engine, with a mail server that is spoken to in clear.
macro_rules! mailing {
    ($(#[$meta:meta])* fn $name:ident($smtp:ident: Smtp, $app:ident: TestApp) $body:block) => {
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[allow(unused_mut)]
            fn on(mut $smtp: Smtp, mut $app: TestApp) $body

            #[test]
            fn sqlite() {
                let smtp = Smtp::start(Mode::Clear);
                let app = smtp.app(Engine::Sqlite);
                on(smtp, app);
            }

            #[test]
            fn postgres() {
                let smtp = Smtp::start(Mode::Clear);
                let app = smtp.app(Engine::Postgres);
                on(smtp, app);
            }
        }
    };
}

/// The same with a clock that the test moves.
macro_rules! mailing_on_a_clock {
    ($(#[$meta:meta])* fn $name:ident($smtp:ident: Smtp, $clock:ident: Clock, $app:ident: TestApp) $body:block) => {
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[allow(unused_mut)]
            fn on(mut $smtp: Smtp, $clock: &Clock, mut $app: TestApp) $body

            #[test]
            fn sqlite() {
                let (smtp, clock) = (Smtp::start(Mode::Clear), Clock::default());
                let app = smtp.app_on(&clock, Engine::Sqlite);
                on(smtp, &clock, app);
            }

            #[test]
            fn postgres() {
                let (smtp, clock) = (Smtp::start(Mode::Clear), Clock::default());
                let app = smtp.app_on(&clock, Engine::Postgres);
                on(smtp, &clock, app);
            }
        }
    };
}

#[apply(mailing)]
fn an_invitation_goes_out_and_lets_in(smtp: Smtp, app: TestApp) {
    let acme = acme(&app);
    invite(&app, &acme, "Jana");
    let mail = smtp.wait_for(1).remove(0);
    becomes(&app, "sent 1 250 2.0.0 taken");
    assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("portal@vendor.example", ["jana@acme.example".to_owned()].as_slice()));
    assert_eq!(mail.header("To"), "Jana Hoffmann <jana@acme.example>");
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert!(mail.header("Message-ID").ends_with("@vendor.example>"), "{}", mail.raw);
    assert!(mail.text.contains("Hello Jana Hoffmann") && mail.text.contains("Acme"), "{}", mail.text);
    assert!(!mail.raw.contains('\u{2068}') && !mail.text.contains(['\u{2068}', '\u{2069}']), "no marks in plain text");
    assert!(acme.page().says("Invited "), "{}", acme.page());

    app.get(mail.link()).expect(200).submit(&[("password", PASSWORD), ("again", PASSWORD)]).expect(200);
    app.portal("jana@acme.example").get("/portal").expect(200);
    app.get(mail.link()).expect(410);
}

/// The request's host is whatever whoever asks for it says: it is in no mail.
#[apply(mailing)]
fn a_forgotten_password_is_mailed_with_a_link_of_the_public_address(smtp: Smtp, app: TestApp) {
    acme(&app);
    let forged = [("X-Forwarded-Host", "evil.example"), ("Forwarded", "host=evil.example"), ("X-Forwarded-Proto", "https")];
    app.post_with("/portal/forgot", &forged, &[("email", " JANA@acme.example ")]).expect(200);
    let mail = smtp.wait_for(1).remove(0);
    assert!(!mail.raw.contains("evil.example"), "{}", mail.raw);
    assert!(mail.link().starts_with("/portal/set-password/"));
    assert_eq!(mail.header("Subject"), "A new password for the customer portal of Clientele");
}

/// Who is the customer bought for nobody else.
#[apply(mailing)]
fn an_individual_is_told_of_what_is_its_own(smtp: Smtp, app: TestApp) {
    app.individual("Dora", "Robotnik").with("email", "dora@x.example").create();
    invite_at(&app, &ids_of_contacts(&app), chrono::Utc::now().naive_utc());
    let mail = smtp.wait_for(1).remove(0);
    assert!(mail.text.contains("There you see what you have bought"), "{}", mail.text);
}

/// The contact's language, else that of the browser that asked.
#[apply(mailing)]
fn a_mail_speaks_the_language_of_its_reader(smtp: Smtp, app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    acme.contact("Jana").edit(&[("language", "de")]).expect(303);
    invite(&app, &acme, "Jana");
    let mail = smtp.wait_for(1).remove(0);
    assert!(mail.text.contains("Guten Tag Jana Hoffmann"), "{}", mail.text);
    assert!(mail.html.contains("lang=\"de\""), "{}", mail.html);
}

/// What the server says at each step, and what comes of it: tried again, or final, with the server's words.
#[apply(mailing_on_a_clock)]
fn what_is_said_for_now_is_tried_again_and_what_is_final_is_not(smtp: Smtp, clock: Clock, app: TestApp) {
    let acme = acme(&app);
    smtp.says("rcpt", "450 4.2.1 The mailbox is busy");
    invite_at(&app, &[acme.contact("Jana").id], time_of(clock));
    becomes(&app, "queued 1 450 4.2.1 The mailbox is busy");
    smtp.says_the_usual("rcpt");
    smtp.says("data", "451 4.7.1 Greylisted");
    clock.forward(61);
    becomes(&app, "queued 2 451 4.7.1 Greylisted");
    smtp.says_the_usual("data");
    clock.forward(5 * 60 + 1);
    becomes(&app, "sent 3 250 2.0.0 taken");
    let mails = smtp.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
    // Whichever arrived can be used, once.
    app.get(mails[0].link()).expect(200);
    app.get(mails[1].link()).expect(200).submit(&[("password", PASSWORD), ("again", PASSWORD)]).expect(200);
    assert_ne!(app.get(mails[0].link()).status, 200);
}

#[apply(mailing_on_a_clock)]
fn a_mail_that_is_refused_is_not_sent_again(smtp: Smtp, clock: Clock, app: TestApp) {
    let acme = acme(&app);
    smtp.says("rcpt", "550 5.1.1 No such mailbox here");
    invite_at(&app, &[acme.contact("Jana").id], time_of(clock));
    becomes(&app, "refused 1 550 5.1.1 No such mailbox here");
    assert!(acme.page().says("550 5.1.1 No such mailbox here"), "{}", acme.page());
    smtp.says_the_usual("rcpt");
    clock.forward(24 * 60 * 60);
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(states(&app), ["refused 1 550 5.1.1 No such mailbox here"]);
    assert_eq!(smtp.mails().len(), 0);
}

/// The server has the mail, and the connection ends before it says so: it is sent again, as the same mail.
#[apply(mailing_on_a_clock)]
fn a_mail_that_is_cut_after_its_end_is_known_for_the_same(smtp: Smtp, clock: Clock, app: TestApp) {
    let acme = acme(&app);
    smtp.says("data", "cut");
    invite_at(&app, &[acme.contact("Jana").id], time_of(clock));
    eventually("the first attempt", || states(&app).concat().starts_with("queued 1 The connection to the mail server ended"));
    smtp.says_the_usual("data");
    clock.forward(61);
    becomes(&app, "sent 2 250 2.0.0 taken");
    let mails = smtp.mails();
    assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
    app.get(mails[0].link()).expect(200);
}

/// A server that does not take sender or password says nothing about a mail: none is tried until it is right.
#[apply(mailing_on_a_clock)]
fn trouble_with_the_server_itself_is_no_attempt(smtp: Smtp, clock: Clock, app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").contact("Kai", "Adler", "kai@acme.example").create();
    smtp.says("mail", "550 5.7.1 Not from you");
    invite_at(&app, &[acme.contact("Jana").id, acme.contact("Kai").id], time_of(clock));
    let trouble = "The mail server does not take mails of this sender: 550 5.7.1 Not from you";
    eventually("both say so", || states(&app) == [format!("queued 1 {trouble}"), format!("queued 0 {trouble}")]);
    smtp.says_the_usual("mail");
    clock.forward(61);
    eventually("both are out", || states(&app).iter().all(|state| state.starts_with("sent")));
    assert_eq!(smtp.mails().len(), 2);
}

/// For three days: the mail waits, the link's seven days begin when it goes out. Nothing else waits for it.
#[apply(mailing_on_a_clock)]
fn a_server_that_is_away_for_days_loses_no_mail(smtp: Smtp, clock: Clock, app: TestApp) {
    smtp.stop();
    let acme = acme(&app);
    invite_at(&app, &[acme.contact("Jana").id], time_of(clock));
    eventually("what is wrong", || states(&app).concat().starts_with("queued 0 The mail server cannot be reached"));
    eventually("it is noted", || checkpoint(&app).contains("times"));
    let first = checkpoint(&app);
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(checkpoint(&app), first, "it is left alone");
    for hours in [1, 24, 47] {
        let before = checkpoint(&app);
        clock.forward(hours * 60 * 60);
        eventually("it is asked again", || checkpoint(&app) != before);
    }
    smtp.start_again();
    clock.forward(16 * 60);
    becomes(&app, "sent 1 250 2.0.0 taken");
    let link = smtp.mails()[0].link();
    clock.forward(6 * 24 * 60 * 60);
    app.get(&link).expect(200);
    clock.forward(2 * 24 * 60 * 60);
    assert_ne!(app.get(&link).status, 200);
}

#[apply(mailing_on_a_clock)]
fn a_mail_that_was_tried_for_days_is_given_up_with_words(smtp: Smtp, clock: Clock, app: TestApp) {
    smtp.stop();
    let acme = acme(&app);
    invite_at(&app, &[acme.contact("Jana").id], time_of(clock));
    eventually("what is wrong", || states(&app).concat().starts_with("queued 0"));
    clock.forward(8 * 24 * 60 * 60);
    eventually("it is given up", || states(&app).concat().starts_with("refused 0 The mail server cannot be reached"));
    smtp.start_again();
    clock.forward(16 * 60);
    std::thread::sleep(Duration::from_millis(500));
    assert!(smtp.mails().is_empty());
    acme.page().assert_says("Mail refused: The mail server cannot be reached");
}

/// Between queueing and sending: disabled, of a disabled customer, deleted, with another e-mail.
#[apply(mailing_on_a_clock)]
fn a_mail_is_not_sent_to_who_can_no_longer_sign_in(smtp: Smtp, clock: Clock, app: TestApp) {
    smtp.stop();
    let new = app.company("Acme").contact("Ada", "Main", "ada@acme.example").contact("Bo", "Off", "bo@acme.example");
    let acme = new.contact("Cy", "Gone", "cy@acme.example").contact("Di", "Moved", "di@acme.example").create();
    let initech = app.company("Initech").contact("Ed", "Closed", "ed@initech.example").create();
    let ids: Vec<i64> = ["Bo", "Cy", "Di"].iter().map(|name| acme.contact(name).id).chain([initech.contact("Ed").id]).collect();
    invite_at(&app, &ids, time_of(clock));
    acme.contact("Bo").disable().expect(303);
    acme.contact("Cy").delete().expect(303);
    acme.contact("Di").edit(&[("email", "diana@acme.example")]).expect(303);
    initech.disable().expect(303);
    smtp.start_again();
    clock.forward(16 * 60);
    eventually("all are dropped", || states(&app).iter().all(|state| state.starts_with("dropped 0 ")));
    assert_eq!(states(&app).len(), 4);
    assert!(smtp.mails().is_empty());
    assert_eq!(app.sql().count("password_links"), 0, "no link was made");
}

/// Where no mail server is set, what was queued meanwhile is no news once there is one.
#[apply(mailing_on_a_clock)]
fn old_news_is_not_sent(smtp: Smtp, clock: Clock, app: TestApp) {
    smtp.stop();
    let acme = acme(&app);
    app.let_in(&acme.contact("Jana"));
    acme.contact("Jana").edit(&[("email", "jana@new.example")]).expect(303);
    eventually("both are queued", || states(&app).len() == 2);
    app.sql().run("UPDATE mails SET created_at = '2020-01-01 00:00:00'").unwrap();
    smtp.start_again();
    clock.forward(16 * 60);
    eventually("both are over", || states(&app).iter().all(|state| !state.starts_with("queued")));
    assert!(smtp.mails().is_empty());
}

/// No more than are set go out in a minute, whichever process sends them; the rest wait.
#[apply(mailing_on_a_clock)]
fn no_more_mails_go_out_in_a_minute_than_are_set(smtp: Smtp, clock: Clock, app: TestApp) {
    let mut new = app.company("Acme");
    for number in 0..9 {
        new = new.contact("Jana", &format!("Nr. {number}"), &format!("jana{number}@acme.example"));
    }
    new.create();
    app.get("/settings").expect(200).submit(&[("mails_per_minute", "4")]).expect(303);
    let _second = smtp.process_on(clock, &app.database.url);
    let ids: Vec<i64> = ids_of_contacts(&app);
    invite_at(&app, &ids, time_of(clock));
    for (minute, sent) in [(0, 4), (1, 8), (2, 9)] {
        smtp.wait_for(sent);
        std::thread::sleep(Duration::from_millis(700));
        assert_eq!(smtp.mails().len(), sent, "in minute {minute}");
        clock.forward(61);
    }
}

/// All at once: requests go on as before, and the mails go out at their rate.
#[apply(mailing)]
fn ten_thousand_mails_at_once_hold_up_nobody(smtp: Smtp, app: TestApp) {
    let acme = acme(&app);
    invite(&app, &acme, "Jana");
    smtp.wait_for(1);
    app.sql()
        .run(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
             INSERT INTO mails (kind, account_id, contact_id, recipient, details, message_id, state, due_at, created_at, changed_at)
             SELECT kind, account_id, contact_id, recipient, details, concat(message_id, i), 'queued', created_at, created_at, changed_at
             FROM mails, n WHERE id = 1",
        )
        .unwrap();
    smtp.wait_for(20);
    let start = Instant::now();
    for number in 0..20 {
        acme.page();
        acme.edit(&[("name", &format!("Acme {number}"))]).expect(303);
    }
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    smtp.wait_for(60);
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(smtp.mails().len(), 60);
    assert_eq!(app.sql().number("SELECT count(*) AS number FROM mails WHERE state = 'queued'"), 9_941);
}

/// In the midst of a mail, each time: it is sent again after its pause as the same mail, and does not hold up the others.
#[apply(mailing_on_a_clock)]
fn a_process_that_is_killed_while_it_sends_sends_again(smtp: Smtp, clock: Clock, app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").contact("Kai", "Adler", "kai@acme.example").create();
    smtp.says("data", "hang");
    invite_at(&app, &[acme.contact("Jana").id, acme.contact("Kai").id], time_of(clock));
    smtp.wait_for(1);
    app.process().kill();
    smtp.says_the_usual("data");
    clock.forward(30);
    let _again = smtp.process_on(clock, &app.database.url);
    let mails = smtp.wait_for(2);
    assert_eq!(mails[1].to, ["kai@acme.example"]);
    clock.forward(31);
    let mails = smtp.wait_for(3);
    assert_eq!(mails[2].header("Message-ID"), mails[0].header("Message-ID"));
    eventually("both are out", || states(&app).iter().all(|state| state.starts_with("sent")));
    assert_eq!(smtp.mails().len(), 3);
}

/// Names that break headers, lengths, directions, and letters that mail did not know when it was young.
#[apply(mailing)]
fn a_name_stays_within_its_header(smtp: Smtp, app: TestApp) {
    let names = ["Zoë\r\nBcc: x@y.example", &"ü".repeat(255), "شركة", "😀 \u{202e}gnp.exe", "a@b.example, c", "\"quoted\" <d@e.example>"];
    let mut new = app.company("Acme");
    for number in 0..names.len() {
        new = new.contact("Jana", &number.to_string(), &format!("jana{number}@acme.example"));
    }
    new.create();
    for (number, name) in names.iter().enumerate() {
        let sql = format!("UPDATE contacts SET last_name = '{name}' WHERE email = 'jana{number}@acme.example'");
        app.sql().run(&sql).unwrap();
    }
    let ids: Vec<i64> = ids_of_contacts(&app);
    invite_at(&app, &ids, chrono::Utc::now().naive_utc());
    for mail in smtp.wait_for(names.len()) {
        let (head, _) = mail.raw.split_once("\r\n\r\n").unwrap();
        assert!(head.is_ascii() && head.lines().all(|line| line.len() < 998), "{head}");
        assert!(!head.to_lowercase().contains("\nbcc:"), "{head}");
        assert_eq!(mail.to.len(), 1);
        assert!(mail.header("To").ends_with(&format!("<{}>", mail.to[0])), "{}", mail.header("To"));
        assert!(!mail.header("Subject").contains(['\u{2068}', '\u{2069}', '\u{202e}']));
        mail.link();
    }
}

/// A domain in its own letters goes out in ASCII; a mailbox in its own letters only to a server that knows them.
#[apply(mailing)]
fn addresses_in_any_letters(smtp: Smtp, app: TestApp) {
    let acme = app.company("Acme").contact("Max", "Main", "max@acme.example").create();
    let recipients = ["max@müller.example", "jürgen@acme.example"];
    let database = startup::open(Address::parse(&app.database.url).unwrap(), Tuning::default()).unwrap();
    let queued: clientele::store::Result<()> = database.write(|db| {
        for recipient in recipients {
            let email = Email::stored(recipient).unwrap();
            let now = chrono::Utc::now().naive_utc();
            let account = identities::ensure(db, &identity::email_key(recipient), now)?.id.into();
            let details = Details { to_former: true, ..Details::default() };
            let contact = ContactId(acme.contact("Max").id);
            mails::queue(db, &NewMail { kind: Kind::EmailChanged, account, contact, recipient: &email, details }, now)?;
        }
        Ok(())
    });
    queued.unwrap();
    let mails = smtp.wait_for(2);
    assert_eq!(mails[0].to, ["max@xn--mller-kva.example"]);
    assert_eq!(mails[1].to, ["jürgen@acme.example"]);
    assert!(mails[1].options.iter().any(|option| option == "SMTPUTF8"), "{:?}", mails[1].options);
}

/// Encrypted before anything is said that somebody could read, by a server that a known authority vouches for.
#[test]
fn user_and_password_go_through_tls_only() {
    for mode in [Mode::StartTls, Mode::Tls] {
        let smtp = Smtp::start(mode);
        let mut app = smtp.app(Engine::Sqlite);
        let jana = [acme(&app).contact("Jana").id];
        invite_at(&app, &jana, chrono::Utc::now().naive_utc());
        let mail = smtp.wait_for(1).remove(0);
        assert!(mail.encrypted);
        assert_eq!(mail.user.as_deref(), Some("post@x.example"));
        becomes(&app, "sent 1 250 2.0.0 taken");

        // Without the setting, nobody vouches for it.
        let arguments: Vec<String> = smtp.arguments().into_iter().take_while(|argument| argument != "--smtp-ca").collect();
        app.restart(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        app.sql().run("DELETE FROM mails").unwrap();
        invite_at(&app, &jana, chrono::Utc::now().naive_utc());
        eventually("it is not spoken to", || states(&app).concat().starts_with("queued 0 The "));
        assert!(states(&app).concat().contains("certificate"), "{mode:?}: {:?}", states(&app));
        assert_eq!(smtp.logins().lines().count(), 1, "{mode:?}");
        assert!(!app.log().contains("p:w/d") && !app.log().contains("p%3Aw"), "{}", app.log());
    }
}

#[test]
fn nothing_is_sent_in_clear_where_a_server_has_no_starttls() {
    let smtp = Smtp::start(Mode::Clear);
    let url = smtp.arguments()[1].replace("smtp://", "smtp://post%40x.example:p%3Aw%2Fd@").replace("?tls=none", "");
    let mut arguments = smtp.arguments();
    arguments[1] = url;
    let app =
        TestApp::with(crate::support::database::Database::new(Engine::Sqlite), &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let acme = acme(&app);
    invite(&app, &acme, "Jana");
    becomes(&app, "queued 0 The mail server offers no STARTTLS, and nothing is sent in clear.");
    assert_eq!(smtp.logins(), "");
}

/// A password that the server does not take: said, without it.
#[test]
fn a_wrong_password_is_said_and_not_shown() {
    let smtp = Smtp::start(Mode::StartTls);
    smtp.says("auth", "535 5.7.8 post@x.example p:w/d is wrong");
    let app = smtp.app(Engine::Sqlite);
    let acme = acme(&app);
    invite(&app, &acme, "Jana");
    becomes(&app, "queued 0 The mail server does not take user and password (it says 535).");
    assert!(!app.log().contains("p:w/d"));
}

/// Whoever reads the database, the log or the jobs cannot use a link, and learns no password.
#[test]
fn nothing_secret_is_left_of_a_mail() {
    let smtp = Smtp::start(Mode::StartTls);
    let app = smtp.app(Engine::Sqlite);
    let acme = acme(&app);
    smtp.says("data", "450 4.3.0 try later");
    invite(&app, &acme, "Jana");
    let link = smtp.wait_for(1)[0].link();
    let token = link.rsplit('/').next().unwrap();
    // Some servers repeat what they were sent.
    smtp.says("data", &format!("554 5.6.0 {PUBLIC}{link} looks bad"));
    app.sql().run("DELETE FROM mails").unwrap();
    invite(&app, &acme, "Jana");
    let second = smtp.wait_for(2)[1].link();
    eventually("it is refused", || states(&app).concat().starts_with("refused"));
    app.get(&second).expect(200);
    let file = app.database.url.strip_prefix("sqlite:").unwrap().to_owned();
    for path in [file.clone(), format!("{file}-wal")] {
        let bytes = std::fs::read(&path).unwrap_or_default();
        for secret in [second.rsplit('/').next().unwrap(), "p:w/d", "p%3Aw"] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret} in {path}");
        }
    }
    for secret in [token, second.rsplit('/').next().unwrap(), "p:w/d", "p%3Aw"] {
        assert!(!app.log().contains(secret), "{}", app.log());
    }
}

/// What is wrong with the settings ends the program before anything is opened, without repeating a password.
#[test]
fn wrong_settings_of_mail_end_the_program() {
    let ends = |arguments: &[&str]| {
        let output = run(&[&["serve", "--listen", "127.0.0.1:0"], arguments].concat());
        assert!(!output.status.success());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!said.contains("hunter2"), "{said}");
        said
    };
    let url = "smtps://me:hunter2@mail.example";
    assert!(ends(&["--smtp-url", url]).contains("--smtp-from"));
    assert!(ends(&["--smtp-url", url, "--smtp-from", "a@x.example"]).contains("--public-url"));
    assert!(
        ends(&["--smtp-url", "smtp://me:hunter2@mail.example?tls=none", "--smtp-from", "a@x.example", "--public-url", PUBLIC])
            .contains("never sent in clear")
    );
    assert!(ends(&["--smtp-url", url, "--smtp-from", "nobody", "--public-url", PUBLIC]).contains("nobody is not an e-mail address"));
    assert!(ends(&["--smtp-url", url, "--smtp-from", "a@x.example", "--public-url", PUBLIC, "--smtp-ca", "gone.pem"]).contains("gone.pem"));
    let help = run(&["serve", "--help"]);
    assert!(String::from_utf8_lossy(&help.stdout).contains("CLIENTELE_SMTP_URL"));
}
