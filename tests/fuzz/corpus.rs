//! What answers teach: which addresses there are, which forms with which fields, which tags and files.

use std::collections::BTreeSet;

use fastrand::Rng;
use scraper::Html;

use crate::answer::Answer;
use crate::support::page::css;

/// How much of each kind is remembered; more takes the place of something earlier.
const MOST: usize = 400;

/// A form of a page.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    /// Each field with the values that the page offers for it.
    pub fields: Vec<(String, Vec<String>)>,
}

/// What was learned.
pub struct Corpus {
    pub addresses: Vec<String>,
    pub forms: Vec<Form>,
    pub names: Vec<String>,
    pub tags: Vec<String>,
    pub files: Vec<Vec<u8>>,
    known: BTreeSet<String>,
}

impl Default for Corpus {
    fn default() -> Self {
        let names = ["q", "status", "type", "sort", "after", "before", "around", "flash", "listed", "was", "token", "version"];
        Self {
            addresses: vec!["/customers".to_owned()],
            forms: Vec::new(),
            names: names.map(str::to_owned).to_vec(),
            tags: Vec::new(),
            files: Vec::new(),
            known: names.map(str::to_owned).into(),
        }
    }
}

impl Corpus {
    pub fn learn(&mut self, answer: &Answer, html: Option<&Html>, random: &mut Rng) {
        if let Some(tag) = answer.header("etag") {
            keep(&mut self.tags, tag.to_owned(), random);
        }
        self.addresses_of(answer, random);
        match html {
            Some(html) => self.learn_page(html, random),
            None if answer.header("content-type").is_some_and(|kind| kind.starts_with("text/csv")) => {
                keep(&mut self.files, answer.body.iter().copied().take(6_000).collect(), random);
            }
            None => {}
        }
    }

    fn addresses_of(&mut self, answer: &Answer, random: &mut Rng) {
        for name in ["location", "hx-push-url", "hx-replace-url"] {
            if let Some(address) = answer.header(name).filter(|address| address.starts_with('/')) {
                keep(&mut self.addresses, address.to_owned(), random);
            }
        }
    }

    fn learn_page(&mut self, html: &Html, random: &mut Rng) {
        for element in html.select(&css("[href], [hx-get], [src]")) {
            let address = ["href", "hx-get", "src"].iter().find_map(|name| element.attr(name)).unwrap_or_default();
            if address.starts_with('/') && random.u8(..8) == 0 {
                keep(&mut self.addresses, address.to_owned(), random);
            }
        }
        for form in html.select(&css("form")) {
            let mut fields: Vec<(String, Vec<String>)> = Vec::new();
            for field in form.select(&css("input[name], select[name], textarea[name], button[name]")) {
                let name = field.attr("name").unwrap_or_default().to_owned();
                let mut values: Vec<String> =
                    field.select(&css("option")).filter_map(|option| option.attr("value")).map(str::to_owned).collect();
                values.extend(field.attr("value").map(str::to_owned));
                if values.is_empty() {
                    values.push(field.text().collect());
                }
                if self.known.insert(name.clone()) {
                    self.names.push(name.clone());
                }
                match fields.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, more)) => more.extend(values),
                    None => fields.push((name, values)),
                }
            }
            let action = form.attr("action").unwrap_or("/customers").to_owned();
            if form.attr("method").is_some_and(|method| method.eq_ignore_ascii_case("post")) {
                keep(&mut self.forms, Form { action, fields }, random);
            }
        }
    }

    /// A long run has met forms; a short one may have been unlucky.
    pub fn assert_learned(&self, requests: usize) {
        assert!(requests < 1_000 || (self.addresses.len() > 50 && self.names.len() > 20), "nothing was learned: {:?}", self.names);
    }
}

fn keep<T>(all: &mut Vec<T>, new: T, random: &mut Rng) {
    if all.len() < MOST {
        all.push(new);
    } else {
        let at = random.usize(..all.len());
        all[at] = new;
    }
}
