-- Who may get what, and where a secret goes, is believed only as this program wrote it: a seal over each row, over every
-- column but the ones named below. A row without its seal, or with another text, counts as not there. `row_sealed` holds
-- nothing; the row's table, names and values, and the vault's epoch, are its associated data. A column that is null is no
-- part of it, so that a later column which is null for old rows breaks no seal.
--
-- Column by column (under the seal, unless said otherwise):
--   agents                  id, name, key_hash, added_at. Not: last_used_at (shown, decides nothing)
--   permits                 agent_id, grant_id, scopes, until, given_at
--   grants                  all that says whose, at which server, for what, until when, in which state and how it is renewed.
--                           Not: refresh_generation, refresh_started_at (a note about a refresh that began)
--   resources               id, uri, name, protection, resource_parameter, issuer, all scopes, concessions and their times,
--                           login_method, locked_to, needs_dpop, dates. Not: trace (shown, decides nothing)
--   registrations           all: issuer, redirects, kind, client id, authentication, key, management, dates
--   pending_authorizations  all: server, issuer, endpoints, client, redirect, scopes, account, dates
--   identity_providers      all: issuer, client id, authentication, endpoint, account, dates
--   redirect_preferences, issuer_habits, settings   all: which redirect, which client, which document of ours is used
--   authorization_servers   has had a seal of its own since 0003, over issuer, metadata and time
--   vault                   id, key_id, protection and kdf decide which key is made, and the canary opens with the right one
--                           only; the epoch has its own seal
--   events                  none: a log that the file's writer can change. It decides nothing
--   Of columns named _sealed the row's seal holds only whether they are there: each has a seal of its own.
--
-- The epoch grows with every right that is taken away, and all rows are sealed anew for it: an old row, put back, is not
-- believed. The keyring keeps the epoch beside the key, so that an old file is noticed.

ALTER TABLE vault ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE vault ADD COLUMN epoch_sealed BLOB;

ALTER TABLE agents ADD COLUMN row_sealed BLOB;
ALTER TABLE permits ADD COLUMN row_sealed BLOB;
ALTER TABLE grants ADD COLUMN row_sealed BLOB;
ALTER TABLE resources ADD COLUMN row_sealed BLOB;
ALTER TABLE registrations ADD COLUMN row_sealed BLOB;
ALTER TABLE pending_authorizations ADD COLUMN row_sealed BLOB;
ALTER TABLE identity_providers ADD COLUMN row_sealed BLOB;
ALTER TABLE redirect_preferences ADD COLUMN row_sealed BLOB;
ALTER TABLE issuer_habits ADD COLUMN row_sealed BLOB;
ALTER TABLE settings ADD COLUMN row_sealed BLOB;
