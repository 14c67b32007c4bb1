//! What has to be so of the data, whatever was asked.

use clientele::db::Database;
use clientele::list::check::{Faults, check as check_list};

use crate::support::Outside;

/// What there must be none of.
const NONE: [(&str, &str); 13] = [
    (
        "a company with two default contacts",
        "SELECT count(*) AS number FROM (SELECT customer_id FROM contacts WHERE is_default GROUP BY customer_id HAVING count(*) > 1) AS many",
    ),
    (
        "a company with an enabled contact and no default",
        "SELECT count(*) AS number FROM customers WHERE kind = 'company'
         AND EXISTS (SELECT 1 FROM contacts WHERE customer_id = customers.id AND enabled)
         AND NOT EXISTS (SELECT 1 FROM contacts WHERE customer_id = customers.id AND is_default)",
    ),
    (
        "a default contact of an individual",
        "SELECT count(*) AS number FROM contacts JOIN customers ON customers.id = customer_id WHERE is_default AND kind <> 'company'",
    ),
    (
        "an individual that is not its own only contact",
        "SELECT count(*) AS number FROM customers WHERE kind = 'individual'
         AND (SELECT count(*) FROM contacts WHERE customer_id = customers.id) <> 1",
    ),
    (
        "a company that is a contact",
        "SELECT count(*) AS number FROM contacts JOIN customers ON customers.id = customer_id WHERE own <> (kind = 'individual')",
    ),
    ("a number that is given twice", "SELECT count(*) - count(DISTINCT number_key) AS number FROM customers"),
    ("a CRM ID that is given twice", "SELECT count(crm_key) - count(DISTINCT crm_key) AS number FROM customers"),
    (
        "an e-mail twice within a customer",
        "SELECT count(*) AS number FROM (SELECT 1 AS one FROM contacts WHERE email_key IS NOT NULL
         GROUP BY customer_id, email_key HAVING count(*) > 1) AS many",
    ),
    (
        "an entitlement for the contact of another customer",
        "SELECT count(*) AS number FROM entitlements JOIN contacts ON contacts.id = contact_id
         WHERE contacts.customer_id <> entitlements.customer_id",
    ),
    ("an entitlement that ends before it starts", "SELECT count(*) AS number FROM entitlements WHERE ends_on < starts_on"),
    (
        // What was done is in the history, so requests at once do not matter. An import may bring the entitlements of a customer that it
        // disables.
        "an entitlement that was created while its customer was disabled",
        "SELECT count(*) AS number FROM events AS made WHERE task = 'create' AND subject_kind = 'entitlement' AND batch_id IS NULL
         AND (SELECT task FROM events WHERE customer_id = made.customer_id AND subject_kind = 'customer'
              AND task IN ('create', 'enable', 'disable') AND id < made.id ORDER BY id DESC LIMIT 1) = 'disable'",
    ),
    (
        "a customer that nobody created",
        "SELECT count(*) AS number FROM customers WHERE batch_id IS NULL AND NOT EXISTS
         (SELECT 1 FROM events WHERE customer_id = customers.id AND task = 'create' AND subject_kind = 'customer')",
    ),
    (
        "something of a customer that is gone",
        "SELECT (SELECT count(*) FROM contacts WHERE customer_id NOT IN (SELECT id FROM customers))
              + (SELECT count(*) FROM entitlements WHERE customer_id NOT IN (SELECT id FROM customers)) AS number",
    ),
];

pub fn check(sql: &mut Outside, database: &Database) {
    for (what, query) in NONE {
        assert_eq!(sql.number(query), 0, "{what}");
    }
    assert_eq!(check_list(database, &mut |_, _| {}).expect("a check"), Faults::default());
}
