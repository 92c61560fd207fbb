### What only the window says. Messages stand where they are shown, from the frame to the pages; words that several places
### share come first. Text in `backticks` is code and stays as it is.

## Words of all pages

add-agent = Add agent
back-to-servers = All servers
cancel = Cancel
change = Change
choose = Choose…
copied = Copied
copy = Copy
copy-address = Copy address
copy-failed = The clipboard can’t be used. Select the text and copy it yourself.
dismiss = Dismiss
done = Done
enter = Enter…
forget = Forget
later = Later
# How many a search found.
list-found = { $count } found
# How much of a long list is shown.
list-shown = Showing { $shown } of { $total }
looking = Looking…
open = Open
remove = Remove
rename = Rename
save = Save
show-more = Show more
try-again = Try again
undo = Undo
# A keyboard shortcut: the names of the keys as they are printed on the keyboard.
shortcut = Ctrl+{ $key }
time-just-now = just now
# The title of the program’s window.
window-title = { $screen } · Gatelodge
# Two sentences of the program, one after the other.
two-sentences = { $first } { $second }

## Something failed

failure-code = Code: { $code }
failure-details = Details
failure-internal = Something went wrong in Gatelodge. Please report it.
failure-said = The server said:

## The frame

app-name = Gatelodge
app-opening = Opening the vault…
skip-to-content = Skip to content
nav-label = Main
nav-servers = Servers
nav-agents = Agents
nav-activity = Activity
nav-doctor = Doctor
nav-settings = Settings
screen-servers = MCP servers
screen-add = Add an MCP server
screen-server = Server
guard-keyring = Key in the system keyring
guard-passphrase = Protected by a passphrase
guard-key-file = Key in a file
guard-locked = Locked
endpoint-ready = Ready at { $address }
endpoint-off = Agents can’t connect
lock = Lock
quit = Quit

## Leaving the window

leave-key-title = Close without the key?
leave-key-about = This is the only time the key of { $agent } is shown. Once this window closes, nobody can see it again.
leave-key-back = Back to the key
close-anyway = Close anyway
quit-anyway = Quit anyway
leave-unseen-title = Keep running in the background?
leave-unseen-about = Agents can still connect while the window is closed, and sign-ins keep renewing. This desktop shows no tray icon. To see the window again, open Gatelodge.
keep-running = Keep running

## An open vault that needs attention

vault-older-title = This is an older copy of the vault.
vault-older-about = It may contain access that you removed later. Gatelodge shows no agents and gives them nothing until you confirm this copy.
vault-older-advice = After that, check who has access. If you didn’t put this copy back yourself, someone else may have: don’t confirm it, and bring back the newer file.
vault-older-confirm = Confirm this copy
vault-confirmed = Confirmed. Check who has access.
vault-unsaved-title =
    { $count ->
        [one] Gatelodge couldn’t save a renewed sign-in.
       *[other] Gatelodge couldn’t save { $count } renewed sign-ins.
    }
vault-unsaved-about = Free some space on the disk, or make it writable. Gatelodge then saves by itself.
vault-unsaved-advice = Agents can still connect. While this message is here, quitting Gatelodge or shutting down may lose what isn’t saved. The vault is { $path }.

## A vault that is not open

gate-absent = Choose how to protect your sign-ins
gate-gone = The vault is gone, but its key is still here
gate-locked = The vault is locked
gate-key-missing = This vault’s key is missing
gate-key-unavailable = Unlock your keyring
gate-unusable = The vault can’t be opened
passphrase = Passphrase
passphrase-confirm = Confirm passphrase
passphrase-enter = Enter your passphrase to unlock.
passphrase-least =
    { $count ->
        [one] At least one character
       *[other] At least { $count } characters
    }
passphrase-differs = Passphrases don’t match.
passphrase-forgotten = If you forget the passphrase, your sign-ins can’t be recovered.
vault-create = Create vault
vault-create-empty = Create empty vault
vault-file = The file is { $path }.
vault-file-untouched = The file is { $path }. Gatelodge didn’t change it.
unlock = Unlock
key-file = Key file
keyring-title = System keyring
keyring-recommended = Recommended
keyring-locked = Your keyring is locked. Unlock it in the window that just opened. This page then continues by itself.
keyring-try = Unlock and try again

## Servers

welcome-title = Your MCP sign-ins, in one safe place
welcome-about = Sign in once. See what you granted. Revoke it with one click. Agents get short-lived access and never see your sign-in.
welcome-or = or
demo-start = Try a demo server
demo-badge = Demo
demo-name = Demo notes
demo-removed = Demo removed.
demo-remove = Remove demo
add-server = Add server
servers-search = Search servers
servers-search-example = Name or address
servers-none-found = No server matches “{ $search }”.
# The second line of a server in the list: where it is, and who is signed in there.
row-account = { $host } · { $account }
url-label = MCP server address
url-check = Check server
url-plain = Use https. Plain http works only on this computer.
url-use-https = Use https instead

## How a server stands

state-not-protected = No sign-in needed
state-sign-in-needed = Sign-in needed
state-waiting-browser = Waiting for your browser
state-waiting-code = Waiting for the code
state-connected = Connected
state-revoked = Revoked
state-removed-here = Removed here
token-expires = Token expires in { $left }
token-renews-next = Renews at the next use
token-untold = Token expiry unknown
connected-renews = Connected · renews automatically
connected-renews-next = Connected · renews at the next use
connected-untold = Connected · the server doesn’t say for how long

## Adding a server

add-result = Result
add-ready = Ready to sign in
add-client-needed = Client ID needed
add-open = This server works without a sign-in. There is nothing to store.
checked = What Gatelodge checked
checked-when = Checked { $when }
check-again = Check again
checked-again = Checked again.
trace-ok = Good
trace-next = Next step
trace-warning = Warning
trace-problem = Problem
trace-answer = Show the answer
trace-running = Checking…

## Signing in

sign-in = Sign in
sign-in-again = Sign in again
sign-in-with-code = Sign in with a code
sign-in-through-company = Sign in through my company
sign-in-at-host = Sign in at { $host }
sign-in-with = Sign in with { $scopes }
sign-in-with-only = Sign in with { $scopes } only
sign-in-without = Sign in without { $scopes }
sign-in-without-scopes = Sign in without permissions
sign-in-new-registration = Sign in with a new registration
sign-in-this-way = Sign in this way
sign-in-other-redirect = Try another way back
sign-in-kept = Later sign-ins ask for the same permissions. To change them, go to “{ $section }”.
get-access = Get access
signed-in = Signed in.
not-connected = Not connected yet
sign-in-running = Sign-in in progress
sign-in-failed = Sign-in failed

waiting-where = Sign in at { $host }.
waiting-deep-link = When your browser asks to open Gatelodge, choose { $open }.
# The button of the browser’s own question “Open Gatelodge?”.
waiting-deep-link-open = Open
waiting-loopback = Your browser says when you’re done. This page updates by itself.
waiting-expires = Expires in { $left }.
waiting-open-again = Open again
waiting-other-redirect = Blank page? Try another way back
waiting-copy-link = Copy link
waiting-trouble = Problems signing in?
waiting-paste = If the browser shows an error or is on another computer, paste the address it ended on
waiting-paste-use = Use address

device-title = Enter this code in any browser
device-where = at { $address }
device-open = Open it here
device-copy-code = Copy code
device-warning = Enter the code only there, and only if you started this sign-in yourself. Never enter a code that someone sent you: it would let them in as you.
device-expires = Code expires in { $left }. This page updates when you’re done.

client-first = This sign-in service doesn’t register apps. Ask its owner for a client ID.
client-enter = Enter client ID…
client-enter-again = Enter client ID again…
review-risk = Review risk…
sign-in-at-address = Sign in at this address…
addresses-enter = Enter addresses…
run-diagnosis = Run diagnosis

## What must be allowed first

exceptions-title =
    { $count ->
        [one] { $server } needs one exception
       *[other] { $server } needs { $count } exceptions
    }
exceptions-about = This server works only if you allow all of these exceptions. Choose only those that you accept.
exceptions-where = Only for { $server }. You can remove it on the server’s page.
exceptions-rest = Without the others, Gatelodge refuses this server again.
exception-risk = What could go wrong.
exception-own-address = Sign in at { $server } itself?
exception-own-address-allow = Sign in there
exception-allow = Allow for { $server }
exceptions-allow = Allow
exceptions-allow-all = Allow all
exceptions-allow-some = Allow { $chosen } of { $count }

## The page of a server

server-name = Name
server-opening = Opening…
server-open = This server works without a sign-in.
server-remove = Remove server
details-title = Sign-in details
detail-sign-in-at = You sign in at
detail-issuer = Issuer
detail-addresses = Addresses
detail-addresses-entered = entered by you; no document lists them
detail-addresses-assumed = assumed; no document lists them
detail-asks-for = Gatelodge will ask for
detail-default-scopes = the server’s default permissions
detail-client = Client ID
detail-registration = Registration
detail-revoking = Revoking
detail-revoking-offered = supported
detail-revoking-missing = not supported
detail-other-hosts = Parts of this sign-in service are on another host: { $hosts }. Sign in only if you expect that.

account-add = Add another account
account-add-about = { $host } lets you choose an account. Accounts that are connected stay.
account-hint = Account
account-hint-about = Optional. Gatelodge passes it to the sign-in page, which may fill it in for you.
account-which = Which account is this?
account-name = Account name
account-name-it = Name account
account-lock = Lock to this account
account-lock-about = Other accounts then can’t sign in
account-locked = Locked to this account
account-locked-about = Other accounts can’t sign in
account-device = Signed in with a code.
account-client-credentials = Gatelodge’s own access; nobody signed in.
account-enterprise = Through your company’s identity provider.
account-workload = Through the platform that runs Gatelodge.

grant-renew = Renew now
grant-renewed = Renewed.
grant-bound = Its tokens are bound to a key in this vault (DPoP), so agents can’t get them. To send a request yourself, use `gatelodge call`.
grant-when = Signed in { $granted }
grant-when-renewed = Signed in { $granted }, renewed { $renewed }
grant-ends = This sign-in came without a refresh token, so Gatelodge can’t renew it. Sign in again in { $left }.
grant-ended = This sign-in came without a refresh token, so Gatelodge can’t renew it. Its access has ended. Sign in again.
grant-ends-untold = This sign-in came without a refresh token, so Gatelodge can’t renew it. Sign in again when its access ends. The server doesn’t say when.
grant-consent-may-help = If you agree to everything again, the next sign-in may renew automatically.
grant-consent = Sign in and agree again
revoke = Revoke
revoke-title = Revoke this access?
revoke-about = Gatelodge revokes access at { $host }, deletes it here, and checks whether the old token still works. Agents lose access at once.

scopes-permission = Permission
scopes-granted = Granted
scopes-not-granted = Not granted
scopes-requested = Requested
scopes-not-requested = Not requested
scopes-available = Available
scopes-not-available = Not available
scopes-unasked = granted without being requested
scopes-none = This server lists no permissions.

issuer-change-title = This server now uses another host for sign-ins.
issuer-change-about = Gatelodge sends nothing of the old sign-in to the new host. If you didn’t expect this, ask the server’s owner first.
issuer-change-moved = moved to
step-up-title =
    { $count ->
        [one] An agent needs another permission:
       *[other] An agent needs more permissions:
    }
step-up-about = The server refused a request that needs more permissions. Sign in again to add them. Agents with all permissions get them as well.
step-up-sign-in =
    { $count ->
        [one] Sign in with this permission
       *[other] Sign in with these permissions
    }

revocation-show = Show receipt
revocation-let-go = Stop trying
revocation-let-go-title = Stop trying to revoke?
revocation-let-go-about = Gatelodge deletes what it kept for another try. You can then only revoke the rest at { $host } yourself.
revocation-service = the sign-in service
access-offer = Let { $agent } use it again? It had access until { $account } was revoked.
access-offer-give = Give access again
access-offer-no = No

remove-title = Remove { $name }?
remove-revokes = Gatelodge first asks the sign-in service to revoke access, and shows you its answer. Agents lose access at once.
remove-plain = Nobody is signed in to this server. Gatelodge only removes it from the list.
remove-anyway = Remove anyway
remove-and-revoke = Revoke and remove
removed = { $name } removed.

## Settings of one server

choices-title = Settings for this server
choice-method = Sign in with
choice-scopes = Ask for
choice-scopes-default = the server’s defaults
choice-scopes-none = none
choice-client-later = chosen at the first sign-in
choice-addresses = Addresses
choice-addresses-unknown = not known yet
choice-accounts = Accounts
choice-accounts-only = only { $account }
choice-accounts-unlock = Unlock
choice-exceptions = Exceptions you allowed
choice-exception-since = allowed on { $date }
choice-exception-meaning = What it means
exception-remove-title = Remove this exception?
exception-remove-about = “{ $title }” is then no longer allowed for { $server }. If the server hasn’t changed, the next sign-in fails and Gatelodge asks you again.
exception-removed = Exception removed. The next sign-in is strict again.

client-entered = entered by you
client-document = your client ID document
client-registered = registered automatically
client-entered-on = entered by you on { $date }
client-document-on = your client ID document since { $date }
client-registered-on = registered automatically on { $date }
client-saved = Saved. The next sign-in uses it.

method-title = Sign-in method
method-about = The new method applies from the next sign-in. Accounts that are connected now stay connected.
method-browser = In the browser
method-browser-about = The usual way: you sign in and agree in this computer’s browser.
method-device = With a code in another browser
method-device-about = You enter a short code in any browser, also on another computer.
method-client-credentials = As Gatelodge itself
method-client-credentials-about = Nobody signs in. The client ID has access of its own, and needs a secret or a private key.
method-enterprise = Through my company
method-enterprise-about = You sign in at your company’s identity provider, which speaks for you at this server.
method-workload = As a workload of the platform
method-workload-about = The platform that runs Gatelodge writes a signed token to a file.
method-is-browser = your browser
method-is-device = a code in another browser
method-is-client-credentials = Gatelodge’s own access; nobody signs in
method-is-enterprise = your company, { $provider }
method-is-workload = the platform’s token in { $file }
method-token-file = File with the workload’s token
method-token-file-about = The platform keeps this file up to date. Gatelodge reads it at each sign-in.
method-provider = Company identity provider
method-provider-other = Another one…
method-provider-address = Provider address (issuer)
method-provider-client = Client ID at the provider
provider-enter-title = Client ID at { $provider }
provider-enter-about = Your company’s identity provider refused what was entered before. Ask its administrator if you aren’t sure.

ask-title = Permissions to ask for
ask-about = Permissions (scopes) say what a token may do. What you granted stays until the next sign-in.
ask-default = The server’s defaults
ask-fixed = Always these
ask-list = Permissions
ask-list-about = Put spaces between permissions. If you leave this empty, Gatelodge asks for none, and the sign-in service decides.
ask-offered = The server lists: { $scopes }

client-title = Client ID for this server
client-title-wanted = This server needs a client ID
client-about = A sign-in service knows Gatelodge by its client ID. It’s no secret, and it isn’t your account.
client-where = This client ID is for { $issuer }. Gatelodge never sends it anywhere else.
client-ways = How to get a client ID
client-way-given = I was given one
client-way-given-about = The service’s owner registers Gatelodge once and gives you its client ID.
client-way-dynamic = Register automatically
client-way-dynamic-about = Gatelodge asks the sign-in service for its own client ID, as it does at most servers.
client-way-document = Use my client ID document
client-way-document-about = The client ID is the address of your document, { $address }.
client-way-document-missing = It also takes client ID documents. Put one on the web and enter its address in Settings; then you don’t need a client ID.
client-step-redirect = 1. Ask the owner to register one of these redirect URIs, and tick it here
client-step-enter = 2. Enter your client ID
client-id = Client ID
client-secret = Client secret
client-secret-about = Enter a secret only if you were given one. Gatelodge stores it encrypted in the vault.
client-more = More: a private key, another client authentication
client-method = Client authentication
client-method-automatic = Automatic: what the service accepts
client-method-basic = Secret in the header (`client_secret_basic`)
client-method-post = Secret in the body (`client_secret_post`)
client-method-jwt = Signed with a private key (`private_key_jwt`)
client-method-none = None: there is no secret
client-key = Private key (PEM)
client-key-file = or from a file:
client-key-id = Key ID (kid)
client-key-id-about = Enter a key ID only if you were given one.

addresses-title = Enter the addresses yourself
addresses-about = A sign-in service usually publishes its addresses. If it doesn’t, its owner can give them to you.
addresses-note-hosts = Nobody vouches for these addresses, so check each host. You sign in at the first one. Tokens come from the second.
addresses-note-pkce = Nothing confirms that the sign-in service checks PKCE, a safety check. Gatelodge asks you to allow that.
addresses-note-client = Gatelodge can’t register itself. You need a client ID from the owner, too.
addresses-note-change = If the addresses change, enter them again. They apply to this server only.
addresses-before = Entered before.
addresses-login = Sign-in page
addresses-login-about = Also called authorization endpoint.
addresses-token = Token address
addresses-token-about = Also called token endpoint.
addresses-more = More: where access is revoked, and the issuer
addresses-revocation = Revocation address
addresses-revocation-about = Without it, Gatelodge can’t revoke access at the service.
addresses-issuer = Issuer
addresses-issuer-about = If empty, Gatelodge uses the one the MCP server names, or else the host of the sign-in page.
addresses-asks =
    { $count ->
        [one] Allow one exception for this server
       *[other] Allow these exceptions for this server
    }
addresses-use = Use addresses
addresses-allow-and-use = Allow and use
addresses-saved = Saved. The next sign-in goes there.
addresses-forget-title = Forget the addresses?
addresses-forget-about = Gatelodge then asks the sign-in service for its published addresses again. If there are none, you can’t sign in or renew here until you enter addresses again.
addresses-forgotten = Addresses forgotten. Gatelodge uses the published addresses again.
addresses-goes = You sign in at { $host }.
addresses-are-entered = You entered these addresses. { $goes }
addresses-are-assumed = No document lists these addresses, so Gatelodge assumes them. { $goes }
addresses-are-published = The sign-in service publishes these addresses.
addresses-line-login = Sign-in page { $address }
addresses-line-token = Tokens { $address }
addresses-line-revocation = Revocation { $address }
addresses-line-no-revocation = No revocation address

## Agents and their access

agents-hidden = Confirm the older copy of the vault to see your agents.
agents-none = No agents yet
agents-none-about = Give each program that works for you its own key. With it, the program asks Gatelodge for short-lived tokens, and gets only what you give it access to.
agents-search = Search agents
agents-search-example = Name
agents-none-found = No agent matches “{ $search }”.
agent-asked = last asked { $when }
agent-never-asked = hasn’t asked for anything yet
agent-new-key = New key
agent-remove-about = Its key stops working at once. Tokens it already has expire by themselves.
agent-new-key-title = New key for { $agent }?
agent-new-key-about = The current key stops working at once. The agent keeps its access. You see the new key once, right after this.
agent-new-key-make = Create new key
agent-add-about = An agent is a program that works for you. Choose any name you like.
agent-name = Name
agent-name-example = Claude Code
agent-create = Add
agent-key-title = Key for { $agent }
agent-key-about = Copy this key now. You won’t be able to see it again: Gatelodge keeps only a hash of it.
agent-key-id = ID
agent-key-key = Key
agent-key-example = Get a token with it
agent-this = the agent

access-give = Give access
access-remove = Remove access
access-none = No access yet.
access-removed = { $agent } can no longer use { $server }.
access-server-as = { $server } as { $account }
access-ends = ends { $when }
access-to-title = Give access to { $agent }
access-title = Give an agent access
access-about = It gets short-lived tokens with all permissions you granted, and never your sign-in.
access-no-agent = There is no agent yet.
access-no-server = You aren’t signed in to any server yet.
access-no-account = Nobody is signed in to this server now.
access-to-servers = Go to servers
access-agent = Agent
access-server = Server
access-account = Account
access-until = How long
access-until-removed = until I remove it
access-for-hour = for an hour
access-for-day = for a day
access-for-week = for a week
access-agents = Agents with access
access-agents-of = Agents with access to { $account }
access-agents-none = No agents have access.
access-agents-hidden = Confirm the older copy of the vault to see them.

## Activity and receipts

activity-all-servers = All servers
activity-all-agents = All agents
activity-none = Nothing happened yet.
activity-done = Done
activity-refused = Refused or failed
receipts-title = Receipts
receipt-title =
    { $count ->
        [one] Receipt
       *[other] Receipts
    }
receipt-where = { $server }, { $when }
receipt-step-done = Done
receipt-step-not-offered = Not offered
receipt-step-failed = Not done
receipt-token-untold = Anyone who has the most recent access token can still use it. The sign-in service didn’t say until when.
receipt-token-ended = The most recent access token expired { $when }.
receipt-token-lives = Anyone who has the most recent access token can use it until it expires { $when }.

## The doctor

doctor-about = Find out why a server doesn’t let you in. The doctor sends requests without a token. It registers nothing and signs nobody in.
doctor-problems = Problems
doctor-missing = Not offered
doctor-passed = Passed
doctor-for-owner = For its owner:
doctor-finding = { $title }.
doctor-copy-report = Copy report for the server’s owner
doctor-save = Save as JSON
doctor-saved = Saved as { $path }
doctor-add = Add this server
doctor-steps = Step by step
doctor-diagram = Requests and answers
# One arrow of the diagram, read out: who asks or answers whom, and with what.
doctor-diagram-message = { $from } to { $to }: { $text }
outcome-works = Works
outcome-by-exception = Works if you allow it
outcome-client-needed = Client ID needed
outcome-programs-only = For programs only
outcome-open = No sign-in needed
outcome-broken = Doesn’t work

## Settings

document-title = Your client ID document
document-about = Some sign-in services accept a web address as client ID and read the client’s details there. If you can put a file on the web, Gatelodge needs no registration with them. Everyone who uses the same file shares the client ID, and nothing else.
document-address = Document address
document-preview = Preview document
document-saved = Saved. Services that take documents get this client ID.
document-removed = Document removed.
document-put-at = Put exactly this at { $address }
document-serve-as = Serve it as `application/json`, without a redirect and without a bot check.
clients-title = Client IDs
clients-about = Sign-in services know Gatelodge by these client IDs. Gatelodge uses each one only at its own service.
client-known = { $issuer } · { $origin }
client-known-for = For { $servers } · { $issuer } · { $origin }
client-secret-ends = Secret expires on { $date }
client-forget = Forget { $client }
client-forget-title = Forget this client ID?
client-forget-entered = You entered { $client } yourself. Gatelodge deletes it with its secret. To sign in at { $host } again, you have to enter both again.
client-forget-made = Gatelodge deletes { $client }. The next sign-in at { $host } gets a new one.
client-forget-anyway = Forget anyway
providers-title = Your company’s identity providers
provider-account = { $account } is signed in there
provider-nobody = Nobody is signed in there
provider-remove = Remove { $provider }
provider-remove-about = Gatelodge deletes its client ID and secret, and your sign-in there. Servers you reach through it need another sign-in method, or the provider again.
about-title = About Gatelodge
about-version = Version
about-vault = Vault
about-guard = Protected by
about-guard-keyring = a key in the system keyring
about-guard-passphrase = a passphrase
about-guard-key-file = a key in a file
about-guard-none = nothing yet
about-endpoint = Agents connect at
about-endpoint-none = nowhere: another program uses the port
about-socket = and at

## Settings: the language.

language-title = Language
language-label = Gatelodge speaks
language-system = The system’s language
