//! Lines of the history as the page shows them.

use crate::domain::actor::{ActorKind, Who};
use crate::domain::event::{EventTask, SubjectKind};
use crate::domain::history::difference::Piece;
use crate::domain::history::{Detail, Line, Part, Reader, Scope, Sentence, Source, days as of_days};
use crate::domain::numbers::counted;
use crate::domain::panes::{PaneRow, Panes};
use crate::domain::rules::Task;
use crate::domain::undo::can_be_undone;
use crate::domain::{ContactId, EntitlementId};
use crate::domain::{CustomerId, clock};
use crate::pages::view::{HistoryDay, HistoryDetail, HistoryPart, HistoryPiece, HistoryRow, When, initials};
use crate::pages::words;
use crate::store::history::Page;
use crate::web::address;
use crate::web::request::Request;

/// The lines under the days that they belong to. `more` leads to the changes of a batch.
pub(in crate::pages) fn days(request: &Request, page: &Page, scope: Scope, more: impl Fn(&str) -> String) -> Vec<HistoryDay> {
    let zone = request.app.zone;
    let reader = Reader { you: Some(&request.actor.who.kind), scope, names: &page.names, zone };
    let drawing = Drawing { request, page, reader };
    let same_day = |one: &Line, other: &Line| clock::day(one.at(), zone) == clock::day(other.at(), zone);
    let of_day = |lines: &[Line]| {
        let date = clock::day(lines.first()?.at(), zone);
        let rows = lines.iter().map(|line| drawing.row(line, &more)).collect();
        Some(HistoryDay { date: date.to_string(), heading: of_days::heading(date, request.actor.today), rows })
    };
    page.lines.chunk_by(same_day).filter_map(of_day).collect()
}

/// The latest lines of an entitlement's own page. They say the day, and *Undo* leads back to it.
pub(in crate::pages) fn latest(request: &Request, page: &Page, scope: Scope) -> Vec<HistoryRow> {
    let reader = Reader { you: Some(&request.actor.who.kind), scope, names: &page.names, zone: request.app.zone };
    let drawing = Drawing { request, page, reader };
    let row = |line: &Line| {
        let row = drawing.row(line, |_| String::new());
        let at = When { words: words::day(clock::day(line.at(), request.app.zone)), ..row.at };
        HistoryRow { at, undo: row.undo.map(|href| request.keeping(&href)), ..row }
    };
    page.lines.iter().map(row).collect()
}

struct Drawing<'a> {
    request: &'a Request,
    page: &'a Page,
    reader: Reader<'a>,
}

impl Drawing<'_> {
    fn row(&self, line: &Line, more: impl Fn(&str) -> String) -> HistoryRow {
        let sentence = line.sentence(self.reader);
        let (id, name, actor, customer, batch) = match line {
            Line::Event(event) => (format!("event-{}", event.id), &event.name, &event.by, self.named_customer(line), None),
            Line::Batch(batch) => (format!("batch-{}", batch.id), &batch.name, &batch.by, None, batch.has_events.then_some(batch)),
        };
        let shown: i64 = batch.map_or(0, |batch| batch.changed.customers + batch.changed.contacts + batch.changed.entitlements);
        let label = if shown == 0 { "Show changes".to_owned() } else { format!("Show {}", counted(shown, "change", "changes")) };
        HistoryRow {
            id,
            initials: initials(name),
            icon: match (line, actor) {
                (Line::Batch(_), _) => "upload",
                (_, Some(ActorKind::Local) | None) => "individual",
                (_, Some(ActorKind::CommandLine)) => "keyboard",
                _ => "",
            },
            you: sentence.who == Who::You,
            who: if sentence.name_last { sentence.who.within_sentence() } else { sentence.who.to_string() },
            who_last: sentence.name_last,
            parts: sentence.parts.iter().map(|part| self.part(line, part)).collect(),
            customer,
            reason: line.reason().to_owned(),
            fold: sentence.folded.then(|| counted(sentence.details.len(), "field", "fields")),
            details: details(sentence),
            more: batch.map(|batch| (label, more(&batch.id.to_string()))),
            undone: self.undone(line),
            undo: self.undo(line),
            at: self.at(line),
        }
    }

    /// By whom this was taken back, and where that stands on the same page.
    fn undone(&self, line: &Line) -> Option<(String, Option<String>)> {
        let Line::Event(event) = line else { return None };
        let undoing = self.page.undone.get(&event.id.0)?;
        let who = Who::of(undoing.by, &undoing.name, Some(self.request.actor.who.kind));
        let stands_here = self.page.lines.iter().any(|line| matches!(line, Line::Event(other) if other.id == undoing.event));
        Some((format!("Undone by {}", who.within_sentence()), stands_here.then(|| format!("#event-{}", undoing.event))))
    }

    /// Where it is asked whether this is to be taken back. What stands in the way is said there.
    fn undo(&self, line: &Line) -> Option<String> {
        let actor = &self.request.actor;
        match line {
            Line::Event(event) => {
                let own = event.by == Some(actor.who.kind);
                let is_known = event.customer.is_some() && event.task.is_some_and(|task| can_be_undone(task, &event.changes));
                let is_done = !self.page.undone.contains_key(&event.id.0);
                (is_known && is_done && actor.can(Task::Undo { own })).then(|| address::undo(event.id))
            }
            Line::Batch(batch) => {
                (matches!(batch.source, Source::Import(..)) && actor.can(Task::UndoBatch)).then(|| address::undo_batch(batch.id))
            }
        }
    }

    /// The customer that the record belongs to, where all are shown and the sentence does not name it.
    fn named_customer(&self, line: &Line) -> Option<(String, String)> {
        let Line::Event(event) = line else { return None };
        let id = event.customer.filter(|_| self.reader.scope == Scope::All && event.kind != Some(SubjectKind::Customer))?;
        let name = self.page.names.customers.get(&id.0).cloned().unwrap_or_else(|| "a deleted customer".to_owned());
        Some((name, address::screen(Some(id))))
    }

    fn part(&self, line: &Line, part: &Part) -> HistoryPart {
        match part {
            Part::Words(text) => HistoryPart::Words(text.clone()),
            Part::Value(text) => HistoryPart::Value(text.clone()),
            Part::Record { kind, id, name, detail } => {
                HistoryPart::Named { name: name.clone(), detail: detail.clone(), href: self.place(line, *kind, *id) }
            }
            Part::Import(id, name) => {
                let href = id.filter(|_| self.request.actor.can(Task::Import)).map(|id| format!("{}/{id}", address::IMPORT));
                HistoryPart::Named { name: name.clone(), detail: String::new(), href }
            }
        }
    }

    /// Where a record is, if it is still there. What a customer that is gone was stands at its address, too.
    fn place(&self, line: &Line, kind: Option<SubjectKind>, id: i64) -> Option<String> {
        let Line::Event(event) = line else { return None };
        let row = match kind? {
            SubjectKind::Customer => return Some(address::screen(Some(CustomerId(id)))),
            SubjectKind::Contact => PaneRow::Contact(ContactId(id)),
            SubjectKind::Entitlement => PaneRow::Entitlement(EntitlementId(id)),
            SubjectKind::User | SubjectKind::Settings => return None,
        };
        let is_there = event.task != Some(EventTask::Delete) && self.page.names.present.contains(&(kind?, id));
        let panes = Panes::default().at(Some(row));
        event.customer.filter(|_| is_there).map(|customer| address::at_row(customer, &self.request.query, &panes))
    }

    /// The clock of the installation's time zone, by which the days are told, too.
    fn at(&self, line: &Line) -> When {
        let local = clock::local(line.at(), self.request.app.zone);
        When {
            words: local.format("%-H:%M").to_string(),
            utc: line.at().format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            exact: local.format("%-d %b %Y, %H:%M:%S %Z").to_string(),
        }
    }
}

/// The fields below a sentence; where there is one only, the sentence names it.
fn details(sentence: Sentence) -> Vec<HistoryDetail> {
    let (single, folded) = (sentence.details.len() == 1, sentence.folded);
    let piece = |piece: Piece| match piece {
        Piece::Same(text) => HistoryPiece::Same(text),
        Piece::Removed(text) => HistoryPiece::Removed(text),
        Piece::Added(text) if folded => HistoryPiece::Same(text),
        Piece::Added(text) => HistoryPiece::Added(text),
    };
    let detail = |detail: Detail| match detail {
        Detail::Text { label, pieces, .. } => (label, pieces.into_iter().map(piece).collect()),
        Detail::Values { label, old, new } => {
            let pieces = [old.map(Piece::Removed), new.map(Piece::Added)];
            (label, pieces.into_iter().flatten().map(piece).collect())
        }
    };
    let all = sentence.details.into_iter().map(detail);
    all.map(|(label, pieces)| HistoryDetail { label: if single && !folded { String::new() } else { label }, pieces }).collect()
}
