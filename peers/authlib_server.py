"""A provider made with Authlib (oidc-provider-mock): OpenID Connect alone, no word of PKCE, no revocation, no `resource`.

FastMCP's server takes its tokens, which it shows at the provider's userinfo endpoint. Prints one JSON line with the
resource's URL; both sockets listen by then, and close when our stdin does.
"""

import asyncio
import json
import os
import socket
import sys
import threading

import httpx2
import oidc_provider_mock
import uvicorn
from fastmcp import FastMCP
from fastmcp.server.auth import AccessToken, RemoteAuthProvider, TokenVerifier


def listen() -> tuple[socket.socket, str]:
    listener = socket.create_server(("127.0.0.1", 0))
    return listener, f"http://127.0.0.1:{listener.getsockname()[1]}"


class Userinfo(TokenVerifier):
    """Opaque tokens: whoever they are of is asked for each time."""

    def __init__(self, issuer: str) -> None:
        super().__init__(required_scopes=["openid"])
        self.issuer = issuer

    async def verify_token(self, token: str) -> AccessToken | None:
        async with httpx2.AsyncClient() as client:
            answer = await client.get(f"{self.issuer}/userinfo", headers={"authorization": f"Bearer {token}"})
        if answer.status_code != 200:
            return None
        return AccessToken(token=token, client_id=answer.json()["sub"], scopes=["openid"])


def end_with_the_test() -> None:
    sys.stdin.read()
    os._exit(0)


async def main() -> None:
    threading.Thread(target=end_with_the_test, daemon=True).start()
    (issuer_socket, issuer), (mcp_socket, origin) = listen(), listen()
    server = FastMCP("peer", auth=RemoteAuthProvider(Userinfo(issuer), [issuer], base_url=origin))

    @server.tool
    def greet() -> str:
        """Says hello"""
        return "hello"

    def serve(app, listener, interface):
        config = uvicorn.Config(app, log_level="error", interface=interface)
        return uvicorn.Server(config).serve(sockets=[listener])

    provider = oidc_provider_mock.app(require_client_registration=True)
    sites = [(provider, issuer_socket, "wsgi"), (server.http_app(path="/mcp"), mcp_socket, "auto")]
    print(json.dumps({"resource": f"{origin}/mcp", "issuer": issuer}), flush=True)
    await asyncio.gather(*[serve(*site) for site in sites])


if __name__ == "__main__":
    asyncio.run(main())
