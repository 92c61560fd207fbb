### The doctor: what Gatelodge found out about a server from outside. Its owner reads it and knows nothing of Gatelodge, so the terms of the specifications are right here.

## The verdict. $rest is one of the four sentences that come first.

doctor-clear = Gatelodge found nothing that prevents signing in.
# $names are the names of departures, such as issuer-mismatch.
doctor-clear-if-allowed =
    { $count ->
        [one] Gatelodge found nothing that prevents signing in once you allow this departure from the specification: { $names }.
       *[other] Gatelodge found nothing that prevents signing in once you allow these departures from the specification: { $names }.
    }
doctor-else-clear = Gatelodge found nothing else that prevents signing in.
# $names are the names of departures, such as issuer-mismatch.
doctor-else-clear-if-allowed =
    { $count ->
        [one] Gatelodge found nothing else that prevents signing in once you allow this departure from the specification: { $names }.
       *[other] Gatelodge found nothing else that prevents signing in once you allow these departures from the specification: { $names }.
    }
doctor-works = { $rest } It didn’t try registration, the consent page or the token endpoint.
# $refusal is a sentence.
doctor-works-refused = { $rest } Signing in may not help, though. { $refusal } Gatelodge didn’t try registration, the consent page or the token endpoint.
doctor-not-protected = This server needs no sign-in.
# $why is a sentence.
doctor-broken = Signing in doesn’t work here. { $why }
doctor-broken-absent = Signing in doesn’t work here. Nothing answers at { $endpoint }, the default address, and no document names another one.
doctor-programs-only = Nobody can sign in here: { $host } offers only access for programs. { $rest }
doctor-client-id-from-owner = Signing in needs a client ID. { $host } registers no programs, so its owner has to give you one. { $rest }
doctor-client-id-or-document = Signing in needs a client ID. { $host } registers no programs. It accepts a client ID metadata document that you host, or a client ID from its owner. { $rest }
doctor-client-id-unusable = Signing in needs a client ID. The metadata of { $host } names a registration endpoint that can’t be used. Its owner has to correct it, or give you a client ID. { $rest }

## What was found: a title of a few words, and a sentence.

doctor-ended = Sign-in fails
doctor-resource = Resource
doctor-resource-asked = Gatelodge asks for tokens for { $resource }.
doctor-scopes = Scopes
doctor-scopes-asked = A sign-in asks for { $scopes }.
doctor-scopes-unnamed = The server names no scopes, so the authorization server decides.
doctor-iss = Issuer in answers (iss)
doctor-iss-promised = The authorization server’s metadata promises that answers say who they are from.
doctor-iss-unpromised = The authorization server’s metadata doesn’t promise that answers say who they are from.
doctor-iss-advice = Send `iss` in authorization responses and say so in the metadata. Clients then can’t mistake one authorization server for another.
doctor-renewal = Renewal
doctor-renewal-unknown = Only a real sign-in shows whether it can be renewed.
doctor-revocation = Revocation
doctor-revocation-named = The authorization server’s metadata names a revocation endpoint. Gatelodge didn’t try it.
doctor-revocation-unnamed = The authorization server’s metadata names no revocation endpoint. Tokens stay valid until they expire.
doctor-revocation-advice = Offer a revocation endpoint, so that people can take access back.
doctor-dpop = DPoP
doctor-dpop-required = The server takes only tokens that are bound to a key. Gatelodge gives agents no such tokens.
doctor-dpop-offered = The authorization server offers DPoP, and the server doesn’t require it.
doctor-browser = Sign-in in the browser
# $hosts is a sentence that names the hosts of a sign-in.
doctor-browser-offered = { $hosts } Gatelodge sends PKCE with S256.
# $hosts is a sentence that names the hosts of a sign-in.
doctor-browser-assumed = { $hosts } Gatelodge sends PKCE with S256. No document names these addresses: they are the default ones.
doctor-browser-absent = Nothing answers at { $endpoint }, the default address.
doctor-browser-missing = The authorization server doesn’t offer the authorization code flow.
doctor-device = Sign-in with a device code
doctor-device-offered = The authorization server offers the device code flow.
doctor-programs = Access for programs
doctor-programs-offered = The authorization server offers client credentials.
doctor-company = Sign-in through a company
doctor-company-offered = The authorization server accepts a company’s assertion (ID-JAG).
doctor-documents = Client ID metadata documents
doctor-documents-accepted = The authorization server’s metadata says that it accepts such documents.
doctor-registration = Registration
doctor-registration-named = The authorization server’s metadata names a registration endpoint. Gatelodge didn’t try it.
doctor-registration-assumed = No document names { $endpoint }: it is the default address. Gatelodge didn’t try it.
doctor-registration-absent = Nothing answers at { $endpoint }, the default address.
doctor-registration-missing = Programs can’t register themselves. The owner has to give people a client ID.
doctor-registration-advice = Accept client ID metadata documents or offer dynamic registration, or give people a client ID.

## What the server's owner should change, by the departure from the specification.

doctor-advice-pkce-unadvertised = List S256 in `code_challenge_methods_supported`.
doctor-advice-issuer-mismatch = Let `issuer` be exactly the string that `authorization_servers` names, and serve the document at that issuer’s well-known address.
doctor-advice-metadata-url-as-issuer = Name the issuer in `authorization_servers`, not the address of its metadata.
doctor-advice-resource-mismatch = Let `resource` be the address that people enter for this server.
doctor-advice-no-resource-parameter = Accept the parameter `resource`, and put it into the token’s audience.
doctor-advice-private-network = If the server is meant for the internet, name public addresses only.
doctor-advice-legacy-endpoints = Publish protected resource metadata at /.well-known/oauth-protected-resource, and name it in the `WWW-Authenticate` header of the 401.
doctor-advice-foreign-login-page = Send `iss` in authorization responses and say so with `authorization_response_iss_parameter_supported`, or put the login page on the issuer’s own host.
doctor-advice-resource-missing = Add `resource`: the address that people enter for this server.
doctor-advice-shared-callback = Register redirects with a path of the client’s choice, or send `iss` in authorization responses and say so in the metadata.

## What a terminal shows below the findings. $command is a command to type.

doctor-look-behind = To look behind it: { $command }
doctor-add-anyway = To add it all the same: { $command }

## The requests and answers as a picture.

# $status is the number of an HTTP status. $detail is a sentence.
doctor-diagram-answer = { $status }: { $detail }
# $detail is a sentence.
doctor-diagram-silence = No answer: { $detail }

## The report for the server's owner, in Markdown: headings and labels.

doctor-report = Authorization of { $url }
doctor-report-departs = Departs from the specification
doctor-report-missing = Not offered
doctor-report-works = Works
doctor-report-steps = Step by step
doctor-report-ok = good
doctor-report-next = next place
doctor-report-warning = warning
doctor-report-problem = problem
doctor-report-answer = answer: { $answer }
doctor-report-end = Written by Gatelodge’s doctor. The doctor asked without a token, registered nothing and signed nobody in.
