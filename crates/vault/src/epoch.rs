//! The epoch: it grows with every right that is taken away, and every row is sealed for the one that holds now. So an old
//! row, put back, is not believed; and an old file is noticed where the keyring keeps the epoch beside the key.
//!
//! The file is written first, then the keyring, then whoever asked is answered. A crash in between leaves a keyring that is
//! behind, which the next opening puts right: it never looks like an old file. And nobody was told yet that the right is gone.

pub(crate) mod canary;
pub(crate) mod commit;
pub(crate) mod known;
pub(crate) mod row_faults;
pub(crate) mod settle;
pub(crate) mod state;
