### Signing in to a server: what happens in the meantime, and what goes wrong.

## Lines of the activity log

login-started = A sign-in to { $server } started at { $host }.
login-failed = The sign-in to { $server } failed. { $why }
login-answer-not-used = Gatelodge ignored an answer to the sign-in to { $server }. { $why }
login-answer-unasked = An answer came for a sign-in that isn’t in progress. Gatelodge ignored it.

## How a sign-in ends that nobody finished

login-over = This sign-in is over.
login-replaced = Another sign-in to { $server } started, so this one ended.
login-cancelled = The sign-in was cancelled.
login-server-removed = { $server } was removed during the sign-in.
login-hint-add-again = Add the server again to sign in to it.
login-no-answer = No answer came from the browser in time.
login-code-too-late = Nobody entered the code in time.
login-answer-lost = The Gatelodge process that took the browser’s answer ended before it finished the sign-in.
login-ended-unexpectedly = The sign-in ended unexpectedly.
login-not-written = Gatelodge couldn’t write down how the sign-in ended.

## The browser and its answer

# The reason why no browser opened.
login-browser-not-started = The browser couldn’t be started.
login-not-under-way = The answer is for a sign-in that isn’t in progress.
login-answer-used = This answer was already used.
login-hint-answer-not-used = Gatelodge ignored this answer and still waits for the right one. If none comes, tell the sign-in service’s owner.
# $hint is one or more whole sentences.
login-hint-answer-again = { $hint } Then open the address of the browser’s answer again.
login-registration-gone = The client ID that this sign-in started with is no longer in the vault.

## Ways to sign in that a server offers or lacks

# “Settings for this server” and “With a code in another browser” are a section and a choice of the window: window.ftl.
login-no-browser-way = { $issuer } offers no sign-in in the browser.
login-hint-with-code =
    { $place ->
        [window] Choose “With a code in another browser” as the sign-in method, under “Settings for this server”.
       *[terminal] Sign in with a code: `{ $command }`.
    }
# “Settings for this server” and “As Gatelodge itself” are a section and a choice of the window: window.ftl.
login-hint-as-itself =
    { $place ->
        [window] Choose “As Gatelodge itself” as the sign-in method, under “Settings for this server”.
       *[terminal] Sign in as Gatelodge itself: `{ $command }`.
    }

## A code that the person enters in another browser

login-no-code-way = { $issuer } offers no sign-in with a code.
# All three are hosts. Tokens come from $tokens.
login-foreign-page = You would enter the code at { $page }, but the sign-in service is { $issuer }, and its tokens come from { $tokens }.
login-code-denied = Access was denied on the page where the code was entered.

## A company's identity provider

login-no-id-token = { $provider } gave Gatelodge no ID token.
login-hint-allow-openid = Ask your company’s administrators to allow the scope `openid` for Gatelodge’s client ID.

## What to do about a refusal

login-hint-without-consent =
    { $place ->
        [window] Sign in again. Gatelodge then leaves out `prompt=consent`, which this sign-in service may have refused.
       *[terminal] Sign in again: `{ $command }`. Gatelodge then leaves out `prompt=consent`, which this sign-in service may have refused.
    }
# $resource is the address of the MCP server, exactly as it was sent. “Review risk…” is a button.
login-hint-name-resource =
    { $place ->
        [window] Ask the sign-in service’s owner to register { $resource } as a resource. Or choose “Review risk…” and allow an exception: tokens of this server may then work at other servers, too.
       *[terminal] Ask the sign-in service’s owner to register { $resource } as a resource. Or allow `no-resource-parameter` for this server: its tokens may then work at other servers, too.
    }
login-hint-no-resource-sent = Gatelodge sent no `resource` parameter. Tell the sign-in service’s owner what the service answered.
