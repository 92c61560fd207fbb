### What Gatelodge did to find out how a server is protected, step by step. The terms of the specifications are right here: whoever reads this looks for the details.

## What was done: a few words without a full stop.

trace-probe = Probe without a token
trace-probe-legacy = Probe without a token (MCP 2025-11-25)
trace-probe-get = Probe without a token (GET)
trace-named-place = Metadata address in the challenge
trace-resource-metadata = Protected resource metadata
trace-server-metadata = Authorization server metadata
trace-legacy-metadata = Authorization server metadata (MCP 2025-03-26)
trace-unusual-place = Metadata at an unusual place
trace-metadata-refused = Metadata rejected
trace-metadata-hidden = Metadata not shown
trace-unusable-member = Unusable address in the metadata
trace-checked = Issuer, endpoints and PKCE checked
trace-server-unusable = Unusable authorization server
trace-entered = Addresses entered by hand
trace-default-endpoints = Default addresses instead of metadata
trace-refused = The server’s own answer
trace-not-protected = No sign-in needed
trace-ended = The check ends here

## What the server answered to a request without a token.

trace-forbidden = The server forbids it and sends no challenge that says how to sign in.
trace-wants-token = The server wants a token.
trace-wants-token-without-challenge = The server wants a token and sends no Bearer challenge.
trace-wants-bound-token = The server wants a token that is bound to a key (RFC 9449).
trace-names-metadata = The server wants a token. Its challenge names its metadata.
trace-names-metadata-and-scopes = The server wants a token. Its challenge names its metadata and the scopes.
trace-answers-without-token = The server answers without a token.
trace-redirects = The server redirects to { $target }.
trace-redirects-nowhere = The server redirects and doesn’t say where to.
trace-asks-to-wait = The server asks Gatelodge to wait before the next request.
trace-server-failed = The server failed.
trace-no-mcp = This isn’t an answer of an MCP server.

## What was at an address where a document was looked for.

trace-found = The document is here.
trace-absent = The document isn’t here.
trace-not-shown = The server doesn’t show what is here.
trace-page = A web page is here instead of the document.
trace-gateway-alone = A gateway answers, and nothing behind it does.
# $why is a JSON parser's own words, in English.
trace-no-json = The answer isn’t JSON: “{ $why }”.
# $members are names in the document, such as issuer and token_endpoint.
trace-no-members = The answer isn’t this document: it has none of the members { $members }.
# $why is a JSON parser's own words, in English.
trace-malformed = The document can’t be read: “{ $why }”.

## What the document says, and what was used in its place.

trace-behind-path = The document is behind the issuer’s path. RFC 8414 puts it before the path.
# $member is a name in the document, such as registration_endpoint. $why is a sentence.
trace-unusable-member-about = The address that the document gives as { $member } can’t be used. { $why }
trace-hosts-one = You sign in at { $login }.
trace-hosts = You sign in at { $login }. Gatelodge gets tokens from { $token }. The issuer is { $issuer }.
# Nobody can sign in: the authorization server serves programs alone.
trace-hosts-programs = Gatelodge gets tokens from { $token }. The issuer is { $issuer }.
# $hosts is trace-hosts or one like it.
trace-entered-about = { $hosts } Gatelodge doesn’t ask for a document.
# $origin is the beginning of an address: https://mcp.example.com
trace-assumed = Gatelodge uses { $origin }/authorize, /token and /register, the default addresses.
trace-names-no-url = The challenge names "{ $text }", which isn’t a URL. Gatelodge asks at the well-known addresses instead.
trace-names-http = The challenge names { $address }, which is http on an https server. Gatelodge asks over https.
trace-names-foreign-http = The challenge names { $address }, which is on another host and isn’t https. Gatelodge asks at the well-known addresses instead.
# $why is a sentence.
trace-names-unusable = Gatelodge asks at the well-known addresses, because the address in the challenge can’t be used. { $why }
trace-nothing-to-log-in-to = The server answers without a token and names no authorization server.
# $why is a sentence.
trace-answers-and-hides = The server answers without a token. Gatelodge couldn’t see whether the server wants one for more. { $why }
# $why is a sentence.
trace-refuses-and-names = The server refuses requests without a token in its own way, and names an authorization server all the same. Signing in may not change that. { $why }
