-- What authorization servers answered, and what follows from it for the next request. Nothing in here is a secret, and nothing
-- sends one to anywhere else: it decides whether an issuer is asked, and how this program proves there who it is.
--
-- Readable without the key: what an issuer said when it refused to renew, how often it did not answer, the client
-- authentication that each endpoint takes, whether an issuer has to be asked for consent by name.

CREATE TABLE renewal_troubles (
    grant_id    TEXT PRIMARY KEY REFERENCES grants (id) ON DELETE CASCADE,
    generation  INTEGER NOT NULL,               -- the tokens that it is about; newer ones have none
    unanswered  INTEGER NOT NULL DEFAULT 0,     -- attempts without an answer
    since       INTEGER,                        -- the first of them
    refused_at  INTEGER,                        -- null: not refused
    error       TEXT,                           -- the OAuth code, or the status
    said        TEXT,                           -- the issuer's own words
    row_sealed  BLOB                            -- over the whole row, as over the others that decide something
) STRICT;

-- How a client proves itself at an endpoint, where that was learned by trying: no secret is sent there by another way first.
CREATE TABLE client_ways (
    registration_id TEXT NOT NULL,
    endpoint        TEXT NOT NULL,              -- token | device_authorization | revocation
    way             TEXT NOT NULL,              -- public | basic | basic_and_id | post | assertion_for_issuer | assertion_for_endpoint
    row_sealed      BLOB,
    PRIMARY KEY (registration_id, endpoint)
) STRICT;

-- Whether consent is asked for by name (OpenID Connect Core, section 11). 0: not known; 1: there is no refresh token without;
-- 2: the issuer refuses to be asked so.
ALTER TABLE issuer_habits ADD COLUMN consent INTEGER NOT NULL DEFAULT 0;
