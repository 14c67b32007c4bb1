//! How an import and its files are called, and what it asks.

use crate::domain::ImportId;
use crate::domain::import::Subject;
use crate::domain::numbers::counted;
use crate::imports::files::look::Question;
use crate::imports::record::Import;
use crate::pages::view::Step;
use crate::web::address;

/// The path of an import's page.
pub(super) fn path(id: ImportId) -> String {
    format!("{}/{id}", address::IMPORT)
}

/// The name of a file.
pub(super) fn file_name(import: &Import, subject: Subject) -> String {
    import.files.of(subject).as_ref().map_or_else(|| subject.word().to_owned(), |file| file.name.clone())
}

/// The names of its files, in a line.
pub(super) fn names(import: &Import) -> String {
    let files = Subject::ALL.iter().filter_map(|subject| import.files.of(*subject).as_ref());
    files.filter(|file| !file.derived).map(|file| file.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// The steps of an import, in their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum At {
    Upload,
    Columns,
    Preview,
}

/// The steps of an import at one of them; before the preview, columns that have to be matched are not done.
pub(super) fn steps(at: At, is_matched: bool) -> [Step; 3] {
    [(At::Upload, "Upload"), (At::Columns, "Match columns"), (At::Preview, "Preview")].map(|(step, label)| Step {
        label,
        is_done: step < at && (step != At::Columns || is_matched),
        is_current: step == at,
    })
}

/// What has to be said before an import can begin: sentences.
pub(super) fn questions(import: &Import) -> Vec<String> {
    import.findings.questions.iter().map(|(subject, question)| sentence(import, *subject, question)).collect()
}

/// A question in a sentence.
pub(super) fn sentence(import: &Import, subject: Subject, question: &Question) -> String {
    let file = file_name(import, subject);
    match question {
        Question::Columns => format!("{file}: its columns were matched by their names. Check that each goes where it belongs."),
        Question::Encoding(encoding, sample) if sample.is_empty() => {
            format!("{file} is not in UTF-8, and looks like {encoding}. Say whether that is right.")
        }
        Question::Encoding(encoding, sample) => {
            format!("{file} is not in UTF-8, and looks like {encoding}: “{sample}”. Say whether that is right.")
        }
        Question::Dates(date) => format!("{file}: {date} could be two days. Say whether the day or the month comes first."),
        Question::Status(words) => {
            format!("{file}: say what these words mean as a status: {}.", words.join(", "))
        }
        Question::Alike(count) => {
            let customers = counted(*count, "new customer looks like a known one", "new customers look like known ones");
            format!("{customers}. Say what is to become of them.")
        }
    }
}
