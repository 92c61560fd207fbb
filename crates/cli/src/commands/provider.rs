//! `provider`: the company's identity providers (SEP-990).

use crate::args::ProviderCommand;
use crate::output::{Output, command_line, row, table, told};
use crate::secrets;
use api::convert;
use broker::{Broker, Error, ProviderEntry};
use messages::text;
use serde_json::json;

pub(crate) async fn run(
    broker: &Broker,
    command: ProviderCommand,
    output: Output,
) -> Result<(), Error> {
    match command {
        ProviderCommand::Set {
            issuer,
            client_id,
            secret,
        } => {
            let client_secret = secrets::given(
                secret.secret_file.as_deref(),
                secret.ask_secret,
                text::CliPromptClientSecret,
                output,
            )?;
            let entry = ProviderEntry {
                issuer,
                client_id,
                client_secret,
                token_endpoint: None,
                id_token: None,
            };
            let provider = convert::provider(&broker.set_identity_provider(entry).await?);
            let command = command_line(&["login", "SERVER", "--provider", &provider.issuer]);
            let issuer = &provider.issuer;
            let lines = [
                told(text::CliProviderSet { issuer }),
                told(text::CliNext { command }),
            ];
            output.answer(&provider, &lines.join("\n"))
        }
        ProviderCommand::List => list(broker, output).await,
        ProviderCommand::Remove { issuer } => {
            broker.remove_identity_provider(&issuer).await?;
            let text = told(text::CliProviderRemoved { issuer: &issuer });
            output.answer(&json!({ "issuer": issuer }), &text)
        }
    }
}

async fn list(broker: &Broker, output: Output) -> Result<(), Error> {
    let providers: Vec<_> = broker
        .identity_providers()
        .await?
        .iter()
        .map(convert::provider)
        .collect();
    if providers.is_empty() && !output.json {
        output.tell(text::CliProviderListEmpty);
        return Ok(());
    }
    let mut rows = vec![row([
        text::CliColumnService.into(),
        text::CliColumnClientId.into(),
        text::CliColumnSignedIn.into(),
    ])];
    rows.extend(providers.iter().map(|provider| {
        let account = provider.account.clone().unwrap_or_else(|| "-".to_owned());
        vec![provider.issuer.clone(), provider.client_id.clone(), account]
    }));
    output.answer(&providers, &table(&rows))
}
