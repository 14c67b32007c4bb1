//! The fields that a column of a file can go to, and what other programs call their columns.
//!
//! Names of columns are compared as [`normal`] makes them: `E-mail 1 - Value`, `e_mail_1_value` and `Email1Value` are one. Our own names (and those
//! of Sentinel EMS 5) come first; the others are what `HubSpot`, Salesforce, Stripe, `EspoCRM`, `SuiteCRM`, Odoo, Outlook, Google and Shopify write, and
//! what people call such columns in English, German, French and Spanish. Of several that a file has, the one that stands further ahead here is taken.

use crate::domain::fold::fold;
use crate::domain::import::Subject;

/// A field that a column can go to.
#[derive(Debug)]
pub struct Field {
    /// Its name in forms, on the command line and here.
    pub name: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// Names of columns that are ours.
    own: &'static [&'static str],
    /// What others call it.
    others: &'static [&'static str],
}

const fn field(name: &'static str, label: &'static str, own: &'static [&'static str], others: &'static [&'static str]) -> Field {
    Field { name, label, own, others }
}

/// A person's whole name, where a file has no columns for its parts.
pub const WHOLE_NAME: &str = "contact_name";
/// The fields of a person's name in parts.
pub const NAME_PARTS: [&str; 3] = ["first_name", "middle_name", "last_name"];
/// The fields of a contact that stands in a row of customers.
pub const CONTACT_FIELDS: [&str; 3] = ["contact_email", "contact_phone", "contact_ref_id"];
/// Says of a row that its record was deleted where it comes from.
pub const DELETED: &str = "deleted";
/// The name of the customer that a contact or an entitlement belongs to.
pub const CUSTOMER_NAME: &str = "customer_name";

const FIRST: &[&str] = &["givenname", "vorname", "prenom", "nombre", "contactfirstname"];
const MIDDLE: &[&str] = &["additionalname", "zweitervorname", "deuxiemeprenom", "segundonombre"];
const LAST: &[&str] = &["familyname", "surname", "nachname", "familienname", "nomdefamille", "apellido", "apellidos", "contactlastname"];
const WHOLE: &[&str] = &["fullname", "contact", "contactperson", "ansprechpartner", "personname", "nomcomplet", "nombrecompleto"];
const COMPANY: &[&str] = &[
    "accountname",
    "organizationname",
    "organisationname",
    "organization1name",
    "organization",
    "organisation",
    "firma",
    "firmenname",
    "unternehmen",
    "associatedcompany",
    "relatedcompany",
    "societe",
    "entreprise",
    "raisonsociale",
    "empresa",
    "razonsocial",
    "nombredelaempresa",
];
const EMAIL: &[&str] = &["email1value", "email1", "mail", "emailadresse", "courriel", "adresseemail", "correo", "correoelectronico"];
const LANGUAGE: &[&str] = &["preferredlanguage", "lang", "sprache", "langue", "idioma"];
const PHONE: &[&str] = &[
    "businessphone",
    "officephone",
    "phone1value",
    "phone1",
    "phonework",
    "workphone",
    "tel",
    "telefon",
    "telefonnummer",
    "telefono",
    "mobilephone",
    "mobile",
    "phone2value",
    "phone2",
    "handy",
    "mobil",
    "movil",
    "portable",
];
const FAX: &[&str] = &["businessfax", "phonefax", "faxnumber", "telefax", "faxnummer", "telecopie"];
const ROW_ID: &[&str] =
    &["id", "recordid", "customerid", "companyid", "accountid", "contactid", "sourceid", "externalid", "uuid", "objectid", "identifiant"];
const NOTES: &[&str] = &[
    "notes",
    "note",
    "comment",
    "comments",
    "bemerkung",
    "bemerkungen",
    "notiz",
    "notizen",
    "beschreibung",
    "remarque",
    "remarques",
    "notas",
    "observaciones",
    "descripcion",
];
const STATUS: &[&str] = &["active", "isactive", "aktiv", "zustand", "statut", "etat", "estado"];
const NUMBER: &[&str] =
    &["kundennr", "kundennummer", "customernr", "debitornummer", "debitor", "numeroclient", "noclient", "numerodecliente", "numcliente"];

const FIRST_NAME: Field = field("first_name", "First name", &["firstname"], FIRST);
const MIDDLE_NAME: Field = field("middle_name", "Middle name", &["middlename"], MIDDLE);
const LAST_NAME: Field = field("last_name", "Last name", &["lastname"], LAST);
const DELETED_FIELD: Field = field(DELETED, "Deleted (skip the row)", &["deleted", "isdeleted"], &["geloscht"]);

const CUSTOMERS: [Field; 30] = [
    field("number", "Number", &["number", "customernumber", "customeridentifier", "identifier", "customerno"], NUMBER),
    field("type", "Type", &["type", "customertype"], &["isacompany", "kundentyp", "kind", "typ", "art", "tipo"]),
    field("status", "Status", &["status", "enabled", "state"], STATUS),
    field("name", "Name", &["name", "customername", "company", "companyname"], COMPANY),
    FIRST_NAME,
    MIDDLE_NAME,
    LAST_NAME,
    field("email", "E-mail", &["email", "emailid", "emailaddress"], EMAIL),
    field("language", "Language", &["locale", "language"], LANGUAGE),
    field("phone", "Phone", &["phone", "phonenumber", "telephone"], PHONE),
    field("fax", "Fax", &["fax"], FAX),
    field("crm_id", "CRM ID", &["crmid", "customercrmid"], ROW_ID),
    field("ref_id", "Ref ID", &["refid", "refid1", "customerrefid"], &["accountnumber", "ref", "reference", "referenz", "referencia"]),
    field("description", "Description", &["description", "customerdescription"], NOTES),
    field(
        "billing_street",
        "Billing street",
        &["billingstreet", "billaddressstreet", "billstreet"],
        &[
            "billingaddressstreet",
            "billingaddress",
            "address1street",
            "businessstreet",
            "cardaddressline1",
            "address1",
            "addressline1",
            "streetaddress",
            "street",
            "street2",
            "address",
            "address2",
            "addressline2",
            "cardaddressline2",
            "strasse",
            "strassehausnummer",
            "adresse",
            "rue",
            "calle",
            "direccion",
        ],
    ),
    field(
        "billing_city",
        "Billing city",
        &["billingcity", "billaddresscity", "billcity"],
        &["billingaddresscity", "address1city", "businesscity", "cardaddresscity", "city", "town", "ort", "stadt", "ville", "ciudad"],
    ),
    field(
        "billing_state",
        "Billing state",
        &["billingstate", "billaddressstate", "billstate"],
        &[
            "billingaddressstate",
            "address1region",
            "businessstate",
            "cardaddressstate",
            "stateregion",
            "stateprovince",
            "state",
            "provincecode",
            "province",
            "region",
            "county",
            "bundesland",
            "departement",
            "provincia",
        ],
    ),
    field(
        "billing_postal_code",
        "Billing postal code",
        &["billingpostalcode", "billingzip", "billaddresspostalcode", "billpostalcode"],
        &[
            "billingaddresspostalcode",
            "address1postalcode",
            "businesspostalcode",
            "cardaddresszip",
            "postalcode",
            "zip",
            "zipcode",
            "postcode",
            "plz",
            "postleitzahl",
            "codepostal",
            "codigopostal",
            "cp",
        ],
    ),
    field(
        "billing_country",
        "Billing country",
        &["billingcountry", "billaddresscountry", "billcountry"],
        &[
            "billingaddresscountry",
            "address1country",
            "businesscountryregion",
            "businesscountry",
            "cardaddresscountry",
            "countryregion",
            "countrycode",
            "country",
            "countryid",
            "land",
            "pays",
            "pais",
        ],
    ),
    field("shipping_same", "Shipping same as billing", &["shippingsame", "shippingsameasbilling"], &[]),
    field("shipping_street", "Shipping street", &["shippingstreet", "shipaddressstreet", "shipstreet"], &["shippingaddressstreet"]),
    field("shipping_city", "Shipping city", &["shippingcity", "shipaddresscity", "shipcity"], &["shippingaddresscity"]),
    field("shipping_state", "Shipping state", &["shippingstate", "shipaddressstate", "shipstate"], &["shippingaddressstate"]),
    field(
        "shipping_postal_code",
        "Shipping postal code",
        &["shippingpostalcode", "shippingzip", "shipaddresspostalcode", "shippostalcode"],
        &["shippingaddresspostalcode"],
    ),
    field("shipping_country", "Shipping country", &["shippingcountry", "shipaddresscountry", "shipcountry"], &["shippingaddresscountry"]),
    field(WHOLE_NAME, "Person’s whole name", &["contactname"], WHOLE),
    field("contact_email", "Contact’s e-mail", &["contactemail"], &[]),
    field("contact_phone", "Contact’s phone", &["contactphone"], &[]),
    field("contact_ref_id", "Contact’s Ref ID", &["contactrefid"], &[]),
    DELETED_FIELD,
];

const CONTACTS: [Field; 14] = [
    field("customer_number", "Customer's number", &["customernumber", "customeridentifier", "customerno"], NUMBER),
    field(
        "customer_crm_id",
        "Customer's CRM ID",
        &["customercrmid", "crmid"],
        &["associatedcompanyid", "companyid", "accountid", "customerid", "organizationid"],
    ),
    field(CUSTOMER_NAME, "Customer's name", &["customername"], CONTACT_COMPANY),
    field("status", "Status", &["status", "enabled", "contactenabled", "state"], STATUS),
    field("default", "Default", &["default", "isdefault", "defaultcontact", "isdefaultcontact"], &[]),
    field(WHOLE_NAME, "Name", &["contactname", "name"], WHOLE),
    FIRST_NAME,
    MIDDLE_NAME,
    LAST_NAME,
    field("email", "E-mail", &["email", "contactemail", "emailid", "emailaddress"], EMAIL),
    field("language", "Language", &["locale", "language"], LANGUAGE),
    field("phone", "Phone", &["phone", "contactnumber", "phonenumber", "telephone"], PHONE),
    field("ref_id", "Ref ID", &["refid", "refid1", "contactrefid"], &["contactid", "id", "recordid", "sourceid", "externalid"]),
    DELETED_FIELD,
];

const CONTACT_COMPANY: &[&str] = &[
    "company",
    "companyname",
    "customer",
    "accountname",
    "account",
    "associatedcompany",
    "relatedcompany",
    "organizationname",
    "organisationname",
    "organization1name",
    "organization",
    "organisation",
    "firma",
    "kunde",
    "unternehmen",
    "societe",
    "entreprise",
    "empresa",
];

const ENTITLEMENTS: [Field; 11] = [
    field("customer_number", "Customer's number", &["customernumber", "customeridentifier", "customerno"], NUMBER),
    field("customer_crm_id", "Customer's CRM ID", &["customercrmid", "crmid"], &["companyid", "accountid", "customerid"]),
    field(CUSTOMER_NAME, "Customer's name", &["customername"], CONTACT_COMPANY),
    field("contact_email", "Contact's e-mail", &["contactemail", "email", "contactemailid"], EMAIL),
    field("eid", "EID", &["eid", "entitlementid"], &["entitlement", "licenseid", "lizenz", "licence"]),
    field("product", "Product", &["product", "productname"], &["produkt", "produit", "producto"]),
    field("quantity", "Quantity", &["quantity"], &["qty", "menge", "anzahl", "quantite", "cantidad"]),
    field("starts_on", "Start", &["startson", "startdate", "start"], &["validfrom", "beginn", "startdatum", "debut", "inicio"]),
    field(
        "ends_on",
        "End",
        &["endson", "enddate", "end", "expirationdate"],
        &["validuntil", "expires", "expiry", "ende", "enddatum", "ablaufdatum", "fin"],
    ),
    field("ended_at", "Ended at", &["endedat"], &[]),
    DELETED_FIELD,
];

/// The fields of a file's records, in the order in which forms have them.
#[must_use]
pub fn fields(subject: Subject) -> &'static [Field] {
    match subject {
        Subject::Customers => &CUSTOMERS,
        Subject::Contacts => &CONTACTS,
        Subject::Entitlements => &ENTITLEMENTS,
    }
}

/// The field of this name.
#[must_use]
pub fn named(subject: Subject, name: &str) -> Option<&'static Field> {
    fields(subject).iter().find(|field| field.name == name)
}

/// The field of one of our own files' columns.
#[must_use]
pub fn of_our_column(subject: Subject, column: &str) -> Option<&'static Field> {
    let name = normal(column);
    fields(subject).iter().find(|field| field.own.contains(&name.as_str()))
}

/// How well a column's name, as [`normal`] makes it, fits a field: 0 for our own names, and more the less usual it is.
impl Field {
    pub(super) fn fits(&self, name: &str) -> Option<usize> {
        let other = || self.others.iter().position(|other| *other == name).map(|place| place + 1);
        if self.own.contains(&name) { Some(0) } else { other() }
    }

    /// Several columns may go to it, since a record has one and files have more: of phones and e-mails the first that is there counts, the lines
    /// of a street stand one after the other.
    #[must_use]
    pub fn takes_several(&self) -> bool {
        self.joins() || matches!(self.name, "phone" | "fax" | "email" | "contact_email" | "contact_phone")
    }

    /// All of its columns count.
    pub(super) fn joins(&self) -> bool {
        matches!(self.name, "billing_street" | "shipping_street" | "description")
    }
}

/// A column's name without what it may be written with or without: case, accents, blanks, punctuation, and a unit in brackets.
#[must_use]
pub fn normal(name: &str) -> String {
    let mut depth = 0_u32;
    let plain = fold(name);
    let kept = plain.chars().filter(|c| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => return depth == 0 && c.is_alphanumeric(),
        }
        false
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_matter() {
        for (name, wanted) in [
            ("E-mail 1 - Value", "email1value"),
            ("Created (UTC)", "created"),
            ("billing_postal-code", "billingpostalcode"),
            ("Kundennr.", "kundennr"),
            ("Straße", "strasse"),
            ("Prénom", "prenom"),
            ("(only)", ""),
        ] {
            assert_eq!(normal(name), wanted, "{name}");
        }
    }

    #[test]
    fn names_of_columns_are_as_they_are_compared_and_lead_to_one_field() {
        for subject in Subject::ALL {
            let mut own = std::collections::HashSet::new();
            for field in fields(subject) {
                for name in field.own.iter().chain(field.others) {
                    assert_eq!(normal(name), *name, "{subject}: {}", field.name);
                }
                assert!(field.own.iter().all(|name| own.insert(*name)), "{subject}: {}", field.name);
            }
        }
    }
}
