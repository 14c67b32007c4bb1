//! A database of a test's own, and a look into it from outside.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{PgConnection, SqliteConnection, connection::SimpleConnection, sql_query};
use tempfile::TempDir;

use super::folder;
use super::postgres::{Cluster, Language, shared};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A database that is gone when this is dropped.
pub struct Database {
    /// What `--database` takes.
    pub url: String,
    pub engine: Engine,
    kept: Kept,
}

enum Kept {
    /// The folder of the file.
    Folder(TempDir),
    /// The cluster's administrative address, and the database's name.
    Name(String, String),
}

/// A connection from outside.
pub enum Outside {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Database {
    /// A database of a test's own, migrated where that saves time.
    pub fn new(engine: Engine) -> Database {
        match engine {
            Engine::Sqlite => Database::empty(engine),
            Engine::Postgres => Database::on(shared()),
        }
    }

    /// A database of PostgreSQL whose messages are German.
    pub fn in_german() -> Database {
        let database = Database::new(Engine::Postgres);
        if let Kept::Name(admin, name) = &database.kept {
            let set = format!("ALTER DATABASE {name} SET lc_messages = '{}'", Language::German.locale());
            admin_connection(admin).batch_execute(&set).expect("the locale; where it is missing, tests/run makes it");
        }
        database
    }

    /// A database that the program has never opened.
    pub fn empty(engine: Engine) -> Database {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir_in(folder::quick()).expect("a temporary folder");
                let url = format!("sqlite:{}", folder.path().join("clientele.db").display());
                Database { url, engine, kept: Kept::Folder(folder) }
            }
            Engine::Postgres => Database::copy(shared(), "template1"),
        }
    }

    /// A database of PostgreSQL in an encoding of its own.
    pub fn encoded(encoding: &str) -> Database {
        Database::copy(shared(), &format!("template0 ENCODING '{encoding}' LOCALE 'C'"))
    }

    /// A migrated database of a cluster.
    pub fn on(cluster: &Cluster) -> Database {
        Database::copy(cluster, &cluster.template())
    }

    fn copy(cluster: &Cluster, template: &str) -> Database {
        let name = Cluster::fresh_name();
        let admin = cluster.url("postgres");
        admin_connection(&admin).batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).expect("a fresh database");
        Database { url: cluster.url(&name), engine: Engine::Postgres, kept: Kept::Name(admin, name) }
    }

    pub fn connect(&self) -> Outside {
        match self.engine {
            Engine::Sqlite => {
                let path = self.url.strip_prefix("sqlite:").unwrap_or(&self.url);
                let mut db = SqliteConnection::establish(path).expect("the test's file");
                db.batch_execute("PRAGMA busy_timeout = 10000").expect("a pragma");
                Outside::Sqlite(db)
            }
            Engine::Postgres => Outside::Postgres(PgConnection::establish(&self.url).expect("the test's database")),
        }
    }

    /// A path on which a test may keep files beside its database.
    pub fn folder(&self) -> Option<&std::path::Path> {
        match &self.kept {
            Kept::Folder(folder) => Some(folder.path()),
            Kept::Name(..) => None,
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Kept::Name(admin, name) = &self.kept
            && let Ok(mut db) = PgConnection::establish(admin)
        {
            let _ = db.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn admin_connection(url: &str) -> PgConnection {
    PgConnection::establish(url).expect("the test cluster")
}

impl Outside {
    /// Runs statements.
    ///
    /// # Errors
    /// What the database says against it.
    pub fn run(&mut self, sql: &str) -> QueryResult<()> {
        match self {
            Outside::Sqlite(db) => db.batch_execute(sql),
            Outside::Postgres(db) => db.batch_execute(sql),
        }
    }

    /// The one number that a query gives, as `select count(*) as number from …`.
    pub fn number(&mut self, sql: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = BigInt)]
            number: i64,
        }
        let row: Row = match self {
            Outside::Sqlite(db) => sql_query(sql).get_result(db),
            Outside::Postgres(db) => sql_query(sql).get_result(db),
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
        row.number
    }

    /// The texts in a column called `text`.
    pub fn texts(&mut self, sql: &str) -> Vec<Option<String>> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Nullable<Text>)]
            text: Option<String>,
        }
        let rows: Vec<Row> = match self {
            Outside::Sqlite(db) => sql_query(sql).load(db),
            Outside::Postgres(db) => sql_query(sql).load(db),
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.into_iter().map(|row| row.text).collect()
    }

    /// The lines of what `EXPLAIN` says.
    pub fn plan(&mut self, sql: &str) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Sqlite {
            #[diesel(sql_type = Text)]
            detail: String,
        }
        #[derive(QueryableByName)]
        struct Postgres {
            #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
            line: String,
        }
        match self {
            Outside::Sqlite(db) => sql_query(sql).load(db).map(|rows: Vec<Sqlite>| rows.into_iter().map(|row| row.detail).collect()),
            Outside::Postgres(db) => sql_query(sql).load(db).map(|rows: Vec<Postgres>| rows.into_iter().map(|row| row.line).collect()),
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// How often PostgreSQL had to break off one of two that waited for each other, a second after they had begun to; of connections
    /// that are open it may not have heard yet.
    pub fn deadlocks(&mut self) -> i64 {
        match self {
            Outside::Sqlite(_) => 0,
            Outside::Postgres(_) => self.number("SELECT deadlocks AS number FROM pg_stat_database WHERE datname = current_database()"),
        }
    }

    /// How many rows a table has.
    pub fn count(&mut self, table: &str) -> i64 {
        self.number(&format!("SELECT count(*) AS number FROM {table}"))
    }
}
