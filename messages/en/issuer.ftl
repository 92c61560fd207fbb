### A sign-in service: its metadata, the client ID that Gatelodge has there, and what a sign-in asks it for.

## Client IDs

issuer-client-of-another = You entered a client ID for { $before }. { $server } now uses { $now } for sign-ins, where that client ID isn’t valid.
issuer-client-without-redirect = No redirect URI is registered for the client ID. Gatelodge can receive the browser’s answer at { $possible }.
issuer-redirect-not-registered = The client ID is registered for { $registered }. Gatelodge can receive the browser’s answer only at { $possible }.
issuer-hint-register-redirect =
    { $place ->
        [window] Ask the owner of the sign-in service to register one of the redirect URIs that work here. Then enter the client ID again and tick that redirect URI.
       *[terminal] Ask the owner of the sign-in service to register one of the redirect URIs that work here. Then enter the client ID again, and name that redirect URI: `{ $command }`.
    }
issuer-people-only = { $issuer } registers programs only for people who sign in. Gatelodge’s own access needs a client ID from the owner.
issuer-hint-client-and-secret =
    { $place ->
        [window] Ask the owner of the sign-in service for a client ID and a secret. Then choose “Enter client ID…”.
       *[terminal] Ask the owner of the sign-in service for a client ID and a secret. Then enter them: `{ $command }`.
    }
issuer-no-client-entered = This sign-in was to use a client ID that you entered, but there is none for { $issuer }.
issuer-takes-no-documents = { $issuer } doesn’t accept a client ID document from an app without a secret, such as Gatelodge.
issuer-no-document = This sign-in was to use your client ID document, but Gatelodge doesn’t know its address.
issuer-hint-host-document =
    { $place ->
        [window] Put the document on the web. Then enter its address in Settings, under “Your client ID document”.
       *[terminal] Put the document on the web. Then enter its address: `{ $command }`.
    }
issuer-document-needs-loopback = The client ID document lists loopback redirects only, and this sign-in uses another way back.
issuer-hint-document-by-loopback =
    { $place ->
        [window] Choose “Sign in this way”. The browser’s answer then comes back by loopback.
       *[terminal] Sign in with the loopback redirect: `{ $command }`.
    }
# $why is a sentence.
issuer-registration-endpoint-unusable = The metadata of { $issuer } lists a registration endpoint that can’t be used. { $why }
issuer-hint-fix-document = The owner of the sign-in service has to fix its metadata. { $then }
issuer-hint-ask-for-client =
    { $place ->
        [window] Ask the owner of the sign-in service for a client ID. Then choose “Enter client ID…”, which also shows the redirect URIs to register.
       *[terminal] Ask the owner of the sign-in service for a client ID. `{ $show }` prints the redirect URIs to register. Then enter the client ID: `{ $set }`.
    }

## Registering

issuer-registration-address-assumed = Nothing answers at { $endpoint }. Gatelodge assumed that address, because no document lists another.
issuer-hint-client-and-addresses =
    { $place ->
        [window] Ask the owner of the sign-in service for a client ID. Then choose “Enter client ID…”. If the sign-in page is elsewhere, ask for the addresses as well, and choose “Enter addresses…”.
       *[terminal] Ask the owner of the sign-in service for a client ID. `{ $show }` prints the redirect URIs to register. Then enter the client ID: `{ $set }`. If the sign-in page and the token endpoint are elsewhere, ask for their addresses as well, and enter them: `{ $enter }`.
    }
issuer-hint-address-assumed = Gatelodge assumed that address, because the server publishes none. { $then }
issuer-hint-sign-in-in =
    { $place ->
        [window] Sign in again in { $wait }.
       *[terminal] Sign in again in { $wait }: `{ $command }`.
    }
issuer-hint-sign-in-later =
    { $place ->
        [window] Sign in again later.
       *[terminal] Sign in again later: `{ $command }`.
    }
issuer-hint-tell-owner = Tell the owner of the sign-in service. { $then }
issuer-redirects-refused =
    { $count ->
        [2] { $host } accepts neither of the two redirect URIs that Gatelodge tried.
       *[other] { $host } accepts none of the { $count } redirect URIs that Gatelodge tried.
    }
issuer-registration-refused-each-time =
    { $count ->
        [2] { $host } refused the registration with both redirect URIs that Gatelodge tried. The last status was { $status }.
       *[other] { $host } refused the registration with each of the { $count } redirect URIs that Gatelodge tried. The last status was { $status }.
    }
# $last and $first are the server's own words, in quotation marks.
issuer-said-twice = { $what } At first it said { $first }, and in the end { $last }.
issuer-hint-other-redirect =
    { $place ->
        [window] Choose “Try another way back”.
       *[terminal] Try another redirect: `{ $command }`.
    }
issuer-hint-name-scope =
    { $place ->
        [window] On the server’s page, enter the permissions to ask for. { $then }
       *[terminal] Name a permission to ask for: `{ $command }`. { $then }
    }
issuer-hint-shared-callback =
    { $place ->
        [window] If you accept the risk, choose “Review risk…” and allow it. If you don’t, use a client ID of your own. { $then }
       *[terminal] If you accept the risk, allow it: `{ $command }`. If you don’t, use a client ID of your own. { $then }
    }

## Ways back from the browser

issuer-no-loopback = Gatelodge can’t receive the browser’s answer by loopback right now.
issuer-no-way-back = Gatelodge can’t receive the browser’s answer on this computer right now.

## Metadata

issuer-none-needed = { $server } works without a sign-in.
issuer-hint-nothing-to-do = You don’t have to do anything.
issuer-speaks-for-another = When you allowed this exception, the metadata of { $issuer } named { $before }. It now names { $now }.
issuer-speaks-unallowed = The metadata of { $issuer } names another sign-in service, { $now }. You haven’t allowed that for { $server }.
issuer-hint-allow-anew =
    { $place ->
        [window] If you trust { $now }, remove the exception on the server’s page and sign in again. Gatelodge then asks you anew.
       *[terminal] If you trust { $now }, remove the exception and allow it again: `{ $withdraw }`, then `{ $concede }`.
    }
issuer-hint-not-enough = { $hint } That alone isn’t enough. { $why }

## Permissions

issuer-scopes-perhaps-refused = The refusal may be about { $scopes }, which this sign-in asked for. { $what }
issuer-hint-sign-in-without =
    { $place ->
        [window] Sign in without { $scopes }, or ask the owner of the sign-in service to allow it.
       *[terminal] Stop asking for { $scopes }: `{ $choose }`. Then sign in again: `{ $again }`. Or ask the owner of the sign-in service to allow it.
    }
issuer-hint-choose-scopes =
    { $place ->
        [window] This sign-in asked for { $asked }. Choose other permissions under “Settings for this server”. Then sign in again.
       *[terminal] This sign-in asked for { $asked }. Choose other permissions: `{ $set }`. Then sign in again: `{ $again }`.
    }
issuer-hint-choose-some-scopes =
    { $place ->
        [window] This sign-in asked for no permissions. Choose some under “Settings for this server”. Then sign in again.
       *[terminal] This sign-in asked for no permissions. Choose some: `{ $set }`. Then sign in again: `{ $again }`.
    }
issuer-hint-register-for-scopes =
    { $place ->
        [window] Sign in again. Gatelodge then registers again, for these permissions.
       *[terminal] Sign in again: `{ $command }`. Gatelodge then registers again, for these permissions.
    }
issuer-hint-offline-left-out =
    { $place ->
        [window] Sign in again. Gatelodge no longer asks this sign-in service for { $scope }, which the server didn’t ask for.
       *[terminal] Sign in again: `{ $command }`. Gatelodge no longer asks this sign-in service for { $scope }, which the server didn’t ask for.
    }

## Lines of the activity log

issuer-event-forgotten = { $issuer } no longer knows Gatelodge. Gatelodge registers there again.
issuer-event-registered = Gatelodge registered at { $issuer }. Its client ID there is { $client }.
issuer-event-renewed = Gatelodge renewed its registration at { $issuer }.
