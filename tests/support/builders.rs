//! Records for tests, made through the program's own forms.

use super::http::{Client, encode};
use super::page::Page;

/// A start date that is long past, and one that will never be reached here.
pub const LONG_AGO: &str = "2020-01-01";
pub const FAR_OFF: &str = "2999-01-01";

/// A customer to be made: `app.company("Acme").contact("Jana", "Hoffmann", "jana@acme.example").create()`.
#[must_use]
pub struct NewCustomer {
    client: Client,
    fields: Vec<(String, String)>,
    contacts: Vec<[String; 3]>,
    entitlements: usize,
    disabled: bool,
}

/// A customer that is there.
#[derive(Clone, Debug)]
pub struct Customer {
    client: Client,
    pub id: i64,
}

/// A contact that is there.
#[derive(Clone, Debug)]
pub struct Contact {
    client: Client,
    pub id: i64,
}

/// An entitlement that is there.
#[derive(Clone, Debug)]
pub struct Entitlement {
    client: Client,
    pub id: i64,
}

impl Client {
    pub fn company(&self, name: &str) -> NewCustomer {
        self.new_customer(&[("type", "company"), ("name", name)])
    }

    pub fn individual(&self, first_name: &str, last_name: &str) -> NewCustomer {
        self.new_customer(&[("type", "individual"), ("first_name", first_name), ("last_name", last_name)])
    }

    fn new_customer(&self, fields: &[(&str, &str)]) -> NewCustomer {
        let new = NewCustomer { client: self.clone(), fields: Vec::new(), contacts: Vec::new(), entitlements: 0, disabled: false };
        fields.iter().fold(new, |new, (name, value)| new.with(name, value))
    }

    /// The customers' page with a search.
    #[track_caller]
    pub fn search(&self, text: &str) -> Page {
        self.get(format!("/customers?{}", encode(&[("q", text)]))).expect(200)
    }

    /// The names of the customers that a search finds, in the order of the list.
    #[track_caller]
    pub fn found(&self, text: &str) -> Vec<String> {
        self.search(text).rows()
    }

    /// A customer by its id.
    pub fn customer(&self, id: i64) -> Customer {
        Customer { client: self.clone(), id }
    }
}

impl NewCustomer {
    /// A field of the form.
    pub fn with(mut self, name: &str, value: &str) -> NewCustomer {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn number(self, number: &str) -> NewCustomer {
        self.with("number", number)
    }

    pub fn ref_id(self, ref_id: &str) -> NewCustomer {
        self.with("ref_id", ref_id)
    }

    pub fn crm_id(self, crm_id: &str) -> NewCustomer {
        self.with("crm_id", crm_id)
    }

    /// Another contact of a company; the first is its default.
    pub fn contact(mut self, first_name: &str, last_name: &str, email: &str) -> NewCustomer {
        self.contacts.push([first_name, last_name, email].map(str::to_owned));
        self
    }

    /// So many that run since long ago.
    pub fn entitlements(mut self, count: usize) -> NewCustomer {
        self.entitlements = count;
        self
    }

    pub fn disabled(mut self) -> NewCustomer {
        self.disabled = true;
        self
    }

    #[track_caller]
    pub fn create(self) -> Customer {
        let mut contacts = self.contacts.iter();
        let first = contacts.next().map(|names| ["contact_first_name", "contact_last_name", "contact_email"].into_iter().zip(names));
        let fields = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let form: Vec<_> = fields.chain(first.into_iter().flatten().map(|(name, value)| (name, value.as_str()))).collect();
        let page = self.client.post("/customers", &form);
        let customer = self.client.customer(created_id(&page));
        for [first_name, last_name, email] in contacts {
            customer.add_contact(first_name, last_name, email).expect(303);
        }
        for number in 1..=self.entitlements {
            customer.entitle(&[("product", &format!("Forge {number}"))]).expect(303);
        }
        if self.disabled {
            customer.disable().expect(303);
        }
        customer
    }
}

impl Customer {
    /// `/customers/42`
    pub fn path(&self) -> String {
        format!("/customers/{}", self.id)
    }

    /// `/customers/42/edit`
    pub fn at(&self, task: &str) -> String {
        format!("{}/{task}", self.path())
    }

    pub fn page(&self) -> Page {
        self.client.get(self.path())
    }

    /// The page with all rows of its panes.
    pub fn whole_page(&self) -> Page {
        self.client.get(format!("{}?contacts=all&entitlements=all", self.path()))
    }

    /// Opens the form, types, saves.
    #[track_caller]
    pub fn edit(&self, typed: &[(&str, &str)]) -> Page {
        self.client.get(self.at("edit")).expect(200).submit(typed)
    }

    pub fn disable(&self) -> Page {
        self.client.post(self.at("disable"), &[])
    }

    pub fn enable(&self) -> Page {
        self.client.post(self.at("enable"), &[])
    }

    pub fn delete(&self) -> Page {
        self.client.post(self.at("delete"), &[])
    }

    pub fn add_contact(&self, first_name: &str, last_name: &str, email: &str) -> Page {
        self.client.post(self.at("contacts"), &[("first_name", first_name), ("last_name", last_name), ("email", email)])
    }

    /// The contact with this text in its row.
    #[track_caller]
    pub fn contact(&self, text: &str) -> Contact {
        let page = self.whole_page();
        let row = page.contacts().into_iter().find(|row| row.says(text));
        Contact { client: self.client.clone(), id: row.unwrap_or_else(|| panic!("no contact {text:?}: {page}")).id }
    }

    /// The names of the contacts that are marked as default.
    pub fn defaults(&self) -> Vec<String> {
        let rows = self.whole_page().contacts();
        rows.into_iter().filter(|row| row.says("default") && !row.offers("Set as default")).map(|row| row.text).collect()
    }

    /// Sends *New entitlement*; what is not given is one licence of something that runs since long ago.
    pub fn entitle(&self, given: &[(&str, &str)]) -> Page {
        let usual = [("product", "Forge Pro"), ("quantity", "1"), ("starts_on", LONG_AGO), ("ends_on", "")];
        let usual = usual.into_iter().filter(|(name, _)| given.iter().all(|(known, _)| known != name));
        self.client.post(self.at("entitlements"), &usual.chain(given.iter().copied()).collect::<Vec<_>>())
    }

    /// The entitlement with this text in its row.
    #[track_caller]
    pub fn entitlement(&self, text: &str) -> Entitlement {
        let page = self.whole_page();
        let row = page.entitlements().into_iter().find(|row| row.says(text));
        Entitlement { client: self.client.clone(), id: row.unwrap_or_else(|| panic!("no entitlement {text:?}: {page}")).id }
    }
}

impl Contact {
    /// A contact by its id.
    pub fn of(client: &Client, id: i64) -> Contact {
        Contact { client: client.clone(), id }
    }

    /// `/contacts/7/edit`
    pub fn at(&self, task: &str) -> String {
        format!("/contacts/{}/{task}", self.id)
    }

    #[track_caller]
    pub fn edit(&self, typed: &[(&str, &str)]) -> Page {
        self.client.get(self.at("edit")).expect(200).submit(typed)
    }

    pub fn disable(&self) -> Page {
        self.client.post(self.at("disable"), &[])
    }

    pub fn enable(&self) -> Page {
        self.client.post(self.at("enable"), &[])
    }

    pub fn delete(&self) -> Page {
        self.client.post(self.at("delete"), &[])
    }

    pub fn set_as_default(&self) -> Page {
        self.client.post(self.at("default"), &[])
    }
}

impl Entitlement {
    pub fn at(&self, task: &str) -> String {
        format!("/entitlements/{}/{task}", self.id)
    }

    pub fn end(&self) -> Page {
        self.client.post(self.at("end"), &[])
    }

    pub fn delete(&self) -> Page {
        self.client.post(self.at("delete"), &[])
    }
}

/// The id in the address that an answer leads to.
#[track_caller]
pub fn created_id(page: &Page) -> i64 {
    assert_eq!(page.status, 303, "{page}");
    let id = page.location().strip_prefix("/customers/").and_then(|rest| rest.split(['?', '/', '#']).next()?.parse().ok());
    id.unwrap_or_else(|| panic!("leads to no customer: {page}"))
}
