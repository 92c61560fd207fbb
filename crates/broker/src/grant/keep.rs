//! What a login brought, kept: whose it is, which grant it continues, and what becomes of the tokens it replaces.

use crate::grant::draft::GrantDraft;
use crate::grant::revocation::ReplacedTokens;
use crate::store::events::EventContext;
use crate::store::records::kept;
use crate::turns::flights::LOCK_WAIT;
use crate::{Broker, Change, Error, command_line};
use messages::{Text, text};
use model::{Account, AccountWish, Code, EventKind, Grant, NamedBy, ResourceRecord};
use std::time::Duration;
use vault::{GrantLock, Precondition, Vault};

/// A new login does not wait longer than this for the end of the old one.
const RETIREMENT: Duration = Duration::from_secs(8);

/// The grant may be changed by others while it is taken up.
const MOST_TRIES: u32 = 5;

impl Broker {
    /// One transaction for the grant and its event; without it there was no login (docs/protocol.md#exchange). Then the tokens
    /// that it replaces are taken back.
    pub(crate) async fn keep_login(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        made: GrantDraft,
    ) -> Result<Grant, Error> {
        // Read again: the account may have been locked, or the server removed, while the issuer was slow to answer. The vault
        // may be locked by now, and the disk may fail: neither is a reason to give a login back.
        let now = match vault.resource(&record.id).await {
            Ok(now) => now.ok_or_else(|| {
                let server = &record.name;
                Error::new(Code::NotFound, text::GrantServerRemoved { server })
            }),
            Err(error) => {
                tracing::warn!(%error, "the server could not be read again");
                Ok(record.clone())
            }
        };
        if let Err(error) = now.and_then(|record| allowed(&record, &made.account)) {
            self.give_back(vault, record, made).await;
            return Err(error);
        }
        let issuer = made.issuer.clone();
        let (grant, replaced) = self.keep_grant(vault, record, made).await?;
        if let Err(error) = self.satisfied(vault, record, &grant).await {
            tracing::warn!(%error, "what was lacking could not be noted as there");
        }
        self.changed(Change::LoggedIn {
            resource_id: record.id.clone(),
        });
        let others = vault.grants_of(&record.uri).await.unwrap_or_default();
        for old in others
            .into_iter()
            .filter(|other| other.issuer != issuer && !other.is_revoked())
        {
            // The server moved to another authorization server: tokens of the old one are for nobody any more (D-11).
            self.retire(vault, record, &old).await;
            let ended = old.clone().revoked(self.now());
            if let Err(error) = vault
                .compare_and_save_grant(&ended, old.generation, &[])
                .await
            {
                tracing::warn!(%error, "the login that was replaced is still in the vault");
            }
            // What was to be taken back with it waits for nothing any more.
            if let Err(error) = vault.release_revocations(&old.id, self.now()).await {
                tracing::warn!(%error, "earlier tokens of the login that was replaced wait on");
            }
        }
        if let Some(replaced) = replaced {
            self.retire(vault, record, &replaced).await;
        }
        Ok(grant)
    }

    async fn keep_grant(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        made: GrantDraft,
    ) -> Result<(Grant, Option<Grant>), Error> {
        // What cannot be read now may be there: then this is another login beside it, which is better than none.
        let grants = vault.grants_of(&record.uri).await.unwrap_or_default();
        for _ in 0..MOST_TRIES {
            let (before, lock) = match continued(&grants, &made) {
                Some(known) => taken_up(vault, &known).await,
                None => (None, None),
            };
            let expected = before.as_ref().map_or(Precondition::Nothing, |before| {
                Precondition::Generation(before.generation)
            });
            let made = GrantDraft {
                account: shown_as(made.account.clone(), before.as_ref(), &grants),
                ..made.clone()
            };
            let attempt = made.attempt.clone();
            let grant = made.into_grant(before.as_ref(), record, self.now());
            let message = text::GrantEventSignedIn {
                server: &record.name,
                account: &grant.account.name,
            };
            let event = self
                .event(EventKind::LoggedIn, true, message)
                .about(record)
                .on(&grant);
            let outcome = match &attempt {
                Some(attempt) => {
                    vault
                        .keep_login(attempt, &grant, expected, &[event], lock)
                        .await?
                }
                None => vault.keep_grant(&grant, expected, &[event], lock).await?,
            };
            if self.is_kept(vault, outcome) {
                self.changed(Change::Vault);
                return Ok((grant, before));
            }
        }
        Err(Error::new(
            Code::TemporarilyUnavailable,
            text::GrantKeptChanging {
                server: &record.name,
            },
        ))
    }

    /// Scopes that an operation lacked are no longer lacking.
    async fn satisfied(
        &self,
        vault: &Vault,
        record: &ResourceRecord,
        grant: &Grant,
    ) -> Result<(), Error> {
        let Some(tokens) = grant.tokens().filter(|_| !record.missing_scopes.is_empty()) else {
            return Ok(());
        };
        let Some(mut record) = vault.resource(&record.id).await? else {
            return Ok(());
        };
        record.missing_scopes = record
            .missing_scopes
            .without(&tokens.scopes)
            .without(&grant.scopes_requested);
        Ok(vault.save_resource(&record).await?)
    }

    /// The tokens that a new login replaced live on at the issuer: they are taken back now, or with the login that goes on.
    /// Where that fails they are kept aside, to be tried again; it is told in the log and undoes nothing.
    async fn retire(&self, vault: &Vault, record: &ResourceRecord, replaced: &Grant) {
        let retired = self
            .take_back_replaced(vault, record, replaced, RETIREMENT)
            .await
            .unwrap_or_else(|error| {
                tracing::warn!(%error, "replaced tokens could not be taken back");
                ReplacedTokens::Open
            });
        let server = &record.name;
        let message: Text = match retired {
            ReplacedTokens::Nothing => return,
            ReplacedTokens::TakenBack => text::GrantEventReplaced { server }.into(),
            ReplacedTokens::KeptBeside => text::GrantEventReplacedLater { server }.into(),
            ReplacedTokens::Open => {
                let command = command_line(&["revoke", server, "--retry"]);
                text::GrantEventReplacedOpen { server, command }.into()
            }
        };
        self.record(
            self.event(
                EventKind::LoginReplaced,
                retired != ReplacedTokens::Open,
                message,
            )
            .about(record)
            .on(replaced),
        )
        .await;
    }

    /// Tokens that nobody keeps: of an account that may not log in here, or of a login that was cancelled meanwhile.
    pub(crate) async fn give_back(&self, vault: &Vault, record: &ResourceRecord, made: GrantDraft) {
        let unwanted = made.into_grant(None, record, self.now());
        self.retire(vault, record, &unwanted).await;
    }
}

/// The grant that goes on, as it is now, with its turn: a refresh may have rotated it meanwhile, and one that was revoked
/// does not live again. Whoever does not get the turn logs in beside it.
async fn taken_up(vault: &Vault, known: &Grant) -> (Option<Grant>, Option<GrantLock>) {
    let lock = match vault.lock_grant(&known.id, LOCK_WAIT).await {
        Ok(lock) => lock,
        Err(error) => {
            tracing::warn!(%error, "the login before cannot be gone on with");
            return (None, None);
        }
    };
    let now = kept(vault, &known.id)
        .await
        .ok()
        .filter(|grant| !grant.is_revoked());
    (now, Some(lock))
}

/// The identity lock: the one account, as the issuer names it.
fn allowed(record: &ResourceRecord, account: &Account) -> Result<(), Error> {
    match &record.locked_to {
        Some(locked) if !locked.is_same(account) => Err(Error::new(
            Code::AccountLocked,
            text::GrantLocked {
                server: &record.name,
                locked: &locked.name,
                account: &account.name,
            },
        )),
        _ => Ok(()),
    }
}

/// The grant that goes on, with its permits: the same person again at the same issuer; where the issuer names nobody, the
/// one that the person said, or the only one there is. It may name somebody only now, because more scopes were asked for.
fn continued(grants: &[Grant], made: &GrantDraft) -> Option<Grant> {
    // A person's rights and the program's own are never one grant: agents were permitted the one and not the other.
    let is_alike = |grant: &&Grant| grant.kind.is_unattended() == made.kind.is_unattended();
    let here: Vec<_> = grants
        .iter()
        .filter(|grant| grant.issuer == made.issuer && !grant.is_revoked())
        .filter(is_alike)
        .collect();
    let named = made.account.subject.is_some();
    if let Some(same) = here
        .iter()
        .find(|grant| named && grant.account.is_same(&made.account))
    {
        return Some((*same).clone());
    }
    let nameless: Vec<_> = here
        .iter()
        .filter(|grant| grant.account.subject.is_none())
        .collect();
    match (&made.wish, nameless.as_slice()) {
        (AccountWish::Same(id), all) => all
            .iter()
            .find(|grant| grant.id == *id)
            .map(|grant| (**grant).clone()),
        (AccountWish::Any, [only]) if !named || here.len() == 1 => Some((**only).clone()),
        _ => None,
    }
}

/// A name that the person gave stays; one that the issuer does not give is told apart by a number.
fn shown_as(account: Account, before: Option<&Grant>, grants: &[Grant]) -> Account {
    if let Some(before) = before
        .filter(|before| before.account.named_by == NamedBy::Person || account.subject.is_none())
    {
        return Account {
            name: before.account.name.clone(),
            named_by: before.account.named_by,
            ..account
        };
    }
    let taken = |name: &str| {
        grants
            .iter()
            .any(|grant| !grant.is_revoked() && grant.account.name == name)
    };
    if before.is_some() || account.subject.is_some() || !taken(&account.name) {
        return account;
    }
    let numbered = (2..1000)
        .map(|number| format!("{} {number}", account.name))
        .find(|name| !taken(name));
    Account {
        name: numbered.unwrap_or_else(|| account.name.clone()),
        ..account
    }
}
