//! One authenticated request to a resource: the token put in, a proof of the key beside it where the token is bound to
//! one, and what a 401 or 403 asks for done or told (docs/protocol.md#errors). Whoever calls never sees the token.

use crate::grant::choose::{choose, of_this_issuer};
use crate::store::events::EventContext;
use crate::store::span;
use crate::{Broker, Error, command_line};
use messages::text;
use model::{Code, EventKind, Grant, LoginReason, Remedy, ResourceProtection, ResourceRecord};
use oauth::address_guard::Reach;
use oauth::demand::{Demand, ResourceRequest, demand};
use oauth::error_description::ErrorDescription;
use oauth::http::{Body, HeaderMap, Method, Request, Response, header};
use oauth::registration::RegistrationKind;
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::token::TokenSet;

/// What is asked of the resource, apart from its address and the token.
#[derive(Debug, Clone)]
pub struct Call {
    /// The HTTP method.
    pub method: Method,
    /// Without the token, which is put in.
    pub headers: HeaderMap,
    /// The content.
    pub body: Vec<u8>,
}

/// Requests with a token for one operation, at most (S-12).
const MOST_TRIES: u32 = 3;

impl Broker {
    /// Sends it with the token of this account, renewed first if it has to be, and once after a 401.
    #[tracing::instrument(
        level = "warn",
        name = "call",
        skip_all,
        fields(server, issuer, grant),
        err(level = "debug", Debug)
    )]
    pub async fn call(
        &self,
        reference: &str,
        account: Option<&str>,
        call: &Call,
    ) -> Result<Response, Error> {
        let record = self.record_of(reference).await?;
        span::server(&record);
        let mut grant = self.usable_grant(&record, account).await?;
        span::grant(&grant.id);
        let mut renewed = false;
        for tries in 1..=MOST_TRIES {
            let Some(tokens) = grant.tokens().cloned() else {
                return Err(self.login_required(&grant).await?);
            };
            let response = self
                .inner
                .upstream
                .http
                .call(self.request(&record, &tokens, call)?)
                .await?;
            self.inner
                .upstream
                .learn_nonce(&record.uri, &tokens, &response)?;
            let challenges = response.all("www-authenticate");
            let sent = ResourceRequest {
                scopes_granted: &tokens.scopes,
                scopes_requested: &grant.scopes_requested,
                renewed,
                tries,
            };
            match demand(response.status, &challenges, &sent) {
                Demand::Nothing | Demand::Forbidden => return Ok(response),
                Demand::UseNonce => {}
                Demand::Renew if can_renew(&grant) && tries < MOST_TRIES => {
                    grant = self.renewed(&grant).await?;
                    renewed = true;
                }
                Demand::Renew | Demand::LogIn => {
                    return Err(self.rejected_token(&record, grant).await?);
                }
                Demand::StepUp(scopes) => return Err(self.needs_more(&record, &scopes).await?),
                Demand::NoHint => {
                    let sent = std::slice::from_ref(&tokens.access_token);
                    return Err(
                        wants_unnamed(&record).with_said(ErrorDescription::of(&response, sent))
                    );
                }
                Demand::AlreadyGranted(scopes) => return Err(already_granted(&record, &scopes)),
            }
        }
        let keeps_asking = text::ServerKeepsAsking {
            server: &record.name,
            count: MOST_TRIES,
        };
        Err(Error::new(Code::Forbidden, keeps_asking))
    }

    /// The server's own words in an answer, unless they repeat a token that it was sent.
    pub async fn words_of(
        &self,
        reference: &str,
        response: &Response,
    ) -> Result<Option<ErrorDescription>, Error> {
        let record = self.record_of(reference).await?;
        let grants = self.vault()?.grants_of(&record.uri).await?;
        let sent: Vec<Secret> = grants
            .iter()
            .filter_map(Grant::tokens)
            .map(|tokens| tokens.access_token.clone())
            .collect();
        Ok(ErrorDescription::of(response, &sent))
    }

    /// The grant that a call goes by, fresh; tokens of an issuer that the server no longer names go nowhere (U-04, D-11).
    async fn usable_grant(
        &self,
        record: &ResourceRecord,
        account: Option<&str>,
    ) -> Result<Grant, Error> {
        let grants = self.vault()?.grants_of(&record.uri).await?;
        if grants.is_empty() && record.protection == ResourceProtection::NotProtected {
            let server = &record.name;
            return Err(
                Error::new(Code::InvalidArgument, text::ServerNeedsNoToken { server })
                    .with_hint(text::ServerHintAskDirectly),
            );
        }
        let grant = choose(&record.name, grants, account)?;
        of_this_issuer(record, &grant)?;
        self.usable(&grant, 0).await
    }

    fn request(
        &self,
        record: &ResourceRecord,
        tokens: &TokenSet,
        call: &Call,
    ) -> Result<Request<Body>, Error> {
        let reach = Reach::of(&record.uri.url()?, &record.concessions);
        let (method, body) = (call.method.clone(), call.body.clone().into());
        let mut request = oauth::http::request(method, record.uri.as_str(), body, reach)?;
        let headers = request.headers_mut();
        headers.clone_from(&call.headers);
        // Whatever the caller calls itself by does not go upstream (K-04).
        headers.remove(header::AUTHORIZATION);
        headers.remove("dpop");
        for value in headers.values_mut() {
            value.set_sensitive(true);
        }
        self.inner.upstream.authorized(request, tokens)
    }

    /// The server does not take the token, and there is no other. It may have moved to another authorization server;
    /// it may refuse what its own one has just given, which no login mends (2.13); else a login is needed.
    async fn rejected_token(&self, record: &ResourceRecord, grant: Grant) -> Result<Error, Error> {
        let checked = self.check(&record.id, &|_| {}).await?.record;
        of_this_issuer(&checked, &grant)?;
        let server = &record.name;
        if self.is_new(&grant) {
            let refused = text::ServerRefusesNewTokens { server };
            let error = Error::new(Code::RejectsItsOwnTokens, refused);
            let error = self.told_of_rejection(record, &grant, error).await?;
            self.record(
                self.event(EventKind::TokenRejected, false, error.text().clone())
                    .about(record)
                    .on(&grant)
                    .failed_with(&error),
            )
            .await;
            return Ok(error);
        }
        let vault = self.vault()?;
        let generation = grant.generation;
        let ended = grant.login_needed(LoginReason::TokenRejected);
        let account = &ended.account.name;
        let refused = text::ServerRefusedToken { server, account };
        let error = Error::new(Code::LoginRequired, refused);
        let event = self
            .event(EventKind::LoginNeeded, false, error.text().clone())
            .about(record)
            .on(&ended)
            .failed_with(&error);
        vault
            .compare_and_save_grant(&ended, generation, &[event])
            .await?;
        Ok(error)
    }

    /// A registration that went wrong may be to blame: that no login helps is said only after the tokens of a second, fresh one
    /// were refused, too.
    async fn told_of_rejection(
        &self,
        record: &ResourceRecord,
        grant: &Grant,
        error: Error,
    ) -> Result<Error, Error> {
        let vault = self.vault()?;
        let server = vault.authorization_server(&grant.issuer).await?;
        let registers = server.is_some_and(|(server, _)| server.registration_endpoint.is_some());
        let setting = format!("rejected {}", record.id);
        let registration_id = grant.registration_id.as_deref().unwrap_or_default();
        let before = vault.setting(&setting).await?.filter(|id| !id.is_empty());
        if !registers || before.is_some_and(|before| before != registration_id) {
            return Ok(error);
        }
        vault.set_setting(&setting, registration_id).await?;
        let command = command_line(&["login", &record.name, "--register-by", "dynamic"]);
        let error = error.with_remedies([Remedy::registration(RegistrationKind::Dynamic)]);
        Ok(error.with_hint(text::ServerHintNewRegistration { command }))
    }

    /// So new that it cannot have ended or been revoked by anyone else.
    fn is_new(&self, grant: &Grant) -> bool {
        const NEW_SECONDS: i64 = 30;
        grant
            .tokens()
            .is_some_and(|tokens| self.now().since(tokens.received_at) < NEW_SECONDS)
    }

    /// RFC 6750 `insufficient_scope`: kept for the window, told to whoever called.
    async fn needs_more(&self, record: &ResourceRecord, scopes: &Scopes) -> Result<Error, Error> {
        let mut record = self.record_of(&record.id).await?;
        let needs = text::ServerNeedsMore {
            server: &record.name,
            scopes: scopes.to_vec(),
        };
        let error = Error::new(Code::StepUpRequired, needs).with_scopes(scopes.clone());
        if !record.missing_scopes.includes(scopes) {
            record.missing_scopes = record.missing_scopes.union(scopes);
            self.vault()?.save_resource(&record).await?;
            self.record(
                self.event(EventKind::StepUp, false, error.text().clone())
                    .about(&record)
                    .failed_with(&error),
            )
            .await;
        }
        Ok(error)
    }
}

fn can_renew(grant: &Grant) -> bool {
    grant.kind.is_unattended()
        || grant
            .tokens()
            .is_some_and(|tokens| tokens.refresh_token.is_some())
}

fn already_granted(record: &ResourceRecord, scopes: &Scopes) -> Error {
    let wants = text::ServerWantsGranted {
        server: &record.name,
        scopes: scopes.to_vec(),
    };
    Error::new(Code::Forbidden, wants).with_hint(text::ServerHintElsewhere)
}

fn wants_unnamed(record: &ResourceRecord) -> Error {
    let server = &record.name;
    let command = command_line(&["scopes", server, "--set", "SCOPES"]);
    Error::new(Code::Forbidden, text::ServerWantsUnnamed { server })
        .with_hint(text::ServerHintAskForMore { command })
}
