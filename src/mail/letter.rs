//! The words of a mail, in the language of whoever reads it.

use askama::Template;
use chrono::NaiveDateTime;
use chrono_tz::Tz;

use crate::domain::locale::Locale;
use crate::domain::mail::Kind;
use crate::domain::texts::{Texts, Value};
use crate::domain::vendor::{Logo, Vendor};

/// All that the words of a mail are made of.
#[derive(Debug, Clone)]
pub struct Letter<'a> {
    /// What it is about.
    pub kind: Kind,
    /// It goes to the address that is no longer the one to sign in with.
    pub to_former: bool,
    /// That address can still be signed in with, for other customers.
    pub elsewhere: bool,
    /// The reader's language.
    pub locale: Locale,
    /// Who writes.
    pub vendor: &'a Vendor,
    /// The logo.
    pub logo: Option<&'a Logo>,
    /// The reader's name, where it is known.
    pub name: &'a str,
    /// The company for which the reader signs in; empty for an individual, who is the customer.
    pub company: &'a str,
    /// Where the reader goes from here.
    pub link: Option<Link>,
}

/// A link, for a time.
#[derive(Debug, Clone)]
pub struct Link {
    /// The whole address.
    pub url: String,
    /// How long it can be used, UTC.
    pub until: Option<NaiveDateTime>,
    /// In whose midnight's zone that is told.
    pub zone: Tz,
}

/// A mail's words, in order.
#[derive(Debug, Template)]
#[template(path = "mail/letter.html")]
pub(super) struct Words {
    pub subject: String,
    language: &'static str,
    vendor: String,
    greeting: String,
    before: Vec<String>,
    /// What the link does: on a button, and its address.
    link: Option<(String, String)>,
    link_says: String,
    after: Vec<String>,
    support: Option<(String, String)>,
    imprint: Option<(String, String)>,
    footer: String,
    accent: String,
    ink: String,
    /// The vendor's logo comes with the mail.
    logo: bool,
}

impl Letter<'_> {
    /// Said with what marks the direction of names, for a page; or plainly.
    pub(super) fn words(&self, texts: Texts, logo: bool) -> Words {
        let vendor = &self.vendor.name;
        let of_vendor = |id: &str| texts.say_with(id, &[("vendor", vendor.into())]);
        let (subject, before, action, after) = match (self.kind, self.to_former) {
            (Kind::Invitation, _) => (
                of_vendor("mail-invitation-subject"),
                vec![of_vendor("mail-invitation"), self.purpose(texts)],
                "mail-choose-password",
                vec![self.valid(texts), texts.say("mail-invitation-unexpected")],
            ),
            (Kind::Reset, _) => (
                of_vendor("mail-reset-subject"),
                vec![of_vendor("mail-reset")],
                "mail-choose-new-password",
                vec![self.valid(texts), texts.say("mail-reset-unexpected")],
            ),
            (Kind::EmailChanged, false) => (
                of_vendor("mail-changed-subject"),
                vec![of_vendor("mail-changed"), texts.say("mail-changed-password")],
                "mail-sign-in",
                vec![of_vendor("mail-changed-unexpected")],
            ),
            (Kind::EmailChanged, true) => (
                of_vendor("mail-former-subject"),
                vec![if self.elsewhere { self.former_of_several(texts) } else { of_vendor("mail-former") }],
                "mail-sign-in",
                vec![of_vendor("mail-former-unexpected")],
            ),
        };
        let link = self.link.as_ref().map(|link| (texts.say(action), link.url.clone()));
        let support = self.vendor.support.as_ref().map(|support| (texts.say("mail-support"), support.to_string()));
        let imprint = self.vendor.imprint.as_ref().map(|imprint| (texts.say("mail-imprint"), imprint.clone()));
        Words {
            subject,
            language: self.locale.code(),
            vendor: vendor.clone(),
            greeting: match self.name {
                "" => texts.say("mail-greeting-nobody"),
                name => texts.say_with("mail-greeting", &[("name", name.into())]),
            },
            before,
            link_says: texts.say("mail-link"),
            link,
            after: after.into_iter().filter(|text| !text.is_empty()).collect(),
            support,
            imprint,
            footer: of_vendor("mail-footer"),
            accent: self.vendor.accent.to_string(),
            ink: self.vendor.accent.ink().to_string(),
            logo,
        }
    }

    /// That the address counts for one customer less.
    fn former_of_several(&self, texts: Texts) -> String {
        let vendor = self.vendor.name.as_str();
        match self.company {
            "" => texts.say_with("mail-former-elsewhere", &[("vendor", vendor.into())]),
            company => texts.say_with("mail-former-elsewhere-company", &[("vendor", vendor.into()), ("company", company.into())]),
        }
    }

    /// What signing in is good for.
    fn purpose(&self, texts: Texts) -> String {
        match self.company {
            "" => texts.say("mail-invitation-purpose-own"),
            company => texts.say_with("mail-invitation-purpose", &[("company", company.into())]),
        }
    }

    /// How long the link can be used, and that it can be used once.
    fn valid(&self, texts: Texts) -> String {
        let Some((until, zone)) = self.link.as_ref().and_then(|link| Some((link.until?, link.zone))) else { return String::new() };
        let local = until.and_utc().with_timezone(&zone);
        // Zones without one have their offset in its place.
        let abbreviation = local.format("%Z").to_string();
        let abbreviation = if abbreviation.starts_with(['+', '-']) { format!("UTC{abbreviation}") } else { abbreviation };
        let values: [(&'static str, Value<'_>); 3] = [
            ("date", texts.date(local.date_naive()).into()),
            ("time", local.format("%H:%M").to_string().into()),
            ("zone", abbreviation.into()),
        ];
        texts.say_with("mail-valid", &values)
    }
}

impl Words {
    /// As text: a link stands on a line of its own.
    pub(super) fn text(&self) -> String {
        let mut parts = vec![self.greeting.clone()];
        parts.extend(self.before.iter().cloned());
        if let Some((action, url)) = &self.link {
            parts.push(format!("{action}:\n{url}"));
        }
        parts.extend(self.after.iter().cloned());
        let mut foot = format!("--\n{}", self.footer);
        for (label, value) in self.support.iter().chain(&self.imprint) {
            foot.extend(["\n", label, ": ", value]);
        }
        parts.push(foot);
        parts.join("\n\n") + "\n"
    }
}
