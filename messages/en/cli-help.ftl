### What `gatelodge --help` says. A line that explains a command or an argument has no full stop.

## The frame.

help-usage = Usage
help-heading-commands = Commands
help-heading-arguments = Arguments
help-heading-options = Options
help-heading-method = How to sign in (all but `--device` are remembered for the next time)
# $help is the line that explains the argument.
help-default = { $help } [default: { $value }]
help-value = - { $value }: { $help }
help-server-is = SERVER is the name, the URL or the ID of an MCP server that was added.
help-exit-status = Exit status:

## The exit statuses.

help-status-done = done
help-status-fault = something went wrong in Gatelodge
help-status-usage = wrong usage, or an environment variable that makes no sense
help-status-output = the answer couldn’t be written
help-status-address = the address isn’t a valid server address
help-status-not-found = Gatelodge has nothing with this name or ID
help-status-no-server = no MCP server answers there, or it doesn’t offer this way to sign in
help-status-unreachable = the server can’t be reached, or can’t answer now
help-status-unsafe = refused for your safety: something about the server can’t be trusted
help-status-client = there is no client ID to use, or its redirect was refused
help-status-sign-in = the sign-in was refused, was cancelled or took too long
help-status-endpoint = the endpoint for agents can’t be used: its port, its socket, or the program that answers there
help-status-sign-in-needed = you have to sign in
help-status-vault-closed = the vault is locked, or there is no vault
help-status-vault-unusable = the vault can’t be used
help-status-access = the agent doesn’t have this access, or has to say which account it means
help-status-agent = an agent of this name already exists, or no such agent exists
help-status-unproven = the access was deleted here, but isn’t proven to be revoked
help-status-forbidden = the server refuses this account, or no token stays valid for as long as you asked

## What several commands take.

help-any-account = Account to use if there are several
help-any-address = Address of the server; you can leave out https://
help-any-agent = Name or ID of an agent
help-any-ask-secret = Ask for the client secret on the terminal
help-any-concede = Allow the server this departure from the specification; can be given several times
help-any-help = Print this help
help-any-json = Print answers and errors as JSON
help-any-key-file = Open the vault with the key in this file; so does `GATELODGE_KEY_FILE`
help-any-lang = Use this language, such as `en`; so does `GATELODGE_LANG`
help-any-listed-account = Account as `gatelodge account list` shows it
help-any-name = Name for the server
help-any-new-name = New name
help-any-secret-file = Read the client secret from this file
help-any-server = Name, URL or ID of a server that was added
help-any-version = Print the version
help-any-write-key = Write the key into a new file instead of showing it
help-any-yes = Don’t ask for confirmation

help-redirect-deep-link = a link that opens Gatelodge’s window
help-redirect-loopback = a port of this computer, by its address 127.0.0.1
help-redirect-localhost = a port of this computer, by its name localhost, for services that refuse 127.0.0.1

## The commands, and what only one of them takes.

help-gatelodge = Keeps your MCP sign-ins: sign in once, see what you granted, revoke it, and give agents access
help-help = Print this help, or the help of a command

help-account = Manage several accounts at one server: their names, and who may sign in
help-account-list = List the accounts that are signed in to a server
help-account-lock = Let only this account sign in to the server from now on
help-account-name = Rename an account
help-account-name-new = New name, which stays even if the sign-in service uses another one
help-account-unlock = Let any account sign in again

help-add = Add an MCP server and check how it is protected

help-agent = Manage agents (programs that work for you) and what they may use
help-agent-add = Add an agent and show its key, once
help-agent-add-name = Name for the agent
help-agent-list = List the agents and what they may use
help-agent-new-key = Give an agent another key: the old one stops working, and its access stays
help-agent-permit = Let an agent use a server with your sign-in
help-agent-permit-scope = Give access only if the token has no scopes other than these
help-agent-permit-until = For how long: `30m`, `1h`, `7d` or `never`
help-agent-remove = Remove an agent: its key stops working
help-agent-rename = Rename an agent
help-agent-unpermit = Take an agent’s access back

help-answer = Finish a sign-in with the address that the browser ended on
help-answer-callback-url = Whole address, as the browser shows it

help-call = Send a server one MCP request as you, and print the answer
help-call-method = MCP method, such as `tools/list`
help-call-params = Its parameters, as a JSON object

help-client = Manage client IDs: see how to get one, enter one, list them
help-client-forget = Delete a client ID here; first you are told what uses it
help-client-forget-id = ID as `gatelodge client list` shows it
help-client-forget-yes = Delete it even if sign-ins use it; those can’t be renewed afterwards
help-client-list = List the client IDs, by sign-in service
help-client-set = Enter the client ID that the owner of the sign-in service gave you
help-client-set-auth = How the client proves its identity (`token_endpoint_auth_method`); by default as the sign-in service prefers
help-client-set-auth-basic = with the secret in the Authorization header
help-client-set-auth-none = without any proof, as a public client
help-client-set-auth-post = with the secret in the body
help-client-set-auth-private-key-jwt = with a signed assertion
help-client-set-client-id = The client ID
help-client-set-key-id = The `kid` of the private key, if the service has several of yours
help-client-set-private-key-file = Prove the client’s identity with this private key (PEM) instead of a secret
help-client-set-redirect = The redirect that you registered; can be given several times [default: loopback]
help-client-show = Show how to get a client ID for a server, and the redirect URIs to register by hand

help-client-metadata = Print the client ID metadata document for you to host; its URL then is your client ID
help-client-metadata-clear = Delete the saved address of the document
help-client-metadata-save = Save the address, and use it as client ID at each sign-in service that accepts one
help-client-metadata-url = Address where you host the document; by default the saved one

help-concede = Allow exceptions to the specification for a server, and check it again
help-concede-names = Name of the exception, such as `pkce-unadvertised`; the error shows it
help-concessions = List the exceptions that you allowed for a server

help-demo = Try everything on this computer, with a demo server
help-demo-browser = Sign in with your browser instead of filling in the form
help-demo-home = Put the demo’s vault into this new folder, and leave it there
help-demo-provider = Only run the servers: print where they are, and stay until stdin closes

help-doctor = Check how a server is protected, step by step, and save nothing
help-doctor-concede = Check as if this departure from the specification were allowed
help-doctor-format = What to print
help-doctor-format-diagram = the messages that were sent and received
help-doctor-format-json = all of it, for a program
help-doctor-format-mermaid = the same as Mermaid, for an issue or a wiki
help-doctor-format-report = Markdown for the server’s owner, without anything about you
help-doctor-format-text = what works, what departs from the specification, what is missing

help-endpoints = Enter the addresses of a sign-in service that publishes none
help-endpoints-authorization = Where people sign in: the authorization endpoint
help-endpoints-forget = Delete the addresses that you entered; the published ones are used again
help-endpoints-issuer = What the sign-in service calls itself, if you were told
help-endpoints-revocation = Where tokens are revoked, if you were told
help-endpoints-server = URL of the MCP server; it is added if it isn’t there yet
help-endpoints-token = Where tokens come from: the token endpoint

help-events = Show what happened and when: which agents got access, which didn’t, and why
help-events-agent = Only what this agent did
help-events-follow = Keep showing new events until interrupted
help-events-limit = How many of the newest, at most 1000
help-events-server = Only what is about this server

help-header = Print the Authorization header

help-list = List the servers and their state

help-login = Sign in to a server, in the browser or in another way
help-login-account = Sign in again as this account
help-login-account-name = Name for this account here, if the sign-in service doesn’t say who it is
help-login-another = Add another account beside those that are signed in
help-login-browser = In the browser of this computer, which is the default
help-login-client-credentials = As a program, without a person, with a client ID and a secret or key (see `gatelodge client set`)
help-login-consent = Ask for your consent again; many OpenID providers let a sign-in be renewed only then
help-login-device = With a code that you type in a browser elsewhere
help-login-hint = Tell the sign-in service who wants to sign in, such as `ada@example.com`
help-login-no-browser = Print the link and open nothing
help-login-paste = Print the link and read the address that the browser ends on, for a computer without a browser
help-login-provider = Through your company’s identity provider (see `gatelodge provider set`)
help-login-redirect = Where the browser brings the answer
help-login-register-by = How to get a client ID; by default in the best way that the service offers
help-login-register-by-dynamic = the sign-in service gives Gatelodge a new one
help-login-register-by-metadata-document = the document that you host (see `gatelodge client-metadata`)
help-login-register-by-pre-registered = the client ID that you entered with `gatelodge client set`
help-login-scope = Ask for this scope as well; can be given several times
help-login-select-account = Let you choose the account on the sign-in page
help-login-workload = As this workload, with the JWT that the platform keeps in this file

help-provider = Manage your company’s identity providers
help-provider-list = List the identity providers
help-provider-remove = Remove an identity provider and the sign-in with it
help-provider-remove-issuer = Provider as `gatelodge provider list` shows it
help-provider-set = Add a company’s identity provider
help-provider-set-client-id = The client ID that Gatelodge has there
help-provider-set-issuer = Its issuer URL, such as `https://login.example.com`

help-receipts = Show what each party answered when sign-ins were revoked
help-receipts-server = Name of a server, even of one that was removed; otherwise all of them

help-refresh = Renew the tokens of a sign-in now

help-remove = Revoke the access to a server and forget the server
help-remove-let-go = Forget the server even if a sign-in service hasn’t confirmed the revocation

help-rename = Rename a server

help-revoke = Revoke a sign-in at its service, verify it, and delete it here
help-revoke-let-go = Stop trying to revoke what sign-in services haven’t confirmed, and delete it here
help-revoke-more = Exit status 25 means: the access was deleted here, but isn’t proven to be revoked. The receipt shows what each party answered. Tokens whose revocation wasn’t confirmed stay encrypted for another try, and are used for nothing else.
help-revoke-retry = Only try again what sign-in services haven’t confirmed yet

help-scopes = Show which scopes a sign-in asks for, or choose them
help-scopes-automatic = Ask for what the server asks for, which is the default
help-scopes-none = Ask for no scope at all
help-scopes-set = Ask for exactly these from the next sign-in on: `"notes:read notes:write"`

help-serve = Serve agents on localhost until interrupted
help-serve-locked = Don’t ask for the vault’s passphrase: `gatelodge vault unlock` gives it later

help-show = Show a server: accounts, permissions, expiry, agents, and what needs your attention

help-token = Print only an access token, on stdout
help-token-min-valid = Seconds that the token must stay valid: Gatelodge renews it if needed, and prints none if a new one is too short as well

help-vault = Manage the vault and its key
help-vault-confirm = Confirm an older copy of the vault’s file that you put back yourself
help-vault-create = Create a vault with a passphrase, or with `--key-file`
help-vault-create-anew = Create a new, empty one although the key of an earlier one is still there
help-vault-create-passphrase = Ask for a passphrase, even if an environment variable names a file
help-vault-lock = Lock the vault of the running Gatelodge, if it has a passphrase: agents get nothing until it is unlocked
help-vault-status = Show whether the vault opens, and what protects it
help-vault-unlock = Unlock the vault of the running Gatelodge with the passphrase that you type here
help-vault-unlock-more = Commands that open the vault themselves still ask for the passphrase.

help-withdraw = Remove an exception that you allowed for a server
help-withdraw-name = Name as `gatelodge concessions` lists it
