### What the tray and the notifications of the desktop say.

## The tray. Its lines are short and have no full stop.

tray-open = Open Gatelodge
tray-lock = Lock vault
tray-quit = Quit
# One line of the menu. $state is one of the states below.
tray-server = { $server } — { $state }
tray-more = and { $count } more
tray-unsaved =
    { $count ->
        [one] { $count } renewed sign-in isn’t saved yet: free some disk space
       *[other] { $count } renewed sign-ins aren’t saved yet: free some disk space
    }

## Notifications of the desktop. A title has no full stop.

notification-signed-in = Signed in to { $server }
notification-signed-in-somewhere = Signed in
notification-signed-in-body = Agents with access can use it now.
notification-sign-in-failed = Couldn’t sign in to { $server }
notification-sign-in-failed-somewhere = Couldn’t sign in
notification-sign-in-waits = A sign-in is waiting
notification-sign-in-needed = { $server } needs you to sign in again
# Two whole sentences, one after the other: what happened, and what to do.
notification-body = { $what } { $hint }
