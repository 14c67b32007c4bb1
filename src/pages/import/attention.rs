//! What of an import asks for attention while its columns are matched: questions, and what the check found in the rows.

use super::draw::{note_row, reason_row};
use super::wording::sentence;
use crate::domain::import::Subject;
use crate::domain::numbers::counted;
use crate::imports::files::look::Question;
use crate::imports::record::Import;
use crate::pages::view::{NoteRow, OpenQuestion};

/// Warnings that stand beside the columns; all of them are in the preview.
const SHOWN: usize = 4;

/// What has to be said before the import can begin, and where on the page of its columns that is.
pub(super) fn questions(import: &Import) -> Vec<OpenQuestion> {
    let open = import.findings.questions.iter();
    open.map(|(subject, question)| OpenQuestion { text: sentence(import, *subject, question), place: place(*subject, question) }).collect()
}

/// Whether there is such a question about a file.
pub(super) fn asks(import: &Import, subject: Subject, is_meant: impl Fn(&Question) -> bool) -> bool {
    import.findings.questions.iter().any(|(of, question)| *of == subject && is_meant(question))
}

fn place(subject: Subject, question: &Question) -> String {
    match question {
        Question::Columns => format!("map-{subject}"),
        Question::Encoding(..) => format!("{subject}-encoding"),
        Question::Dates(_) => format!("{subject}-dates"),
        Question::Status(_) => format!("{subject}-words"),
        Question::Alike(_) => "alike".to_owned(),
    }
}

/// How many warnings there are, in words, and the first of them: what is invalid stands before what is left out or read as something else.
pub(super) fn warnings(import: &Import) -> (String, Vec<NoteRow>) {
    let findings = &import.findings;
    let count = findings.reasons.len() + findings.notes.len();
    let all = findings.reasons.iter().map(reason_row).chain(findings.notes.iter().map(note_row));
    (counted(count as u64, "warning", "warnings"), all.take(SHOWN).collect())
}
