//! The two people who have an account at the testbed; their passwords are public, and the login page shows them.

use subtle::ConstantTimeEq;

/// A person with an account.
#[derive(Debug)]
pub(crate) struct User {
    pub(crate) sub: &'static str,
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    pub(crate) password: &'static str,
}

pub(crate) const USERS: [User; 2] = [
    User {
        sub: "ada",
        name: "Ada Lovelace",
        email: "ada@example.com",
        password: "lovelace",
    },
    User {
        sub: "grace",
        name: "Grace Hopper",
        email: "grace@example.com",
        password: "hopper",
    },
];

pub(crate) fn find(sub: &str) -> Option<&'static User> {
    USERS.iter().find(|user| user.sub == sub)
}

pub(crate) fn log_in(sub: &str, password: &str) -> Option<&'static User> {
    find(sub).filter(|user| bool::from(user.password.as_bytes().ct_eq(password.as_bytes())))
}
