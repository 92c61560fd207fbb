-- The vault, first schema. Landed migrations are never edited: a change is a new file.
--
-- Columns of type BLOB whose names end in _sealed hold XChaCha20-Poly1305: nonce (24), ciphertext, tag (16).
-- Each authenticates where it belongs (vault id, table, row id, column, key id) and the facts that say where its
-- secret may go (issuer, endpoint, client, generation). Copied elsewhere, or with such a fact changed, it does not open.
--
-- Everything else is readable without the key; SECURITY.md has the same list:
--   - how the vault is protected, with the passphrase's Argon2id parameters and salt
--   - the MCP servers: name, URI, scopes, concessions, the last discovery's steps; authorization servers' metadata
--   - registrations: client ids, dates, management URIs; of logins under way: server, issuer, scopes, times, and a
--     SHA-256 of the state
--   - grants: server, issuer, account, scopes, state, dates, how often renewed
--   - agents: id, name, a SHA-256 of the key (256 random bits), dates; permits; the activity log; settings
--
-- Times are seconds since 1970. Sets of scopes are separated by spaces (RFC 6749, section 3.3).

-- One row: which vault this is and how its key is protected.
CREATE TABLE vault (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    id          TEXT    NOT NULL,                -- random; part of every seal
    key_id      TEXT    NOT NULL,                -- random; part of every seal
    protection  TEXT    NOT NULL,                -- keyring | passphrase | key_file
    kdf         TEXT,                            -- Argon2id parameters and salt, for a passphrase
    canary_sealed BLOB  NOT NULL                 -- opens only with the right key and an untouched row
) STRICT;

CREATE TABLE resources (
    id                  TEXT PRIMARY KEY,
    uri                 TEXT NOT NULL UNIQUE,
    name                TEXT NOT NULL,
    protection          TEXT NOT NULL,           -- unknown | not_protected | protected
    resource_parameter  TEXT,
    issuer              TEXT,
    scopes_to_request   TEXT NOT NULL,
    scopes_supported    TEXT NOT NULL,
    concessions         TEXT NOT NULL,           -- JSON
    trace               TEXT NOT NULL,           -- JSON, no secrets
    added_at            INTEGER NOT NULL,
    checked_at          INTEGER
) STRICT;

CREATE TABLE authorization_servers (
    issuer      TEXT PRIMARY KEY,
    metadata    TEXT NOT NULL,                   -- JSON, verified
    fetched_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE redirect_preferences (
    issuer      TEXT PRIMARY KEY,
    redirect    TEXT NOT NULL                    -- deep_link | loopback
) STRICT;

CREATE TABLE registrations (
    id                      TEXT PRIMARY KEY,
    issuer                  TEXT NOT NULL,
    redirect_uri            TEXT NOT NULL,
    kind                    TEXT NOT NULL,       -- pre_registered | metadata_document | dynamic
    client_id               TEXT NOT NULL,
    client_secret_sealed    BLOB,
    auth_method             TEXT NOT NULL,
    secret_expires_at       INTEGER,
    management_uri          TEXT,
    management_token_sealed BLOB,
    registered_at           INTEGER NOT NULL
) STRICT;
CREATE INDEX registrations_by_issuer ON registrations (issuer);

CREATE TABLE pending_authorizations (
    id                  TEXT PRIMARY KEY,
    state_hash          BLOB NOT NULL UNIQUE,    -- SHA-256, to find the row by the browser's answer
    state_sealed        BLOB NOT NULL,
    verifier_sealed     BLOB NOT NULL,
    resource            TEXT NOT NULL REFERENCES resources (uri) ON DELETE CASCADE,
    resource_parameter  TEXT,
    issuer              TEXT NOT NULL,
    iss_required        INTEGER NOT NULL,
    token_endpoint      TEXT NOT NULL,
    url_sealed          BLOB NOT NULL,           -- it carries the state
    registration_id     TEXT NOT NULL,
    redirect_uri        TEXT NOT NULL,
    scopes              TEXT NOT NULL,
    started_at          INTEGER NOT NULL,
    expires_at          INTEGER NOT NULL
) STRICT;

CREATE TABLE grants (
    id                      TEXT PRIMARY KEY,
    resource                TEXT NOT NULL REFERENCES resources (uri) ON DELETE CASCADE,
    resource_parameter      TEXT,
    issuer                  TEXT NOT NULL,
    token_endpoint          TEXT NOT NULL,
    registration_id         TEXT NOT NULL,
    account_name            TEXT NOT NULL,
    account_subject         TEXT,
    scopes_requested        TEXT NOT NULL,
    state                   TEXT NOT NULL,       -- active | login_needed | revoked
    login_reason            TEXT,
    revoked_at              INTEGER,
    access_token_sealed     BLOB,
    refresh_token_sealed    BLOB,
    expires_at              INTEGER,
    received_at             INTEGER,
    scopes_granted          TEXT,
    generation              INTEGER NOT NULL,
    granted_at              INTEGER NOT NULL,
    refreshed_at            INTEGER,
    refresh_generation      INTEGER,             -- a refresh that began and has not ended
    refresh_started_at      INTEGER
) STRICT;
CREATE INDEX grants_by_resource ON grants (resource);

CREATE TABLE agents (
    id              TEXT PRIMARY KEY,
    name            TEXT NOT NULL UNIQUE,
    key_hash        BLOB NOT NULL,               -- SHA-256 of 256 random bits
    added_at        INTEGER NOT NULL,
    last_used_at    INTEGER
) STRICT;

CREATE TABLE permits (
    agent_id    TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    grant_id    TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    scopes      TEXT,                            -- null: all that was granted
    until       INTEGER,
    given_at    INTEGER NOT NULL,
    PRIMARY KEY (agent_id, grant_id)
) STRICT;

-- The activity log outlives what it tells of, so it names instead of referring.
CREATE TABLE events (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    at              INTEGER NOT NULL,
    kind            TEXT NOT NULL,
    ok              INTEGER NOT NULL,
    message         TEXT NOT NULL,
    code            TEXT,
    agent_id        TEXT,
    agent_name      TEXT,
    resource_id     TEXT,
    resource_name   TEXT,
    grant_id        TEXT
) STRICT;
CREATE INDEX events_by_resource ON events (resource_id, id);
CREATE INDEX events_by_agent ON events (agent_id, id);

CREATE TABLE settings (
    name    TEXT PRIMARY KEY,
    value   TEXT NOT NULL
) STRICT;
