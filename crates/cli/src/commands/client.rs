//! `client` and `client-metadata`: client ids, and how to get one.

use crate::args::{Auth, ClientCommand, ClientMetadataArgs, ClientSetArgs};
use crate::output::{Output, command_line, row, table, told};
use crate::{secrets, words};
use api::convert;
use api::dto::{ClientInfo, ClientOptions};
use broker::{Broker, ClientEntry, Error, Redirects};
use messages::{Text, text};
use model::{Code, RedirectPreference, Settings};
use oauth::registration;
use serde::Serialize;
use serde_json::json;

pub(crate) async fn run(
    broker: &Broker,
    command: ClientCommand,
    output: Output,
) -> Result<(), Error> {
    match command {
        ClientCommand::Show { server } => show(broker, &server, output).await,
        ClientCommand::Set(args) => set(broker, args, output).await,
        ClientCommand::List => list(broker, output).await,
        ClientCommand::Forget { id, yes } => forget(broker, &id, yes, output).await,
    }
}

/// How a client id can be had, and the one that a login uses.
#[derive(Serialize)]
struct ClientReport {
    #[serde(flatten)]
    options: ClientOptions,
    client: Option<ClientInfo>,
}

async fn show(broker: &Broker, server: &str, output: Output) -> Result<(), Error> {
    listen_as_configured(broker)?;
    let view = broker.resource(server).await?;
    let options = convert::client_options(
        &view,
        &broker.redirect_uris(),
        broker.settings().await?,
        &broker.clients().await?,
    );
    if options.issuer.is_empty() {
        let server = &view.record.name;
        return Err(Error::new(
            Code::NoAuthorizationServer,
            text::CliClientNoService { server },
        )
        .with_hint(text::CliClientNoServiceHint));
    }
    let client = view.registration.as_ref().map(convert::client);
    let text = describe(&options, client.as_ref(), &view.record.name);
    output.answer(&ClientReport { options, client }, &text)
}

fn describe(options: &ClientOptions, client: Option<&ClientInfo>, server: &str) -> String {
    let fact = |label: Text, value: Text| row([label, value]);
    let issuer = text::AsWritten {
        text: &options.issuer,
    };
    let mut text = table(&[
        fact(text::CliShowService.into(), issuer.into()),
        fact(text::CliClientUsed.into(), used(client)),
        fact(text::CliClientAnswers.into(), answers_at(options, client)),
        fact(text::CliClientEntered.into(), entered(options)),
        fact(text::CliClientDocument.into(), by_document(options)),
        fact(
            text::CliClientDynamic.into(),
            if options.registers {
                text::CliClientDynamicYes.into()
            } else {
                text::CliClientDynamicNo.into()
            },
        ),
    ]);
    text.push_str(&format!("\n{}\n", told(text::CliClientByHand)));
    for redirect in &options.redirects {
        text.push_str(&format!("  {}\n    {}\n", redirect.uri, redirect.when));
    }
    let command = command_line(&["client", "set", server, "--client-id", "ID"]);
    text.push_str(&told(text::CliClientByHandThen { command }));
    text
}

fn used(client: Option<&ClientInfo>) -> Text {
    match client {
        Some(known) => text::CliClientUsedHow {
            client: &known.client_id,
            how: words::registration_kind(known.kind),
        }
        .into(),
        None => text::CliClientUsedNone.into(),
    }
}

fn entered(options: &ClientOptions) -> Text {
    match &options.entered {
        Some(entered) => text::AsWritten {
            text: &entered.client_id,
        }
        .into(),
        None => text::CliClientEnteredNone.into(),
    }
}

fn by_document(options: &ClientOptions) -> Text {
    match (options.takes_documents, &options.document_url) {
        (true, Some(url)) => text::CliClientDocumentBy { url }.into(),
        (true, None) => text::CliClientDocumentHost.into(),
        (false, _) => text::CliClientDocumentNot.into(),
    }
}

/// Exactly what a login sends: of the client that it uses, or of the one that it would register.
fn answers_at(options: &ClientOptions, client: Option<&ClientInfo>) -> Text {
    match client {
        Some(client) if client.redirect_uris.is_empty() => text::CliClientAnswersNone.into(),
        Some(client) => text::AsWritten {
            text: client.redirect_uris.join(" "),
        }
        .into(),
        None if options.registers => {
            let addresses = options
                .own_redirects
                .as_deref()
                .unwrap_or_default()
                .join(" ");
            text::CliClientAnswersFirst { addresses }.into()
        }
        None => text::CliClientUsedNone.into(),
    }
}

async fn set(broker: &Broker, args: ClientSetArgs, output: Output) -> Result<(), Error> {
    listen_as_configured(broker)?;
    // The parser does not see this one: it skips what is required beside an argument that excludes it.
    if args.key_id.is_some() && args.proof.private_key_file.is_none() {
        return Err(Error::new(Code::InvalidArgument, text::CliClientKeyIdAlone));
    }
    let wanted = args.redirect.into_iter().map(RedirectPreference::from);
    let redirects = match wanted.collect::<Vec<_>>() {
        // What the specifications advise, and most issuers take.
        none if none.is_empty() => vec![RedirectPreference::Loopback],
        chosen => chosen,
    };
    let entry = ClientEntry {
        client_id: args.client_id,
        client_secret: secrets::given(
            args.proof.secret_file.as_deref(),
            args.proof.ask_secret,
            text::CliPromptClientSecret,
            output,
        )?,
        private_key: args
            .proof
            .private_key_file
            .as_deref()
            .map(|path| secrets::from_file(path, output))
            .transpose()?,
        key_id: args.key_id,
        auth_method: args.auth.map(|auth| match auth {
            Auth::Basic => registration::AuthMethod::ClientSecretBasic,
            Auth::Post => registration::AuthMethod::ClientSecretPost,
            Auth::PrivateKeyJwt => registration::AuthMethod::PrivateKeyJwt,
            Auth::None => registration::AuthMethod::None,
        }),
        redirects,
    };
    let client = convert::client(&broker.set_client(&args.server, entry).await?);
    let lines = [
        told(text::CliClientSet {
            client: &client.client_id,
            issuer: &client.issuer,
        }),
        told(text::CliClientSetProof {
            method: words::auth_method(client.auth_method),
        }),
        told(text::CliClientSetRedirects {
            uris: client.redirect_uris.join(" "),
        }),
        told(text::CliNext {
            command: command_line(&["login", &args.server]),
        }),
    ];
    output.answer(&client, &lines.join("\n"))
}

async fn list(broker: &Broker, output: Output) -> Result<(), Error> {
    let clients: Vec<_> = broker
        .clients()
        .await?
        .iter()
        .map(convert::client)
        .collect();
    if clients.is_empty() && !output.json {
        output.tell(text::CliClientListEmpty);
        return Ok(());
    }
    let mut rows = vec![row([
        text::CliColumnId.into(),
        text::CliColumnService.into(),
        text::CliColumnClientId.into(),
        text::CliColumnHow.into(),
        text::CliColumnProof.into(),
    ])];
    rows.extend(clients.iter().map(|client| {
        vec![
            client.id.clone(),
            client.issuer.clone(),
            client.client_id.clone(),
            words::registration_kind(client.kind).to_owned(),
            words::auth_method(client.auth_method).to_owned(),
        ]
    }));
    output.answer(&clients, &table(&rows))
}

async fn forget(broker: &Broker, id: &str, yes: bool, output: Output) -> Result<(), Error> {
    let clients = broker.clients().await?;
    let known = clients
        .iter()
        .find(|client| client.id == id)
        .ok_or_else(|| {
            Error::new(Code::NotFound, text::CliClientUnknown { id })
                .with_hint(text::CliClientUnknownHint)
        })?;
    broker.forget_client(&known.id, yes).await?;
    let shown = convert::client(known);
    let text = told(text::CliClientForgotten {
        client: &shown.client_id,
        issuer: &shown.issuer,
    });
    output.answer(&shown, &text)
}

/// `client-metadata`: the document alone on stdout, so that it can be redirected into a file.
pub(crate) async fn metadata(
    broker: &Broker,
    args: ClientMetadataArgs,
    output: Output,
) -> Result<(), Error> {
    listen_as_configured(broker)?;
    if args.clear {
        broker
            .save_settings(Settings {
                client_metadata_url: None,
            })
            .await?;
        return output.answer(
            &json!({ "url": null, "kept": false }),
            &told(text::CliDocumentCleared),
        );
    }
    let kept = broker.settings().await?.client_metadata_url;
    let url = args.url.or_else(|| kept.clone()).ok_or_else(|| {
        Error::new(Code::InvalidArgument, text::CliDocumentUnknown)
            .with_hint(text::CliDocumentUnknownHint)
    })?;
    let document = broker.client_metadata(&url)?;
    let is_kept = args.save || kept.as_ref() == Some(&url);
    if args.save {
        broker
            .save_settings(Settings {
                client_metadata_url: Some(url.clone()),
            })
            .await?;
        output.tell(text::CliDocumentSaved);
    }
    output.answer(
        &json!({ "url": url, "kept": is_kept, "document": document }),
        &format!("{document:#}"),
    )
}

/// The port that logins of this machine listen on; the documents and the list name it.
fn listen_as_configured(broker: &Broker) -> Result<(), Error> {
    let port = Some(endpoint::Options::from_environment()?.port).filter(|port| *port != 0);
    broker.set_redirects(Redirects {
        deep_link: false,
        loopback: port,
    });
    Ok(())
}
