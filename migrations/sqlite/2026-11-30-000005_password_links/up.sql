-- Links by which a user sets a password, once. The same steps as in ../../postgres, in SQLite's words.
CREATE TABLE password_links (
    -- Who reads the database cannot use a link: the hash of its token alone is kept.
    token_hash TEXT PRIMARY KEY NOT NULL,
    user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    -- NULL as long as nobody has used it.
    used_at    TIMESTAMP
);
CREATE INDEX password_links_user ON password_links (user_id);
