//! Two requests at one instant: whatever the order, the rules hold and the loser is told in words.

use macro_rules_attribute::apply;

use crate::support::app::run;
use crate::support::{Customer, Engine, Page, TestApp, at_once, engines, eventually};

/// Enough that both orders and real overlaps occur.
const ROUNDS: usize = 25;

fn statuses(answers: &[Page]) -> Vec<u16> {
    let mut statuses: Vec<_> = answers.iter().map(|page| page.status).collect();
    statuses.sort_unstable();
    statuses
}

fn company(app: &TestApp) -> Customer {
    app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").contact("Tomás", "Nuñez", "t@x.example").create()
}

#[apply(engines)]
fn disabling_against_a_new_entitlement(app: TestApp) {
    for _ in 0..ROUNDS {
        let acme = app.company("Acme").create();
        let answers = at_once(2, |i| if i == 0 { acme.disable() } else { acme.entitle(&[]) });
        answers[0].clone().expect(303);
        assert!([303, 409].contains(&answers[1].status), "{:?}", answers[1]);
        let page = acme.page();
        assert_eq!(page.entitlements().len(), usize::from(answers[1].status == 303), "{page}");
        acme.entitle(&[]).expect(409);
    }
}

#[apply(engines)]
fn deleting_against_a_new_entitlement(app: TestApp) {
    for _ in 0..ROUNDS {
        let acme = company(&app);
        let answers = at_once(2, |i| if i == 0 { acme.delete() } else { acme.entitle(&[]) });
        match (answers[0].status, answers[1].status) {
            (303, 404 | 409 | 410 | 422) => _ = acme.page().expect(404),
            (409, 303) => assert_eq!(acme.page().expect(200).entitlements().len(), 1),
            _ => panic!("both or none: {answers:?}"),
        }
    }
    assert_no_orphans(&app);
}

#[apply(engines)]
fn deleting_a_contact_against_an_entitlement_for_it(app: TestApp) {
    for _ in 0..ROUNDS {
        let acme = company(&app);
        let jana = acme.contact("Jana");
        let id = jana.id.to_string();
        let answers = at_once(2, |i| if i == 0 { jana.delete() } else { acme.entitle(&[("contact", &id)]) });
        match (answers[0].status, answers[1].status) {
            (303, 409 | 422) => assert!(acme.page().entitlements().is_empty()),
            (409, 303) => assert!(acme.page().find_row("j@x.example").is_some()),
            _ => panic!("both or none: {answers:?}"),
        }
    }
    assert_no_orphans(&app);
}

#[apply(engines)]
fn deleting_a_customer_against_a_new_contact(app: TestApp) {
    for _ in 0..ROUNDS {
        let acme = app.company("Acme").create();
        let answers = at_once(2, |i| if i == 0 { acme.delete() } else { acme.add_contact("Late", "Comer", "l@x.example") });
        answers[0].clone().expect(303);
        assert!([303, 404, 409, 410].contains(&answers[1].status), "{:?}", answers[1]);
        acme.page().expect(404);
    }
    assert_no_orphans(&app);
}

#[apply(engines)]
fn deleting_twice(app: TestApp) {
    for _ in 0..ROUNDS {
        let acme = company(&app);
        let answers = at_once(2, |_| acme.delete());
        let statuses = statuses(&answers);
        assert!(statuses[0] == 303 && [404, 409, 410].contains(&statuses[1]), "{answers:?}");
    }
    assert_eq!(app.sql().count("contacts"), 0);
}

/// There is one default at most, whoever is first.
#[apply(engines)]
fn two_set_as_default(app: TestApp) {
    for _ in 0..ROUNDS {
        let acme = company(&app);
        acme.add_contact("Rae", "O'Brien", "r@x.example").expect(303);
        let contacts = [acme.contact("Tomás"), acme.contact("Rae")];
        let answers = at_once(2, |i| contacts[i].set_as_default());
        let statuses = statuses(&answers);
        assert!(statuses[0] == 303 && [303, 409].contains(&statuses[1]), "{answers:?}");
        assert_eq!(acme.defaults().len(), 1);

        let jana = acme.contact("Jana");
        assert_eq!(self::statuses(&at_once(2, |_| jana.set_as_default())), [303, 409]);
        assert!(acme.defaults()[0].contains("Jana"));
    }
}

#[apply(engines)]
fn setting_as_default_against_disabling_and_deleting(app: TestApp) {
    for round in 0..ROUNDS {
        let acme = company(&app);
        let tomas = acme.contact("Tomás");
        let answers = at_once(2, |i| match (i, round % 2) {
            (0, _) => tomas.set_as_default(),
            (_, 0) => tomas.disable(),
            _ => tomas.delete(),
        });
        answers[1].clone().expect(303);
        assert!([303, 404, 409, 410].contains(&answers[0].status), "{:?}", answers[0]);
        assert_eq!(acme.defaults().len(), 1, "{:?}", acme.page());
    }
}

#[apply(engines)]
fn deleting_the_default_against_deleting_its_heir(app: TestApp) {
    for _ in 0..ROUNDS {
        let acme = company(&app);
        let contacts = [acme.contact("Jana"), acme.contact("Tomás")];
        assert_eq!(at_once(2, |i| contacts[i].delete().status), [303, 303]);
        assert!(acme.page().contacts().is_empty());
    }
}

#[apply(engines)]
fn two_edits_of_one_version(app: TestApp) {
    for _ in 0..ROUNDS {
        let acme = company(&app);
        let forms = [(); 2].map(|()| app.get(acme.at("edit")));
        let answers = at_once(2, |i| forms[i].submit(&[("phone", ["111", "222"][i])]));
        assert_eq!(statuses(&answers), [303, 409], "{answers:?}");
        let lost = answers.iter().position(|page| page.status == 409).unwrap();
        assert_eq!(answers[lost].field("phone"), ["111", "222"][lost], "what was typed is kept");

        let forms = [(); 2].map(|()| app.get(acme.contact("Jana").at("edit")));
        let answers = at_once(2, |i| forms[i].submit(&[("phone", ["333", "444"][i])]));
        assert_eq!(statuses(&answers), [303, 409], "{answers:?}");

        // Different fields: both.
        let forms = [(); 2].map(|()| app.get(acme.at("edit")));
        let answers = at_once(2, |i| forms[i].submit(&[(["fax", "description"][i], "typed")]));
        assert_eq!(statuses(&answers), [303, 303], "{answers:?}");
        let edit = app.get(acme.at("edit"));
        assert_eq!((edit.field("fax").as_str(), edit.field("description").as_str()), ("typed", "typed"));
    }
}

#[apply(engines)]
fn one_mailbox_twice(app: TestApp) {
    for round in 0..ROUNDS {
        let acme = company(&app);
        let (mail, same) = (format!("new{round}@x.example"), format!("NEW{round}@X.example"));
        let answers = at_once(2, |i| acme.add_contact("New", "Person", [&mail, &same][i]));
        assert_eq!(statuses(&answers), [303, 422], "{answers:?}");
        let lost = answers.iter().find(|page| page.status == 422).unwrap();
        assert_eq!(lost.errors(), ["email"]);

        let contacts = [acme.contact("Jana"), acme.contact("Tomás")];
        let forms = contacts.map(|contact| app.get(contact.at("edit")));
        let answers = at_once(2, |i| forms[i].submit(&[("email", "same@x.example")]));
        assert_eq!(statuses(&answers), [303, 422], "{answers:?}");
    }
}

#[apply(engines)]
fn one_number_or_crm_id_twice(app: TestApp) {
    for round in 0..ROUNDS {
        let (number, crm_id) = (format!("N-{round}"), format!("CRM-{round}"));
        let answers = at_once(2, |i| app.post("/customers", &[("type", "company"), ("name", ["A", "B"][i]), ("number", &number)]));
        assert_eq!(statuses(&answers), [303, 422], "{answers:?}");
        let answers = at_once(2, |i| app.post("/customers", &[("type", "company"), ("name", ["C", "D"][i]), ("crm_id", &crm_id)]));
        assert_eq!(statuses(&answers), [303, 422], "{answers:?}");
        assert_eq!(answers.iter().find(|page| page.status == 422).unwrap().errors(), ["crm_id"]);
    }
    assert_eq!(app.sql().count("customers"), i64::try_from(ROUNDS).unwrap() * 2);
}

#[apply(engines)]
fn generated_numbers_are_all_different(app: TestApp) {
    let answers = at_once(16, |i| {
        let name = format!("Company {i}");
        [(); 4].map(|()| app.post("/customers", &[("type", "company"), ("name", &name)]).status)
    });
    assert!(answers.iter().flatten().all(|status| *status == 303), "{answers:?}");
    assert_eq!(app.sql().number("SELECT count(DISTINCT number) AS number FROM customers"), 64);
}

#[apply(engines)]
fn the_same_change_of_status_twice(app: TestApp) {
    let acme = company(&app);
    let tomas = acme.contact("Tomás");
    for _ in 0..ROUNDS {
        assert_eq!(statuses(&at_once(2, |_| acme.disable())), [303, 409]);
        assert_eq!(statuses(&at_once(2, |_| acme.enable())), [303, 409]);
        assert_eq!(statuses(&at_once(2, |_| tomas.disable())), [303, 409]);
        assert_eq!(statuses(&at_once(2, |_| tomas.enable())), [303, 409]);
    }
}

#[apply(engines)]
fn ending_twice(app: TestApp) {
    let acme = company(&app);
    for round in 0..ROUNDS {
        let product = format!("Product {round:02}");
        acme.entitle(&[("product", &product)]).expect(303);
        let entitlement = acme.entitlement(&product);
        assert_eq!(statuses(&at_once(2, |_| entitlement.end())), [303, 409]);
    }
}

/// Twenty people save different customers at once: all are saved.
#[apply(engines)]
fn many_who_save_at_once_all_save(app: TestApp) {
    let customers: Vec<_> = (0..20).map(|i| app.company(&format!("Company {i}")).create()).collect();
    let answers = at_once(20, |i| {
        let form = app.get(customers[i].at("edit"));
        form.submit(&[("phone", &i.to_string())]).status
    });
    assert_eq!(answers, [303; 20]);
}

/// Names that all belong at one place, so that those beside them are moved again and again, while they are changed themselves.
#[apply(engines)]
fn the_list_stays_in_order_whatever_happens_to_it_at_once(app: TestApp) {
    const HANDS: usize = 8;
    let mut app = app;
    let customers: Vec<_> = (0..HANDS).map(|i| app.company(&format!("Company {i}")).create()).collect();
    at_once(HANDS, |i| {
        for round in 0..ROUNDS {
            let customer = &customers[i];
            let name = format!("Company {:04}", 1_000 - round * HANDS - i);
            match i % 4 {
                0 => _ = customer.edit(&[("name", &name)]).expect(303),
                1 => _ = app.company(&name).create(),
                2 => _ = customer.add_contact("Jana", "Hoffmann", &format!("j{round}@x.example")).expect(303),
                _ => {
                    customer.disable().expect(303);
                    customer.enable().expect(303);
                    app.company(&name).create().delete().expect(303);
                }
            }
        }
    });
    let checked = run(&["check", "--database", &app.database.url]);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    app.process().stop();
    assert_eq!(app.sql().deadlocks(), 0);
}

/// A save that is held open at its end, when all is written, keeps nobody waiting who saves, adds or deletes other customers. SQLite has one
/// writer at a time; there whoever reads goes on.
#[apply(engines)]
fn saves_of_different_customers_wait_for_nothing(app: TestApp) {
    /// The lock that the save waits for.
    const GATE: i64 = 4_711;
    let [held, other] = ["Held Ltd", "Other Ltd"].map(|name| app.company(name).contact("Jana", "Hoffmann", "j@x.example").create());
    let mut outside = app.sql();
    if app.database.engine == Engine::Sqlite {
        outside.run("BEGIN IMMEDIATE").unwrap();
        assert_eq!(app.found("ltd").len(), 2);
        outside.run("ROLLBACK").unwrap();
        return;
    }
    let waits = format!("BEGIN PERFORM pg_advisory_xact_lock({GATE}); RETURN NULL; END");
    outside.run(&format!("CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ {waits} $$")).unwrap();
    let last =
        format!("AFTER INSERT OR UPDATE ON search_dirty DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.customer_id = {})", held.id);
    outside.run(&format!("CREATE CONSTRAINT TRIGGER waits {last} EXECUTE FUNCTION wait()")).unwrap();
    outside.run(&format!("SELECT pg_advisory_lock({GATE})")).unwrap();
    std::thread::scope(|scope| {
        let save = scope.spawn(|| held.edit(&[("name", "Kept Ltd")]));
        let waiting = "SELECT count(*) AS number FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
        eventually("the save waits", || app.sql().number(waiting) == 1);
        other.edit(&[("name", "Otter Ltd")]).expect(303);
        other.add_contact("Tomás", "Nuñez", "t@x.example").expect(303);
        other.entitle(&[]).expect(303);
        other.disable().expect(303);
        app.company("New Ltd").create().delete().expect(303);
        app.individual("Ada", "Bolt").create();
        for (text, found) in [("otter", 1), ("nuñez", 1), ("bolt", 1), ("new ltd", 0), ("held", 1), ("kept", 0)] {
            assert_eq!(app.found(text).len(), found, "{text}");
        }
        assert_eq!(app.sql().number(waiting), 1, "still held");
        outside.run(&format!("SELECT pg_advisory_unlock({GATE})")).unwrap();
        save.join().expect("the save").expect(303);
    });
    assert_eq!((app.found("held").len(), app.found("kept").len()), (0, 1));
}

fn assert_no_orphans(app: &TestApp) {
    let orphans = "SELECT count(*) AS number FROM contacts WHERE customer_id NOT IN (SELECT id FROM customers)";
    assert_eq!(app.sql().number(orphans), 0);
    let orphans = "SELECT count(*) AS number FROM entitlements WHERE customer_id NOT IN (SELECT id FROM customers)";
    assert_eq!(app.sql().number(orphans), 0);
}
