//! The address of an answer to a form, loaded again: by who presses Enter in the address bar, restores a tab, or follows a note of it.

use macro_rules_attribute::apply;

use super::import_page::{Upload, path};
use crate::support::{TestApp, engines};

#[apply(engines)]
fn a_refused_form_is_a_form_again_at_its_own_address(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").entitlements(1).create();
    let ada = app.individual("Ada", "Lovelace").create();
    let jana = acme.contact("Jana");
    for (opened, wrong) in [
        ("/customers/new?type=company".to_owned(), ("name", "")),
        ("/customers/new?type=individual".to_owned(), ("last_name", "")),
        (acme.at("edit"), ("name", "")),
        (ada.at("edit"), ("last_name", "")),
        (acme.at("contacts/new"), ("last_name", "")),
        (jana.at("edit"), ("last_name", "")),
        (acme.at("entitlements/new"), ("product", "")),
    ] {
        // The list's search and filters stay, too.
        let separator = if opened.contains('?') { '&' } else { '?' };
        let opened = format!("{opened}{separator}q=acme");
        let form = app.get(&opened).expect(200);
        let refused = form.submit(&[wrong]).expect(422);
        assert!(refused.errors().contains(&wrong.0.to_owned()), "{opened}: {refused}");
        let (address, _) = form.filled(&[]);
        let again = app.get(&address).expect(200);
        assert_eq!(again.filled(&[]).0, address, "{opened}");
        assert!(again.has("form[data-saves]") && again.errors().is_empty(), "{again}");
        assert!(address.contains("q=acme"), "{address}");
        assert_eq!(again.find_field("type"), form.find_field("type"), "{opened}");
    }
    // The shorter addresses take the same forms, and are read as these.
    for (short, field) in
        [(acme.at("contacts"), "email"), (acme.at("entitlements"), "product"), (format!("/contacts/{}", jana.id), "email")]
    {
        app.post(&short, &[(field, "")]).expect(422);
        app.get(&short).expect(200).field(field);
    }
    assert_eq!(["customers", "contacts", "entitlements"].map(|table| app.sql().count(table)), [2, 2, 1]);
}

#[apply(engines)]
fn a_list_of_companies_stays_one_while_a_new_customer_is_refused(app: TestApp) {
    app.company("Acme").create();
    app.individual("Ada", "Lovelace").create();
    let chooser = app.get("/customers?type=company").press("New customer").expect(200);
    let form = app.get(&chooser.attributes("a.choice", "href")[1]);
    let refused = form.submit(&[("first_name", "Rae")]).expect(422);
    assert_eq!(refused.rows(), ["Acme"]);
    let created = refused.submit(&[("last_name", "King")]).follow().expect(200);
    assert_eq!((created.heading(), created.rows()), ("Rae King".to_owned(), vec!["Acme".to_owned()]));
}

#[apply(engines)]
fn a_question_is_asked_again(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").create();
    acme.entitle(&[("product", "Planned"), ("starts_on", "2999-01-01")]).expect(303);
    let jana = acme.contact("Jana");
    // The company is held by its entitlement: the refusal stands at the address of the question, and there it stands again.
    for address in [acme.at("delete"), acme.entitlement("Planned").at("end")] {
        assert_eq!(app.post(&address, &[]).expect(409).alert(), app.get(&address).expect(409).alert(), "{address}");
    }
    app.get(jana.at("delete")).expect(200).assert_says("Delete Jana Hoffmann?");
    let refused = Upload::new().send(&app).expect(422);
    refused.assert_says("Choose at least one file");
    assert!(app.get("/customers/import").expect(200).has("input[type=file]"));
}

#[apply(engines)]
fn what_only_a_button_does_leads_to_the_record_with_words(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "j@x.example").create();
    let jana = acme.contact("Jana");
    for address in [acme.at("enable"), jana.at("enable"), jana.at("default")] {
        let page = app.get(format!("{address}?q=acme")).expect(405);
        assert_eq!((page.heading(), page.current()), ("Acme".to_owned(), Some(acme.id)), "{address}");
        assert_eq!(page.alert(), "Nothing was changed. To do this, use the button on this page.");
        assert_eq!(page.header("Allow"), Some("POST, OPTIONS"), "{address}");
        assert!(page.offers("Disable"), "{page}");
        app.send("HEAD", &address, &[], &[]).expect(405);
        assert_eq!(app.send("PUT", &address, &[], &[]).expect(405).header("Allow"), Some("POST, OPTIONS"), "{address}");
    }
    // To disable can be asked for with a reason: what was refused by a press is then a question.
    for (address, question) in [(acme.at("disable"), "Disable Acme?"), (jana.at("disable"), "Disable Jana Hoffmann?")] {
        assert_eq!(app.get(format!("{address}?q=acme")).expect(200).heading(), question);
    }
    app.get("/customers/99/enable").expect(404);
    app.get("/contacts/99/default").expect(404);
    app.get("/sample").expect(405).assert_says("use the button");

    let import = Upload::new().with("customers", "number,name\nC-7,Acme\n").checked(&app);
    let own = path(&import);
    for task in ["start", "resume", "discard"] {
        app.get(format!("{own}/{task}")).expect(200).assert_says("Nothing has been imported yet");
    }
}

/// Which rows to take was chosen already; files no page may choose.
#[apply(engines)]
fn a_refused_upload_keeps_which_rows_were_chosen(app: TestApp) {
    for mode in ["both", "create", "update"] {
        assert_eq!(Upload::new().mode(mode).send(&app).expect(422).field("mode"), mode);
    }
}
