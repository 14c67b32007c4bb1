//! An answer, read as a user reads it: what it says, what it offers, what its form holds.

use std::fmt;

use scraper::{ElementRef, Html, Node, Selector};
use ureq::http::HeaderMap;

use super::http::{Client, encode};

#[derive(Clone)]
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// `GET /customers?q=acme`, for messages.
    pub asked: String,
    client: Client,
}

/// A link or button that can be used, with the words that a user knows it by.
#[derive(Clone, Debug)]
pub struct Control {
    /// As a screen reader says it.
    pub name: String,
    /// As it stands on the screen.
    pub label: String,
    /// Where it leads.
    pub action: Option<Action>,
    /// The row of a pane (contacts, entitlements) that it belongs to.
    row: Option<ego_tree::NodeId>,
}

#[derive(Clone, Debug)]
pub enum Action {
    Open(String),
    Send { method: String, address: String, fields: Vec<(String, String)> },
}

/// A row of the contacts or entitlements pane.
#[derive(Debug)]
pub struct Row {
    pub text: String,
    /// Of the record in it: `7`.
    pub id: i64,
    controls: Vec<Control>,
    client: Client,
}

const ROWS: &str = "#contacts tbody tr, #entitlements tbody tr";
const LIST_LINKS: &str = "li[id^='row-'] a";

impl Page {
    pub fn new(client: Client, method: &str, path: &str, status: u16, headers: HeaderMap, bytes: Vec<u8>) -> Page {
        let page = Page { status, headers, bytes, asked: format!("{method} {path}"), client };
        assert_ne!(status, 500, "{page}");
        page
    }

    // ------------------------------------------------------------------------------------------ the answer

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The cookie that the answer sets: `name=value`.
    pub fn cookie(&self) -> Option<&str> {
        self.header("Set-Cookie")?.split(';').next()
    }

    /// All cookies that the answer sets, as a browser sends them.
    pub fn cookies(&self) -> String {
        let set = self.headers.get_all("Set-Cookie").iter().filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
        set.collect::<Vec<_>>().join("; ")
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap_or_else(|_| panic!("{}: not UTF-8", self.asked))
    }

    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        self.header("Location").unwrap_or_else(|| panic!("no redirect: {self}"))
    }

    /// Goes where the answer sends one: what a browser shows after a form was sent.
    pub fn follow(&self) -> Page {
        assert_eq!(self.status, 303, "{self}");
        self.client.get(self.location())
    }

    /// Asserts the status; for chains.
    #[track_caller]
    pub fn expect(self, status: u16) -> Page {
        assert_eq!(self.status, status, "{self}");
        self
    }

    pub fn document(&self) -> Html {
        Html::parse_document(&self.text())
    }

    // ------------------------------------------------------------------------------------------ what it says

    /// All that can be read, in one line.
    pub fn words(&self) -> String {
        words_of(self.document().root_element())
    }

    /// Is this text on the page? Case and the kind of apostrophe do not matter.
    pub fn says(&self, text: &str) -> bool {
        plain(&self.words()).contains(&plain(text))
    }

    #[track_caller]
    pub fn assert_says(&self, text: &str) -> &Page {
        assert!(self.says(text), "does not say {text:?}: {self}");
        self
    }

    /// The text of the elements that a selector finds.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        self.document().select(&css(selector)).map(words_of).collect()
    }

    pub fn has(&self, selector: &str) -> bool {
        self.document().select(&css(selector)).next().is_some()
    }

    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        self.document().select(&css(selector)).filter_map(|element| element.attr(name).map(str::to_owned)).collect()
    }

    pub fn title(&self) -> String {
        self.texts("title").concat()
    }

    pub fn heading(&self) -> String {
        self.texts("h1").concat()
    }

    /// What is said with urgency: a refusal, a summary of errors.
    pub fn alert(&self) -> String {
        self.texts(".alert, .summary, [role=alert]").join(" ")
    }

    // ------------------------------------------------------------------------------------------ what it offers

    /// Every link and button that works.
    pub fn controls(&self) -> Vec<Control> {
        controls(&self.document(), self.asked.split_once(' ').map_or("", |(_, path)| path))
    }

    /// Is there a link or button of this name, outside of the panes' rows?
    pub fn offers(&self, label: &str) -> bool {
        self.control(label).is_some()
    }

    /// Uses what is offered by this name, as a click does; an answer that redirects is not followed.
    #[track_caller]
    pub fn press(&self, label: &str) -> Page {
        let Some(control) = self.control(label) else { panic!("does not offer {label:?}: {self}") };
        press(&self.client, &control)
    }

    /// On a page that asks before a task: says yes.
    #[track_caller]
    pub fn confirm(&self) -> Page {
        let asked = self.asked.split([' ', '?']).nth(1).unwrap_or_default();
        let yes = self.controls().into_iter().find(|control| match &control.action {
            Some(Action::Send { method, address, .. }) => method == "post" && address.split('?').next() == Some(asked),
            _ => false,
        });
        press(&self.client, &yes.unwrap_or_else(|| panic!("asks nothing: {self}")))
    }

    /// Takes back what the message tells of, by its button.
    #[track_caller]
    pub fn undo(&self) -> Page {
        let sends = |control: &Control| matches!(control.action, Some(Action::Send { .. }));
        let button = self.controls().into_iter().find(|control| control.label == "Undo" && sends(control));
        press(&self.client, &button.unwrap_or_else(|| panic!("no message with Undo: {self}")))
    }

    pub fn control(&self, label: &str) -> Option<Control> {
        self.controls().into_iter().find(|control| control.row.is_none() && (control.label == label || control.name == label))
    }

    // ------------------------------------------------------------------------------------------ the panes

    /// The row with this text in the contacts or entitlements pane.
    #[track_caller]
    pub fn row(&self, text: &str) -> Row {
        self.find_row(text).unwrap_or_else(|| panic!("no row {text:?}: {self}"))
    }

    pub fn find_row(&self, text: &str) -> Option<Row> {
        self.pane_rows(ROWS).into_iter().find(|row| plain(&row.text).contains(&plain(text)))
    }

    /// The rows of the contacts pane.
    pub fn contacts(&self) -> Vec<Row> {
        self.pane_rows("#contacts tbody tr")
    }

    pub fn entitlements(&self) -> Vec<Row> {
        self.pane_rows("#entitlements tbody tr")
    }

    fn pane_rows(&self, selector: &str) -> Vec<Row> {
        let document = self.document();
        let controls = self.controls();
        document
            .select(&css(selector))
            .filter_map(|row| {
                let id = ["id=\"contact-", "id=\"entitlement-", "/contacts/", "/entitlements/"]
                    .iter()
                    .find_map(|before| number_after(&row.html(), before))?;
                let controls = controls.iter().filter(|control| control.row == Some(row.id())).cloned().collect();
                Some(Row { text: words_of(row), id, controls, client: self.client.clone() })
            })
            .collect()
    }

    // ------------------------------------------------------------------------------------------ the list

    /// The names in the list, in order.
    pub fn rows(&self) -> Vec<String> {
        let document = self.document();
        document.select(&css(&format!("{LIST_LINKS} .name"))).map(words_of).collect()
    }

    /// The customers in the list, in order.
    pub fn row_ids(&self) -> Vec<i64> {
        self.attributes(LIST_LINKS, "href").iter().filter_map(|href| number_after(href, "/customers/")).collect()
    }

    /// All that the rows of the list say, second lines too.
    pub fn row_texts(&self) -> Vec<String> {
        self.texts(LIST_LINKS)
    }

    /// The address of a row in the list.
    #[track_caller]
    pub fn row_link(&self, id: i64) -> String {
        let hrefs = self.attributes(LIST_LINKS, "href");
        hrefs.into_iter().find(|href| number_after(href, "/customers/") == Some(id)).unwrap_or_else(|| panic!("{id} is not listed: {self}"))
    }

    /// The customer marked current in the list.
    pub fn current(&self) -> Option<i64> {
        number_after(self.attributes(&format!("{LIST_LINKS}[aria-current]"), "href").first()?, "/customers/")
    }

    /// What the search found: the marked pieces of the rows.
    pub fn marks(&self) -> Vec<String> {
        self.texts("#results mark")
    }

    /// The page of the list after this one.
    pub fn next(&self) -> Option<Page> {
        self.neighbour("next")
    }

    pub fn previous(&self) -> Option<Page> {
        self.neighbour("prev")
    }

    fn neighbour(&self, rel: &str) -> Option<Page> {
        self.neighbour_address(rel).map(|address| self.client.get(address).expect(200))
    }

    /// The address of a neighbour: `next` or `prev`.
    pub fn neighbour_address(&self, rel: &str) -> Option<String> {
        self.attributes(&format!("a[rel~={rel}]"), "href").into_iter().next()
    }

    // ------------------------------------------------------------------------------------------ its form

    /// The names of the fields that are marked as wrong, in order.
    pub fn errors(&self) -> Vec<String> {
        self.attributes("[aria-invalid=true]", "name")
    }

    /// What is wrong with a field, in words that stand with it.
    pub fn error_of(&self, name: &str) -> Option<String> {
        let document = self.document();
        let field = document.select(&css(&format!("[name='{name}'][aria-invalid=true]"))).next()?;
        let ids = [field.attr("aria-errormessage"), field.attr("aria-describedby")];
        let words: Vec<_> = ids
            .iter()
            .flatten()
            .flat_map(|ids| ids.split_whitespace())
            .filter_map(|id| document.select(&css(&format!("[id='{id}']"))).next().map(words_of))
            .collect();
        assert!(!words.is_empty(), "the error of {name} is not tied to the field: {self}");
        Some(words.join(" "))
    }

    /// What a field holds.
    #[track_caller]
    pub fn field(&self, name: &str) -> String {
        self.find_field(name).unwrap_or_else(|| panic!("no field {name:?}: {self}"))
    }

    pub fn find_field(&self, name: &str) -> Option<String> {
        let document = self.document();
        let named = document.select(&css(&format!("[name='{name}']"))).find(|element| element.value().name() != "button")?;
        Some(value_of(named).unwrap_or_default())
    }

    /// The value of a hidden field: `token`, `version`.
    #[track_caller]
    pub fn hidden(&self, name: &str) -> String {
        let values = self.attributes(&format!("input[type=hidden][name='{name}']"), "value");
        values.into_iter().next().unwrap_or_else(|| panic!("no hidden {name:?}: {self}"))
    }

    /// Types into the page's form and sends it; an answer that redirects is not followed.
    #[track_caller]
    pub fn submit(&self, typed: &[(&str, &str)]) -> Page {
        let (address, fields) = self.filled(typed);
        self.client.send("POST", address, &[("Content-Type", "application/x-www-form-urlencoded")], encode(&fields).as_bytes())
    }

    /// Where the page's form goes, and all that it would send, with what was typed.
    #[track_caller]
    pub fn filled(&self, typed: &[(&str, &str)]) -> (String, Vec<(String, String)>) {
        let document = self.document();
        let visible = css("input:not([type=hidden]), select, textarea");
        let form = document
            .select(&css("form[method=post]"))
            .find(|form| form.select(&visible).next().is_some())
            .unwrap_or_else(|| panic!("no form: {self}"));
        let mut fields: Vec<(String, Option<String>)> = form
            .select(&css("input[name], select[name], textarea[name]"))
            .map(|field| (field.attr("name").unwrap_or_default().to_owned(), value_of(field)))
            .collect();
        for (name, value) in typed {
            let field = fields.iter_mut().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no field {name:?}: {self}"));
            let is_check = form.select(&css(&format!("[type=checkbox][name='{name}']"))).next().is_some();
            field.1 = Some((*value).to_owned()).filter(|value| !(is_check && value.is_empty()));
        }
        let address = form.attr("action").unwrap_or_else(|| panic!("a form without an address: {self}")).to_owned();
        (address, fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
    }
}

impl Row {
    pub fn says(&self, text: &str) -> bool {
        plain(&self.text).contains(&plain(text))
    }

    pub fn offers(&self, label: &str) -> bool {
        self.control(label).is_some()
    }

    #[track_caller]
    pub fn press(&self, label: &str) -> Page {
        let Some(control) = self.control(label) else { panic!("does not offer {label:?}: {self:?}") };
        press(&self.client, &control)
    }

    /// In a row the name may go on: `Edit Jana Hoffmann`.
    fn control(&self, label: &str) -> Option<Control> {
        let goes_on = format!("{label} ");
        self.controls.iter().find(|control| control.label == label || control.name == label || control.name.starts_with(&goes_on)).cloned()
    }
}

fn press(client: &Client, control: &Control) -> Page {
    match &control.action {
        Some(Action::Open(address)) => client.get(address),
        Some(Action::Send { method, address, fields }) if method == "post" => {
            client.send("POST", address, &[("Content-Type", "application/x-www-form-urlencoded")], encode(fields).as_bytes())
        }
        Some(Action::Send { address, fields, .. }) => {
            client.get(format!("{}?{}", address.split('?').next().unwrap_or_default(), encode(fields)))
        }
        None => panic!("{:?} does nothing without a script", control.name),
    }
}

fn controls(document: &Html, path: &str) -> Vec<Control> {
    // A row with a form in it is that form.
    let is_form = |row: &ElementRef| row.select(&css("form[data-saves]")).next().is_some();
    let rows: Vec<_> = document.select(&css(ROWS)).filter(|row| !is_form(row)).map(|row| row.id()).collect();
    document
        .select(&css("a[href], button:not([disabled])"))
        .map(|element| Control {
            name: element.attr("aria-label").map_or_else(|| label_of(element, true), squeeze),
            label: label_of(element, false),
            action: action_of(element, document, path),
            row: element.ancestors().map(|ancestor| ancestor.id()).find(|id| rows.contains(id)),
        })
        .collect()
}

fn action_of(element: ElementRef, document: &Html, path: &str) -> Option<Action> {
    if let Some(href) = element.attr("href") {
        return Some(Action::Open(href.to_owned()));
    }
    if element.attr("type") == Some("button") {
        return None;
    }
    let form = match element.attr("form") {
        Some(id) => document.select(&css(&format!("form[id='{id}']"))).next()?,
        None => element.ancestors().filter_map(ElementRef::wrap).find(|ancestor| ancestor.value().name() == "form")?,
    };
    let mut fields: Vec<(String, String)> = form
        .select(&css("input[name], select[name], textarea[name]"))
        .filter_map(|field| Some((field.attr("name")?.to_owned(), value_of(field)?)))
        .collect();
    fields.extend(element.attr("name").map(|name| (name.to_owned(), element.attr("value").unwrap_or_default().to_owned())));
    let method = element.attr("formmethod").or(form.attr("method")).unwrap_or("get").to_lowercase();
    let address = element.attr("formaction").or(form.attr("action")).unwrap_or(path).to_owned();
    Some(Action::Send { method, address, fields })
}

/// What a form sends for a field: nothing for a box without a tick.
fn value_of(field: ElementRef) -> Option<String> {
    match (field.value().name(), field.attr("type")) {
        ("textarea", _) => {
            let text: String = field.text().collect();
            // The parser has dropped the first line break, as HTML wants it.
            Some(text)
        }
        ("select", _) => {
            let chosen = field.select(&css("option[selected]")).next().or_else(|| field.select(&css("option")).next())?;
            Some(chosen.attr("value").map_or_else(|| words_of(chosen), str::to_owned))
        }
        (_, Some("checkbox" | "radio")) => field.attr("checked").map(|_| field.attr("value").unwrap_or("on").to_owned()),
        ("input", _) => Some(field.attr("value").unwrap_or_default().to_owned()),
        _ => None,
    }
}

/// The text of a control without its key's character; `all`: with what only a screen reader says.
fn label_of(element: ElementRef, all: bool) -> String {
    let mut text = String::new();
    collect(element, &mut text, &|part: &ElementRef| {
        let value = part.value();
        let hidden = value.classes().any(|class| ["visually-hidden", "sr-only", "vh"].contains(&class));
        value.name() == "kbd" || value.name() == "svg" || value.attr("aria-hidden") == Some("true") || (hidden && !all)
    });
    squeeze(&text)
}

pub fn words_of(element: ElementRef) -> String {
    let mut text = String::new();
    collect(element, &mut text, &|part: &ElementRef| ["script", "style", "template", "noscript"].contains(&part.value().name()));
    squeeze(&text)
}

fn collect(element: ElementRef, text: &mut String, leave_out: &dyn Fn(&ElementRef) -> bool) {
    const INLINE: [&str; 16] =
        ["a", "b", "bdi", "bdo", "code", "em", "i", "kbd", "mark", "q", "small", "span", "strong", "sub", "sup", "time"];
    for child in element.children() {
        match (child.value(), ElementRef::wrap(child)) {
            (Node::Text(words), _) => text.push_str(words),
            (_, Some(part)) if !leave_out(&part) => {
                let apart = !INLINE.contains(&part.value().name());
                text.push_str(if apart { " " } else { "" });
                collect(part, text, leave_out);
                text.push_str(if apart { " " } else { "" });
            }
            _ => {}
        }
    }
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// For comparing as a reader does.
fn plain(text: &str) -> String {
    squeeze(&text.replace(['’', '‘'], "'").replace(['“', '”'], "\"").replace(['\u{2068}', '\u{2069}'], "")).to_lowercase()
}

fn number_after(text: &str, before: &str) -> Option<i64> {
    let rest = &text[text.find(before)? + before.len()..];
    rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())].parse().ok()
}

pub fn css(selector: &str) -> Selector {
    Selector::parse(selector).unwrap_or_else(|error| panic!("{selector}: {error}"))
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = words_of(Html::parse_document(&String::from_utf8_lossy(&self.bytes)).root_element());
        write!(f, "{} answered {} {:?}\n{words}", self.asked, self.status, self.header("Location").unwrap_or_default())
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
