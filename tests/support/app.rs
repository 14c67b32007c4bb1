//! The program under test: the real binary, in a process of its own, on a database of its own.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::ops::Deref;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use tempfile::TempDir;

use super::clock::Clock;
use super::database::{Database, Engine, Outside};
use super::http::Client;

pub use super::program::{PROGRAM, checkout, command, run};

/// A running Clientele. It is also a [`Client`] of itself: `app.get("/customers")`.
pub struct TestApp {
    pub database: Database,
    arguments: Vec<String>,
    process: Process,
}

/// One `clientele serve`.
pub struct Process {
    pub client: Client,
    child: Child,
    /// Holds the log.
    folder: TempDir,
}

impl TestApp {
    pub fn start(engine: Engine) -> TestApp {
        TestApp::with(Database::new(engine), &[])
    }

    /// Starts on a database, with arguments of `serve`: `&["--role", "viewer"]`.
    pub fn with(database: Database, arguments: &[&str]) -> TestApp {
        let process = Process::start(&database.url, arguments);
        TestApp { database, arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(), process }
    }

    /// Starts with a clock that the test moves.
    pub fn on(clock: &Clock, engine: Engine, arguments: &[&str]) -> TestApp {
        let database = Database::new(engine);
        let mut command = command(&[&["serve", "--listen", "127.0.0.1:0", "--database", &database.url], arguments].concat());
        clock.set_for(&mut command);
        let process = Process::of(command).unwrap_or_else(|output| panic!("clientele did not start: {output:?}"));
        TestApp { database, arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(), process }
    }

    /// Stops, and starts on the same database with other arguments. The address changes.
    pub fn restart(&mut self, arguments: &[&str]) {
        self.process.stop();
        self.arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        self.start_again();
    }

    /// Starts as before, after the process has ended.
    pub fn start_again(&mut self) {
        let arguments: Vec<_> = self.arguments.iter().map(String::as_str).collect();
        self.process = Process::start(&self.database.url, &arguments);
    }

    /// A second process on the same database.
    pub fn another(&self, arguments: &[&str]) -> Process {
        Process::start(&self.database.url, arguments)
    }

    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// A look into the database from outside.
    pub fn sql(&self) -> Outside {
        self.database.connect()
    }

    pub fn log(&self) -> String {
        self.process.log()
    }
}

impl Deref for TestApp {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.process.client
    }
}

impl Process {
    pub fn start(database: &str, arguments: &[&str]) -> Process {
        Process::listening("127.0.0.1:0", database, arguments).unwrap_or_else(|output| panic!("clientele did not start: {output:?}"))
    }

    /// Starts, and waits until the address is printed.
    ///
    /// # Errors
    /// What the program printed, when it ended instead.
    pub fn listening(listen: &str, database: &str, arguments: &[&str]) -> Result<Process, Output> {
        Process::of(command(&[&["serve", "--listen", listen, "--database", database], arguments].concat()))
    }

    /// The most memory that it has had, in MiB.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a process that stands");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its memory");
        let kib: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kib / 1024
    }

    /// One that may open so many files: `soft` as it is, and `hard` if it asks for more.
    pub fn limited(soft: u32, hard: u32, database: &str, arguments: &[&str]) -> Process {
        let mut limited = Command::new("prlimit");
        let served = command(&[&["serve", "--listen", "127.0.0.1:0", "--database", database], arguments].concat());
        limited.arg(format!("--nofile={soft}:{hard}")).arg(served.get_program()).args(served.get_args()).stdin(Stdio::null());
        Process::of(limited).unwrap_or_else(|output| panic!("clientele did not start: {output:?}"))
    }

    pub fn of(mut command: Command) -> Result<Process, Output> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let log = File::create(folder.path().join("log")).expect("a log file");
        let mut child = command.current_dir(folder.path()).stdout(Stdio::piped()).stderr(log).spawn().expect("the program");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let (tell, told) = mpsc::channel();
        // Goes on reading after the address: a full pipe would stop the program.
        std::thread::spawn(move || {
            let mut lines = output.lines().map_while(Result::ok);
            let host = lines.find_map(|line| Some(line.split_once("http://")?.1.split('/').next()?.to_owned()));
            let _ = tell.send(host);
            lines.for_each(drop);
        });
        if let Ok(Some(host)) = told.recv_timeout(Duration::from_mins(1)) {
            return Ok(Process { client: Client::new(&host), child, folder });
        }
        let _ = child.kill();
        let mut output = child.wait_with_output().expect("its end");
        output.stderr = fs::read(folder.path().join("log")).unwrap_or_default();
        Err(output)
    }

    /// As the system numbers it.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("a running program");
    }

    /// Pauses it, and waits until all its threads stand.
    pub fn pause(&self) {
        self.signal(Signal::STOP);
        waitpid(Some(Pid::from_child(&self.child)), WaitOptions::UNTRACED).expect("a child that stands");
    }

    pub fn resume(&self) {
        self.signal(Signal::CONT);
    }

    /// Asks it to stop and waits for the end.
    pub fn stop(&mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.wait()
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().expect("a running program");
        self.wait();
    }

    pub fn wait(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("its status") {
                return status;
            }
            assert!(start.elapsed().as_secs() < 30, "the program does not stop\n{}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let log = self.log();
        if std::thread::panicking() {
            let lines: Vec<_> = log.lines().collect();
            eprintln!("the server's log, its end:\n{}", lines[lines.len().saturating_sub(30)..].join("\n"));
        } else {
            assert!(!log.contains("panicked at"), "the server panicked:\n{log}");
        }
    }
}
