### Receipts: what each party answered when Gatelodge revoked access.

## How it ended

# A server's name, and how it ended there.
receipt-about = { $server }: { $headline }
receipt-revoked = The access of { $account } is revoked. { $server } now refuses the old token.
receipt-revoked-ran-out = The access of { $account } is revoked. { $issuer } confirmed it, and the most recent token had already expired.
receipt-nothing-left = The access of { $account } had already ended. There was nothing to revoke.
# $renewal and $token are sentences: what the sign-in service and what the server answered.
receipt-runs-out = Gatelodge deleted the access of { $account }. { $renewal } { $token }
receipt-renewal-ended = { $issuer } confirmed that nothing can renew this access.
receipt-renewal-unconfirmed = { $issuer } deleted Gatelodge’s registration, but hasn’t confirmed that the access ended with it.
receipt-token-earlier-works = { $server } still accepts a token from before the most recent renewal.
receipt-token-works = { $server } still accepts the most recent token.
receipt-token-refused = { $server } now refuses the most recent token.
receipt-token-unproven = Gatelodge couldn’t prove that { $server } refuses the most recent token.
receipt-not-revoked = Gatelodge stopped using the access of { $account }, but { $issuer } didn’t revoke it.
receipt-unconfirmed = Gatelodge stopped using the access of { $account }, but { $issuer } hasn’t confirmed the revocation.
receipt-let-go = Gatelodge stopped trying to revoke the access of { $account }. { $issuer } hasn’t confirmed the revocation.
receipt-by-hand = Sign in at { $issuer } and remove Gatelodge there. Look for connected or authorized apps.

## What was asked of whom: the first column of a receipt

receipt-asked-refresh-token = Refresh token at the sign-in service
receipt-asked-access-token = Access token at the sign-in service
receipt-asked-earlier = Earlier tokens of this sign-in at the sign-in service
receipt-asked-registration = Registration at the sign-in service
receipt-asked-probe = Old token at the server
receipt-asked-vault = In the vault

## What it answered: the second column

receipt-answer-confirmed = { $issuer } confirmed the revocation.
receipt-answer-deleted = { $issuer } deleted Gatelodge’s registration.
receipt-answer-not-offered = { $issuer } has no address where tokens can be revoked.
receipt-answer-kind-not-supported = { $issuer } doesn’t revoke this kind of token.
receipt-answer-unclear = { $issuer } answered with status { $status }, but what it sent doesn’t confirm the revocation.
receipt-answer-only-200 = { $issuer } answered with status { $status }. Only 200 confirms the revocation.
receipt-answer-status = { $issuer } answered with status { $status }.
receipt-answer-not-asked = Gatelodge didn’t ask { $issuer } again, because it hadn’t answered just before.
receipt-answer-refused = { $server } refused the old token (401).
receipt-answer-accepted = { $server } still accepts the old token: it answered { $status }, and it refuses requests without a token.
receipt-answer-tells-nothing = { $server } answered { $status }, which doesn’t show whether it still accepts the token.
receipt-answer-erased = Gatelodge overwrote the stored tokens.
receipt-answer-kept = Gatelodge keeps the tokens encrypted, only to try again at the sign-in service.
