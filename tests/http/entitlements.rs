//! Entitlements: their form, their states, and how they end.

use chrono::{Days, NaiveDate, Timelike, Utc};
use macro_rules_attribute::apply;

use crate::support::builders::{FAR_OFF, LONG_AGO};
use crate::support::{TestApp, engines};

#[apply(engines)]
fn a_company_names_the_contact_it_is_for(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "j@a.example").contact("Tomás", "Nuñez", "t@a.example").create();
    let (jana, tomas) = (acme.contact("Jana").id.to_string(), acme.contact("Tomás").id.to_string());
    let form = acme.page().press("New entitlement").expect(200);
    assert_eq!(form.field("contact"), jana, "the default one is chosen already");
    form.assert_says("Tomás Nuñez");

    let page = form
        .submit(&[
            ("product", "Forge Pro"),
            ("quantity", "25"),
            ("contact", &tomas),
            ("starts_on", "2020-03-01"),
            ("ends_on", "2998-02-28"),
        ])
        .follow()
        .expect(200);
    let row = page.row("Forge Pro");
    for words in ["Tomás Nuñez", "25", "1 Mar 2020", "28 Feb 2998", "Running"] {
        assert!(row.says(words), "{words}: {row:?}");
    }
    acme.entitle(&[("product", "For nobody"), ("contact", "")]).expect(303);
}

#[apply(engines)]
fn an_individuals_entitlement_is_its_own(app: TestApp) {
    let ada = app.individual("Ada", "Lovelace").create();
    let form = ada.page().press("New entitlement").expect(200);
    assert_eq!(form.find_field("contact"), None);
    form.submit(&[("product", "Engine"), ("quantity", "1"), ("starts_on", LONG_AGO)]).follow().row("Engine");
    let own = "SELECT count(*) AS number FROM entitlements JOIN contacts ON contacts.id = entitlements.contact_id WHERE own";
    assert_eq!(app.sql().number(own), 1);
    ada.delete().expect(409).assert_says("1 entitlement");
}

#[apply(engines)]
fn each_error_stands_beside_its_field(app: TestApp) {
    let acme = app.company("Acme").create();
    let form = app.get(acme.at("entitlements/new"));
    let right = [("product", "Forge"), ("quantity", "5"), ("starts_on", "2026-03-01"), ("ends_on", "2026-03-31")];
    let long = "x".repeat(256);
    let wrong = [
        ("product", ""),
        ("product", " "),
        ("product", &long),
        ("quantity", ""),
        ("quantity", "0"),
        ("quantity", "-3"),
        ("quantity", "1.5"),
        ("quantity", "many"),
        ("quantity", "99999999999999999999"),
        ("starts_on", ""),
        ("starts_on", "31.03.26"),
        ("starts_on", "3/1/2026"),
        ("starts_on", "2026-02-30"),
        ("starts_on", "tomorrow"),
        ("ends_on", "2026-13-01"),
        ("ends_on", "02/31/2027"),
        ("ends_on", "12/31"),
        ("ends_on", "2026-02-28"),
    ];
    for (field, value) in wrong {
        let mut typed = right;
        typed.iter_mut().filter(|(name, _)| *name == field).for_each(|(_, typed)| *typed = value);
        let refused = form.submit(&typed).expect(422);
        assert_eq!(refused.errors(), [field], "{value:?}");
        for (name, value) in typed {
            assert_eq!(refused.field(name), value, "{name}: {refused}");
        }
    }
    assert_eq!(app.sql().count("entitlements"), 0);
    form.submit(&[("product", &long[..255]), ("quantity", "1"), ("starts_on", "2026-03-01"), ("ends_on", "2026-03-01")]).expect(303);
}

#[apply(engines)]
fn each_reason_is_its_own(app: TestApp) {
    let acme = app.company("Acme").create();
    for (field, value, reason) in [
        ("ends_on", "02/31/2027", "End 02/31/2027 is not a date."),
        ("ends_on", "12/31", "End cannot be read: write the date as YYYY-MM-DD, like 2027-12-31."),
        ("ends_on", "3/1/2027", "End could be two days: write 2027-01-03 or 2027-03-01."),
        ("ends_on", "12027-03-01", "End must be 9999-12-31 or earlier."),
        ("starts_on", "1969-12-31", "Start must be 1970-01-01 or later."),
        ("starts_on", " ", "Start is missing."),
        ("quantity", "1.000", "Quantity must be a whole number, 1 or more."),
        ("quantity", "1000000001", "Quantity can be at most 1,000,000,000."),
        ("quantity", "99999999999999999999", "Quantity can be at most 1,000,000,000."),
    ] {
        let refused = acme.entitle(&[(field, value)]).expect(422);
        assert_eq!(refused.errors(), [field], "{value}");
        assert!(refused.error_of(field).unwrap().contains(reason), "{value}: {refused}");
    }
    assert_eq!(app.sql().count("entitlements"), 0);
}

/// As people write dates and numbers, where only one can be meant.
#[apply(engines)]
fn dates_and_numbers_are_taken_as_people_write_them(app: TestApp) {
    let acme = app.company("Acme").create();
    for (at, end) in ["31.12.2998", "12/31/2998", "31 Dec 2998", "December 31, 2998", "2998/12/31", "29981231"].into_iter().enumerate() {
        let product = format!("Forge {at}");
        let page = acme.entitle(&[("product", &product), ("ends_on", end), ("quantity", "12,000")]).follow().expect(200);
        let row = page.row(&product);
        assert!(row.says("31 Dec 2998") && row.says("12,000"), "{end}: {row:?}");
    }
}

/// A form that names a contact which is gone is refused until somebody chooses: sending it again would otherwise choose nobody.
#[apply(engines)]
fn a_contact_that_is_gone_stays_chosen_until_another_is(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "j@a.example").contact("Rae", "King", "r@a.example").create();
    let form = app.get(acme.at("entitlements/new"));
    let jana = acme.contact("Jana");
    jana.delete().expect(303);
    let refused = form.submit(&[("product", "")]).expect(422);
    assert_eq!(refused.errors(), ["product", "contact"], "both in one round");
    for refused in [refused.submit(&[("product", "Forge")]), form.submit(&[("product", "Forge")])] {
        let refused = refused.expect(422);
        assert_eq!((refused.errors(), refused.field("contact")), (vec!["contact".to_owned()], jana.id.to_string()));
        refused.assert_says("no longer exists");
    }
    assert_eq!(app.sql().count("entitlements"), 0);
    let rae = acme.contact("Rae").id.to_string();
    refused.submit(&[("product", "Forge"), ("contact", &rae)]).expect(303);
}

#[apply(engines)]
fn the_contact_is_one_of_the_customers(app: TestApp) {
    let acme = app.company("Acme").create();
    let other = app.company("Baltic").contact("Aino", "Robola", "a@b.example").create();
    let foreign = other.contact("Aino").id.to_string();
    let own = app.individual("Ada", "Lovelace").create();
    let individuals = app.sql().number("SELECT id AS number FROM contacts WHERE own").to_string();
    for contact in [foreign.as_str(), &individuals, "999999", "-1", "x", "99999999999999999999"] {
        let refused = acme.entitle(&[("contact", contact)]).expect(422);
        assert!(refused.says("contact"), "{refused}");
    }
    let forged = own.entitle(&[("contact", &foreign)]);
    assert!([303, 422].contains(&forged.status), "{forged}");
    let elsewhere =
        "SELECT count(*) AS number FROM entitlements e JOIN contacts c ON c.id = e.contact_id WHERE c.customer_id <> e.customer_id";
    assert_eq!(app.sql().number(elsewhere), 0);
}

#[apply(engines)]
fn an_editor_ends_what_has_started_and_deletes_what_has_not(app: TestApp) {
    app.restart(&["--role", "editor"]);
    let acme = app.company("Acme").create();
    acme.entitle(&[("product", "Running")]).expect(303);
    acme.entitle(&[("product", "Planned"), ("starts_on", FAR_OFF)]).expect(303);

    let page = acme.page();
    let (running, planned) = (page.row("Running"), page.row("Planned"));
    assert!(running.offers("End now") && !running.offers("Delete"), "{running:?}");
    assert!(planned.offers("Delete") && !planned.offers("End now"), "{planned:?}");
    assert!(planned.says("Not yet started"), "{planned:?}");

    acme.entitlement("Running").delete().expect(409).assert_says("started");
    app.get(acme.entitlement("Running").at("delete")).expect(409);
    acme.entitlement("Planned").end().expect(409).assert_says("not started");

    let ended = acme.entitlement("Running");
    let page = running.press("End now").expect(200).confirm().follow().expect(200);
    page.assert_says("Ended");
    assert!(!page.offers("Delete"), "an ended one holds its customer: {page}");
    ended.end().expect(409).assert_says("already ended");
    ended.delete().expect(409);

    let question = acme.page().row("Planned").press("Delete").expect(200);
    question.assert_says("Planned");
    let page = question.confirm().follow().expect(200);
    assert!(page.find_row("Planned").is_none(), "{page}");
    assert_eq!(app.sql().count("entitlements"), 1);
}

#[apply(engines)]
fn an_administrator_deletes_any(app: TestApp) {
    app.restart(&["--role", "administrator"]);
    let acme = app.company("Acme").entitlements(2).create();
    acme.entitlement("Forge 1").end().expect(303);
    for product in ["Forge 1", "Forge 2"] {
        acme.page().row(product).press("Delete").expect(200).confirm().expect(303);
    }
    assert_eq!(app.sql().count("entitlements"), 0);
    assert!(acme.page().offers("Delete"));
}

#[apply(engines)]
fn each_has_an_eid_that_cannot_be_guessed(app: TestApp) {
    let acme = app.company("Acme").entitlements(3).create();
    let eids: Vec<String> = app.sql().texts("SELECT eid AS text FROM entitlements").into_iter().flatten().collect();
    let page = acme.page();
    for eid in &eids {
        assert!(eid.chars().filter(char::is_ascii_alphanumeric).count() >= 16, "{eid}");
        page.assert_says(eid);
    }
    assert!(eids[0] != eids[1] && eids[1] != eids[2]);
}

#[apply(engines)]
fn the_last_day_counts_in_the_installations_time_zone(app: TestApp) {
    // A time zone in which it is about noon, so that the day does not change under the test.
    let hours = 12 - i64::from(Utc::now().hour());
    let zone = format!("Etc/GMT{:+}", -hours);
    let today = (Utc::now() + chrono::Duration::hours(hours)).date_naive();
    app.restart(&["--time-zone", &zone]);
    let acme = app.company("Acme").create();
    let day = |days: i64| (today + chrono::Duration::days(days)).to_string();
    let (yesterday, now, tomorrow) = (day(-1), day(0), day(1));
    acme.entitle(&[("product", "Last day"), ("ends_on", &now)]).expect(303);
    acme.entitle(&[("product", "Over"), ("ends_on", &yesterday)]).expect(303);
    acme.entitle(&[("product", "First day"), ("starts_on", &now)]).expect(303);
    acme.entitle(&[("product", "Planned"), ("starts_on", &tomorrow)]).expect(303);
    let page = acme.page();
    for (product, state) in [("Last day", "Running"), ("Over", "Ended"), ("First day", "Running"), ("Planned", "Not yet started")] {
        assert!(page.row(product).says(state), "{product} is not {state} in {zone}: {page}");
    }
}

/// A date has no time zone; the page says whose midnight counts.
#[apply(engines)]
fn a_date_never_moves(app: TestApp) {
    let acme = app.company("Acme").create();
    acme.entitle(&[("product", "March"), ("starts_on", "2026-03-01"), ("ends_on", "2026-03-31")]).expect(303);
    for zone in ["Pacific/Auckland", "America/Los_Angeles", "Etc/GMT-14", "Etc/GMT+12"] {
        app.restart(&["--time-zone", zone]);
        let page = app.customer(acme.id).page();
        let row = page.row("March");
        assert!(row.says("1 Mar 2026") && row.says("31 Mar 2026"), "{zone}: {row:?}");
        app.get(acme.at("entitlements/new")).assert_says(zone);
    }
    let dates = app.sql().texts("SELECT CAST(starts_on AS TEXT) AS text FROM entitlements");
    assert_eq!(dates, [Some("2026-03-01".to_owned())]);
}

/// Far east it is tomorrow while far west it is still yesterday.
#[apply(engines)]
fn whose_today_it_is_decides(app: TestApp) {
    let east: NaiveDate = (Utc::now() + chrono::Duration::hours(14)).date_naive();
    let acme = app.company("Acme").create();
    let (start, end) = (east.to_string(), (east + Days::new(300)).to_string());
    acme.entitle(&[("product", "Forge"), ("starts_on", &start), ("ends_on", &end)]).expect(303);
    for (zone, state) in [("Etc/GMT-14", "Running"), ("Etc/GMT+12", "Not yet started")] {
        app.restart(&["--time-zone", zone]);
        let page = app.customer(acme.id).page();
        assert!(page.row("Forge").says(state), "{zone}: {page}");
    }
}
