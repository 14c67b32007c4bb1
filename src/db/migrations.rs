//! The migrations, embedded.

use diesel_migrations::{EmbeddedMigrations, embed_migrations};

pub(super) const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
pub(super) const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
