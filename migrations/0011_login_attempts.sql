-- A login attempt is one row from its beginning to its outcome: any process ends it, and any process waits for it. The same
-- row, with another kind, is for whatever else a person is asked and a process waits for.
--
-- Sealed: all that its kind needs (state, verifier, device code, endpoints, scopes), and its outcome beyond the one word of
-- `status` (the grant, or the whole error). The row is under its own seal as well. Readable without the key: which server an
-- attempt is for, its kind, when it began and ended, and its status.
--
-- Rows of pending_authorizations are brought along by the program, which alone can open them; that table and login_ends are
-- empty from then on.

CREATE TABLE login_attempts (
    id              TEXT PRIMARY KEY,
    kind            TEXT NOT NULL,               -- browser | device | provider
    resource        TEXT NOT NULL,               -- of a server; an outcome outlives it
    state_hash      BLOB UNIQUE,                 -- SHA-256, to find the row by the browser's answer; null from the end on
    details_sealed  BLOB,                        -- JSON; null from the end on
    status          TEXT NOT NULL,               -- waiting | answered | done | failed | replaced
    status_sealed   BLOB,                        -- JSON
    started_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    ended_at        INTEGER,                     -- null: it waits
    row_sealed      BLOB
) STRICT;
