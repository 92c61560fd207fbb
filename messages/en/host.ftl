### What the running program says: when it starts, and about what the window asked of it.

## How a server stands, in the tray and in the tables of the terminal

server-state-not-protected = no sign-in needed
server-state-sign-in-needed = sign-in needed
server-state-waiting = waiting for the browser
server-state-connected = connected
server-state-permissions-needed = more permissions needed
server-state-revoked = revoked
server-state-removed-here = removed here

## A sign-in whose answer came while the vault was locked

link-while-locked = The answer of a sign-in arrived while the vault was locked.
link-while-locked-hint = Unlock the vault within ten minutes. The sign-in then continues by itself.

## What the window asked for

call-unknown = There is no command “{ $name }”.
# $error is in the words of a library, which are English.
call-wrong = The window asked for something that Gatelodge doesn’t understand ({ $error }).
call-unwritable = Gatelodge couldn’t write its answer ({ $error }).
agent-gone = This agent was removed.
key-file-unnamed = You didn’t name a key file.
key-file-unnamed-hint = Enter the whole path of the key file, from the root.
browser-not-opened = The browser didn’t open. Copy the link and open it yourself. { $why }
# $why says why Gatelodge can't renew a sign-in.
consent-asked-next = { $why } The next sign-in asks you to agree again. Sign-in services that follow OpenID Connect then issue a refresh token.

## The ways back from the browser, for whoever registers one of them by hand

redirect-when-deep-link = A link that opens this app. For sign-in services that accept links to apps.
redirect-when-loopback = This computer, by its address 127.0.0.1, as the specifications advise. Most sign-in services accept this.
redirect-when-localhost = This computer, by its name localhost. For sign-in services that refuse 127.0.0.1, such as Amazon Cognito.

## What the diagnosis is saved to

diagnosis-gone = This diagnosis is no longer here.
diagnosis-gone-hint = Run the diagnosis again.
diagnosis-no-folder = This system names no folder for downloads.
diagnosis-unwritable = Gatelodge can’t write to { $folder } ({ $error }).
diagnosis-too-many = { $folder } already has too many diagnoses of this server.
diagnosis-copy-hint =
    { $place ->
        [window] Copy the report instead.
       *[terminal] Copy the report instead, or run `{ $command }`.
    }

## The demo

demo-not-installed = The demo isn’t installed here.
demo-program-missing = The demo isn’t installed here. There is no program { $path }.
demo-install-hint = Install `gatelodge-demo` beside this program, or name it in `GATELODGE_DEMO`. Nothing else needs it.
# $why is one of the sentences below.
demo-failed = The demo’s servers didn’t start. { $why }
demo-failed-hint = Run `{ $command }` in a terminal to see what it says.
demo-error = The system says: { $error }.
demo-no-output = The demo’s program has no output.
demo-silent = The demo’s program said nothing.
demo-ended = The demo’s program ended at once.
# $said is in the program's own words.
demo-said = The demo’s program said: { $said }
demo-garbled = The demo’s program gave an unexpected answer.

## When the program starts without a window, or can't start

# $why is a sentence.
display-missing = There is no display here. { $why } To serve agents without a window, run `{ $serve }`. To try Gatelodge, run `{ $demo }`.
display-unset = Neither `WAYLAND_DISPLAY` nor `DISPLAY` is set.
# $error is in the words of the window system, which are English.
display-failed = The window system says: { $error }.
display-not-started = The window system didn’t start ({ $error }).
host-ending = Gatelodge is quitting.
