//! The tables whose rows are under a seal (see [`crate::row_seal`]).

pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// The level that its rows are sealed since (see [`LEVEL`]).
    pub(crate) since: u32,
    /// What a row is called where it is told of.
    pub(crate) label: &'static str,
    /// Columns that decide nothing, and change without the seal.
    pub(crate) free: &'static [&'static str],
}

pub(crate) const AGENTS: Table = Table {
    name: "agents",
    since: 1,
    label: "name",
    free: &["last_used_at"],
};
pub(crate) const PERMITS: Table = Table {
    name: "permits",
    since: 1,
    label: "agent_id",
    free: &[],
};
pub(crate) const GRANTS: Table = Table {
    name: "grants",
    since: 1,
    label: "id",
    free: &["refresh_generation", "refresh_started_at"],
};
pub(crate) const RESOURCES: Table = Table {
    name: "resources",
    since: 1,
    label: "uri",
    free: &["trace"],
};
pub(crate) const REGISTRATIONS: Table = Table {
    name: "registrations",
    since: 1,
    label: "client_id",
    free: &[],
};
/// What was there before [`LOGIN_ATTEMPTS`].
pub(crate) const PENDINGS: Table = Table {
    name: "pending_authorizations",
    since: 1,
    label: "resource",
    free: &[],
};
pub(crate) const LOGIN_ATTEMPTS: Table = Table {
    name: "login_attempts",
    since: 1,
    label: "resource",
    free: &[],
};
pub(crate) const PROVIDERS: Table = Table {
    name: "identity_providers",
    since: 1,
    label: "issuer",
    free: &[],
};
pub(crate) const REDIRECTS: Table = Table {
    name: "redirect_preferences",
    since: 1,
    label: "issuer",
    free: &[],
};
pub(crate) const HABITS: Table = Table {
    name: "issuer_habits",
    since: 1,
    label: "issuer",
    free: &[],
};
pub(crate) const SETTINGS: Table = Table {
    name: "settings",
    since: 1,
    label: "name",
    free: &[],
};
pub(crate) const TROUBLES: Table = Table {
    name: "renewal_troubles",
    since: 1,
    label: "grant_id",
    free: &[],
};
pub(crate) const ENTERED: Table = Table {
    name: "entered_endpoints",
    since: 2,
    label: "resource_id",
    free: &[],
};
pub(crate) const CLIENT_AUTHENTICATION: Table = Table {
    name: "client_ways",
    since: 1,
    label: "registration_id",
    free: &[],
};

/// Every table whose rows are under a seal.
pub(crate) const TABLES: &[&Table] = &[
    &AGENTS,
    &PERMITS,
    &GRANTS,
    &RESOURCES,
    &REGISTRATIONS,
    &PENDINGS,
    &LOGIN_ATTEMPTS,
    &PROVIDERS,
    &REDIRECTS,
    &HABITS,
    &SETTINGS,
    &TROUBLES,
    &CLIENT_AUTHENTICATION,
    &ENTERED,
];

/// Grows when a migration gives seals to a table that may have rows already: those are sealed once, as they are.
pub(crate) const LEVEL: u32 = 2;

/// The columns that a seal needs beside a row's own.
macro_rules! seal_columns {
    () => {
        "rowid AS row_id, (SELECT epoch FROM vault) AS vault_epoch, (SELECT epoch_sealed FROM vault) AS vault_epoch_sealed"
    };
}

/// Reads whole rows of a table with what their seals need: `with_seal!("agents WHERE id = ?")`.
macro_rules! with_seal {
    ($from:literal) => {
        concat!(
            "SELECT ",
            $crate::tables::seal_columns!(),
            ", * FROM ",
            $from
        )
    };
}

/// Writes, and gives back what was written with what its seal needs.
macro_rules! returning {
    ($statement:literal) => {
        concat!(
            $statement,
            " RETURNING ",
            $crate::tables::seal_columns!(),
            ", *"
        )
    };
}

pub(crate) use {returning, seal_columns, with_seal};
