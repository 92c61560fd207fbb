### Why the vault isn't open, and what is wrong with its folder or with a file of its keys. Most of these follow another sentence,
### such as “The vault can't be used.”

## The file of the vault

closed-unopened = The vault hasn’t been opened yet.
closed-removed-now = { $path } was removed just now.
# $why is a sentence about this file: “The file is empty.”
closed-file = The vault’s file is { $path }. { $why }
closed-gone = The file is gone.
# “-wal” is the end of the journal's name.
closed-journal = The file is gone, but its journal (-wal) is still there. Bring the file back, or move the journal away.
closed-link = The file is a symbolic link.
closed-no-file = Something other than a file is there.
closed-empty = The file is empty.
closed-damaged = The file is damaged ({ $found }).
closed-newer = The file was made by a newer version of Gatelodge.
closed-older = The file was made by an older version of Gatelodge, and nothing can be written to the disk now.
closed-unfinished = The file isn’t a finished vault.
closed-other = The file holds another vault.
closed-protection = The vault’s key is kept in a way that this version doesn’t know.
closed-passphrase = The settings of the vault’s passphrase were weakened, or this version doesn’t know them.
closed-epoch = Another program changed the number that tells this vault from an older copy.
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
closed-keyring-locked = The keyring is locked, or can’t store anything ({ $error }).
# The library is the one that talks to the keyring.
closed-keyring-failed = The keyring’s library failed.
closed-keyring-forgetful = The keyring didn’t give back what Gatelodge stored in it.
# $limit is a span of time: 5 seconds
closed-keyring-silent = The keyring didn’t answer within { $limit }. It may be waiting for its password.
closed-keyring-foreign = Gatelodge’s entry in the keyring holds something other than its key.
closed-keyring-empty = The keyring has no entry for this vault’s key.
closed-key-foreign = The key that Gatelodge found belongs to another vault.
closed-key-file-missing = There is no key file { $path }.
closed-key-file = Gatelodge can’t use the key file { $path }. { $why }

## A file with a key or a passphrase

key-file-folder = This is a folder, not a file.
key-file-text = The file isn’t text (UTF-8).
key-file-empty = The file is empty.
key-file-long = The file is far too long.
key-file-raw = The file holds 32 raw bytes. A key file has to hold them as 64 hexadecimal digits.
key-file-digits = The file doesn’t hold 64 hexadecimal digits.
key-file-owner = The file belongs to another user (uid { $uid }).
key-file-readable = Other users of this computer can read this file. To change that, run `{ $command }`.
key-file-writable = Other users of this computer can change this file. To change that, run `{ $command }`.

## The folder of the vault or of the socket, and the way to it

folder-home-unknown = No home folder is known. Set { $variable }.
folder-not-plain = The vault isn’t a plain file.
folder-no-folder = This isn’t a folder.
folder-owner = The folder belongs to another user.
folder-writable = Other users can write to this folder. Look at what is in the folder, then run `{ $command }`.
folder-link-owner = { $path } is a link of another user (uid { $uid }).
folder-replaceable = Another user could replace what is in { $folder }.
folder-replaceable-mode = Another user could replace what is in { $folder }. To change that, run `{ $command }`.
folder-unseen = Gatelodge can’t look at { $path } ({ $error }).
folder-link-untold = Gatelodge can’t tell where { $path } leads.
