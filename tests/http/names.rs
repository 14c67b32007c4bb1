//! People are called by their names in the order in which they say them.

use macro_rules_attribute::apply;

use crate::import::customers;
use crate::support::app::run;
use crate::support::{TestApp, engines};

fn assert_sound(app: &TestApp) {
    let output = run(&["check", "--database", &app.database.url]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[apply(engines)]
fn a_language_decides_which_name_comes_first(app: TestApp) {
    let bela = app.individual("Béla", "Bartók").with("language", "hu").create();
    app.individual("Anna", "Adler").create();
    assert_eq!(app.get("/customers").rows(), ["Anna Adler", "Bartók Béla"]);
    for words in ["béla bartók", "bartok bela", "\"bartók béla\""] {
        assert_eq!(app.get(format!("/customers?{}", crate::support::encode(&[("q", words)]))).rows(), ["Bartók Béla"], "{words}");
    }
    assert_eq!(bela.page().heading(), "Bartók Béla");

    // Its language is edited: so is the order, wherever the name stands.
    bela.edit(&[("language", "de")]).expect(303);
    assert_eq!(app.get("/customers").rows(), ["Anna Adler", "Béla Bartók"]);
    assert_eq!(bela.page().heading(), "Béla Bartók");

    let forge = app.company("Forge").contact("Anna", "Nagy", "anna@forge.example").create();
    forge.contact("Anna Nagy").edit(&[("language", "hu")]).expect(303);
    assert!(forge.page().contacts()[0].says("Nagy Anna"));
    let anna = forge.contact("Nagy Anna").id.to_string();
    forge.entitle(&[("product", "Lumen"), ("contact", &anna)]).expect(303);
    assert!(forge.page().row("Lumen").says("Nagy Anna"));
    app.get("/entitlements?q=anna").assert_says("Nagy Anna");
    app.get(format!("/customers/{}/history", forge.id)).assert_says("Nagy Anna");
    assert_sound(&app);
}

#[apply(engines)]
fn a_file_gives_whole_names_with_their_language(app: TestApp) {
    let file =
        customers("name,e-mail,language,type\nBartók Béla,b@x.example,Hungarian,individual\nJana Hoffmann,j@x.example,de,individual\n");
    file.import(&app.database, &["--key", "email"]).done();
    let names = app.sql().texts("SELECT first_name || '|' || last_name AS text FROM contacts ORDER BY id");
    assert_eq!(names.into_iter().flatten().collect::<Vec<_>>(), ["Béla|Bartók", "Jana|Hoffmann"]);
    assert_eq!(app.get("/customers").rows(), ["Bartók Béla", "Jana Hoffmann"]);
}

/// Earlier versions wrote all names with the first name first.
#[apply(engines)]
fn names_are_put_in_order_at_the_start(app: TestApp) {
    let mut app = app;
    app.individual("Béla", "Bartók").with("language", "hu").create();
    app.individual("陽一", "渡辺").create();
    app.process().stop();
    for harm in [
        "UPDATE customers SET name = 'Béla Bartók', sort_key = ref_sort WHERE name = 'Bartók Béla'",
        "UPDATE customers SET name = '陽一 渡辺', sort_key = ref_sort WHERE name = '渡辺陽一'",
        "UPDATE key_state SET form = 1",
        "UPDATE search_state SET form = 4",
    ] {
        app.sql().run(harm).unwrap();
    }
    app.start_again();
    assert_eq!(app.get("/customers").rows(), ["Bartók Béla", "渡辺陽一"]);
    assert_eq!(app.get("/customers?q=%E6%B8%A1%E8%BE%BA%E9%99%BD%E4%B8%80").rows(), ["渡辺陽一"]);
    assert_sound(&app);
}
