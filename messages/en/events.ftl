### Lines of the activity log.

# Something that did not come about, and why. Both are sentences.
event-because = { $what } { $why }
