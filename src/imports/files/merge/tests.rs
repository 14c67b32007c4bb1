use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::imports::files::look::Look;

/// Files of customers by number, of contacts (customer, e-mail), and of entitlements (customer, e-mail).
fn open(customers: &[u8], contacts: &[(u8, u8)], entitlements: &[(u8, u8)], limits: (usize, usize)) -> Merge {
    let file = |text: String| Some(Box::new(std::io::Cursor::new(text.into_bytes())) as Bytes);
    let pairs = |pairs: &[(u8, u8)]| {
        let lines: Vec<String> = pairs.iter().map(|(customer, mail)| format!("{customer},{mail}@x.example,")).collect();
        lines.join("\n")
    };
    let numbers: Vec<String> = customers.iter().map(u8::to_string).collect();
    let files = || Each {
        customers: file(format!("number\n{}", numbers.join("\n"))),
        contacts: file(format!("customer_number,email,phone\n{}", pairs(contacts))),
        entitlements: file(format!("customer_number,contact_email,eid\n{}", pairs(entitlements))),
    };
    let (look, error) = Look::at(files(), Each::default()).unwrap_or_else(|error| panic!("{}: {error}", error.subject));
    assert_eq!(error, None);
    let mut merge =
        Merge::open(limits.0, files(), &look.columns, &look.readings()).unwrap_or_else(|error| panic!("{}: {error}", error.subject));
    merge.limits = limits;
    merge
}

fn batches(mut merge: Merge) -> Vec<Batch> {
    std::iter::from_fn(|| merge.batch().unwrap_or_else(|error| panic!("{}: {error}", error.subject))).collect()
}

#[test]
fn files_in_one_order_are_merged() {
    let contacts: Vec<(u8, u8)> = (0..20).flat_map(|number| [(number, 1), (number, 2)]).collect();
    let numbers: Vec<u8> = (0..20).collect();
    let batches = batches(open(&numbers, &contacts, &contacts, (5, 100)));
    assert_eq!(batches.len(), 4);
    for batch in &batches {
        assert_eq!([batch.rows.customers.len(), batch.rows.contacts.len(), batch.rows.entitlements.len()], [5, 10, 10]);
    }
    assert_eq!(batches[3].position, Each { customers: 20, contacts: 40, entitlements: 40 });
}

#[test]
fn a_customer_with_very_many_contacts_takes_several_batches() {
    let contacts: Vec<(u8, u8)> = (0..25).map(|mail| (1, mail)).chain([(2, 1)]).collect();
    let batches = batches(open(&[1, 2, 3], &contacts, &[(1, 24), (2, 1)], (1, 10)));
    let sizes: Vec<_> =
        batches.iter().map(|batch| (batch.rows.customers.len(), batch.rows.contacts.len(), batch.rows.entitlements.len())).collect();
    assert_eq!(sizes, [(1, 10, 0), (0, 10, 0), (0, 5, 1), (1, 1, 1), (1, 0, 0)]);
}

#[test]
fn excluded_records_are_left_out_and_counted() {
    let mut merge = open(&[1, 2, 3], &[], &[], (10, 10));
    merge.leave_out(Each { customers: Exclusions::from([(1, Exclusion::Invalid), (2, Exclusion::Skipped)]), ..Each::default() });
    let batches = batches(merge);
    assert_eq!(batches.len(), 1);
    assert_eq!(batches[0].rows.customers.len(), 1);
    assert_eq!(batches[0].left_out.customers, Counts { invalid: 1, skipped: 1, ..Counts::default() });
    assert_eq!(batches[0].position.customers, 3);
}

proptest! {
    /// In whatever order the files are: every row is taken once, a contact not before its customer, an entitlement not before its
    /// contact, and no batch is larger than allowed. Starting again after any batch gives the rest.
    #[test]
    fn any_order_works(
        customers in proptest::sample::subsequence((0..12).collect::<Vec<u8>>(), 0..12).prop_shuffle(),
        contacts in proptest::collection::hash_set((0..14_u8, 0..3_u8), 0..20).prop_map(|set| set.into_iter().collect::<Vec<_>>()).prop_shuffle(),
        entitlements in proptest::collection::vec((0..14_u8, 0..3_u8), 0..20),
        customers_limit in 1..5_usize,
        followers_limit in 1..6_usize,
        cut in 0..10_usize,
    ) {
        let limits = (customers_limit, followers_limit);
        let all = batches(open(&customers, &contacts, &entitlements, limits));
        let (mut numbers, mut mails) = (HashSet::new(), HashSet::new());
        let mut count = Each::<usize>::default();
        for batch in &all {
            numbers.extend(batch.rows.customers.iter().map(|row| row.customer.number.clone()));
            for row in &batch.rows.contacts {
                let number = &row.customer.number;
                prop_assert!(numbers.contains(number) || !customers.iter().any(|known| known.to_string() == *number));
                mails.insert((number.clone(), row.email_key.clone()));
            }
            for row in &batch.rows.entitlements {
                let key = (row.customer.number.clone(), row.email_key.clone());
                let of_file = contacts.iter().any(|(number, mail)| number.to_string() == key.0 && format!("{mail}@x.example") == key.1);
                prop_assert!(mails.contains(&key) || !of_file);
            }
            prop_assert!(batch.rows.customers.len() <= customers_limit && batch.rows.contacts.len() <= followers_limit);
            for subject in Subject::ALL {
                *count.of_mut(subject) += batch.rows.of(subject).len();
            }
        }
        prop_assert_eq!(count, Each { customers: customers.len(), contacts: contacts.len(), entitlements: entitlements.len() });

        let mut again = open(&customers, &contacts, &entitlements, limits);
        let done = all.get(cut).map(|batch| batch.position).unwrap_or_default();
        again.skip(&done).unwrap();
        let rest: usize = batches(again).iter().map(|batch| Subject::ALL.iter().map(|subject| batch.rows.of(*subject).len()).sum::<usize>()).sum();
        let before: u64 = Subject::ALL.iter().map(|subject| *done.of(*subject)).sum();
        prop_assert_eq!(rest as u64 + before, (customers.len() + contacts.len() + entitlements.len()) as u64);
    }
}
