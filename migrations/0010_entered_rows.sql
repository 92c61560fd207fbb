-- Entered addresses are under a seal of their row as well, and of the vault's epoch: addresses that were corrected or
-- forgotten and are put back are not believed. `version` is random and new with each writing; it binds what is sealed to
-- the row that was written with it, and is null in rows of before.
ALTER TABLE entered_endpoints ADD COLUMN version TEXT;
ALTER TABLE entered_endpoints ADD COLUMN row_sealed BLOB;
