//! The templates, and the page that says which columns are understood.

use macro_rules_attribute::apply;

use super::Files;
use crate::support::sheets::sheets;
use crate::support::{TestApp, engines};

#[apply(engines)]
fn the_templates_can_be_imported_as_they_are(app: TestApp) {
    let start = app.get("/customers/import").expect(200);
    let mut files = Files::new();
    for subject in ["customers", "contacts", "entitlements"] {
        let csv = app.get(format!("/customers/import/template.csv?of={subject}")).expect(200);
        assert!(start.has(&format!("a[href='/customers/import/template.xlsx?of={subject}']")));
        let workbook = app.get(format!("/customers/import/template.xlsx?of={subject}")).expect(200);
        let text = csv.text();
        let header = text.trim_start_matches('\u{feff}').lines().next().unwrap();
        assert_eq!(sheets(&workbook.bytes)[0].header().join(","), header);
        assert_eq!(sheets(&workbook.bytes)[0].rows.len(), 2);
        files = files.with(subject, csv.bytes);
    }
    let done = files.import(&app.database, &[]).done();
    done.counted("customers", [1, 0, 0, 0, 0]).counted("contacts", [1, 0, 0, 0, 0]).counted("entitlements", [1, 0, 0, 0, 0]);
    app.get("/customers?q=example").expect(200).assert_says("Example Ltd");
}

#[apply(engines)]
fn help_names_the_columns(app: TestApp) {
    let help = app.get("/customers/import?q=acme").press("Which columns can I use?").expect(200);
    assert_eq!(help.heading(), "Columns you can import");
    assert!(help.texts("th code").iter().any(|column| column == "billing_postal_code"));
    assert_eq!(help.press("Back to Import").expect(200).heading(), "Import");
}
