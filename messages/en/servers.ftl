### Servers, their accounts and client IDs, and the identity providers of companies.

## Lines of the activity log about servers

server-added = { $server } was added.
server-removed = { $server } was removed.
server-renamed = { $before } is now called { $name }.
# Two sign-in services, each by its address.
server-moved = { $server } now uses the sign-in service { $now } instead of { $before }.
server-check-failed = The check of { $host } failed. { $why }
# $exception is a name like pkce-unadvertised.
server-exception-allowed = The exception `{ $exception }` was allowed for { $server }.
server-exception-removed = The exception `{ $exception }` is no longer allowed for { $server }.
server-addresses-entered = Sign-in addresses were entered for { $server }.
# $hosts is whole sentences: where the person signs in, and where tokens come from.
server-addresses-entered-at = Sign-in addresses were entered for { $server }. { $hosts }
server-addresses-forgotten = The sign-in addresses that were entered for { $server } were deleted.
server-method-chosen = The sign-in method of { $server } changed.
server-scopes-chosen = Sign-ins to { $server } now ask for { $scopes }.
server-scopes-none = Sign-ins to { $server } now name no permissions. The sign-in service decides which ones to grant.
server-scopes-default = Sign-ins to { $server } now ask for the permissions that the server asks for.

## Why a change to a server fails

server-removed-meanwhile = The server was removed in the meantime.
server-added-already = This server was already added. It is called “{ $name }”.
server-hint-keeps-name = The server keeps its name until you rename it.
server-exception-not-allowed = The exception `{ $exception }` isn’t allowed for { $server }.
server-no-addresses = No sign-in addresses were entered for { $server }.
server-hint-nothing-changed = Nothing was changed.
server-check-without-addresses = The entered addresses were deleted, but the check without them failed. { $why }
server-not-removed = { $server } wasn’t removed. { $why }
server-kept = The server wasn’t removed.
# “Remove anyway” is a button.
server-hint-remove-anyway =
    { $place ->
        [window] Try again, or choose “Remove anyway”.
       *[terminal] Try again: `{ $again }`. Or remove it anyway: `{ $anyway }`.
    }

## A request to a server

server-needs-no-token = { $server } needs no sign-in, so there is no token for a request.
server-hint-ask-directly = Use the server directly, at its own address.
server-refused-token = { $server } refused the token of { $account }.
server-refuses-new-tokens = { $server } refuses tokens that its own sign-in service has just given.
# “Sign in with a new registration” is a button.
server-hint-new-registration =
    { $place ->
        [window] A faulty registration can be the reason. Choose “Sign in with a new registration” once. If the server refuses the new tokens, too, tell its owner.
       *[terminal] A faulty registration can be the reason. Sign in once with a new registration: `{ $command }`. If the server refuses the new tokens, too, tell its owner.
    }
server-needs-more = { $server } wants more permissions for this request: { $scopes }.
server-wants-unnamed = { $server } wants more permissions for this request, but doesn’t say which.
# “Settings for this server” is a section of the window.
server-hint-ask-for-more =
    { $place ->
        [window] Choose more permissions under “Settings for this server” and sign in again. Or sign in as another account.
       *[terminal] Choose more permissions (`{ $command }`) and sign in again. Or sign in as another account.
    }
server-wants-granted = { $server } wants { $scopes }, although the sign-in already asked for these permissions.
server-hint-elsewhere = Another sign-in wouldn’t help. Tell the server’s owner, or ask an administrator for the rights.
server-keeps-asking =
    { $count ->
        [one] { $server } refused this request and asked for another try.
       *[other] { $server } refused this request { $count } times, and asked for another try each time.
    }

## Accounts

# The name of an account that nobody has named yet.
account-unnamed = unnamed account
account-renamed = The account { $before } of { $server } is now called { $name }.
account-lock-set = { $server } is locked to { $account }.
account-lock-removed = { $server } is open to any account again.
account-name-taken = Another account of this server is already called “{ $name }”.
account-choose-another-name = Choose another name.
account-of-another-server = This account isn’t one of { $server }.
account-not-named = { $issuer } doesn’t say who signed in, so Gatelodge can’t tell accounts apart there.
account-ask-for-openid = Ask for the scope `openid`, if the server offers it, and sign in again.

## Client IDs

client-id-entered = A client ID for { $issuer } was entered.
client-id-forgotten = The client ID for { $issuer } was deleted.
client-no-sign-in-service = { $server } names no sign-in service.
client-check-server-first = Check the server again first.
client-unknown = There is no such client ID.
client-of-login-forgotten = The client ID of this sign-in was deleted.
# $users is a list of the three that follow.
client-in-use = The client ID is still needed for: { $users }.
# A login as part of a list.
client-user-account = { $account } at { $server }
# A part of a list.
client-user-login = a sign-in to { $server } in progress
# A part of a list.
client-user-tokens = tokens that its sign-in service hasn’t revoked yet
# “Forget anyway” is a button.
client-forget-all-the-same =
    { $place ->
        [window] Choose “Forget anyway” to forget it all the same. Sign-ins that use it then end when their access tokens do.
       *[terminal] To forget it all the same: `{ $command }`. Sign-ins that use it then end when their access tokens do.
    }
client-id-malformed = A client ID has 1 to { $most } printable characters.
client-two-proofs = A client proves itself by a secret or by a private key, not by both.
client-needs-key = The client authentication `private_key_jwt` needs a private key.
client-needs-secret = This client authentication needs a secret.
client-proof-unfit = The chosen client authentication doesn’t match what you entered.
client-key-not-pem = This isn’t a private key in PEM form: it has no line `-----BEGIN PRIVATE KEY-----`.
client-key-encrypted = The private key is encrypted with a passphrase. Export it without one.
client-key-public = This is a public key or a certificate. Gatelodge needs the private key that belongs to it.
client-key-unsupported = Gatelodge can’t use this kind of private key. It can use P-256 (ES256), RSA of 2048 to 4096 bits (RS256) and Ed25519 (EdDSA).
client-key-damaged = The private key can’t be read.

## Identity providers of companies

provider-entered = { $provider } was entered as a company’s identity provider.
provider-removed = The identity provider { $provider } was removed.
provider-unknown = There is no such identity provider.
provider-no-client-id = The client ID is missing.
provider-who-knows-client-id = Ask your company’s administrators for it: it’s the ID of Gatelodge at the identity provider.
