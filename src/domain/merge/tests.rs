use proptest::prelude::*;

use super::*;
use crate::domain::event::differences;

fn form(pairs: &[(&str, &str)]) -> Input {
    Input::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

/// The fields in conflict; a star for what is proposed as it was typed.
fn conflicts(merged: &Merged) -> Vec<String> {
    merged.conflicts.iter().map(|conflict| format!("{}{}", conflict.field, if conflict.is_typed { "*" } else { "" })).collect()
}

const ACME: [(&str, &str); 9] = [
    ("name", "Acme"),
    ("phone", "1"),
    ("description", ""),
    ("billing_street", "Lindenallee 14"),
    ("billing_postal_code", "10115"),
    ("billing_city", "Berlin"),
    ("shipping_same", ""),
    ("shipping_street", "Hafen 1"),
    ("shipping_city", "Hamburg"),
];

/// [`ACME`] with other values.
fn acme(changed: &[(&str, &str)]) -> Input {
    let mut acme = form(&ACME);
    for (field, value) in changed {
        acme.set(field, *value);
    }
    acme
}

fn merged(stored: &[(&str, &str)], typed: &[(&str, &str)]) -> Merged {
    merge(Some(&form(&ACME)), &acme(stored), &acme(typed))
}

#[test]
fn different_fields_go_through() {
    let merged = merged(&[("phone", "2"), ("billing_city", "Potsdam")], &[("description", "mine"), ("shipping_city", "Kiel")]);
    assert_eq!(conflicts(&merged), [""; 0]);
    let values = ["name", "phone", "description", "billing_city", "shipping_city"].map(|field| merged.form.get(field).to_owned());
    assert_eq!(values, ["Acme", "2", "mine", "Potsdam", "Kiel"]);
}

#[test]
fn the_same_field_is_a_conflict_and_the_same_change_is_none() {
    assert_eq!(conflicts(&merged(&[("phone", "2")], &[("phone", "3"), ("name", "Zenith")])), ["phone*"]);
    assert_eq!(conflicts(&merged(&[("phone", "2")], &[("phone", "2"), ("name", "Zenith")])), [""; 0]);
    assert_eq!(conflicts(&merged(&[("phone", "")], &[("phone", "3")])), ["phone*"], "emptied");
}

#[test]
fn an_address_is_one_value_whose_parts_are_proposed() {
    let merged = merged(&[("billing_street", "Neue Allee 1"), ("billing_city", "Potsdam")], &[("billing_postal_code", "14467")]);
    assert_eq!(conflicts(&merged), ["billing_street", "billing_postal_code*", "billing_city"]);
    let values = ["billing_street", "billing_postal_code", "billing_city"].map(|field| merged.form.get(field).to_owned());
    assert_eq!(values, ["Neue Allee 1", "14467", "Potsdam"]);
}

#[test]
fn a_name_is_one_value() {
    let opened = form(&[("first_name", "Jana"), ("middle_name", ""), ("last_name", "Hoffmann"), ("phone", "1")]);
    let other = |field, value: &str| {
        let mut form = opened.clone();
        form.set(field, value);
        form
    };
    let merged = merge(Some(&opened), &other("last_name", "Nuñez"), &other("first_name", "Jana M."));
    assert_eq!(conflicts(&merged), ["first_name*", "last_name"]);
    assert_eq!((merged.form.get("first_name"), merged.form.get("last_name")), ("Jana M.", "Nuñez"));
    let merged = merge(Some(&opened), &other("last_name", "Nuñez"), &other("phone", "2"));
    assert_eq!((conflicts(&merged).len(), merged.form.get("last_name"), merged.form.get("phone")), (0, "Nuñez", "2"));
}

#[test]
fn same_as_billing_is_decided_about_with_the_whole_address() {
    let same = [("shipping_same", "yes"), ("shipping_street", ""), ("shipping_city", "")];
    let elsewhere = [("shipping_city", "Kiel")];
    for (stored, typed) in [(&same[..], &elsewhere[..]), (&elsewhere[..], &same[..])] {
        let merged = merged(stored, typed);
        assert_eq!(conflicts(&merged), ["shipping_same*"]);
        assert_eq!(merged.form.get("shipping_same"), acme(typed).get("shipping_same"));
        let mut kept = acme(typed);
        kept.set("keep_shipping_same", "stored");
        let kept = decided(&kept, &acme(stored));
        assert_eq!(
            ["shipping_same", "shipping_street", "shipping_city"].map(|f| kept.get(f).to_owned()),
            ["shipping_same", "shipping_street", "shipping_city"].map(|f| acme(stored).get(f).to_owned())
        );
    }
    // The billing address that it follows is another value.
    let merged = merged(&[("billing_city", "Potsdam")], &same);
    assert_eq!((conflicts(&merged).len(), merged.form.get("billing_city"), merged.form.get("shipping_same")), (0, "Potsdam", "yes"));
}

#[test]
fn without_the_opened_version_all_that_differs_is_a_conflict() {
    let merged = merge(None, &acme(&[("phone", "2")]), &acme(&[("phone", "3"), ("name", "Zenith")]));
    assert_eq!(conflicts(&merged), ["name*", "phone*"]);
    assert_eq!(conflicts(&merge(None, &acme(&[]), &acme(&[]))), [""; 0]);
}

fn edit(own: bool, before: &Input, after: &Input) -> LaterEdit {
    LaterEdit { changes: differences(&before.pairs().to_vec(), &after.pairs().to_vec()), own }
}

#[test]
fn the_edits_since_lead_back_to_what_was_opened() {
    let (first, second, third) = (acme(&[]), acme(&[("phone", "2")]), acme(&[("phone", "2"), ("name", "Zenith")]));
    let edits = [edit(false, &second, &third), edit(false, &first, &second)];
    let opened = opened_with(&third, &edits).expect("the first version");
    assert_eq!((opened.get("phone"), opened.get("name")), ("1", "Acme"));
    assert!(opened_with(&second, &edits).is_none(), "edits of something else");
}

#[test]
fn what_the_form_itself_has_saved_is_known_to_it() {
    let (first, own, other) = (acme(&[]), acme(&[("phone", "2")]), acme(&[("phone", "2"), ("name", "Zenith")]));
    let edits = [edit(false, &own, &other), edit(true, &first, &own)];
    let opened = opened_with(&other, &edits).expect("a version");
    assert_eq!((opened.get("phone"), opened.get("name")), ("2", "Acme"));
    // Saved once more from the same form: no conflict with oneself, and the other's name stays.
    let merged = merge(Some(&opened), &other, &acme(&[("phone", "3")]));
    assert_eq!((conflicts(&merged).len(), merged.form.get("phone"), merged.form.get("name")), (0, "3", "Zenith"));
    // Somebody else was there after it: that is one.
    let last = acme(&[("phone", "9"), ("name", "Zenith")]);
    let edits = [edit(false, &other, &last), edit(false, &own, &other), edit(true, &first, &own)];
    let opened = opened_with(&last, &edits).expect("a version");
    assert_eq!(conflicts(&merge(Some(&opened), &last, &acme(&[("phone", "3")]))), ["phone*"]);
}

#[test]
fn a_choice_reaches_fields_of_the_record_only() {
    let typed = form(&[("phone", "3"), ("version", "7"), ("keep_version", "stored"), ("keep_", "stored"), ("keep_phone", "mine")]);
    let form = decided(&typed, &form(&[("phone", "2")]));
    assert_eq!((form.get("phone"), form.get("version")), ("3", "7"));
}

#[test]
fn what_is_typed_after_the_choice_counts() {
    let stored = form(&[("description", "theirs")]);
    for (typed, kept) in [("a\r\nb", "theirs"), ("a\nb", "theirs"), ("a\r\nc", "a\r\nc"), ("", "")] {
        let typed = form(&[("keep_description", "stored"), ("mine_description", "a\r\nb"), ("description", typed)]);
        assert_eq!(decided(&typed, &stored).get("description"), kept);
    }
}

// ---------------------------------------------------------------------------------------------- for any three versions

fn version() -> impl Strategy<Value = Input> {
    let fields = ["name", "phone", "first_name", "last_name", "billing_street", "billing_city", "shipping_same", "shipping_city"];
    prop::collection::vec(0..3_u8, fields.len()).prop_map(move |values| {
        let value =
            |field: &str, at: u8| if field == SAME { ["", "yes", ""][usize::from(at)] } else { ["", "a", "b"][usize::from(at)] }.to_owned();
        Input::new(fields.iter().zip(values).map(|(field, at)| ((*field).to_owned(), value(field, at))).collect())
    })
}

fn differing<'a>(one: &'a Input, other: &'a Input) -> BTreeSet<&'a str> {
    one.pairs().iter().map(|(name, _)| name.as_str()).filter(|name| one.get(name) != other.get(name)).collect()
}

proptest! {
    #[test]
    fn one_side_alone_is_never_asked(opened in version(), changed in version()) {
        for merged in [merge(Some(&opened), &opened, &changed), merge(Some(&opened), &changed, &opened), merge(Some(&opened), &changed, &changed)] {
            prop_assert!(merged.conflicts.is_empty());
            prop_assert!(differing(&merged.form, &changed).is_empty());
        }
    }

    #[test]
    fn both_sides_meet_alike(opened in version(), stored in version(), typed in version()) {
        let fields = |merged: &Merged| merged.conflicts.iter().map(|conflict| conflict.field.clone()).collect::<Vec<_>>();
        let (one, other) = (merge(Some(&opened), &stored, &typed), merge(Some(&opened), &typed, &stored));
        prop_assert_eq!(fields(&one), fields(&other));
        prop_assert!(!one.conflicts.is_empty() || differing(&one.form, &other.form).is_empty());
    }

    /// No change of either side is lost without a question.
    #[test]
    fn no_change_is_lost_in_silence(opened in version(), stored in version(), typed in version()) {
        let merged = merge(Some(&opened), &stored, &typed);
        let asked = |field: &str| merged.conflicts.iter().any(|conflict| conflict.field == field || (conflict.field == SAME && field.starts_with("shipping")));
        for (side, other) in [(&stored, &typed), (&typed, &stored)] {
            for field in differing(&opened, side) {
                let kept = merged.form.get(field) == side.get(field);
                prop_assert!(kept || asked(field), "{field}");
                prop_assert!(other.get(field) == side.get(field) || other.get(field) == opened.get(field) || asked(field), "{field}");
            }
        }
    }

    /// What is proposed, sent again, is saved as it stands unless somebody has saved once more: there is no loop.
    #[test]
    fn what_is_proposed_is_saved_when_it_is_sent_again(opened in version(), stored in version(), typed in version()) {
        let proposed = merge(Some(&opened), &stored, &typed).form;
        let again = merge(Some(&stored), &stored, &proposed);
        prop_assert!(again.conflicts.is_empty());
        prop_assert!(differing(&again.form, &proposed).is_empty());
    }

    /// Choosing what is stored, everywhere, ends in what is stored together with what was typed elsewhere.
    #[test]
    fn a_choice_settles_its_conflict(opened in version(), stored in version(), typed in version()) {
        let merged = merge(Some(&opened), &stored, &typed);
        let mut sent = merged.form.clone();
        for conflict in &merged.conflicts {
            sent.set(&format!("{KEEP}{}", conflict.field), KEEP_STORED);
        }
        let sent = decided(&sent, &stored);
        for Conflict { field, .. } in &merged.conflicts {
            prop_assert_eq!(sent.get(field), stored.get(field));
        }
        prop_assert!(merge(Some(&stored), &stored, &sent).conflicts.is_empty());
    }

    #[test]
    fn edits_lead_back(versions in prop::collection::vec(version(), 1..5)) {
        let edits: Vec<_> = versions.windows(2).rev().map(|pair| edit(false, &pair[0], &pair[1])).collect();
        let opened = opened_with(versions.last().unwrap(), &edits);
        prop_assert!(opened.is_some_and(|opened| differing(&opened, &versions[0]).is_empty()));
    }
}
