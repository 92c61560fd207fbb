### Lines of the activity log.

# Something that did not come about, and why. Both are sentences without a full stop behind the first.
event-because = { $what }. { $why }
