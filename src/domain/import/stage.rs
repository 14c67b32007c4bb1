//! How far an import on the page is.

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Its files are being looked at.
    Checking,
    /// It waits for somebody to say yes.
    Checked {
        /// There is something to import.
        importable: bool,
    },
    /// Its rows are being imported.
    Running,
    /// It broke off, and goes on when somebody says so.
    Failed,
    /// It has come to its end.
    Done,
    /// It was not wanted.
    Discarded,
}

impl Stage {
    /// The word of the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Checking => "checking",
            Self::Checked { .. } => "checked",
            Self::Running => "running",
            Self::Failed => "failed",
            Self::Done => "done",
            Self::Discarded => "discarded",
        }
    }

    /// Reads the word of the database; what it says of a check is said beside it.
    #[must_use]
    pub fn of(word: &str, importable: bool) -> Self {
        let checked = Self::Checked { importable };
        let all = [Self::Checking, checked, Self::Running, Self::Failed, Self::Done];
        all.into_iter().find(|stage| stage.word() == word).unwrap_or(Self::Discarded)
    }

    /// A server works on it, or will by itself.
    #[must_use]
    pub fn is_at_work(self) -> bool {
        matches!(self, Self::Checking | Self::Running)
    }
}
