-- The window shows the first servers of a list without reading the others, in the order that the list has.
CREATE INDEX resources_by_name ON resources (name COLLATE NOCASE, id);
