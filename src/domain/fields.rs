//! What the fields of records are called: one list for the forms and for the sentences of the history.

/// A field by the name that forms and files give it.
struct Known {
    field: &'static str,
    /// Beside its control: `City`.
    label: &'static str,
    /// Within a sentence, where no heading says of what it is: `billing city`.
    phrase: &'static str,
}

const fn known(field: &'static str, label: &'static str, phrase: &'static str) -> Known {
    Known { field, label, phrase }
}

const FIELDS: [Known; 45] = [
    known("number", "Number", "number"),
    known("type", "Type", "type"),
    known("status", "Status", "status"),
    known("name", "Name", "name"),
    known("first_name", "First name", "first name"),
    known("middle_name", "Middle name", "middle name"),
    known("last_name", "Last name", "last name"),
    known("email", "E-mail", "e-mail"),
    known("language", "Language", "language"),
    known("phone", "Phone", "phone"),
    known("fax", "Fax", "fax"),
    known("crm_id", "CRM ID", "CRM ID"),
    known("ref_id", "Ref ID", "Ref ID"),
    known("description", "Description", "description"),
    known("billing_street", "Street", "billing street"),
    known("billing_city", "City", "billing city"),
    known("billing_state", "State", "billing state"),
    known("billing_postal_code", "Postal code", "billing postal code"),
    known("billing_country", "Country", "billing country"),
    known("shipping_same", "Same as billing", "shipping “same as billing”"),
    known("shipping_street", "Street", "shipping street"),
    known("shipping_city", "City", "shipping city"),
    known("shipping_state", "State", "shipping state"),
    known("shipping_postal_code", "Postal code", "shipping postal code"),
    known("shipping_country", "Country", "shipping country"),
    known("reach", "Sees in the portal", "reach in the portal"),
    known("default_contact", "Default contact", "default contact"),
    known("eid", "EID", "EID"),
    known("contact", "Contact", "contact"),
    known("product", "Product", "product"),
    known("quantity", "Quantity", "quantity"),
    known("starts_on", "Start", "start"),
    known("ends_on", "End", "end"),
    known("renews", "Renews", "renewed entitlement"),
    known("ended_at", "Ended", "moment it ended"),
    known("role", "Role", "role"),
    known("password", "Password", "password"),
    known("again", "Password once more", "password once more"),
    known("vendor", "Vendor", "vendor’s name"),
    known("accent", "Accent colour", "accent colour"),
    known("support", "Support e-mail", "support e-mail"),
    known("imprint", "Imprint", "imprint"),
    known("mails_per_minute", "Mails per minute", "number of mails per minute"),
    known("logo", "Logo", "logo"),
    known("reason", "Reason", "reason"),
];

/// A company's first contact stands in the same form as the company: its fields begin with this.
const FIRST_CONTACT: &str = "contact_";

fn find(field: &str) -> Option<&'static Known> {
    let of = |name: &str| FIELDS.iter().find(|known| known.field == name);
    of(field).or_else(|| of(field.strip_prefix(FIRST_CONTACT)?))
}

/// The label beside a field's control.
#[must_use]
pub fn label(field: &'static str) -> &'static str {
    find(field).map_or(field, |known| known.label)
}

/// What a field is called within a sentence: `billing city`. One that is not known here is called by its own words.
#[must_use]
pub fn phrase(field: &str) -> String {
    find(field).map_or_else(|| field.replace('_', " "), |known| known.phrase.to_owned())
}

/// The same at the beginning of a line: `Billing city`.
#[must_use]
pub fn heading(field: &str) -> String {
    let phrase = phrase(field);
    let mut letters = phrase.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_has_one_name_everywhere() {
        assert_eq!(
            (label("billing_city"), phrase("billing_city").as_str(), heading("billing_city").as_str()),
            ("City", "billing city", "Billing city")
        );
        assert_eq!((label("contact_last_name"), label("contact")), ("Last name", "Contact"));
        assert_eq!((phrase("crm_id").as_str(), heading("e_x").as_str()), ("CRM ID", "E x"));
    }
}
