//! The command list: each command once, with what it takes and what it answers.
//!
//! The table makes [`Host::dispatch`] and the TypeScript interface; a command without a body does not compile.

mod agent;
mod client;
mod demo;
mod doctor;
mod grant;
mod language;
mod login;
mod server;
mod vault;

use crate::convert;
use crate::dto::{
    AccountLock, AccountName, Agent, AgentAdd, AgentId, AgentKey, AgentPage, AgentRename,
    ClientDocument, ClientId, ClientInfo, ClientOptions, ClientSet, ConcessionWithdraw, Diagnosis,
    DiagnosisRequest, DoctorSave, DocumentRequest, EndpointsEnter, Event, EventQuery, Grant,
    GrantId, LanguageList, LanguageSet, ListQuery, LoginBegin, LoginId, LoginMethodSet, LoginPaste,
    LoginStarted, LoginSwitch, OfferQuery, PermitGive, PermitId, PermitOffer, Problem, Provider,
    ProviderId, ProviderSet, Receipt, ReceiptQuery, ResourceAdd, ResourceCheck, ResourceDetail,
    ResourceId, ResourcePage, ResourceRemove, ResourceRename, SavedFile, ScopesChoose, Settings,
    Status, VaultCreate, VaultUnlock,
};
use crate::host::Host;
use crate::typescript;
use broker::Error;
use messages::text;
use model::Code;
use serde::de::DeserializeOwned;
use serde_json::Value;

macro_rules! commands {
    ($($name:ident($($args:ty)?) -> $answer:ty;)*) => {
        impl Host {
            /// The names of all commands.
            pub const COMMANDS: &[&str] = &[$(stringify!($name)),*];

            /// Runs a command of the list by its name.
            pub async fn dispatch(&self, name: &str, args: Value) -> Result<Value, Problem> {
                let answered = match name {
                    $(stringify!($name) => {
                        // Each on the heap: together they would be too much for a thread's stack.
                        answer(Box::pin(self.$name($(read::<$args>(args).map_err(|error| convert::problem(&error))?)?)).await)
                    })*
                    _ => Err(Error::new(Code::InvalidArgument, text::CallUnknown { name: oauth::uri::excerpt(name) })),
                };
                answered.map_err(|error| convert::problem(&error))
            }
        }

        /// Writes every type of the list, and all that they refer to, as TypeScript.
        pub(crate) fn export(config: &ts_rs::Config) -> Result<(), ts_rs::ExportError> {
            $($(typescript::export::<$args>(config)?;)? typescript::export::<$answer>(config)?;)*
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
    resources_list(ListQuery) -> ResourcePage;
    resource_show(ResourceId) -> ResourceDetail;
    resource_add(ResourceAdd) -> ResourceDetail;
    resource_check(ResourceCheck) -> ResourceDetail;
    endpoints_enter(EndpointsEnter) -> ResourceDetail;
    endpoints_forget(ResourceCheck) -> ResourceDetail;
    doctor(DiagnosisRequest) -> Diagnosis;
    doctor_save(DoctorSave) -> SavedFile;
    resource_rename(ResourceRename) -> ResourceDetail;
    resource_remove(ResourceRemove) -> Vec<Receipt>;
    login_begin(LoginBegin) -> LoginStarted;
    login_reopen(LoginId) -> LoginStarted;
    login_switch(LoginSwitch) -> LoginStarted;
    login_paste(LoginPaste) -> Grant;
    login_cancel(LoginId) -> ();
    concession_withdraw(ConcessionWithdraw) -> ResourceDetail;
    client_options(ResourceId) -> ClientOptions;
    client_set(ClientSet) -> ResourceDetail;
    client_list() -> Vec<ClientInfo>;
    client_forget(ClientId) -> ();
    client_document(DocumentRequest) -> ClientDocument;
    settings_get() -> Settings;
    settings_set(Settings) -> Settings;
    language_list() -> LanguageList;
    language_set(LanguageSet) -> LanguageList;
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
    agents_list(ListQuery) -> AgentPage;
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
        let wrong = text::CallWrong {
            error: oauth::uri::excerpt(&error.to_string()),
        };
        Error::new(Code::InvalidArgument, wrong)
    })
}

fn answer<T: serde::Serialize>(outcome: Result<T, Error>) -> Result<Value, Error> {
    serde_json::to_value(outcome?).map_err(|error| convert::unwritable(&error))
}
