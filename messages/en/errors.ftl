### How a use case fails: what happened, and why. Each is a whole sentence, or several.

# $said is the server's own words, in quotation marks.
in-its-words = { $what } It says: { $said }
