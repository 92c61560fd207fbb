-- The whole authorization profile: other ways to get a client id and to log in, several accounts, DPoP.
--
-- Readable without the key, beside what 0001 lists: how each server is logged in to, which scopes the person chose, which
-- account it is locked to, when a concession was allowed; the user code of a device login under way; the company's
-- identity providers: issuer, client id, account, dates. New sealed columns follow 0001's rules.

ALTER TABLE resources ADD COLUMN login_method TEXT NOT NULL DEFAULT '{"kind":"browser"}';  -- JSON
ALTER TABLE resources ADD COLUMN chosen_scopes TEXT;                        -- null: what the server asks for
ALTER TABLE resources ADD COLUMN missing_scopes TEXT NOT NULL DEFAULT '';   -- what an operation lacked (RFC 6750 insufficient_scope)
ALTER TABLE resources ADD COLUMN locked_to TEXT;                            -- JSON: the one account
ALTER TABLE resources ADD COLUMN needs_dpop INTEGER NOT NULL DEFAULT 0;
ALTER TABLE resources ADD COLUMN conceded_at TEXT NOT NULL DEFAULT '{}';    -- JSON: concession to time

ALTER TABLE registrations ADD COLUMN key_id TEXT;
-- `redirect_uri` holds several, separated by spaces, where the issuer knows several.

ALTER TABLE pending_authorizations ADD COLUMN kind TEXT NOT NULL DEFAULT 'authorization_code';
ALTER TABLE pending_authorizations ADD COLUMN expected_iss TEXT;            -- null: the issuer
ALTER TABLE pending_authorizations ADD COLUMN account TEXT NOT NULL DEFAULT '"any"';  -- JSON
ALTER TABLE pending_authorizations ADD COLUMN dpop_key_sealed BLOB;
ALTER TABLE pending_authorizations ADD COLUMN device TEXT;                  -- JSON, what a person reads; without the device code
ALTER TABLE pending_authorizations ADD COLUMN device_code_sealed BLOB;

ALTER TABLE grants ADD COLUMN kind TEXT NOT NULL DEFAULT 'authorization_code';
ALTER TABLE grants ADD COLUMN account_named INTEGER NOT NULL DEFAULT 0;     -- the person gave the name
ALTER TABLE grants ADD COLUMN refreshes_without_resource INTEGER NOT NULL DEFAULT 0;
ALTER TABLE grants ADD COLUMN dpop_key_sealed BLOB;

CREATE TABLE identity_providers (
    issuer                  TEXT PRIMARY KEY,
    client_id               TEXT NOT NULL,
    client_secret_sealed    BLOB,
    auth_method             TEXT NOT NULL,
    token_endpoint          TEXT NOT NULL,
    account_name            TEXT,
    id_token_sealed         BLOB,
    id_token_expires_at     INTEGER,
    refresh_token_sealed    BLOB,
    added_at                INTEGER NOT NULL
) STRICT;

-- What was learned of an issuer by trying.
CREATE TABLE issuer_habits (
    issuer          TEXT PRIMARY KEY,
    wants_secret    INTEGER NOT NULL DEFAULT 0,  -- registers public clients and then refuses them
    refuses_offline INTEGER NOT NULL DEFAULT 0   -- lists the scope offline_access and then refuses it
) STRICT;
