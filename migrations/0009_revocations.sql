-- Taking back goes on until it is done, its receipts can be opened again, and no agent can wash the activity log away.
--
-- Sealed: the tokens of a revocation that its issuer has not confirmed. They open under this table's name alone, so that
-- none can be moved back into a grant, and beside the facts that say where they may go. A receipt is readable, and believed
-- only under its seal.

-- One row for tokens that are used by nobody here any more, and that their issuer may still take.
CREATE TABLE open_revocations (
    id                      TEXT PRIMARY KEY,
    grant_id                TEXT NOT NULL,
    resource                TEXT NOT NULL REFERENCES resources (uri) ON DELETE CASCADE,
    account_name            TEXT NOT NULL,
    issuer                  TEXT NOT NULL,
    token_endpoint          TEXT NOT NULL,
    registration_id         TEXT NOT NULL,
    refresh_token_sealed    BLOB,
    access_token_sealed     BLOB,
    dpop_key_sealed         BLOB,
    expires_at              INTEGER,             -- of the access token
    opened_at               INTEGER NOT NULL,
    tries                   INTEGER NOT NULL,
    next_try_at             INTEGER NOT NULL
) STRICT;

-- What each party answered. It outlives what it tells of, so it names instead of referring.
CREATE TABLE receipts (
    id              TEXT PRIMARY KEY,
    at              INTEGER NOT NULL,
    resource_id     TEXT NOT NULL,
    resource_name   TEXT NOT NULL,
    grant_id        TEXT NOT NULL,
    account_name    TEXT NOT NULL,
    issuer          TEXT NOT NULL,
    body            TEXT NOT NULL,               -- JSON: how it ended, and the steps
    body_sealed     BLOB NOT NULL                -- over the whole row
) STRICT;
CREATE INDEX receipts_by_resource ON receipts (resource_id, at);

-- Lines that others cause are counted and bounded apart: answers to agents and strangers by the minute, what the program
-- does by itself, and what the person decided, which nothing else displaces.
ALTER TABLE events ADD COLUMN class TEXT NOT NULL DEFAULT 'decision';     -- answer | automatic | decision
ALTER TABLE events ADD COLUMN count INTEGER NOT NULL DEFAULT 1;
ALTER TABLE events ADD COLUMN last_at INTEGER;                            -- of the newest that is counted in
UPDATE events SET class = 'answer' WHERE kind IN ('token_issued', 'token_refused');
UPDATE events SET class = 'automatic' WHERE kind IN
    ('token_rejected', 'refreshed', 'refresh_failed', 'step_up', 'discovery_failed', 'login_started', 'login_failed');
CREATE INDEX events_by_class ON events (class, id);
