### What is kept in the vault: names, servers, sign-ins, settings, and the activity log.

store-name-unclear = “{ $name }” can’t be a name: it looks like an address, an ID or an option.
hint-store-name-unclear = Choose a name that contains no ://, doesn’t begin with a hyphen and isn’t an ID.
store-name-length = A name must have 1 to { $most } printable characters.
hint-store-name-length = Choose a shorter name without control characters.
store-name-taken = Another server is already named “{ $name }”.
hint-store-name-taken = Choose another name.

store-server-changed = Another program changed the vault’s entry for { $server }.
# $server is the address of a server.
hint-store-server-changed =
    { $place ->
        [window] Add { $server } again. Its sign-ins stay, but you have to choose its settings again.
       *[terminal] Add it again: `{ $command }`. Its sign-ins stay, but you have to choose its settings again.
    }
store-server-unknown = There’s no MCP server “{ $name }” in Gatelodge.
hint-store-server-meant =
    { $place ->
        [window] Did you mean “{ $name }”? The list shows all servers that you added.
       *[terminal] Did you mean “{ $name }”? `gatelodge list` shows all servers that you added.
    }
store-provider-unknown = { $issuer } hasn’t been entered as your company’s identity provider.
# $login is the beginning of an ID.
store-login-unknown = There’s no sign-in { $login }.
store-ending = Gatelodge is shutting down.
store-older = The vault’s file is an older copy, and nobody has confirmed it yet.

store-event-confirmed = The older copy of the vault was confirmed. Its agents, their access and its servers are valid again.
store-event-older = The vault’s file is an older copy. Agents get nothing until you confirm it.
# $table is the kind of the entry, $row the entry. Nobody but Gatelodge can write an entry that it believes.
store-event-row =
    { $table ->
        [agents] An agent in the vault ({ $row }) was changed or added by another program. Gatelodge doesn’t use it.
        [permits] An agent’s access in the vault ({ $row }) was changed or added by another program. Gatelodge doesn’t use it.
        [grants] A sign-in in the vault ({ $row }) was changed or added by another program. Gatelodge doesn’t use it.
        [resources] A server in the vault ({ $row }) was changed or added by another program. Gatelodge doesn’t use it.
        [registrations] A client ID in the vault ({ $row }) was changed or added by another program. Gatelodge doesn’t use it.
        [identity_providers] A company’s identity provider in the vault ({ $row }) was changed or added by another program. Gatelodge doesn’t use it.
        [login_attempts] A sign-in in progress in the vault ({ $row }) was changed or added by another program. Gatelodge doesn’t use it.
        [pending_authorizations] A sign-in in progress in the vault ({ $row }) was changed or added by another program. Gatelodge doesn’t use it.
       *[other] A setting in the vault ({ $row }) was changed or added by another program. Gatelodge doesn’t use it.
    }
store-event-document = Gatelodge now uses the client ID document at { $url }.
store-event-no-document = Gatelodge no longer uses a client ID document.
hint-store-document-url = Put the document at an https address with a path, such as https://example.org/gatelodge.json.
