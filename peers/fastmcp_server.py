"""FastMCP as authorization server and MCP server in one: its InMemoryOAuthProvider, which asks the person nothing.

With the word `strict` a token needs a second scope. Prints one JSON line with the resource's URL. The socket listens by
then; whoever comes early waits.
"""

import json
import socket
import sys

import uvicorn
from fastmcp import FastMCP
from fastmcp.server.auth.providers.in_memory import InMemoryOAuthProvider
from mcp.server.auth.settings import ClientRegistrationOptions, RevocationOptions

SCOPE, SECOND = "mcp:tools", "mcp:write"


def main() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = FastMCP(
        "peer",
        auth=InMemoryOAuthProvider(
            base_url=origin,
            client_registration_options=ClientRegistrationOptions(enabled=True, valid_scopes=[SCOPE, SECOND], default_scopes=[SCOPE, SECOND]),
            revocation_options=RevocationOptions(enabled=True),
            required_scopes=[SCOPE, SECOND] if "strict" in sys.argv else [SCOPE],
        ),
    )

    @server.tool
    def greet() -> str:
        """Says hello"""
        return "hello"

    print(json.dumps({"resource": f"{origin}/mcp"}), flush=True)
    uvicorn.Server(uvicorn.Config(server.http_app(path="/mcp"), log_level="error")).run(sockets=[listener])


main()
