-- Two rows say where secrets go that no sealed value stands beside. A seal over each, in the way of 0001's: a row without
-- one, or with another text, is not believed. The metadata is then fetched again, and the server logged in to by the browser.
--
--   metadata_sealed      the issuer's metadata, whose endpoints get tokens to take back and tokens to ask who it is
--   login_method_sealed  how a server is logged in to, with its issuer: a workload's file goes to whom they name

ALTER TABLE authorization_servers ADD COLUMN metadata_sealed BLOB;
ALTER TABLE resources ADD COLUMN login_method_sealed BLOB;
