//! The fields of a customer that its page shows below the head: those that are filled, and the names of the others.

use crate::domain::customer::Customer;
use crate::domain::places::Language;
use crate::domain::text::Email;
use crate::pages::contact_links;
use crate::pages::view::Fact;

/// The fields that are filled, and the names of those that are not. What the head shows is left out.
pub fn fields(customer: &Customer) -> (Vec<Fact>, Vec<&'static str>) {
    let draft = &customer.draft;
    let one = |label: &'static str, text: &str| Fact { label, lines: text.lines().map(str::to_owned).collect(), ..Fact::default() };
    let email = draft.email.as_ref().map(Email::as_str).unwrap_or_default();
    let billing = draft.billing.lines();
    let shipping = match &draft.shipping {
        Some(address) => address.lines(),
        None if billing.is_empty() => Vec::new(),
        None => vec!["Same as billing".to_owned()],
    };
    let fields = [
        one("Ref ID", &draft.ref_id),
        Fact { copies: true, ..one("CRM ID", &draft.crm_id) },
        Fact { href: Some(contact_links::mail(email)), ..one("E-mail", email) },
        one("Language", draft.language.map_or("", Language::name)),
        Fact { href: contact_links::phone(&draft.phone), ..one("Phone", &draft.phone) },
        one("Fax", &draft.fax),
        Fact { label: "Billing address", lines: billing, ..Fact::default() },
        Fact { label: "Shipping address", lines: shipping, ..Fact::default() },
        Fact { wide: true, ..one("Description", &draft.description) },
    ];
    let (filled, empty): (Vec<Fact>, Vec<Fact>) = fields.into_iter().partition(|fact| !fact.lines.is_empty());
    (filled.into_iter().filter(|fact| fact.label != "Ref ID").collect(), empty.into_iter().map(|fact| fact.label).collect())
}
