//! What is read from pages: links, rows, forms and assets.

use std::collections::BTreeSet;

use form_urlencoded::Serializer;
use scraper::{ElementRef, Html, Selector};

/// The address of the link that leads on in the list.
pub fn next(page: &str) -> Option<String> {
    let page = Html::parse_document(page);
    page.select(&selector("a[rel=next]")).next().and_then(|link| link.attr("href")).map(str::to_owned)
}

/// The customers in the list.
pub fn rows(page: &str) -> Vec<u64> {
    let (page, row) = (Html::parse_document(page), selector("li[id^=row-]"));
    page.select(&row).filter_map(|row| row.attr("id")?.strip_prefix("row-")?.parse().ok()).collect()
}

/// The addresses of all files that the page brings along.
pub fn assets(page: &str) -> BTreeSet<String> {
    let ends = ['"', '\'', '#', ' ', '>'];
    page.split("/static/").skip(1).filter_map(|rest| rest.split(ends).next()).map(|name| format!("/static/{name}")).collect()
}

/// A form that saves something: where it goes, and its fields as a browser would send them.
pub struct Form {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl Form {
    pub fn of(page: &str) -> Self {
        let page = Html::parse_document(page);
        let form = page.select(&selector("form[method=post][data-saves]")).next().expect("a form");
        let controls = selector("input[name], textarea[name], select[name]");
        let fields = form.select(&controls).filter_map(|field| Some((field.attr("name")?.to_owned(), value(field)?))).collect();
        Self { action: form.attr("action").expect("where it goes").to_owned(), fields }
    }

    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub fn set(&mut self, name: &str, value: &str) {
        let field = self.fields.iter_mut().find(|(known, _)| known == name).expect("such a field");
        value.clone_into(&mut field.1);
    }

    pub fn encoded(&self) -> String {
        Serializer::new(String::new()).extend_pairs(&self.fields).finish()
    }
}

/// What a control sends; nothing when it is a box without a tick.
fn value(field: ElementRef<'_>) -> Option<String> {
    match field.value().name() {
        "textarea" => Some(field.text().collect()),
        "select" => {
            let chosen = field.select(&selector("option[selected]")).next().or_else(|| field.select(&selector("option")).next());
            Some(chosen.and_then(|option| option.attr("value")).unwrap_or_default().to_owned())
        }
        _ if field.attr("type") == Some("checkbox") && field.attr("checked").is_none() => None,
        _ => Some(field.attr("value").unwrap_or_default().to_owned()),
    }
}

fn selector(text: &str) -> Selector {
    Selector::parse(text).expect("a selector")
}
