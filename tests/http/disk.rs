//! A disk that fills up and is freed again, while the program runs; and one that is full when it is read.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use crate::import_page::{Upload, many, path, until};
use crate::support::app::PROGRAM;
use crate::support::{Client, eventually};

/// The program on a small disk of its own, which only it sees (a mount namespace): the real thing, and it goes with the process.
struct OnSmallDisk {
    child: Child,
    client: Client,
    folder: tempfile::TempDir,
    log: tempfile::NamedTempFile,
}

impl OnSmallDisk {
    /// So many MiB.
    fn start(size: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = format!(r#"mount -t tmpfs -o size={size}m tmpfs "$1" && exec "$0" serve --listen 127.0.0.1:0 --database "$1/x.db""#);
        let log = tempfile::NamedTempFile::new().unwrap();
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "sh", "-c", &script, PROGRAM]).arg(folder.path());
        let mut child =
            command.stdout(Stdio::piped()).stderr(log.reopen().unwrap()).process_group(0).spawn().expect("unshare (util-linux)");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let host = line.trim().trim_start_matches("Clientele is at http://").trim_end_matches('/');
        assert!(!host.is_empty(), "the program does not start on a small disk: is unshare allowed here?");
        Self { client: Client::new(host), child, folder, log }
    }

    /// A file on the program's disk, seen from outside of its namespace.
    fn ballast(&self) -> std::path::PathBuf {
        let inside = self.folder.path().strip_prefix("/").unwrap().join("ballast");
        std::path::Path::new("/proc").join(self.child.id().to_string()).join("root").join(inside)
    }

    /// Takes so many MiB away, until the file is removed.
    fn take(&self, size: usize) {
        std::fs::write(self.ballast(), vec![0; size << 20]).unwrap();
    }

    /// Whatever fits, so that nothing more does.
    fn fill_up(&self) {
        std::fs::write(self.ballast(), vec![0; 64 << 20]).expect_err("a full disk");
    }

    fn save(&self, name: &str) -> crate::support::Page {
        self.client.post("/customers", &[("type", "company"), ("name", name)])
    }
}

impl Drop for OnSmallDisk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A failed commit leaves nothing behind, and the next save works.
#[test]
fn a_full_disk_is_said_and_forgotten_once_it_is_freed() {
    let disk = OnSmallDisk::start(3);
    disk.save("Before").expect(303);

    disk.fill_up();
    for _ in 0..3 {
        let page = disk.save("Meanwhile").expect(503);
        assert!(page.says("disk") && page.says("Meanwhile"), "what happened, and what was typed: {page}");
    }
    disk.client.get("/customers").expect(200).assert_says("Before");

    std::fs::remove_file(disk.ballast()).unwrap();
    disk.save("After").expect(303);
    assert_eq!(disk.client.get("/customers").expect(200).rows(), ["After", "Before"]);
}

#[test]
fn an_import_that_fills_the_disk_fails_in_words() {
    let disk = OnSmallDisk::start(23);
    disk.fill_up();
    Upload::new().with("customers", many(8_000)).send(&disk.client).expect(503).assert_says("disk that holds the database is full");
    std::fs::remove_file(disk.ballast()).unwrap();
    disk.take(20);
    let checked = Upload::new().with("customers", many(8_000)).checked(&disk.client);
    checked.press("Import 8,000 rows").expect(303);
    // A disk that is full may have no room for the outcome either: it is written once there is some.
    eventually("it gives up", || std::fs::read_to_string(disk.log.path()).unwrap().contains("a job has failed"));
    std::fs::remove_file(disk.ballast()).unwrap();
    let failed = until(&disk.client, &path(&checked), |page| page.heading() != "Importing");
    assert_eq!(failed.heading(), "Interrupted", "{failed}");
    failed.assert_says("The disk that holds the database is full").assert_says("What was imported is kept");
    assert!(failed.offers("Resume"));
}

#[test]
fn an_import_that_filled_the_disk_goes_on_once_it_is_freed() {
    let disk = OnSmallDisk::start(48);
    let checked = Upload::new().with("customers", many(8_000)).checked(&disk.client);
    disk.fill_up();
    // The button may be refused as well, since pressing it is written down.
    let pressed = checked.press("Import 8,000 rows");
    if pressed.status == 303 {
        let failed = until(&disk.client, &path(&checked), |page| page.heading() != "Importing");
        failed.assert_says("The disk that holds the database is full");
    }
    std::fs::remove_file(disk.ballast()).unwrap();
    let stopped = disk.client.get(path(&checked)).expect(200);
    let button = if stopped.offers("Resume") { "Resume" } else { "Import 8,000 rows" };
    stopped.press(button).expect(303);
    let done = until(&disk.client, &path(&checked), |page| page.heading() != "Importing");
    assert_eq!(done.heading(), "Import complete", "{done}");
    disk.client.get("/customers").expect(200).assert_says("8,000 customers");
}

/// Runs a script on a full-able disk of its own of so many MiB (`$1`); `$0` is the program.
fn on_small_disk(size: usize, script: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let script = format!(r#"set -e; mount -t tmpfs -o size={size}m tmpfs "$1"; cd "$1"; export CLIENTELE_BUSY_TIMEOUT=1; {script}"#);
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "bash", "-c", &script, PROGRAM]).arg(folder.path()).env_remove("DATABASE_URL");
    let output = command.output().expect("unshare (util-linux)");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    said
}

/// Starts the program, saves something that stays in the write-ahead log, and fills the disk.
const SERVED: &str = r#"
    "$0" demo --customers 40 --database x.db
    "$0" serve --listen 127.0.0.1:0 --database x.db >address 2>log & server=$!
    trap 'kill -9 $server 2>/dev/null || true' EXIT
    until grep -q http address; do sleep 0.05; done
    printf 'number,type,name\nN-1,company,In The Log\n' | tee c.csv
    "$0" import --yes --customers c.csv --database x.db
    test -s x.db-wal
"#;
const FULL: &str = "! dd if=/dev/zero of=ballast bs=4096 2>/dev/null; ";
const READ: &str = r#""$0" check --database x.db; "$0" export --customers - --database x.db; "#;

fn assert_whole(said: &str, customers: usize) {
    assert!(said.contains("No faults found.") && said.contains(&format!("Exported {customers} customers")), "{said}");
}

#[test]
fn a_full_disk_is_read_by_check_and_export() {
    let said =
        on_small_disk(16, &format!(r#""$0" demo --customers 40 --database x.db; {FULL} sha256sum x.db >&2; {READ} sha256sum x.db >&2"#));
    assert_whole(&said, 40);
    let sums: Vec<_> = said.lines().filter(|line| line.ends_with("  x.db")).collect();
    assert!(sums.len() == 2 && sums[0] == sums[1], "nothing is written: {said}");
}

#[test]
fn a_full_disk_is_read_by_check_and_export_beside_a_server() {
    let said = on_small_disk(16, &format!("{SERVED} {FULL} {READ} kill $server"));
    assert_whole(&said, 41);
    assert!(said.contains("In The Log"), "{said}");
}

/// The index of the log is gone, or has to be made again, and there is no room for it.
#[test]
fn a_full_disk_is_read_by_check_and_export_after_a_crash() {
    for index in ["rm x.db-shm", "true"] {
        let said = on_small_disk(16, &format!("{SERVED} kill -9 $server; {index}; {FULL} {READ}"));
        assert_whole(&said, 41);
        assert!(said.contains("In The Log"), "{index}: {said}");
    }
}

/// It is said, in one line, and nothing is made.
#[test]
fn a_start_on_a_full_disk_fails_in_words() {
    let script = r#"! "$0" demo --customers 3 --database x.db; ls -A"#;
    let said = on_small_disk(1, &format!("{FULL} {script}"));
    assert!(said.contains("The database x.db cannot be used") && said.contains("disk"), "{said}");
}

/// What stood in the place of the file stays, and nothing is left beside it.
#[test]
fn an_export_that_fills_the_disk_destroys_nothing() {
    for files in ["--customers c.csv", "--all c.xlsx", "--all c.zip"] {
        let name = files.split(' ').nth(1).unwrap();
        let script = format!(
            r#""$0" demo --customers 400 --database /tmp/$$.db; printf before >{name}; {FULL} rm ballast; dd if=/dev/zero of=ballast bs=1024 count=960 2>/dev/null;
            ! "$0" export {files} --database /tmp/$$.db 2>said; rm /tmp/$$.db*; cat said; cat {name}; echo; ls -A"#
        );
        let said = on_small_disk(1, &script);
        let lines: Vec<&str> = said.lines().collect();
        assert!(
            lines
                .iter()
                .any(|line| line.starts_with("clientele: c.") && line.contains("cannot be written") && line.contains("disk is full")),
            "{said}"
        );
        assert!(lines.contains(&"before"), "{said}");
        let left: Vec<&&str> = lines.iter().filter(|line| line.contains(".clientele-")).collect();
        assert!(left.is_empty() && !said.contains("panicked"), "{said}");
    }
}
