//! Who may ask for what: every address, by nobody, a viewer, an editor and an administrator.

use std::collections::{BTreeSet, VecDeque};

use clientele::domain::rules::Role;
use clientele::routes;
use macro_rules_attribute::apply;

use crate::support::http::Client;
use crate::support::page::Action;
use crate::support::{Page, TestApp, engines};

/// An address of the table with something in the place of `{id}` and the like that leads to nothing.
fn nowhere(path: &str) -> String {
    path.replace("{id}", "999999").replace("{name}", "none").replace("{token}", "none")
}

/// Whether somebody may ask this at all; what is there, and whether it can be done, is another question.
fn is_let_in(page: &Page) -> bool {
    let asks_to_sign_in = page.status == 303 && page.location().starts_with("/sign-in");
    // `POST /sign-out` leads there too, for whoever asks.
    // A ping says nothing to who has no session, so that nothing takes the place of an open form.
    let is_left_alone = page.asked == "POST /editing" && page.status == 204;
    ![401, 403].contains(&page.status) && !is_left_alone && (!asks_to_sign_in || page.asked == "POST /sign-out")
}

#[apply(engines)]
fn every_address_asks_for_its_least_role(app: TestApp) {
    app.company("Acme").create();
    let roles = [(Role::Administrator, "ada@x.example"), (Role::Editor, "ed@x.example"), (Role::Viewer, "vi@x.example")];
    let mut people: Vec<(Option<Role>, Client)> =
        roles.map(|(role, email)| (Some(role), app.user(email, &role.to_string()))).into_iter().collect();
    people.push((None, app.with_cookie("clientele=none")));
    let mut wrong = Vec::new();
    // Those of the portal are walked in `portal_walk.rs`.
    for (path, methods) in routes::addresses().into_iter().filter(|(path, _)| !path.starts_with("/portal")) {
        let address = nowhere(path);
        for (method, least) in &methods {
            for (role, client) in people.iter().filter(|_| path != "/sign-out" || least.is_some()) {
                let page = client.send(method, &address, &[("Content-Type", "application/x-www-form-urlencoded")], b"");
                if is_let_in(&page) != (*role >= *least) {
                    wrong.push(format!("{method} {path} ({least:?}) by {role:?}: {}", page.status));
                }
            }
        }
        // What only a button sends is not told to others either.
        if let [("POST", Some(least))] = methods[..] {
            for (role, client) in &people {
                let status = client.get(&address).status;
                let expected: &[u16] = if *role >= Some(least) { &[303, 404, 405] } else { &[303, 403, 405] };
                if !expected.contains(&status) {
                    wrong.push(format!("GET {path} by {role:?}: {status}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The least role for an address of a page.
fn least(table: &[(&'static str, Vec<routes::Allowed>)], method: &str, address: &str) -> Option<Role> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let fits = |pattern: &str| {
        let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
        pattern.len() == path.len() && pattern.iter().zip(&path).all(|(part, given)| part.starts_with('{') || part == given)
    };
    let mut found: Vec<_> = table.iter().filter(|(pattern, _)| fits(pattern)).collect();
    // `/customers/new` before `/customers/{id}`.
    found.sort_by_key(|(pattern, _)| pattern.matches('{').count());
    let (_, methods) = found.first().unwrap_or_else(|| panic!("no such address: {method} {address}"));
    let (_, least) = methods.iter().find(|(known, _)| *known == method).unwrap_or_else(|| panic!("not answered: {method} {address}"));
    *least
}

/// All that a page leads to: method and address.
fn offered(page: &Page) -> Vec<(&'static str, String)> {
    let controls = page.controls().into_iter().filter_map(|control| match control.action? {
        Action::Open(address) => Some(("GET", address)),
        Action::Send { method, address, .. } => Some((if method == "post" { "POST" } else { "GET" }, address)),
    });
    let parts = ["hx-get", "hx-post", "data-editing"].into_iter().flat_map(|name| {
        let method = if name == "hx-post" { "POST" } else { "GET" };
        page.attributes(&format!("[{name}]"), name).into_iter().map(move |address| (method, address))
    });
    controls.chain(parts).filter(|(_, address)| address.starts_with('/') && !address.starts_with("/static/")).collect()
}

#[apply(engines)]
fn pages_lead_nowhere_that_a_role_may_not_go(app: TestApp) {
    let acme = app.company("Acme").ref_id("R-1").crm_id("CRM-1").contact("Jana", "Hoffmann", "jana@acme.example").entitlements(1).create();
    acme.entitle(&[("product", "Anvil"), ("starts_on", "2999-01-01")]).expect(303);
    app.company("Bolt").ref_id("R-1").crm_id("CRM-22").contact("Jana", "Hoffmann", "jana@acme.example").disabled().create();
    app.individual("Dora", "Robotnik").create();
    let table = routes::addresses();
    for role in [Role::Administrator, Role::Editor, Role::Viewer] {
        let client = app.user(&format!("{role}@x.example"), &role.to_string());
        let (mut seen, mut open) = (BTreeSet::new(), VecDeque::from(["/customers".to_owned(), "/customers?q=nothing+like+it".to_owned()]));
        let mut tasks = BTreeSet::new();
        while let Some(address) = open.pop_front().filter(|_| seen.len() < 120) {
            if !seen.insert(address.clone()) || address.contains("/export/file") || address.contains(".csv") || address.contains(".xlsx") {
                continue;
            }
            let page = client.get(&address);
            // What stands in the way of an undo is said where it is asked for.
            let is_blocked = page.status == 409 && address.contains("/undo");
            assert!(page.status == 200 || is_blocked, "{page}");
            for (method, leads_to) in offered(&page) {
                let least = least(&table, method, &leads_to);
                assert!(Some(role) >= least, "{address} offers {method} {leads_to} to a {role}");
                tasks.insert(leads_to.rsplit('/').next().unwrap_or_default().split('?').next().unwrap_or_default().to_owned());
                let is_variant = ["sort=", "after=", "before=", "around=", "status=", "type="].iter().any(|part| leads_to.contains(part));
                if method == "GET" && !is_variant {
                    open.push_back(leads_to.split('#').next().unwrap_or_default().to_owned());
                }
            }
        }
        assert!(seen.len() > 5, "{role}: {seen:?}");
        for (task, least) in
            [("edit", Role::Editor), ("delete", Role::Editor), ("import", Role::Administrator), ("users", Role::Administrator)]
        {
            assert_eq!(tasks.contains(task), role >= least, "{task} for a {role}: {tasks:?}");
        }
    }
}

#[apply(engines)]
fn without_users_the_one_person_is_what_the_setting_says(app: TestApp) {
    app.company("Acme").create();
    assert!(app.get("/customers").offers("Users") && app.get("/customers").offers("Import"));
    app.restart(&["--role", "editor"]);
    let page = app.get("/customers");
    assert!(!page.offers("Users") && !page.offers("Import") && page.offers("New customer"));
    app.get("/users").expect(403).assert_says("You need to be an administrator");
    app.get("/customers/import").expect(403);
    app.restart(&["--role", "viewer"]);
    let page = app.get("/customers");
    assert!(!page.offers("Users") && !page.offers("Import") && !page.offers("New customer"));
}

/// Started entitlements are deleted by administrators alone.
#[apply(engines)]
fn an_administrator_deletes_what_has_started(app: TestApp) {
    let acme = app.company("Acme").entitlements(1).create();
    let forge = acme.entitlement("Forge 1");
    let (ada, ed) = (app.user("ada@x.example", "administrator"), app.user("ed@x.example", "editor"));
    let path = format!("/entitlements/{}/delete", forge.id);
    ed.post(&path, &[]).expect(409).assert_says("ask an administrator to delete it");
    ada.post(&path, &[]).expect(303);
    let ruth = app.sql().texts("SELECT actor_name AS text FROM events WHERE task = 'delete'");
    assert_eq!(ruth, [Some("ada@x.example".to_owned())]);
}
