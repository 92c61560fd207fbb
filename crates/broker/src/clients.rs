//! Client ids that a person enters, and the document that makes a URL one (issue: every way to get a client id).

use crate::issuer::redirects::USUAL_PORT;
use crate::issuer::registration::unused::in_use;
use crate::store::events::EventContext;
use crate::store::settings::checked_document_url;
use crate::{Broker, Change, Error, command_line};
use model::{ClientRecord, Code, EventKind, RedirectPreference, Trouble};
use oauth::jwt::SigningKey;
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
            Error::new(
                Code::NoAuthorizationServer,
                format!("{} names no authorization server", record.name),
            )
            .with_hint("Check the server again first.")
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
        let what = format!("A client id for {} was entered", client.issuer);
        self.record(
            self.event(EventKind::ClientEntered, true, what)
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
            .ok_or_else(|| Error::new(Code::NotFound, "there is no such client id"))?;
        let users = self.users_of(&vault, id).await?;
        if !users.is_empty() && !anyway {
            let forget = command_line(&["client", "forget", id, "--yes"]);
            return Err(Error::new(Code::ClientInUse, format!("the client id is used by {}", users.join(" and by ")))
                .with_hint(format!(
                    "To forget it all the same: `{forget}`. What uses it then ends when its access token does."
                )));
        }
        for attempt in vault
            .login_attempts()
            .await?
            .into_iter()
            .filter(|attempt| attempt.registration_id() == Some(id))
        {
            let error = Error::new(
                Code::LoginCancelled,
                "the client id of this login was forgotten",
            );
            self.call_off(&vault, &attempt, error).await?;
        }
        if users.is_empty() {
            self.unregister_at_issuer(&known).await;
        }
        vault.forget_registration(id).await?;
        self.record(self.event(
            EventKind::ClientForgotten,
            true,
            format!("The client id for {} was forgotten", known.issuer),
        ))
        .await;
        Ok(())
    }

    /// What stands in the way of forgetting it: "ada at notes", "a login under way to notes".
    async fn users_of(&self, vault: &Vault, id: &str) -> Result<Vec<String>, Error> {
        let mut users = Vec::new();
        for record in vault.resources().await? {
            let grants = vault.grants_of(&record.uri).await?.into_iter();
            let live = grants.filter(|grant| grant.is_of_registration(id) && !grant.is_revoked());
            users.extend(live.map(|grant| format!("{} at {}", grant.account.name, record.name)));
        }
        for attempt in vault
            .login_attempts()
            .await?
            .iter()
            .filter(|attempt| attempt.registration_id() == Some(id))
        {
            if let Ok(record) = self.record_of(attempt.resource.as_str()).await {
                users.push(format!("a login under way to {}", record.name));
            }
        }
        if vault.count_open_revocations_using(id).await? > 0 {
            users.push("tokens that its issuer has not taken back yet".to_owned());
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

fn checked(client_id: &str) -> Result<String, Error> {
    let id = client_id.trim();
    if id.is_empty() || id.len() > 2048 || !id.chars().all(is_printable) {
        return Err(Error::new(
            Code::InvalidArgument,
            "a client id has 1 to 2048 printable characters",
        ));
    }
    Ok(id.to_owned())
}

/// How this client proves itself, and with what. A secret goes by Basic unless the issuer takes only the other way.
fn proof(
    entry: &ClientEntry,
    methods: Option<&[String]>,
) -> Result<(AuthMethod, Option<Secret>), Error> {
    let wrong = |what: &str| Err(Error::new(Code::InvalidArgument, what));
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
        (Some(_), Some(_), _) => {
            wrong("a client proves itself by a secret or by a private key, not by both")
        }
        (Some(key), None, None | Some(AuthMethod::PrivateKeyJwt)) => {
            SigningKey::from_pem(key).map_err(|error| {
                Error::new(Code::KeyUnusable, error.to_string()).with_source(error)
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
        (None, _, Some(AuthMethod::PrivateKeyJwt)) => wrong("private_key_jwt needs a private key"),
        (None, None, Some(_)) => wrong("this client authentication needs a secret"),
        _ => wrong("the client authentication does not fit what was entered"),
    }
}
