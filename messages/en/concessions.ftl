### Departures from the specification that a person may allow one server. The first of each is a heading; "about" says what the server does, "risk" what could go wrong if it is allowed.

### The words are for people who decide about their own account, and make the risk no smaller than it is.

## Its metadata doesn't list S256.

concession-pkce-unadvertised = The sign-in service doesn’t confirm a safety check (PKCE)
concession-pkce-unadvertised-about = PKCE keeps anyone else from using a stolen sign-in code. A sign-in service has to say that it checks PKCE, and this one says nothing. Gatelodge uses PKCE all the same, but can’t see whether the sign-in service checks it.
concession-pkce-unadvertised-risk = If the sign-in service doesn’t check PKCE, a program on this computer that catches the browser’s answer could get the token in your place.

## Its metadata names another issuer.

concession-issuer-mismatch = The metadata names another sign-in service
concession-issuer-mismatch-about = The metadata of a sign-in service has to name the address that Gatelodge asked for. This document names another one. Proxies do that when they copy the metadata of the service behind them. If you allow it, Gatelodge accepts these two addresses together, and no others.
concession-issuer-mismatch-risk = Whoever controls the address that Gatelodge asked decides where you sign in and where your tokens go. Allow it only if you know who that is.

## It names the address of a document where an issuer has to be.

concession-metadata-url-as-issuer = The server names a document instead of a sign-in service
concession-metadata-url-as-issuer-about = The server has to name its sign-in service. It names the address of a metadata document instead. If you allow it, Gatelodge reads that document and checks everything in it as usual.
concession-metadata-url-as-issuer-risk = The risk is small: the server chose the address itself, and Gatelodge shows it to you.

## Its metadata names another MCP server.

concession-resource-mismatch = The metadata names another server
concession-resource-mismatch-about = The server’s metadata has to name the server that you added. It names another one. If you allow it, Gatelodge asks for tokens for that other server.
concession-resource-mismatch-risk = The server could pass your token on to the other server, or pretend to be that server.

## It refuses a sign-in that names the server.

concession-no-resource-parameter = The sign-in service rejects the server’s name
concession-no-resource-parameter-about = Each sign-in should name the server that the token is for, so that the token works nowhere else. This sign-in service refuses a sign-in that does. If you allow it, Gatelodge leaves the name out.
concession-no-resource-parameter-risk = The token may also work at other servers of the same organization. Each of them could use it at the others.

## It is in a private network, or names an address there.

concession-private-network = An address is in a private network
concession-private-network-about = The server, or an address that it names, is in a private network. A server on the internet has no reason to send Gatelodge there. A server inside your company may have a reason. If you allow it, this computer itself stays closed to the server.
concession-private-network-risk = A hostile server could make Gatelodge send requests to devices in your network. Those requests carry no secrets, but they come from inside. The server could also send your browser to those devices.

## It signs in as servers of March 2025 did.

concession-legacy-endpoints = The server uses the older MCP sign-in (2025-03-26)
concession-legacy-endpoints-about = The server asks for a sign-in and doesn’t say where. Servers of March 2025 did that: each was its own sign-in service. If you allow it, Gatelodge signs in at the server’s own address.
concession-legacy-endpoints-risk = Check the address: you sign in there, and the tokens come from there.

## The sign-in page is on a host that isn't known to be the issuer's.

concession-foreign-login-page = The sign-in page is on another host
concession-foreign-login-page-about = The sign-in page isn’t on the host of the sign-in service. That service doesn’t promise to say in its answers who it is. Companies with several domains do that. So does somebody who borrows another service’s sign-in page.
concession-foreign-login-page-risk = The sign-in service that names this page gets the code of your sign-in, and can use it. If the page belongs to somebody else, that service gets into your account there. Allow it only if you trust the owners of both hosts with that account.

## Its metadata doesn't say which MCP server it describes.

concession-resource-missing = The metadata doesn’t say which server it describes
concession-resource-missing-about = The server’s metadata has to name the server that it describes, so that nobody can pass off another server’s metadata as its own. This document names none. If you allow it, Gatelodge asks for tokens for the address that you added.
concession-resource-missing-risk = The document may be another server’s, and Gatelodge would then sign in at that server’s sign-in service. Check the host before you sign in.

## It registers no callback address of its own for the browser's answer.

concession-shared-callback = The sign-in service accepts only a shared callback
concession-shared-callback-about = This sign-in service doesn’t say in its answers who it is. Gatelodge gives each such service a callback address of its own, so that nobody can mix up their answers. This one doesn’t register such an address. If you allow it, its answers come to /callback, the one address that several services may share.
concession-shared-callback-risk = Another server for which you allowed this as well could send your browser to sign in here, and get the code of that sign-in. Servers without this exception can’t do that. Allow it only for servers that you trust.

## Why a departure is known to be harmless, or less harmful, at one maker's sign-in service.

concession-pkce-at-cognito = This is Amazon Cognito. It checks PKCE whenever a sign-in uses it, and never says so.
concession-pkce-at-entra = This is Microsoft Entra ID. It checks PKCE for every program of this kind, and doesn’t say so.
concession-pkce-at-github = This is GitHub. It checks PKCE whenever a sign-in uses it, and doesn’t say so.
concession-resource-at-entra = This is Microsoft Entra ID. It refuses the server’s name unless an application is registered under that very address. The scopes say which application the token is for.
concession-resource-at-cognito = This is Amazon Cognito. Only some of its plans know the server’s name in a sign-in. Use a separate client ID for each server.
concession-issuer-at-cognito = The document speaks for Amazon Cognito, which can’t register programs. A proxy in front of it does that. This is common, and the proxy sees the code and the tokens of your sign-in.

## A departure that was named on a command line.

concession-unknown = There is no exception “{ $name }”.
concession-unknown-hint = The exceptions are: { $known }.
