//! `call`: one MCP request with the person's own login, whatever kind of token it is.

mod mcp_server;
mod refusal;

use crate::args::CallArgs;
use crate::hints;
use crate::output::{Output, record};
use broker::{Broker, Error};
use mcp_server::{McpServer, answer_in};
use messages::text;
use model::Code;
use refusal::{no_answer, refusal};
use serde_json::Value;

const MOST_INDENTED: usize = 256 * 1024;

pub(crate) async fn run(broker: &Broker, args: CallArgs, output: Output) -> Result<(), Error> {
    let params = serde_json::from_str::<Value>(&args.params)
        .ok()
        .filter(Value::is_object)
        .ok_or_else(|| {
            let example = r#"--params '{"name":"list_notes"}'"#;
            Error::new(Code::InvalidArgument, text::CliCallParams)
                .with_hint(text::CliCallParamsHint { example })
        })?;
    if !args.method.bytes().all(|byte| byte.is_ascii_graphic()) {
        let method = &args.method;
        return Err(
            Error::new(Code::InvalidArgument, text::CliCallNoMethod { method })
                .with_hint(text::CliCallNoMethodHint),
        );
    }
    let server = McpServer {
        broker,
        reference: &args.server,
        account: args.account.as_deref(),
    };
    let response = server
        .answer(&args.method, params)
        .await
        .map_err(|error| hints::login(error, &args.server))?;
    let message = match answer_in(&response) {
        Some(message) if message.get("error").is_none() => message,
        refused => {
            let said = broker.words_of(&args.server, &response).await?;
            let error = match refused {
                Some(message) => refusal(&args, &response, &message["error"], said),
                None => no_answer(&args, &response, said),
            };
            return Err(hints::login(error, &args.server));
        }
    };
    let result = &message["result"];
    // Indented, deep answers grow to many times their size.
    if response.body.len() > MOST_INDENTED {
        return record(result);
    }
    output.answer(result, &format!("{result:#}"))
}
