//! The e-mail of a contact that signs in to the portal is changed: what becomes of the password, of sessions and links, and who is told.

use macro_rules_attribute::apply;

use crate::import::customers;
use crate::support::smtp::{Mode, Smtp};
use crate::support::users::PASSWORD;
use crate::support::{Client, Contact, Engine, TestApp, engines};

/// Whether a client is led to the page where one signs in.
#[track_caller]
fn assert_is_out(client: &Client) {
    assert_eq!(client.get("/portal").expect(303).location(), "/portal/sign-in");
}

fn is_in(client: &Client) -> bool {
    client.get("/portal").status == 200
}

/// The mails that are queued, by recipient: to the address of before, or of now. They are forgotten.
fn told(app: &TestApp) -> Vec<String> {
    let mails = app.sql().texts("SELECT kind || ' ' || recipient || ' ' || details AS text FROM mails ORDER BY id");
    app.sql().run("DELETE FROM mails").expect("none are left");
    mails.into_iter().flatten().collect()
}

fn of_before(email: &str) -> String {
    format!(r#"email_changed {email} {{"to_former":true}}"#)
}

fn of_before_and_elsewhere(email: &str) -> String {
    format!(r#"email_changed {email} {{"to_former":true,"elsewhere":true}}"#)
}

fn of_now(email: &str) -> String {
    format!("email_changed {email} {{}}")
}

/// A changed e-mail takes the password along where nobody else has the former one.
#[apply(engines)]
fn an_identity_follows_the_email(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").contact("Bo", "Berg", "bo@acme.example").create();
    let client = app.contact_in_portal("jana@acme.example");
    let open = app.invite(acme.contact("Jana").id);
    acme.contact("Jana").edit(&[("email", "jh@acme.example")]).expect(303);
    assert_is_out(&client);
    app.get(open).expect(404);
    app.try_portal("jana@acme.example", PASSWORD).expect(422);
    app.portal("jh@acme.example").get("/portal").expect(200);

    // Shared with another customer: the identity stays where it was.
    let bolt = app.company("Bolt").contact("Jana", "Hoffmann", "jh@acme.example").create();
    bolt.contact("Jana").edit(&[("email", "jana@bolt.example")]).expect(303);
    app.try_portal("jana@bolt.example", PASSWORD).expect(422);
    app.portal("jh@acme.example").get("/portal").expect(200);

    // To a mailbox that has a password of its own: that one counts.
    app.let_in(&acme.contact("Bo"));
    acme.contact("Bo").edit(&[("email", "jh@acme.example")]);
    bolt.contact("Jana").edit(&[("email", "bo@acme.example")]).expect(303);
    assert_eq!(app.portal("bo@acme.example").get("/portal").expect(303).location(), "/portal/choose");

    let dora = app.individual("Dora", "Robotnik").with("email", "dora@x.example").create();
    let client = app.contact_in_portal("dora@x.example");
    dora.edit(&[("email", "dr@x.example")]).expect(303);
    assert_is_out(&client);
    app.portal("dr@x.example").get("/portal").expect(200).assert_says("Dora Robotnik");
    dora.edit(&[("email", "")]).expect(303);
    app.try_portal("dr@x.example", PASSWORD).expect(422);
}

/// By a form, an undo and a file alike: the password is kept, the sessions end, and both addresses are told.
#[apply(engines)]
fn both_addresses_are_told_whatever_changes_it(app: TestApp) {
    let acme = app.company("Acme").number("A-1").contact("Jana", "Hoffmann", "Jana@Acme.example").create();
    let jana = acme.contact("Jana");
    // Whoever never set a password never signed in, and has nothing to be told of.
    jana.edit(&[("email", "j@acme.example")]).expect(303);
    app.invite(jana.id);
    jana.edit(&[("email", "Jana@Acme.example")]).expect(303);
    assert_eq!(told(&app), Vec::<String>::new());

    app.let_in(&jana);
    let client = app.portal("jana@acme.example");
    jana.edit(&[("email", "JANA@acme.example")]).expect(303);
    assert!(is_in(&client), "the same mailbox, written another way");
    assert_eq!(told(&app), Vec::<String>::new());

    jana.edit(&[("email", "jh@Acme.example")]).expect(303);
    assert_is_out(&client);
    assert_eq!(told(&app), [of_before("JANA@acme.example"), of_now("jh@Acme.example")]);

    let client = app.portal("jh@acme.example");
    let event = app.sql().number("SELECT max(id) AS number FROM events WHERE task = 'edit' AND changes LIKE '%\"email\"%'");
    app.get(format!("/events/{event}/undo")).expect(200).confirm().expect(303);
    assert_is_out(&client);
    assert_eq!(told(&app), [of_before("jh@Acme.example"), of_now("JANA@acme.example")]);

    // A file finds contacts by their e-mail, and can change that of individuals alone.
    let dora = app.individual("Dora", "Robotnik").number("D-1").with("email", "dora@y.example").create();
    let client = app.contact_in_portal("dora@y.example");
    customers("number,type,last_name,email\nD-1,individual,Robotnik,dora@x.example\n").import(&app.database, &[]).done();
    assert_is_out(&client);
    assert_eq!(told(&app), [of_before("dora@y.example"), of_now("dora@x.example")]);

    // Without an e-mail nobody signs in: who did is told.
    let client = app.portal("dora@x.example");
    dora.edit(&[("email", "")]).expect(303);
    assert_is_out(&client);
    assert_eq!(told(&app), [of_before("dora@x.example")]);
}

/// Of a mailbox that serves twenty customers one contact gets another e-mail: the others notice nothing. The last one takes the password along.
#[apply(engines)]
fn one_of_twenty_gets_another_email(app: TestApp) {
    let create = |number: i32| app.company(&format!("Customer {number:02}")).contact("Jana", "Hoffmann", "jana@x.example").create();
    let customers: Vec<_> = (1..=20).map(create).collect();
    let contacts: Vec<Contact> = customers.iter().map(|customer| customer.contact("Jana")).collect();
    let first = app.contact_in_portal("jana@x.example");
    first.get("/portal/choose").press("Customer 01").expect(303);
    let other = app.portal("jana@x.example");
    other.get("/portal/choose").press("Customer 02").expect(303);
    let link = app.invite(contacts[4].id);

    contacts[0].edit(&[("email", "new@x.example")]).expect(303);
    assert_is_out(&first);
    assert!(is_in(&other));
    assert_eq!(other.get("/portal/choose").texts(".portal-choose button").len(), 19);
    app.get(&link).expect(200);
    app.try_portal("new@x.example", PASSWORD).expect(422);
    assert_eq!(told(&app), [of_before_and_elsewhere("jana@x.example")], "nobody signs in with the new one yet");

    for contact in &contacts[1..19] {
        contact.edit(&[("email", "new@x.example")]).expect(303);
    }
    assert_eq!(told(&app).len(), 18);
    app.portal("jana@x.example");
    contacts[19].edit(&[("email", "new@x.example")]).expect(303);
    assert_eq!(told(&app), [of_before("jana@x.example"), of_now("new@x.example")]);
    app.try_portal("jana@x.example", PASSWORD).expect(422);
    app.get(&link).expect(404);
    assert_eq!(app.portal("new@x.example").get("/portal/choose").texts(".portal-choose button").len(), 20);
}

/// What is queued goes out, and says to each address what is so from now on.
#[test]
fn each_address_reads_what_has_changed_for_it() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let smtp = Smtp::start(Mode::Clear);
        let app = smtp.app(engine);
        let [acme, bolt] = ["Acme", "Bolt"].map(|name| app.company(name).contact("Jana", "Hoffmann", "jana@x.example").create());
        app.let_in(&acme.contact("Jana"));
        acme.contact("Jana").edit(&[("email", "new@x.example")]).expect(303);
        let first = smtp.wait_for(1).remove(0);
        assert_eq!(first.to, ["jana@x.example"]);
        assert!(first.text.contains("Your access for Acme") && first.text.contains("still sign in for other customers"), "{}", first.text);
        bolt.contact("Jana").edit(&[("email", "jh@x.example")]).expect(303);
        let mails = smtp.wait_for(3);
        let text_to = |email: &str| &mails[1..].iter().find(|mail| mail.to == [email]).expect("a mail").text;
        let (former, new) = (text_to("jana@x.example"), text_to("jh@x.example"));
        assert!(former.contains("With this one you can no longer sign in.") && !former.contains("http"), "{former}");
        assert!(new.contains("From now on you sign in") && new.contains("/portal/sign-in"), "{new}");
    }
}
