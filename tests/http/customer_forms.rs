//! The customer's form: what it takes, what it refuses and how, and that nothing typed is lost.

use macro_rules_attribute::apply;

use crate::support::builders::created_id;
use crate::support::{TestApp, engines};

const ADDRESSES: [(&str, &str); 10] = [
    ("billing_street", "Lindenallee 14"),
    ("billing_city", "Köln"),
    ("billing_state", "NRW"),
    ("billing_postal_code", "01067"),
    ("billing_country", "DE"),
    ("shipping_street", "Rue de l'Église 3"),
    ("shipping_city", "Zürich"),
    ("shipping_state", "ZH"),
    ("shipping_postal_code", "8001"),
    ("shipping_country", "CH"),
];

const COMMON: [(&str, &str); 7] = [
    ("email", "office@aurora.example"),
    ("language", "de"),
    ("phone", "+49 30 5550 1420"),
    ("fax", "+49 30 5550 1421"),
    ("crm_id", "CRM00004417"),
    ("ref_id", "R-204117"),
    ("description", "Fleet licences, renewal each March."),
];

/// Fields and their greatest lengths, in characters.
const LIMITS: [(&str, usize); 14] = [
    ("phone", 150),
    ("fax", 150),
    ("crm_id", 255),
    ("ref_id", 255),
    ("description", 510),
    ("billing_street", 510),
    ("billing_city", 510),
    ("billing_state", 510),
    ("billing_postal_code", 40),
    ("shipping_street", 510),
    ("shipping_city", 510),
    ("shipping_state", 510),
    ("shipping_postal_code", 40),
    ("name", 255),
];

#[apply(engines)]
fn all_fields_of_a_company_are_kept_and_shown(app: TestApp) {
    let form = chosen(&app, "Company");
    let mut typed = vec![("name", "Aurora Robotics GmbH"), ("number", "A-17"), ("shipping_same", "")];
    typed.extend(COMMON.into_iter().chain(ADDRESSES));
    typed.extend([("contact_first_name", "Jana"), ("contact_last_name", "Hoffmann"), ("contact_email", "jana@aurora.example")]);
    let page = form.submit(&typed).follow().expect(200);

    assert_eq!(page.heading(), "Aurora Robotics GmbH");
    for (name, value) in typed.iter().filter(|(name, _)| !["shipping_same", "language"].contains(name) && !name.ends_with("country")) {
        assert!(page.says(value), "{name} is not shown: {page}");
    }
    page.assert_says("German").assert_says("Germany").assert_says("Switzerland");
    let jana = page.row("Jana Hoffmann");
    assert!(jana.says("default") && !jana.offers("Set as default"), "the first contact is the default: {jana:?}");

    let edit = page.press("Edit").expect(200);
    for (name, value) in typed.iter().filter(|(name, _)| !name.starts_with("contact_") && *name != "number") {
        assert_eq!(edit.field(name), *value, "{name}");
    }
}

#[apply(engines)]
fn all_fields_of_an_individual_are_kept_and_shown(app: TestApp) {
    let form = chosen(&app, "Individual");
    let mut typed = vec![("first_name", "Augusta"), ("middle_name", "Ada"), ("last_name", "Lovelace"), ("shipping_same", "")];
    typed.extend(COMMON.into_iter().chain(ADDRESSES));
    let page = form.submit(&typed).follow().expect(200);
    assert_eq!(page.heading(), "Augusta Ada Lovelace");
    let edit = page.press("Edit").expect(200);
    for (name, value) in &typed {
        assert_eq!(edit.field(name), *value, "{name}");
    }
    assert_eq!(app.get("/customers").rows(), ["Augusta Ada Lovelace"]);
}

#[apply(engines)]
fn an_edit_shows_at_once_in_the_list(app: TestApp) {
    let acme = app.company("Acme").ref_id("R-1").create();
    let told = acme.edit(&[("name", "Zenith"), ("ref_id", "R-2"), ("phone", "0123")]).follow().expect(200);
    assert_eq!(told.heading(), "Zenith");
    assert_eq!(told.rows(), ["Zenith"]);
    assert!(told.row_texts()[0].contains("R-2"), "{told}");
    assert!(app.get("/customers?q=acme").rows().is_empty());
    assert_eq!(app.get("/customers?q=zenith").rows(), ["Zenith"]);
}

#[apply(engines)]
fn the_shipping_address_can_be_the_billing_address(app: TestApp) {
    let form = app.get("/customers/new?type=company");
    assert_eq!(form.field("shipping_same"), "yes", "where most are the same, it starts so");
    let page = form.submit(&[("name", "Acme"), ("billing_city", "Köln"), ("shipping_city", "ignored")]).follow();
    page.assert_says("Same as billing");
    assert!(!page.says("ignored"), "{page}");
    let acme = app.customer(page.row_ids()[0]);
    acme.edit(&[("shipping_same", ""), ("shipping_city", "Bonn")]).follow().assert_says("Bonn");
    let edit = app.get(acme.at("edit"));
    assert_eq!((edit.field("shipping_same"), edit.field("shipping_city")), (String::new(), "Bonn".to_owned()));
    acme.edit(&[("shipping_same", "yes")]).follow().assert_says("Same as billing");
}

#[apply(engines)]
fn only_a_ticked_box_drops_the_shipping_address(app: TestApp) {
    let form = [("type", "company"), ("name", "Acme"), ("billing_city", "Köln"), ("shipping_city", "Bonn")];
    for (value, same) in [("yes", true), ("on", true), ("1", true), ("no", false), ("off", false), ("0", false), ("", false)] {
        let page = app.post("/customers", &[&form[..], &[("shipping_same", value)]].concat()).follow().expect(200);
        assert_eq!((page.says("Same as billing"), page.says("Bonn")), (same, !same), "{value}");
    }
    let refused = app.post("/customers", &[&form[..], &[("shipping_same", "perhaps")]].concat()).expect(422);
    assert_eq!((refused.errors(), refused.field("shipping_city")), (vec!["shipping_same".to_owned()], "Bonn".to_owned()));
}

#[apply(engines)]
fn a_number_is_generated_or_given_and_then_fixed(app: TestApp) {
    let given = app.company("Acme").number("C-000001").create();
    given.page().assert_says("C-000001");
    let generated = app.company("Baltic").create();
    generated.page().assert_says("C-000002");

    let edit = app.get(given.at("edit"));
    let (address, mut fields) = edit.filled(&[]);
    fields.retain(|(name, _)| name != "number" && name != "type");
    fields.extend([("number".to_owned(), "FORGED".to_owned()), ("type".to_owned(), "individual".to_owned())]);
    let forged: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    app.post(address, &forged);
    let page = given.page();
    assert!(page.says("C-000001") && !page.says("FORGED") && page.says("Company"), "{page}");
}

#[apply(engines)]
fn number_and_crm_id_are_unique_without_regard_to_case(app: TestApp) {
    app.company("Baltic Foods").number("Ab-1").crm_id("Crm-É").create();
    let form = app.get("/customers/new?type=company");
    let refused = form.submit(&[("name", "Acme"), ("number", "aB-1"), ("crm_id", "cRM-é")]).expect(422);
    assert_eq!(refused.errors(), ["number", "crm_id"]);
    assert!(refused.error_of("crm_id").unwrap().contains("Baltic Foods"), "{refused}");
    refused.submit(&[("number", "Ab-2"), ("crm_id", "")]).expect(303);

    let acme = app.company("Third").crm_id("C-3").create();
    assert_eq!(acme.edit(&[("crm_id", "CRM-É")]).expect(422).errors(), ["crm_id"]);
    acme.edit(&[("crm_id", "c-3")]).expect(303);
}

#[apply(engines)]
fn what_is_taken_is_told_with_all_else_that_is_wrong(app: TestApp) {
    let baltic = app.company("Baltic Foods").number("B-1").crm_id("Crm-1").create();
    for (kind, missing) in [("company", "name"), ("individual", "last_name")] {
        let form = app.get(format!("/customers/new?type={kind}"));
        let typed = [("number", "b-1"), ("crm_id", "CRM-1"), ("email", "wrong")];
        let refused = form.submit(&typed).expect(422);
        assert_eq!(refused.errors(), [missing, "number", "crm_id", "email"]);
        for field in ["number", "crm_id"] {
            assert_eq!(refused.attributes(&format!("#{field}-error a"), "href"), [baltic.path()], "{field}");
        }
        assert!(refused.error_of("number").unwrap().contains("Number b-1 already belongs to Baltic Foods"), "{refused}");
        assert!(refused.has(".summary a[href='#number']"), "{refused}");
        refused.submit(&[(missing, "Acme"), ("number", ""), ("crm_id", ""), ("email", "")]).expect(303);
    }
    let acme = app.company("Third").create();
    let refused = acme.edit(&[("name", ""), ("crm_id", "crm-1")]).expect(422);
    assert_eq!(refused.errors(), ["name", "crm_id"]);
    assert_eq!(baltic.edit(&[("name", "")]).expect(422).errors(), ["name"], "it is its own");
    assert_eq!(app.sql().count("customers"), 4);
}

#[apply(engines)]
fn a_ref_id_may_repeat_and_the_page_says_so(app: TestApp) {
    let acme = app.company("Acme").ref_id("R-1").create();
    assert!(!acme.page().says("share"));
    app.company("Baltic").ref_id("r-1").create();
    app.company("R-1 Ltd").ref_id("R-11").create();
    let page = acme.page();
    page.assert_says("2 customers share this Ref ID");
    let found = page.controls().into_iter().find(|control| control.name.contains("2 customers")).expect("a link");
    let Some(crate::support::page::Action::Open(address)) = found.action else { panic!("no link") };
    assert_eq!(app.get(address).expect(200).rows(), ["Acme", "Baltic"]);
}

#[apply(engines)]
fn only_the_name_is_required(app: TestApp) {
    let form = app.get("/customers/new?type=company");
    for blank in ["", "   ", "\u{a0}\u{2003}\t", "\u{200b}\u{feff}"] {
        let refused = form.submit(&[("name", blank), ("phone", "0123")]).expect(422);
        assert_eq!(refused.errors(), ["name"], "{blank:?}");
        assert!(refused.has(".summary a[href='#name']"), "a summary leads to the field: {refused}");
        assert_eq!(refused.field("phone"), "0123");
    }
    form.submit(&[("name", "Acme")]).expect(303);

    let form = app.get("/customers/new?type=individual");
    assert_eq!(form.submit(&[("first_name", "Ada"), ("last_name", " ")]).expect(422).errors(), ["last_name"]);
    form.submit(&[("last_name", "Lovelace")]).expect(303);
    assert_eq!(app.sql().count("customers"), 2);
}

#[apply(engines)]
fn nothing_typed_is_lost_by_an_error(app: TestApp) {
    let mut typed = vec![("name", ""), ("number", " A-17 "), ("shipping_same", "")];
    typed.extend(COMMON.into_iter().chain(ADDRESSES));
    typed.extend([
        ("contact_first_name", "Jana <b>"),
        ("contact_middle_name", "\"M\""),
        ("contact_last_name", ""),
        ("contact_email", "not an address"),
        ("contact_language", "fr"),
        ("contact_phone", "1"),
        ("contact_ref_id", "&amp;"),
    ]);
    let refused = app.get("/customers/new?type=company").submit(&typed).expect(422);
    assert_eq!(refused.errors(), ["name", "contact_last_name", "contact_email"]);
    for (name, value) in &typed {
        assert_eq!(refused.field(name), *value, "{name}");
    }
    refused.submit(&[("name", "Acme"), ("contact_last_name", "Hoffmann"), ("contact_email", "j@x.example")]).expect(303);
}

#[apply(engines)]
fn lengths_are_counted_in_characters_as_people_do(app: TestApp) {
    // The best known astral character, a letter that is two when decomposed, and plain ones.
    for letter in ["x", "e\u{301}", "𝄞"] {
        // All fields at once: each has its own error.
        let too_long = LIMITS.map(|(field, limit)| (field, letter.repeat(limit + 1)));
        let typed = too_long.iter().map(|(field, text)| (*field, text.as_str())).chain([("shipping_same", "")]);
        let form = app.get("/customers/new?type=company");
        let refused = form.submit(&typed.collect::<Vec<_>>()).expect(422);
        let (mut wrong, mut all) = (refused.errors(), LIMITS.map(|(field, _)| field));
        wrong.sort_unstable();
        all.sort_unstable();
        assert_eq!(wrong, all);
        for ((field, limit), (_, text)) in LIMITS.iter().zip(&too_long) {
            assert!(refused.error_of(field).unwrap().contains(&limit.to_string()), "says the limit of {field}: {refused}");
            assert_eq!(&refused.field(field), text, "nothing of {field} is cut");
        }
        let padded = LIMITS.map(|(field, limit)| (field, format!("  {} ", letter.repeat(limit))));
        let typed = padded.iter().map(|(field, text)| (*field, text.as_str())).chain([("shipping_same", "")]);
        form.submit(&typed.collect::<Vec<_>>()).expect(303);
    }
}

#[apply(engines)]
fn a_line_break_counts_as_one_character(app: TestApp) {
    let lines = "x\r\n".repeat(255);
    let full = lines.trim_end().to_owned() + "\r\ny";
    assert_eq!(full.replace("\r\n", "\n").chars().count(), 511);
    let form = app.get("/customers/new?type=company");
    assert_eq!(form.submit(&[("name", "Acme"), ("description", &full)]).expect(422).errors(), ["description"]);
    let fits = full.trim_end_matches('y').trim_end().to_owned() + "z";
    let page = form.submit(&[("name", "Acme"), ("description", &fits)]);
    let stored = app.get(app.customer(created_id(&page)).at("edit")).field("description");
    assert_eq!(stored.replace("\r\n", "\n"), fits.replace("\r\n", "\n"));
}

#[apply(engines)]
fn an_address_of_mail_has_to_look_like_one(app: TestApp) {
    let form = app.get("/customers/new?type=company");
    let long = format!("{}@{}.example", "x".repeat(64), "y".repeat(200));
    for wrong in ["x", "x@", "@x.example", "a b@x.example", "a@b@x.example", "a@x..example", "a@-", "Jana <j@x>", &long] {
        let refused = form.submit(&[("name", "Acme"), ("email", wrong)]).expect(422);
        assert_eq!(refused.errors(), ["email"], "{wrong}");
        assert_eq!(refused.field("email"), wrong);
    }
    for right in ["o'brien+tag@sub.x.example", "用户@例え.example", "UPPER@X.EXAMPLE", " padded@x.example "] {
        let form = app.get("/customers/new?type=company");
        form.submit(&[("name", "Acme"), ("email", right)]).follow().assert_says(right.trim());
    }
    // As it is copied out of a mail program; its name is nobody's here.
    let copied = [("email", "Office of Acme <office@acme.example>"), ("contact_email", "Jana Hoffmann <jana@acme.example>")];
    let page = app.get("/customers/new?type=company").submit(&[&[("name", "Acme")][..], &copied].concat()).follow().expect(200);
    assert!(page.says("office@acme.example") && !page.says("Office of Acme"), "{page}");
    assert!(page.row("Jana Hoffmann").says("jana@acme.example"), "{page}");
    let page = app.get("/customers/new?type=individual").submit(&[("email", "Ada Lovelace <ada@x.example>")]).follow().expect(200);
    assert_eq!(page.heading(), "Ada Lovelace");
}

#[apply(engines)]
fn choices_are_of_the_list(app: TestApp) {
    let complete = [("type", "company"), ("name", "Acme"), ("shipping_same", "yes")];
    for (field, value) in [("language", "xx"), ("language", "German"), ("billing_country", "ZZ"), ("billing_country", "Germany")] {
        let refused = app.post("/customers", &[&complete[..], &[(field, value)]].concat()).expect(422);
        assert_eq!(refused.errors(), [field], "{value}");
        // Sent again as it stands, it is no choice of nothing.
        assert_eq!(refused.submit(&[]).expect(422).errors(), [field], "{value}");
    }
    for unknown in ["", "Firm", "company\0"] {
        let answer = app.post("/customers", &[("type", unknown), ("name", "Acme")]).expect(422);
        answer.assert_says("Choose company or individual as the type.").assert_says("Acme");
    }
    assert_eq!(app.sql().count("customers"), 0);
}

#[apply(engines)]
fn the_first_contact_is_whole_or_not_there(app: TestApp) {
    let form = app.get("/customers/new?type=company");
    let only_name = form.submit(&[("name", "Acme"), ("contact_last_name", "Hoffmann")]).expect(422);
    assert_eq!(only_name.errors(), ["contact_email"]);
    let only_mail = form.submit(&[("name", "Acme"), ("contact_email", "j@x.example")]).expect(422);
    assert_eq!(only_mail.errors(), ["contact_last_name"]);
    assert_eq!(app.sql().count("customers"), 0, "no half of it");
    form.submit(&[("name", "Acme")]).expect(303);
    assert_eq!(app.sql().count("contacts"), 0);
}

#[apply(engines)]
fn a_stale_edit_shows_both_versions(app: TestApp) {
    let acme = app.company("Acme").with("phone", "1").create();
    let (mine, yours) = (app.get(acme.at("edit")), app.get(acme.at("edit")));
    yours.submit(&[("phone", "111"), ("fax", "222")]).expect(303);

    let conflict = mine.submit(&[("phone", "999"), ("description", "mine")]).expect(409);
    conflict.assert_says("111");
    assert_eq!(conflict.field("phone"), "999", "what was typed is kept");
    assert_eq!(conflict.field("description"), "mine");
    assert!(!conflict.alert().is_empty(), "{conflict}");
    acme.page().assert_says("111");

    conflict.submit(&[("phone", "999 111")]).expect(303);
    acme.page().assert_says("999 111").assert_says("mine");
}

#[apply(engines)]
fn a_stale_edit_that_changes_nothing_is_a_success(app: TestApp) {
    let acme = app.company("Acme").with("phone", "1").create();
    let (mine, yours) = (app.get(acme.at("edit")), app.get(acme.at("edit")));
    yours.submit(&[("phone", "111")]).expect(303);
    mine.submit(&[("phone", "111")]).expect(303);
    acme.page().assert_says("111");
}

#[apply(engines)]
fn status_and_contacts_do_not_make_an_edit_stale_unseen(app: TestApp) {
    let acme = app.company("Acme").create();
    let form = app.get(acme.at("edit"));
    acme.disable().expect(303);
    let saved = form.submit(&[("phone", "1")]);
    assert!([303, 409].contains(&saved.status), "{saved}");
    acme.page().assert_says("Disabled");
    assert!(acme.page().offers("Enable"));
}

/// The form of a new customer, by way of the question for its type.
fn chosen(app: &TestApp, kind: &str) -> crate::support::page::Page {
    let chooser = app.get("/customers").press("New customer").expect(200);
    let choice = chooser.texts("main a").into_iter().find(|text| text.starts_with(kind)).expect("a choice");
    chooser.press(&choice).expect(200)
}
