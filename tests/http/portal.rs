//! Contacts who sign in to the portal: who may, what they see, and when that ends.

use macro_rules_attribute::apply;

use crate::support::users::PASSWORD;
use crate::support::{Client, Page, TestApp, at_once, engines};

/// Whether a client is led to the page where one signs in.
#[track_caller]
fn assert_is_out(client: &Client) {
    for path in ["/portal", "/portal/choose", "/portal/entitlements.csv", "/portal/details"] {
        assert_eq!(client.get(path).expect(303).location(), "/portal/sign-in", "{path}");
    }
}

fn products(page: &Page) -> Vec<String> {
    page.texts(".portal-rows tbody th")
}

/// A company with three contacts: Jana is its default, and entitlements name Jana and Bo.
fn acme(app: &TestApp) -> crate::support::Customer {
    let acme = app
        .company("Acme")
        .contact("Jana", "Hoffmann", "jana@acme.example")
        .contact("Bo", "Berg", "bo@acme.example")
        .contact("Cy", "Clark", "cy@acme.example")
        .create();
    for (product, name) in [("Forge", "Jana"), ("Anvil", "Bo")] {
        let contact = acme.contact(name).id.to_string();
        acme.entitle(&[("product", product), ("contact", &contact)]).expect(303);
    }
    acme
}

#[apply(engines)]
fn from_the_invitation_to_the_entitlements(app: TestApp) {
    let acme = acme(&app);
    let jana = acme.contact("Jana");
    app.get("/portal").expect(303);
    app.try_portal("jana@acme.example", PASSWORD).expect(422);
    let path = app.invite(jana.id);
    assert_eq!(app.get(&path).expect(200).attributes("#email", "value"), ["jana@acme.example"]);
    let done = app.get(&path).submit(&[("password", PASSWORD), ("again", PASSWORD)]).expect(200);
    assert_eq!(done.cookies(), "", "nobody is signed in by a link");
    done.assert_says("Your password is set");
    let client = app.portal(" JANA@acme.example ");
    let page = client.get("/portal").expect(200);
    page.assert_says("Acme").assert_says("Sign out");
    assert_eq!(products(&page), ["Anvil", "Forge"], "the default contact sees all");
    assert_eq!(page.header("Cache-Control"), Some("no-store"));
    assert!(!page.says("Switch customer"));
    app.let_in(&acme.contact("Bo"));
    assert_eq!(products(&app.portal("bo@acme.example").get("/portal")), ["Anvil"]);
    app.let_in(&acme.contact("Cy"));
    let cy = app.portal("cy@acme.example").get("/portal").expect(200);
    assert!(products(&cy).is_empty() && cy.says("There are none."));
    client.post("/portal/sign-out", &[]).expect(303);
    assert_is_out(&client);
}

/// A right is taken away in the transaction that takes it away, and given back as it was.
#[apply(engines)]
fn whoever_is_disabled_is_out_with_the_next_request(app: TestApp) {
    let acme = acme(&app);
    let jana = acme.contact("Jana");
    app.let_in(&jana);
    let signed_in = || {
        let client = app.portal("jana@acme.example");
        client.get("/portal").expect(200);
        client
    };
    let client = signed_in();
    jana.disable().expect(303);
    assert_is_out(&client);
    let refused = app.try_portal("jana@acme.example", PASSWORD).expect(422);
    assert_eq!(refused.alert(), app.try_portal("nobody@acme.example", PASSWORD).expect(422).alert());
    jana.enable().expect(303);
    assert_is_out(&client);
    let client = signed_in();
    acme.disable().expect(303);
    assert_is_out(&client);
    app.try_portal("jana@acme.example", PASSWORD).expect(422);
    acme.enable().expect(303);
    assert_is_out(&client);
    signed_in();
    assert_eq!(app.sql().count("sessions"), 1);
    let cy = app.contact_in_portal("cy@acme.example");
    acme.contact("Cy").delete().expect(303);
    assert_is_out(&cy);
}

#[apply(engines)]
fn a_link_of_who_may_not_sign_in_does_not_work(app: TestApp) {
    let acme = acme(&app);
    let bo = acme.contact("Bo");
    let path = app.invite(bo.id);
    let refused = |path: &str| {
        app.get(path).expect(404).assert_says("This link does not work");
        app.post(path, &[("password", PASSWORD), ("again", PASSWORD)]).expect(404);
    };
    bo.disable().expect(303);
    refused(&path);
    bo.enable().expect(303);
    refused(&path);
    let path = app.invite(bo.id);
    let newer = app.invite(bo.id);
    refused(&path);
    acme.disable().expect(303);
    refused(&newer);
    acme.enable().expect(303);
    let newest = app.invite(bo.id);
    app.sql().run("UPDATE password_links SET valid_until = '2020-01-01 00:00:00'").unwrap();
    refused(&newest);
    for made_up in ["x", &"a".repeat(43), "%00", "a%2Fb"] {
        let status = app.get(format!("/portal/set-password/{made_up}")).status;
        assert!([400, 404].contains(&status), "{made_up}: {status}");
    }
}

/// A link is used by its form, acts for its mailbox alone, and is nowhere but in the answer that told it.
#[apply(engines)]
fn only_the_form_uses_a_link_up(app: TestApp) {
    let acme = acme(&app);
    let (jana, bo) = (acme.contact("Jana"), acme.contact("Bo"));
    let ada = app.user("ada@x.example", "administrator");
    app.let_in(&jana);
    let client = app.portal("jana@acme.example");
    let path = app.invite(bo.id);
    for method in ["GET", "HEAD", "GET", "HEAD"] {
        let answer = client.send(method, &path, &[], &[]).expect(200);
        assert_eq!((answer.cookie(), answer.header("Referrer-Policy")), (None, Some("no-referrer")));
        assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    }
    for (given, again) in [("short", "short"), ("password", "password"), (PASSWORD, "another phrase of mine"), ("", "")] {
        client.post(&path, &[("password", given), ("again", again)]).expect(422);
    }
    let done = client.post(&path, &[("password", PASSWORD), ("again", PASSWORD)]).expect(200);
    assert_eq!(done.cookie(), None);
    client.get("/portal").expect(200).assert_says("Forge");
    for page in [client.post(&path, &[("password", "another phrase"), ("again", "another phrase")]), ada.get(&path)] {
        page.expect(410).assert_says("This link has been used");
    }
    app.portal("bo@acme.example").get("/portal").expect(200);
    let token = path.rsplit('/').next().unwrap();
    assert!(!app.log().contains(token), "{}", app.log());
    let told = app.sql().texts("SELECT actor_name || ' ' || changes AS text FROM events WHERE actor_kind = 'contact' ORDER BY id");
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].as_deref().unwrap().starts_with("Bo Berg ") && told[1].as_deref().unwrap().contains("portal_password"), "{told:?}");
}

#[apply(engines)]
fn of_two_who_use_a_link_at_one_instant_one_does(app: TestApp) {
    let acme = acme(&app);
    let path = app.invite(acme.contact("Bo").id);
    let passwords: Vec<_> = (0..4).map(|number| format!("a password of number {number}")).collect();
    let statuses = at_once(4, |number| app.post(&path, &[("password", &passwords[number]), ("again", &passwords[number])]).status);
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    for (status, password) in statuses.iter().zip(&passwords) {
        app.sql().run("DELETE FROM attempts").expect("tries as at the beginning");
        assert_eq!(app.try_portal("bo@acme.example", password).status == 303, *status == 200, "{statuses:?}");
    }
}

/// Fixation: a session begins at sign-in, in the place of the one that the browser brings.
#[apply(engines)]
fn a_session_begins_at_sign_in(app: TestApp) {
    acme(&app);
    let first = app.contact_in_portal("jana@acme.example");
    let answer = first.post("/portal/sign-in", &[("email", "jana@acme.example"), ("password", PASSWORD)]).expect(303);
    assert_is_out(&first);
    let second = app.with_cookie(answer.cookie().unwrap());
    second.get("/portal").expect(200);
    app.let_in(&crate::support::Contact::of(&app, app.sql().number("SELECT min(id) AS number FROM contacts")));
    assert_is_out(&second);
    let planted = app.with_cookie(&format!("clientele-portal={}", "a".repeat(43)));
    let answer = planted.post("/portal/sign-in", &[("email", "jana@acme.example"), ("password", PASSWORD)]).expect(303);
    assert!(!answer.cookies().contains("aaaa"), "{}", answer.cookies());
    assert_is_out(&planted);
}

#[apply(engines)]
fn guesses_are_counted_for_a_mailbox_and_an_address(app: TestApp) {
    let acme = acme(&app);
    app.let_in(&acme.contact("Jana"));
    let known = app.try_portal("jana@acme.example", PASSWORD).expect(303);
    let known = app.with_cookie(&known.cookies());
    for email in ["jana@acme.example", "JANA@ACME.example", "nobody@acme.example"] {
        app.sql().run("DELETE FROM attempts").unwrap();
        for _ in 0..5 {
            app.try_portal(email, "wrong").expect(422);
        }
        let locked = app.try_portal(email, PASSWORD).expect(429);
        assert!(locked.header("Retry-After").is_some());
    }
    for _ in 0..5 {
        app.try_portal("jana@acme.example", "wrong");
    }
    app.try_portal("jana@acme.example", PASSWORD).expect(429);
    known.post("/portal/sign-in", &[("email", "jana@acme.example"), ("password", PASSWORD)]).expect(303);
    app.sql().run("DELETE FROM attempts").unwrap();
    let statuses: Vec<_> = (0..22).map(|number| app.try_portal(&format!("{number}@x.example"), "wrong").status).collect();
    assert_eq!(statuses[20..], [429, 429], "{statuses:?}");
}

#[apply(engines)]
fn each_language_says_the_same(app: TestApp) {
    acme(&app).entitle(&[("product", "Hammer"), ("ends_on", "2999-01-01"), ("quantity", "1000")]).expect(303);
    let client = app.contact_in_portal("jana@acme.example");
    let german = client.get_with("/portal", &[("Accept-Language", "de-AT, en;q=0.5")]).expect(200);
    assert_eq!(german.attributes("html", "lang"), ["de"]);
    german.assert_says("Berechtigungen").assert_says("1. Januar 2020").assert_says("1.000").assert_says("Läuft");
    let english = client.get_with("/portal", &[("Accept-Language", "fr, en;q=0.5")]).expect(200);
    assert_eq!(english.attributes("html", "lang"), ["en"]);
    english.assert_says("Entitlements").assert_says("1 January 2020").assert_says("1,000").assert_says("Running");
    app.get_with("/portal/sign-in", &[("Accept-Language", "de")]).assert_says("Anmelden");
}

#[apply(engines)]
fn entitlements_are_found_paged_and_saved_as_a_file(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    for number in 1..=60 {
        let product = if number == 7 { "=cmd()".to_owned() } else { format!("Forge no_{number:02} \"Pro\"") };
        acme.entitle(&[("product", &product)]).expect(303);
    }
    app.company("Other").entitlements(2).create();
    let client = app.contact_in_portal("jana@acme.example");
    let first = client.get("/portal").expect(200);
    let rest = client.get(&first.attributes("a[rel=next]", "href")[0]).expect(200);
    let all: Vec<_> = products(&first).into_iter().chain(products(&rest)).collect();
    assert_eq!((products(&first).len(), all.len()), (50, 60));
    assert!(!rest.has("a[rel=next]") && all.iter().all(|product| !product.contains("Other")));
    assert_eq!(products(&client.get("/portal?q=fORGE+NO_12")), ["Forge no_12 \"Pro\""]);
    let eid = first.texts(".portal-rows tbody td")[0].clone();
    assert_eq!(products(&client.get(format!("/portal?q={eid}"))).len(), 1);
    assert!(client.get("/portal?q=nothing+like+it").says("Nothing was found."));
    for odd in ["?q=%00", "?q=&after=", "?after=x", "?after=2026-13-40.9", "?q=%25_*"] {
        client.get(format!("/portal{odd}")).expect(200);
    }
    let file = client.get("/portal/entitlements.csv").expect(200);
    assert_eq!(file.header("Cache-Control"), Some("no-store"));
    let text = file.text();
    assert_eq!(text.trim_end().lines().count(), 61, "{text}");
    assert!(text.contains("Forge no_12 \"\"Pro\"\"") && !text.contains(",=cmd()") && text.contains("cmd()"), "{text}");
    assert_eq!(client.get("/portal/entitlements.csv?q=forge+no_12").text().trim_end().lines().count(), 2);
}
