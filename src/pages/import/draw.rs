//! An import in words.

use chrono::TimeDelta;

use super::wording::{At, file_name, names, path, questions, steps};
use crate::domain::import::{Mode, State, Subject};
use crate::domain::numbers::{counted, thousands};
use crate::domain::rules::Task;
use crate::imports::files::fields;
use crate::imports::files::findings::{FileFindings, Findings};
use crate::imports::files::notes::Note;
use crate::imports::files::report::{Counts, Finding, Reason};
use crate::imports::parts::KEPT;
use crate::imports::record::{Import, Progress};
use crate::pages::view::{Bar, ColumnTable, CountRow, FindingList, FindingRow, ImportRow, ImportShow, NoteRow};
use crate::pages::words::when;
use crate::store::random_token;
use crate::web::address;
use crate::web::request::Request;

/// Which rows are taken, in words.
pub(super) const MODES: [(Mode, &str); 3] = [
    (Mode::Both, "Create new records, update existing ones"),
    (Mode::Create, "Create new records, skip existing ones"),
    (Mode::Update, "Update existing records, skip new ones"),
];

/// An import in a line.
pub(super) fn row(request: &Request, import: &Import) -> ImportRow {
    let percent = percent(import);
    let state = match import.state {
        State::Uploading | State::Checking => format!("Checking, {percent}"),
        State::Checked { importable: true } => "Checked, not imported".to_owned(),
        State::Checked { importable: false } if !import.findings.questions.is_empty() => "Checked, waits for an answer".to_owned(),
        State::Checked { importable: false } if import.trouble.is_empty() => "Checked, nothing to import".to_owned(),
        State::Checked { importable: false } => "Cannot be imported".to_owned(),
        State::Running => format!("Importing, {percent}"),
        State::Failed => "Interrupted".to_owned(),
        State::Done => "Done".to_owned(),
        State::Discarded => "Discarded".to_owned(),
    };
    ImportRow {
        href: address::with_list(&path(import.id), &request.query),
        files: names(import),
        state,
        when: when(request.actor.now, import.created_at),
    }
}

/// An import's page; `waiting` says that no server works on it although one should.
pub(super) fn page(request: &Request, import: &Import, waiting: bool) -> ImportShow {
    let own = path(import.id);
    let (active, done) = (import.state.is_active(), import.state == State::Done);
    let findings = &import.findings;
    let label = MODES.iter().find(|(mode, _)| *mode == import.mode).map_or("", |(_, label)| label);
    let files = Subject::ALL.into_iter().filter(|subject| import.files.of(*subject).is_some());
    let counts: Vec<(Subject, &Counts)> = if done {
        files.map(|subject| (subject, import.counts.of(subject))).collect()
    } else {
        findings.files.iter().map(|file| (file.subject, &file.counts)).collect()
    };
    ImportShow {
        heading: heading(import).to_owned(),
        steps: if matches!(import.state, State::Checked { .. }) {
            steps(At::Preview, import.trouble.is_empty() && findings.questions.is_empty()).into()
        } else {
            Vec::new()
        },
        facts: vec![names(import), label.to_owned()],
        uploaded: when(request.actor.now, import.created_at),
        sentences: sentences(import, waiting),
        trouble: (!import.trouble.is_empty()).then(|| import.trouble.clone()),
        poll: active.then(|| address::with(&own, &request.query, &[("was", import.state.word())])),
        bar: active.then(|| bar(request, import)),
        counts: counts.into_iter().map(|(subject, counts)| count_row(import, subject, counts)).collect(),
        counts_heading: if done { "Result" } else { "Preview" },
        // While it is active it is drawn each second.
        lists: if active { Vec::new() } else { lists(findings) },
        questions: if matches!(import.state, State::Checked { .. }) { questions(import) } else { Vec::new() },
        matching: (request.actor.can(Task::MapImport(import.state)) && !findings.files.is_empty())
            .then(|| address::with_list(&format!("{own}/columns"), &request.query)),
        notes: if active { Vec::new() } else { findings.notes.iter().map(note_row).collect() },
        reasons: if active { Vec::new() } else { findings.reasons.iter().filter(|reason| reason.count > 1).map(reason_row).collect() },
        first: Vec::new(),
        rows: None,
        made: Vec::new(),
        columns: if active || done { Vec::new() } else { columns(import) },
        invalid_file: (findings.invalid_rows > 0 && import.state != State::Discarded).then(|| format!("{own}/invalid.csv")),
        tasks: tasks(request, import, &own),
        undo: None,
        token: random_token(),
        list: address::with_list("/customers", &request.query),
        again: address::with_list(address::IMPORT, &request.query),
    }
}

/// What its page is called.
pub(super) fn heading(import: &Import) -> &'static str {
    match import.state {
        State::Uploading | State::Checking => "Checking files",
        State::Checked { .. } if !import.trouble.is_empty() => "These files cannot be imported",
        State::Checked { .. } => "Check complete",
        State::Running => "Importing",
        State::Failed => "Interrupted",
        State::Done => "Import complete",
        State::Discarded => "Import discarded",
    }
}

/// What it means, and what can be done.
fn sentences(import: &Import, waiting: bool) -> Vec<String> {
    let findings = &import.findings;
    let mut sentences = Vec::new();
    let mut say = |sentence: String| sentences.push(sentence);
    match import.state {
        State::Checking | State::Running if waiting => {
            say("Waiting for a server. It continues by itself as soon as one is free.".to_owned());
        }
        State::Uploading | State::Checking => {
            say("Nothing has been imported yet. You can leave this page: the check continues, and you will find it under Import."
                .to_owned());
        }
        State::Running => say("You can leave this page: the import continues, and others can work in the meantime.".to_owned()),
        State::Checked { .. } if !import.trouble.is_empty() => {
            say("Nothing was imported. Match its columns, or fix the file and import it again.".to_owned());
        }
        State::Checked { importable } => {
            say(if importable || !findings.questions.is_empty() {
                format!("Nothing has been imported yet. The files are kept for {} days.", KEPT.num_days())
            } else {
                "There is nothing to import: no row of these files is new or changed.".to_owned()
            });
            if findings.invalid_rows > 0 {
                let left = counted(findings.invalid_rows, "row is invalid and will be", "rows are invalid and will be");
                let them = if findings.invalid_rows == 1 { "it" } else { "them" };
                say(format!("{left} left out. Download {them} below, fix {them}, and import that file afterwards."));
            }
        }
        State::Failed if import.approved => {
            say(format!("What was imported is kept ({}). Resume to continue where it stopped.", counted(import.rows(), "row", "rows")));
        }
        State::Failed => say("Nothing was imported. Resume to check the files again.".to_owned()),
        State::Done => {
            let sum = |count: fn(&Counts) -> u64| -> u64 { Subject::ALL.iter().map(|subject| count(import.counts.of(*subject))).sum() };
            let (new, changed) = (sum(|counts| counts.new), sum(|counts| counts.changed));
            say(format!("Created {} and updated {}.", counted(new, "record", "records"), thousands(changed)));
            if findings.late_rows > 0 {
                let late = counted(findings.late_rows, "row was", "rows were");
                say(format!("{late} valid when checked, but not when imported, because the data had changed. Import the files again."));
            }
        }
        State::Discarded => say("Nothing more was imported. The files are removed.".to_owned()),
    }
    sentences
}

fn tasks(request: &Request, import: &Import, own: &str) -> Vec<(String, String, &'static str)> {
    let at = |task: &str| address::with_list(&format!("{own}/{task}"), &request.query);
    let mut tasks = Vec::new();
    if request.actor.can(Task::StartImport(import.state)) {
        // How many: so that the button is never taken for the link of the list that is called *Import*, too.
        let label = format!("Import {}", counted(import.findings.to_import(), "row", "rows"));
        let label = match import.findings.invalid_rows {
            0 => label,
            invalid => format!("{label}, leave out {}", counted(invalid, "invalid one", "invalid ones")),
        };
        tasks.push((label, at("start"), "primary"));
    }
    if request.actor.can(Task::ResumeImport(import.state)) {
        tasks.push(("Resume".to_owned(), at("resume"), "primary"));
    }
    if request.actor.can(Task::DiscardImport(import.state)) {
        tasks.push(("Discard".to_owned(), at("discard"), "danger"));
    }
    tasks
}

fn bar(request: &Request, import: &Import) -> Bar {
    let Progress { rows: checked, total, since, .. } = import.progress;
    let (value, max) = measure(import);
    let (label, done) = match (import.state, total) {
        (State::Running, 0) => ("Checking again", counted(checked, "row checked", "rows checked")),
        (State::Running, _) => ("Importing", format!("{} of {}", thousands(value), counted(total, "row", "rows"))),
        _ => ("Checking", counted(checked, "row checked", "rows checked")),
    };
    let mut words = vec![done];
    words.extend(pace(import, request.actor.now - since, value, max));
    Bar { label, value, max, percent: percent(import), words: words.join(" · ") }
}

/// How fast it is, and how much time is left at that pace.
fn pace(import: &Import, time: TimeDelta, value: u64, max: u64) -> Vec<String> {
    let past = u64::try_from(time.num_milliseconds()).unwrap_or(0);
    let Progress { rows: checked, total, before, .. } = import.progress;
    let done = if total > 0 { import.rows() } else { checked };
    // What was done before does not count.
    let (rows_done, measured) = (done.saturating_sub(before), if total > 0 { value.saturating_sub(before) } else { value });
    if past < 1_000 || rows_done == 0 || measured == 0 {
        return Vec::new();
    }
    let rate = rows_done.saturating_mul(1_000) / past;
    let left = (max - value).saturating_mul(past) / measured / 1_000;
    let left = match left {
        0..60 => counted(left, "second", "seconds"),
        60..3_600 => counted(left.div_ceil(60), "minute", "minutes"),
        _ => counted(left.div_ceil(3_600), "hour", "hours"),
    };
    vec![format!("{} per second", counted(rate, "row", "rows")), format!("about {left} left")]
}

/// How far it is, and how far it has to go: in rows where they are known, else in bytes.
fn measure(import: &Import) -> (u64, u64) {
    let Progress { bytes, total, .. } = import.progress;
    let (value, max) = if total > 0 { (import.rows(), total) } else { (bytes, import.length()) };
    (value.min(max), max.max(1))
}

fn percent(import: &Import) -> String {
    let (value, max) = measure(import);
    format!("{} %", value.saturating_mul(100) / max)
}

fn count_row(import: &Import, subject: Subject, counts: &Counts) -> CountRow {
    let Counts { new, changed, unchanged, skipped, invalid } = *counts;
    let [new, changed, unchanged, skipped, invalid] = [new, changed, unchanged, skipped, invalid].map(thousands);
    CountRow { file: file_name(import, subject), new, changed, unchanged, skipped, invalid }
}

fn lists(findings: &Findings) -> Vec<FindingList> {
    let list = |id, all: u64, what: [&str; 2], found: &[Finding]| {
        // A row may have several faults, which follow each other.
        let mut places: Vec<_> = found.iter().map(|finding| (finding.subject, finding.line)).collect();
        places.dedup();
        let note = format!("Only the first {} are shown.", places.len());
        FindingList {
            id,
            heading: counted(all, what[0], what[1]),
            rows: found.iter().map(finding_row).collect(),
            note: (all > places.len() as u64).then_some(note),
        }
    };
    let all = [
        list("late", findings.late_rows, ["row that could not be imported", "rows that could not be imported"], &findings.late),
        list("invalid", findings.invalid_rows, ["invalid row", "invalid rows"], &findings.invalid),
        list("warnings", findings.warned, ["warning", "warnings"], &findings.warnings),
    ];
    all.into_iter().filter(|list| !list.rows.is_empty()).collect()
}

/// What is left out or read as something else, in words.
pub(super) fn note_row(note: &Note) -> NoteRow {
    NoteRow {
        column: note.column.clone(),
        rows: counted(note.rows, "row", "rows"),
        line: thousands(note.line),
        text: note.kind.sentence().to_owned(),
    }
}

/// What is wrong, in words.
pub(super) fn reason_row(reason: &Reason) -> NoteRow {
    NoteRow { column: reason.column.clone(), rows: counted(reason.count, "row", "rows"), line: String::new(), text: reason.reason.clone() }
}

fn finding_row(finding: &Finding) -> FindingRow {
    FindingRow {
        file: finding.subject.word(),
        line: thousands(finding.line),
        column: finding.column.clone(),
        reason: finding.reason.clone(),
    }
}

fn columns(import: &Import) -> Vec<ColumnTable> {
    let table = |file: &FileFindings| ColumnTable {
        subject: file.subject.word(),
        file: file_name(import, file.subject),
        columns: file.sources.iter().map(|source| (source.survey.name.clone(), labels(file.subject, &source.fields))).collect(),
    };
    import.findings.files.iter().map(table).collect()
}

/// What people call the fields that a column goes to; `None` where it is not imported.
fn labels(subject: Subject, names: &[String]) -> Option<String> {
    let labels: Vec<&str> = names.iter().filter_map(|name| Some(fields::named(subject, name)?.label)).collect();
    (!labels.is_empty()).then(|| labels.join(", "))
}
