### What the endpoint says: to agents and their developers, to the person about the port and the socket, and in the browser after
### a sign-in. Names of parameters and commands are in `backticks` and stay as they are.

## To agents, about their request. A person who writes an agent reads it.

endpoint-agent-unknown = The agent’s ID or key is missing or wrong, or the agent was removed.
endpoint-two-authentications = The request authenticates in two ways. Use the header or the body, not both.
endpoint-two-ids = `client_id` in the body differs from the one in the header.
endpoint-wrong-keys = There were too many wrong keys.
endpoint-fault = Gatelodge couldn’t answer the request.
endpoint-nothing-here = There is nothing at this address.
endpoint-addresses = Agents ask for tokens at { $token }. { $metadata } describes it.
endpoint-method = This address doesn’t take this method.
# $methods is a list: GET and POST
endpoint-methods = It takes { $methods }.
endpoint-too-large = The request is larger than { $kibibytes } KiB.
endpoint-too-slow = The request didn’t arrive in time.
endpoint-not-a-form = The body has to be `application/x-www-form-urlencoded`.
endpoint-not-utf8 = The form isn’t UTF-8.
endpoint-twice = The form has a parameter twice.
endpoint-transfer-coding = The body comes in a transfer coding that Gatelodge doesn’t take.
endpoint-in-url = Parameters belong in the body, never in the URL.
endpoint-key-in-url = Parameters belong in the body, never in the URL. The agent’s key was in this one, so it counts as leaked.
endpoint-key-in-url-hint = Ask the person to give this agent another key: `{ $command }`
endpoint-grant-type = `grant_type` has to be `client_credentials`.
endpoint-grant-type-missing = `grant_type` is missing. It has to be `client_credentials`.
endpoint-resource-missing = `resource` is missing. It names the MCP server by its URL.
endpoint-account-long = `account` is longer than any account’s name.
endpoint-min-valid = `min_valid` has to be a number of seconds, and at most a day ({ $most }).
endpoint-scope = `scope` contains something that isn’t a scope.
endpoint-person-form = The form does not name a server.
endpoint-vault-form = The form says neither `do=lock` nor `do=unlock` with a passphrase.
endpoint-not-on-socket = The browser’s answer to a sign-in has to arrive at 127.0.0.1, not at the socket.

## To a web page or a browser that calls what isn't meant for it. The person reads it in the activity log.

endpoint-web-page = Gatelodge refused a request from a web page to this computer.
endpoint-web-page-asked = Gatelodge refused a web page that asked whether it may send requests to this computer.
endpoint-browser = Gatelodge refused a browser’s request to an address that is only for agents.
endpoint-behind-back = Gatelodge refused a hidden request from a web page to the address for sign-ins.
endpoint-other-name = Gatelodge refused a request that used another name for this computer.
endpoint-use-address = Use { $address }.
endpoint-agents-only = Gatelodge answers agents on this computer. It never answers web pages.

## In the activity log

# $why is a sentence.
endpoint-token-refused = A request for a token was refused. { $why }

## To the person who locks the vault from a terminal

endpoint-lock-useless = The vault opens without a passphrase, so locking it would protect nothing.
endpoint-lock-useless-hint = Quit Gatelodge instead.

## Where agents connect

# $program is the name of a program's file, $process its number.
endpoint-elsewhere = { $program } (process { $process }) already serves the agents of this vault. When it ends, this program takes over.
endpoint-elsewhere-unknown = Another program already serves the agents of this vault. When it ends, this program takes over.
endpoint-two-troubles = { $first } { $second }
endpoint-not-locked = Agents can’t connect. Gatelodge can’t lock { $path } ({ $error }).
endpoint-port-in-use = Another program uses port { $port }. Agents can’t connect there, and the answers of sign-ins can’t arrive there. When that program ends, Gatelodge takes the port by itself. To choose another port, set `GATELODGE_PORT` and start Gatelodge again.
endpoint-port-forbidden = Port { $port } needs rights that Gatelodge shouldn’t have. Choose one above 1023: set `GATELODGE_PORT` and start Gatelodge again.
endpoint-port-failed = Gatelodge can’t listen on port { $port } of 127.0.0.1 ({ $error }).
endpoint-port-other-loopback = Another program uses port { $port } on [::1]. Agents that connect to `localhost` may reach that program instead of Gatelodge. End it, and give your agents the address { $address }.
endpoint-port-wrong = `GATELODGE_PORT` is “{ $value }”. It has to be a number from 1 to 65535, or 0 for any port that is free.
endpoint-folder-wrong = `GATELODGE_RUNTIME_DIR` is “{ $value }”. It has to be a path that begins with /.
endpoint-variable-hint = Change the variable, or remove it: `{ $command }`

## The socket. $why is one of the sentences below, or says that other users could change the folder.

socket-missing = Agents can’t use the socket { $path }. They can still use the address, if there is one. { $why }
socket-untrusted = Gatelodge doesn’t trust the socket { $path }. { $why }
socket-untrusted-hint = Nothing was sent there. `GATELODGE_RUNTIME_DIR` has to name a folder that only you can write to.
socket-unreachable = No Gatelodge answers at { $path } ({ $error }).
socket-unreachable-hint = Open Gatelodge, or run `{ $command }`.
socket-path-relative = The socket’s path doesn’t begin with /.
socket-error = The system says: { $error }.
socket-owner = The socket belongs to another user (uid { $uid }).
socket-peer = A program of another user answers at the socket (uid { $uid }).
socket-folder-missing = Gatelodge can’t create the socket’s folder { $folder } ({ $error }).
socket-folder-unseen = Gatelodge can’t look at the socket’s folder { $folder } ({ $error }).
# $kind is “link”, “file” or something else.
socket-folder-kind =
    { $kind ->
        [link] { $folder } is a symbolic link, not a folder.
        [file] { $folder } is a file, not a folder.
       *[other] { $folder } isn’t a folder.
    }
socket-folder-owner = The socket’s folder { $folder } belongs to another user (uid { $uid }).
socket-folder-not-yours = The socket’s folder { $folder } isn’t a folder of yours.
socket-folder-writable = Other users can write to the socket’s folder { $folder }. To change that, run `{ $command }`.
socket-place-unseen = Gatelodge can’t look at what is in the socket’s place ({ $error }).
# $kind is “link”, “folder”, “file” or something else.
socket-place-taken =
    { $kind ->
        [link] A symbolic link is in the socket’s place. Gatelodge didn’t touch it. Move the link away.
        [folder] A folder is in the socket’s place. Gatelodge didn’t touch it. Move the folder away.
        [file] A file is in the socket’s place. Gatelodge didn’t touch it. Move the file away.
       *[other] Something else is in the socket’s place. Gatelodge didn’t touch it. Move it away.
    }
socket-place-owner = A socket of another user (uid { $uid }) is in the socket’s place. Gatelodge didn’t touch it.
socket-in-use = Another program of yours answers at the socket.
socket-dead-stays = Gatelodge can’t remove an old, unused socket ({ $error }).
socket-place-untold = There already is a socket, and Gatelodge can’t tell whether a program uses it ({ $error }).

## The page in the browser after a sign-in

# The title of the browser's window. $title is the heading of the page.
page-title = { $title } · Gatelodge
page-done-title = You’re signed in
page-done = Go back to Gatelodge. You can close this page.
page-unexpected-title = Gatelodge didn’t expect this answer
page-unexpected = This sign-in is over, or it didn’t begin on this computer. Nothing was changed.
page-unexpected-next = If you were signing in, go back to Gatelodge and start again.
page-refused-title = You didn’t get access
page-refused = The server didn’t allow the sign-in, or you chose not to. Nothing was changed.
page-refused-next = Go back to Gatelodge to see why, and to try again.
page-locked-title = Gatelodge is locked
page-locked = Unlock Gatelodge, then reload this page. If unlocking takes longer than a minute, sign in again. Nothing was changed.
page-failed-title = The sign-in didn’t finish
page-failed = Nothing was saved. Go back to Gatelodge to see what went wrong and what to do.
