//! Two people and one record: who else is there, and what comes of two changes of the same field.

use macro_rules_attribute::apply;
use serde_json::json;

use crate::browser::{Browser, in_browser, key, with_and_without_scripts};

const YOU: &str = "You, in another window, have been editing this since";

impl Browser {
    /// Makes what a page does every so often happen a hundred times as often, in every page that is opened from now on.
    async fn hurry(&self) {
        let source = "const slow = setInterval; window.setInterval = (work, every, ...more) => slow(work, every / 100, ...more)";
        self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await;
    }

    /// Opens an address in a new tab, and goes there.
    async fn open_in_tab(&self, path: &str) {
        let tab = self.new_window(true).await.expect("a tab").handle;
        self.switch_to_window(tab).await.expect("to go there");
        self.open(path).await;
    }

    /// Goes to another tab.
    async fn to_tab(&self, number: usize) {
        let tabs = self.windows().await.expect("tabs");
        self.switch_to_window(tabs[number].clone()).await.expect("to go there");
    }
}

/// Two own tabs; one that is closed, and one that is killed.
#[apply(in_browser)]
async fn who_else_is_there_is_told_and_forgotten(browser: Browser) {
    browser.hurry().await;
    let acme = browser.app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    for path in [acme.at("edit"), acme.contact("Jana").at("edit")] {
        browser.open(&path).await;
        browser.listen().await;
        browser.has_asked("POST /editing").await;
        assert!(!browser.is_shown(".editing").await, "not of oneself");
        browser.open_in_tab(&path).await;
        browser.sees(YOU).await;
        browser.has_announced("You, in another window").await;
        browser.fill("phone", "+49 30 2").await;
        let time =
            browser.script("const t = document.querySelector('.editing time'); return [t.textContent, t.title].join('|')", &[]).await;
        let expected = "const t = new Date(document.querySelector('.editing time').dateTime), short = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
            return [short.format(t), new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' }).format(t)].join('|')";
        assert_eq!(time, browser.script(expected, &[]).await, "in the reader's own time zone");
        browser.to_tab(0).await;
        browser.sees(YOU).await;
        // Nobody is held up; a form that was left is closed at once.
        browser.click("Cancel").await;
        browser.sees_heading("Acme").await;
        browser.to_tab(1).await;
        browser.sees_no(YOU).await;
        browser.click("Save").await;
        browser.sees("Saved ").await;
        assert_eq!(browser.app.sql().count("editing"), 0);
        browser.close_window().await.expect("to close the tab");
        browser.to_tab(0).await;
    }
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

/// A browser that is gone says nothing any more, not even that.
#[test]
fn a_browser_that_was_killed_is_forgotten_in_minutes() {
    crate::browser::browse_and_restart("killed", crate::support::Engine::Sqlite, true, async |browser| {
        let path = browser.app.company("Acme").create().at("edit");
        browser.open(&path).await;
        crate::support::eventually("the form is open", || browser.app.sql().count("editing") == 1);
        browser.script("navigator.sendBeacon = () => true", &[]).await;
        browser.open("/healthz").await;
        let left = browser.app.sql().number(
            "SELECT CAST(strftime('%s', until) AS INTEGER) - CAST(strftime('%s', 'now') AS INTEGER) AS number FROM editing WHERE subject_kind = 'customer'",
        );
        assert!((0..=120).contains(&left), "{left} seconds");
        browser.open(&path).await;
        browser.sees(YOU).await;
        browser
            .app
            .sql()
            .run("UPDATE editing SET until = '2026-01-01 00:00:00' WHERE since = (SELECT min(since) FROM editing)")
            .expect("a row");
        browser.hurry().await;
        browser.restart().await;
        browser.open(&path).await;
        browser.settled().await;
        browser.a_moment_passes().await;
        assert!(!browser.screen().await.contains(YOU));
    });
}

/// Twenty minutes' typing: said again and again, and still open since it was opened.
#[apply(in_browser)]
async fn a_form_stays_open_while_somebody_types(browser: Browser) {
    browser.hurry().await;
    let acme = browser.app.company("Acme").create();
    browser.open(acme.at("edit")).await;
    browser.listen().await;
    browser.fill("phone", "+49 30 2").await;
    let since = browser.app.sql().texts("SELECT since AS text FROM editing");
    let until = browser.app.sql().texts("SELECT until AS text FROM editing");
    browser.script("window.asked.length = 0", &[]).await;
    browser.until("four more times", "return window.asked.filter(a => a === 'POST /editing').length > 3", &[]).await;
    assert_eq!(browser.app.sql().texts("SELECT since AS text FROM editing"), since);
    assert!(browser.app.sql().texts("SELECT until AS text FROM editing") > until);
    assert_eq!(browser.value("phone").await, "+49 30 2");
    // Back from the browser's memory, or drawn anew: it is open again.
    browser.open("/healthz").await;
    crate::support::eventually("it is closed", || browser.app.sql().count("editing") == 0);
    browser.back().await.expect("to go back");
    crate::support::eventually("it is open again", || browser.app.sql().count("editing") == 1);
}

#[apply(with_and_without_scripts)]
async fn without_a_script_nothing_is_written_and_others_are_told_all_the_same(browser: Browser) {
    let acme = browser.app.company("Acme").create();
    browser
        .app
        .sql()
        .run(&format!(
            "INSERT INTO editing (token, subject_kind, subject_id, actor_kind, actor_id, actor_name, since, until)
         VALUES ('x', 'customer', {}, 'user', 7, 'Jana Hoffmann', '2026-11-26 08:00:00', '2999-01-01 00:00:00')",
            acme.id
        ))
        .expect("a row");
    browser.open(acme.at("edit")).await;
    browser.sees("Jana Hoffmann has been editing this since").await;
    browser.fill("phone", "1").await;
    browser.click("Save").await;
    browser.sees("Saved Acme.").await;
    let count = browser.app.sql().number("SELECT count(*) AS number FROM editing WHERE token <> 'x'");
    assert!(browser.scripts || count == 0, "{count}");
}

/// Own, stored and former values stand side by side; one chooses by mouse, with or without scripts.
#[apply(with_and_without_scripts)]
async fn two_changes_of_one_field_are_chosen_between(browser: Browser) {
    let acme = browser.app.company("Acme").with("phone", "+49 30 1").create();
    browser.open(acme.at("edit")).await;
    acme.edit(&[("phone", "+49 30 2"), ("description", "theirs"), ("fax", "theirs")]).expect(303);
    browser.fill("phone", "+49 30 3").await;
    browser.fill("description", "mine").await;
    browser.fill("email", "mine@acme.example").await;
    browser.click("Save").await;
    browser.sees("Changed by somebody else").await;
    let table = browser.texts("return [...document.querySelectorAll('.conflicts tbody tr')].map(words)", &[]).await;
    assert!(table[0].contains("+49 30 3") && table[0].contains("+49 30 2") && table[0].contains("+49 30 1"), "{table:?}");
    browser.sees("somebody on this computer, just now").await;
    let choose = |name: &str| format!("document.querySelector(`[name=keep_{name}][value=stored]`).closest('label').click()");
    browser.script(&choose("phone"), &[]).await;
    if browser.scripts {
        assert_eq!(browser.value("phone").await, "+49 30 2", "the field shows what is chosen");
        browser.script(&choose("description"), &[]).await;
        // What is typed after that is one's own again.
        browser.fill("description", "mine after all").await;
        browser.until("the choice", "return document.querySelector('[name=keep_description][value=mine]').checked", &[]).await;
    }
    browser.click("Save").await;
    browser.sees("Saved Acme.").await;
    let edit = browser.app.get(acme.at("edit"));
    let own = if browser.scripts { "mine after all" } else { "mine" };
    let values = ["phone", "description", "fax", "email"].map(|field| edit.field(field));
    assert_eq!(values, ["+49 30 2", own, "theirs", "mine@acme.example"]);
}

#[apply(in_browser)]
async fn a_choice_is_made_by_keys_alone(browser: Browser) {
    let acme = browser.app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create();
    let jana = acme.contact("Jana");
    browser.open(jana.at("edit")).await;
    jana.edit(&[("phone", "2"), ("ref_id", "theirs")]).expect(303);
    browser.fill("phone", "3").await;
    browser.fill("ref_id", "mine").await;
    browser.chord(&[key::CONTROL, key::ENTER]).await;
    browser.sees("Changed by somebody else").await;
    browser.until("the focus on it", "return document.activeElement.matches('.alert, .conflicts')", &[]).await;
    let checked = "return document.activeElement.matches('[name=keep_phone]') && document.activeElement.checked";
    for _ in 0..20 {
        browser.press([key::TAB]).await;
        if browser.script(checked, &[]).await == json!(true) {
            break;
        }
    }
    browser.press([key::DOWN]).await;
    browser.until("the other choice", "return document.activeElement.matches('[name=keep_phone][value=stored]:checked')", &[]).await;
    browser.chord(&[key::CONTROL, key::ENTER]).await;
    browser.sees("Saved Jana Hoffmann.").await;
    let edit = browser.app.get(jana.at("edit"));
    assert_eq!((edit.field("phone"), edit.field("ref_id")), ("2".to_owned(), "mine".to_owned()));
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}

/// Two change the quantity of one entitlement: the second one chooses, in the row.
#[apply(with_and_without_scripts)]
async fn an_entitlements_conflict_is_chosen_in_its_row(browser: Browser) {
    let acme = browser.app.company("Acme").create();
    acme.entitle(&[("product", "Forge"), ("quantity", "20")]).expect(303);
    let path = acme.entitlement("Forge").at("edit") + "?list=customers";
    browser.open(&path).await;
    browser.app.get(&path).submit(&[("quantity", "30")]).expect(303);
    browser.fill("quantity", "25").await;
    browser.click("Save").await;
    browser.sees("Somebody else saved this record").await;
    assert_eq!(browser.value("quantity").await, "25");
    browser.click("Save").await;
    browser.sees("Saved the entitlement to Forge").await;
    assert!(browser.pane_row("Forge").await.contains("25"));
    assert_eq!(browser.complaints().await, [] as [&str; 0]);
}
