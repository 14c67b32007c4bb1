//! Tests of the sample data, beside it: it passes the checks of the forms, and holds what it is there to show.

use std::collections::{HashMap, HashSet};

use super::*;
use crate::domain::identity::{email_key, key};
use crate::domain::places::{Country, Language};
use crate::domain::text::{Email, block, line};

fn thousand() -> Vec<SampleCustomer> {
    customers(1000).collect()
}

#[test]
fn it_is_the_same_each_time() {
    let thousand = thousand();
    assert_eq!(thousand, customers(1000).collect::<Vec<_>>());
    let hundred: Vec<_> = customers(100).collect();
    assert!((0..100).filter(|at| *at != CROWD).all(|at| hundred[at] == thousand[at]));
}

#[test]
fn every_field_passes_the_forms_checks() {
    for customer in thousand() {
        let mut lines = vec![
            (&customer.name, 255),
            (&customer.first_name, 100),
            (&customer.middle_name, 100),
            (&customer.last_name, 100),
            (&customer.phone, 150),
            (&customer.fax, 150),
            (&customer.crm_id, 255),
            (&customer.ref_id, 255),
        ];
        for address in [Some(&customer.billing), customer.shipping.as_ref()].into_iter().flatten() {
            lines.extend([(&address.street, 510), (&address.city, 510), (&address.state, 510), (&address.postal_code, 40)]);
            assert!(Country::parse(address.country).is_some());
        }
        for contact in &customer.contacts {
            lines.extend([(&contact.first, 100), (&contact.middle, 100), (&contact.last, 100)]);
            lines.extend([(&contact.phone, 150), (&contact.ref_id, 255)]);
            assert!(!contact.last.is_empty() && Email::parse(&contact.email).is_ok(), "{contact:?}");
            assert!(Language::parse(contact.language).is_some());
        }
        lines.extend(customer.entitlements.iter().map(|entitlement| (&entitlement.product, 255)));
        for (text, limit) in lines {
            assert_eq!(line(text, limit).as_ref(), Ok(text));
            assert!(!text.contains(['{', '}', '#', '|']), "{text}");
        }
        assert_eq!(block(&customer.description, 510).as_ref(), Ok(&customer.description));
        assert_ne!(customer.name.is_empty(), customer.last_name.is_empty());
        assert_eq!(customer.company, customer.last_name.is_empty());
        assert!(customer.email.is_empty() || Email::parse(&customer.email).is_ok(), "{}", customer.email);
        assert!(customer.company || !customer.email.is_empty());
        assert!(customer.company || customer.contacts.is_empty());
        assert!(Language::parse(customer.language).is_some());
    }
}

#[test]
fn identifiers_are_unique_where_they_have_to_be() {
    let all = thousand();
    assert_eq!(all.iter().map(|customer| key(&customer.crm_id)).collect::<HashSet<_>>().len(), all.len());
    for customer in &all {
        let mails: HashSet<_> = customer.contacts.iter().map(|contact| email_key(&contact.email)).collect();
        assert_eq!(mails.len(), customer.contacts.len());
        let domain_is_invented = |mail: &str| mail.is_empty() || mail.ends_with(".example");
        assert!(domain_is_invented(&customer.email));
        assert!(customer.contacts.iter().all(|contact| domain_is_invented(&contact.email)));
        for entitlement in &customer.entitlements {
            assert!(entitlement.contact_index.is_none_or(|index| index < customer.contacts.len()));
            assert!(entitlement.ends_in_days.is_none_or(|last| last >= entitlement.starts_in_days));
            assert!(entitlement.quantity > 0);
        }
    }
}

#[test]
fn it_holds_what_it_is_there_to_show() {
    let all = thousand();
    let share = |what: &dyn Fn(&SampleCustomer) -> bool| all.iter().filter(|customer| what(customer)).count();
    assert!((650..760).contains(&share(&|customer| customer.company)));
    assert!((50..110).contains(&share(&|customer| !customer.enabled)));
    assert!((70..130).contains(&share(&|customer| customer.ref_id.is_empty())));
    assert_eq!(share(&|customer| customer.contacts.len() == MANY), 1);
    assert!(share(&|customer| customer.company && customer.contacts.is_empty()) > 1);
    assert!(share(&|customer| customer.name.chars().count() > 200) == 1);
    assert!(share(&|customer| customer.contacts.iter().any(|contact| !contact.enabled)) > 50);
    assert_eq!(all.iter().map(|customer| customer.billing.country).collect::<HashSet<_>>().len(), 18);

    let mut shared: HashMap<&str, usize> = HashMap::new();
    for customer in &all {
        *shared.entry(&customer.ref_id).or_default() += 1;
    }
    assert!(shared.iter().filter(|(ref_id, count)| !ref_id.is_empty() && **count > 1).count() > 3);

    let folded: Vec<_> = NAMED.iter().map(|(_, _, name)| fold(name)).collect();
    let alike = folded.iter().collect::<HashSet<_>>();
    assert_eq!(folded.len() - alike.len(), 4, "four pairs differ by accents only");

    let every = || all.iter().flat_map(|customer| &customer.entitlements);
    let ended = |entitlement: &&SampleEntitlement| entitlement.ends_in_days.is_some_and(|last| last < 0);
    assert!(every().filter(ended).count() > 100);
    assert!(every().filter(|entitlement| entitlement.starts_in_days > 0).count() > 100);
    assert!(every().filter(|entitlement| entitlement.starts_in_days <= 0 && !ended(entitlement)).count() > 300);
}
