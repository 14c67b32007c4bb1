//! Where tests keep their data.

use std::path::PathBuf;

/// What the tests need at most, in bytes.
const ROOM: u64 = 2 << 30;

const MEMORY: &str = "/dev/shm";

/// The folder for what need not last: in memory where there is room for it, as most of the time of a save is waiting for a disk.
pub fn quick() -> PathBuf {
    if is_in_memory() { PathBuf::from(MEMORY) } else { std::env::temp_dir() }
}

/// Whether there is room in memory.
pub fn is_in_memory() -> bool {
    rustix::fs::statvfs(MEMORY).is_ok_and(|disk| disk.f_bavail * disk.f_frsize >= ROOM)
}
