//! The import on the page: files are uploaded, checked, imported; wherever that stops, it is continued.

mod files;
mod matched;
mod stopped;
mod upgraded;

use std::fmt::Write as _;
use std::time::Duration;

use macro_rules_attribute::apply;

use crate::support::{Client, Page, TestApp, engines, eventually};

const BOUNDARY: &str = "----clientele-test";

/// A form with files, as a browser sends it.
pub(crate) struct Upload {
    mode: &'static str,
    token: String,
    files: Vec<(&'static str, String, Vec<u8>)>,
}

impl Upload {
    pub(crate) fn new() -> Self {
        Self { mode: "both", token: String::new(), files: Vec::new() }
    }

    pub(crate) fn with(self, kind: &'static str, bytes: impl AsRef<[u8]>) -> Self {
        self.named(kind, &format!("my {kind}.csv"), bytes)
    }

    pub(crate) fn named(mut self, kind: &'static str, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.files.push((kind, name.to_owned(), bytes.as_ref().to_vec()));
        self
    }

    pub(crate) fn mode(self, mode: &'static str) -> Self {
        Self { mode, ..self }
    }

    fn token(self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self }
    }

    fn body(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (name, value) in [("token", self.token.as_str()), ("mode", self.mode)] {
            body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        for kind in ["customers", "contacts", "entitlements"] {
            let mut files: Vec<(&str, &[u8])> =
                self.files.iter().filter(|file| file.0 == kind).map(|(_, name, bytes)| (&**name, &**bytes)).collect();
            if files.is_empty() {
                files.push(("", &[]));
            }
            for (name, bytes) in files {
                let head = "Content-Type: application/octet-stream";
                body.extend(
                    format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{kind}\"; filename=\"{name}\"\r\n{head}\r\n\r\n")
                        .bytes(),
                );
                body.extend(bytes);
                body.extend(b"\r\n");
            }
        }
        body.extend(format!("--{BOUNDARY}--\r\n").bytes());
        body
    }

    pub(crate) fn send(&self, client: &Client) -> Page {
        self.send_with(client, &[])
    }

    fn send_with(&self, client: &Client, headers: &[(&str, &str)]) -> Page {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        client.send("POST", "/customers/import", &[&[("Content-Type", kind.as_str())], headers].concat(), &self.body())
    }

    /// Sends it and waits for the end of the check; returns the import's page.
    #[track_caller]
    pub(crate) fn checked(&self, client: &Client) -> Page {
        let page = self.send(client).follow();
        until(client, &path(&page), |page| !page.heading().starts_with("Checking"))
    }
}

/// The address of an import's own page.
pub(crate) fn path(page: &Page) -> String {
    page.asked.split([' ', '?']).nth(1).unwrap_or_default().to_owned()
}

/// Asks for an import's page until it is at something else.
pub(crate) fn until(client: &Client, path: &str, there: impl Fn(&Page) -> bool) -> Page {
    let mut last = None;
    eventually("the next stage of the import", || {
        // A page takes the processor from the import.
        std::thread::sleep(Duration::from_millis(60));
        let page = client.get(path).expect(200);
        let yes = there(&page);
        last = Some(page);
        yes
    });
    last.unwrap()
}

/// Presses the button that imports, and waits for the end.
#[track_caller]
pub(crate) fn import(client: &Client, checked: &Page) -> Page {
    let controls = checked.controls().into_iter();
    let button = controls.map(|control| control.label).find(|label| label.starts_with("Import ") && label.contains("row"));
    checked.press(&button.unwrap_or_else(|| panic!("nothing to import: {checked}"))).expect(303);
    until(client, &path(checked), |page| page.heading() != "Importing")
}

/// So many customers.
pub(crate) fn many(count: usize) -> String {
    let mut text = "crm_id,type,name\n".to_owned();
    for number in 0..count {
        let _ = writeln!(text, "CRM{number},company,Company {number}");
    }
    text
}

fn counts(page: &Page, kind: &str) -> Vec<String> {
    page.texts("table.numbers tr").into_iter().find(|row| row.contains(kind)).map_or_else(Vec::new, |row| {
        row.split_whitespace().rev().take(5).map(str::to_owned).collect::<Vec<_>>().into_iter().rev().collect()
    })
}

#[apply(engines)]
fn files_are_checked_imported_and_listed(app: TestApp) {
    assert!(app.get("/customers").offers("Import"), "on the empty list");
    let start = app.get("/customers").press("Import").expect(200);
    assert_eq!(start.heading(), "Import");
    let upload = Upload::new()
        .with("customers", "number,type,name,shoe size\nC-7,company,Acme,12\nC-8,company,Bolt,\n")
        .with("contacts", "customer_number,last_name,email\nC-7,Hoffmann,jana@acme.example\n")
        .with("entitlements", "customer_number,eid,product,quantity,starts_on\nC-7,E-1,Forge,5,2020-01-01\n");
    let checked = upload.checked(&app);
    assert_eq!(checked.heading(), "Check complete");
    checked.assert_says("my customers.csv").assert_says("shoe size not imported").assert_says("Nothing has been imported yet.");
    assert_eq!(counts(&checked, "my customers.csv"), ["2", "0", "0", "0", "0"]);
    assert_eq!(app.sql().count("customers"), 0);
    let done = import(&app, &checked);
    assert_eq!(done.heading(), "Import complete");
    done.assert_says("Created 4 records and updated 0.");
    let list = app.get("/customers");
    assert_eq!(list.rows(), ["Acme", "Bolt"]);
    assert!(list.offers("Import") && list.offers("Export"));
    app.get("/customers?q=jana").assert_says("Acme");
    eventually("the files are removed", || app.sql().count("import_parts") == 0);
    app.get("/customers/import").assert_says("my customers.csv, my contacts.csv, my entitlements.csv").assert_says("Done");
    assert!(!done.offers("Discard") && !done.has("#import[hx-trigger]"), "it is over");
}

#[apply(engines)]
fn wrong_rows_are_shown_downloaded_and_left_out(app: TestApp) {
    let mut text = "number,type,name,email\n".to_owned();
    for number in 0..60 {
        let _ = writeln!(text, "W-{number},company,,invalid");
    }
    text += "C-1,company,Acme,a@acme.example\n";
    let checked = Upload::new().with("customers", &text).checked(&app);
    assert_eq!(counts(&checked, "customers"), ["1", "0", "0", "0", "60"]);
    checked
        .assert_says("60 rows are invalid and will be left out")
        .assert_says("Name is missing.")
        .assert_says("Only the first 50 are shown.");
    assert!(checked.offers("Import 1 row, leave out 60 invalid ones"));
    let file = checked.press("Download invalid rows").expect(200);
    assert!(file.header("Content-Disposition").is_some_and(|name| name.starts_with("attachment")), "{file}");
    let lines: Vec<String> = file.text().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 61);
    assert!(lines[0].starts_with("file,line,column,reason,number,"), "{lines:?}");
    assert!(lines[1].starts_with("customers,2,name; email,"), "{lines:?}");
    let done = import(&app, &checked);
    assert_eq!(app.get("/customers").rows(), ["Acme"]);
    // It can be fixed and imported again.
    let fixed = done.press("Download invalid rows").expect(200).text().replace(",,invalid", ",Bolt,b@bolt.example");
    let again = Upload::new().with("customers", fixed).checked(&app);
    assert_eq!(counts(&again, "customers"), ["60", "0", "0", "0", "0"]);
}

#[apply(engines)]
fn the_mode_decides_which_rows_are_taken(app: TestApp) {
    app.company("Old").number("C-1").create();
    let text = "number,type,name\nC-1,company,New name\nC-2,company,Another\n";
    for (mode, expected) in
        [("create", ["1", "0", "0", "1", "0"]), ("update", ["0", "1", "0", "1", "0"]), ("both", ["1", "1", "0", "0", "0"])]
    {
        assert_eq!(counts(&Upload::new().mode(mode).with("customers", text).checked(&app), "customers"), expected, "{mode}");
    }
    let checked = Upload::new().mode("update").with("customers", text).checked(&app);
    import(&app, &checked);
    assert_eq!(app.get("/customers").rows(), ["New name"]);
    let nothing = Upload::new().mode("update").with("customers", text).checked(&app);
    nothing.assert_says("There is nothing to import: no row of these files is new or changed.");
    app.post(format!("{}/start", path(&nothing)), &[]).expect(409).assert_says("There is nothing to import");
}

#[apply(engines)]
fn what_is_no_csv_is_said_to_be_none(app: TestApp) {
    for (bytes, words) in [
        (&b"PK\x03\x04 workbook"[..], "The workbook is damaged"),
        (b"\xd0\xcf\x11\xe0", "The file is a workbook of an old Excel (.xls): save it as .xlsx"),
        (b"", "The file is empty"),
        (b"number,type,name\nC-1,company,\xc3\x84\nC-2,company,M\xfcller\n", "line 3: A character here is damaged"),
    ] {
        let page = Upload::new().with("customers", bytes).checked(&app);
        assert_eq!(page.heading(), "These files cannot be imported", "{page}");
        page.assert_says(words).assert_says("Nothing was imported.");
        assert!(!page.attributes("form", "action").iter().any(|action| action.ends_with("/start")) && page.offers("Discard"), "{page}");
        app.post(format!("{}/start", path(&page)), &[]).expect(409);
    }
    assert_eq!(app.sql().count("customers"), 0);
    Upload::new().send(&app).expect(422).assert_says("Choose at least one file to import.");
    let not_multipart = app.post("/customers/import", &[("mode", "both")]);
    assert_eq!(not_multipart.status, 415);
}

#[apply(engines)]
fn what_is_discarded_is_gone(app: TestApp) {
    let checked = Upload::new().with("customers", many(10)).checked(&app);
    let gone = checked.press("Discard").follow();
    assert_eq!(gone.heading(), "Import discarded");
    app.post(format!("{}/start", path(&checked)), &[]).expect(409).assert_says("This import has been discarded.");
    app.post(format!("{}/discard", path(&checked)), &[]).expect(409);
    eventually("the files are removed", || app.sql().count("import_parts") == 0);
    assert_eq!(app.sql().count("customers"), 0);
    app.get("/customers/import/999").expect(404).assert_says("There is no such import");
    app.get("/customers/import/x/invalid.csv").expect(404);
}

#[apply(engines)]
fn a_viewer_and_another_site_import_nothing(app: TestApp) {
    let checked = Upload::new().with("customers", many(3)).checked(&app);
    let foreign = Upload::new().with("customers", many(3)).send_with(&app, &[("Sec-Fetch-Site", "cross-site")]);
    foreign.expect(403).assert_says("Another site sent this");
    app.post_with(format!("{}/start", path(&checked)), &[("Origin", "http://evil.example")], &[]).expect(403);
    let viewer = app.another(&["--role", "viewer"]);
    assert!(!viewer.client.get("/customers").offers("Import"));
    for address in ["/customers/import".to_owned(), path(&checked), format!("{}/invalid.csv", path(&checked))] {
        viewer.client.get(address).expect(403);
    }
    Upload::new().with("customers", many(3)).send(&viewer.client).expect(403);
    for task in ["start", "resume", "discard"] {
        viewer.client.post(format!("{}/{task}", path(&checked)), &[]).expect(403);
    }
    assert_eq!(app.sql().count("imports"), 1);
    assert_eq!(app.sql().count("customers"), 0);
}

#[apply(engines)]
fn pressed_twice_it_is_one(app: TestApp) {
    let token = app.get("/customers/import").attributes("form [name=token]", "value").concat();
    let upload = Upload::new().token(&token).with("customers", many(200));
    let first = upload.send(&app).expect(303).location().to_owned();
    assert_eq!(upload.send(&app).expect(303).location(), first, "a form that is sent twice");
    eventually("the second is removed", || app.sql().count("imports") == 1);
    let checked = until(&app, &first, |page| page.heading() == "Check complete");
    let fields: Vec<(String, String)> = vec![("token".to_owned(), checked.attributes("form [name=token]", "value").remove(0))];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answers = crate::support::at_once(4, |_| app.clone().post(format!("{first}/start"), &fields).status);
    assert_eq!(answers, [303; 4]);
    until(&app, &first, |page| page.heading() == "Import complete");
    app.post(format!("{first}/start"), &[]).expect(409).assert_says("This import is done.");
    assert_eq!((app.sql().count("customers"), app.sql().count("imports")), (200, 1));
}

/// Without a script the pages reload themselves; with one, they ask for the part that changes.
#[apply(engines)]
fn it_is_followed_with_and_without_a_script(app: TestApp) {
    let page = Upload::new().with("customers", many(6_000)).send(&app).follow();
    assert_eq!(page.heading(), "Checking files");
    assert!(page.text().contains("<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>"));
    assert!(page.has("progress[max][value]"));
    let poll = page.attributes("#import", "hx-get").concat();
    let part = app.htmx(&poll, "div#import").expect(200);
    assert!(!part.has("#list") && part.has("#import"), "a part only");
    let checked = until(&app, &path(&page), |page| page.heading() == "Check complete");
    assert!(!checked.text().contains("http-equiv=\"refresh\""));
    let part = app.htmx(&poll, "div#import").expect(200);
    part.assert_says("Check complete. Nothing has been imported yet.");
    let told = part.text();
    assert!(told.contains("hx-target=\"#status\"") && !told.contains("hx-target=\"#results\""), "the outcome is announced");
    import(&app, &checked);
    let part = app.htmx(poll.replace("checking", "running"), "div#import").expect(200);
    assert!(part.text().contains("hx-target=\"#results\""), "the list shows what came");
    assert!(!app.htmx(poll.replace("checking", "done"), "div#import").text().contains("#status"), "once");
}

/// The files are looked at once more when the import begins: what has become invalid since is left out, and said.
#[apply(engines)]
fn what_changes_after_the_check_is_seen(app: TestApp) {
    let checked = Upload::new().with("customers", "number,type,name,crm_id\nC-1,company,Acme,X1\nC-2,company,Bolt,X2\n").checked(&app);
    assert!(checked.offers("Import 2 rows"));
    app.company("Earlier").number("Z-1").crm_id("X1").create();
    let done = import(&app, &checked);
    assert_eq!(counts(&done, "customers"), ["1", "0", "0", "0", "1"], "{done}");
    done.assert_says("1 invalid row").assert_says("crm_id");
    assert!(done.press("Download invalid rows").expect(200).text().contains("C-1,company,Acme,X1"));
    assert_eq!(app.get("/customers").rows(), ["Bolt", "Earlier"]);
}
