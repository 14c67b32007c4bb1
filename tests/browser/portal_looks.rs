//! How the pages of the portal look: in both languages, both colour schemes and two widths accessible, and nothing wider than the window.

use fantoccini::Locator;
use serde_json::json;

use crate::browser::{Browser, Rules, browse_and_restart};
use crate::portal::{JANA, sign_in, two_customers};
use crate::sign_in::{code, key_on_page};
use crate::support::Engine;
use crate::support::users::PASSWORD;

#[test]
fn every_page_of_the_portal_looks_right_on_a_wide_screen() {
    browse_and_restart("portal-wide", Engine::Sqlite, true, async |browser| every_page(browser, 1440).await);
}

#[test]
fn every_page_of_the_portal_looks_right_on_a_narrow_screen() {
    browse_and_restart("portal-narrow", Engine::Sqlite, true, async |browser| every_page(browser, 390).await);
}

/// What a language calls the buttons that lead on.
struct Words {
    code: &'static str,
    switch_on: &'static str,
    enter: &'static str,
    other: &'static str,
}

const ENGLISH: Words = Words { code: "en", switch_on: "Switch on", enter: "Sign in", other: "Use a recovery code" };
const GERMAN: Words = Words { code: "de", switch_on: "Einschalten", enter: "Anmelden", other: "Wiederherstellungscode verwenden" };

/// The pages in one language, as they are looked at.
struct Walk<'a> {
    browser: &'a Browser,
    words: &'static Words,
    width: u32,
    faults: Vec<String>,
}

async fn every_page(browser: &mut Browser, width: u32) {
    browser.size(width, 900).await;
    let link = two_customers(browser);
    let long = "Erste Donaudampfschifffahrtsgesellschaft Werkzeug- und Maschinenbau GmbH & Co. Kommanditgesellschaft";
    browser.app.customer(2).edit(&[("name", long)]).expect(303);
    browser.app.get("/settings").submit(&[("support", "help@vendor.example"), ("imprint", "https://vendor.example")]).expect(303);
    let mut faults = Vec::new();
    for words in [&ENGLISH, &GERMAN] {
        let mut walk = Walk { browser, words, width, faults: Vec::new() };
        walk.for_anybody(&link).await;
        if words.code == "en" {
            browser.app.let_in(&browser.app.customer(1).contact("Jana"));
        }
        let mut walk = Walk { browser, words, width, faults: walk.faults };
        walk.for_who_is_in().await;
        walk.second_factor().await;
        walk.where_another_is_left().await;
        faults.extend(walk.faults);
    }
    let mail = ["--smtp-url", "smtp://127.0.0.1:1", "--smtp-from", "a@vendor.example", "--public-url", "http://127.0.0.1:1"];
    let complaints = browser.complaints().await;
    browser.app.restart(&mail);
    for words in [&ENGLISH, &GERMAN] {
        let mut walk = Walk { browser, words, width, faults: Vec::new() };
        walk.open("forgot-form", "/portal/forgot").await;
        browser.fill("email", JANA).await;
        browser.press(['\u{e007}']).await;
        browser.until("the answer", "return !document.querySelector('form[action=\"/portal/forgot\"]')", &[]).await;
        walk.look("forgot-asked").await;
        faults.extend(walk.faults);
    }
    assert!(faults.is_empty() && complaints.is_empty(), "{}\n{complaints:?}", faults.join("\n\n"));
}

impl Walk<'_> {
    async fn for_anybody(&mut self, link: &str) {
        for (name, page) in
            [("link", link), ("no-link", "/portal/set-password/none"), ("forgot", "/portal/forgot"), ("in", "/portal/sign-in")]
        {
            self.open(name, page).await;
        }
        self.browser.fill("email", JANA).await;
        self.browser.fill("password", "wrong").await;
        self.browser.click(self.words.enter).await;
        self.browser.until("the answer", "return !!document.querySelector('.alert')", &[]).await;
        self.look("in-wrong").await;
    }

    async fn for_who_is_in(&mut self) {
        sign_in(self.browser).await;
        self.browser.sees("Acme").await;
        self.look("choose").await;
        self.browser.click("Acme").await;
        self.browser.sees("Forge").await;
        for (name, page) in [
            ("portal", "/portal"),
            ("nothing", "/portal?q=nothing"),
            ("details", "/portal/details"),
            ("saved", "/portal/details?saved=1"),
            ("password", "/portal/password"),
            ("confirm", "/portal/confirm"),
            ("factor", "/portal/second-factor"),
        ] {
            self.open(name, page).await;
        }
    }

    /// From the page of the one that is off to the question whether to switch it off.
    async fn second_factor(&mut self) {
        let browser = self.browser;
        press(browser, "form[action='/portal/second-factor'] button").await;
        browser.until("the key", "return !!document.querySelector('.key')", &[]).await;
        self.look("factor-set-up").await;
        let key = key_on_page(browser).await;
        browser.fill("code", &code(&key, 0)).await;
        browser.click(self.words.switch_on).await;
        browser.until("the codes", "return !!document.querySelector('.portal-codes')", &[]).await;
        self.look("factor-codes").await;
        self.open("factor-on", "/portal/second-factor").await;
        self.open("details-on", "/portal/details").await;
        press(browser, ".portal-head form button").await;
        browser.until("to be out", "return !!document.querySelector('[name=password]')", &[]).await;
        sign_in(browser).await;
        browser.until("the code", "return !!document.querySelector('[name=code]')", &[]).await;
        self.look("code").await;
        browser.click(self.words.other).await;
        browser.until("the other code", "return !!document.querySelector('[name=use]')", &[]).await;
        self.look("recovery").await;
        sign_in(browser).await;
        browser.until("the code", "return !!document.querySelector('[name=code]')", &[]).await;
        browser.fill("code", &code(&key, 30)).await;
        browser.click(self.words.enter).await;
        browser.sees("Acme").await;
        browser.click("Acme").await;
        browser.sees("Forge").await;
        self.open("factor-off", "/portal/second-factor/off").await;
        browser.fill("present", PASSWORD).await;
        browser.press(['\u{e007}']).await;
        browser.until("it is off", "return location.pathname == '/portal/details'", &[]).await;
    }

    async fn where_another_is_left(&mut self) {
        let jana = self.browser.app.customer(1).contact("Jana");
        jana.disable().expect(303);
        self.open("lost", "/portal").await;
        jana.enable().expect(303);
    }

    async fn open(&mut self, name: &str, path: &str) {
        let agent = json!({ "userAgent": "Mozilla/5.0 Chrome/140", "acceptLanguage": self.words.code });
        self.browser.cdp("Emulation.setUserAgentOverride", agent).await;
        self.browser.open(path).await;
        self.look(name).await;
    }

    async fn look(&mut self, name: &str) {
        let (browser, language) = (self.browser, self.words.code);
        let name = format!("{language}-{}-{name}", self.width);
        if browser.script("return document.documentElement.lang", &[]).await != language {
            self.faults.push(format!("{name}: not in {language}"));
        }
        let excess = browser.number("return document.documentElement.scrollWidth - innerWidth").await;
        if excess > 0.0 {
            self.faults.push(format!("{name}: {excess} wider than the window"));
        }
        let bursting =
            "return [...document.querySelectorAll('.btn')].filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)";
        self.faults.extend(browser.texts(bursting, &[]).await.into_iter().map(|button| format!("{name}: {button} bursts its button")));
        for (scheme, rules) in [("dark", Rules::Colors), ("light", Rules::All)] {
            browser.scheme(scheme).await;
            self.faults.extend(browser.violations(rules).await.into_iter().map(|fault| format!("{name}, {scheme}: {fault}")));
            browser.picture(&format!("portal-{name}-{scheme}")).await;
        }
    }
}

/// Presses the button that a selector finds.
async fn press(browser: &Browser, selector: &str) {
    browser.find(Locator::Css(selector)).await.expect("a button").click().await.expect("to press it");
}
