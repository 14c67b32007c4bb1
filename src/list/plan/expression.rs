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

    /// Whether the expression holds only where a leaf of its own holds that passes `test`.
    pub fn implies(&self, test: &impl Fn(&T) -> bool) -> bool {
        match self {
            Self::Leaf(leaf) => test(leaf),
            Self::All(parts) => parts.iter().any(|part| part.implies(test)),
            Self::Any(parts) => parts.iter().all(|part| part.implies(test)),
        }
    }

    /// Writes the expression with the operators `AND` and `OR`, each leaf by `write`, from left to right.
    pub fn render(&self, write: &mut impl FnMut(&T) -> String) -> String {
        let (parts, operator) = match self {
            Self::Leaf(leaf) => return write(leaf),
            Self::All(parts) => (parts, " AND "),
            Self::Any(parts) => (parts, " OR "),
        };
        let parts: Vec<String> = parts.iter().map(|part| part.render(write)).collect();
        format!("({})", parts.join(operator))
    }
}
