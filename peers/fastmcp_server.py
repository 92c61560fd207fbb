"""FastMCP as authorization server and MCP server in one: its InMemoryOAuthProvider, which asks the person nothing.

Prints one JSON line with the resource's URL. The socket listens by then; whoever comes early waits.
"""

import json
import socket

import uvicorn
from fastmcp import FastMCP
from fastmcp.server.auth.providers.in_memory import InMemoryOAuthProvider
from mcp.server.auth.settings import ClientRegistrationOptions, RevocationOptions

SCOPE = "mcp:tools"


def main() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = FastMCP(
        "peer",
        auth=InMemoryOAuthProvider(
            base_url=origin,
            client_registration_options=ClientRegistrationOptions(enabled=True, valid_scopes=[SCOPE], default_scopes=[SCOPE]),
            revocation_options=RevocationOptions(enabled=True),
            required_scopes=[SCOPE],
        ),
    )

    @server.tool
    def greet() -> str:
        """Says hello"""
        return "hello"

    print(json.dumps({"resource": f"{origin}/mcp"}), flush=True)
    uvicorn.Server(uvicorn.Config(server.http_app(path="/mcp"), log_level="error")).run(sockets=[listener])


main()
