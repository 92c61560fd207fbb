-- How logins ended, for whoever waits for one in any process; and where the browser was sent.
--
-- Readable without the key: when a login ended, and which issuers the browser was sent to. An end itself is sealed beside the
-- id of its login, so that whoever can write the file tells nobody of a login that was none. Ends are kept for an hour.

CREATE TABLE login_ends (
    id          TEXT PRIMARY KEY,                -- of the login that was under way (pending_authorizations)
    end_sealed  BLOB NOT NULL,                   -- JSON: answered | refused answer | done with its grant | failed with its whole error
    at          INTEGER NOT NULL
) STRICT;

-- A browser opens an app without a click once, and not again until the person touched a page. An issuer that saw the person before may ask nothing.
CREATE TABLE browser_visits (
    issuer          TEXT PRIMARY KEY,
    at              INTEGER NOT NULL,
    deep_link_boot  TEXT                         -- the run of this machine in which an answer was last awaited by deep link
) STRICT;
