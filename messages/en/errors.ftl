### How a use case fails: what happened, and why. Each is a whole sentence, or several. $why is a sentence of its own,
### $detail what a system, a library or another party calls it, which stays as it is, or a part of a sentence: the messages
### that are one begin with a small letter and end without a full stop.

# $said is the server's own words, in quotation marks.
in-its-words = { $what } It says: { $said }

## An address that can't be used

url-malformed = “{ $url }” isn’t a web address.
url-not-https = { $url } doesn’t use https. Plain http works only on this computer (127.0.0.1 or localhost).
url-scheme = { $url } begins with “{ $scheme }:”. Only https addresses work, and http on this computer.
url-user-info = The address contains a user name or a password, which doesn’t belong there.
url-fragment = { $url } contains a fragment (#…), which isn’t allowed here.
url-control-character = The address contains a space or a control character.
url-no-host = { $url } names no host.
url-too-long = The address is longer than { $most } characters.
url-no-port = { $url } names port 0, where nothing can answer.
url-not-ascii = { $url } contains characters that aren’t ASCII, as all characters of an address have to be.
url-spelling = { $url } is written in an unusual way. An address begins with https:// and the host, and its path has no “.” or “..” in it.
url-query = { $url } contains a query (?…), which the address of a sign-in service can’t have.
url-out-of-reach = { $host } is on this computer or in a private network. This server may not send Gatelodge there.

## An address that can't be the client ID document

document-url-local = { $url } is on this computer. Sign-in services have to be able to read the document.
document-url-no-path = { $url } has no path. The address of the document needs one, such as /oauth/client.json.
document-url-query = { $url } contains a query (?…). The address of the document can’t have one.
document-url-dots = The path of { $url } contains “.” or “..”.

## No answer came

http-refused = Can’t reach { $host }. Is the server running?
http-offline = Can’t reach { $host }. Is this computer online?
http-unreachable = Can’t reach { $host }: { $detail }.
http-unknown-host = Can’t find { $host }.
http-timeout = { $host } didn’t answer within { $limit }.
http-too-large = { $host } sent more than { $most } KiB, which is more than Gatelodge reads.
http-cut = The connection to { $host } broke before the answer was complete.
http-certificate-expired = The certificate of { $host } has expired.
http-certificate-early = The certificate of { $host } isn’t valid yet.
http-certificate-other-name = The certificate of { $host } is for another name.
http-certificate-unknown = The certificate of { $host } comes from an authority that Gatelodge doesn’t know.
http-certificate = The certificate of { $host } isn’t valid: { $detail }.
http-blocked = { $host } resolves to { $address }, a private address. A public server may not send Gatelodge there.
http-blocked-literal = { $host } is a private address. A public server may not send Gatelodge there.
http-own-address = { $host } resolves to { $address }, an address of this computer. Another server may not send Gatelodge there.
http-own-address-literal = { $host } is an address of this computer. Another server may not send Gatelodge there.

## How a server is protected, or why that isn't known

discovery-not-mcp = There’s no MCP server at { $url }. The answer there has the status { $status } and no content type.
# $media is a content type, such as text/html.
discovery-not-mcp-but = There’s no MCP server at { $url }. The answer there has the status { $status } and the content type { $media }.
discovery-server-failed = The server at { $url } failed (status { $status }).
discovery-redirected = The server redirects to { $target }.
discovery-redirect-loop = The sign-in details at { $url } redirect again and again.
discovery-metadata-redirected = The sign-in details at { $url } redirect to another host: { $target }. Gatelodge doesn’t follow that.
discovery-no-details = { $host } asks for a sign-in but doesn’t say where.
discovery-no-details-but-page = { $host } asks for a sign-in but doesn’t say where. It shows a page for browsers instead.
discovery-no-details-but-login = { $host } asks for a sign-in but doesn’t say where. Even the page that should say where wants a sign-in.
discovery-details-hidden = { $host } doesn’t show Gatelodge its sign-in details (status { $status }).
discovery-details-hidden-by-page = { $host } shows Gatelodge a page for browsers instead of its sign-in details (status { $status }).
discovery-program-refused = { $host } refuses Gatelodge (status { $status }).
discovery-program-refused-by-page = { $host } refuses Gatelodge and shows a page for browsers (status { $status }).
discovery-busy = { $host } asks Gatelodge to wait before it tries again (status 429).
# $why is a sentence.
discovery-unreadable = Gatelodge can’t read the sign-in details at { $url }. { $why }
discovery-legacy = { $origin } uses the older MCP sign-in (2025-03-26): it is its own sign-in service.
discovery-legacy-beside = { $seen } Besides, { $origin } has a sign-in service of its own, as in the older MCP sign-in (2025-03-26).
discovery-server-details = The server’s sign-in details at { $url } can’t be used. { $why }
discovery-document-as-issuer = The server names { $url } as its sign-in service. That is the address of a metadata document, not of a sign-in service.
discovery-no-service-details =
    { $places ->
        [one] The sign-in service { $issuer } doesn’t publish its addresses. Gatelodge looked in the one place where they could be.
       *[other] The sign-in service { $issuer } doesn’t publish its addresses. Gatelodge looked in all { $places } places where they could be.
    }
discovery-service-details = The details of the sign-in service at { $url } can’t be used. { $why }
discovery-too-slow = Gatelodge gave up after { $limit }: the server or its sign-in service answers too slowly each time.
discovery-entered = The addresses that you entered can’t be used. { $why }

## Details of a server or a sign-in service that can't be used

details-other-server = These details belong to another server: { $found } instead of { $asked }.
# `resource` is the member of the document that says whose it is.
details-no-server = These details don’t say which server they belong to: `resource` is missing and should be { $asked }. They name the sign-in service { $issuer }.
details-no-server-and-service = These details don’t say which server they belong to: `resource` is missing and should be { $asked }. They name no sign-in service either.
details-no-service = These details name no sign-in service.
details-many-services = These details name { $count } sign-in services, more than any real server has.
details-other-service = Gatelodge asked for the details of { $asked }, but got those of { $found }.
# $member is the member of the document, such as token_endpoint.
details-address = `{ $member }` can’t be used. { $why }
details-no-browser = The sign-in service doesn’t offer a sign-in in the browser: { $detail }.
# These four end the sentence before. The words in backticks are members of the document and their values.
code-flow-no-endpoint = its metadata has no `authorization_endpoint`
code-flow-no-grant-type = `authorization_code` isn’t among its `grant_types_supported`
code-flow-no-response-type = `code` isn’t among its `response_types_supported`
code-flow-no-origin = its address names no host
details-pushed-only = The sign-in service accepts only pushed authorization requests (RFC 9126), which Gatelodge doesn’t send.
details-pkce-unadvertised = { $issuer } doesn’t confirm PKCE, a safety check that most sign-in services confirm.
details-pkce-unsaid = Nothing says whether { $token } checks PKCE, because its addresses were entered by hand.
details-pkce-without-s256 = The sign-in service offers PKCE, but not with S256 ({ $methods }).
details-foreign-page = You would sign in at { $login }, but the sign-in service is { $issuer } and the code goes to { $token }. The answers of that sign-in service don’t say who they come from.

## Gatelodge wasn't registered

registration-not-offered = { $issuer } doesn’t let apps register themselves, and Gatelodge has no client ID for it.
registration-redirect-refused = { $host } doesn’t accept the redirect URI { $redirect }.
registration-refused = { $host } refused to register Gatelodge (status { $status }).
registration-needs-token = { $host } registers only apps that have a token from its owner.
registration-absent = Nothing answers at { $endpoint }, where apps should register (status { $status }).
registration-unavailable = { $host } can’t register Gatelodge right now (status { $status }).
registration-unavailable-for = { $host } can’t register Gatelodge right now (status { $status }). It asks to wait { $wait }.
registration-malformed = { $host } answered the registration with something that Gatelodge can’t use: { $detail }.
# These four end the sentence before.
registration-no-client-id = it isn’t a JSON object with a `client_id`
registration-client-id = its `client_id` is empty, too long, or contains control characters
registration-other-redirects = it names other redirect URIs than the one that Gatelodge asked for
registration-no-secret = it asks for a client secret and contains none

## What came back from the browser

callback-not-one = This isn’t an answer to a sign-in.
callback-twice = The answer contains “{ $name }” twice.
callback-empty = The answer contains neither a code nor an error.
callback-unsigned = The answer doesn’t say which sign-in service sent it, although { $issuer } promises to say so.
callback-other-service = Gatelodge asked { $issuer }, but the answer came from another sign-in service.
callback-other-place = Gatelodge asked { $issuer }, but the answer came to an address that Gatelodge never gave to it.
callback-expired = The sign-in took longer than { $limit }.
callback-denied = Access was denied on the consent page.
callback-scopes = The sign-in service refused the permissions that Gatelodge asked for.
callback-target = The sign-in service doesn’t know this server.
callback-client = The sign-in service doesn’t let this client ID sign in this way.
callback-server-error = The sign-in service had an error.
callback-busy = The sign-in service is busy.
callback-refused = The sign-in service refused the sign-in ({ $code }).

## No token was given

token-grant-ended = { $host } no longer accepts this sign-in.
token-client-unknown = { $host } no longer knows this client ID.
token-key = The private key for { $host } can’t be used. { $why }
token-refused = { $host } refused the request with “{ $code }”.
token-refused-with-status = { $host } refused the request with status { $status }.
token-refused-with-secret = { $host } refused the request. Gatelodge doesn’t show the error code, because the code repeats a secret.
# This stands in place of the code, in brackets.
token-withheld-code = an error code that repeats a secret
token-spent = { $host } rejected the first way in which Gatelodge proved its identity. That try used up the sign-in code.
token-pending = The person hasn’t finished the sign-in in the browser yet.
token-unwritten = Gatelodge couldn’t write a request to { $host }: { $detail }.
# These five end the sentence before.
request-no-client-id = it has no client ID there
request-endpoint = the address isn’t a URL
request-redirect = the redirect URI isn’t a URL
request-unwritten = its OAuth library wrote none
request-no-authentication = it has no way to prove its identity
token-malformed = { $host } answered with something that isn’t a token: { $detail }.
# These, too, end the sentence before. The words in backticks are members of the answer.
response-duplicate = one of its members is there twice, with two values
response-no-token = it has no `access_token` and no content type
# $media is a content type, such as text/html.
response-no-token-but = it has no `access_token`, and its content type is { $media }
response-redirect = it’s a redirect, and Gatelodge sends no secret after one
response-members = its members have the wrong types
# $member is access_token or refresh_token.
response-characters = its `{ $member }` contains characters that aren’t allowed
response-token-type = its `token_type` is neither Bearer nor the one that Gatelodge asked for
response-unbound = its token isn’t bound to Gatelodge’s key
response-issued-token-type = its `issued_token_type` isn’t the one that Gatelodge asked for
response-no-id-jag = it contains no identity assertion (ID-JAG)
token-no-device-code = { $host } answered with something that isn’t a device code: { $detail }.
# These three end the sentence before.
device-code-tokens = it contains tokens
device-code-malformed = one of its members is missing or has the wrong form
device-code-untypable = nobody could type its `user_code`
# $why is a sentence about the address of the page.
device-code-page = The page that { $host } names for the sign-in (`verification_uri`) can’t be used. { $why }
# $detail is one of the three below.
token-unavailable = { $host } can’t answer right now ({ $detail }).
token-status = status { $status }
token-status-after-refusal = status { $status }, after it refused the first way in which Gatelodge proved its identity
# $said is the server's own words, in quotation marks.
token-status-after-refusal-saying = status { $status }, after it refused the first way in which Gatelodge proved its identity and said { $said }

token-code-expired = That took too long. The sign-in code of { $host } expired, { $waited } after the sign-in began.
token-code-old = { $host } no longer accepts the sign-in code, which is valid for a short time only. The sign-in began { $waited } ago.
token-secret-wanted = { $host } wants a client secret, and this client ID has none.
token-entered-key-refused = { $host } refuses the client ID or the private key that you entered.
token-entered-client-refused = { $host } refuses the client ID that you entered.
token-entered-secret-refused = { $host } refuses the client ID or the secret that you entered.
token-document-refused = { $host } doesn’t accept your document { $document } as a client ID.

## A private key that can't be used

private-key-not-pem = This isn’t a private key in PEM form: it has no line -----BEGIN PRIVATE KEY-----.
private-key-encrypted = The private key is encrypted with a passphrase. Export it without one.
private-key-public = This is a public key or a certificate. Gatelodge needs the private key that belongs to it.
# $what is one of the four below.
private-key-unsupported = Gatelodge can’t use { $what }. Use P-256 (ES256), RSA of 2048 to 4096 bits (RS256) or Ed25519 (EdDSA).
# $label is what the first line of the key calls it, such as DSA PRIVATE KEY.
private-key-of-format = the format { $label }
# $identifier is a number with dots, such as 1.3.101.110.
private-key-of-algorithm = a key of the algorithm { $identifier }
private-key-of-length = an RSA key of this length
private-key-of-curve = an elliptic-curve key that is damaged or of another curve
private-key-damaged = Gatelodge can’t read the private key: { $detail }.
# These three end the sentence before.
private-key-not-base64 = the text between BEGIN and END isn’t base64
private-key-not-pkcs8 = it isn’t in the form PKCS #8
private-key-not-p256 = what the vault holds isn’t a P-256 key
private-key-missing = The private key is missing.
private-key-mute = The private key can’t sign: { $detail }.

## The vault

vault-wrong-passphrase = The passphrase is wrong.
# $column of $table $id is where: token of grants 4f2a.
vault-damaged = An entry of the vault is damaged ({ $column } of { $table } { $id }).
vault-renewing = Another program has been renewing this sign-in for too long.
vault-folder = Gatelodge can’t use { $path }. { $why }
vault-key-file = Gatelodge can’t use the key file { $path }. { $why }
vault-passphrase-file = Gatelodge can’t use the passphrase file { $path }. { $why }
vault-unfinished = Gatelodge was stopped before this was done.
vault-no-randomness = The system gave Gatelodge no random numbers, which it needs for keys and secrets.
vault-seal = Gatelodge couldn’t encrypt a value.
vault-busy = Another program has been writing to the vault for too long.
vault-schema = The structure of the vault was changed. { $why }
vault-exchanged = The vault’s file was replaced while it was open. { $why }
vault-unkept = The vault’s file was replaced while Gatelodge was writing to it. What it wrote may be missing from the new file.
vault-disk-full = The disk has no room left for the vault.
vault-disk-read-only = The disk that the vault is on is read-only.
vault-disk-failed = The disk that the vault is on fails. { $why }
vault-orphan = The server of this entry is no longer in the vault.
vault-short-passphrase =
    { $least ->
        [one] A passphrase needs at least one character.
       *[other] A passphrase needs at least { $least } characters.
    }
vault-unreadable = Gatelodge couldn’t read or write the vault: { $detail }.
vault-format = This version can’t read a value in the vault: { $detail }.
# These stand behind the colon of `vault-format`.
format-epoch = another program changed the number that tells how new the vault is
format-key-hash = the hash of an agent’s key has another length
format-passphrase-parameters = the settings that protect the passphrase were lowered, or are unknown
format-kind = “{ $table }” holds a value of the kind “{ $kind }”

vault-absent = There is no vault yet. { $why }
vault-locked = The vault is locked.
vault-key-missing = The vault’s key is missing. { $why }
vault-key-unavailable = The vault’s key can’t be read. { $why }
vault-unusable = The vault can’t be used. { $why }
