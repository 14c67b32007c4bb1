//! What stands in the right pane.

use actix_web::http::StatusCode;
use askama::Template;

use crate::domain::CustomerId;
use crate::pages::view::{Detail, ErrorPane, draw};
use crate::web::screen::Selected;

/// What stands in the right pane.
pub struct DetailPane {
    /// Of the answer.
    pub status: StatusCode,
    /// What the tab shows.
    pub title: String,
    /// What the list marks as current.
    pub selected: Selected,
    /// A list stands beside it.
    pub beside_list: bool,
    /// What is drawn.
    pub content: Content,
}

/// What is drawn in the right pane.
pub enum Content {
    /// A customer, with panes of its own.
    Detail(Box<Detail>),
    /// A question, which a script shows as a dialog.
    Question(String),
    /// An import.
    Import(ImportPane),
    /// Anything else.
    Other(String),
}

/// An import as it is shown.
pub struct ImportPane {
    /// Drawn.
    pub html: String,
    /// It is at work, so it is asked for again.
    pub at_work: bool,
    /// What it has come to since it was asked for before.
    pub outcome: Option<String>,
    /// The list is another one since then.
    pub reloads: bool,
}

impl DetailPane {
    /// A title, and nothing drawn.
    pub fn blank(title: String, selected: impl Into<Selected>) -> Self {
        Self { status: StatusCode::OK, title, selected: selected.into(), beside_list: true, content: Content::Other(String::new()) }
    }

    /// A customer in full.
    pub fn detail(detail: Detail, status: StatusCode) -> Self {
        Self {
            status,
            title: detail.name.clone(),
            selected: CustomerId(detail.id).into(),
            beside_list: true,
            content: Content::Detail(Box::new(detail)),
        }
    }

    /// A form, a chooser: whatever has no parts.
    pub fn other(title: String, selected: impl Into<Selected>, template: &impl Template) -> Self {
        Self { status: StatusCode::OK, title, selected: selected.into(), beside_list: true, content: Content::Other(draw(template)) }
    }

    /// An import.
    pub fn import(title: String, import: ImportPane) -> Self {
        Self { status: StatusCode::OK, title, selected: Selected::Nothing, beside_list: true, content: Content::Import(import) }
    }

    /// A question.
    pub fn question(title: String, selected: impl Into<Selected>, template: &impl Template) -> Self {
        Self { status: StatusCode::OK, title, selected: selected.into(), beside_list: true, content: Content::Question(draw(template)) }
    }

    /// An error in the place of what was asked for.
    pub fn error(pane: &ErrorPane) -> Self {
        let status = StatusCode::from_u16(pane.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, title: pane.heading.clone(), selected: Selected::Nothing, beside_list: true, content: Content::Other(draw(pane)) }
    }

    /// What has no list beside it.
    pub fn alone(title: String, template: &impl Template) -> Self {
        Self::other(title, Selected::Nothing, template).without_list()
    }

    /// The same as a page of its own, without the list.
    pub fn without_list(self) -> Self {
        Self { beside_list: false, ..self }
    }

    /// The same with another status.
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// As it is drawn whole.
    pub fn html(&self) -> String {
        match &self.content {
            Content::Detail(detail) => draw(detail.as_ref()),
            Content::Question(html) | Content::Other(html) | Content::Import(ImportPane { html, .. }) => html.clone(),
        }
    }
}
