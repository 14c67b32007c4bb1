//! A throw-away PostgreSQL cluster, from the binaries that are installed, never as root.
//!
//! All test processes of a checkout share one: the first starts it under a lock, each holds a shared lock while it
//! lives, and a watcher stops and removes the cluster when nobody holds that lock any more, however the last one ended.

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::UNIX_EPOCH;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use rustix::process::{Pid, Signal, kill_process};

use super::folder;
use super::program::{PROGRAM, run};

const MISSING: &str = "PostgreSQL's programs are missing: install them (Debian: apt-get install postgresql), or run tests/run, which does";

pub struct Cluster {
    folder: PathBuf,
    port: u16,
    /// Held while this lives; see the module.
    _user: File,
}

/// The language of a cluster's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    English,
    German,
}

impl Language {
    pub fn locale(self) -> &'static str {
        match self {
            Language::English => "C.UTF-8",
            Language::German => "de_DE.UTF-8",
        }
    }
}

/// The cluster that the tests of this checkout share.
pub fn shared() -> &'static Cluster {
    static SHARED: OnceLock<Cluster> = OnceLock::new();
    SHARED.get_or_init(|| {
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).to_string_lossy().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        Cluster::join(folder::quick().join(format!("clientele-postgres{checkout}")), Language::English)
    })
}

impl Cluster {
    /// One that a test may freeze and stop.
    pub fn own() -> Cluster {
        Cluster::own_in(Language::English)
    }

    /// One that a test may freeze and stop, with messages in this language.
    pub fn own_in(language: Language) -> Cluster {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Cluster::join(folder::quick().join(format!("clientele-postgres-{}-{number}", std::process::id())), language)
    }

    /// The cluster that lives in `folder`, started if need be.
    fn join(folder: PathBuf, language: Language) -> Cluster {
        let _starting = starting(&folder);
        let known = fs::read_to_string(folder.join("port")).ok().and_then(|port| port.parse().ok());
        let port = known.filter(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok()).unwrap_or_else(|| create(&folder, language));
        let user = File::create(folder.join("users.lock")).expect("a lock file");
        user.lock_shared().expect("the lock");
        Cluster { folder, port, _user: user }
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://clientele@127.0.0.1:{}/{database}", self.port)
    }

    /// A database that is migrated and empty, to copy: the program makes it once. Migrating takes 0.13 s of processor time, copying 0.02 s.
    pub fn template(&self) -> String {
        let program = fs::metadata(PROGRAM).and_then(|file| file.modified()).expect("the program");
        let version = program.duration_since(UNIX_EPOCH).expect("a time").as_nanos();
        let (name, made) = (format!("migrated_{version}"), self.folder.join(format!("migrated_{version}")));
        let _making = starting(&self.folder);
        if !made.exists() {
            let mut db = PgConnection::establish(&self.url("postgres")).expect("the cluster");
            db.batch_execute(&format!("CREATE DATABASE {name}")).expect("a database");
            let output = run(&["export", "--customers", "/dev/null", "--database", &self.url(&name)]);
            assert!(output.status.success(), "{output:?}");
            File::create(made).expect("a note that it is made");
        }
        name
    }

    /// A name that no other test of this cluster has.
    pub fn fresh_name() -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
    }

    pub fn stop(&self) {
        done(as_postgres("pg_ctl").arg("stop").arg("-D").arg(self.folder.join("data")).args(["-m", "immediate", "-w"]));
    }

    pub fn start(&self) {
        start(&self.folder, self.port);
    }

    /// Stops its processes where they are: connections stay open and nothing answers, until [`Cluster::thaw`].
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    pub fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let first = fs::read_to_string(self.folder.join("data/postmaster.pid")).expect("a running cluster");
        let first: i32 = first.lines().next().and_then(|line| line.parse().ok()).expect("a process id");
        let children = fs::read_to_string(format!("/proc/{first}/task/{first}/children")).expect("its children");
        for pid in std::iter::once(first).chain(children.split_whitespace().filter_map(|pid| pid.parse().ok())) {
            // A child may have ended meanwhile.
            let _ = kill_process(Pid::from_raw(pid).expect("a process id"), signal);
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The shared one is never dropped; a test's own may be frozen still, when the test failed.
        if self.folder.join("data/postmaster.pid").exists() {
            self.thaw();
        }
    }
}

/// The lock under which a cluster is started and removed. A watcher may remove the folder while we wait for it: then the lock is on a
/// file that is gone, and we begin again.
fn starting(folder: &Path) -> File {
    let path = folder.join("starting.lock");
    loop {
        fs::create_dir_all(folder).expect("a folder for PostgreSQL");
        // The cluster's user has to pass through, whatever the umask; gone again when a watcher was quicker.
        let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o755));
        let Ok(lock) = File::create(&path) else { continue };
        lock.lock().expect("the lock");
        let ours = lock.metadata().map(|file| file.ino()).ok();
        if ours.is_some() && ours == fs::metadata(&path).map(|file| file.ino()).ok() {
            return lock;
        }
    }
}

/// Makes a cluster and its watcher; gives its port.
fn create(folder: &Path, language: Language) -> u16 {
    let data = folder.join("data");
    // What an interrupted run left.
    let _ = fs::remove_dir_all(&data);
    fs::create_dir(&data).expect("a folder for the cluster");
    if is_root() {
        done(Command::new("chown").arg("postgres:").arg(&data));
    }
    let mut initdb = as_postgres("initdb");
    initdb.arg("-D").arg(&data).args(["-A", "trust", "-U", "clientele", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]);
    // Where the locale is missing, tests/run makes it.
    done(initdb.arg("--lc-messages").arg(language.locale()));
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
    watch(folder);
    start(folder, port);
    fs::write(folder.join("port"), port.to_string()).expect("the port's file");
    port
}

fn start(folder: &Path, port: u16) {
    let data = folder.join("data");
    let options = format!(
        "-p {port} -k {} -c listen_addresses=127.0.0.1 -c max_connections=300 -c shared_buffers=64MB -c fsync=off -c full_page_writes=off -c jit=off",
        data.display()
    );
    done(as_postgres("pg_ctl").arg("start").arg("-D").arg(&data).arg("-l").arg(data.join("log")).args(["-w", "-o", &options]));
}

/// Starts the process that clears up when the last user is gone.
#[expect(clippy::zombie_processes, reason = "it outlives the tests")]
fn watch(folder: &Path) {
    const WATCHER: &str = r#"
        cd "$1" || exit; shift
        while sleep 2; do
            exec 8>starting.lock 9>users.lock
            flock 8
            if flock --nonblock 9; then
                rm -f port; "$@"; cd /; rm -rf -- "$OLDPWD"; exit
            fi
            exec 8>&- 9>&-
        done"#;
    let stop = as_postgres("pg_ctl");
    Command::new("bash")
        .args(["-c", WATCHER, "clientele-postgres-watcher"])
        .arg(folder)
        .arg(stop.get_program())
        .args(stop.get_args())
        .args(["stop", "-D", "data", "-m", "immediate"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Ctrl-C ends the tests, not what clears up behind them.
        .process_group(0)
        .spawn()
        .expect("bash");
}

/// A program of PostgreSQL, run by somebody who is not root.
fn as_postgres(program: &str) -> Command {
    let program = binaries().join(program);
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.stdin(Stdio::null());
    command
}

/// Where the server's programs are: Debian keeps them out of `PATH`.
fn binaries() -> &'static Path {
    static BINARIES: OnceLock<PathBuf> = OnceLock::new();
    BINARIES.get_or_init(|| {
        let told = Command::new("pg_config").arg("--bindir").output().ok().map(|out| String::from_utf8_lossy(&out.stdout).trim().into());
        let mut versions: Vec<PathBuf> =
            fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|version| version.path().join("bin")).collect();
        versions.sort_by_key(|bin| bin.parent().and_then(|v| v.file_name()?.to_str()?.parse::<u32>().ok()));
        told.into_iter().chain(versions.into_iter().rev()).find(|bin| bin.join("initdb").exists()).expect(MISSING)
    })
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Runs a command to its good end. Its output goes to a file: a server that it leaves behind would keep a pipe open.
fn done(command: &mut Command) {
    let output = tempfile::NamedTempFile::new().expect("a temporary file");
    let (out, err) = (output.reopen().expect("its handle"), output.reopen().expect("its handle"));
    let status = command.current_dir("/").stdout(out).stderr(err).status();
    assert!(
        matches!(status, Ok(status) if status.success()),
        "{command:?} failed: {status:?}\n{}",
        fs::read_to_string(output.path()).unwrap_or_default()
    );
}
