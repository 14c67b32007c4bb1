//! The file of an SQLite database, and whether it is still the one that connections have open: whoever moves, removes or replaces it while
//! the program runs would leave them writing where nobody looks again.
//!
//! SQLite finds the write-ahead log and its index by the file's name. So connections to a former file are all closed before one to its
//! successor is opened, and a log of the one never lies beside the other.

use std::fs::{self, Metadata, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use diesel::prelude::*;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use super::address::masked;
use super::failure::{Reason, Unavailable};
use super::found::{self, Found};

/// What stands for itself in the path of an address (<https://sqlite.org/uri.html>).
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');

/// How a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// To read and write, beside other programs.
    Shared,
    /// By one connection alone, which keeps the index of the log in memory: for a disk without room for that.
    Alone,
    /// As it is, without a log or locks: for a disk that takes nothing, where no log was left.
    Unchanging,
}

/// The file that the connections of this program are on.
pub(super) struct SqliteFile {
    path: PathBuf,
    mode: Mode,
    state: Mutex<State>,
}

struct State {
    files: Files,
    /// How many connections are open.
    open: usize,
    damaged: bool,
}

impl State {
    /// Whether open connections are on this file, and on the log beside it.
    fn is_on(&self, main: &Metadata) -> bool {
        let log = || fs::metadata(&self.files.log_path).ok().map(|log| file_id(&log));
        file_id(main) == self.files.main && (self.open == 0 || log() == self.files.log)
    }
}

/// The files of a database, told apart from others that have their names later.
struct Files {
    main: FileId,
    log_path: PathBuf,
    log: Option<FileId>,
}

/// Device and inode.
type FileId = (u64, u64);

/// Counts as an open connection until it is dropped: after the connection.
pub(super) struct OpenConnection(Arc<SqliteFile>);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.state().open -= 1;
    }
}

impl SqliteFile {
    /// The file at a path, which is there.
    pub(super) fn at(path: &Path, mode: Mode) -> std::io::Result<Arc<Self>> {
        let main = file_id(&fs::metadata(path)?);
        let state = State { files: Files { main, log_path: log_path(path)?, log: None }, open: 0, damaged: false };
        Ok(Arc::new(Self { path: path.to_owned(), mode, state: Mutex::new(state) }))
    }

    pub(super) fn mode(&self) -> Mode {
        self.mode
    }

    /// The name by which SQLite opens it, never to make it.
    pub(super) fn uri(&self) -> String {
        uri(&self.path, if self.mode == Mode::Unchanging { "mode=ro&immutable=1" } else { "mode=rw" })
    }

    /// Opens a connection, which is on this file and has its log open.
    pub(super) fn open<T>(self: &Arc<Self>, open: impl FnOnce() -> ConnectionResult<T>) -> ConnectionResult<(T, OpenConnection)> {
        let mut state = self.state();
        let elsewhere = || ConnectionError::BadConnection("the file is not the one that was opened before".to_owned());
        if !self.is_in_place(&state) {
            return Err(elsewhere());
        }
        let connection = open()?;
        if self.mode == Mode::Shared {
            if fs::metadata(&self.path).ok().map(|found| file_id(&found)) != Some(state.files.main) {
                return Err(elsewhere());
            }
            if state.open == 0 {
                state.files.log = fs::metadata(&state.files.log_path).ok().map(|log| file_id(&log));
            }
        }
        state.open += 1;
        Ok((connection, OpenConnection(Arc::clone(self))))
    }

    /// Whether connections are on what the path leads to.
    pub(super) fn is_current(&self) -> bool {
        self.is_in_place(&self.state())
    }

    fn is_in_place(&self, state: &State) -> bool {
        self.mode != Mode::Shared || fs::metadata(&self.path).is_ok_and(|main| state.is_on(&main))
    }

    /// Makes sure that connections are on what the path leads to. If another file of this program has taken its place, they are from now on.
    ///
    /// # Errors
    /// [`Unavailable`]. While connections to a former file are open, it is an error too: they are to be closed.
    pub(super) fn check(&self) -> Result<(), Unavailable> {
        if self.mode != Mode::Shared {
            return Ok(());
        }
        let state = self.state();
        let failed = |reason, detail: &dyn std::fmt::Display| Err(Unavailable { reason, detail: detail.to_string() });
        match fs::metadata(&self.path) {
            Err(error) => failed(Reason::Missing, &error),
            Ok(main) if main.len() == 0 => failed(Reason::Damaged, &"the file is empty"),
            Ok(main) if state.is_on(&main) => Ok(()),
            Ok(_) if state.open > 0 => failed(Reason::Replaced, &"the former file is still in use"),
            Ok(main) => self.take_over(state, file_id(&main)),
        }
    }

    /// Goes on with another file at the same path, if it is one that this program can use as it is.
    fn take_over(&self, mut state: MutexGuard<'_, State>, main: FileId) -> Result<(), Unavailable> {
        let replaced = |detail: String| Unavailable { reason: Reason::Replaced, detail };
        let log_path = log_path(&self.path).map_err(|error| replaced(error.to_string()))?;
        let log = fs::metadata(&log_path).ok().filter(|log| log.len() > 0).map(|log| file_id(&log));
        if log.is_some() && log == state.files.log {
            let detail = format!("{} is of the file that was there before", masked(&log_path.to_string_lossy()));
            return Err(Unavailable { reason: Reason::ForeignLog, detail });
        }
        match inspect(&self.path).map_err(|error| replaced(error.to_string()))? {
            Found::Current => {}
            other => return Err(replaced(other.refusal().unwrap_or_else(|| "it has to be brought up to date at a start".to_owned()))),
        }
        tracing::warn!("another file has taken the place of the database; it is used from now on");
        state.files = Files { main, log_path, log: None };
        state.damaged = false;
        Ok(())
    }

    /// Whether the file was found damaged since it was opened.
    pub(super) fn is_damaged(&self) -> bool {
        self.state().damaged
    }

    /// From now on it takes no saves.
    pub(super) fn set_damaged(&self) {
        self.state().damaged = true;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes an empty file that its owner alone can read, unless there is one. SQLite gives the files beside it the same permissions.
pub(super) fn create(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let made = match options.open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        made => made?,
    };
    // A umask takes rights away, also from the owner.
    #[cfg(unix)]
    made.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    drop(made);
    Ok(())
}

/// What a file holds, found out without changing it or anything beside it. No connection of this program may be open to it: closing a file
/// ends the locks that the program has on it.
pub(super) fn inspect(path: &Path) -> ConnectionResult<Found> {
    let look = |parameters| {
        let mut sqlite = SqliteConnection::establish(&uri(path, parameters))?;
        found::in_sqlite(&mut sqlite).map_err(ConnectionError::CouldntSetupConfiguration)
    };
    let found = if is_in_use(path) { look("mode=ro") } else { look("mode=ro&immutable=1") };
    match found {
        // It was opened meanwhile, perhaps by the one who makes it.
        Ok(found) if found.refusal().is_none() || !is_in_use(path) => Ok(found),
        Err(error) if !is_in_use(path) => Err(error),
        // Nothing can be written beside it: it is seen as it is without its log.
        _ => look("mode=ro").or_else(|error| if has_log(path) { Err(error) } else { look("mode=ro&immutable=1") }),
    }
}

/// Whether somebody has it open, or has not closed it well.
fn is_in_use(path: &Path) -> bool {
    log_path(path).is_ok_and(|log| log.exists())
}

/// Whether it has a log that is not empty.
pub(super) fn has_log(path: &Path) -> bool {
    log_path(path).is_ok_and(|log| fs::metadata(log).is_ok_and(|log| log.len() > 0))
}

/// SQLite follows links to the file and keeps its log there.
fn log_path(path: &Path) -> std::io::Result<PathBuf> {
    let mut name = fs::canonicalize(path)?.into_os_string();
    name.push("-wal");
    Ok(name.into())
}

fn uri(path: &Path, parameters: &str) -> String {
    format!("file:{}?{parameters}", percent_encode(path.as_os_str().as_encoded_bytes(), PATH))
}

#[cfg(unix)]
fn file_id(file: &Metadata) -> FileId {
    use std::os::unix::fs::MetadataExt as _;
    (file.dev(), file.ino())
}

/// Elsewhere a file that is open is not moved.
#[cfg(not(unix))]
fn file_id(_: &Metadata) -> FileId {
    (0, 0)
}

#[cfg(test)]
mod tests {
    use super::super::migrate;
    use super::*;

    #[test]
    fn any_path_can_be_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a b?mode=ro#%41&ü.db");
        create(&path).unwrap();
        let file = SqliteFile::at(&path, Mode::Shared).unwrap();
        let mut sqlite = SqliteConnection::establish(&file.uri()).unwrap();
        migrate::in_sqlite(&mut sqlite).unwrap();
        drop(sqlite);
        assert_eq!(inspect(&path).unwrap(), Found::Current);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
