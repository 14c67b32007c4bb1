//! What stands in the search box, and what it asks for.

use std::ops::Deref;
use std::sync::Arc;

use super::common::TEXT_LIMIT;
use super::language::Search;

/// A text of the search box, parsed once however often it is asked what it means. It is cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchBox(Arc<Parsed>);

#[derive(Debug, PartialEq, Eq, Default)]
struct Parsed {
    text: String,
    search: Search,
}

impl SearchBox {
    /// What the text asks for.
    #[must_use]
    pub fn search(&self) -> &Search {
        &self.0.search
    }
}

impl From<String> for SearchBox {
    fn from(text: String) -> Self {
        let cut = text.chars().count() >= TEXT_LIMIT;
        let search = Search::parse(&text);
        Self(Arc::new(Parsed { search: Search { shortened: search.shortened || cut, ..search }, text }))
    }
}

/// Asks for what no text has to say.
impl From<Search> for SearchBox {
    fn from(search: Search) -> Self {
        Self(Arc::new(Parsed { text: String::new(), search }))
    }
}

impl Deref for SearchBox {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0.text
    }
}
