//! Receipts as the vault keeps them.

use crate::{Broker, Error};
use messages::text;
use model::{Code, LastToken, Receipt, ReceiptStep, RevocationState};
use serde::{Deserialize, Serialize};
use vault::ReceiptRecord;

impl Broker {
    /// What came of each taking back, newest first; of one server, or of all, also of servers that are gone.
    pub async fn receipts(&self, resource_id: Option<&str>) -> Result<Vec<Receipt>, Error> {
        let records = self.vault()?.receipts(resource_id).await?;
        Ok(records.into_iter().filter_map(read).collect())
    }

    /// Those of these servers, newest first.
    pub(crate) async fn receipts_of_all(
        &self,
        resource_ids: impl IntoIterator<Item = &str> + Send,
    ) -> Result<Vec<Receipt>, Error> {
        let records = self.vault()?.receipts_of_all(resource_ids).await?;
        Ok(records.into_iter().filter_map(read).collect())
    }
}

/// What of a receipt is no column of its own.
#[derive(Serialize, Deserialize)]
struct ReceiptBody {
    resource_host: String,
    ending: RevocationState,
    last_token: LastToken,
    steps: Vec<ReceiptStep>,
}

pub(super) fn to_record(receipt: &Receipt) -> Result<ReceiptRecord, Error> {
    let body = ReceiptBody {
        resource_host: receipt.resource_host.clone(),
        ending: receipt.ending,
        last_token: receipt.last_token,
        steps: receipt.steps.clone(),
    };
    let body = serde_json::to_string(&body).map_err(|error| {
        Error::new(Code::Internal, text::GrantReceiptNotWritten).with_source(error)
    })?;
    Ok(ReceiptRecord {
        id: receipt.id.clone(),
        at: receipt.at,
        resource_id: receipt.resource_id.clone(),
        resource_name: receipt.resource_name.clone(),
        grant_id: receipt.grant_id.clone(),
        account_name: receipt.account.clone(),
        issuer: receipt.issuer.clone(),
        body,
    })
}

/// None for one that a newer version wrote in words of its own.
fn read(record: ReceiptRecord) -> Option<Receipt> {
    let body: ReceiptBody = serde_json::from_str(&record.body).ok()?;
    Some(Receipt {
        id: record.id,
        at: record.at,
        resource_id: record.resource_id,
        resource_name: record.resource_name,
        resource_host: body.resource_host,
        grant_id: record.grant_id,
        account: record.account_name,
        issuer: record.issuer,
        ending: body.ending,
        last_token: body.last_token,
        steps: body.steps,
    })
}
