//! What the templates show: plain values, already decided and worded.
//!
//! A page gathers records from the store, turns them into these views, and hands them to [`super::screen`].
//! Templates hold markup only: each decision is a field or a method here.

mod account;
mod common;
mod detail;
mod editing;
mod entitlement;
mod form;
mod history;
mod import;
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
pub use form::{Conflict, Control, Field, Form, Group, Opening, Version};
pub use history::{Activity, CustomerHistory, Gone, History, HistoryDay, HistoryDetail, HistoryPart, HistoryPiece, HistoryRow};
pub use import::{Bar, ColumnTable, CountRow, FindingList, FindingRow, ImportRow, ImportShow, ImportStart};
pub use list::{EmptyList, EntitlementListRow, Filters, Head, Heads, NewRecord, Results, Row, Rows, Via};
pub use page::{ChooseType, Confirm, ErrorPane, FlashMessage, Layout, ListPane, Listed, UndoOffer, UserMenu, Welcome};
pub use settings::{Invitations, SettingsPage};
pub use sign_in::{ConfirmPassword, Gate, KeptForm, SendKept, SignIn, SignInCode};
pub use undo::{BatchUndoShow, SkipRow, UndoQuestion};
pub use users::{FirstUser, LinkUsed, SessionRow, SetPassword, UserList, UserRow, UserShow};
