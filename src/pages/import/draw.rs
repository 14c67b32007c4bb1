//! An import in words.

use chrono::TimeDelta;

use super::{names, path};
use crate::domain::import::stage::Stage;
use crate::domain::import::{Each, Mode, Subject};
use crate::domain::rules::{Task, counted, thousands};
use crate::imports::files::findings::Findings;
use crate::imports::files::report::{Counts, Finding};
use crate::imports::parts::WAITS;
use crate::imports::uploads::{Progress, Upload};
use crate::pages::view::{Bar, ColumnTable, CountRow, FindingList, FindingRow, ImportRow, ImportShow};
use crate::pages::words::when;
use crate::store::random_token;
use crate::web::address;
use crate::web::request::Request;

/// Which rows are taken, in words.
pub(super) const MODES: [(Mode, &str); 3] = [
    (Mode::Both, "Create new, update known records"),
    (Mode::Create, "Create new records, skip known ones"),
    (Mode::Update, "Update known records, skip new ones"),
];

/// An import in a line.
pub(super) fn row(request: &Request, upload: &Upload) -> ImportRow {
    let percent = percent(upload);
    let state = match upload.stage {
        Stage::Checking => format!("Checking, {percent}"),
        Stage::Checked { importable: true } => "Checked, not imported".to_owned(),
        Stage::Checked { importable: false } if upload.trouble.is_empty() => "Checked, nothing to import".to_owned(),
        Stage::Checked { importable: false } => "Cannot be imported".to_owned(),
        Stage::Running => format!("Importing, {percent}"),
        Stage::Failed => "Interrupted".to_owned(),
        Stage::Done => "Done".to_owned(),
        Stage::Discarded => "Discarded".to_owned(),
    };
    ImportRow {
        href: address::with_list(&path(upload.id), &request.list),
        files: names(upload),
        state,
        when: when(request.actor.now, upload.created_at),
    }
}

/// An import's page; `done` is what became of its rows so far.
pub(super) fn page(request: &Request, upload: &Upload, done: Option<&Each<Counts>>) -> ImportShow {
    let own = path(upload.id);
    let at_work = upload.stage.is_at_work();
    let findings = &upload.findings;
    let label = MODES.iter().find(|(mode, _)| *mode == upload.mode).map_or("", |(_, label)| label);
    let counts: Vec<(Subject, Counts)> = match (upload.stage, done) {
        (Stage::Done, Some(done)) => of_files(upload, |subject| *done.of(subject)),
        _ => findings.files.iter().map(|file| (file.subject, file.counts)).collect(),
    };
    ImportShow {
        heading: heading(upload),
        facts: vec![names(upload), label.to_owned()],
        uploaded: when(request.actor.now, upload.created_at),
        sentences: sentences(request, upload, done),
        trouble: (!upload.trouble.is_empty()).then(|| upload.trouble.clone()),
        poll: at_work.then(|| address::with(&own, &request.list, &[("was", upload.stage.word())])),
        bar: at_work.then(|| bar(request, upload)),
        counts: counts.into_iter().map(|(subject, counts)| count_row(upload, subject, &counts)).collect(),
        counts_heading: if upload.stage == Stage::Done { "What became of the rows" } else { "What would become of the rows" },
        // While it is at work it is drawn each second.
        lists: if at_work { Vec::new() } else { lists(findings) },
        columns: if at_work || upload.stage == Stage::Done { Vec::new() } else { columns(upload) },
        invalid_file: (findings.invalid_rows > 0 && upload.stage != Stage::Discarded).then(|| format!("{own}/invalid.csv")),
        tasks: tasks(request, upload, &own),
        token: random_token(),
        list: address::with_list("/customers", &request.list),
        again: address::with_list(address::IMPORT, &request.list),
    }
}

fn heading(upload: &Upload) -> String {
    match upload.stage {
        Stage::Checking => "Checking the files",
        Stage::Checked { .. } if !upload.trouble.is_empty() => "These files cannot be imported",
        Stage::Checked { .. } => "The files are checked",
        Stage::Running => "Importing",
        Stage::Failed if upload.approved => "The import was interrupted",
        Stage::Failed => "The check was interrupted",
        Stage::Done => "The import is done",
        Stage::Discarded => "This import is discarded",
    }
    .to_owned()
}

/// What it means, and what can be done.
fn sentences(request: &Request, upload: &Upload, done: Option<&Each<Counts>>) -> Vec<String> {
    let findings = &upload.findings;
    let mut sentences = Vec::new();
    let mut say = |sentence: String| sentences.push(sentence);
    match upload.stage {
        Stage::Checking | Stage::Running if upload.lease_until <= request.actor.now => {
            say("It waits for a server to work on it, and goes on by itself as soon as one does.".to_owned());
        }
        Stage::Checking => say("Nothing is written yet. You can leave this page: the check goes on, and is found under Import.".to_owned()),
        Stage::Running => say("You can leave this page: the import goes on, and others can work meanwhile.".to_owned()),
        Stage::Checked { .. } if !upload.trouble.is_empty() => say("Nothing was imported. Mend the file, and import it again.".to_owned()),
        Stage::Checked { importable } => {
            say(if importable {
                format!("Nothing is imported yet. The files are kept for {} days.", WAITS.num_days())
            } else {
                "There is nothing to import: no row of these files is new or changed.".to_owned()
            });
            if findings.invalid_rows > 0 {
                let left = rows(findings.invalid_rows, "row is invalid and is", "rows are invalid and are");
                let them = if findings.invalid_rows == 1 { "it" } else { "them" };
                say(format!("{left} left out: download {them} below, mend {them}, and import that file afterwards."));
            }
        }
        Stage::Failed if upload.approved => {
            let kept = done.map_or(0, |done| Subject::ALL.iter().map(|subject| done.of(*subject).rows()).sum());
            say(format!("What is done is kept ({}). Go on, and it continues where it stopped.", rows(kept, "row", "rows")));
        }
        Stage::Failed => say("Nothing was imported. Go on, and the files are checked again.".to_owned()),
        Stage::Done => {
            let sum = |count: fn(&Counts) -> u64| done.map_or(0, |done| Subject::ALL.iter().map(|subject| count(done.of(*subject))).sum());
            let (new, changed) = (sum(|counts| counts.new), sum(|counts| counts.changed));
            say(format!("{} created, and {} updated.", rows(new, "record was", "records were"), rows(changed, "record", "records")));
            if findings.late_rows > 0 {
                let late = rows(findings.late_rows, "row was", "rows were");
                say(format!(
                    "{late} right when the files were checked and invalid when they were imported, since the data changed in between: import the files again."
                ));
            }
        }
        Stage::Discarded => say("Nothing of it was imported after that, and its files are removed.".to_owned()),
    }
    sentences
}

fn tasks(request: &Request, upload: &Upload, own: &str) -> Vec<(String, String, &'static str)> {
    let at = |task: &str| address::with_list(&format!("{own}/{task}"), &request.list);
    let mut tasks = Vec::new();
    if request.actor.can(Task::StartImport(upload.stage)) {
        // How many: so that the button is never taken for the link of the list that is called *Import*, too.
        let import = rows(upload.findings.to_import(), "row", "rows");
        let label = match upload.findings.invalid_rows {
            0 => format!("Import {import}"),
            invalid => format!("Import {import}, leave out {}", rows(invalid, "invalid one", "invalid ones")),
        };
        tasks.push((label, at("start"), "primary"));
    }
    if request.actor.can(Task::ResumeImport(upload.stage)) {
        tasks.push(("Resume".to_owned(), at("resume"), "primary"));
    }
    if request.actor.can(Task::DiscardImport(upload.stage)) {
        tasks.push(("Discard".to_owned(), at("discard"), "danger"));
    }
    tasks
}

fn bar(request: &Request, upload: &Upload) -> Bar {
    let Progress { rows: done, of_rows, .. } = upload.progress;
    let (value, max) = measure(upload);
    let label = match (upload.stage, of_rows) {
        (Stage::Running, 0) => "Looking at the files once more",
        (Stage::Running, _) => "Importing",
        _ => "Checking",
    };
    let mut words = vec![match of_rows {
        0 if label == "Checking" => rows(done, "row checked", "rows checked"),
        0 => format!("{}: {}", label.to_lowercase(), rows(done, "row", "rows")),
        _ => format!("{} of {}", thousands(number(done)), rows(of_rows, "row", "rows")),
    }];
    words.extend(pace(upload, request.actor.now - upload.progress.since, value, max));
    Bar { label, value, max, percent: percent(upload), words: words.join(" · ") }
}

/// How quick it is, and how much time is left at that.
fn pace(upload: &Upload, time: TimeDelta, value: u64, max: u64) -> Vec<String> {
    let past = u64::try_from(time.num_milliseconds()).unwrap_or(0);
    let Progress { rows: done, of_rows, before, .. } = upload.progress;
    // What was done before does not count as quickness.
    let (rows_done, measured) = (done.saturating_sub(before), if of_rows > 0 { value.saturating_sub(before) } else { value });
    if past < 1_000 || rows_done == 0 || measured == 0 {
        return Vec::new();
    }
    let rate = rows_done.saturating_mul(1_000) / past;
    let left = (max - value).saturating_mul(past) / measured / 1_000;
    let left = match left {
        0..60 => rows(left, "second", "seconds"),
        60..3_600 => rows(left.div_ceil(60), "minute", "minutes"),
        _ => rows(left.div_ceil(3_600), "hour", "hours"),
    };
    vec![format!("{} a second", rows(rate, "row", "rows")), format!("about {left} left")]
}

/// How far it is, and how far it has to go: in rows where they are known, else in bytes.
fn measure(upload: &Upload) -> (u64, u64) {
    let Progress { bytes, rows, of_rows, .. } = upload.progress;
    let (value, max) = if of_rows > 0 { (rows, of_rows) } else { (bytes, upload.length()) };
    (value.min(max), max.max(1))
}

fn percent(upload: &Upload) -> String {
    let (value, max) = measure(upload);
    format!("{} %", value.saturating_mul(100) / max)
}

fn of_files(upload: &Upload, counts: impl Fn(Subject) -> Counts) -> Vec<(Subject, Counts)> {
    Subject::ALL.into_iter().filter(|subject| upload.files.of(*subject).is_some()).map(|subject| (subject, counts(subject))).collect()
}

fn count_row(upload: &Upload, subject: Subject, counts: &Counts) -> CountRow {
    let Counts { new, changed, unchanged, skipped, invalid } = *counts;
    let [new, changed, unchanged, skipped, invalid] = [new, changed, unchanged, skipped, invalid].map(|count| thousands(number(count)));
    CountRow { file: file_name(upload, subject), new, changed, unchanged, skipped, invalid }
}

fn lists(findings: &Findings) -> Vec<FindingList> {
    let list = |id, all: u64, what: [&str; 2], found: &[Finding]| {
        // A row may have several faults, which follow each other.
        let mut places: Vec<_> = found.iter().map(|finding| (finding.subject, finding.line)).collect();
        places.dedup();
        let note = format!("Only the first {} are shown here.", places.len());
        FindingList {
            id,
            heading: rows(all, what[0], what[1]),
            rows: found.iter().map(finding_row).collect(),
            note: (all > places.len() as u64).then_some(note),
        }
    };
    let all = [
        list("late", findings.late_rows, ["row that could not be taken", "rows that could not be taken"], &findings.late),
        list("invalid", findings.invalid_rows, ["invalid row", "invalid rows"], &findings.invalid),
        list("warnings", findings.warned, ["thing to look at", "things to look at"], &findings.warnings),
    ];
    all.into_iter().filter(|list| !list.rows.is_empty()).collect()
}

fn finding_row(finding: &Finding) -> FindingRow {
    FindingRow {
        file: finding.subject.word(),
        line: thousands(number(finding.line)),
        column: finding.column.clone(),
        reason: finding.reason.clone(),
    }
}

fn columns(upload: &Upload) -> Vec<ColumnTable> {
    let table = |file: &crate::imports::files::findings::FileFindings| ColumnTable {
        subject: file.subject.word(),
        file: file_name(upload, file.subject),
        columns: file.columns.clone(),
    };
    upload.findings.files.iter().map(table).collect()
}

fn file_name(upload: &Upload, subject: Subject) -> String {
    upload.files.of(subject).as_ref().map_or_else(|| subject.word().to_owned(), |file| file.name.clone())
}

fn rows(count: u64, one: &str, many: &str) -> String {
    counted(number(count), one, many)
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
