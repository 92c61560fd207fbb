//! Grants: renew, revoke, and whose they are.

use crate::convert;
use crate::dto::{
    AccountLock, AccountName, Grant, GrantId, Receipt, ReceiptQuery, ResourceDetail, ResourceId,
};
use crate::host::Host;
use broker::Error;

impl Host {
    pub(crate) async fn grant_refresh(&self, args: GrantId) -> Result<Grant, Error> {
        let grant = self.broker().refresh(&model::GrantId(args.id)).await?;
        self.grant(grant).await
    }

    pub(crate) async fn grant_revoke(&self, args: GrantId) -> Result<Receipt, Error> {
        Ok(convert::receipt(
            &self.broker().revoke(&model::GrantId(args.id)).await?,
        ))
    }

    pub(crate) async fn revocation_retry(&self, args: ResourceId) -> Result<Vec<Receipt>, Error> {
        Ok(self
            .broker()
            .retry_revocations(&args.id, None)
            .await?
            .iter()
            .map(convert::receipt)
            .collect())
    }

    pub(crate) async fn revocation_let_go(&self, args: ResourceId) -> Result<Vec<Receipt>, Error> {
        Ok(self
            .broker()
            .let_go(&args.id, None)
            .await?
            .iter()
            .map(convert::receipt)
            .collect())
    }

    pub(crate) async fn receipts_list(&self, args: ReceiptQuery) -> Result<Vec<Receipt>, Error> {
        Ok(self
            .broker()
            .receipts(args.resource_id.as_deref())
            .await?
            .iter()
            .map(convert::receipt)
            .collect())
    }

    pub(crate) async fn account_name(&self, args: AccountName) -> Result<Grant, Error> {
        let named = self
            .broker()
            .name_account(&model::GrantId(args.grant_id), &args.name)
            .await?;
        self.grant(named).await
    }

    pub(crate) async fn account_lock(&self, args: AccountLock) -> Result<ResourceDetail, Error> {
        self.broker()
            .lock_account(
                &args.resource_id,
                args.grant_id.map(model::GrantId).as_ref(),
            )
            .await?;
        Ok(self.detail(self.broker().resource(&args.resource_id).await?))
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
}
