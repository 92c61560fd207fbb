### What the command line says.

language-unknown = Gatelodge has no messages in { $tag }. It has: { $known }.
