//! What the templates show: plain values, already decided and worded.
//!
//! A page gathers records from the store, turns them into these views, and hands them to [`super::screen`].
//! Templates hold markup only: each decision is a field or a method here.

mod account;
mod common;
mod detail;
mod form;
mod import;
mod list;
mod page;
mod sign_in;

pub use account::{Account, RecoveryCodes, SecondFactor, SessionRow};
pub use common::{Choice, Marked, Notice, Offer, When};
pub use detail::{ContactRow, Contacts, Detail, EntitlementRow, EntitlementState, Entitlements, Fact, Filter, More};
pub use form::{Conflict, Control, Field, Form, Group};
pub use import::{Bar, ColumnTable, CountRow, FindingList, FindingRow, ImportRow, ImportShow, ImportStart};
pub use list::{EmptyList, Head, Results, Row, Rows, Via};
pub use page::{ChooseType, Confirm, ErrorPane, FlashMessage, Layout, ListPane, UserMenu, Welcome};
pub use sign_in::{ConfirmPassword, Gate, KeptForm, SendKept, SignIn, SignInCode};
