//! Vaults with one login and with thousands: the first is a real login at the testbed, the others are that one again.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use broker::{
    Broker, Home, KeySource, LoginOptions, NoBrowser, OsKeyring, Redirects, SystemClock, VaultState,
};
use model::{Grant, GrantId, GrantState, Permit, ResourceRecord};
use oauth::authorization::Callback;
use oauth::concession::Concessions;
use oauth::uri::ResourceUri;
use testbed::Testbed;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use vault::{OpenResult, Vault};

use crate::http::TokenRequest;

/// A vault that is closed again, and what its agents ask for.
pub struct FilledVault {
    /// With `home` and `key` in it.
    pub folder: PathBuf,
    /// One of each agent's permits.
    pub requests: Vec<TokenRequest>,
    /// The first agent's id, and the file of its key.
    pub agent: (String, PathBuf),
    /// Its logins, by server. The first one really was one.
    pub grants: Vec<GrantId>,
}

/// How much is in a vault.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Servers, each with one login.
    pub servers: usize,
    /// Agents, of which each may use [`PERMITS`] servers, or all if there are fewer.
    pub agents: usize,
}

/// What an agent of a person with many servers may use.
const PERMITS: usize = 10;
/// Nothing is renewed by itself while we measure.
pub const TOKEN_LIFE: u64 = 7 * 24 * 3600;

/// Makes it in this folder, which is made as well.
pub async fn fill(folder: &Path, web: &Testbed, size: Size) -> Result<FilledVault> {
    std::fs::create_dir_all(folder)?;
    let broker = broker_on(folder).await?;
    let grant = log_in(&broker, web).await?;
    let mut agents = Vec::new();
    for number in 0..size.agents {
        let (agent, key) = broker.add_agent(&format!("agent {number}")).await?;
        agents.push((agent.id, key.expose().to_owned()));
    }
    ensure!(
        broker.close(Duration::from_secs(10)).await == 0,
        "something was not written"
    );
    let vault = open(folder).await?;
    let mut grants = vec![grant.clone()];
    let record = vault
        .resource_by_uri(&grant.resource)
        .await?
        .context("the server that was added")?;
    for number in 1..size.servers {
        grants.push(add_again(&vault, &record, &grant, number).await?);
    }
    let mut requests = Vec::new();
    for (number, agent) in agents.iter().enumerate() {
        let own =
            (0..PERMITS.min(size.servers)).map(|turn| (number + turn * size.agents) % size.servers);
        for place in own {
            let permit = Permit {
                agent_id: agent.0.clone(),
                grant_id: grants[place].id.clone(),
                scopes: None,
                until: None,
                given_at: grant.granted_at,
            };
            vault.give_permit(&permit).await?;
        }
        requests.push(TokenRequest {
            agent: agent.clone(),
            resource: grants[number % size.servers].resource.as_str().to_owned(),
        });
    }
    vault.close().await;
    let (id, key) = agents.into_iter().next().context("there is an agent")?;
    let file = folder.join("agent-key");
    private_file(&file, &key)?;
    Ok(FilledVault {
        folder: folder.to_owned(),
        requests,
        agent: (id, file),
        grants: grants.into_iter().map(|grant| grant.id).collect(),
    })
}

/// As the person's own host has it, but for browser and keyring, of which nothing is asked.
pub async fn broker_on(folder: &Path) -> Result<Broker> {
    let home = Home::new(folder.join("home"))?;
    let keyring = Arc::new(OsKeyring::new(&home));
    let broker = Broker::new(home, keyring, Arc::new(SystemClock), Arc::new(NoBrowser))?;
    let state = broker
        .open_vault(KeySource::KeyFile(folder.join("key")))
        .await?;
    ensure!(matches!(state, VaultState::Open { .. }), "{state:?}");
    broker.set_redirects(Redirects {
        deep_link: true,
        loopback: None,
    });
    Ok(broker)
}

/// The same vault without the use cases above it.
pub async fn open(folder: &Path) -> Result<Vault> {
    let home = Home::new(folder.join("home"))?;
    let keyring = Arc::new(OsKeyring::new(&home));
    match Vault::open(&home, KeySource::KeyFile(folder.join("key")), keyring).await? {
        OpenResult::Opened(vault) => Ok(vault),
        OpenResult::Closed(why) => bail!("the vault does not open: {why:?}"),
    }
}

async fn log_in(broker: &Broker, web: &Testbed) -> Result<Grant> {
    let view = broker
        .add(&web.resource(), None, Concessions::default(), &|_| {})
        .await?;
    let started = broker
        .begin_login(&view.record.id, LoginOptions::default())
        .await?;
    let pending = started.pending().context("it waits for the browser")?;
    let callback = redirect_of(pending.url()).await?;
    Ok(broker.complete_login(Callback::parse(&callback)).await?)
}

/// Where an authorization server sends a browser whose person approves everything.
async fn redirect_of(url: &str) -> Result<String> {
    let url = url::Url::parse(url)?;
    let host = format!(
        "{}:{}",
        url.host_str().context("a host")?,
        url.port().context("a port")?
    );
    let target = &url[url::Position::BeforePath..];
    let mut stream = TcpStream::connect(&host).await?;
    let request = format!("GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let location = answer
        .lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("location"));
    let (_, location) = location.with_context(|| format!("no redirect: {answer}"))?;
    Ok(location.to_owned())
}

/// The same server and the same login under another name: what the vault does with it depends on no token's text.
async fn add_again(
    vault: &Vault,
    record: &ResourceRecord,
    grant: &Grant,
    number: usize,
) -> Result<Grant> {
    // On this machine like the real one, or the address guard would keep its renewals from the issuer here.
    let uri = ResourceUri::stored(format!("{}/{number:05}", grant.resource.as_str()));
    let record = ResourceRecord {
        id: vault::new_id(),
        name: format!("server {number:05}"),
        resource_parameter: Some(uri.as_str().to_owned()),
        uri: uri.clone(),
        ..record.clone()
    };
    vault.add_resource(&record).await?;
    let grant = Grant {
        id: GrantId(vault::new_id()),
        resource_parameter: Some(uri.as_str().to_owned()),
        resource: uri,
        ..grant.clone()
    };
    vault.save_grant(&grant, &[]).await?;
    Ok(grant)
}

/// Ends the access tokens of these logins, as time does.
pub async fn expire(folder: &Path, ids: &[GrantId]) -> Result<()> {
    let vault = open(folder).await?;
    for id in ids {
        let mut grant = vault.grant(id).await?.context("the login is there")?;
        if let GrantState::Active(tokens) = &mut grant.state {
            // Before it came, by any clock: it lived an hour and has been over since.
            tokens.expires_at = Some(tokens.received_at.plus(-1));
            tokens.received_at = tokens.received_at.plus(-3601);
        }
        vault.save_grant(&grant, &[]).await?;
    }
    vault.close().await;
    Ok(())
}

fn private_file(path: &Path, content: &str) -> Result<()> {
    std::fs::write(path, content)?;
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(())
}
