//! `client` and `client-metadata`: client ids, and how to get one.

use crate::args::{Auth, ClientCommand, ClientMetadataArgs, ClientSetArgs};
use crate::output::{Output, command_line, table};
use crate::{secrets, words};
use api::convert;
use api::dto::{ClientInfo, ClientOptions};
use broker::{Broker, ClientEntry, Error, Redirects};
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
        return Err(Error::new(
            Code::NoAuthorizationServer,
            format!("{} names no authorization server", view.record.name),
        )
        .with_hint("Without one there is no login, and no client id is needed."));
    }
    let client = view.registration.as_ref().map(convert::client);
    let text = describe(&options, client.as_ref(), &view.record.name);
    output.answer(&ClientReport { options, client }, &text)
}

fn describe(options: &ClientOptions, client: Option<&ClientInfo>, server: &str) -> String {
    let by_document = match (options.takes_documents, &options.document_url) {
        (true, Some(url)) => format!("yes, by {url}"),
        (true, None) => "yes; host one with `gatelodge client-metadata`".to_owned(),
        (false, _) => "not taken".to_owned(),
    };
    let by_hand = options.entered.as_ref().map_or_else(
        || "none entered".to_owned(),
        |entered| entered.client_id.clone(),
    );
    let used = client.map_or_else(
        || "none yet".to_owned(),
        |client| {
            format!(
                "{} ({})",
                client.client_id,
                words::registration_kind(client.kind)
            )
        },
    );
    let answers = answers_at(options, client);
    let fact = |name: &str, value: &str| vec![name.to_owned(), value.to_owned()];
    let mut text = table(&[
        fact("issuer", &options.issuer),
        fact("used now", &used),
        fact("answers at", &answers),
        fact("entered", &by_hand),
        fact("document", &by_document),
        fact(
            "dynamic",
            if options.registers {
                "yes: the issuer gives this program a client id"
            } else {
                "not offered"
            },
        ),
    ]);
    text.push_str("\nTo register by hand, give the issuer one of these redirect URIs, exactly as it stands:\n");
    for redirect in &options.redirects {
        text.push_str(&format!("  {}\n    {}\n", redirect.uri, redirect.when));
    }
    text.push_str(&format!(
        "Then: {} --client-id ID\n",
        command_line(&["client", "set", server])
    ));
    text
}

/// Exactly what a login sends: of the client that it uses, or of the one that it would register.
fn answers_at(options: &ClientOptions, client: Option<&ClientInfo>) -> String {
    match client {
        Some(client) if client.redirect_uris.is_empty() => {
            "no redirect: it awaits no browser's answer".to_owned()
        }
        Some(client) => client.redirect_uris.join(" "),
        None if options.registers => {
            format!(
                "{} (registered at the first login)",
                options
                    .own_redirects
                    .as_deref()
                    .unwrap_or_default()
                    .join(" or ")
            )
        }
        None => "none yet".to_owned(),
    }
}

async fn set(broker: &Broker, args: ClientSetArgs, output: Output) -> Result<(), Error> {
    listen_as_configured(broker)?;
    // The parser does not see this one: it skips what is required beside an argument that excludes it.
    if args.key_id.is_some() && args.proof.private_key_file.is_none() {
        return Err(Error::new(
            Code::InvalidArgument,
            "--key-id names a key, and no --private-key-file was given",
        ));
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
            "Client secret: ",
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
    let text = format!(
        "{} is kept for {}\nproves itself by: {}\nredirects: {}\nnext: {}",
        client.client_id,
        client.issuer,
        words::auth_method(client.auth_method),
        client.redirect_uris.join(" "),
        command_line(&["login", &args.server])
    );
    output.answer(&client, &text)
}

async fn list(broker: &Broker, output: Output) -> Result<(), Error> {
    let clients: Vec<_> = broker
        .clients()
        .await?
        .iter()
        .map(convert::client)
        .collect();
    if clients.is_empty() && !output.json {
        output.tell("No client id is kept yet. The first login at an issuer gets one, or enter one: gatelodge client set");
        return Ok(());
    }
    let mut rows = vec![
        ["ID", "ISSUER", "CLIENT ID", "HOW", "PROOF"]
            .map(str::to_owned)
            .to_vec(),
    ];
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
            Error::new(Code::NotFound, format!("no client id is kept as {id:?}")).with_hint(
                "`gatelodge client list` shows them, the id to name in the first column.",
            )
        })?;
    broker.forget_client(&known.id, yes).await?;
    output.answer(
        &convert::client(known),
        &format!(
            "the client id {} for {} is forgotten",
            known.client_id, known.issuer
        ),
    )
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
            "no document's address is kept any more",
        );
    }
    let kept = broker.settings().await?.client_metadata_url;
    let url = args.url.or_else(|| kept.clone()).ok_or_else(|| {
        Error::new(Code::InvalidArgument, "no address of a document is kept")
            .with_hint("Say where you will host it: gatelodge client-metadata --url https://example.org/gatelodge.json")
    })?;
    let document = broker.client_metadata(&url)?;
    let is_kept = args.save || kept.as_ref() == Some(&url);
    if args.save {
        broker
            .save_settings(Settings {
                client_metadata_url: Some(url.clone()),
            })
            .await?;
        output.tell("Kept. Host this document at exactly that address, as application/json and without redirects:");
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
