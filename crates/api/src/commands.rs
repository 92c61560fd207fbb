//! The command list: each command once, with what it takes and what it answers.
//!
//! The table makes [`Host::dispatch`] and the TypeScript interface; a command without a body does not compile.

use crate::dto::{
    AccountLock, AccountName, Agent, AgentAdd, AgentId, AgentKey, AgentRename, ClientDocument,
    ClientId, ClientInfo, ClientOptions, ClientSet, ConcessionAllow, ConcessionWithdraw, Diagnosis,
    DoctorAsk, DoctorSave, DocumentAsk, EndpointsEnter, Event, EventQuery, Grant, GrantId,
    LoginBegin, LoginId, LoginMethodSet, LoginPaste, LoginStarted, LoginSwitch, OfferQuery,
    PermitGive, PermitId, PermitOffer, Provider, ProviderId, ProviderSet, Receipt, ReceiptQuery,
    RegistrationKind, Resource, ResourceAdd, ResourceCheck, ResourceDetail, ResourceId,
    ResourceRemove, ResourceRename, SavedFile, ScopesChoose, Settings, Status, VaultCreate,
    VaultUnlock,
};
use crate::host::{Host, locked};
use crate::{bindings, convert};
use broker::{Code, Error, LoginOptions};
use model::AccountWish;
use oauth::authorization::{Callback, Wishes};
use oauth::concession::Concessions;
use oauth::metadata::EnteredEndpoints;
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;

macro_rules! commands {
    ($($name:ident($($args:ty)?) -> $answer:ty;)*) => {
        impl Host {
            /// The names of all commands.
            pub const COMMANDS: &[&str] = &[$(stringify!($name)),*];

            /// Runs a command of the list by its name.
            pub async fn dispatch(&self, name: &str, args: Value) -> Result<Value, crate::dto::Failure> {
                let answered = match name {
                    $(stringify!($name) => {
                        // Each on the heap: together they would be too much for a thread's stack.
                        answer(Box::pin(self.$name($(read::<$args>(args).map_err(|error| convert::failure(&error))?)?)).await)
                    })*
                    _ => Err(Error::new(Code::InvalidArgument, format!("there is no command {:?}", oauth::uri::excerpt(name)))),
                };
                answered.map_err(|error| convert::failure(&error))
            }
        }

        /// Writes every type of the list, and all that they refer to, as TypeScript.
        pub(crate) fn export(config: &ts_rs::Config) -> Result<(), ts_rs::ExportError> {
            $($(bindings::export::<$args>(config)?;)? bindings::export::<$answer>(config)?;)*
            Ok(())
        }

        /// Name, arguments and answer of each command, for the TypeScript bindings.
        pub(crate) fn list(config: &ts_rs::Config) -> Vec<(&'static str, String, String)> {
            vec![$((stringify!($name), [$(<$args as ts_rs::TS>::name(config),)? "null".to_owned()][0].clone(), <$answer as ts_rs::TS>::name(config)),)*]
        }
    };
}

commands! {
    status() -> Status;
    vault_create(VaultCreate) -> Status;
    vault_unlock(VaultUnlock) -> Status;
    vault_lock() -> Status;
    vault_confirm() -> Status;
    demo_start() -> Status;
    demo_stop() -> Status;
    resources_list() -> Vec<Resource>;
    resource_show(ResourceId) -> ResourceDetail;
    resource_add(ResourceAdd) -> ResourceDetail;
    resource_check(ResourceCheck) -> ResourceDetail;
    endpoints_enter(EndpointsEnter) -> ResourceDetail;
    endpoints_forget(ResourceCheck) -> ResourceDetail;
    doctor(DoctorAsk) -> Diagnosis;
    doctor_save(DoctorSave) -> SavedFile;
    resource_rename(ResourceRename) -> ResourceDetail;
    resource_remove(ResourceRemove) -> Vec<Receipt>;
    login_begin(LoginBegin) -> LoginStarted;
    login_reopen(LoginId) -> LoginStarted;
    login_switch(LoginSwitch) -> LoginStarted;
    login_paste(LoginPaste) -> Grant;
    login_cancel(LoginId) -> ();
    concession_allow(ConcessionAllow) -> ResourceDetail;
    concession_withdraw(ConcessionWithdraw) -> ResourceDetail;
    client_options(ResourceId) -> ClientOptions;
    client_set(ClientSet) -> ResourceDetail;
    client_list() -> Vec<ClientInfo>;
    client_forget(ClientId) -> ();
    client_document(DocumentAsk) -> ClientDocument;
    settings_get() -> Settings;
    settings_set(Settings) -> Settings;
    login_method_set(LoginMethodSet) -> ResourceDetail;
    scopes_choose(ScopesChoose) -> ResourceDetail;
    account_name(AccountName) -> Grant;
    account_lock(AccountLock) -> ResourceDetail;
    provider_set(ProviderSet) -> Provider;
    provider_list() -> Vec<Provider>;
    provider_remove(ProviderId) -> ();
    grant_refresh(GrantId) -> Grant;
    grant_revoke(GrantId) -> Receipt;
    revocation_retry(ResourceId) -> Vec<Receipt>;
    revocation_let_go(ResourceId) -> Vec<Receipt>;
    receipts_list(ReceiptQuery) -> Vec<Receipt>;
    agents_list() -> Vec<Agent>;
    agent_add(AgentAdd) -> AgentKey;
    agent_new_key(AgentId) -> AgentKey;
    agent_rename(AgentRename) -> Agent;
    agent_remove(AgentId) -> ();
    permit_give(PermitGive) -> Agent;
    permit_remove(PermitId) -> Agent;
    permit_offers(OfferQuery) -> Vec<PermitOffer>;
    events_list(EventQuery) -> Vec<Event>;
}

fn read<T: DeserializeOwned>(args: Value) -> Result<T, Error> {
    serde_json::from_value(args).map_err(|error| {
        let why = oauth::uri::excerpt(&error.to_string());
        Error::new(
            Code::InvalidArgument,
            format!("the command was given something else than it takes: {why}"),
        )
    })
}

fn answer<T: serde::Serialize>(outcome: Result<T, Error>) -> Result<Value, Error> {
    serde_json::to_value(outcome?).map_err(|error| Error::new(Code::Internal, error.to_string()))
}

/// As a person types it: without a scheme, the usual one is meant.
fn whole(url: &str) -> String {
    oauth::uri::with_scheme(url).unwrap_or_else(|| url.to_owned())
}

impl Host {
    async fn resources_list(&self) -> Result<Vec<Resource>, Error> {
        let known = self.broker().resources().await?;
        Ok(known
            .iter()
            .map(|view| self.resource(convert::resource(view)))
            .collect())
    }

    async fn resource_show(&self, args: ResourceId) -> Result<ResourceDetail, Error> {
        self.detail(self.broker().resource(&args.id).await?).await
    }

    async fn resource_add(&self, args: ResourceAdd) -> Result<ResourceDetail, Error> {
        let trace = self.trace(args.trace_id);
        let names = args.concessions.unwrap_or_default();
        let concessions = names
            .iter()
            .map(|name| convert::named(name))
            .collect::<Result<_, _>>()?;
        let view = self
            .broker()
            .add(
                &whole(&args.url),
                args.name.as_deref(),
                Concessions(concessions),
                &trace,
            )
            .await?;
        self.detail(view).await
    }

    async fn resource_check(&self, args: ResourceCheck) -> Result<ResourceDetail, Error> {
        let trace = self.trace(args.trace_id);
        let view = self.broker().check(&args.id, &trace).await?;
        self.detail(view).await
    }

    async fn endpoints_enter(&self, args: EndpointsEnter) -> Result<ResourceDetail, Error> {
        let trace = self.trace(args.trace_id);
        let names = args.concessions.unwrap_or_default();
        let concessions = names
            .iter()
            .map(|name| convert::named(name))
            .collect::<Result<_, _>>()?;
        let entered = EnteredEndpoints {
            issuer: args.issuer,
            authorization_endpoint: args.authorization_endpoint,
            token_endpoint: args.token_endpoint,
            revocation_endpoint: args.revocation_endpoint,
        };
        let view = self
            .broker()
            .enter_endpoints(&args.url, None, entered, Concessions(concessions), &trace)
            .await?;
        self.detail(view).await
    }

    async fn endpoints_forget(&self, args: ResourceCheck) -> Result<ResourceDetail, Error> {
        let trace = self.trace(args.trace_id);
        let view = self.broker().forget_endpoints(&args.id, &trace).await?;
        self.detail(view).await
    }

    async fn resource_rename(&self, args: ResourceRename) -> Result<ResourceDetail, Error> {
        self.detail(self.broker().rename(&args.id, &args.name).await?)
            .await
    }

    /// A server whose issuer has not taken back what was granted stays, and the failure says so; its receipts are kept.
    async fn resource_remove(&self, args: ResourceRemove) -> Result<Vec<Receipt>, Error> {
        let uri = self.broker().resource(&args.id).await?.record.uri;
        let removal = self
            .broker()
            .remove(&args.id, args.let_go.unwrap_or_default())
            .await?;
        if !removal.removed {
            return Err(removal.refusal());
        }
        locked(&self.inner.login_failures).remove(&args.id);
        if uri.as_str() == self.inner.demo.resource() {
            self.inner.demo.stop();
        }
        Ok(removal.receipts.iter().map(convert::receipt).collect())
    }

    async fn login_begin(&self, args: LoginBegin) -> Result<LoginStarted, Error> {
        let account = match args.grant_id {
            _ if args.another_account.unwrap_or_default() => AccountWish::Another,
            Some(id) => AccountWish::Same(model::GrantId(id)),
            None => AccountWish::Any,
        };
        let options = LoginOptions {
            redirect: args.redirect.map(convert::redirect),
            pasted: false,
            wishes: Wishes {
                select_account: args.select_account,
                login_hint: args.login_hint,
                consent: args.consent.unwrap_or_default(),
            },
            account,
            scopes: args.scopes.map(|scopes| scopes.into_iter().collect()),
            device: false,
            anew: args.registration == Some(RegistrationKind::Dynamic),
            registration: args.registration.map(convert::registration_kind),
            open_browser: true,
        };
        locked(&self.inner.login_failures).remove(&args.resource_id);
        let started = self.broker().begin_login(&args.resource_id, options).await;
        if let Err(error) = &started {
            self.keep_failure(&args.resource_id, convert::failure(error));
        }
        Ok(convert::started(
            started?,
            &args.resource_id,
            self.broker().now(),
        ))
    }

    async fn login_reopen(&self, args: LoginId) -> Result<LoginStarted, Error> {
        self.under_way(self.broker().reopen_login(&args.id).await?)
            .await
    }

    async fn login_switch(&self, args: LoginSwitch) -> Result<LoginStarted, Error> {
        self.under_way(
            self.broker()
                .switch_redirect(&args.id, convert::redirect(args.redirect))
                .await?,
        )
        .await
    }

    async fn under_way(&self, started: broker::LoginStart) -> Result<LoginStarted, Error> {
        let uri = started
            .pending()
            .map(|pending| pending.resource.to_string())
            .unwrap_or_default();
        let resource = self.broker().resource(&uri).await?;
        Ok(convert::started(
            started,
            &resource.record.id,
            self.broker().now(),
        ))
    }

    async fn login_paste(&self, args: LoginPaste) -> Result<Grant, Error> {
        let grant = self
            .broker()
            .complete_login(Callback::parse(&args.callback_url))
            .await?;
        self.grant(grant).await
    }

    async fn login_cancel(&self, args: LoginId) -> Result<(), Error> {
        self.broker().cancel_login(&args.id).await
    }

    async fn grant_refresh(&self, args: GrantId) -> Result<Grant, Error> {
        let grant = self.broker().refresh(&model::GrantId(args.id)).await?;
        self.grant(grant).await
    }

    async fn grant_revoke(&self, args: GrantId) -> Result<Receipt, Error> {
        Ok(convert::receipt(
            &self.broker().revoke(&model::GrantId(args.id)).await?,
        ))
    }

    async fn revocation_retry(&self, args: ResourceId) -> Result<Vec<Receipt>, Error> {
        Ok(self
            .broker()
            .retry_revocations(&args.id, None)
            .await?
            .iter()
            .map(convert::receipt)
            .collect())
    }

    async fn revocation_let_go(&self, args: ResourceId) -> Result<Vec<Receipt>, Error> {
        Ok(self
            .broker()
            .let_go(&args.id, None)
            .await?
            .iter()
            .map(convert::receipt)
            .collect())
    }

    async fn receipts_list(&self, args: ReceiptQuery) -> Result<Vec<Receipt>, Error> {
        Ok(self
            .broker()
            .receipts(args.resource_id.as_deref())
            .await?
            .iter()
            .map(convert::receipt)
            .collect())
    }

    async fn agents_list(&self) -> Result<Vec<Agent>, Error> {
        let resources = self.broker().resources().await?;
        Ok(self
            .broker()
            .agents()
            .await?
            .into_iter()
            .map(|(agent, permits)| convert::agent(agent, &permits, &resources))
            .collect())
    }

    async fn agent_add(&self, args: AgentAdd) -> Result<AgentKey, Error> {
        let (agent, key) = self.broker().add_agent(&args.name).await?;
        Ok(self.keyed(convert::agent(agent, &[], &[]), &key))
    }

    async fn agent_new_key(&self, args: AgentId) -> Result<AgentKey, Error> {
        let (agent, key) = self.broker().new_agent_key(&args.id).await?;
        Ok(self.keyed(self.one_agent(&agent.id).await?, &key))
    }

    async fn agent_rename(&self, args: AgentRename) -> Result<Agent, Error> {
        let agent = self.broker().rename_agent(&args.id, &args.name).await?;
        self.one_agent(&agent.id).await
    }

    fn keyed(&self, agent: Agent, key: &Secret) -> AgentKey {
        let address = self.inner.endpoint_status.borrow().address.clone();
        let address = address
            .unwrap_or_else(|| format!("http://127.0.0.1:{}", endpoint::Options::default().port));
        let example = convert::example(&agent.id, key, &address);
        AgentKey {
            agent,
            key: key.expose().to_owned(),
            example,
        }
    }

    async fn agent_remove(&self, args: AgentId) -> Result<(), Error> {
        self.broker().remove_agent(&args.id).await
    }

    async fn permit_give(&self, args: PermitGive) -> Result<Agent, Error> {
        let permit = broker::Permit {
            agent_id: args.agent_id.clone(),
            grant_id: model::GrantId(args.grant_id),
            scopes: args
                .scopes
                .map(|scopes| scopes.into_iter().collect::<Scopes>()),
            until: args.until.map(Timestamp),
            given_at: self.broker().now(),
        };
        self.broker().permit(permit).await?;
        self.one_agent(&args.agent_id).await
    }

    async fn permit_remove(&self, args: PermitId) -> Result<Agent, Error> {
        self.broker()
            .unpermit(&args.agent_id, &model::GrantId(args.grant_id))
            .await?;
        self.one_agent(&args.agent_id).await
    }

    async fn permit_offers(&self, args: OfferQuery) -> Result<Vec<PermitOffer>, Error> {
        let offers = self
            .broker()
            .permit_offers(args.resource_id.as_deref())
            .await?;
        Ok(offers.into_iter().map(convert::permit_offer).collect())
    }

    async fn events_list(&self, args: EventQuery) -> Result<Vec<Event>, Error> {
        let query = EventQuery {
            limit: args.limit.min(500),
            ..args
        };
        self.broker().events(&query).await
    }

    async fn one_agent(&self, id: &str) -> Result<Agent, Error> {
        let agents = self.agents_list().await?;
        agents
            .into_iter()
            .find(|agent| agent.id == id)
            .ok_or_else(|| Error::new(Code::AgentUnknown, "the agent is gone"))
    }

    pub(crate) async fn grant(&self, grant: model::Grant) -> Result<Grant, Error> {
        let resource = self.broker().resource(grant.resource.as_str()).await?;
        Ok(convert::grant(
            &grant,
            &resource.record.id,
            &resource.receipts,
            resource.at,
        ))
    }

    pub(crate) async fn detail(&self, view: broker::ResourceView) -> Result<ResourceDetail, Error> {
        let agents = self.broker().agents().await?;
        let detail = convert::detail(view, &agents);
        let login_failure = locked(&self.inner.login_failures)
            .get(&detail.resource.id)
            .cloned();
        Ok(ResourceDetail {
            resource: self.resource(detail.resource),
            login_failure,
            ..detail
        })
    }

    fn resource(&self, shown: Resource) -> Resource {
        Resource {
            is_demo: shown.uri == self.inner.demo.resource(),
            ..shown
        }
    }
}
