//! What the command line says of files: how they are read, where their columns go.

use clap::Args;

use crate::domain::import::{Each, Subject};
use crate::imports::files::fields::{fields, named};
use crate::imports::files::look::{Look, Options, Question};
use crate::imports::files::mapping::{Alike, DateOrder, Key};

type Outcome<T> = Result<T, String>;

/// Decisions about the files. What concerns a column or a field of one file among several begins with its kind: `contacts:Company=customer_name`.
#[derive(Debug, Args)]
pub(super) struct Decisions {
    /// Where a column goes: `--map 'Account Name=name'`; several fields with commas, none to leave it out
    #[arg(long = "map", value_name = "COLUMN=FIELD")]
    columns: Vec<String>,
    /// What a field has in every row: `--set type=company`
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    constants: Vec<String>,
    /// Use the columns that were kept under this name
    #[arg(long, value_name = "NAME")]
    pub mapping: Option<String>,
    /// Keep where the columns go under this name, for the next file
    #[arg(long, value_name = "NAME")]
    pub save_mapping: Option<String>,
    /// What customers are recognized by where their number and CRM ID do not tell: nothing, Ref ID (`ref_id`), email or name
    #[arg(long, value_parser = |word: &str| Key::parse(word).ok_or("use nothing, ref_id, email or name"), value_name = "FIELD")]
    key: Option<Key>,
    /// What becomes of new customers that look like known ones: skip, update or create
    #[arg(long, value_parser = |word: &str| Alike::parse(word).ok_or("use skip, update or create"), value_name = "WHAT")]
    alike: Option<Alike>,
    /// What comes first in dates like 3/1/2026: day-first or month-first
    #[arg(long, value_parser = |word: &str| DateOrder::parse(word).ok_or("use day-first or month-first"), value_name = "ORDER")]
    dates: Option<DateOrder>,
    /// What a word means as a status: `--status past_due=enabled`
    #[arg(long, value_name = "WORD=STATUS")]
    status: Vec<String>,
    /// The number of the customer that rows mean by a name of which there are several, or none: `--owner 'Acme=C-000007'`
    #[arg(long = "owner", value_name = "NAME=NUMBER")]
    owners: Vec<String>,
    /// Take words such as NA, n/a, NULL, none and - as they are, not as nothing
    #[arg(long)]
    keep_words: bool,
    /// Clear what is stored where a cell is empty
    #[arg(long)]
    empty_clears: bool,
    /// The encoding of the files, such as windows-1252
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// The sheet of a workbook
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// What stands between two cells
    #[arg(long, value_name = "CHARACTER")]
    separator: Option<char>,
    /// The line that names the columns
    #[arg(long, value_name = "LINE")]
    header_line: Option<u64>,
}

impl Decisions {
    /// The decisions about each of these files, beside those that were kept.
    pub fn options(&self, given: &[Subject], mut options: Each<Options>) -> Outcome<Each<Options>> {
        for subject in given {
            let Options { reading, mapping } = options.of_mut(*subject);
            reading.encoding = self.encoding.clone().or_else(|| reading.encoding.take());
            reading.sheet = self.sheet.clone().or_else(|| reading.sheet.take());
            reading.separator = self.separator.or(reading.separator);
            reading.header_line = self.header_line.or(reading.header_line);
            mapping.key = self.key.or(mapping.key);
            mapping.alike = self.alike.or(mapping.alike);
            mapping.dates = self.dates.or(mapping.dates);
            mapping.clear |= self.empty_clears;
            mapping.confirmed = true;
            if self.keep_words {
                mapping.nothing = Some(false);
            }
            for word in &self.status {
                let (word, status) = pair(word, "--status")?;
                let enabled = match status {
                    "enabled" => true,
                    "disabled" => false,
                    _ => return Err(format!("--status {word}={status}: a status is enabled or disabled.")),
                };
                mapping.status.insert(word.trim().to_lowercase(), enabled);
            }
        }
        for decision in &self.owners {
            let (subject, decision) = of_file(given, decision, "--owner")?;
            let (name, number) = pair(decision, "--owner")?;
            let owners = &mut options.of_mut(subject).mapping.owners;
            owners.retain(|(known, _)| known != name);
            owners.push((name.to_owned(), number.to_owned()));
        }
        for decision in &self.columns {
            let (subject, decision) = of_file(given, decision, "--map")?;
            let (column, names) = pair(decision, "--map")?;
            let names: Vec<String> = names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
            names.iter().try_for_each(|name| known(subject, name))?;
            let columns = &mut options.of_mut(subject).mapping.columns;
            columns.retain(|(known, _)| known != column);
            columns.push((column.to_owned(), names));
        }
        for decision in &self.constants {
            let (subject, decision) = of_file(given, decision, "--set")?;
            let (field, value) = pair(decision, "--set")?;
            known(subject, field)?;
            let constants = &mut options.of_mut(subject).mapping.constants;
            constants.retain(|(known, _)| known != field);
            constants.push((field.to_owned(), value.to_owned()));
        }
        Ok(options)
    }
}

/// Refuses columns that a file does not have.
pub(super) fn refuse_unknown_columns(look: &Look) -> Outcome<()> {
    for subject in Subject::ALL {
        let Some(file) = look.files.of(subject) else { continue };
        for (column, _) in &look.options.of(subject).mapping.columns {
            if !file.survey.columns.iter().any(|known| known.name == *column) {
                return Err(format!("--map: the file of {subject} has no column \"{column}\"."));
            }
        }
    }
    Ok(())
}

/// What has to be said before anything is imported, as what to write on the command line; `None` where the command has answered it.
pub(super) fn answer(question: &Question) -> Option<String> {
    match question {
        Question::Columns => None,
        Question::Encoding(encoding, sample) => {
            let sample = if sample.is_empty() { String::new() } else { format!(", one line reads: {sample}\n") };
            Some(format!(
                "The text is not in UTF-8. Read as {encoding}{sample} Add --encoding {encoding} if that is right, or --encoding with another name."
            ))
        }
        Question::Dates(date) => Some(format!("{date} could be two days: add --dates day-first or --dates month-first.")),
        Question::Status(words) => {
            let given = words.iter().map(|word| format!("--status '{word}=enabled'")).collect::<Vec<_>>().join(" ");
            Some(format!("The meaning of these words as a status is not known: {}. Say it: {given} (or disabled).", words.join(", ")))
        }
        Question::Alike(_) => {
            Some("Some new customers look like known ones: add --alike skip, --alike update or --alike create.".to_owned())
        }
    }
}

/// The file that a decision is about.
fn of_file<'a>(given: &[Subject], decision: &'a str, option: &str) -> Outcome<(Subject, &'a str)> {
    let prefixed = Subject::ALL.into_iter().find_map(|subject| Some((subject, decision.strip_prefix(subject.word())?.strip_prefix(':')?)));
    match (prefixed, given) {
        (Some((subject, rest)), _) if given.contains(&subject) => Ok((subject, rest)),
        (Some((subject, _)), _) => Err(format!("{option} {decision}: there is no file of {subject}.")),
        (None, [subject]) => Ok((*subject, decision)),
        (None, _) => Err(format!("{option} {decision}: say which file is meant, as in {option} 'customers:{decision}'.")),
    }
}

fn pair<'a>(text: &'a str, option: &str) -> Outcome<(&'a str, &'a str)> {
    text.rsplit_once('=').ok_or_else(|| format!("{option} {text}: an equals sign is missing."))
}

fn known(subject: Subject, name: &str) -> Outcome<()> {
    if named(subject, name).is_some() {
        return Ok(());
    }
    let names: Vec<&str> = fields(subject).iter().map(|field| field.name).collect();
    Err(format!("{subject} have no field {name}; the fields are: {}.", names.join(", ")))
}
