### Requests to servers and sign-in services, and the person's browser: what keeps one from beginning.

# $variable is an environment variable.
upstream-limit = { $variable } is “{ $value }” and has to be a number from 1 to { $most }.
# $command is a command of the shell that takes the variable away.
hint-upstream-limit = Set the variable to another value, or remove it: `{ $command }`.
upstream-client = Gatelodge couldn’t start its HTTP client: { $detail }.
upstream-not-opened = The page at { $host } wasn’t opened, because its address couldn’t be looked up.
hint-upstream-not-opened = Gatelodge opens a page only after checking its address. Check your connection, then try again.
upstream-key = The key that the token is bound to can’t be used. { $why }
upstream-key-unreadable = The key that the tokens are bound to can’t be read.

browser-unknown = Gatelodge knows no program that opens a browser.
browser-none = Gatelodge doesn’t open a browser here.
# $program is the name of a program, $detail what the system says of it.
browser-not-started = { $program } couldn’t be started: { $detail }.
browser-failed = { $program } ended with an error ({ $detail }).
