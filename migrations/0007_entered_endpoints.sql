-- An authorization server that publishes no document: its addresses, as a person entered them for one MCP server. A person's
-- login and its tokens go there, so nothing of it is readable or believed without the key.

CREATE TABLE entered_endpoints (
    resource_id         TEXT PRIMARY KEY REFERENCES resources (id) ON DELETE CASCADE,
    endpoints_sealed    BLOB NOT NULL            -- JSON; bound to the server's row and its URI
) STRICT;
