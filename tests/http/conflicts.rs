//! Two people edit one record: different fields both go through, the same field is compared, and nothing typed is lost.

use macro_rules_attribute::apply;

use crate::support::app::run;
use crate::support::{Page, TestApp, engines};

/// The comparison, a row a field: `Phone | yours | saved now | before`, a star at what is chosen.
pub(crate) fn compared(page: &Page) -> Vec<String> {
    let document = page.document();
    let css = crate::support::page::css;
    let words = crate::support::page::words_of;
    let cell = |cell: scraper::ElementRef| {
        let text = cell.select(&css("bdi")).next().map(words).unwrap_or_default();
        if cell.select(&css("input[checked]")).next().is_some() { format!("*{text}") } else { text }
    };
    let row = |row: scraper::ElementRef| {
        let label = row.select(&css("th a")).next().map(words).unwrap_or_default();
        std::iter::once(label).chain(row.select(&css("td")).map(cell)).collect::<Vec<_>>().join(" | ")
    };
    document.select(&css(".conflicts tbody tr")).map(row).collect()
}

#[apply(engines)]
fn different_fields_both_go_through(app: TestApp) {
    let acme = app.company("Acme").with("phone", "1").contact("Jana", "Hoffmann", "jana@acme.example").create();
    let (mine, yours) = (app.get(acme.at("edit")), app.get(acme.at("edit")));
    yours.submit(&[("phone", "111"), ("billing_city", "York")]).expect(303);
    mine.submit(&[("fax", "222"), ("description", "mine"), ("shipping_same", ""), ("shipping_city", "Bonn")]).expect(303);
    let edit = app.get(acme.at("edit"));
    let values = ["phone", "billing_city", "fax", "description", "shipping_same", "shipping_city"].map(|field| edit.field(field));
    assert_eq!(values, ["111", "York", "222", "mine", "", "Bonn"]);

    let jana = acme.contact("Jana");
    let forms: [Page; 3] = std::array::from_fn(|_| app.get(jana.at("edit")));
    forms[0].submit(&[("phone", "1")]).expect(303);
    forms[1].submit(&[("email", "jh@acme.example")]).expect(303);
    forms[2].submit(&[("last_name", "Nuñez"), ("phone", "1")]).expect(303);
    let edit = app.get(jana.at("edit"));
    assert_eq!(["phone", "email", "last_name"].map(|field| edit.field(field)), ["1", "jh@acme.example", "Nuñez"]);

    // Each edit is told as what it changed, and no more.
    let changes = app
        .sql()
        .texts("SELECT changes AS text FROM events WHERE task = 'edit' ORDER BY id DESC")
        .into_iter()
        .flatten()
        .collect::<Vec<_>>();
    assert!(changes[0].contains("last_name") && !changes[0].contains("email") && !changes[0].contains("phone"), "{changes:?}");
}

#[apply(engines)]
fn the_same_field_is_compared_and_chosen(app: TestApp) {
    let acme = app.company("Acme").with("phone", "1").with("language", "de").create();
    let (mine, yours) = (app.get(acme.at("edit")), app.get(acme.at("edit")));
    yours.submit(&[("phone", "111"), ("language", "fr"), ("fax", "theirs"), ("email", "a@acme.example")]).expect(303);
    let conflict = mine.submit(&[("phone", "999"), ("language", ""), ("description", "mine")]).expect(409);
    assert_eq!(compared(&conflict), ["Language | * | French | German", "Phone | *999 | 111 | 1"]);
    conflict.assert_says("Somebody else saved this record");
    assert_eq!(conflict.texts(".conflicts header span"), ["somebody on this computer, just now"]);
    assert_eq!(["phone", "language", "description"].map(|field| conflict.field(field)), ["999", "", "mine"], "nothing typed is lost");
    assert_eq!(["fax", "email"].map(|field| conflict.field(field)), ["theirs", "a@acme.example"], "and nothing of the other");
    acme.page().assert_says("111");

    conflict.submit(&[("keep_phone", "stored")]).expect(303);
    let edit = app.get(acme.at("edit"));
    let values = ["phone", "language", "description", "fax"].map(|field| edit.field(field));
    assert_eq!(values, ["111", "", "mine", "theirs"]);
}

/// What is typed into the field after all counts, whatever is chosen beside it.
#[apply(engines)]
fn a_third_value_can_be_typed(app: TestApp) {
    let acme = app.company("Acme").with("description", "one\ntwo").create();
    for choice in ["mine", "stored"] {
        let (mine, yours) = (app.get(acme.at("edit")), app.get(acme.at("edit")));
        yours.submit(&[("description", &format!("theirs\nof {choice}"))]).expect(303);
        let conflict = mine.submit(&[("description", "mine\r\nof two lines")]).expect(409);
        conflict.submit(&[("description", &format!("both\n{choice}")), ("keep_description", choice)]).expect(303);
        assert_eq!(app.get(acme.at("edit")).field("description").replace("\r\n", "\n"), format!("both\n{choice}"));
    }
}

/// Whoever keeps what is his own is asked again only when somebody was quicker once more, and then about that.
#[apply(engines)]
fn a_comparison_never_comes_back_for_nothing(app: TestApp) {
    let acme = app.company("Acme").with("phone", "1").create();
    for round in 0..3 {
        let form = app.get(acme.at("edit"));
        acme.edit(&[("phone", &format!("1{round}"))]).expect(303);
        let conflict = form.submit(&[("phone", &format!("9{round}"))]).expect(409);
        // Somebody else saves something else in between: nothing is asked.
        acme.edit(&[("fax", &format!("f{round}"))]).expect(303);
        conflict.submit(&[]).expect(303);
        let edit = app.get(acme.at("edit"));
        assert_eq!((edit.field("phone"), edit.field("fax")), (format!("9{round}"), format!("f{round}")));
    }
    let form = app.get(acme.at("edit"));
    acme.edit(&[("phone", "5")]).expect(303);
    let mut conflict = form.submit(&[("phone", "6")]).expect(409);
    for phone in ["7", "8"] {
        acme.edit(&[("phone", phone)]).expect(303);
        conflict = conflict.submit(&[]).expect(409);
        assert!(compared(&conflict)[0].starts_with(&format!("Phone | *6 | {phone} | ")), "{:?}", compared(&conflict));
    }
    conflict.submit(&[]).expect(303);
    assert_eq!(app.get(acme.at("edit")).field("phone"), "6");

    // Theirs is chosen, and is another by then: the choice was to change nothing.
    let form = app.get(acme.at("edit"));
    acme.edit(&[("phone", "10")]).expect(303);
    let conflict = form.submit(&[("phone", "11"), ("fax", "own")]).expect(409);
    acme.edit(&[("phone", "12")]).expect(303);
    conflict.submit(&[("keep_phone", "stored")]).expect(303);
    let edit = app.get(acme.at("edit"));
    assert_eq!((edit.field("phone"), edit.field("fax")), ("12".to_owned(), "own".to_owned()));
}

/// W2.
#[apply(engines)]
fn there_is_no_conflict_with_oneself(app: TestApp) {
    let acme = app.company("Acme").with("phone", "1").contact("Jana", "Hoffmann", "jana@acme.example").create();
    let jana = acme.contact("Jana");
    // The same form again and again, as after Back: what it saved before is its own.
    for path in [acme.at("edit"), jana.at("edit")] {
        let form = app.get(&path);
        for phone in ["2", "3", "3", "", "5"] {
            form.submit(&[("phone", phone)]).expect(303);
            assert_eq!(app.get(&path).field("phone"), phone);
        }
    }
    // What belongs to the customer, and its status, are no edit of it.
    let form = app.get(acme.at("edit"));
    acme.add_contact("Rae", "Brown", "rae@acme.example").expect(303);
    acme.contact("Rae").set_as_default().expect(303);
    acme.contact("Rae").edit(&[("phone", "77")]).expect(303);
    acme.entitle(&[]).expect(303);
    acme.disable().expect(303);
    acme.enable().expect(303);
    form.submit(&[("phone", "6")]).expect(303);
    // One after the other, within the same moment.
    let path = acme.at("edit");
    for phone in 0..20 {
        app.get(&path).submit(&[("phone", &phone.to_string())]).expect(303);
    }
    let form = app.get(jana.at("edit"));
    jana.disable().expect(303);
    jana.enable().expect(303);
    form.submit(&[("phone", "7")]).expect(303);
    assert_eq!(app.get(jana.at("edit")).field("phone"), "7");
}

/// What others saved between one's own two saves is neither lost nor taken for one's own.
#[apply(engines)]
fn others_between_two_saves_of_one_form_are_seen(app: TestApp) {
    let acme = app.company("Acme").with("phone", "1").create();
    let form = app.get(acme.at("edit"));
    acme.edit(&[("fax", "theirs")]).expect(303);
    form.submit(&[("phone", "2")]).expect(303);
    acme.edit(&[("email", "a@acme.example")]).expect(303);
    form.submit(&[("phone", "3")]).expect(303);
    let edit = app.get(acme.at("edit"));
    assert_eq!(["phone", "fax", "email"].map(|field| edit.field(field)), ["3", "theirs", "a@acme.example"]);
    acme.edit(&[("phone", "4")]).expect(303);
    let conflict = form.submit(&[("phone", "5")]).expect(409);
    assert_eq!(compared(&conflict), ["Phone | *5 | 4 | 3"]);
}

#[apply(engines)]
fn an_address_is_compared_as_one(app: TestApp) {
    let acme =
        app.company("Acme").with("billing_street", "Lindenallee 14").with("billing_postal_code", "10115").with("billing_city", "Berlin");
    let acme = acme.create();
    let (mine, yours) = (app.get(acme.at("edit")), app.get(acme.at("edit")));
    yours.submit(&[("billing_street", "Neue Allee 1"), ("billing_city", "Potsdam")]).expect(303);
    let conflict = mine.submit(&[("billing_postal_code", "14467"), ("phone", "1")]).expect(409);
    let rows = [
        "Billing address: Street | Lindenallee 14 | *Neue Allee 1 | Lindenallee 14",
        "Billing address: Postal code | *14467 | 10115 | 10115",
        "Billing address: City | Berlin | *Potsdam | Berlin",
    ];
    assert_eq!(compared(&conflict), rows, "what one side alone has changed is proposed");
    conflict.submit(&[]).expect(303);
    let edit = app.get(acme.at("edit"));
    let values = ["billing_street", "billing_postal_code", "billing_city", "phone"].map(|field| edit.field(field));
    assert_eq!(values, ["Neue Allee 1", "14467", "Potsdam", "1"]);
}

#[apply(engines)]
fn same_as_billing_is_chosen_with_the_whole_address(app: TestApp) {
    let acme = app.company("Acme").with("billing_city", "Berlin").with("shipping_city", "Hamburg").create();
    let path = acme.at("edit");
    for (choice, same, city) in [("mine", "", "Kiel"), ("stored", "yes", "")] {
        app.get(&path).submit(&[("shipping_same", ""), ("shipping_street", "Hafen 1"), ("shipping_city", "Hamburg")]).expect(303);
        let (mine, yours) = (app.get(&path), app.get(&path));
        yours.submit(&[("shipping_same", "yes"), ("billing_street", "Allee")]).expect(303);
        let conflict = mine.submit(&[("shipping_city", "Kiel")]).expect(409);
        assert_eq!(compared(&conflict), ["Shipping address | *Hafen 1 Kiel | Same as billing | Hafen 1 Hamburg"]);
        conflict.submit(&[("keep_shipping_same", choice)]).expect(303);
        let edit = app.get(&path);
        assert_eq!(["shipping_same", "shipping_city", "billing_street"].map(|field| edit.field(field)), [same, city, "Allee"]);
        acme.edit(&[("billing_street", "")]).expect(303);
    }
    // The other way round: one writes an address of its own, the other one moves the billing address that it was.
    let (mine, yours) = (app.get(&path), app.get(&path));
    yours.submit(&[("billing_city", "Potsdam")]).expect(303);
    mine.submit(&[("shipping_same", ""), ("shipping_city", "Bonn")]).expect(303);
    let edit = app.get(&path);
    assert_eq!(["billing_city", "shipping_same", "shipping_city"].map(|field| edit.field(field)), ["Potsdam", "", "Bonn"]);
}

#[apply(engines)]
fn a_persons_name_is_compared_as_one(app: TestApp) {
    let ada = app.individual("Ada", "Byron").with("email", "ada@x.example").create();
    let (mine, yours) = (app.get(ada.at("edit")), app.get(ada.at("edit")));
    yours.submit(&[("last_name", "Lovelace")]).expect(303);
    let conflict = mine.submit(&[("first_name", "Augusta"), ("email", "augusta@x.example")]).expect(409);
    assert_eq!(compared(&conflict), ["First name | *Augusta | Ada | Ada", "Last name | Byron | *Lovelace | Byron"]);
    conflict.submit(&[]).expect(303);
    let edit = app.get(ada.at("edit"));
    assert_eq!(["first_name", "last_name", "email"].map(|field| edit.field(field)), ["Augusta", "Lovelace", "augusta@x.example"]);
}

#[apply(engines)]
fn errors_come_first_and_nothing_is_lost_by_both(app: TestApp) {
    app.company("Baltic").crm_id("B-1").create();
    let acme = app.company("Acme").with("phone", "1").create();
    let form = app.get(acme.at("edit"));
    acme.edit(&[("phone", "111"), ("fax", "222")]).expect(303);
    let wrong = form.submit(&[("email", "wrong"), ("phone", "999")]).expect(422);
    let conflict = wrong.submit(&[("email", "a@acme.example"), ("crm_id", "b-1")]).expect(409);
    assert_eq!(compared(&conflict), ["Phone | *999 | 111 | 1"]);
    // An identifier that is taken, beside a choice: the choice is kept.
    let taken = conflict.submit(&[("keep_phone", "stored")]).expect(422);
    assert_eq!((taken.errors(), taken.field("phone")), (vec!["crm_id".to_owned()], "111".to_owned()));
    taken.submit(&[("crm_id", "A-1")]).expect(303);
    let edit = app.get(acme.at("edit"));
    assert_eq!(["phone", "fax", "email", "crm_id"].map(|field| edit.field(field)), ["111", "222", "a@acme.example", "A-1"]);
    // Merged, an identifier is looked for as ever.
    let form = app.get(acme.at("edit"));
    acme.edit(&[("fax", "3")]).expect(303);
    assert_eq!(form.submit(&[("crm_id", "b-1")]).expect(422).errors(), ["crm_id"]);
}

/// Where nobody knows what a form was opened with, everything that differs is asked about, and nothing is overwritten in silence.
#[apply(engines)]
fn a_version_that_nobody_knows_overwrites_nothing(app: TestApp) {
    let acme = app.company("Acme").with("phone", "1").with("fax", "2").create();
    let form = app.get(acme.at("edit"));
    acme.edit(&[("phone", "111")]).expect(303);
    let (address, fields) = form.filled(&[("fax", "222")]);
    for version in ["", "0", "-1", "99", "2147483648", "x", "-2147483648"] {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), if name == "version" { version } else { value })).collect();
        let conflict = app.post(&address, &fields).expect(409);
        assert_eq!(compared(&conflict), ["Phone | *1 | 111", "Fax | *222 | 2"], "{version:?}");
    }
    app.sql().run("DELETE FROM events").expect("no history");
    let conflict = form.submit(&[("fax", "222")]).expect(409);
    conflict.submit(&[("keep_phone", "stored")]).expect(303);
    let edit = app.get(acme.at("edit"));
    assert_eq!((edit.field("phone"), edit.field("fax")), ("111".to_owned(), "222".to_owned()));
}

/// Who saved what is told: once where it was one, else beside each field.
#[apply(engines)]
fn who_saved_it_is_told(app: TestApp) {
    let acme = app.company("Acme").with("phone", "1").with("fax", "2").create();
    let (ruth, rae) = (app.user("ruth@x.example", "editor"), app.user("rae@x.example", "editor"));
    let forms: [Page; 3] = std::array::from_fn(|_| rae.get(acme.at("edit")));
    ruth.get(acme.at("edit")).submit(&[("phone", "11")]).expect(303);
    let conflict = forms[0].submit(&[("phone", "111"), ("fax", "22")]).expect(409);
    assert_eq!(conflict.texts(".conflicts header span"), ["ruth@x.example, just now"]);
    assert_eq!(compared(&conflict), ["Phone | *111 | 11 | 1"]);
    conflict.submit(&[("keep_phone", "stored")]).expect(303);
    let conflict = forms[1].submit(&[("phone", "1111"), ("fax", "222")]).expect(409);
    assert!(!conflict.has(".conflicts header span"), "{conflict}");
    assert_eq!(conflict.texts(".conflicts .second"), ["ruth@x.example, just now", "rae@x.example, just now"]);
    conflict.submit(&[]).expect(303);
    // Who has it open is told by name.
    let line = |name: &str| forms[2].attributes("[data-opening]", name).concat();
    let said = [("opening", line("data-opening")), ("record", line("data-record")), ("id", line("data-id"))];
    let said: Vec<_> = said.iter().map(|(name, value)| (*name, value.as_str())).collect();
    rae.post("/editing", &said).expect(200);
    let other = ruth.get(acme.at("edit"));
    assert!(other.text().contains("<bdi>rae@x.example</bdi> has been editing this since"), "{other}");
    acme.page().expect(303);
    app.post("/editing", &said).expect(204);
}

#[apply(engines)]
fn an_import_meanwhile_is_an_edit_like_any_other(app: TestApp) {
    let acme = app.company("Acme").number("A-1").with("phone", "1").with("fax", "2").create();
    let forms: [Page; 2] = std::array::from_fn(|_| app.get(acme.at("edit")));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("customers.csv");
    std::fs::write(&file, "number,type,name,phone\nA-1,company,Acme,imported\n").expect("a file");
    let imported = run(&["import", "--yes", "--database", &app.database.url, "--customers", file.to_str().expect("a path")]);
    assert!(imported.status.success(), "{imported:?}");
    forms[0].submit(&[("fax", "typed")]).expect(303);
    let conflict = forms[1].submit(&[("phone", "typed")]).expect(409);
    assert_eq!(compared(&conflict), ["Phone | *typed | imported | 1"]);
    conflict.assert_says("the command line, just now");
    let edit = app.get(acme.at("edit"));
    assert_eq!((edit.field("phone"), edit.field("fax")), ("imported".to_owned(), "typed".to_owned()));
}

/// Who deleted it, and when, is said beside what was typed.
#[apply(engines)]
fn a_record_that_was_deleted_meanwhile_says_by_whom(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").contact("Rae", "Brown", "rae@acme.example").create();
    let (jana, rae) = (app.get(acme.contact("Jana").at("edit")), app.get(acme.contact("Rae").at("edit")));
    let (form, new) = (app.get(acme.at("edit")), app.get(acme.at("contacts/new")));
    acme.contact("Jana").delete().expect(303);
    let gone = jana.submit(&[("phone", "typed in vain")]).expect(404);
    gone.assert_says("This contact no longer exists").assert_says("Jana Hoffmann was deleted just now by somebody on this computer");
    gone.assert_says("typed in vain");
    assert!(!gone.says("opening") && !gone.texts("dt").iter().any(|label| label == "Customer"), "{gone}");
    acme.delete().expect(303);
    form.submit(&[("phone", "typed")]).expect(404).assert_says("Acme was deleted just now by somebody on this computer");
    new.submit(&[("last_name", "X"), ("email", "x@x.example")]).expect(404).assert_says("Acme was deleted just now");
    let gone = rae.submit(&[("phone", "typed in vain")]).expect(404);
    gone.assert_says("Acme was deleted just now by somebody on this computer, and this contact with it").assert_says("typed in vain");
    jana.submit(&[("phone", "again")]).expect(404).assert_says("Jana Hoffmann was deleted");
}
