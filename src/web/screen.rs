//! Which list stands at the left of a screen. Its address says so: by its path, or by a parameter where what stands at the right belongs to
//! the other list too, as the form of an entitlement in the pane of its customer.

use super::address;
use crate::domain::{CustomerId, EntitlementId};

/// The list at the left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Screen {
    /// The customers.
    #[default]
    Customers,
    /// The entitlements.
    Entitlements,
}

/// What is open at the right, of the records that lists have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selected {
    /// None of them.
    Nothing,
    /// A customer.
    Customer(CustomerId),
    /// An entitlement.
    Entitlement(EntitlementId),
}

impl Selected {
    /// The customer, if it is one.
    #[must_use]
    pub fn customer(self) -> Option<CustomerId> {
        if let Self::Customer(id) = self { Some(id) } else { None }
    }

    /// The entitlement, if it is one.
    #[must_use]
    pub fn entitlement(self) -> Option<EntitlementId> {
        if let Self::Entitlement(id) = self { Some(id) } else { None }
    }
}

impl From<CustomerId> for Selected {
    fn from(id: CustomerId) -> Self {
        Self::Customer(id)
    }
}

impl From<Option<CustomerId>> for Selected {
    fn from(id: Option<CustomerId>) -> Self {
        id.map_or(Self::Nothing, Self::Customer)
    }
}

impl From<EntitlementId> for Selected {
    fn from(id: EntitlementId) -> Self {
        Self::Entitlement(id)
    }
}

/// The parameter that names the list where the path alone would lead to the other one.
const LIST: &str = "list";

impl Screen {
    const ALL: [Self; 2] = [Self::Customers, Self::Entitlements];

    /// The screen of an address.
    #[must_use]
    pub fn of<'a>(path: &str, mut pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let named = pairs.find(|(name, _)| *name == LIST).and_then(|(_, word)| Self::ALL.into_iter().find(|screen| screen.word() == word));
        named.unwrap_or_else(|| Self::by_path(path))
    }

    /// The parameter that an address with this path needs to be of this screen.
    #[must_use]
    pub fn parameter(self, path: &str) -> Option<(&'static str, String)> {
        (Self::by_path(path) != self).then(|| (LIST, self.word().to_owned()))
    }

    /// The path of its list with this open, where it is one of the list's.
    #[must_use]
    pub fn at(self, selected: Selected) -> String {
        match self {
            Self::Customers => address::screen(selected.customer()),
            Self::Entitlements => address::entitlement(selected.entitlement()),
        }
    }

    /// The path of its list.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Customers => "/customers",
            Self::Entitlements => "/entitlements",
        }
    }

    fn word(self) -> &'static str {
        &self.path()[1..]
    }

    fn by_path(path: &str) -> Self {
        let rest = path.strip_prefix(Self::Entitlements.path());
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) { Self::Entitlements } else { Self::Customers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_which_list_stands_beside() {
        for (path, list, screen) in [
            ("/entitlements", None, Screen::Entitlements),
            ("/entitlements/9/edit", None, Screen::Entitlements),
            ("/entitlements/9/edit", Some("customers"), Screen::Customers),
            ("/events/3/undo", Some("entitlements"), Screen::Entitlements),
            ("/events/3/undo", Some("users"), Screen::Customers),
            ("/entitlementsX", None, Screen::Customers),
            ("/customers/42", None, Screen::Customers),
        ] {
            let pairs = list.map(|list| ("list", list));
            assert_eq!(Screen::of(path, pairs.into_iter()), screen, "{path} {list:?}");
            let parameter = screen.parameter(path);
            let again = parameter.iter().map(|(name, value)| (*name, value.as_str()));
            assert_eq!(Screen::of(path, again), screen, "{path} {list:?}");
        }
    }
}
