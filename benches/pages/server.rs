//! The server under test, in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::client::{Connection, Request};
use crate::database::Database;
use crate::meter::Meter;

pub struct Server {
    child: Child,
    /// `127.0.0.1:40123`
    pub host: String,
    pub meter: Meter,
    /// From its start until it said that it is ready.
    pub ready: Duration,
}

impl Server {
    pub fn start(database: &Database) -> Self {
        let postmaster = database.postmaster();
        let start = Instant::now();
        let mut serve = database.clientele();
        let mut child = serve.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok);
        let host = lines.find_map(|line| Some(line.split_once("http://")?.1.split('/').next()?.to_owned())).expect("its address");
        let mut line = Connection::open(&host).expect("a connection");
        while !line.succeeds(&Request::get("/readyz")) {
            assert!(start.elapsed() < Duration::from_mins(1), "the server is not ready");
            std::thread::sleep(Duration::from_millis(1));
        }
        let ready = start.elapsed();
        // A pipe that nobody reads must not stop it.
        std::thread::spawn(move || lines.for_each(drop));
        let meter = Meter { server: child.id(), postmaster };
        Self { child, host, meter, ready }
    }

    /// Waits until it rests: after an import it puts the index of searches in order.
    pub fn settle(&self) {
        const WHILE: Duration = Duration::from_secs(3);
        const REST: Duration = Duration::from_millis(50);
        for _ in 0..60 {
            let before = self.meter.read();
            std::thread::sleep(WHILE);
            if self.meter.since(&before).server < REST {
                return;
            }
        }
    }

    pub fn connection(&self) -> Connection {
        Connection::open(&self.host).expect("a connection")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let _ = self.child.wait();
    }
}
