//! A PostgreSQL cluster of the benchmark's own, from the binaries that are installed, never as root. It is a child of this process, so
//! that Ctrl-C ends both.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use diesel::{Connection as _, PgConnection};
use rustix::process::{Pid, Signal, geteuid, kill_process};

const MISSING: &str = "PostgreSQL's programs are missing: install them (Debian: apt-get install postgresql), or set DATABASE_URL";

/// As somebody would set it who has a machine of this kind. Nothing is given up for speed: a save is on the disk.
const OPTIONS: [&str; 7] = [
    "shared_buffers=1GB",
    "effective_cache_size=8GB",
    "work_mem=32MB",
    "maintenance_work_mem=512MB",
    "random_page_cost=1.1",
    "max_wal_size=4GB",
    "jit=off",
];

pub struct Cluster {
    postmaster: Child,
    pub url: String,
}

impl Cluster {
    /// Starts the cluster in `folder`, which is made where it is missing.
    pub fn start(folder: &Path) -> Self {
        let data = folder.join("data");
        fs::create_dir_all(&data).expect("a folder for PostgreSQL");
        if let Some((user, group)) = somebody_else() {
            // Who serves has to pass through.
            fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("the folder's permissions");
            chown(&data, Some(user), Some(group)).expect("the folder's owner");
        }
        if !data.join("PG_VERSION").exists() {
            let mut initdb = program("initdb", &data);
            let made = initdb.arg("-D").arg(&data).args(["-A", "trust", "-U", "clientele", "-E", "UTF8", "--locale=C.UTF-8"]).status();
            assert!(made.is_ok_and(|status| status.success()), "initdb failed: {initdb:?}");
        }
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let mut postgres = program("postgres", &data);
        postgres.arg("-D").arg(&data).args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
        postgres.arg("-k").arg(&data).args(OPTIONS.iter().flat_map(|option| ["-c", option]));
        let postmaster = postgres.spawn().expect("PostgreSQL starts");
        let url = format!("postgres://clientele@127.0.0.1:{port}/postgres");
        let cluster = Self { postmaster, url };
        let start = Instant::now();
        while let Err(error) = PgConnection::establish(&cluster.url) {
            assert!(start.elapsed() < Duration::from_mins(2), "PostgreSQL does not answer: {error}");
            std::thread::sleep(Duration::from_millis(50));
        }
        cluster
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // PostgreSQL's fast shutdown: whoever is connected is cut off, nothing is lost.
        let _ = kill_process(Pid::from_child(&self.postmaster), Signal::INT);
        let _ = self.postmaster.wait();
    }
}

/// A program of PostgreSQL, run by somebody who is not root.
fn program(name: &str, folder: &Path) -> Command {
    let mut command = Command::new(binaries().join(name));
    command.current_dir(folder).env("TZ", "UTC").stdin(Stdio::null()).stdout(Stdio::null());
    if let Some((user, group)) = somebody_else() {
        command.uid(user).gid(group);
    }
    // Its log: errors only, as everything else stands in the way of the table.
    if name == "postgres" {
        command.args(["-c", "log_min_messages=fatal"]);
    }
    command
}

/// User and group that PostgreSQL runs as where we are root.
fn somebody_else() -> Option<(u32, u32)> {
    if !geteuid().is_root() {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").expect("the list of users");
    let fields: Vec<&str> = users.lines().find(|line| line.starts_with("postgres:")).expect(MISSING).split(':').collect();
    let id = |at: usize| fields[at].parse().expect("a user's id");
    Some((id(2), id(3)))
}

/// Where the server's programs are: Debian keeps them out of `PATH`.
fn binaries() -> PathBuf {
    let told = Command::new("pg_config").arg("--bindir").output().ok().map(|out| String::from_utf8_lossy(&out.stdout).trim().into());
    let mut versions: Vec<PathBuf> =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|version| version.path().join("bin")).collect();
    versions.sort_by_key(|bin| bin.parent().and_then(|v| v.file_name()?.to_str()?.parse::<u32>().ok()));
    told.into_iter().chain(versions.into_iter().rev()).find(|bin: &PathBuf| bin.join("initdb").exists()).expect(MISSING)
}
