//! XML as a stream that stays small whatever it holds.

use std::borrow::Cow;
use std::io::{self, BufReader, ErrorKind, Read};

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesEnd, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::problem::{Outcome, Problem};

/// The longest tag or text in bytes.
const TOKEN: u64 = 1 << 20;
/// The longest attribute that is read, in bytes.
const ATTRIBUTE: usize = 4 << 10;
/// How deep elements may lie in each other.
const DEPTH: usize = 100;

/// What comes next.
pub enum Item<'a> {
    /// An element begins; its end follows, even that of an empty one.
    Start(Element<'a>),
    End(EndTag<'a>),
    /// A piece of text.
    Text(Cow<'a, str>),
    /// What says nothing: a comment, a declaration.
    Other,
}

/// The beginning of an element.
pub struct Element<'a>(BytesStart<'a>);

impl Element<'_> {
    /// Its name without the prefix.
    pub fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// An attribute by its name without the prefix; one that is longer than any should be is none.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let found = self.0.attributes().with_checks(false).filter_map(Result::ok).find(|own| own.key.local_name().into_inner() == name);
        found
            .filter(|own| own.value.len() <= ATTRIBUTE)
            .and_then(|own| own.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned))
    }

    /// An attribute of this name, prefix and all, has this value.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.0.attributes().with_checks(false).filter_map(Result::ok).any(|own| own.key.0 == name && &*own.value == value)
    }

    /// A number in an attribute, where it is there.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.attribute(name)?.trim().parse().ok()
    }
}

/// The end of an element.
pub struct EndTag<'a>(BytesEnd<'a>);

impl EndTag<'_> {
    /// Its name without the prefix.
    pub fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }
}

/// The items of an XML file.
pub struct Xml<R: Read> {
    reader: Reader<BufReader<Bounded<R>>>,
    buffer: Vec<u8>,
    depth: usize,
}

impl<R: Read> Xml<R> {
    /// A file that may be so many bytes long.
    pub fn new(inner: R, limit: u64) -> Self {
        let mut reader = Reader::from_reader(BufReader::new(Bounded { inner, left: limit, token: 0 }));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        config.allow_dangling_amp = true;
        Self { reader, buffer: Vec::new(), depth: 0 }
    }

    /// The next item; `None` at the end.
    pub fn next(&mut self) -> Outcome<Option<Item<'_>>> {
        self.reader.get_mut().get_mut().token = 0;
        self.buffer.clear();
        let item = match self.reader.read_event_into(&mut self.buffer).map_err(problem)? {
            Event::Eof => return Ok(None),
            Event::Start(start) => {
                self.depth += 1;
                if self.depth > DEPTH {
                    return Err(Problem::damaged("its elements lie too deep in each other"));
                }
                Item::Start(Element(start))
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                Item::End(EndTag(end))
            }
            Event::Text(text) => Item::Text(text.xml10_content()),
            Event::CData(text) => Item::Text(text.xml10_content()),
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().map_err(problem)?;
                let text = resolve_predefined_entity(&reference.xml10_content()).unwrap_or_default();
                Item::Text(character.map_or(text.into(), |character| character.to_string().into()))
            }
            _ => Item::Other,
        };
        Ok(Some(item))
    }
}

/// Ends with [`ErrorKind::FileTooLarge`] where there is too much.
struct Bounded<R> {
    inner: R,
    left: u64,
    /// Bytes since the beginning of the present item.
    token: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(out)?;
        self.token += count as u64;
        let Some(left) = self.left.checked_sub(count as u64).filter(|_| self.token <= TOKEN) else {
            return Err(ErrorKind::FileTooLarge.into());
        };
        self.left = left;
        Ok(count)
    }
}

fn problem(error: quick_xml::Error) -> Problem {
    match error {
        quick_xml::Error::Io(error) if error.kind() == ErrorKind::FileTooLarge => Problem::too_large(),
        other => Problem::damaged(other),
    }
}
