//! Query planning: from a search to the few trigrams that an engine's index is asked for.

pub mod condition;
pub mod expression;
pub mod frequency;
pub mod index_query;
pub mod scan;
pub mod token;
pub mod trigrams;
