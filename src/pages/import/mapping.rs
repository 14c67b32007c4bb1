//! Takes where people have decided that the columns of an import's files go; the page is [`mod@super::columns`].

use super::columns::{owner_names, signature, unknown_words};
use crate::db::Db;
use crate::domain::ImportId;
use crate::domain::import::{Each, Subject};
use crate::domain::input::Input;
use crate::imports::files::fields::named;
use crate::imports::files::findings::FileFindings;
use crate::imports::files::look::Options;
use crate::imports::files::mapping::{Alike, DateOrder, Key, Mapping};
use crate::imports::files::reading::{Format, Reading};
use crate::imports::mappings::{self, NAME};
use crate::imports::record;
use crate::imports::uploads;
use crate::store::Result;
use crate::web::request::Request;

/// Takes what people have decided; the files are checked again.
pub(super) fn take(db: &mut Db, request: &Request, id: ImportId, input: &Input) -> Result<()> {
    let import = record::find(db, id)?;
    let mut options = import.options.clone();
    for found in import.findings.files.iter().filter(|found| !found.sources.is_empty()) {
        let subject = found.subject;
        let signature = signature(found);
        let kept = mappings::offered(db, subject, &signature)?.into_iter().find(|kept| input.get("use") == kept.id.to_string());
        if !input.get("use").is_empty() && kept.is_none() {
            // The button is another file's.
            continue;
        }
        if let Some(kept) = kept {
            let reading = options.of(subject).reading.clone();
            *options.of_mut(subject) = Options { reading, mapping: Mapping { confirmed: true, ..kept.options.mapping } };
            continue;
        }
        let decided = Decided { input, subject };
        let owners = owner_names(&import, subject);
        let reading = decided.reading();
        let before = found.format.as_ref().map(Format::reading).unwrap_or_default();
        let is_other = reading != before && reading != options.of(subject).reading;
        // Other columns may come of it: then they are guessed again.
        let mapping = if is_other {
            Mapping { columns: Vec::new(), confirmed: false, ..decided.mapping(&import.options, found, &owners) }
        } else {
            decided.mapping(&import.options, found, &owners)
        };
        *options.of_mut(subject) = Options { reading, mapping };
        let name: String = input.get(&format!("{subject}-keep")).trim().chars().take(NAME).collect();
        if !name.is_empty() {
            mappings::keep(db, &request.actor, subject, &name, &signature, options.of(subject))?;
        }
    }
    uploads::decide_on(db, &request.actor, id, &options)
}

/// What a form says of one file.
struct Decided<'a> {
    input: &'a Input,
    subject: Subject,
}

impl Decided<'_> {
    fn get(&self, name: &str) -> &str {
        self.input.get(&format!("{}-{name}", self.subject)).trim()
    }

    fn reading(&self) -> Reading {
        let text = |name| Some(self.get(name)).filter(|text| !text.is_empty()).map(str::to_owned);
        Reading {
            encoding: text("encoding"),
            sheet: text("sheet"),
            separator: match self.get("separator") {
                "tab" => Some('\t'),
                text => text.chars().next(),
            },
            header_line: self.get("header").parse().ok(),
        }
    }

    /// Which customers are meant by the names that were shown; what was said of others stays.
    fn owners(&self, options: &Each<Options>, shown: &[String]) -> Vec<(String, String)> {
        let before = options.of(self.subject).mapping.owners.iter().filter(|(name, _)| !shown.contains(name)).cloned();
        let decided = shown.iter().enumerate().map(|(place, name)| (name.clone(), self.get(&format!("owner-{place}")).to_owned()));
        before.chain(decided.filter(|(_, number)| !number.is_empty())).collect()
    }

    fn mapping(&self, options: &Each<Options>, found: &FileFindings, owner_names: &[String]) -> Mapping {
        let before = &options.of(self.subject).mapping;
        let field = |name: &str| named(self.subject, self.get(name)).map(|field| field.name.to_owned());
        let columns = found.sources.iter().enumerate().map(|(place, source)| {
            let fields = [field(&format!("column-{place}")), field(&format!("also-{place}"))];
            (source.survey.name.clone(), fields.into_iter().flatten().collect())
        });
        // One more than there are is offered.
        let constants = (0..=before.constants.len()).filter_map(|place| {
            let value = self.get(&format!("value-{place}"));
            Some((field(&format!("constant-{place}"))?, value.to_owned())).filter(|_| !value.is_empty())
        });
        let words = unknown_words(found, before).into_iter().filter_map(|word| {
            let enabled = match self.get(&format!("status-{word}")) {
                "enabled" => true,
                "disabled" => false,
                _ => return None,
            };
            Some((word, enabled))
        });
        let mut alike_rows = before.alike_rows.clone();
        for (name, value) in self.input.pairs() {
            let Some(line) = name.strip_prefix("alike-").and_then(|line| line.parse().ok()) else { continue };
            match Alike::parse(value) {
                Some(alike) => alike_rows.insert(line, alike),
                None => alike_rows.remove(&line),
            };
        }
        Mapping {
            columns: columns.collect(),
            constants: constants.collect(),
            key: Key::parse(self.get("key")),
            nothing: Some(!self.get("nothing").is_empty()),
            clear: !self.get("clear").is_empty(),
            dates: DateOrder::parse(self.get("dates")),
            status: words.collect(),
            alike: Alike::parse(self.input.get("alike")),
            alike_rows,
            owners: self.owners(options, owner_names),
            confirmed: true,
        }
    }
}
