//! Boolean expressions: the shape of conditions on customers and of queries of an index.

/// A boolean expression over leaves of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression<T> {
    Leaf(T),
    /// Holds where each part does.
    All(Vec<Expression<T>>),
    /// Holds where at least one part does.
    Any(Vec<Expression<T>>),
}

impl<T> Expression<T> {
    /// The conjunction of parts; `None` if there are none.
    pub fn all(mut parts: Vec<Self>) -> Option<Self> {
        if parts.len() > 1 { Some(Self::All(parts)) } else { parts.pop() }
    }

    /// The disjunction of parts; `None` if there are none.
    pub fn any(mut parts: Vec<Self>) -> Option<Self> {
        if parts.len() > 1 { Some(Self::Any(parts)) } else { parts.pop() }
    }

    /// All leaves, from left to right.
    pub fn leaves(&self) -> Vec<&T> {
        match self {
            Self::Leaf(leaf) => vec![leaf],
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::leaves).collect(),
        }
    }

    /// The parts that have to hold at once, each by itself.
    pub fn conjuncts(&self) -> Vec<&Self> {
        match self {
            Self::All(parts) => parts.iter().flat_map(Self::conjuncts).collect(),
            one => vec![one],
        }
    }

    /// The same shape of other leaves.
    pub fn map<U>(&self, change: &impl Fn(&T) -> U) -> Expression<U> {
        match self {
            Self::Leaf(leaf) => Expression::Leaf(change(leaf)),
            Self::All(parts) => Expression::All(parts.iter().map(|part| part.map(change)).collect()),
            Self::Any(parts) => Expression::Any(parts.iter().map(|part| part.map(change)).collect()),
        }
    }
}
