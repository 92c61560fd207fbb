//! Servers: add, look at, choose for, rename, remove.

use crate::convert;
use crate::dto::{
    ConcessionWithdraw, EndpointsEnter, ListQuery, LoginMethodSet, Receipt, Resource, ResourceAdd,
    ResourceCheck, ResourceDetail, ResourceId, ResourcePage, ResourceRemove, ResourceRename,
    ScopesChoose,
};
use crate::host::Host;
use crate::lock::locked;
use broker::Error;
use oauth::metadata::EnteredEndpoints;

impl Host {
    pub(crate) async fn resources_list(&self, args: ListQuery) -> Result<ResourcePage, Error> {
        let (known, total) = self.broker().resources_page(&args.into()).await?;
        let servers = known
            .iter()
            .map(|listed| self.resource(convert::resource(listed)))
            .collect();
        Ok(ResourcePage { servers, total })
    }

    pub(crate) async fn resource_show(&self, args: ResourceId) -> Result<ResourceDetail, Error> {
        Ok(self.detail(self.broker().resource(&args.id).await?))
    }

    pub(crate) async fn resource_add(&self, args: ResourceAdd) -> Result<ResourceDetail, Error> {
        let trace = self.trace(args.trace_id);
        let concessions = convert::concessions(&args.concessions.unwrap_or_default())?;
        let view = self
            .broker()
            .add(&whole(&args.url), args.name.as_deref(), concessions, &trace)
            .await?;
        Ok(self.detail(view))
    }

    pub(crate) async fn resource_check(
        &self,
        args: ResourceCheck,
    ) -> Result<ResourceDetail, Error> {
        let trace = self.trace(args.trace_id);
        let view = self.broker().check(&args.id, &trace).await?;
        Ok(self.detail(view))
    }

    pub(crate) async fn endpoints_enter(
        &self,
        args: EndpointsEnter,
    ) -> Result<ResourceDetail, Error> {
        let trace = self.trace(args.trace_id);
        let concessions = convert::concessions(&args.concessions.unwrap_or_default())?;
        let entered = EnteredEndpoints {
            issuer: args.issuer,
            authorization_endpoint: args.authorization_endpoint,
            token_endpoint: args.token_endpoint,
            revocation_endpoint: args.revocation_endpoint,
        };
        let view = self
            .broker()
            .enter_endpoints(&args.url, None, entered, concessions, &trace)
            .await?;
        Ok(self.detail(view))
    }

    pub(crate) async fn endpoints_forget(
        &self,
        args: ResourceCheck,
    ) -> Result<ResourceDetail, Error> {
        let trace = self.trace(args.trace_id);
        let view = self.broker().forget_endpoints(&args.id, &trace).await?;
        Ok(self.detail(view))
    }

    pub(crate) async fn resource_rename(
        &self,
        args: ResourceRename,
    ) -> Result<ResourceDetail, Error> {
        Ok(self.detail(self.broker().rename(&args.id, &args.name).await?))
    }

    /// A server whose issuer has not taken back what was granted stays, and the failure says so; its receipts are kept.
    pub(crate) async fn resource_remove(
        &self,
        args: ResourceRemove,
    ) -> Result<Vec<Receipt>, Error> {
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

    pub(crate) async fn concession_withdraw(
        &self,
        args: ConcessionWithdraw,
    ) -> Result<ResourceDetail, Error> {
        Ok(self.detail(
            self.broker()
                .withdraw(&args.resource_id, convert::named(&args.name)?)
                .await?,
        ))
    }

    pub(crate) async fn login_method_set(
        &self,
        args: LoginMethodSet,
    ) -> Result<ResourceDetail, Error> {
        let method = convert::login_method(args.method)?;
        Ok(self.detail(
            self.broker()
                .set_login_method(&args.resource_id, method)
                .await?,
        ))
    }

    pub(crate) async fn scopes_choose(&self, args: ScopesChoose) -> Result<ResourceDetail, Error> {
        let scopes = args.scopes.map(|scopes| scopes.into_iter().collect());
        Ok(self.detail(self.broker().set_scopes(&args.resource_id, scopes).await?))
    }

    pub(crate) fn detail(&self, view: broker::ResourceView) -> ResourceDetail {
        let detail = convert::detail(view);
        let login_failure = locked(&self.inner.login_failures)
            .get(&detail.resource.id)
            .map(convert::problem);
        ResourceDetail {
            resource: self.resource(detail.resource),
            login_failure,
            ..detail
        }
    }

    fn resource(&self, shown: Resource) -> Resource {
        Resource {
            is_demo: shown.uri == self.inner.demo.resource(),
            ..shown
        }
    }
}

/// As a person types it: without a scheme, the usual one is meant.
fn whole(url: &str) -> String {
    oauth::uri::with_scheme(url).unwrap_or_else(|| url.to_owned())
}
