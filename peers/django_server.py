"""django-oauth-toolkit as authorization server, and FastMCP as the MCP server that asks it about each token.

Takes a folder for the database, and a JSON object with settings of OAUTH2_PROVIDER that are to be special. Prints one
JSON line with the MCP server's URL and a client that was registered by hand; both sockets listen by then. Whoever
reaches the authorization page is logged in already (the browser says as whom): consent is the page that is tested.
"""

import asyncio
import json
import os
import shutil
import socket
import sys
import threading

import django
import uvicorn
from django.conf import settings
from django.urls import include, path

SCOPE = "mcp:tools"
SECRET = "known to this test only"
urlpatterns = []


# Our client id metadata document, which nobody hosts: the server finds it here.
hosted = {}


class Hosted:
    def fetch(self, client_id):
        from oauth2_provider.cimd import CIMDError

        if client_id != hosted.get("client_id"):
            raise CIMDError("nothing is hosted there")
        return hosted, 3600


def listen() -> tuple[socket.socket, str]:
    listener = socket.create_server(("127.0.0.1", 0))
    return listener, f"http://127.0.0.1:{listener.getsockname()[1]}"


def new_key() -> str:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def configure(folder: str, issuer: str, special: dict) -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    has_device_login = special.pop("device", False)
    hosted.update(special.pop("document", {}))
    settings.configure(
        SECRET_KEY=SECRET,
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="__main__",
        USE_TZ=True,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": os.path.join(folder, "django.sqlite"),
                # Each request has a connection of its own, and many of them read before they write. SQLite refuses such a
                # transaction at once ("database is locked") if another one wrote meanwhile, whatever the time limit: only
                # one that says from the start that it will write waits for its turn.
                "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 60},
            }
        },
        # Why a request was answered 500 would else be told nowhere.
        LOGGING={
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"stderr": {"class": "logging.StreamHandler"}},
            "loggers": {"django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
        },
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
            "SCOPES": {SCOPE: "Use the tools", "introspection": "Ask about tokens", "openid": "Who it is"},
            "DEFAULT_SCOPES": [SCOPE],
            "OAUTH_DEVICE_VERIFICATION_URI": f"{issuer}/device/",
            "OAUTH_DEVICE_VERIFICATION_URI_COMPLETE": lambda code: f"{issuer}/device/?user_code={code}",
            "DEVICE_FLOW_INTERVAL": 1,
            "CIMD_ENABLED": bool(hosted),
            "CIMD_METADATA_FETCHER": "__main__.Hosted",
            "OIDC_RSA_PRIVATE_KEY": new_key() if special.get("OIDC_ENABLED") else "",
            "OIDC_ISS_ENDPOINT": issuer,
            "DCR_ENABLED": True,
            "DCR_REGISTRATION_PERMISSION_CLASSES": ("oauth2_provider.dcr.AllowAllDCRPermission",),
            "REFRESH_TOKEN_REUSE_PROTECTION": True,
            "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
            **special,
        },
    )
    django.setup()
    if has_device_login:
        urlpatterns.append(path(".well-known/oauth-authorization-server", with_device_login(issuer)))
    # Under its namespace, or the metadata would find none of the endpoints.
    urlpatterns.append(path("", include("oauth2_provider.urls")))


def with_device_login(issuer: str):
    """It has logins by device code, and its metadata does not say where: an owner who offers them adds that."""
    from django.http import JsonResponse
    from oauth2_provider.views import OAuthServerMetadataView

    def view(request):
        metadata = json.loads(OAuthServerMetadataView.as_view()(request).content)
        return JsonResponse({**metadata, "device_authorization_endpoint": f"{issuer}/device-authorization/"})

    return view


def logged_in(get_response):
    from django.contrib.auth.models import User

    def middleware(request):
        name = request.headers.get("x-logged-in-as", "anyone")
        request.user = User.objects.get_or_create(username=name)[0]
        return get_response(request)

    return middleware


HANDED_OUT = {"client_id": "registered by hand", "client_secret": "p+q %/: known"}


def fill(origin: str) -> None:
    """The tables, the person, the client that the MCP server is when it asks about a token, and one for a person."""
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
    Application.objects.create(
        **HANDED_OUT,
        name="handed out",
        user=person,
        redirect_uris="http://127.0.0.1:4283/callback",
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        algorithm=Application.RS256_ALGORITHM,
    )
    Application.objects.create(
        name="FastMCP's proxy",
        user=person,
        client_id="proxy",
        client_secret=SECRET,
        redirect_uris=f"{origin}/auth/callback",
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
    )


def proxied(issuer: str, origin: str, verifier):
    """The MCP server is an authorization server of its own, which lets people log in at ours."""
    from fastmcp.server.auth import OAuthProxy
    from key_value.aio.stores.memory import MemoryStore

    return OAuthProxy(
        upstream_authorization_endpoint=f"{issuer}/authorize/",
        upstream_token_endpoint=f"{issuer}/token/",
        upstream_revocation_endpoint=f"{issuer}/revoke_token/",
        upstream_client_id="proxy",
        upstream_client_secret=SECRET,
        token_verifier=verifier,
        base_url=origin,
        valid_scopes=[SCOPE],
        jwt_signing_key=SECRET,
        client_storage=MemoryStore(),
    )


def mcp_server(issuer: str, origin: str, has_proxy: bool):
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
    auth = proxied(issuer, origin, verifier) if has_proxy else RemoteAuthProvider(verifier, [issuer], base_url=origin)
    server = FastMCP("peer", auth=auth)

    @server.tool
    def greet() -> str:
        """Says hello"""
        return "hello"

    return server.http_app(path="/mcp")


def end_with_the_test() -> None:
    """Several tests have this server; the last one that ends closes our stdin. The database's folder goes with us."""
    sys.stdin.read()
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    os._exit(0)


async def main() -> None:
    threading.Thread(target=end_with_the_test, daemon=True).start()
    (issuer_socket, issuer), (mcp_socket, origin) = listen(), listen()
    special = json.loads(sys.argv[2])
    has_proxy = special.pop("proxy", False)
    configure(sys.argv[1], issuer, special)
    fill(origin)
    from django.core.asgi import get_asgi_application

    def serve(app, listener, lifespan):
        return uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan=lifespan)).serve(sockets=[listener])

    sites = [(get_asgi_application(), issuer_socket, "off"), (mcp_server(issuer, origin, has_proxy), mcp_socket, "on")]
    print(json.dumps({"resource": f"{origin}/mcp", "issuer": issuer, "client": HANDED_OUT}), flush=True)
    await asyncio.gather(*[serve(*site) for site in sites])


if __name__ == "__main__":
    asyncio.run(main())
