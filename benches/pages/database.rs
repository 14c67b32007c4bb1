//! The database: made, filled once, kept where that is wanted.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{BigInt, Integer};
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, sql_query};
use tempfile::TempDir;

use crate::cluster::Cluster;
use crate::settings::{CUSTOMERS, Engine, Settings};

/// A database with customers in it. What was not to be kept is gone when this is dropped.
pub struct Database {
    /// What `--database` takes.
    pub url: String,
    pub engine: Engine,
    /// It goes with this run: nobody asks for it again.
    pub passing: bool,
    /// Stopped before its folder is removed: fields are dropped in order.
    _cluster: Option<Cluster>,
    _folder: TempDir,
}

impl Database {
    /// The database of the settings: one that was kept, or an empty one.
    pub fn open(settings: &Settings) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let place = settings.keep.clone().unwrap_or_else(|| folder.path().join("clientele.db"));
        let (url, cluster) = match (settings.engine, &settings.url) {
            (Engine::Sqlite, _) => (format!("sqlite:{}", place.display()), None),
            (Engine::Postgres, Some(url)) => (url.clone(), None),
            (Engine::Postgres, None) => {
                let cluster = Cluster::start(&place);
                (cluster.url.clone(), Some(cluster))
            }
        };
        let passing = settings.keep.is_none() && settings.url.is_none();
        Self { url, engine: settings.engine, passing, _cluster: cluster, _folder: folder }
    }

    /// Whether there is something to read: an SQLite file is made by what fills it.
    pub fn exists(&self) -> bool {
        self.url.strip_prefix("sqlite:").is_none_or(|path| Path::new(path).exists())
    }

    /// Fills it, while it is empty, with what the settings ask for.
    pub fn fill(&self, settings: &Settings) {
        let start = Instant::now();
        let mut fill = self.clientele();
        match &settings.data {
            Some(folder) => {
                fill.arg("import").arg("--yes");
                for kind in ["customers", "contacts", "entitlements"] {
                    fill.arg(format!("--{kind}")).arg(folder.join(format!("{kind}.csv")));
                }
            }
            None => {
                fill.args(["demo", "--customers", &settings.customers.unwrap_or(CUSTOMERS).to_string()]);
            }
        }
        let filled = fill.stdout(Stdio::null()).status().expect("the program starts");
        assert!(filled.success(), "the database was not filled");
        println!("The database was filled in {:.1} s.", start.elapsed().as_secs_f64());
        if self.engine == Engine::Postgres {
            // What autovacuum does a minute later.
            self.postgres().batch_execute("VACUUM ANALYZE").expect("statistics");
        }
    }

    /// The program under test on this database, without any setting of the environment.
    pub fn clientele(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_clientele"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CLIENTELE_")) {
            command.env_remove(name);
        }
        command.env("DATABASE_URL", &self.url).env("CLIENTELE_LOG", "warn").stdin(Stdio::null());
        command
    }

    /// The first process of the PostgreSQL that serves it, where that runs on this machine: the parent of whoever answers.
    pub fn postmaster(&self) -> Option<u32> {
        #[derive(QueryableByName)]
        struct Backend {
            #[diesel(sql_type = Integer)]
            pid: i32,
        }
        if self.engine == Engine::Sqlite {
            return None;
        }
        let mut db = self.postgres();
        let Backend { pid } = sql_query("SELECT pg_backend_pid() AS pid").get_result(&mut db).expect("a backend");
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let value = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        value("PPid:").filter(|_| value("Name:") == Some("postgres"))?.parse().ok()
    }

    /// In bytes, with what is not yet in its place.
    pub fn size(&self) -> u64 {
        #[derive(QueryableByName)]
        struct Size {
            #[diesel(sql_type = BigInt)]
            bytes: i64,
        }
        if let Some(path) = self.url.strip_prefix("sqlite:") {
            let files = ["", "-wal"].map(|end| beside(Path::new(path), end));
            return files.iter().filter_map(|file| fs::metadata(file).ok()).map(|file| file.len()).sum();
        }
        let query = sql_query("SELECT pg_database_size(current_database()) AS bytes");
        let Size { bytes } = query.get_result(&mut self.postgres()).expect("a size");
        bytes.unsigned_abs()
    }

    fn postgres(&self) -> PgConnection {
        PgConnection::establish(&self.url).expect("PostgreSQL answers")
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}
