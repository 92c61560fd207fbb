"""django-oauth-toolkit as authorization server, and FastMCP as the MCP server that asks it about each token.

Takes a folder for the database. Prints one JSON line with the MCP server's URL; both sockets listen by then.
Anyone who reaches the authorization page is logged in already: consent is the page that is tested.
"""

import asyncio
import json
import os
import socket
import sys

import django
import uvicorn
from django.conf import settings
from django.urls import include, path

SCOPE = "mcp:tools"
SECRET = "known to this test only"
urlpatterns = []


def listen() -> tuple[socket.socket, str]:
    listener = socket.create_server(("127.0.0.1", 0))
    return listener, f"http://127.0.0.1:{listener.getsockname()[1]}"


def configure(folder: str, issuer: str) -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    settings.configure(
        SECRET_KEY=SECRET,
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="__main__",
        USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.path.join(folder, "django.sqlite")}},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "oauth2_provider"],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "__main__.logged_in",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        # The secrets are this test's: a costly hash at each request would only be waited for.
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        OAUTH2_PROVIDER={
            "SCOPES": {SCOPE: "Use the tools", "introspection": "Ask about tokens"},
            "DEFAULT_SCOPES": [SCOPE],
            "OIDC_ISS_ENDPOINT": issuer,
            "DCR_ENABLED": True,
            "DCR_REGISTRATION_PERMISSION_CLASSES": ("oauth2_provider.dcr.AllowAllDCRPermission",),
            "REFRESH_TOKEN_REUSE_PROTECTION": True,
            "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
        },
    )
    django.setup()
    # Under its namespace, or the metadata would find none of the endpoints.
    urlpatterns.append(path("", include("oauth2_provider.urls")))


def logged_in(get_response):
    """Everyone is the same person."""
    from django.contrib.auth.models import User

    def middleware(request):
        request.user = User.objects.get(username="anyone")
        return get_response(request)

    return middleware


def fill() -> None:
    """The tables, the person, and the client that the MCP server is when it asks about a token."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from oauth2_provider.models import Application

    call_command("migrate", verbosity=0)
    person = User.objects.create_user("anyone")
    Application.objects.create(
        name="resource server",
        user=person,
        client_id="resource-server",
        client_secret=SECRET,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
    )


def mcp_server(issuer: str, origin: str):
    from fastmcp import FastMCP
    from fastmcp.server.auth import RemoteAuthProvider
    from fastmcp.server.auth.providers.introspection import IntrospectionTokenVerifier

    verifier = IntrospectionTokenVerifier(
        introspection_url=f"{issuer}/introspect/",
        client_id="resource-server",
        client_secret=SECRET,
        required_scopes=[SCOPE],
        audience=f"{origin}/mcp",
    )
    server = FastMCP("peer", auth=RemoteAuthProvider(verifier, [issuer], base_url=origin))

    @server.tool
    def greet() -> str:
        """Says hello"""
        return "hello"

    return server.http_app(path="/mcp")


async def main() -> None:
    (issuer_socket, issuer), (mcp_socket, origin) = listen(), listen()
    configure(sys.argv[1], issuer)
    fill()
    from django.core.asgi import get_asgi_application

    def serve(app, listener, lifespan):
        return uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan=lifespan)).serve(sockets=[listener])

    print(json.dumps({"resource": f"{origin}/mcp"}), flush=True)
    await asyncio.gather(serve(get_asgi_application(), issuer_socket, "off"), serve(mcp_server(issuer, origin), mcp_socket, "on"))


if __name__ == "__main__":
    asyncio.run(main())
