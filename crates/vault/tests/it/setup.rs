//! A home in a temporary folder, a key store in memory, rows full of canaries, and the file's raw bytes.

use model::{
    Account, AccountWish, Agent, BrowserLogin, ClientRecord, DeviceLogin, EventKind, Grant,
    GrantId, GrantKind, GrantState, LoginAttempt, LoginKind, LoginMethod, NamedBy, NewEvent,
    ResourceProtection, ResourceRecord, Trouble,
};
use oauth::authorization::PendingAuthorization;
use oauth::concession::{Concession, Concessions};
use oauth::device::DeviceCode;
use oauth::metadata::{AuthorizationServer, Basis};
use oauth::redirect::Redirect;
use oauth::registration::{AuthMethod, Management, Registration, RegistrationKind};
use oauth::scope::Scopes;
use oauth::secret::Secret;
use oauth::time::Timestamp;
use oauth::token::TokenSet;
use oauth::trace::{Step, StepKind, StepRequest, StepResult, Verdict};
use oauth::uri::{Issuer, ResourceUri};
use sha2::{Digest, Sha256};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use vault::{Home, KeySource, KeyStore, KeyStoreError, OpenResult, Vault, VaultError, VaultKey};

pub(crate) const NOW: Timestamp = Timestamp(1_800_000_000);

/// A keyring in memory, which fails as it is told.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) entry: Mutex<Option<VaultKey>>,
    pub(crate) epoch: Mutex<Option<i64>>,
    pub(crate) failure: Mutex<Option<KeyStoreError>>,
    /// How often a key was written.
    pub(crate) puts: Mutex<u32>,
    /// How often the epoch was asked for.
    pub(crate) asks: Mutex<u32>,
    /// "No entry" though nothing works: what a locked keyring says.
    pub(crate) probe_failure: Mutex<Option<KeyStoreError>>,
}

impl Memory {
    pub(crate) fn holding(byte: u8) -> Arc<Self> {
        Arc::new(Self {
            entry: Mutex::new(Some(VaultKey::from_bytes([byte; 32]))),
            ..Self::default()
        })
    }

    fn works(&self) -> Result<(), KeyStoreError> {
        self.failure
            .lock()
            .expect("whole")
            .clone()
            .map_or(Ok(()), Err)
    }
}

impl KeyStore for Memory {
    fn get(&self) -> Result<Option<VaultKey>, KeyStoreError> {
        self.works()
            .map(|()| self.entry.lock().expect("whole").clone())
    }

    fn put(&self, key: &VaultKey) -> Result<(), KeyStoreError> {
        self.works()?;
        *self.puts.lock().expect("whole") += 1;
        *self.entry.lock().expect("whole") = Some(key.clone());
        Ok(())
    }

    fn epoch(&self) -> Result<Option<i64>, KeyStoreError> {
        *self.asks.lock().expect("whole") += 1;
        self.works().map(|()| *self.epoch.lock().expect("whole"))
    }

    fn put_epoch(&self, epoch: i64) -> Result<(), KeyStoreError> {
        self.works()
            .map(|()| *self.epoch.lock().expect("whole") = Some(epoch))
    }

    fn probe(&self) -> Result<(), KeyStoreError> {
        self.works()?;
        self.probe_failure
            .lock()
            .expect("whole")
            .clone()
            .map_or(Ok(()), Err)
    }
}

pub(crate) struct Place {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) store: Arc<Memory>,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            store: Arc::default(),
        }
    }

    pub(crate) fn home(&self) -> Home {
        Home::new(self.folder.path().join("home")).expect("a home")
    }

    pub(crate) async fn opening(&self, source: KeySource) -> Result<OpenResult, VaultError> {
        Vault::open(&self.home(), source, self.store.clone()).await
    }

    /// The vault with its key in memory's keyring.
    pub(crate) async fn vault(&self) -> Vault {
        opened(Vault::make(&self.home(), KeySource::Auto, self.store.clone()).await)
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("home/vault.db")
    }

    /// Moves what the journal holds into the file itself.
    pub(crate) async fn empty_journal(&self) {
        self.tamper("PRAGMA wal_checkpoint(TRUNCATE)").await;
    }

    /// Runs SQL as someone does who can write the file and has no key.
    pub(crate) async fn tamper(&self, sql: &str) -> u64 {
        let mut connection = self.raw().await;
        let done = sqlx::query(AssertSqlSafe(sql))
            .execute(&mut connection)
            .await
            .expect("SQL runs")
            .rows_affected();
        connection.close().await.expect("closed");
        done
    }

    /// Takes a row out of its table's indexes, and leaves it in the table: the schema lies about them for a moment.
    pub(crate) async fn unindex(&self, table: &str, column: &str, value: &str) {
        let version = self
            .texts("SELECT CAST(schema_version AS TEXT) FROM pragma_schema_version")
            .await
            .concat();
        let quoted = format!("SELECT quote(sql) FROM sqlite_schema WHERE name = '{table}'");
        let with_indexes = self.texts(&quoted).await.concat();
        let key = if table == "permits" {
            "PRIMARY KEY (agent_id, grant_id)"
        } else {
            "PRIMARY KEY"
        };
        let without = with_indexes
            .replace(key, if table == "permits" { "CHECK (1)" } else { "" })
            .replace("UNIQUE", "");
        let rows = format!(
            "SELECT '(' || quote(type) || ',' || quote(name) || ',' || quote(tbl_name) || ',' || rootpage || ',NULL)'
             FROM sqlite_schema WHERE type = 'index' AND tbl_name = '{table}'"
        );
        let indexes = self.texts(&rows).await.join(", ");
        for step in [
            format!("UPDATE {table} SET {column} = 'zz' WHERE {column} = '{value}'"),
            format!(
                "DELETE FROM sqlite_schema WHERE type = 'index' AND tbl_name = '{table}';
                 UPDATE sqlite_schema SET sql = {without} WHERE name = '{table}'; PRAGMA schema_version = 9999"
            ),
            format!("UPDATE {table} SET {column} = '{value}' WHERE {column} = 'zz'"),
            format!(
                "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES {indexes};
                 UPDATE sqlite_schema SET sql = {with_indexes} WHERE name = '{table}'; PRAGMA schema_version = {version}"
            ),
        ] {
            self.tamper(&format!("PRAGMA writable_schema = ON; {step}")).await;
        }
    }

    pub(crate) async fn blob(&self, sql: &str) -> Vec<u8> {
        let mut connection = self.raw().await;
        let blob = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(&mut connection)
            .await
            .expect("a value");
        connection.close().await.expect("closed");
        blob
    }

    /// The one column of what this SQL gives.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let mut connection = self.raw().await;
        let texts = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_all(&mut connection)
            .await
            .expect("texts");
        connection.close().await.expect("closed");
        texts
    }

    pub(crate) async fn put_blob(&self, sql: &str, blob: &[u8]) {
        let mut connection = self.raw().await;
        let put = sqlx::query(AssertSqlSafe(sql))
            .bind(blob)
            .execute(&mut connection)
            .await
            .expect("SQL runs");
        assert_eq!(put.rows_affected(), 1, "{sql}");
        connection.close().await.expect("closed");
    }

    pub(crate) async fn raw(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new()
            .filename(self.database())
            .foreign_keys(false);
        let mut connection = options.connect().await.expect("the file opens");
        // A place for what is kept for later that is no part of the vault.
        let elsewhere = self.folder.path().join("elsewhere.db");
        std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(&elsewhere)
            .expect("a file");
        let attach = format!("ATTACH '{}' AS elsewhere", elsewhere.display());
        sqlx::query(AssertSqlSafe(attach))
            .execute(&mut connection)
            .await
            .expect("attached");
        connection
    }
}

pub(crate) fn opened(opening: Result<OpenResult, VaultError>) -> Vault {
    match opening {
        Ok(OpenResult::Opened(vault)) => vault,
        other => panic!("the vault opens, but: {other:?}"),
    }
}

pub(crate) fn sha256(path: &Path) -> String {
    let digest = Sha256::digest(std::fs::read(path).expect("readable"));
    digest
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Every file below, with its bytes.
pub(crate) fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = std::fs::read(&path).expect("readable");
            found.push((path, bytes));
        }
    }
    found
}

/// Which files have these bytes.
pub(crate) fn holders(folder: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    let has = |content: &[u8]| content.windows(bytes.len()).any(|window| window == bytes);
    files(folder)
        .into_iter()
        .filter(|(_, content)| has(content))
        .map(|(path, _)| path)
        .collect()
}

pub(crate) fn uri() -> ResourceUri {
    ResourceUri::stored("https://h.example/mcp".into())
}

pub(crate) fn issuer() -> Issuer {
    Issuer::stored("https://as.example".into())
}

pub(crate) fn resource(id: &str, uri: &str) -> ResourceRecord {
    ResourceRecord {
        id: id.into(),
        name: format!("Name of {id}"),
        uri: ResourceUri::stored(uri.into()),
        protection: ResourceProtection::Protected,
        resource_parameter: Some(uri.into()),
        issuer: Some(issuer()),
        scopes_to_request: Scopes::parse("b a"),
        scopes_supported: Scopes::parse("a b https://c/d"),
        chosen_scopes: Some(Scopes::parse("b")),
        missing_scopes: Scopes::parse("c"),
        login_method: LoginMethod::Workload {
            token_file: "/run/token".into(),
        },
        locked_to: Some(Account {
            name: "me".into(),
            subject: Some("s-1".into()),
            named_by: NamedBy::Person,
        }),
        needs_dpop: true,
        conceded_at: [(Concession::PkceUnadvertised, NOW)].into(),
        concessions: Concessions([Concession::PkceUnadvertised, Concession::PrivateNetwork].into()),
        trace: vec![
            Step::new(
                StepKind::ResourceMetadata,
                Verdict::Next,
                StepResult::NamesNoUrl {
                    text: "it said \"no\"".into(),
                },
                "RFC 9728 §3",
            )
            .asked(StepRequest::new("GET", "https://h.example"), Some(404)),
            Step::new(
                StepKind::AsWritten("Asked".into()),
                Verdict::Ok,
                StepResult::AsWritten("It said \"yes\".".into()),
                "RFC 9728 §3",
            ),
        ],
        added_at: NOW,
        checked_at: Some(NOW.plus(1)),
    }
}

pub(crate) fn authorization_server() -> AuthorizationServer {
    AuthorizationServer {
        issuer: issuer(),
        speaks_as: None,
        authorization_endpoint: Some("https://as.example/authorize".into()),
        token_endpoint: "https://as.example/token".into(),
        registration_endpoint: Some("https://as.example/register".into()),
        revocation_endpoint: None,
        userinfo_endpoint: None,
        device_authorization_endpoint: Some("https://as.example/device".into()),
        token_endpoint_auth_methods: Some(vec!["none".into()]),
        revocation_endpoint_auth_methods: None,
        scopes_supported: Scopes::parse("a b"),
        grant_types: Some(vec!["authorization_code".into()]),
        dpop_algorithms: vec!["ES256".into()],
        grant_profiles: vec![],
        unusable: vec![],
        id_token_algorithms: vec![],
        sends_iss: true,
        accepts_metadata_documents: false,
        basis: Basis::Published,
    }
}

pub(crate) fn registration(id: &str) -> ClientRecord {
    let registration = Registration {
        issuer: issuer(),
        redirects: vec![Redirect::loopback(4283), Redirect::localhost(4283)],
        kind: RegistrationKind::Dynamic,
        client_id: "client!+ID".into(),
        client_secret: Some(Secret::new(format!("CANARY-client-secret-{id}"))),
        key_id: Some("k1".into()),
        auth_method: AuthMethod::ClientSecretBasic,
        secret_expires_at: Some(NOW.plus(99)),
        management: Some(Management {
            uri: "https://as.example/register/1".into(),
            access_token: Secret::new(format!("CANARY-management-token-{id}")),
        }),
        registered_at: NOW,
    };
    ClientRecord::new(id, registration)
}

/// A login attempt: of `d1` by a device code, of `i1` at the company's provider, of any other by the browser.
pub(crate) fn attempt(id: &str) -> LoginAttempt {
    LoginAttempt {
        id: id.into(),
        resource: uri(),
        started_at: NOW,
        kind: match id {
            "d1" => LoginKind::Device(device_login(id)),
            "i1" => LoginKind::Provider(request(id)),
            _ => LoginKind::Browser(BrowserLogin {
                request: request(id),
                registration_id: "r1".into(),
                account: AccountWish::Same(GrantId("g1".into())),
            }),
        },
    }
}

pub(crate) fn request(id: &str) -> PendingAuthorization {
    PendingAuthorization {
        state: Secret::new(format!("CANARY-state-{id}")),
        verifier: Secret::new(format!("CANARY-verifier-{id}")),
        resource_parameter: None,
        issuer: issuer(),
        expected_iss: Issuer::stored("https://other.example".into()),
        iss_required: true,
        token_endpoint: "https://as.example/token".into(),
        authorization_url: format!(
            "https://as.example/authorize?state=CANARY-state-{id}&x=CANARY-url-{id}"
        ),
        redirect: Redirect::DEEP_LINK,
        scopes: Scopes::parse("a b"),
        dpop_key: Some(Secret::new(format!("CANARY-dpop-key-{id}"))),
        expires_at: NOW.plus(600),
    }
}

fn device_login(id: &str) -> DeviceLogin {
    DeviceLogin {
        code: DeviceCode {
            device_code: Secret::new(format!("CANARY-device-code-{id}")),
            user_code: "WDJB-MJHT".into(),
            verification_uri: "https://as.example/device".into(),
            verification_uri_complete: None,
            interval: 5,
            expires_at: NOW.plus(600),
        },
        issuer: issuer(),
        token_endpoint: "https://as.example/token".into(),
        resource_parameter: Some("https://h.example/mcp".into()),
        scopes: Scopes::parse("a b"),
        dpop_key: Some(Secret::new(format!("CANARY-dpop-key-{id}"))),
        registration_id: "r1".into(),
        account: AccountWish::Another,
    }
}

pub(crate) fn grant(id: &str) -> Grant {
    Grant {
        id: GrantId(id.into()),
        kind: GrantKind::EnterpriseManaged,
        refreshes_without_resource: true,
        resource: uri(),
        resource_parameter: Some("https://h.example/mcp".into()),
        issuer: issuer(),
        token_endpoint: "https://as.example/token".into(),
        registration_id: Some("r1".into()),
        account: Account {
            name: format!("{id}@example"),
            subject: Some("s-1".into()),
            named_by: NamedBy::Person,
        },
        scopes_requested: Scopes::parse("a b"),
        state: GrantState::Active(TokenSet {
            access_token: Secret::new(format!("CANARY-access-token-{id}")),
            refresh_token: Some(Secret::new(format!("CANARY-refresh-token-{id}"))),
            expires_at: Some(NOW.plus(3600)),
            received_at: NOW,
            scopes: Scopes::parse("a"),
            dpop_key: Some(Secret::new(format!("CANARY-bound-key-{id}"))),
        }),
        generation: 7,
        granted_at: NOW,
        refreshed_at: Some(NOW.plus(5)),
        trouble: Trouble::default(),
    }
}

pub(crate) fn agent(id: &str) -> Agent {
    Agent {
        id: id.into(),
        name: format!("Agent {id}"),
        key_hash: [9; 32],
        added_at: NOW,
        last_used_at: None,
    }
}

/// An answer to this agent.
pub(crate) fn asked(agent: &str, at: Timestamp) -> NewEvent {
    NewEvent {
        at,
        kind: EventKind::TokenIssued,
        agent_id: Some(agent.to_owned()),
        ..event("an answer")
    }
}

pub(crate) fn event(message: &str) -> NewEvent {
    NewEvent {
        at: NOW,
        kind: EventKind::PermitGiven,
        ok: true,
        message: messages::text::AsWritten { text: message }.into(),
        code: None,
        agent_id: Some("a1".into()),
        agent_name: Some("Agent a1".into()),
        resource_id: Some("s1".into()),
        resource_name: None,
        grant_id: Some(GrantId("g1".into())),
    }
}

/// One server, two registrations, two login attempts, two grants: all secrets start with CANARY.
pub(crate) async fn fill(vault: &Vault) {
    vault
        .add_resource(&resource("s1", uri().as_str()))
        .await
        .expect("added");
    vault
        .save_registration(&registration("r1"))
        .await
        .expect("saved");
    vault
        .save_registration(&registration("r2"))
        .await
        .expect("saved");
    for id in ["p1", "p2"] {
        vault
            .begin_login_attempt(&attempt(id), None)
            .await
            .expect("begun");
    }
    for id in ["g1", "g2"] {
        vault
            .save_grant(&grant(id), &[event(id)])
            .await
            .expect("saved");
    }
}
