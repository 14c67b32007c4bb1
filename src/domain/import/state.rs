/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its files are arriving: nobody knows its address yet.
    Uploading,
    /// Its files are being checked.
    Checking,
    /// It waits for somebody to start it.
    Checked {
        /// There is something to import.
        importable: bool,
    },
    /// Its rows are being imported.
    Running,
    /// It was interrupted, and waits for somebody to resume it.
    Failed,
    /// All its rows are imported.
    Done,
    /// It was discarded.
    Discarded,
}

impl State {
    /// The word of the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Uploading => "uploading",
            Self::Checking => "checking",
            Self::Checked { .. } => "checked",
            Self::Running => "running",
            Self::Failed => "failed",
            Self::Done => "done",
            Self::Discarded => "discarded",
        }
    }

    /// Reads the word of the database; whether there is something to import is stored elsewhere.
    #[must_use]
    pub fn parse(word: &str, importable: bool) -> Self {
        let all = [Self::Uploading, Self::Checking, Self::Checked { importable }, Self::Running, Self::Failed, Self::Done];
        all.into_iter().find(|state| state.word() == word).unwrap_or(Self::Discarded)
    }

    /// A server works on it, or will without being asked.
    #[must_use]
    pub fn is_active(self) -> bool {
        matches!(self, Self::Checking | Self::Running)
    }
}
