//! Logins: begin, go on, end.

use crate::convert;
use crate::dto::{Grant, LoginBegin, LoginId, LoginPaste, LoginStarted, LoginSwitch};
use crate::host::Host;
use crate::lock::locked;
use broker::{Error, LoginOptions};
use model::{AccountWish, GrantId};
use oauth::authorization::{Callback, OpenIdParameters};
use oauth::registration::RegistrationKind;

impl Host {
    pub(crate) async fn login_begin(&self, args: LoginBegin) -> Result<LoginStarted, Error> {
        let account = match args.grant_id {
            _ if args.another_account.unwrap_or_default() => AccountWish::Another,
            Some(id) => AccountWish::Same(GrantId(id)),
            None => AccountWish::Any,
        };
        let options = LoginOptions {
            redirect: args.redirect,
            pasted: false,
            wishes: OpenIdParameters {
                select_account: args.select_account,
                login_hint: args.login_hint,
                consent: args.consent.unwrap_or_default(),
            },
            account,
            scopes: args.scopes.map(|scopes| scopes.into_iter().collect()),
            method: None,
            anew: args.registration == Some(RegistrationKind::Dynamic),
            registration: args.registration,
            open_browser: true,
        };
        locked(&self.inner.login_failures).remove(&args.resource_id);
        let started = self.broker().begin_login(&args.resource_id, options).await;
        if let Err(error) = &started {
            self.keep_failure(&args.resource_id, error.clone());
        }
        Ok(convert::started(
            started?,
            &args.resource_id,
            self.broker().now(),
        ))
    }

    pub(crate) async fn login_reopen(&self, args: LoginId) -> Result<LoginStarted, Error> {
        self.under_way(self.broker().reopen_login(&args.id).await?)
            .await
    }

    pub(crate) async fn login_switch(&self, args: LoginSwitch) -> Result<LoginStarted, Error> {
        self.under_way(
            self.broker()
                .switch_redirect(&args.id, args.redirect)
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

    pub(crate) async fn login_paste(&self, args: LoginPaste) -> Result<Grant, Error> {
        let grant = self
            .broker()
            .complete_login(Callback::parse(&args.callback_url))
            .await?;
        self.grant(grant).await
    }

    pub(crate) async fn login_cancel(&self, args: LoginId) -> Result<(), Error> {
        self.broker().cancel_login(&args.id).await
    }
}
