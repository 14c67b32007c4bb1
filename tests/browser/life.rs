//! From *New customer* to *Delete*: everything that can be done with a customer, by mouse, with scripts and without.

use macro_rules_attribute::apply;

use crate::browser::{Browser, with_and_without_scripts};
use crate::support::builders::{FAR_OFF, LONG_AGO};

#[apply(with_and_without_scripts)]
async fn the_life_of_a_company(browser: Browser) {
    browser.sees("Welcome to Clientele").await;
    create_the_company(browser).await;
    edit_it(browser).await;
    its_contacts(browser).await;
    its_entitlements(browser).await;
    disable_and_enable_it(browser, "Aurora Robotics").await;

    // What holds it is gone, so it can be deleted, and the question names what goes along.
    browser.click_in("Forge Pro", "Delete").await;
    browser.sees("Delete the entitlement to Forge Pro?").await;
    browser.click("Delete entitlement").await;
    browser.sees("Deleted the entitlement to Forge Pro.").await;
    browser.click("Delete").await;
    browser.sees("Delete Aurora Robotics?").await;
    browser.sees("along with 1 contact: Jana Hoffmann").await;
    browser.click("Cancel").await;
    browser.sees_heading("Aurora Robotics").await;
    browser.sees_no("Delete Aurora Robotics?").await;
    browser.click("Delete").await;
    browser.click("Delete customer and 1 contact").await;
    browser.sees("Deleted Aurora Robotics.").await;
    browser.sees_no("A-204117").await;
    let path = browser.path().await;
    assert_eq!(path.split('?').next(), Some("/customers"));
    assert!(!browser.scripts || !path.contains("flash="), "the message's token does not stay: {path}");
    assert_eq!((browser.app.sql().count("customers"), browser.app.sql().count("contacts")), (0, 0));
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

async fn create_the_company(browser: &Browser) {
    browser.click("New customer").await;
    browser.sees_heading("New customer").await;
    browser.click_choice("Company").await;
    browser.sees_heading("New company").await;
    browser.fill("number", "A-204117").await;
    browser.fill("contact_first_name", "Jana").await;
    browser.fill("contact_last_name", "Hoffmann").await;
    browser.click("Create customer").await;
    browser.sees("2 fields need another look").await;
    browser.sees("Name is missing.").await;
    assert_eq!(browser.value("number").await, "A-204117", "nothing typed is lost");
    assert_eq!(browser.value("contact_last_name").await, "Hoffmann");
    browser.fill("name", "Aurora").await;
    browser.fill("contact_email", "jana@aurora.example").await;
    browser.click("Create customer").await;
    browser.sees("Created Aurora with the number A-204117.").await;
    browser.sees_heading("Aurora").await;
    assert_eq!(browser.rows().await, ["Aurora"]);
    assert_eq!(browser.current().await.as_deref(), Some("Aurora"));
    assert!(browser.pane_row("Jana Hoffmann").await.contains("Default"), "the first contact is the default");
}

async fn edit_it(browser: &Browser) {
    browser.click("Edit").await;
    browser.sees_heading("Edit Aurora").await;
    browser.fill("name", "Aurora Robotics").await;
    browser.fill("ref_id", "R-77").await;
    browser.fill("email", "aurora").await;
    browser.fill("language", "de").await;
    browser.fill("description", "Fleet licences,\nrenewal each March.").await;
    browser.click("Save").await;
    browser.sees("Enter an e-mail address like name@company.example.").await;
    assert_eq!(browser.value("description").await, "Fleet licences,\nrenewal each March.");
    browser.click("Enter an e-mail address like name@company.example.").await;
    assert_eq!(browser.focused_field().await, "email", "the summary leads to the field");
    browser.fill("email", "office@aurora.example").await;
    browser.click("Save").await;
    browser.sees("Saved Aurora Robotics.").await;
    browser.sees("renewal each March.").await;
    assert_eq!(browser.rows().await, ["Aurora Robotics"], "the list shows it, too");
    browser.click("Edit").await;
    browser.fill("name", "Something else").await;
    browser.click("Cancel").await;
    browser.sees_heading("Aurora Robotics").await;
}

async fn its_contacts(browser: &Browser) {
    browser.click("New contact").await;
    browser.fill("first_name", "Tomás").await;
    browser.fill("last_name", "Nuñez").await;
    browser.click("Create contact").await;
    browser.sees("E-mail is missing.").await;
    browser.fill("email", "JANA@aurora.example").await;
    browser.click("Create contact").await;
    browser.sees("already belongs to Jana Hoffmann").await;
    browser.fill("email", "tomas@aurora.example").await;
    browser.click("Create contact").await;
    browser.sees("Added Tomás Nuñez.").await;
    browser.sees("Contacts 2").await;

    browser.click_in("tomas@", "Edit").await;
    browser.sees("Edit Tomás Nuñez").await;
    browser.fill("phone", "+34 91 555 0142").await;
    browser.click("Save").await;
    browser.sees("Saved Tomás Nuñez.").await;
    browser.sees("+34 91 555 0142").await;

    browser.click_in("tomas@", "Set as default").await;
    browser.sees("Tomás Nuñez is now the default contact.").await;
    assert!(browser.pane_row("tomas@").await.contains("Default"));
    assert!(!browser.offers_in("tomas@", "Set as default").await);
    browser.click_in("jana@", "Disable").await;
    browser.sees("Disabled Jana Hoffmann.").await;
    assert!(browser.pane_row("jana@").await.contains("Disabled"));
    assert!(!browser.offers_in("jana@", "Set as default").await, "a disabled contact cannot become the default");
    browser.click_in("jana@", "Enable").await;
    browser.sees("Enabled Jana Hoffmann.").await;

    browser.click_in("tomas@", "Delete").await;
    browser.sees("This is the default contact: Jana Hoffmann takes its place.").await;
    browser.click("Cancel").await;
    browser.sees_no("takes its place").await;
    browser.sees("tomas@aurora.example").await;
    browser.click_in("tomas@", "Delete").await;
    browser.click("Delete contact").await;
    browser.sees("Deleted Tomás Nuñez. Jana Hoffmann is now the default contact.").await;
    browser.sees("Contacts 1").await;
}

async fn its_entitlements(browser: &Browser) {
    browser.click("New entitlement").await;
    browser.sees("Its identifier (EID) is generated.").await;
    assert_eq!(browser.chosen("contact").await, "Jana Hoffmann (default)");
    assert_eq!(browser.value("quantity").await, "1");
    browser.fill("quantity", "none").await;
    browser.fill("starts_on", LONG_AGO).await;
    browser.click("Create entitlement").await;
    browser.sees("2 fields need another look").await;
    assert_eq!(browser.value("starts_on").await, LONG_AGO);
    browser.fill("product", "Forge Pro").await;
    browser.fill("quantity", "25").await;
    browser.click("Create entitlement").await;
    browser.sees("Added an entitlement to Forge Pro").await;

    // Now neither customer nor contact can be deleted, and the page says why and leads there.
    assert!(!browser.offers("Delete").await);
    assert!(!browser.offers_in("jana@", "Delete").await);
    assert!(browser.offers_in("jana@", "1 entitlement").await, "its menu says what holds it");
    browser.sees("Can't delete: 1 entitlement").await;
    browser.click("1 entitlement").await;
    browser.until("the entitlements in view", "return inView('#entitlements h2')", &[]).await;
    let here = browser.path().await;
    browser.open(format!("{}/delete", here.split('?').next().unwrap_or_default())).await;
    browser.sees("This customer cannot be deleted: 1 entitlement exists for it.").await;
    browser.open(here).await;

    browser.click("New entitlement").await;
    browser.fill("product", "Anvil").await;
    browser.fill("starts_on", FAR_OFF).await;
    browser.click("Create entitlement").await;
    browser.sees("Not yet started").await;
    assert!(!browser.offers_in("Anvil", "End now").await, "there is nothing to end");
    browser.click_in("Anvil", "Delete").await;
    browser.sees("Delete the entitlement to Anvil?").await;
    browser.click("Delete entitlement").await;
    browser.sees("Deleted the entitlement to Anvil.").await;
    browser.sees_no("Not yet started").await;

    browser.click_in("Forge Pro", "End now").await;
    browser.sees("End Forge Pro now?").await;
    browser.click("End now").await;
    browser.sees("Ended the entitlement to Forge Pro.").await;
    assert!(!browser.offers_in("Forge Pro", "End now").await);
    assert!(!browser.offers("Delete").await, "an ended one still holds its customer");
}

async fn disable_and_enable_it(browser: &Browser, name: &str) {
    browser.click("Disable").await;
    browser.sees(&format!("Disabled {name}.")).await;
    browser.sees("Nobody can sign in for this customer while it is disabled.").await;
    browser.sees("No entitlement can be created: this customer is disabled.").await;
    assert!(!browser.offers("New entitlement").await);
    assert!(browser.row(name).await.contains("Disabled"), "the list shows it, too");
    browser.click("Enable").await;
    browser.sees(&format!("Enabled {name}.")).await;
    assert!(browser.row(name).await.contains("Enabled"));
    assert!(browser.offers("New entitlement").await);
}

#[apply(with_and_without_scripts)]
async fn the_life_of_an_individual(browser: Browser) {
    browser.click("New customer").await;
    browser.click_choice("Individual").await;
    browser.sees_heading("New individual").await;
    browser.fill("first_name", "Dora").await;
    browser.fill("email", "dora@robotnik.example").await;
    browser.click("Create customer").await;
    browser.sees("One field needs another look").await;
    browser.sees("Last name is missing.").await;
    assert_eq!(browser.value("first_name").await, "Dora");
    browser.fill("last_name", "Robotnik").await;
    browser.click("Create customer").await;
    browser.sees_heading("Dora Robotnik").await;
    browser.sees("Created Dora Robotnik with the number C-000001.").await;
    assert!(!browser.offers("New contact").await, "it is its own only contact");
    browser.sees_no("Contacts").await;

    browser.click("Edit").await;
    browser.fill("middle_name", "Zoë").await;
    browser.fill("last_name", "").await;
    browser.click("Save").await;
    browser.sees("Last name is missing.").await;
    assert_eq!(browser.value("middle_name").await, "Zoë");
    browser.fill("last_name", "Robotnik").await;
    browser.click("Save").await;
    browser.sees_heading("Dora Zoë Robotnik").await;
    assert_eq!(browser.rows().await, ["Dora Zoë Robotnik"]);

    browser.click("New entitlement").await;
    browser.fill("product", "Forge Pro").await;
    browser.click("Create entitlement").await;
    browser.sees("Added an entitlement to Forge Pro").await;
    assert!(!browser.offers("Delete").await);
    disable_and_enable_it(browser, "Dora Zoë Robotnik").await;
    browser.click_in("Forge Pro", "End now").await;
    browser.click("End now").await;
    browser.sees("Ended the entitlement to Forge Pro.").await;
    browser.click_in("Forge Pro", "Delete").await;
    browser.click("Delete entitlement").await;
    browser.sees("Deleted the entitlement to Forge Pro.").await;

    browser.click("Delete").await;
    browser.sees("This permanently deletes customer C-000001.").await;
    browser.click("Delete customer").await;
    browser.sees("Deleted Dora Zoë Robotnik.").await;
    assert_eq!((browser.app.sql().count("customers"), browser.app.sql().count("contacts")), (0, 0));
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}
