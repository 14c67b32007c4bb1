//! What the templates show: plain values, already decided and worded.
//!
//! A page gathers records from the store, turns them into these views, and hands them to [`super::screen`].
//! Templates hold markup only: each decision is a field or a method here.

mod account;
mod common;
mod detail;
mod editing;
mod entitlement;
mod export;
mod form;
mod history;
mod import;
mod import_help;
mod list;
mod page;
mod settings;
mod sign_in;
mod undo;
mod users;

pub use account::{Account, OwnSessionRow, RecoveryCodes, SecondFactor};
pub use common::{Choice, Marked, Notice, Offer, When, draw, initials};
pub use detail::{Access, ContactRow, Contacts, Detail, EntitlementRow, Entitlements, Fact, Filter, Invite, MadeLink, More};
pub use editing::Editing;
pub use entitlement::{ChooseCustomer, CustomerChoice, EntitlementShow, EntitlementsWelcome, Linked, OtherRow};
pub use export::{ExportColumns, ExportForm, ExportOption};
pub use form::{Conflict, Control, Field, Form, Group, Opening, Version};
pub use history::{Activity, CustomerHistory, Gone, History, HistoryDay, HistoryDetail, HistoryPart, HistoryPiece, HistoryRow};
pub use import::{
    AlikeChoice, Badge, Bar, Choosable, ColumnTable, Constant, CountRow, FileReading, FindingList, FindingRow, ImportMapping, ImportRow,
    ImportRows, ImportShow, ImportStart, MappedColumn, MappedFile, NoteRow, OpenQuestion, OwnerChoice, PreviewedCell, PreviewedRow, Step,
    WordChoice,
};
pub use import_help::{HelpColumn, HelpColumns, ImportHelp};
pub use list::{EmptyList, EntitlementListRow, Filters, Head, Heads, NewRecord, Results, Row, Rows, Via};
pub use page::{ChooseType, Confirm, ErrorPane, FlashMessage, Layout, ListPane, Listed, UndoOffer, UserMenu, Welcome};
pub use settings::{Invitations, SettingsPage};
pub use sign_in::{ConfirmPassword, Gate, KeptForm, SendKept, SignIn, SignInCode};
pub use undo::{BatchUndoShow, SkipRow, UndoQuestion};
pub use users::{FirstUser, LinkUsed, SessionRow, SetPassword, UserList, UserRow, UserShow};
