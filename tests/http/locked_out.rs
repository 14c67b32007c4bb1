//! What *Disable* says of those whom it locks out: only of who could sign in, and who keeps another customer is told apart.

use macro_rules_attribute::apply;

use crate::support::{Page, TestApp, engines};

fn title(page: &Page) -> String {
    page.attributes("#toggle", "title").concat()
}

fn toast(page: &Page) -> String {
    page.follow().texts(".toast p").concat()
}

#[apply(engines)]
fn a_customer_says_how_many_can_no_longer_sign_in(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@x.example").contact("Rae", "O’Brien", "rae@x.example").create();
    acme.add_contact("Kai", "Adler", "kai@x.example").expect(303);
    assert_eq!(title(&acme.page()), "Disable (key d)", "nobody can sign in yet");
    app.get(acme.at("disable")).expect(200).assert_says("Nobody can sign in for it until it is enabled again.");
    assert_eq!(toast(&acme.disable()), "Disabled Acme.");
    assert_eq!(toast(&acme.enable()), "Enabled Acme.");

    for name in ["Jana", "Rae"] {
        app.let_in(&acme.contact(name));
    }
    app.post(acme.contact("Kai").at("link"), &[]).expect(200);
    assert_eq!(title(&acme.page()), "Disable (key d). Disabling it keeps 2 people from signing in.");
    assert_eq!(title(&app.get(acme.at("history"))), title(&acme.page()));
    app.get(acme.at("disable")).expect(200).assert_says("2 people can no longer sign in.");

    // Whoever keeps another customer can still sign in.
    let bolt = app.company("Bolt").contact("J.", "Hoffmann", "JANA@x.example").create();
    let both = "Disable (key d). Disabling it keeps 1 person from signing in, and 1 more from signing in for it.";
    assert_eq!(title(&acme.page()), both);
    assert_eq!(title(&bolt.page()), "Disable (key d). Disabling it keeps 1 person from signing in for it.");
    let disabled = acme.disable().follow();
    assert_eq!(disabled.texts(".toast p").concat(), "Disabled Acme. 1 person can no longer sign in, and 1 only for other customers.");
    assert_eq!(toast(&disabled.undo()), "Undone: Acme is enabled again. 1 person can sign in again, and 1 for this customer too.");
    bolt.disable().expect(303);
    assert_eq!(title(&acme.page()), "Disable (key d). Disabling it keeps 2 people from signing in.");
    assert_eq!(toast(&bolt.enable()), "Enabled Bolt. 1 person can sign in for it again.");

    acme.contact("Rae").disable().expect(303);
    assert_eq!(toast(&acme.disable()), "Disabled Acme. 1 person can no longer sign in for it, only for other customers.");
    assert_eq!(toast(&acme.enable()), "Enabled Acme. 1 person can sign in for it again.");
}

#[apply(engines)]
fn a_contact_says_so_only_where_it_could_sign_in(app: TestApp) {
    let acme = app.company("Acme").contact("Jana", "Hoffmann", "jana@x.example").contact("Kai", "Adler", "kai@x.example").create();
    let (jana, kai) = (acme.contact("Jana"), acme.contact("Kai"));
    app.get(kai.at("disable")).expect(200).assert_says("A disabled contact cannot sign in, and is not invited.");
    assert_eq!(toast(&kai.disable()), "Disabled Kai Adler.");
    app.let_in(&jana);
    app.get(jana.at("disable")).expect(200).assert_says("This person can no longer sign in.");
    assert_eq!(toast(&jana.disable()), "Disabled Jana Hoffmann, who can no longer sign in.");
    jana.enable().expect(303);
    let bolt = app.company("Bolt").contact("J.", "Hoffmann", "JANA@x.example").create();
    app.get(jana.at("disable")).expect(200).assert_says("This person can then sign in for other customers only.");
    assert_eq!(toast(&jana.disable()), "Disabled Jana Hoffmann, who can now sign in for other customers only.");
    assert_eq!(toast(&bolt.contact("Hoffmann").disable()), "Disabled J. Hoffmann, who can no longer sign in.");
    jana.enable().expect(303);
    acme.disable().expect(303);
    assert_eq!(toast(&jana.disable()), "Disabled Jana Hoffmann.", "nobody signs in for a disabled customer anyway");
}

#[apply(engines)]
fn an_individual_is_counted_as_itself(app: TestApp) {
    let dora = app.individual("Dora", "Robotnik").with("email", "dora@x.example").create();
    assert_eq!(title(&dora.page()), "Disable (key d)");
    let path = dora.page().press("Invite to the portal").expect(200).texts("#link").concat();
    let path = path.split_once(&app.host).expect("a link").1.to_owned();
    app.get(path).expect(200).submit(&[("password", "a much better phrase"), ("again", "a much better phrase")]).expect(200);
    assert_eq!(title(&dora.page()), "Disable (key d). Disabling it keeps 1 person from signing in.");
    assert_eq!(toast(&dora.disable()), "Disabled Dora Robotnik. 1 person can no longer sign in.");
}
