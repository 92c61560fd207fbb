### One sign-in at one server: its tokens, how they are renewed, and why somebody has to sign in again.

## Why somebody has to sign in again

grant-over = { $host } ended this sign-in.
grant-over-by-company = Your company’s identity provider or { $host } ended this sign-in.
# $error is a code of the protocol, such as invalid_request, or “status 403”.
grant-renewal-refused = { $host } refuses to renew this sign-in ({ $error }).
grant-renewal-refused-by-company = Your company’s identity provider or { $host } refuses to renew this sign-in ({ $error }).
grant-reason-ended = The sign-in service ended this sign-in.
grant-reason-expired = The access has expired, and the sign-in service gave no refresh token to renew it with.
grant-reason-client-forgotten = The sign-in service no longer knows Gatelodge.
grant-reason-token-rejected = The server refused the token, and Gatelodge couldn’t get another one.
grant-reason-damaged = The stored sign-in is damaged.
grant-reason-renewal-refused = The sign-in service refuses to renew this sign-in.
grant-no-refresh-token = The sign-in service gave no refresh token, so Gatelodge can’t renew this sign-in. Sign in again when the access ends.
grant-revoked-here = The access of { $account } was revoked in Gatelodge.
grant-client-gone = Gatelodge no longer has the client ID of this sign-in.
grant-method-changed = The sign-in method of { $server } was changed after this sign-in.

grant-hint-sign-in =
    { $place ->
        [window] Sign in again.
       *[terminal] Sign in again: `{ $command }`.
    }
grant-hint-sign-in-at-end =
    { $place ->
        [window] Sign in again when the access ends.
       *[terminal] Sign in again when the access ends: `{ $command }`.
    }
grant-hint-or-sign-in =
    { $place ->
        [window] { $hint } If the problem continues, sign in again.
       *[terminal] { $hint } If the problem continues, sign in again: `{ $command }`.
    }

## Which sign-in is meant

grant-nobody = Nobody is signed in to { $server }.
grant-nobody-as = Nobody is signed in to { $server } as “{ $account }”.
grant-several = Several accounts are signed in to { $server }.
grant-of-another-issuer = { $server } now uses { $now } for sign-ins. This sign-in is from { $before }.

## Keeping a sign-in

grant-server-removed = { $server } was removed during the sign-in.
grant-locked = { $server } is locked to { $locked }, but { $account } signed in.
grant-kept-changing = Gatelodge couldn’t save the sign-in to { $server }, because something else kept changing it.
grant-changed-meanwhile = Something else changed this sign-in at the same time.
grant-signed-out-already = { $account } is already signed out of { $server }.

## Renewing

grant-renewal-stopped = The renewal stopped unexpectedly.
grant-nothing-to-renew-with = The sign-in service gave no refresh token to renew this sign-in with.

## Access that nobody signs in for

# $why is the operating system's own words.
grant-token-file-unreadable = Gatelodge can’t read the workload’s token file { $file } ({ $why }).
grant-token-file-too-big = The workload’s token file { $file } isn’t a file that holds one token.
grant-token-file-unsigned = The workload’s token file { $file } doesn’t hold one signed token (JWT).
grant-hint-token-file = The platform writes this file. Check its name, and that Gatelodge may read it.

## The company's identity provider

grant-company-account-differs = This sign-in is of { $before }, but { $now } is signed in at { $provider }.
grant-hint-company-account = Sign in to the server again, or sign in at your company’s identity provider as { $before }.
grant-company-ended = Your sign-in at { $provider } has ended.
grant-company-refuses = Your company’s identity provider doesn’t allow this access. { $why }
grant-company-refuses-client = { $provider } refuses the client ID or secret that you entered for your company’s identity provider.
grant-hint-company-client =
    { $place ->
        [window] Choose “Enter client ID again…” and enter the client ID and its secret.
       *[terminal] Enter the client ID and its secret again: `{ $command }`.
    }

## Faults

grant-probe-not-repeated = Gatelodge couldn’t send its test request a second time.
grant-receipt-not-written = Gatelodge couldn’t write the receipt.

## Lines of the activity log

grant-event-signed-in = Gatelodge signed in to { $server } as { $account }.
grant-event-renewed = Gatelodge renewed the sign-in of { $account } to { $server }.
grant-event-not-renewed = Gatelodge couldn’t renew the sign-in of { $account } to { $server }.
grant-event-cut-short = An earlier renewal of the sign-in of { $account } to { $server } was cut short { $ago } ago. Its answer never arrived, or wasn’t saved.
grant-event-sign-in-needed = { $account } has to sign in to { $server } again.
grant-event-replaced = Gatelodge revoked the tokens of the earlier sign-in to { $server }.
grant-event-replaced-later = Gatelodge keeps the tokens of the earlier sign-in to { $server } encrypted, and revokes them together with the new sign-in.
grant-event-replaced-open =
    { $place ->
        [window] Gatelodge couldn’t revoke the tokens of the earlier sign-in to { $server }. Try again on the server’s page.
       *[terminal] Gatelodge couldn’t revoke the tokens of the earlier sign-in to { $server }. Try again: `{ $command }`.
    }
grant-event-forgotten = Gatelodge stopped using the access of { $account } to { $server }.
grant-event-let-go = Gatelodge stopped trying to revoke the access of { $account } to { $server }. { $issuer } hasn’t confirmed the revocation.
