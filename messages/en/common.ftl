as-written = { $text }
