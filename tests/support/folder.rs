//! Where tests keep their data.

use std::path::PathBuf;

/// What the tests need at most, in bytes.
const ROOM: u64 = 2 << 30;

/// The folder for what need not last: in memory where there is room for it, as most of the time of a save is waiting for a disk.
pub fn quick() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    let room = rustix::fs::statvfs(&memory).map(|disk| disk.f_bavail * disk.f_frsize);
    if room.is_ok_and(|room| room >= ROOM) { memory } else { std::env::temp_dir() }
}
