//! Client ids that a person enters, and the document that makes a URL one (issue: every way to get a client id).

use crate::issuer::redirects::USUAL_PORT;
use crate::issuer::registration::unused::in_use;
use crate::store::events::EventContext;
use crate::store::settings::checked_document_url;
use crate::{Broker, Change, Error, command_line};
use messages::{Text, text};
use model::{ClientRecord, Code, EventKind, RedirectPreference, Trouble};
use oauth::jwt::{KeyError, SigningKey};
use oauth::redirect::Redirect;
use oauth::registration::{AuthMethod, Registration, RegistrationKind, client_metadata};
use oauth::secret::Secret;
use oauth::uri::is_printable;
use serde_json::Value;
use vault::Vault;

/// What the owner of an authorization server gave to the person.
#[derive(Debug, Clone, Default)]
pub struct ClientEntry {
    /// The id at the authorization server.
    pub client_id: String,
    /// None where the client is public, or proves itself by a key.
    pub client_secret: Option<Secret>,
    /// In place of a secret: the private key, as PEM (`private_key_jwt`).
    pub private_key: Option<Secret>,
    /// The `kid` that the owner knows the key by.
    pub key_id: Option<String>,
    /// None: what the issuer says that it takes.
    pub auth_method: Option<AuthMethod>,
    /// Which of ours were registered; none for a program's own access.
    pub redirects: Vec<RedirectPreference>,
}

impl Broker {
    /// Keeps a client id for the issuer that this server names now. It replaces the one entered before.
    pub async fn set_client(
        &self,
        resource: &str,
        entry: ClientEntry,
    ) -> Result<ClientRecord, Error> {
        let record = self.record_of(resource).await?;
        let issuer = record.issuer.clone().ok_or_else(|| {
            let server = &record.name;
            let none = text::ClientNoSignInService { server };
            Error::new(Code::NoAuthorizationServer, none).with_hint(text::ClientCheckServerFirst)
        })?;
        let vault = self.vault()?;
        let methods = vault
            .authorization_server(&issuer)
            .await?
            .and_then(|(server, _)| server.token_endpoint_auth_methods);
        let mut registration = Registration {
            redirects: self.named(&entry.redirects),
            ..self.given(
                issuer,
                RegistrationKind::PreRegistered,
                checked(&entry.client_id)?,
            )
        };
        (registration.auth_method, registration.client_secret) = proof(&entry, methods.as_deref())?;
        registration.key_id = entry.key_id.filter(|id| !id.is_empty());
        let mut client = ClientRecord::new(vault::new_id(), registration);
        for old in vault.registrations_at(&client.issuer).await? {
            if old.kind != RegistrationKind::PreRegistered {
                continue;
            }
            if old.client_id == client.client_id {
                // The same client with another secret: the logins that use it go on.
                client.id = old.id;
            } else if !in_use(&vault, &old.id).await? {
                vault.forget_registration(&old.id).await?;
            }
        }
        vault.forget_client_authentication(&client.id).await?;
        vault.save_registration(&client).await?;
        self.forgive(&vault, &client).await?;
        let issuer = client.issuer.as_str();
        let line = text::ClientIdEntered { issuer };
        self.record(
            self.event(EventKind::ClientEntered, true, line)
                .about(&record),
        )
        .await;
        self.changed(Change::Vault);
        Ok(client)
    }

    /// What was refused to the client of before may be given to it now.
    async fn forgive(&self, vault: &Vault, registration: &ClientRecord) -> Result<(), Error> {
        for grant in vault
            .grants()
            .await?
            .into_iter()
            .filter(|grant| grant.is_of_registration(&registration.id))
        {
            vault
                .save_trouble(&grant.id, grant.generation, &Trouble::default())
                .await?;
        }
        Ok(())
    }

    /// Every client id that is kept, by issuer.
    pub async fn clients(&self) -> Result<Vec<ClientRecord>, Error> {
        Ok(self.vault()?.registrations().await?)
    }

    /// Forgets a client id. Logins that use it stand in its way, since they cannot be renewed any more: they are named, and
    /// it is done `anyway` if the person says so.
    pub async fn forget_client(&self, id: &str, anyway: bool) -> Result<(), Error> {
        let vault = self.vault()?;
        let known = vault
            .registration(id)
            .await?
            .ok_or_else(|| Error::new(Code::NotFound, text::ClientUnknown))?;
        let users = self.users_of(&vault, id).await?;
        if !users.is_empty() && !anyway {
            let command = command_line(&["client", "forget", id, "--yes"]);
            return Err(Error::new(Code::ClientInUse, text::ClientInUse { users })
                .with_hint(text::ClientForgetAllTheSame { command }));
        }
        for attempt in vault
            .login_attempts()
            .await?
            .into_iter()
            .filter(|attempt| attempt.registration_id() == Some(id))
        {
            let error = Error::new(Code::LoginCancelled, text::ClientOfLoginForgotten);
            self.call_off(&vault, &attempt, error).await?;
        }
        if users.is_empty() {
            self.unregister_at_issuer(&known).await;
        }
        vault.forget_registration(id).await?;
        let issuer = known.issuer.as_str();
        let line = text::ClientIdForgotten { issuer };
        self.record(self.event(EventKind::ClientForgotten, true, line))
            .await;
        Ok(())
    }

    /// What stands in the way of forgetting it.
    async fn users_of(&self, vault: &Vault, id: &str) -> Result<Vec<Text>, Error> {
        let mut users = Vec::new();
        for record in vault.resources().await? {
            let grants = vault.grants_of(&record.uri).await?.into_iter();
            let live = grants.filter(|grant| grant.is_of_registration(id) && !grant.is_revoked());
            let server = &record.name;
            users.extend(live.map(|grant| {
                let account = grant.account.name;
                Text::from(text::ClientUserAccount { account, server })
            }));
        }
        for attempt in vault
            .login_attempts()
            .await?
            .iter()
            .filter(|attempt| attempt.registration_id() == Some(id))
        {
            if let Ok(record) = self.record_of(attempt.resource.as_str()).await {
                let server = record.name;
                users.push(text::ClientUserLogin { server }.into());
            }
        }
        if vault.count_open_revocations_using(id).await? > 0 {
            users.push(text::ClientUserTokens.into());
        }
        Ok(users)
    }

    /// The document to host at `url` (CIMD).
    pub fn client_metadata(&self, url: &str) -> Result<Value, Error> {
        checked_document_url(url)?;
        Ok(client_metadata(
            url,
            self.redirects().loopback.unwrap_or(USUAL_PORT),
        ))
    }

    fn named(&self, wanted: &[RedirectPreference]) -> Vec<Redirect> {
        let ours = self.redirect_uris().into_iter();
        ours.filter(|redirect| wanted.contains(&(*redirect).into()))
            .collect()
    }
}

/// Longest client id.
const MOST_ID: usize = 2048;

fn checked(client_id: &str) -> Result<String, Error> {
    let id = client_id.trim();
    if id.is_empty() || id.len() > MOST_ID || !id.chars().all(is_printable) {
        return Err(Error::new(
            Code::InvalidArgument,
            text::ClientIdMalformed { most: MOST_ID },
        ));
    }
    Ok(id.to_owned())
}

/// How this client proves itself, and with what. A secret goes by Basic unless the issuer takes only the other way.
fn proof(
    entry: &ClientEntry,
    methods: Option<&[String]>,
) -> Result<(AuthMethod, Option<Secret>), Error> {
    let wrong = |what: Text| Err(Error::new(Code::InvalidArgument, what));
    let offers =
        |name: &str| methods.is_some_and(|methods| methods.iter().any(|method| method == name));
    match (
        &entry.private_key,
        entry
            .client_secret
            .as_ref()
            .filter(|secret| !secret.expose().is_empty()),
        entry.auth_method,
    ) {
        (Some(_), Some(_), _) => wrong(text::ClientTwoProofs.into()),
        (Some(key), None, None | Some(AuthMethod::PrivateKeyJwt)) => {
            SigningKey::from_pem(key).map_err(|error| {
                Error::new(Code::KeyUnusable, key_fault(&error)).with_source(error)
            })?;
            Ok((AuthMethod::PrivateKeyJwt, Some(key.clone())))
        }
        (
            None,
            Some(secret),
            Some(method @ (AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost)),
        ) => Ok((method, Some(secret.clone()))),
        (None, Some(secret), None) => {
            let post = offers("client_secret_post") && !offers("client_secret_basic");
            Ok((
                if post {
                    AuthMethod::ClientSecretPost
                } else {
                    AuthMethod::ClientSecretBasic
                },
                Some(secret.clone()),
            ))
        }
        (None, None, None | Some(AuthMethod::None)) => Ok((AuthMethod::None, None)),
        (None, _, Some(AuthMethod::PrivateKeyJwt)) => wrong(text::ClientNeedsKey.into()),
        (None, None, Some(_)) => wrong(text::ClientNeedsSecret.into()),
        _ => wrong(text::ClientProofUnfit.into()),
    }
}

/// Why a private key that was entered cannot be used.
fn key_fault(error: &KeyError) -> Text {
    match error {
        KeyError::NotPem | KeyError::Missing => text::ClientKeyNotPem.into(),
        KeyError::Encrypted => text::ClientKeyEncrypted.into(),
        KeyError::Public => text::ClientKeyPublic.into(),
        KeyError::Unsupported(_) => text::ClientKeyUnsupported.into(),
        KeyError::Damaged(_) | KeyError::Signature(_) => text::ClientKeyDamaged.into(),
    }
}
