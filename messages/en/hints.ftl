### What to do about a failure. $command is a command for a terminal, ready to be copied; it stays in its backticks.
### What is in “quotation marks” is written like that on a button or over a place of the window.

## By the code of the failure, where nothing more special is known

hint-not-a-url = Enter the whole address of the MCP server. It begins with https://.
hint-not-https = Use the server’s https address. Plain http is only for servers on this computer.
hint-not-found =
    { $place ->
        [window] The entry may have been removed in the meantime. Go back to the list and choose again.
        [agent] Ask the person to check the list of servers in Gatelodge, or to add this server.
       *[terminal] See your servers with `gatelodge list`, or add the server with `gatelodge add`.
    }
hint-not-mcp = Check the address. Many MCP servers use a path such as /mcp; the server’s documentation names it.
hint-server-error = Try again later. If the server keeps failing, tell its owner.
hint-redirected = If you trust the new address, add that one instead.
hint-redirect-loop = Check the server’s address. If it’s right, tell its owner.
hint-unreachable = Check the address and your connection, then try again.
hint-blocked-address =
    { $place ->
        [window] Nothing was sent there. If the server really is in your own network, choose “Review risk…”.
       *[terminal] Nothing was sent there. If the server really is in your own network, allow private-network for it.
    }
hint-no-resource-metadata =
    { $place ->
        [window] The server’s owner has to publish protected resource metadata (RFC 9728). Choose “Run diagnosis” for a report that you can send them.
       *[terminal] The server’s owner has to publish protected resource metadata (RFC 9728). Send them what `gatelodge doctor URL --format report` prints.
    }
hint-legacy-unconfirmed =
    { $place ->
        [window] If you expected to sign in at this address, choose “Sign in at this address…”.
       *[terminal] If you expected to sign in at this address, allow legacy-endpoints for this server.
    }
hint-resource-mismatch = If you want the other server, add its address instead. If not, tell this server’s owner.
hint-resource-missing =
    { $place ->
        [window] The server’s owner has to add `resource` to that document. If you expected this sign-in service, choose “Review risk…”.
       *[terminal] The server’s owner has to add `resource` to that document. If you expected this sign-in service, allow resource-missing for this server.
    }
hint-metadata-hidden = Something in front of the server blocks programs, such as a bot check or a sign-in of its own. The server’s owner has to let programs read that address.
hint-program-refused = Something in front of the server blocks programs, such as a bot check or a sign-in of its own. The server’s owner has to let programs through to that address.
hint-metadata-unreadable =
    { $place ->
        [window] The owner has to fix that document. Choose “Run diagnosis” for a report that you can send them.
       *[terminal] The owner has to fix that document. Send them what `gatelodge doctor URL --format report` prints.
    }
hint-foreign-login-page =
    { $place ->
        [window] No page was opened. If you know that both hosts belong together, choose “Review risk…”.
       *[terminal] No page was opened. If you know that both hosts belong together, allow foreign-login-page for this server.
    }
hint-no-authorization-server =
    { $place ->
        [window] The sign-in service’s owner has to publish its metadata (RFC 8414). If they gave you the addresses of the sign-in page and for tokens, choose “Enter addresses…”.
       *[terminal] The sign-in service’s owner has to publish its metadata (RFC 8414). If they gave you the addresses of the sign-in page and for tokens, enter them with `gatelodge endpoints`.
    }
hint-issuer-mismatch =
    { $place ->
        [window] Nothing was sent there. Tell the server’s owner both addresses. If you know that both are the same service, choose “Review risk…”.
       *[terminal] Nothing was sent there. Tell the server’s owner both addresses. If you know that both are the same service, allow issuer-mismatch for this server.
    }
hint-metadata-url-as-issuer =
    { $place ->
        [window] Tell the server’s owner. To use that document as it is, choose “Review risk…”.
       *[terminal] Tell the server’s owner. To use that document as it is, allow metadata-url-as-issuer for this server.
    }
hint-endpoint-refused = Nothing was sent there. The owner of the sign-in service has to give it https addresses.
hint-no-code-flow =
    { $place ->
        [window] If the sign-in service offers another way, choose it as sign-in method, under “Settings for this server”. Otherwise you can’t sign in there from an app.
       *[terminal] If the sign-in service offers another way, such as a code (`--device`), sign in with that. Otherwise you can’t sign in there from an app.
    }
hint-pkce-unadvertised =
    { $place ->
        [window] If you trust this sign-in service, choose “Review risk…”. Its owner can fix this by listing S256 in its metadata.
       *[terminal] If you trust this sign-in service, allow pkce-unadvertised for this server. Its owner can fix this by listing S256 in its metadata.
    }
hint-pkce-without-s256 = It isn’t safe to sign in there. Tell the owner of the sign-in service to support S256.
hint-registration-not-offered =
    { $place ->
        [window] Ask the server’s owner for a client ID for Gatelodge, then choose “Enter client ID…”.
       *[terminal] Ask the server’s owner for a client ID for Gatelodge, then enter it with `gatelodge client set`.
    }
hint-registration-refused =
    { $place ->
        [window] Ask the sign-in service’s owner for a client ID. Then choose “Enter client ID…”.
       *[terminal] Ask the sign-in service’s owner for a client ID. Then enter it with `gatelodge client set`.
    }
hint-redirect-refused =
    { $place ->
        [window] Ask the owner of the sign-in service for a client ID, then choose “Enter client ID…”.
       *[terminal] Sign in with another redirect (`--redirect`).
    }
hint-redirect-unavailable =
    { $place ->
        [window] Close the program that uses Gatelodge’s port, then sign in again.
       *[terminal] Sign in with another redirect (`--redirect`), or first start Gatelodge’s window or `gatelodge serve`.
    }
hint-browser-unavailable =
    { $place ->
        [window] Choose “Copy link” and open the link in any browser. When you’re done, paste the address that the browser ended on.
       *[terminal] Copy the link and open it in any browser. When you’re done, paste the address that the browser ended on.
    }
hint-login-unknown = Nothing was changed. If you were signing in, start again.
hint-login-expired = Sign in again. You have ten minutes to finish in the browser.
hint-login-cancelled = Sign in again whenever you like.
hint-login-replaced = Continue with the newest sign-in.
hint-login-refused = Sign in again and agree on the consent page. If it’s refused again, ask the server’s owner why.
hint-iss-mismatch = Gatelodge didn’t use the answer. If this happens again, tell the owner of the sign-in service.
hint-exchange-failed = Sign in again. If it fails again, ask the owner of the sign-in service.
hint-client-forgotten = Sign in again. Gatelodge then registers itself once more.
hint-client-refused =
    { $place ->
        [window] Choose “Enter client ID again…” and enter the ID and its secret as the owner of the sign-in service gave them to you.
       *[terminal] Enter the client ID and its secret again, as the owner of the sign-in service gave them to you (`gatelodge client set`).
    }
hint-login-required =
    { $place ->
        [window] Choose “Sign in” on the server’s page.
        [agent] Ask the person to open Gatelodge and sign in to this server.
       *[terminal] Sign in with `gatelodge login`, or in Gatelodge’s window.
    }
hint-temporarily-unavailable = Try again in a moment. Nothing was lost.
hint-vault-locked =
    { $place ->
        [window] Enter your passphrase to unlock the vault.
        [agent] Ask the person to unlock Gatelodge.
       *[terminal] Unlock the vault in Gatelodge’s window, or enter the passphrase.
    }
hint-vault-absent =
    { $place ->
        [window] Choose how to protect your sign-ins, then choose “Create vault”.
        [agent] Ask the person to open Gatelodge and to create a vault.
       *[terminal] Open Gatelodge’s window once, or run `gatelodge vault create`.
    }
hint-vault-gone =
    { $place ->
        [window] Bring the file back from a backup. If you’d rather start with an empty vault, create one here.
        [agent] Ask the person to open Gatelodge.
       *[terminal] Bring the file back from a backup. If you’d rather start with an empty vault, run `gatelodge vault create --anew`.
    }
hint-vault-older =
    { $place ->
        [window] If you restored this older copy yourself, choose “Confirm this copy”, then check who has access. If you didn’t, don’t confirm it: bring back the newer file.
        [agent] Ask the person to open Gatelodge and to check the older copy of the vault.
       *[terminal] If you restored this older copy yourself, run `gatelodge vault confirm`, then check who has access with `gatelodge agent list`. If you didn’t, don’t confirm it: bring back the newer file.
    }
hint-key-missing = Bring back the keyring entry or the key file that belongs to this vault. Without it, nobody can open the vault or a copy of it.
hint-key-unavailable =
    { $place ->
        [window] Unlock your keyring, then choose “Unlock and try again”.
        [agent] Ask the person to unlock the keyring of their computer.
       *[terminal] Start or unlock your desktop’s keyring, then try again.
    }
hint-wrong-passphrase = Try again. If you forgot the passphrase, nobody can open the vault.
hint-vault-unusable = Gatelodge didn’t change the file. Bring back a copy of it, or move it away to start with an empty vault.
hint-vault-damaged = Sign in to this server again. That replaces the damaged entry.
hint-vault-failed = Check that the vault’s folder belongs to you and that no other program is using the vault, then try again.
hint-disk-full = Free some space on the disk that the vault is on, then try again. The vault hasn’t changed.
hint-disk-read-only =
    { $place ->
        [window] Make the disk writable again, then try again. You can still look around.
       *[terminal] Make the disk writable again, then try again. `gatelodge list`, `show` and `events` still work.
    }
hint-disk-failed = Check the disk and the system’s log, then try again. Gatelodge didn’t change the vault.
hint-invalid-client =
    { $place ->
        [window] Check the agent’s ID and key. A lost key can’t be shown again, but you can create a new one under “Agents”.
       *[terminal] Check the agent’s ID and key. A lost key can’t be shown again; `gatelodge agent new-key` makes a new one.
    }
hint-invalid-target = Name the MCP server by its URL in `resource`.
hint-invalid-scope =
    { $place ->
        [agent] Ask for fewer permissions, or ask the person to sign in again with more.
       *[terminal] Ask for fewer permissions, or sign in again with more.
    }
hint-access-denied =
    { $place ->
        [window] Choose “Give access” for this agent and this server.
        [agent] Ask the person to open Gatelodge and to give this agent access to the server.
       *[terminal] Give this agent access to the server with `gatelodge agent permit`, or in Gatelodge’s window.
    }
hint-account-required = Say which of the accounts you mean.
hint-agent-exists = Choose another name, or remove that agent first.
hint-agent-unknown =
    { $place ->
        [window] The agent may have been removed in the meantime. “Agents” shows all agents.
       *[terminal] `gatelodge agent list` shows all agents.
    }
hint-invalid-argument = Check what you entered.
hint-client-of-another-issuer =
    { $place ->
        [window] Choose “Enter client ID…” to enter one for the new sign-in service, or to get one in another way.
       *[terminal] Enter a client ID for the new sign-in service (`gatelodge client set`), or get one in another way.
    }
hint-method-not-offered =
    { $place ->
        [window] Choose another sign-in method, under “Settings for this server”.
       *[terminal] Choose another sign-in method; `gatelodge login --help` lists them.
    }
hint-key-unusable = Use a PEM file with one private key (P-256, RSA or Ed25519) and no passphrase.
hint-provider-unknown =
    { $place ->
        [window] Choose “Through my company” as sign-in method and enter your company’s identity provider, under “Settings for this server”.
       *[terminal] Enter your company’s identity provider first, with `gatelodge provider set`.
    }
hint-refused-by-provider = Ask your company’s administrators why. Gatelodge tried no other way.
hint-account-locked =
    { $place ->
        [window] Sign in with the account that this server is locked to, or unlock the server on its page.
       *[terminal] Sign in with the account that this server is locked to, or unlock the server with `gatelodge account unlock`.
    }
hint-issuer-changed =
    { $place ->
        [agent] Ask the person to open Gatelodge and to check the server’s new sign-in service.
       *[terminal] If you trust the new sign-in service, sign in again. Gatelodge sends nothing of the old sign-in there.
    }
hint-step-up-required =
    { $place ->
        [agent] Ask the person to sign in again in Gatelodge with these permissions.
       *[terminal] Sign in again with these permissions.
    }
hint-rejects-its-own-tokens = Signing in again wouldn’t help. The server and its sign-in service disagree, most likely about the server’s address. Tell its owner.
hint-sender-constrained = A token of this kind works only together with its key. The key stays in the vault. `gatelodge call` can send requests to the server.
hint-forbidden =
    { $place ->
        [agent] Ask the person to sign in with another account, or to ask the server’s owner what this account may do.
       *[terminal] Sign in with another account, or ask the server’s owner what this one may do.
    }
hint-token-too-short = Ask for fewer seconds. The sign-in service decides how long its tokens live.
hint-endpoint-unavailable = If another program uses the port, close that program. To choose another port, set `GATELODGE_PORT` and start Gatelodge again.
hint-revocation-unproven =
    { $place ->
        [window] Choose “Show receipt” to see what each side answered and what is left to do.
       *[terminal] The receipt says what each side answered and what is left to do.
    }
hint-revocation-open =
    { $place ->
        [window] Choose “Try again”, or “Stop trying”.
       *[terminal] Try again to revoke the access, or stop trying.
    }
hint-client-in-use =
    { $place ->
        [window] Revoke these sign-ins first, or choose “Forget anyway”.
       *[terminal] Revoke these sign-ins first, or forget the client ID anyway.
    }
hint-output-failed = Gatelodge did what you asked, but couldn’t write the answer. Send the output to a place with enough free space.
hint-internal = Something went wrong in Gatelodge. Please report it.

## A server or a sign-in service that can't be asked, or may not be

hint-unknown-host = Check the spelling and your internet connection, then try again.
hint-offline = Check your internet connection, then try again.
hint-certificate = Nothing was sent there. If the certificate stays invalid, tell the server’s owner.
hint-clock = Nothing was sent there. Check the date and time of this computer. If they’re right, tell the server’s owner.
hint-nobody-may-allow = Nothing was sent there, and no exception can allow this address. To add a server on this computer, use 127.0.0.1 or localhost as its address.
hint-slow-discovery = Try again later. If it stays slow, tell the server’s owner.
hint-metadata-elsewhere = The server’s owner has to show these details at the server’s own address. Don’t add the other address: there is no MCP server.
hint-no-authorization-server-named = The server’s owner has to name the sign-in service in `authorization_servers` (RFC 9728 §2).
hint-too-many-authorization-servers = The server’s owner has to name only the sign-in service where people sign in.
hint-wait = Wait { $wait }, then try again. Nothing was lost.
hint-wait-a-while = Wait a while, then try again. Nothing was lost.

## A sign-in that ended without a token

hint-sign-in-again =
    { $place ->
        [window] Sign in again.
       *[terminal] Sign in again: `{ $command }`.
    }
# The first try taught Gatelodge which way works.
hint-sign-in-other-way =
    { $place ->
        [window] Sign in again. Gatelodge then starts with the way that works.
       *[terminal] Sign in again: `{ $command }`. Gatelodge then starts with the way that works.
    }
hint-sign-in-in-a-moment =
    { $place ->
        [window] Sign in again in a moment. The code of this sign-in can’t be used twice.
       *[terminal] Sign in again in a moment: `{ $command }`. The code of this sign-in can’t be used twice.
    }
hint-sign-in-quickly =
    { $place ->
        [window] Sign in again and finish in the browser without a break.
       *[terminal] Sign in again and finish in the browser without a break: `{ $command }`.
    }
hint-sign-in-quickly-or-ask =
    { $place ->
        [window] Sign in again without a break. If the new sign-in is refused as well, tell the owner of { $host }.
       *[terminal] Sign in again without a break: `{ $command }`. If the new sign-in is refused as well, tell the owner of { $host }.
    }
hint-sign-in-or-tell =
    { $place ->
        [window] Sign in again. If this happens again, tell the owner of { $host }.
       *[terminal] Sign in again: `{ $command }`. If this happens again, tell the owner of { $host }.
    }
hint-sign-in-or-ask-why =
    { $place ->
        [window] Sign in again. If it’s refused again, ask the owner of { $host } why.
       *[terminal] Sign in again: `{ $command }`. If it’s refused again, ask the owner of { $host } why.
    }
hint-sign-in-or-read-why =
    { $place ->
        [window] The sign-in service says why. Sign in again. If it’s refused again, ask the owner of { $host }.
       *[terminal] The sign-in service says why. Sign in again: `{ $command }`. If it’s refused again, ask the owner of { $host }.
    }
# $anew is a command as well: it signs in with a new registration.
hint-sign-in-anew-or-ask-why =
    { $place ->
        [window] Sign in again, or choose “Sign in with a new registration”. If it’s refused again, ask the owner of { $host } why.
       *[terminal] Sign in again: `{ $command }`, or with a new registration: `{ $anew }`. If it’s refused again, ask the owner of { $host } why.
    }
hint-sign-in-anew-or-read-why =
    { $place ->
        [window] The sign-in service says why. Sign in again, or choose “Sign in with a new registration”. If it’s refused again, ask the owner of { $host }.
       *[terminal] The sign-in service says why. Sign in again: `{ $command }`, or with a new registration: `{ $anew }`. If it’s refused again, ask the owner of { $host }.
    }

## A client ID that is refused. $set is the command that enters it

hint-register-anew =
    { $place ->
        [window] Sign in again. Gatelodge then registers itself once more.
       *[terminal] Sign in again: `{ $command }`. Gatelodge then registers itself once more.
    }
hint-register-anew-with-secret =
    { $place ->
        [window] Sign in again. Gatelodge then registers itself once more, and asks for a secret if one is needed.
       *[terminal] Sign in again: `{ $command }`. Gatelodge then registers itself once more, and asks for a secret if one is needed.
    }
hint-check-document =
    { $place ->
        [window] Check that the document is still at its address. Settings show what it has to contain. Then sign in again.
       *[terminal] Check that the document is still at its address; `gatelodge client-metadata` prints what it has to contain. Then sign in again: `{ $command }`.
    }
hint-enter-key-again =
    { $place ->
        [window] Choose “Enter client ID again…” and enter the client ID and its private key. Then sign in again.
       *[terminal] Enter the client ID and its private key again: `{ $set } --private-key-file FILE`. Then sign in again: `{ $command }`.
    }
hint-enter-client-again =
    { $place ->
        [window] Choose “Enter client ID again…”. If the sign-in service’s owner gave you a secret, enter it as well. Then sign in again.
       *[terminal] Enter the client ID again: `{ $set }`, or with a secret if the sign-in service’s owner gave you one: `{ $set } --ask-secret`. Then sign in again: `{ $command }`.
    }
# Two ways in which a client secret may be sent, by the names that the command line has for them.
hint-enter-secret-again =
    { $place ->
        [window] Choose “Enter client ID again…” and enter the client ID and its secret. If both are right, choose another client authentication there. Then sign in again.
       *[terminal] Enter the client ID and its secret again: `{ $set } --ask-secret`. If both are right, send the secret in another way (now: { $now }): `{ $set } --ask-secret --auth { $other }`. Then sign in again: `{ $command }`.
    }

## The vault and its key

hint-key-file = A key file is one line of 64 hexadecimal digits, in a file of yours that only you can read (mode 0600). `gatelodge vault create --key-file PATH` makes a vault and its key file.
hint-no-key-file = Use --key-file or GATELODGE_KEY_FILE to name the key file that was made with this vault. Without that file, nobody can read the vault.
hint-passphrase-file = Name a file of yours that holds the passphrase and that only you can read (mode 0600).
hint-longer-passphrase = Choose a longer one, such as several words that only you would put together.
hint-vault-exchanged = Bring back the newest file of the vault. If that isn’t enough, start Gatelodge again. Until then, agents get nothing.
hint-vault-unkept = Check whether your most recent change is in the vault. If it isn’t, make the change again.
