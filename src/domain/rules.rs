//! What may be done when: the one place that says so.
//!
//! The page asks what to offer, the change once more inside its transaction, and an import for each row; all of them call [`check`]. A
//! [`Refusal`] carries its words, so that the page's reason, the answer to a forged request and an invalid row's reason are the same.

use super::contact::Contact;
use super::customer::{Customer, Kind};
use super::entitlement::{Facts as EntitlementFacts, State};
use super::import;

pub use super::refusal::Refusal;
pub use super::role::Role;

/// What the rules need to know of a customer.
#[derive(Debug, Clone, Copy)]
pub struct CustomerFacts {
    /// Company or individual.
    pub kind: Kind,
    /// Enabled or disabled.
    pub enabled: bool,
    /// How many entitlements exist for it, ended ones included.
    pub entitlements: i64,
}

/// What the rules need to know of a contact.
#[derive(Debug, Clone, Copy)]
pub struct ContactFacts {
    /// It is an individual itself and no contact of a company.
    pub own: bool,
    /// Enabled or disabled.
    pub enabled: bool,
    /// It is its company's default.
    pub default: bool,
    /// How many entitlements name it.
    pub entitlements: i64,
}

/// What the rules need to know of somebody who is to sign in to the portal.
#[derive(Debug, Clone, Copy)]
pub struct AccessFacts {
    /// The contact is enabled.
    pub enabled: bool,
    /// Its customer is.
    pub customer_enabled: bool,
    /// It has an e-mail.
    pub has_email: bool,
}

/// What the rules need to know of mails.
#[derive(Debug, Clone, Copy)]
pub struct MailFacts {
    /// A mail server is set.
    pub sends_mail: bool,
    /// An invitation to the same mailbox waits to go out.
    pub is_queued: bool,
}

impl CustomerFacts {
    /// Of a customer that has so many entitlements.
    #[must_use]
    pub fn of(customer: &Customer, entitlements: i64) -> Self {
        Self { kind: customer.kind(), enabled: customer.enabled, entitlements }
    }
}

impl ContactFacts {
    /// Of a contact that so many entitlements name.
    #[must_use]
    pub fn of(contact: &Contact, entitlements: i64) -> Self {
        Self { own: contact.own, enabled: contact.enabled, default: contact.default, entitlements }
    }
}

/// What the rules need to know of a user.
#[derive(Debug, Clone, Copy)]
pub struct UserFacts {
    /// Can sign in, once there is a password.
    pub enabled: bool,
    /// No other administrator can sign in.
    pub is_last_administrator: bool,
}

/// Something that a user may want to do.
#[derive(Debug, Clone, Copy)]
pub enum Task {
    /// New customer.
    NewCustomer,
    /// Edit customer.
    EditCustomer,
    /// Enable customer.
    EnableCustomer(CustomerFacts),
    /// Disable customer.
    DisableCustomer(CustomerFacts),
    /// Delete customer, with its contacts.
    DeleteCustomer(CustomerFacts),
    /// New entitlement.
    NewEntitlement(CustomerFacts),
    /// New contact.
    NewContact(CustomerFacts),
    /// Change one's own details in the portal: language, phone, password, second factor.
    EditOwnDetails,
    /// Make a link by which a contact, or an individual, is invited to the portal.
    Invite(AccessFacts),
    /// Mail such an invitation.
    MailInvitation(AccessFacts, MailFacts),
    /// Mail invitations to the contacts of a company who were never invited.
    InviteContacts {
        /// A mail server is set.
        sends_mail: bool,
        /// The company is enabled.
        customer_enabled: bool,
        /// How many there are.
        never_invited: i64,
    },
    /// Mail invitations to all who were never invited.
    InviteAll {
        /// A mail server is set.
        sends_mail: bool,
        /// That is being done already.
        is_under_way: bool,
    },
    /// Edit contact.
    EditContact(ContactFacts),
    /// Enable contact.
    EnableContact(ContactFacts),
    /// Disable contact.
    DisableContact(ContactFacts),
    /// Delete contact.
    DeleteContact(ContactFacts),
    /// Set as default.
    SetDefault(ContactFacts),
    /// Take the default from a contact without giving it to another.
    UnsetDefault,
    /// Edit entitlement: product, quantity, contact, end.
    EditEntitlement,
    /// Another first day for an entitlement.
    MoveStart(State),
    /// Another last day for an entitlement.
    MoveEnd {
        /// It was ended by hand.
        ended_by_hand: bool,
    },
    /// Renew entitlement.
    RenewEntitlement(EntitlementFacts),
    /// End now.
    EndEntitlement(State),
    /// Reopen an entitlement that was ended by hand.
    ReopenEntitlement(EntitlementFacts),
    /// Say that an entitlement was not ended by hand, or at another moment, as a file may.
    ChangeEnded,
    /// Delete entitlement.
    DeleteEntitlement(EntitlementFacts),
    /// Load sample data into a database with so many customers.
    LoadSample(i64),
    /// Remove sample data, of which nobody has changed so many customers.
    RemoveSample(usize),
    /// Add users, edit them, give them a link to set a password by, end their sessions.
    ManageUsers,
    /// Set what the vendor looks like, and how fast mails go out.
    ManageSettings,
    /// Enable user.
    EnableUser(UserFacts),
    /// Disable user.
    DisableUser(UserFacts),
    /// Give an administrator a lower role.
    DemoteAdministrator(UserFacts),
    /// Take back a change: one's own, or somebody else's.
    Undo {
        /// Whoever wants to take it back made it.
        own: bool,
    },
    /// Take back a batch as a whole, such as an import.
    UndoBatch,
    /// Import files.
    Import,
    /// Start an import whose files have been checked.
    StartImport(import::State),
    /// Decide where the columns of an import in this state go.
    MapImport(import::State),
    /// Resume an import that was interrupted.
    ResumeImport(import::State),
    /// Discard an import, with its files.
    DiscardImport(import::State),
}

/// Says whether a task may be done by somebody of this role, the records being as they are.
///
/// # Errors
/// The reason why not. A missing role comes before all else.
pub fn check(role: Role, task: Task) -> Result<(), Refusal> {
    let least = least_role(task);
    if role < least {
        return Err(Refusal::Role(least));
    }
    let refusal = match task {
        Task::EnableCustomer(customer) if customer.enabled => Refusal::CustomerEnabled,
        Task::DisableCustomer(customer) if !customer.enabled => Refusal::CustomerDisabled,
        Task::DeleteCustomer(customer) if customer.entitlements > 0 => Refusal::HeldByEntitlements(customer.entitlements),
        Task::NewEntitlement(customer) if !customer.enabled => Refusal::NoEntitlementWhileDisabled,
        Task::NewContact(customer) if customer.kind == Kind::Individual => Refusal::Individual,
        Task::EditContact(contact)
        | Task::EnableContact(contact)
        | Task::DisableContact(contact)
        | Task::DeleteContact(contact)
        | Task::SetDefault(contact)
            if contact.own =>
        {
            Refusal::Individual
        }
        Task::EnableContact(contact) if contact.enabled => Refusal::ContactEnabled,
        Task::DisableContact(contact) if !contact.enabled => Refusal::ContactDisabled,
        Task::DeleteContact(contact) if contact.entitlements > 0 => Refusal::NamedByEntitlements(contact.entitlements),
        Task::SetDefault(contact) if contact.default => Refusal::AlreadyDefault,
        Task::SetDefault(contact) if !contact.enabled => Refusal::DefaultMustBeEnabled,
        Task::Invite(access) => return invitation(access),
        Task::MailInvitation(access, mail) => return invitation(access).and_then(|()| mailing(mail)),
        Task::InviteContacts { customer_enabled: false, .. } => Refusal::NoInvitationWhileDisabled,
        Task::InviteContacts { sends_mail: false, .. } | Task::InviteAll { sends_mail: false, .. } => Refusal::NoMail,
        Task::InviteContacts { never_invited: 0, .. } => Refusal::NobodyToInvite,
        Task::InviteAll { is_under_way: true, .. } => Refusal::AllAreBeingInvited,
        Task::MoveStart(State::Running | State::Ended) => Refusal::StartIsFixed,
        Task::MoveEnd { ended_by_hand: true } | Task::ChangeEnded => Refusal::EndIsFinal,
        Task::RenewEntitlement(entitlement) => return renewal(entitlement),
        Task::ReopenEntitlement(entitlement) => return reopening(entitlement),
        Task::UnsetDefault => Refusal::DefaultNeedsSuccessor,
        Task::EndEntitlement(State::Ended) => Refusal::EntitlementEnded,
        Task::EndEntitlement(State::NotYetStarted) => Refusal::EntitlementNotStarted,
        Task::DeleteEntitlement(entitlement) => return deletion(role, entitlement),
        Task::LoadSample(customers) if customers > 0 => Refusal::NotEmpty,
        Task::EnableUser(user) if user.enabled => Refusal::UserEnabled,
        Task::DisableUser(user) if !user.enabled => Refusal::UserDisabled,
        Task::DisableUser(user) | Task::DemoteAdministrator(user) if user.is_last_administrator => Refusal::LastAdministrator,
        Task::UndoBatch if role < Role::Administrator => Refusal::Role(Role::Administrator),
        Task::RemoveSample(0) => Refusal::NoSample,
        Task::Undo { own: false } if role < Role::Administrator => Refusal::NotOwnChange,
        Task::StartImport(import::State::Checked { importable: false }) => Refusal::NothingToImport,
        Task::StartImport(import::State::Checked { importable: true })
        | Task::MapImport(import::State::Checked { .. })
        | Task::ResumeImport(import::State::Failed)
        | Task::DiscardImport(import::State::Checking | import::State::Checked { .. } | import::State::Failed) => return Ok(()),
        Task::StartImport(state) | Task::MapImport(state) | Task::ResumeImport(state) | Task::DiscardImport(state) => {
            Refusal::ImportIs(state)
        }
        _ => return Ok(()),
    };
    Err(refusal)
}

fn invitation(access: AccessFacts) -> Result<(), Refusal> {
    match access {
        AccessFacts { customer_enabled: false, .. } => Err(Refusal::NoInvitationWhileDisabled),
        AccessFacts { enabled: false, .. } => Err(Refusal::InvitedMustBeEnabled),
        AccessFacts { has_email: false, .. } => Err(Refusal::InvitedNeedsEmail),
        _ => Ok(()),
    }
}

fn mailing(mail: MailFacts) -> Result<(), Refusal> {
    match mail {
        MailFacts { sends_mail: false, .. } => Err(Refusal::NoMail),
        MailFacts { is_queued: true, .. } => Err(Refusal::InvitationQueued),
        _ => Ok(()),
    }
}

fn renewal(entitlement: EntitlementFacts) -> Result<(), Refusal> {
    match entitlement {
        EntitlementFacts { renewal: Some(renewal), .. } => Err(Refusal::AlreadyRenewed(renewal)),
        EntitlementFacts { ended_on: Some(_), .. } => Err(Refusal::RenewalOfEnded),
        EntitlementFacts { last_day: None, .. } => Err(Refusal::RenewalNeedsEnd),
        EntitlementFacts { customer_enabled: false, .. } => Err(Refusal::NoEntitlementWhileDisabled),
        _ => Ok(()),
    }
}

/// It gives a right back, so what holds for a new entitlement holds here.
fn reopening(entitlement: EntitlementFacts) -> Result<(), Refusal> {
    let Some(until) = entitlement.reopenable_until() else { return Err(Refusal::NotEndedByHand) };
    match entitlement {
        EntitlementFacts { today, .. } if until < today => Err(Refusal::TooLateToReopen(until)),
        _ if entitlement.is_past() => Err(Refusal::LastDayPassed),
        EntitlementFacts { customer_enabled: false, .. } => Err(Refusal::NoEntitlementWhileDisabled),
        _ => Ok(()),
    }
}

fn deletion(role: Role, entitlement: EntitlementFacts) -> Result<(), Refusal> {
    match entitlement {
        EntitlementFacts { state: State::Running | State::Ended, .. } if role < Role::Administrator => Err(Refusal::EntitlementStarted),
        EntitlementFacts { renewal: Some(renewal), .. } => Err(Refusal::HeldByRenewal(renewal)),
        _ => Ok(()),
    }
}

/// The least role that a task asks for, the records being as they may.
fn least_role(task: Task) -> Role {
    match task {
        // Entitlements that have started go with sample data.
        Task::RemoveSample(_)
        | Task::ManageUsers
        | Task::ManageSettings
        | Task::InviteAll { .. }
        | Task::EnableUser(_)
        | Task::DisableUser(_)
        | Task::DemoteAdministrator(_)
        | Task::Import
        | Task::StartImport(_)
        | Task::MapImport(_)
        | Task::ResumeImport(_)
        | Task::DiscardImport(_) => Role::Administrator,
        Task::EditOwnDetails => Role::Contact,
        _ => Role::Editor,
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::domain::EntitlementId;

    const COMPANY: CustomerFacts = CustomerFacts { kind: Kind::Company, enabled: true, entitlements: 0 };
    const CONTACT: ContactFacts = ContactFacts { own: false, enabled: true, default: false, entitlements: 0 };

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap_or_default()
    }

    /// One that runs from long ago to the 20th, on the 10th.
    fn running() -> EntitlementFacts {
        let (state, last_day, today) = (State::Running, Some(day(20)), day(10));
        EntitlementFacts { state, today, last_day, ended_on: None, renewal: None, customer_enabled: true }
    }

    fn editor(task: Task) -> Option<Refusal> {
        check(Role::Editor, task).err()
    }

    fn administrator(task: Task) -> Option<Refusal> {
        check(Role::Administrator, task).err()
    }

    #[test]
    fn a_viewer_does_nothing() {
        for task in [Task::NewCustomer, Task::EditCustomer, Task::DisableCustomer(COMPANY), Task::EditContact(CONTACT), Task::LoadSample(0)]
        {
            assert_eq!(check(Role::Viewer, task), Err(Refusal::Role(Role::Editor)));
        }
    }

    #[test]
    fn only_an_administrator_imports_and_manages_users() {
        let user = UserFacts { enabled: true, is_last_administrator: false };
        for task in [Task::Import, Task::ManageUsers, Task::DisableUser(user), Task::EnableUser(user), Task::RemoveSample(0)] {
            for role in [Role::Viewer, Role::Editor] {
                assert_eq!(check(role, task), Err(Refusal::Role(Role::Administrator)));
            }
        }
        assert_eq!(administrator(Task::DisableUser(user)), None);
        assert_eq!(administrator(Task::EnableUser(user)), Some(Refusal::UserEnabled));
        assert_eq!(administrator(Task::DisableUser(UserFacts { enabled: false, ..user })), Some(Refusal::UserDisabled));
        let last = UserFacts { is_last_administrator: true, ..user };
        for task in [Task::DisableUser(last), Task::DemoteAdministrator(last)] {
            assert_eq!(administrator(task), Some(Refusal::LastAdministrator));
        }
    }

    #[test]
    fn only_the_change_that_changes_something() {
        let disabled = CustomerFacts { enabled: false, ..COMPANY };
        assert_eq!(editor(Task::EnableCustomer(COMPANY)), Some(Refusal::CustomerEnabled));
        assert_eq!(editor(Task::DisableCustomer(COMPANY)), None);
        assert_eq!(editor(Task::EnableCustomer(disabled)), None);
        assert_eq!(editor(Task::DisableCustomer(disabled)), Some(Refusal::CustomerDisabled));
        let disabled = ContactFacts { enabled: false, ..CONTACT };
        assert_eq!(editor(Task::EnableContact(CONTACT)), Some(Refusal::ContactEnabled));
        assert_eq!(editor(Task::DisableContact(disabled)), Some(Refusal::ContactDisabled));
        assert_eq!(editor(Task::SetDefault(disabled)), Some(Refusal::DefaultMustBeEnabled));
        assert_eq!(editor(Task::SetDefault(ContactFacts { default: true, ..disabled })), Some(Refusal::AlreadyDefault));
        assert_eq!(editor(Task::SetDefault(CONTACT)), None);
    }

    #[test]
    fn what_entitlements_hold_stays() {
        assert_eq!(editor(Task::DeleteCustomer(COMPANY)), None);
        assert_eq!(editor(Task::DeleteCustomer(CustomerFacts { entitlements: 3, ..COMPANY })), Some(Refusal::HeldByEntitlements(3)));
        assert_eq!(editor(Task::DeleteContact(CONTACT)), None);
        assert_eq!(editor(Task::DeleteContact(ContactFacts { entitlements: 1, ..CONTACT })), Some(Refusal::NamedByEntitlements(1)));
    }

    #[test]
    fn a_disabled_customer_gets_no_entitlement_and_an_individual_no_contact() {
        assert_eq!(editor(Task::NewEntitlement(COMPANY)), None);
        let disabled = CustomerFacts { enabled: false, ..COMPANY };
        assert_eq!(editor(Task::NewEntitlement(disabled)), Some(Refusal::NoEntitlementWhileDisabled));
        assert_eq!(editor(Task::NewContact(disabled)), None);
        assert_eq!(editor(Task::NewContact(CustomerFacts { kind: Kind::Individual, ..COMPANY })), Some(Refusal::Individual));
        let own = ContactFacts { own: true, ..CONTACT };
        for task in [Task::EditContact(own), Task::DisableContact(own), Task::DeleteContact(own), Task::SetDefault(own)] {
            assert_eq!(editor(task), Some(Refusal::Individual));
        }
    }

    #[test]
    fn a_started_entitlement_is_ended_and_only_an_administrator_deletes_it() {
        let planned = EntitlementFacts { state: State::NotYetStarted, ..running() };
        assert_eq!(editor(Task::DeleteEntitlement(planned)), None);
        for state in [State::Running, State::Ended] {
            let started = EntitlementFacts { state, ..running() };
            assert_eq!(editor(Task::DeleteEntitlement(started)), Some(Refusal::EntitlementStarted));
            assert_eq!(administrator(Task::DeleteEntitlement(started)), None);
        }
        let renewed = EntitlementFacts { renewal: Some(EntitlementId(7)), ..planned };
        assert_eq!(editor(Task::DeleteEntitlement(renewed)), Some(Refusal::HeldByRenewal(EntitlementId(7))));
        assert_eq!(editor(Task::EndEntitlement(State::Running)), None);
        assert_eq!(editor(Task::ChangeEnded), Some(Refusal::EndIsFinal));
        assert_eq!(editor(Task::MoveEnd { ended_by_hand: true }), Some(Refusal::EndIsFinal));
        assert_eq!(editor(Task::MoveEnd { ended_by_hand: false }), None);
        assert_eq!(editor(Task::MoveStart(State::NotYetStarted)), None);
        for state in [State::Running, State::Ended] {
            assert_eq!(editor(Task::MoveStart(state)), Some(Refusal::StartIsFixed));
        }
        assert_eq!(editor(Task::EndEntitlement(State::Ended)), Some(Refusal::EntitlementEnded));
        assert_eq!(editor(Task::EndEntitlement(State::NotYetStarted)), Some(Refusal::EntitlementNotStarted));
    }

    #[test]
    fn what_has_an_end_is_renewed_once() {
        let renew = |facts| editor(Task::RenewEntitlement(facts));
        assert_eq!(renew(running()), None);
        assert_eq!(renew(EntitlementFacts { state: State::Ended, today: day(30), ..running() }), None, "one that ended long ago, too");
        assert_eq!(renew(EntitlementFacts { last_day: None, ..running() }), Some(Refusal::RenewalNeedsEnd));
        assert_eq!(renew(EntitlementFacts { ended_on: Some(day(10)), ..running() }), Some(Refusal::RenewalOfEnded));
        assert_eq!(
            renew(EntitlementFacts { renewal: Some(EntitlementId(7)), ..running() }),
            Some(Refusal::AlreadyRenewed(EntitlementId(7)))
        );
        assert_eq!(renew(EntitlementFacts { customer_enabled: false, ..running() }), Some(Refusal::NoEntitlementWhileDisabled));
        assert_eq!(check(Role::Viewer, Task::RenewEntitlement(running())), Err(Refusal::Role(Role::Editor)));
    }

    #[test]
    fn what_was_ended_by_hand_is_reopened_until_the_next_day() {
        let reopen = |facts| editor(Task::ReopenEntitlement(facts));
        let ended = EntitlementFacts { state: State::Ended, ended_on: Some(day(10)), ..running() };
        for (today, refusal) in [(10, None), (11, None), (12, Some(Refusal::TooLateToReopen(day(11))))] {
            assert_eq!(reopen(EntitlementFacts { today: day(today), ..ended }), refusal, "{today}");
        }
        assert_eq!(reopen(running()), Some(Refusal::NotEndedByHand));
        let past = EntitlementFacts { today: day(11), last_day: Some(day(10)), ..ended };
        assert_eq!(reopen(past), Some(Refusal::LastDayPassed));
        assert_eq!(reopen(EntitlementFacts { last_day: Some(day(11)), ..past }), None, "its last day counts");
        assert_eq!(reopen(EntitlementFacts { last_day: None, ..past }), None);
        assert_eq!(reopen(EntitlementFacts { customer_enabled: false, ..ended }), Some(Refusal::NoEntitlementWhileDisabled));
        assert_eq!(
            Refusal::TooLateToReopen(day(11)).to_string(),
            "This entitlement can no longer be reopened: that was possible until 11 November 2026."
        );
    }

    #[test]
    fn editors_undo_their_own_changes_and_administrators_all() {
        assert_eq!(editor(Task::Undo { own: true }), None);
        assert_eq!(editor(Task::Undo { own: false }), Some(Refusal::NotOwnChange));
        assert_eq!(check(Role::Administrator, Task::Undo { own: false }), Ok(()));
        assert_eq!(check(Role::Viewer, Task::Undo { own: true }), Err(Refusal::Role(Role::Editor)));
    }

    #[test]
    fn an_import_is_started_once_and_discarded_until_then() {
        let checked = import::State::Checked { importable: true };
        assert_eq!(administrator(Task::StartImport(checked)), None);
        assert_eq!(administrator(Task::StartImport(import::State::Checked { importable: false })), Some(Refusal::NothingToImport));
        for state in [import::State::Checking, import::State::Running, import::State::Failed, import::State::Done, import::State::Discarded]
        {
            assert_eq!(administrator(Task::StartImport(state)), Some(Refusal::ImportIs(state)));
        }
        assert_eq!(administrator(Task::ResumeImport(import::State::Failed)), None);
        assert_eq!(administrator(Task::ResumeImport(checked)), Some(Refusal::ImportIs(checked)));
        for state in [import::State::Checking, checked, import::State::Failed] {
            assert_eq!(administrator(Task::DiscardImport(state)), None);
        }
        for state in [import::State::Running, import::State::Done, import::State::Discarded] {
            assert_eq!(administrator(Task::DiscardImport(state)), Some(Refusal::ImportIs(state)));
        }
    }

    #[test]
    fn nobody_is_mailed_in_vain_or_twice() {
        let able = AccessFacts { enabled: true, customer_enabled: true, has_email: true };
        let mail = MailFacts { sends_mail: true, is_queued: false };
        let invite = |access, mail| editor(Task::MailInvitation(access, mail));
        assert_eq!(invite(able, mail), None);
        assert_eq!(invite(AccessFacts { customer_enabled: false, ..able }, mail), Some(Refusal::NoInvitationWhileDisabled));
        assert_eq!(invite(AccessFacts { enabled: false, ..able }, mail), Some(Refusal::InvitedMustBeEnabled));
        assert_eq!(invite(AccessFacts { has_email: false, ..able }, mail), Some(Refusal::InvitedNeedsEmail));
        assert_eq!(invite(able, MailFacts { sends_mail: false, ..mail }), Some(Refusal::NoMail));
        assert_eq!(invite(able, MailFacts { is_queued: true, ..mail }), Some(Refusal::InvitationQueued));
        let company = |sends_mail, never_invited| editor(Task::InviteContacts { sends_mail, customer_enabled: true, never_invited });
        assert_eq!([company(true, 1), company(false, 1), company(true, 0)], [None, Some(Refusal::NoMail), Some(Refusal::NobodyToInvite)]);
        let all = Task::InviteAll { sends_mail: true, is_under_way: false };
        assert_eq!((administrator(all), editor(all)), (None, Some(Refusal::Role(Role::Administrator))));
        assert_eq!(administrator(Task::InviteAll { sends_mail: true, is_under_way: true }), Some(Refusal::AllAreBeingInvited));
    }
}
