//! A disk that fills up and is freed again, while the program runs.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use crate::import_page::{Upload, many, path, until};
use crate::support::Client;
use crate::support::app::PROGRAM;

/// The program on a disk of its own of 3 MiB, which only it sees (a mount namespace): the real thing, and it goes with the process.
struct OnSmallDisk {
    child: Child,
    client: Client,
    folder: tempfile::TempDir,
}

impl OnSmallDisk {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = r#"mount -t tmpfs -o size=3m tmpfs "$1" && exec "$0" serve --listen 127.0.0.1:0 --database "$1/x.db""#;
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "sh", "-c", script, PROGRAM]).arg(folder.path());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0).spawn().expect("unshare (util-linux)");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let host = line.trim().trim_start_matches("Clientele is at http://").trim_end_matches('/');
        assert!(!host.is_empty(), "the program does not start on a small disk: is unshare allowed here?");
        Self { client: Client::new(host), child, folder }
    }

    /// A file on the program's disk, seen from outside of its namespace.
    fn ballast(&self) -> std::path::PathBuf {
        let inside = self.folder.path().strip_prefix("/").unwrap().join("ballast");
        std::path::Path::new("/proc").join(self.child.id().to_string()).join("root").join(inside)
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

/// Case D3: a failed commit leaves nothing behind, and the next save works.
#[test]
fn a_full_disk_is_said_and_forgotten_once_it_is_freed() {
    let disk = OnSmallDisk::start();
    disk.save("Before").expect(303);

    // Whatever fits, so that nothing more does.
    let _ = std::fs::write(disk.ballast(), vec![0; 4 << 20]);
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
    let disk = OnSmallDisk::start();
    let _ = std::fs::write(disk.ballast(), vec![0; 4 << 20]);
    Upload::new().with("customers", many(8_000)).send(&disk.client).expect(503).assert_says("disk that holds the database is full");
    std::fs::remove_file(disk.ballast()).unwrap();
    let checked = Upload::new().with("customers", many(8_000)).checked(&disk.client);
    checked.press("Import 8,000 rows").expect(303);
    let failed = until(&disk.client, &path(&checked), |page| page.heading() != "Importing");
    assert_eq!(failed.heading(), "The import has broken off", "{failed}");
    failed.assert_says("The disk that holds the database is full").assert_says("What is done is kept");
    assert!(failed.offers("Go on"));
}
