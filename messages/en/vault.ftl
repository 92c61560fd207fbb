### Why the vault isn't open, and what is wrong with its folder or with a file of its keys. Most of these follow another sentence,
### such as “The vault can't be used.”

## The file of the vault

closed-unopened = The vault hasn’t been opened yet.
closed-removed-now = { $path } was removed just now.
# $why is a sentence about this file: “It's empty.”
closed-file = The file is { $path }. { $why }
closed-gone = It’s gone.
# “-wal” is the end of the journal's name.
closed-journal = It’s gone, but its journal (-wal) is still there. Bring the file back, or move the journal away.
closed-link = It’s a symbolic link.
closed-no-file = It isn’t a file.
closed-empty = It’s empty.
closed-damaged = It’s damaged ({ $found }).
closed-newer = It was made by a newer version of Gatelodge.
closed-older = It was made by an older version of Gatelodge, and nothing can be written to the disk now.
closed-unfinished = It isn’t a finished vault.
closed-other = It’s another vault.
closed-protection = Its key is kept in a way that this version doesn’t know.
closed-passphrase = The settings of its passphrase were weakened, or this version doesn’t know them.
closed-epoch = Another program changed the number in it that tells it from an older copy.
# $kind is a word of SQL: table, index, trigger or view.
closed-schema-added = Another program added the { $kind } { $name }.
closed-schema-changed = Another program changed the { $kind } { $name }.
closed-schema-removed = Another program removed the { $kind } { $name }.
# $error is in the words of the system, which are often English.
closed-error = The system says: { $error }.
closed-folder-unwritable = Gatelodge can’t write to the folder { $folder } ({ $error }).
closed-file-unwritable = Gatelodge can’t write to { $path } ({ $error }).
closed-not-plain = { $name } isn’t a plain file.

## A vault that is gone, while something of it is still there

closed-gone-keyring = The vault at { $path } is gone. Its key is still in the keyring.
closed-gone-key-file = The vault at { $path } is gone. Its key is still in { $key }.
closed-gone-traces = The vault at { $path } is gone. Files that were beside it are still there.

## The key of the vault

closed-keyring-absent = No keyring is running ({ $error }).
closed-keyring-locked = The keyring is locked, or has no place to store in ({ $error }).
# The library is the one that talks to the keyring.
closed-keyring-failed = The keyring’s library failed.
closed-keyring-forgetful = The keyring didn’t give back what Gatelodge stored in it.
# $limit is a span of time: 5 seconds
closed-keyring-silent = The keyring didn’t answer within { $limit }. It may be waiting for its password.
closed-keyring-foreign = The keyring holds something else than a key of Gatelodge.
closed-keyring-empty = The keyring has no entry for it.
closed-key-foreign = The key that is there belongs to another vault.
closed-key-file-missing = There is no key file { $path }.
closed-key-file = Gatelodge can’t use the key file { $path }. { $why }

## A file with a key or a passphrase

key-file-folder = It’s a folder.
key-file-text = It isn’t text (UTF-8).
key-file-empty = The file is empty.
key-file-long = It’s far too long.
key-file-raw = It holds 32 raw bytes. A key file holds them as 64 hexadecimal digits.
key-file-digits = It doesn’t hold 64 hexadecimal digits.
key-file-owner = It belongs to another user (uid { $uid }).
key-file-readable = Other users can read it. To change that, run `{ $command }`.
key-file-writable = Other users can change it. To change that, run `{ $command }`.

## The folder of the vault or of the socket, and the way to it

folder-home-unknown = No home folder is known. Set { $variable }.
folder-not-plain = The vault isn’t a plain file.
folder-no-folder = It isn’t a folder.
folder-owner = It belongs to another user.
folder-writable = Other users can write to it. Look at what is in it, then run `{ $command }`.
folder-link-owner = { $path } is a link of another user (uid { $uid }).
folder-replaceable = Another user could replace what is in { $folder }.
folder-replaceable-mode = Another user could replace what is in { $folder }. To change that, run `{ $command }`.
folder-unseen = Gatelodge can’t look at { $path } ({ $error }).
folder-link-untold = Gatelodge can’t tell where { $path } leads.
