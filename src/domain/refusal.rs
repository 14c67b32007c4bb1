//! Why something may not be done, with its words: the page's reason, the answer to a forged request and an invalid row's reason are the same.

use std::fmt;

use chrono::NaiveDate;

use super::EntitlementId;
use super::import;
use super::numbers::thousands;
use super::role::Role;

/// Why a task is not possible now. Its `Display` is the sentence that people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody has signed in, and somebody must.
    SignIn,
    /// The role does not reach so far.
    Role(Role),
    /// A second factor has to be set up before anything else.
    SetUpSecondFactor,
    /// Everybody has to have a second factor.
    SecondFactorRequired,
    /// The password has to be given again for what the button of this name does.
    ConfirmPassword(&'static str),
    /// The customer is enabled already.
    CustomerEnabled,
    /// The customer is disabled already.
    CustomerDisabled,
    /// So many entitlements hold the customer.
    HeldByEntitlements(i64),
    /// No entitlement for a disabled customer.
    NoEntitlementWhileDisabled,
    /// Individuals have no further contacts.
    Individual,
    /// The contact is enabled already.
    ContactEnabled,
    /// The contact is disabled already.
    ContactDisabled,
    /// So many entitlements name the contact.
    NamedByEntitlements(i64),
    /// It is the default already.
    AlreadyDefault,
    /// Nobody signs in for a disabled customer.
    NoInvitationWhileDisabled,
    /// A disabled contact cannot sign in.
    InvitedMustBeEnabled,
    /// Without an e-mail nobody can sign in.
    InvitedNeedsEmail,
    /// No mail server is set.
    NoMail,
    /// The mailbox will get an invitation soon.
    InvitationQueued,
    /// Whoever could sign in was invited before.
    NobodyToInvite,
    /// All who never were are being invited already.
    AllAreBeingInvited,
    /// A disabled contact cannot become the default.
    DefaultMustBeEnabled,
    /// A company keeps its default until another contact becomes it.
    DefaultNeedsSuccessor,
    /// It has ended already.
    EntitlementEnded,
    /// It was ended by hand, and that stays.
    EndIsFinal,
    /// It has started: its first day is a fact.
    StartIsFixed,
    /// It was not ended by hand: there is nothing to reopen.
    NotEndedByHand,
    /// It was ended by hand, and could be reopened until this day.
    TooLateToReopen(NaiveDate),
    /// Its last day has passed: reopening it would change nothing.
    LastDayPassed,
    /// It has no end, so nothing comes after it.
    RenewalNeedsEnd,
    /// It was ended by hand: what was ended before its time does not go on.
    RenewalOfEnded,
    /// This one renews it.
    AlreadyRenewed(EntitlementId),
    /// This one renews it: its record is what the renewal's dates are counted from.
    HeldByRenewal(EntitlementId),
    /// It has not started: there is nothing to end.
    EntitlementNotStarted,
    /// It has started: the record is to be kept.
    EntitlementStarted,
    /// The sample data are for an empty database.
    NotEmpty,
    /// No sample data are left, or people have changed them all.
    NoSample,
    /// The import has come so far that this no longer fits, or not far enough.
    ImportIs(import::State),
    /// No row of the files is to be imported.
    NothingToImport,
    /// The user is enabled already.
    UserEnabled,
    /// The user is disabled already.
    UserDisabled,
    /// Without this user nobody could manage users.
    LastAdministrator,
    /// There are users already: the first one has been added.
    HasUsers,
    /// Without users only this machine is served, and a proxy asks for another.
    Forwarded,
    /// There are no users yet, and the first one has a password.
    FirstUser,
    /// Somebody else made the change.
    NotOwnChange,
    /// The change is taken back already.
    AlreadyUndone,
    /// It is no change of a customer, or a newer program made it.
    NotUndoable,
    /// The undo of the batch is still at work, or was interrupted.
    BatchUndoRuns,
    /// What the deletion kept cannot be read.
    RecordUnreadable,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignIn => f.write_str("Sign in to do this."),
            Self::SetUpSecondFactor => f.write_str("Set up a second factor first."),
            Self::SecondFactorRequired => {
                f.write_str("The second factor cannot be switched off: everybody here needs one. You can set it up again instead.")
            }
            Self::ConfirmPassword(_) => f.write_str("Enter your password to do this."),
            Self::Role(least) => write!(f, "You need to be {} {least} to do this.", if *least == Role::Viewer { "a" } else { "an" }),
            Self::CustomerEnabled => f.write_str("This customer is already enabled."),
            Self::CustomerDisabled => f.write_str("This customer is already disabled."),
            Self::HeldByEntitlements(1) => f.write_str("This customer cannot be deleted: 1 entitlement exists for it."),
            Self::HeldByEntitlements(count) => {
                write!(f, "This customer cannot be deleted: {} entitlements exist for it.", thousands(*count))
            }
            Self::NoEntitlementWhileDisabled => f.write_str("No entitlement can be created: this customer is disabled."),
            Self::Individual => f.write_str("Individuals have no other contacts: this customer is a person."),
            Self::ContactEnabled => f.write_str("This contact is already enabled."),
            Self::ContactDisabled => f.write_str("This contact is already disabled."),
            Self::NamedByEntitlements(1) => f.write_str("This contact cannot be deleted: 1 entitlement names it."),
            Self::NamedByEntitlements(count) => {
                write!(f, "This contact cannot be deleted: {} entitlements name it.", thousands(*count))
            }
            Self::AlreadyDefault => f.write_str("This contact is already the default."),
            Self::DefaultMustBeEnabled => f.write_str("This contact is disabled: only an enabled contact can become the default."),
            Self::DefaultNeedsSuccessor => f.write_str("This contact is the default: make another contact the default instead."),
            Self::EntitlementEnded => f.write_str("This entitlement has already ended."),
            Self::EndIsFinal => {
                f.write_str("This entitlement has been ended, and that stays: it can be reopened on its page, for a day.")
            }
            Self::StartIsFixed => f.write_str("This entitlement has started: its start can no longer be changed."),
            Self::NotEndedByHand => f.write_str("This entitlement was not ended by hand, so it cannot be reopened."),
            Self::TooLateToReopen(until) => {
                write!(f, "This entitlement can no longer be reopened: that was possible until {}.", until.format("%-d %B %Y"))
            }
            Self::LastDayPassed => f.write_str("This entitlement cannot be reopened: its last day has passed."),
            Self::RenewalNeedsEnd => f.write_str("This entitlement cannot be renewed: it has no end."),
            Self::RenewalOfEnded => f.write_str("This entitlement cannot be renewed: it was ended by hand."),
            Self::AlreadyRenewed(_) => f.write_str("This entitlement has already been renewed."),
            Self::HeldByRenewal(_) => f.write_str("This entitlement cannot be deleted: it has been renewed. Delete the renewal first."),
            Self::EntitlementNotStarted => f.write_str("This entitlement has not started yet: delete it instead."),
            Self::EntitlementStarted => {
                f.write_str("This entitlement has started, so its record is kept: end it instead, or ask an administrator to delete it.")
            }
            Self::NotEmpty => f.write_str("Sample data can only be loaded into an empty database, and there are already customers."),
            Self::NoSample => f.write_str("There are no sample data to remove: none are left, or people have changed them."),
            Self::ImportIs(state) => f.write_str(match state {
                import::State::Uploading => "The files of this import are still being uploaded.",
                import::State::Checking => "The files of this import are still being checked.",
                import::State::Checked { .. } => "The files of this import have been checked, but it has not been started.",
                import::State::Running => "This import is already running.",
                import::State::Failed => "This import was interrupted: resume it or discard it.",
                import::State::Done => "This import is done.",
                import::State::Discarded => "This import has been discarded.",
            }),
            Self::NothingToImport => f.write_str("There is nothing to import: no row of these files is new or changed."),
            Self::NoInvitationWhileDisabled => f.write_str("This customer is disabled: nobody signs in for it."),
            Self::InvitedMustBeEnabled => f.write_str("This contact is disabled, and cannot sign in."),
            Self::InvitedNeedsEmail => f.write_str("Without an e-mail nobody can be invited."),
            Self::NoMail => f.write_str("No mail server is set up, so nothing can be mailed."),
            Self::InvitationQueued => f.write_str("An invitation to this mailbox is waiting to be sent."),
            Self::NobodyToInvite => f.write_str("Everybody who can be invited here has been."),
            Self::AllAreBeingInvited => f.write_str("Everybody who never was is being invited already."),
            Self::UserEnabled => f.write_str("This user is already enabled."),
            Self::UserDisabled => f.write_str("This user is already disabled."),
            Self::LastAdministrator => {
                f.write_str("This is the only administrator who can sign in: make somebody else an administrator first.")
            }
            Self::HasUsers => f.write_str("There are users already: sign in."),
            Self::Forwarded => f.write_str(
                "A proxy forwarded this. Until there are users, who sign in, Clientele serves this computer alone: add the first one on the \
                 page Users, opened directly, or with `clientele user add`.",
            ),
            Self::FirstUser => f.write_str("There are no users yet: the first one is added on the page Users."),
            Self::NotOwnChange => f.write_str("Somebody else made this change: only an administrator can undo it."),
            Self::AlreadyUndone => f.write_str("This change has already been undone."),
            Self::NotUndoable => f.write_str("This kind of change cannot be undone."),
            Self::BatchUndoRuns => f.write_str("This undo has not ended yet."),
            Self::RecordUnreadable => f.write_str("This deletion cannot be undone: what it kept cannot be read."),
        }
    }
}
