//! `doctor`: how a server is protected, step by step; nothing is kept.

use crate::commands::{concessions, trace};
use crate::output::Output;
use api::convert;
use broker::{Broker, Error};
use oauth::discovery::Discovery;
use oauth::metadata::AuthorizationServer;
use serde_json::json;
use std::sync::Mutex;

pub(crate) async fn run(url: &str, concede: &[String], output: Output) -> Result<(), Error> {
    let broker = Broker::system()?;
    let steps = Mutex::new(Vec::new());
    let outcome = broker
        .inspect(url, &concessions(concede)?, &|step| {
            output.tell(&trace::show(&step));
            steps.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(convert::step(step));
        })
        .await;
    let steps = steps.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let failure = outcome.as_ref().err().map(convert::failure);
    let verdict = match &outcome {
        Ok(Discovery::NotProtected) => "This server needs no login.".to_owned(),
        Ok(Discovery::Protected(found)) => {
            let server = &found.authorization_server;
            let scopes =
                if found.scopes_to_request.is_empty() { "none named".to_owned() } else { found.scopes_to_request.to_string() };
            let yes = |there: bool| if there { "yes" } else { "no" };
            format!(
                "A login will work.\n  issuer        {}\n  login at      {}\n  scopes        {scopes}\n  registration  {}\n  revocation    {}\n  iss in answer {}",
                server.issuer,
                AuthorizationServer::host_of(&server.authorization_endpoint),
                if server.registration_endpoint.is_some() { "dynamic" } else { "a client id has to be given" },
                yes(server.revocation_endpoint.is_some()),
                yes(server.sends_iss),
            )
        }
        Err(_) => "A login will not work.".to_owned(),
    };
    output.answer(&json!({ "url": url, "works": outcome.is_ok(), "steps": steps, "failure": failure }), &verdict)?;
    outcome.map(|_| ())
}
