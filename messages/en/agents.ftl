### Agents, what they may use, and why they get a token or none. An agent reads many of these, and shows them to its person.

## Lines of the activity log

agent-added = The agent { $agent } was added.
agent-removed = The agent { $agent } was removed.
agent-renamed = The agent { $before } is now called { $name }.
agent-key-changed = The agent { $agent } has a new key. The old one no longer works.
agent-access-given = { $agent } may use { $server } as { $account }.
agent-access-removed = { $agent } may no longer use { $server } as { $account }.
agent-got-token = { $agent } got access to { $server } as { $account }.
agent-got-none = { $agent } got no access to { $server }. { $why }
agent-got-nothing = { $agent } got no access to a server. { $why }
agent-command-line-got-token = The command line got access to { $server } as { $account }.
agent-command-line-got-none = The command line got no access to { $server }. { $why }

## Agents and their keys

agent-name-taken = There already is an agent called “{ $name }”.
agent-unknown = There is no agent “{ $name }”.
agent-did-you-mean = Did you mean “{ $name }”? The list of agents shows all that were added.
agent-removed-meanwhile = The agent was removed in the meantime.
agent-key-wrong = The agent’s ID or key is wrong, or the agent was removed.
agent-key-outdated = This key no longer works: the agent was removed or was given a new key.

## Access of an agent to a server

agent-login-revoked = The access of { $account } to { $server } was revoked.
agent-sign-in-first = Sign in again, then give access to that sign-in.
agent-names-no-server = The request names no server: its `resource` parameter is missing.
agent-several-accounts = { $agent } may use several accounts of { $server }.
# The same whether the server is known or not.
agent-no-access = { $agent } has no access to this server.
agent-give-access =
    { $place ->
        [window] Give this agent access to the server.
        [agent] Ask the person to give this agent access, in Gatelodge’s window or with `{ $command }`.
       *[terminal] Give this agent access in Gatelodge’s window, or with `{ $command }`.
    }
agent-no-such-account = { $agent } has no access to { $server } as “{ $account }”.
agent-use-that-account =
    { $place ->
        [window] Sign in as that account, or give this agent access to it.
        [agent] Ask the person to sign in as that account (`{ $login }`), or to give this agent access to it (`{ $give }`).
       *[terminal] Sign in as that account: `{ $login }`. Or give this agent access to it: `{ $give }`.
    }
agent-scopes-not-granted = The sign-in doesn’t include { $scopes }.
agent-access-ended = The access of { $agent } to { $server } as { $account } has ended.
agent-give-access-again =
    { $place ->
        [window] Give this agent access again.
        [agent] Ask the person to give this agent access again, in Gatelodge’s window or with `{ $command }`.
       *[terminal] Give this agent access again in Gatelodge’s window, or with `{ $command }`.
    }
agent-sign-in-again =
    { $place ->
        [window] Sign in again.
        [agent] Ask the person to sign in again, in Gatelodge’s window or with `{ $command }`.
       *[terminal] Sign in again in Gatelodge’s window, or with `{ $command }`.
    }
agent-sign-in-and-give =
    { $place ->
        [window] Sign in again, then give this agent access again.
        [agent] Ask the person to sign in again (`{ $login }`), and then to give this agent access again (`{ $give }`).
       *[terminal] Sign in again: `{ $login }`. Then give this agent access again: `{ $give }`.
    }
agent-earlier-login = { $agent } had access through an earlier sign-in to { $server } as { $account }. That sign-in was revoked.
agent-give-access-now =
    { $place ->
        [window] Give this agent access to the current sign-in.
        [agent] Ask the person to give this agent access to the current sign-in, in Gatelodge’s window or with `{ $command }`.
       *[terminal] Give this agent access to the current sign-in in Gatelodge’s window, or with `{ $command }`.
    }
agent-account-locked = { $server } is locked to { $locked }, but { $agent } only has access as { $account }.
# “Unlock” is a button.
agent-unlock-server =
    { $place ->
        [window] Choose “Unlock” on the server’s page to let other accounts in again.
        [agent] Ask the person to let other accounts in again: `{ $command }`.
       *[terminal] Let other accounts in again: `{ $command }`.
    }
# $count is how many permissions are in $allowed.
agent-token-has-more =
    { $count ->
        [0] { $agent } may use no permissions of { $server }, but the server’s token carries { $more }.
       *[other] { $agent } may only use { $allowed } at { $server }, but the server’s token also carries { $more }.
    }
# $count is how many permissions are in $allowed.
agent-token-unclear =
    { $count ->
        [0] { $agent } may use no permissions of { $server }, and the sign-in service didn’t say which of them the server’s token carries.
       *[other] { $agent } may only use { $allowed } at { $server }, but the sign-in service didn’t say which permissions the server’s token carries.
    }
agent-all-permissions = Give this agent access with all permissions, or sign in again with fewer.
agent-token-bound = The tokens of { $server } are bound to a key, so agents can’t use them.
