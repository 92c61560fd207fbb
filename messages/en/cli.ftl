### What the command line says. What stands between backticks is typed as it is, and stays as it is.

# $known lists tags, such as en.
language-unknown = Gatelodge has no messages in { $tag }. It has: { $known }.

## The parts of every answer and every error.

# Several things in one cell of a table.
cli-list = { $items }
cli-none = none
cli-never = never
cli-nothing = nothing
cli-yes = yes
# The command that comes next.
cli-next = next: { $command }

cli-error-label = error:
cli-error-account = account: { $account }
cli-error-concession = { $name }: { $explanation }
cli-error-risk = risk: { $risk }
# $pattern says why it is known with this maker of servers.
cli-error-known = known: { $pattern }
cli-error-hint = hint: { $hint }
cli-error-code = code: { $code }

# $problem is the system's own word for it.
cli-answer-unwritable = The answer couldn’t be written. The system says: { $problem }.
cli-answer-unmade = The answer couldn’t be put into JSON: { $problem }

# $question is a whole sentence. The letters are those that are typed: y or N.
cli-confirm = { $question } [y/N]
cli-confirm-no-terminal = This needs your confirmation, and there is no terminal to ask on.
cli-confirm-unread = Your answer couldn’t be read. The system says: { $problem }.
cli-confirm-refused = Nothing was done.
cli-confirm-hint = To go ahead without this question, add `--yes`.

## Moments, as cells of a table or in brackets.

cli-in = in { $span }
cli-ago = { $span } ago
cli-now = now
cli-just-now = just now
cli-clock-ahead = at an unknown time, by a clock that was ahead

## The heads of columns.

cli-column-account = ACCOUNT
# Was this scope asked for?
cli-column-asked = ASKED
cli-column-client-id = CLIENT ID
# Was this scope granted?
cli-column-granted = GRANTED
# How the client ID came about.
cli-column-how = HOW
cli-column-id = ID
cli-column-last-used = LAST USED
cli-column-may-use = MAY USE
cli-column-name = NAME
# Does the server offer this scope?
cli-column-offered = OFFERED
# How the client proves itself.
cli-column-proof = PROOF
cli-column-scope = SCOPE
cli-column-scopes = SCOPES
cli-column-service = SIGN-IN SERVICE
cli-column-signed-in = SIGNED IN
cli-column-state = STATE
cli-column-token-ends = TOKEN ENDS
cli-column-url = URL

## What was typed.

cli-usage-unknown-argument = There is no argument `{ $argument }` here.
cli-usage-unknown-command = There is no command `{ $word }`.
cli-usage-command-missing = A command is missing.
# $arguments are names, such as <SERVER>.
cli-usage-argument-missing = The command needs `{ $arguments }`.
cli-usage-conflict = `{ $argument }` can’t be used together with `{ $other }`.
cli-usage-twice = `{ $argument }` can be given only once.
cli-usage-value-missing = `{ $argument }` needs a value.
cli-usage-value-wrong = `{ $value }` isn’t a value that `{ $argument }` takes.
cli-usage-value-unwanted = `{ $argument }` takes no value.
cli-usage-unreadable = The arguments hold something that isn’t text.
cli-usage-did-you-mean = Did you mean `{ $word }`? `{ $command }` shows what you can type.
cli-usage-values = It takes one of these: { $values }.
cli-usage-hint = `{ $command }` shows what you can type.

cli-meant-revoke = To remove Gatelodge’s access to a server: `gatelodge revoke SERVER`.
cli-meant-login = To sign in: `gatelodge login SERVER`.
cli-meant-list = To see the servers and who is signed in: `gatelodge list`.
cli-meant-remove = To revoke the access to a server and forget it: `gatelodge remove SERVER`.
cli-meant-rename = To rename a server: `gatelodge rename SERVER NAME`.
cli-meant-token = To print only the token, for a script: `gatelodge token SERVER`.
cli-meant-events = To see who got what: `gatelodge events`.
cli-meant-serve = To serve agents: `gatelodge serve`.
cli-meant-doctor = To check how a server is protected: `gatelodge doctor URL`.
cli-meant-agent = To add agents and give them access: `gatelodge agent --help`.
cli-meant-vault = To lock or unlock the vault of the running Gatelodge: `gatelodge vault --help`.
cli-meant-vault-status = A command that needs the vault opens it. To see what protects it: `gatelodge vault status`.
cli-meant-nothing = Gatelodge has no such command. To see which there are: `gatelodge --help`.
cli-meant-version = To see which version this is: `gatelodge --version`.

cli-scheme-tried = You left out the scheme, so Gatelodge tries { $url }.
cli-no-scope = “{ $word }” can’t be a scope: it has a character that no scope has.
cli-no-time = “{ $text }” isn’t a time that Gatelodge understands.
cli-no-time-hint = Write `30m`, `1h`, `7d` or `never`.

## What a failure leads to: the command that helps.

cli-hint-login = Sign in: `{ $command }`.
cli-hint-step-up = Sign in again and ask for these permissions: `{ $command }`.
cli-hint-issuer-changed = If you trust the new sign-in service, sign in again: `{ $command }`. Nothing of your old sign-in is sent there.
# $hint is one whole sentence or several. $count is the number of departures that the command allows.
cli-hint-concede =
    { $count ->
        [one] { $hint } To allow this exception: `{ $command }`.
       *[other] { $hint } To allow all these exceptions: `{ $command }`. Leave out those that you don’t accept.
    }
# $hint is one whole sentence or several.
cli-hint-endpoints = { $hint } If the server’s owner gave you the addresses, enter them: `{ $command }`.
cli-hint-account = Choose one of the accounts with `--account`.

## Secrets that are typed or read from a file.

# $why is a sentence.
cli-file-unusable = { $path } can’t be used. { $why }
cli-file-unwritable = { $path } can’t be written. The system says: { $problem }.
cli-file-unwritable-hint = Name a file that doesn’t exist yet.
cli-secret-exposed = Other users can read { $path }, and the secret in it. Delete the file, or run `{ $command }`. Gatelodge keeps its own copy encrypted.
cli-secret-no-terminal = A secret is needed, and there is no terminal to ask on.
cli-secret-no-terminal-hint = Use `--secret-file` to name a file that holds the secret.
cli-secret-empty = No secret was typed.
cli-terminal-unreadable = The terminal couldn’t be read. The system says: { $problem }.
cli-typed-nothing = Nothing was typed.
cli-typed-nothing-hint = Nothing was done. Run the command again when you want to.
cli-typed-no-text = Something was typed that isn’t text.
cli-prompt-client-secret = Client secret:
cli-prompt-passphrase = Passphrase of the vault:
cli-prompt-passphrase-new = New passphrase (at least { $least } characters):
cli-prompt-passphrase-again = Type it once more:
cli-passphrase-short = A passphrase has at least { $least } characters.
cli-passphrase-short-hint = Choose a longer one: several words that only you would put together.
cli-passphrases-differ = The passphrases don’t match.
cli-passphrases-differ-hint = Nothing was created. Type the same passphrase twice.

## The vault.

cli-vault-made = Created a new vault at { $path }.
cli-vault-older = The vault’s file is an older copy, so it may contain access that you removed later. Agents get nothing until you run `gatelodge vault confirm`. If you didn’t put this copy back yourself, don’t confirm it.
cli-vault-waits = The vault is locked. Agents get nothing until you run `gatelodge vault unlock`.
cli-vault-not-there = There is no vault at { $path }.
cli-vault-not-there-hint = Run `gatelodge vault create` to protect it with a passphrase, or name a key file with `--key-file`.
cli-vault-no-keyring = There is no vault yet, and no keyring to keep its key in. A passphrase will protect the new vault.
cli-vault-wants-key-file = The vault opens with a key file.
cli-vault-wants-key-file-hint = Name the file with `--key-file` or `GATELODGE_KEY_FILE`.
cli-vault-wants-passphrase = The vault opens with a passphrase.
cli-vault-wants-passphrase-hint = On a terminal, each command asks for the passphrase. Elsewhere, name a file that holds the passphrase in `GATELODGE_PASSPHRASE_FILE`. `gatelodge serve --locked` waits for `gatelodge vault unlock`.
cli-vault-there-already = There is already a vault at { $path }.
cli-vault-there-already-hint = Move it away first if you want a new one.
cli-vault-create-no-terminal = The new vault needs a passphrase, and there is no terminal to ask on.
cli-vault-create-no-terminal-hint = Name a file that holds a passphrase in `GATELODGE_PASSPHRASE_FILE`, or a key file with `--key-file`.
cli-vault-locked = The vault of the running Gatelodge is locked. Agents get nothing until you run `gatelodge vault unlock`.
cli-vault-open-already = The vault of the running Gatelodge is already open.
cli-vault-open = The vault of the running Gatelodge is open.
cli-vault-open-for-agents = The vault of the running Gatelodge is open. Agents get what you gave them access to.
cli-vault-waits-not = The running Gatelodge isn’t waiting for a passphrase.
cli-vault-waits-not-hint = `gatelodge vault status` shows what keeps the vault from opening.
cli-vault-newest = This is the newest vault file that is known here. There is nothing to confirm.
cli-vault-confirmed = Confirmed. These agents are in the vault: { $agents }.
cli-vault-confirmed-no-agent = Confirmed. No agent is in the vault.
cli-vault-confirmed-look = Check what each agent may use with `gatelodge agent list`, and what you allowed with `gatelodge concessions SERVER`.
cli-vault-opens =
    { $protection ->
        [keyring] The vault opens. A key in the system’s keyring protects it.
        [passphrase] The vault opens. A passphrase protects it.
       *[key_file] The vault opens. A key file protects it.
    }

## The end of the program, and what it waits for.

cli-answer-lost = The disk didn’t take the server’s answer, so it is lost. You may have to sign in again.
cli-waiting-for-disk = Waiting for space on the disk to save a server’s answer. Free some space, or press Ctrl-C to stop and lose the answer.
cli-waiting-for-hosts = Finishing the exchange with { $hosts }. Press Ctrl-C once more to stop at once; that sign-in may then be lost.

## Another program of this computer, asked by this one.

cli-host-refused = The running Gatelodge refused the request.
cli-host-silent = { $host } didn’t answer within { $span }.
cli-host-no-http = { $host } gave an answer that isn’t HTTP.
cli-host-unreachable = { $host } can’t be reached. The system says: { $problem }.

## list and show.

cli-list-empty = No MCP server was added yet. Add one: `gatelodge add URL`. Or see how it works: `gatelodge demo`.
# The token has ended, and that is no matter.
cli-renews-when-used = renews when used
cli-show-service = sign-in service
cli-show-page = sign-in page
cli-show-tokens = tokens from
cli-show-client = client ID
cli-show-method = sign-in
cli-show-revocation = revocation
cli-show-revocable = offered
cli-show-irrevocable = not offered
cli-show-assumed = Gatelodge assumes these addresses. No document names them.
cli-show-entered = You entered these addresses. No document names them.
cli-show-named-by-itself = The server chose this name itself. You can change the name.
cli-show-agent = Agent { $agent } may use this server as { $account }.
cli-show-agent-until = Agent { $agent } may use this server as { $account } for another { $span }.
# $why is a few words, such as: ended.
cli-show-agent-not = Agent { $agent } can’t use this server as { $account } now ({ $why }).
cli-show-issuer-change = The server now names the sign-in service { $new }. You signed in at { $old }.
cli-show-issuer-change-trust = If you trust the new sign-in service, sign in again: `{ $command }`.
cli-show-revocation-open = { $headline } Try again: `{ $command }`.
cli-show-step-up = A request also needed { $scopes }. Sign in again: `{ $command }`.
cli-show-locked = Only { $account } may sign in. To let other accounts sign in: `{ $command }`.
cli-show-scopes-chosen = You chose what to ask for: { $scopes }
cli-show-dpop = The server accepts only tokens that are bound to a key (DPoP).
cli-show-allowed = allowed: { $name }: { $title }
# $when is a moment, such as: 3 hours ago.
cli-show-allowed-since = allowed: { $name } ({ $when }): { $title }
# $state is a few words or a sentence.
cli-show-account = account { $account }  { $state }
cli-show-token-renews = The token ends in { $span } and renews by itself.
cli-show-token-ends = The token ends in { $span }. Then you have to sign in again.
cli-show-token-renews-ended = The token ended { $when } and renews by itself.
cli-show-token-ended = The token ended { $when }.
cli-show-unasked = Granted although Gatelodge didn’t ask for it: { $scopes }

## How things are, in a few words.

cli-signed-in = signed in
cli-sign-in-needed = sign-in needed
cli-revoked = revoked
cli-removed-here = removed here
cli-removed-here-open = removed here, not confirmed
cli-locked-to-it = locked to it
cli-method-browser = in the browser
cli-method-device = with a code in another browser
cli-method-program = as a program, with its client ID and its secret or key
cli-method-provider = through the identity provider { $provider }
cli-method-workload = as a workload, with the JWT in { $file }
cli-standing-ended = ended
cli-standing-login-needed = sign-in needed
cli-standing-login-revoked = sign-in revoked
cli-standing-issuer-changed = sign-in service changed
cli-standing-account-locked = locked to another account
cli-standing-narrower = fewer permissions than the token has
cli-standing-key-bound = tokens are bound to a key
cli-permit-again = Give { $agent } access again? `{ $command }`.

## add, rename, endpoints, concede.

cli-add-named-already = { $url } was already added, and is called { $name }.
cli-add-named-already-hint = To rename it: `{ $command }`.
cli-add-again = { $server } was already added. Gatelodge checked it again.
cli-renamed = { $server } is now called { $name }.
cli-found-open = { $server } answers without a token. There is nothing to sign in to.
cli-found-protected = { $server } is protected by { $host }.
cli-found-in-metadata = The metadata of { $server } says that { $host } protects it.
cli-found-silent = No MCP server answered at the address itself (status { $status }). Check that it is the right one.
cli-found-own-name = The server chose this name itself. To rename the server: `{ $command }`.
cli-concessions-none = You allowed no exceptions for { $server }.
# $when is a moment, such as: 3 hours ago.
cli-concession-since = allowed { $when }
cli-concession-risk = Risk: { $risk }
cli-concession-withdraw = To remove this exception: `{ $command }`.

## login.

cli-login-cancelled = The sign-in was cancelled.
cli-login-at-provider = You sign in at { $host }, your company’s provider.
cli-login-paste = Open this link in any browser, sign in, and paste the address that the browser ends on.
cli-login-answer-unused = Gatelodge ignored an answer from the browser. { $why } Still waiting; press Ctrl-C to stop.
cli-login-code-where = In any browser, open  { $url }
cli-login-code = and type the code     { $code }
cli-login-code-warning = Type the code only there, and never type a code that somebody sent you. Waiting; press Ctrl-C to stop.
cli-login-browser-failed = The browser couldn’t be opened: { $why }
cli-login-open-yourself = Open this link yourself:
cli-login-browser-unwanted = As you asked, Gatelodge opened no browser. Open this link in a browser on this computer:
cli-login-browser-asked = Gatelodge asked your browser to open this link. If nothing appears, open the link yourself:
cli-login-waiting = Waiting for the browser’s answer. Press Ctrl-C to stop. You can also paste the address that the browser ends on.
cli-login-wrong-address = This isn’t the address that this sign-in ended on. Paste the whole address as the browser shows it, or press Ctrl-C to stop.
cli-login-no-path = { $file } isn’t a path. The system says: { $problem }.
cli-login-provider-first = Enter the identity provider first: `{ $command }`.
cli-login-other-way = `gatelodge login --help` lists the ways to sign in. To use the browser: `{ $command }`.
cli-login-unnamed = The server doesn’t say who signed in. To name this account: `{ $command }`.
cli-login-unnamed-ask = To have the sign-in service say who signed in: `{ $command }`.
cli-login-done = { $server }: signed in as { $account }.
cli-login-granted = granted: { $scopes }
cli-login-granted-untold = granted: access; the sign-in service didn’t say which permissions
cli-login-consent = Some sign-in services let a sign-in be renewed only if you agree to everything again. To sign in that way: `{ $command }`.
cli-login-revocation-open = { $headline } Try again: `{ $command }`.

## account, scopes, refresh, token.

cli-account-none = Nobody is signed in. To sign in: `{ $command }`.
cli-account-renamed = { $account } at { $server } is now called { $name }.
cli-account-locked = Only { $account } may sign in to { $server } from now on.
cli-account-unlocked = Any account may sign in to { $server }.
cli-scopes-chosen = { $server }: the next sign-in asks for { $scopes } (your choice).
cli-scopes-automatic = { $server }: the next sign-in asks for { $scopes } (what the server asks for).
cli-scopes-offered = offered: { $scopes }
cli-scopes-lacked = also needed by a request: { $scopes }
cli-refreshed = The token of { $server } was renewed.
cli-refreshed-until = The token of { $server } was renewed. It ends in { $span }.
# Both are numbers of seconds, the second one as it was typed: --min-valid 300.
cli-token-too-short =
    { $seconds ->
        [one] The token is good for { $seconds } second, and you asked for `--min-valid { $wanted }`. Gatelodge can’t get another token now.
       *[other] The token is good for { $seconds } seconds, and you asked for `--min-valid { $wanted }`. Gatelodge can’t get another token now.
    }
cli-agent-variable-missing = { $variable } isn’t set, or its value can’t be read.
cli-agent-variable-missing-hint = An agent needs both { $id } and { $file }.
# $why is a sentence.
cli-agent-key-unusable = The agent’s key file { $path } can’t be used. { $why }
cli-agent-key-unusable-hint = { $variable } names the file that `gatelodge agent add NAME --write-key PATH` wrote.

## client, client-metadata, provider.

cli-client-no-service = { $server } names no sign-in service.
cli-client-no-service-hint = Without one there is nothing to sign in to, and no client ID is needed.
cli-client-used = used now
cli-client-used-none = none yet
# $how is a word of the command line, such as: dynamic.
cli-client-used-how = { $client } ({ $how })
cli-client-answers = answers at
cli-client-answers-none = nowhere: this client ID needs no browser
cli-client-answers-first = { $addresses } (registered at the first sign-in)
cli-client-entered = entered
cli-client-entered-none = none
cli-client-document = document
cli-client-document-by = yes, at { $url }
cli-client-document-host = yes; to host one: `gatelodge client-metadata`
cli-client-document-not = not taken
cli-client-dynamic = dynamic
cli-client-dynamic-yes = yes: the sign-in service gives this program a client ID
cli-client-dynamic-no = not offered
cli-client-by-hand = To register by hand, give the sign-in service one of these redirect URIs, exactly as it stands:
cli-client-by-hand-then = Then: `{ $command }`.
cli-client-key-id-alone = `--key-id` names a key, but `--private-key-file` is missing.
cli-client-set = The client ID { $client } was saved for { $issuer }.
cli-client-set-proof = proof: { $method }
cli-client-set-redirects = redirects: { $uris }
cli-client-list-empty = There is no client ID yet. The first sign-in at a service gets one, or you enter one: `gatelodge client set SERVER --client-id ID`.
cli-client-unknown = No client ID has the ID “{ $id }” here.
cli-client-unknown-hint = `gatelodge client list` shows all client IDs. Use the ID in the first column.
cli-client-forgotten = The client ID { $client } for { $issuer } was deleted here.
cli-document-cleared = The document’s address was deleted here.
cli-document-unknown = No address of a client ID document is saved.
cli-document-unknown-hint = Say where you will host it: `gatelodge client-metadata --url https://example.org/gatelodge.json`.
cli-document-saved = Saved. Host this document at exactly that address, as application/json and without redirects:
cli-provider-set = { $issuer } was added.
cli-provider-list-empty = No identity provider was added. Add your company’s: `gatelodge provider set ISSUER --client-id ID`.
cli-provider-removed = { $issuer } was removed.

## agent.

cli-agent-id = id: { $id }
cli-agent-key = key: { $key }
cli-agent-key-in-file = key: in { $path }
cli-agent-key-once = Copy the key now: it isn’t shown again. To fetch a token with it:
cli-agent-key-socket = While Gatelodge isn’t running, another program may take that port and be sent the key. No other user can take the place of the Unix socket. To use the socket, put a new key into a file with `{ $command }`, then:
cli-agent-by-socket = To fetch a token with it over the Unix socket, whose place no other user can take:
cli-agent-renamed = { $agent } is now called { $name }.
cli-agent-removed = { $agent } was removed. Its key no longer works.
cli-agent-permitted = { $agent } may use { $server } as { $account }.
cli-agent-permitted-for = { $agent } may use { $server } as { $account } for { $span }.
cli-agent-no-permit = { $agent } has no access to { $server }.
cli-agent-no-permit-hint = `gatelodge agent list` shows what each agent may use.
cli-agent-several-accounts = { $agent } may use several accounts of { $server }.
cli-agent-unpermitted = { $agent } may no longer use { $server }.
cli-agent-list-empty = No agent was added yet. Add one: `gatelodge agent add NAME`.
cli-agent-use = { $server } as { $account }
# $why is a few words, such as: ended.
cli-agent-use-not = { $server } as { $account } ({ $why })

## revoke, remove, receipts.

cli-revoke-let-go-ask = Stop trying to revoke the access to { $server }, and delete its remaining tokens here? After that, Gatelodge can’t try again.
cli-revoke-ask = Revoke the access of { $account } to { $server }? Agents lose it at once.
cli-revoke-again = Trying again…
cli-revoke-begun = Revoking the access…
cli-revoke-none-open = There is nothing left to take back at { $server }.
cli-revoke-none-open-hint = To see what was revoked before: `{ $command }`.
cli-remove-granted-ask = Revoke the access to { $server } and forget the server?
cli-remove-ask = Forget { $server }?
cli-removed = { $server } was removed.
cli-receipts-none = No access was revoked yet.
cli-receipt-token-until = Anyone who has the most recent access token can use it for another { $span }.
cli-receipt-token-untold = Anyone who has the most recent access token can still use it. The sign-in service didn’t say for how long.
cli-receipt-open = Try again: `{ $again }`. Or give up: `{ $stop }`.

## events, serve.

cli-events-none = Nothing of this kind has happened yet.
cli-serve-nothing = Gatelodge can’t serve agents.
cli-serve-elsewhere = Not serving: another Gatelodge already serves the agents.
cli-serve-at = Serving at { $url }
cli-serve-no-port = Not serving on a port yet. Gatelodge tries again every two seconds.
cli-serve-socket = socket { $path }

## call.

cli-call-params = The value of `--params` isn’t a JSON object.
cli-call-params-hint = For example: `{ $example }`.
cli-call-no-method = “{ $method }” can’t be a method.
cli-call-no-method-hint = For example: `tools/list`.
cli-call-refused = { $server } refused { $method }.
cli-call-refused-arguments-hint = Check the method and the value of `--params`.
cli-call-refused-hint = The server decides this. Its answer or its owner can say why.
cli-call-login = { $server } doesn’t accept this sign-in for { $method }.
cli-call-robot = { $server } refuses this program for { $method } (status { $status }).
cli-call-forbidden = { $server } refuses this account for { $method }.
cli-call-too-often = { $server } was asked too often.
cli-call-redirect = { $server } answered { $method } with a redirect to { $target }. Gatelodge never follows a redirect with a token.
cli-call-redirect-hint = A company’s login page may stand in front of the server. Its owner has to let programs through.
cli-call-no-answer = { $server } answered { $method } with status { $status } and no JSON-RPC answer.
cli-call-refused-status = { $server } refused { $method } (status { $status }).
cli-call-refused-status-hint = Trying again doesn’t help. The server’s answer or its owner can say what does.
cli-call-not-now = { $server } can’t answer { $method } now (status { $status }).
cli-call-later-hint = Wait { $span }, then try again. Nothing was lost.

## demo.

cli-demo-folder-hint = Name a folder that doesn’t exist yet.
cli-demo-interrupted = The demo was interrupted.
cli-demo-interrupted-hint = Run it again when you want to.
cli-demo-folder-stays = { $path } couldn’t be deleted. The system says: { $problem }.
cli-demo-folder-unmade = { $path } couldn’t be created. The system says: { $problem }.
cli-demo-end = The demo is complete.
cli-demo-vault-kept = The demo’s vault is still in { $path }.
cli-demo-vault-gone = Nothing of the demo is left on this computer.
cli-demo-add = Add the MCP server { $url }
cli-demo-sign-in = Sign in as { $user }, once
cli-demo-page = Your browser shows the sign-in page. The demo’s user is { $user }, with the password { $password }.
cli-demo-form = There is no browser here, so the form is filled in for you.
cli-demo-signed-in = Signed in as { $account }.
cli-demo-look = See what was granted
cli-demo-permit = Add an agent and give it access
cli-demo-may-use = { $agent } may use { $server }.
cli-demo-fetch = The agent fetches a token at { $url }
cli-demo-token = 200: a token for { $account }, which ends in { $span }
cli-demo-call = The agent calls a tool of the MCP server with the token
cli-demo-revoke = Revoke the access
cli-demo-again = Use the same token again, and let the agent ask again
cli-demo-old-token = MCP server: { $status }
cli-demo-agent-told = endpoint: { $error }, { $hint }
cli-demo-unstarted = The demo’s servers couldn’t be started. The system says: { $problem }.
cli-demo-no-port = The demo went wrong: the endpoint has no port.
cli-demo-nobody = The demo went wrong: nobody may sign in at its servers.
cli-demo-no-page = The demo went wrong: nobody had to sign in.
cli-demo-no-token = The demo went wrong: the endpoint gave no token.
cli-demo-no-tool = The demo went wrong: the tool didn’t answer.
cli-demo-unproven = The demo went wrong: the server still accepts the old token.
cli-demo-old-token-taken = The demo went wrong: the old token was not refused.
cli-demo-agent-untold = The demo went wrong: the agent was not told that a sign-in is needed.
cli-demo-form-address = The demo’s sign-in leads to { $address }, which isn’t a URL.
cli-demo-form-none = The demo’s sign-in leads to a page with status { $status } and no form.
cli-demo-form-pages = The demo’s sign-in leads through too many pages.
