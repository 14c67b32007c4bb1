//! The message that a mail becomes: headers, text, HTML, and the vendor's logo.

use std::time::SystemTime;

use askama::Template as _;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

use super::letter::{Letter, Words};
use super::post::Post;
use crate::domain::text::Email;
use crate::domain::texts::Texts;
use crate::domain::vendor::{Logo, LogoKind};

/// By this name the HTML shows the logo.
const LOGO: &str = "logo";

/// Makes the message of a letter to one recipient. `id` is the same for each attempt to send it.
///
/// # Errors
/// Why there is none: a sentence.
pub fn compose(post: &Post, letter: &Letter<'_>, to: &Email, id: &str) -> Result<Message, String> {
    let vendor = letter.vendor;
    // Mail programs show no SVG; and what is fetched from elsewhere tells who reads a mail, and when.
    let logo = letter.logo.filter(|logo| logo.kind == LogoKind::Png);
    let plain = letter.words(Texts::plain(letter.locale), logo.is_some());
    let html = letter.words(Texts::of(letter.locale), logo.is_some()).render().map_err(|error| error.to_string())?;
    let from = Mailbox::new(Some(one_line(post.from.name.as_deref().unwrap_or(&vendor.name))), post.from.email.clone());
    let name = Some(one_line(letter.name)).filter(|name| !name.is_empty());
    let mut message = Message::builder()
        .from(from)
        .to(Mailbox::new(name, address(to)?))
        .subject(one_line(&plain.subject))
        .date(SystemTime::now())
        .message_id(Some(format!("<{id}@{}>", post.from.email.domain())))
        // Nobody's holiday reply is to come back (RFC 3834).
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()));
    if let Some(support) = &vendor.support {
        message = message.reply_to(Mailbox::new(None, address(support)?));
    }
    message.multipart(body(&plain, html, logo)).map_err(|error| format!("The mail cannot be written: {error}"))
}

/// Text, and the same as HTML, with the logo beside it.
fn body(plain: &Words, html: String, logo: Option<&Logo>) -> MultiPart {
    let both = MultiPart::alternative().singlepart(SinglePart::plain(plain.text()));
    let html = SinglePart::html(html);
    match logo {
        None => both.singlepart(html),
        Some(logo) => {
            let kind = ContentType::parse(logo.kind.media_type()).unwrap_or(ContentType::TEXT_PLAIN);
            let logo = Attachment::new_inline(LOGO.to_owned()).body(logo.bytes.clone(), kind);
            both.multipart(MultiPart::related().singlepart(html).singlepart(logo))
        }
    }
}

/// The address to which mail goes out: its domain is in ASCII.
fn address(email: &Email) -> Result<Address, String> {
    let wrong = || format!("{email} is no address to which mail can be sent.");
    let (local, domain) = email.as_str().rsplit_once('@').unwrap_or((email.as_str(), ""));
    let domain = idna::domain_to_ascii(domain).map_err(|_| wrong())?;
    Address::new(local, domain).map_err(|_| wrong())
}

/// On one line, and without marks of direction: what stands in a header.
fn one_line(text: &str) -> String {
    let is_mark = |c: &char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let text: String = text.chars().filter(|c| !is_mark(c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
