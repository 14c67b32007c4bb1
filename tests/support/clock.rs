//! A clock that a test moves, by libfaketime.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// Read by the program each time it asks what time it is.
pub struct Clock {
    folder: TempDir,
    /// Seconds ahead of the real one.
    ahead: std::cell::Cell<i64>,
}

impl Default for Clock {
    fn default() -> Clock {
        let clock = Clock { folder: tempfile::tempdir().expect("a temporary folder"), ahead: std::cell::Cell::new(0) };
        clock.forward(0);
        clock
    }
}

impl Clock {
    /// Moves it on.
    pub fn forward(&self, seconds: i64) {
        self.ahead.set(self.ahead.get() + seconds);
        let (file, new) = (self.file(), self.folder.path().join("new"));
        fs::write(&new, format!("+{}\n", self.ahead.get())).expect("a file");
        fs::rename(new, file).expect("a file");
    }

    /// Its time, in seconds since 1970.
    pub fn seconds(&self) -> u64 {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time");
        now.as_secs().saturating_add_signed(self.ahead.get())
    }

    /// A command goes by it.
    pub fn set_for(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", library())
            .env("FAKETIME_TIMESTAMP_FILE", self.file())
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("clock")
    }
}

/// libfaketime, as Debian installs it.
pub fn library() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").unwrap().map(|folder| folder.unwrap().path().join("faketime/libfaketimeMT.so.1"));
    folders.into_iter().find(|library| library.exists()).expect("libfaketime (Debian: libfaketime; tests/run installs it)")
}
