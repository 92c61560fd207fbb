// Plain data as the host gives it: each thing in its usual state, with what a test wants otherwise.
import type { Agent } from '../src/bindings/Agent';
import type { AgentKey } from '../src/bindings/AgentKey';
import type { ClientOptions } from '../src/bindings/ClientOptions';
import type { Event } from '../src/bindings/Event';
import type { Failure } from '../src/bindings/Failure';
import type { Grant } from '../src/bindings/Grant';
import type { PendingLogin } from '../src/bindings/PendingLogin';
import type { Permit } from '../src/bindings/Permit';
import type { PermitOffer } from '../src/bindings/PermitOffer';
import type { Receipt } from '../src/bindings/Receipt';
import type { ResourceDetail } from '../src/bindings/ResourceDetail';
import type { Status } from '../src/bindings/Status';
import type { TraceStep } from '../src/bindings/TraceStep';
import type { VaultStatus } from '../src/bindings/VaultStatus';

const now = Math.floor(Date.now() / 1000);
export const ISSUER = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab12Cd34E';

export const failure = (code: string, more: Partial<Failure> = {}): Failure => ({
  code,
  message: `It failed with ${code}.`,
  hint: 'Do the next thing.',
  remedies: [],
  concession: null,
  scopes: [],
  ...more,
});

/** An answer that is none: the command fails with this. */
export const fails = (thrown: Failure) => (): never => {
  throw thrown;
};

/** A host whose vault is open, by a key in the keyring. */
export const status = (vault: Partial<VaultStatus> = {}, more: Partial<Status> = {}): Status => ({
  version: '0.1.0',
  vault: {
    state: 'open',
    protection: 'keyring',
    path: '/home/ada/.local/share/gatelodge/vault.db',
    message: null,
    hint: null,
    keyring: null,
    older: false,
    ...vault,
  },
  endpoint: {
    listening: true,
    address: 'http://127.0.0.1:4283',
    socket: '/run/user/1000/gatelodge/gatelodge.sock',
    message: null,
  },
  demo: { available: true, running: false, resource: null, users: [] },
  servers: 1,
  ...more,
});

/** The endpoint of a host that serves no agents. */
export const notServing: Status['endpoint'] = {
  listening: false,
  address: null,
  socket: null,
  message: 'Another program holds the port.',
};

export const agent = (more: Partial<Agent> = {}): Agent => ({
  id: 'claude-abc123',
  name: 'claude',
  added_at: 1,
  last_used_at: null,
  permits: [],
  ...more,
});

export const key: AgentKey = {
  agent: agent(),
  key: 'glk_a-key-that-is-shown-once',
  example: 'curl …',
};

export const steps: TraceStep[] = [
  {
    title: 'Ask the server without a token',
    request: 'POST https://mcp.example.com/mcp',
    status: 401,
    answer:
      'Bearer resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource", scope="mcp-api/read"',
    verdict: 'ok',
    detail: 'Protected, and the challenge says where its metadata is.',
    rule: 'RFC 9728 §5.1 (D-01)',
  },
  {
    title: 'Fetch the resource metadata',
    request: 'GET https://mcp.example.com/.well-known/oauth-protected-resource',
    status: 200,
    answer: `{"resource":"https://mcp.example.com/mcp","authorization_servers":["${ISSUER}"],"scopes_supported":["openid","email","mcp-api/read","mcp-api/write"]}`,
    verdict: 'ok',
    detail: 'Found.',
    rule: 'RFC 9728 §3.1 (D-06)',
  },
  {
    title: 'Fetch the authorization server metadata',
    request:
      'GET https://cognito-idp.eu-west-1.amazonaws.com/.well-known/oauth-authorization-server/eu-west-1_Ab12Cd34E',
    status: 404,
    answer: null,
    verdict: 'next',
    detail: 'Not here; the next place is asked.',
    rule: 'RFC 8414 §3.1 (M-02)',
  },
  {
    title: 'Fetch the OpenID configuration',
    request: `GET ${ISSUER}/.well-known/openid-configuration`,
    status: 200,
    answer: `{"issuer":"${ISSUER}","authorization_endpoint":"https://login.example.com/oauth2/authorize"}`,
    verdict: 'ok',
    detail: 'Found.',
    rule: 'OpenID Connect Discovery 1.0 §4 (M-05)',
  },
  {
    title: 'PKCE',
    request: null,
    status: null,
    answer: null,
    verdict: 'problem',
    detail: 'The authorization server does not list S256.',
    rule: 'RFC 8414 §2 (A-04)',
  },
];

export const pkce = failure('pkce_unadvertised', {
  message:
    'The authorization server cognito-idp.eu-west-1.amazonaws.com does not say that it supports PKCE with S256.',
  hint: 'Allow it for this server if you trust it, or ask its owner to list S256.',
  concession: {
    name: 'pkce-unadvertised',
    title: 'Does not say that it protects the code (PKCE)',
    explanation:
      'PKCE keeps a stolen login code from being used by someone else. A client has to refuse an authorization server that does not list S256 in its metadata. This one lists nothing. Gatelodge would send S256 all the same; whether the server checks it cannot be seen from here.',
    risk: 'If the server does not check PKCE, a program on this machine that catches the answer of the browser could use it.',
    pattern:
      'This is Amazon Cognito. It checks PKCE with S256 whenever a login sends it, and never lists it.',
  },
});

export const legacy = failure('legacy_unconfirmed', {
  message: 'The server https://old.example.com asks for a login and does not say where.',
  hint: 'Confirm that you log in at its own address.',
  concession: {
    name: 'legacy-endpoints',
    title: 'Logs in by the first revision of the specification',
    explanation:
      'The server asks for a login and does not say where, as servers of March 2025 did: they were their own authorization server. Gatelodge would log in at the server’s own address.',
    risk: 'Look at the address: your login and the tokens go to it.',
    pattern: null,
  },
});

export const grant = (more: Partial<Grant> = {}): Grant => ({
  id: 'g1',
  resource_id: 'r1',
  account: 'ada@example.com',
  issuer: ISSUER,
  state: 'active',
  message: null,
  revocation_open: false,
  scopes_requested: ['mcp-api/read', 'openid'],
  scopes_granted: ['mcp-api/read', 'openid'],
  scopes_unasked: [],
  has_refresh_token: true,
  kind: 'authorization_code',
  sender_constrained: false,
  unnamed: false,
  identified: true,
  granted_at: now - 7200,
  refreshed_at: now - 600,
  expires_at: now + 3000,
  ...more,
});

export const permit = (more: Partial<Permit> = {}): Permit => ({
  agent_id: 'claude-abc123',
  agent_name: 'claude',
  grant_id: 'g1',
  resource_id: 'r1',
  resource_name: 'Notes of the team',
  account: 'ada@example.com',
  scopes: null,
  until: null,
  given_at: now - 3600,
  standing: 'active',
  standing_message: null,
  standing_hint: null,
  ...more,
});

/** Access that was there before a login was revoked. */
export const offer = (more: Partial<PermitOffer> = {}): PermitOffer => ({
  agent_id: 'a',
  agent_name: 'claude',
  before_grant_id: 'g0',
  grant_id: 'g1',
  resource_id: 'r1',
  resource_name: 'Notes',
  account: 'ada',
  scopes: null,
  until: null,
  ...more,
});

export const event = (id: number, more: Partial<Event> = {}): Event => ({
  id,
  at: now,
  count: 1,
  last_at: now,
  kind: 'token_issued',
  ok: true,
  message: `Event ${id}.`,
  code: null,
  agent_name: 'claude',
  resource_id: 'r1',
  resource_name: 'Notes of the team',
  ...more,
});

/** An issuer that takes client id metadata documents. */
export const documentOptions = (registers: boolean): ClientOptions => ({
  issuer: 'https://i.example',
  redirects: [],
  takes_documents: true,
  document_url: 'https://me.example/c.json',
  registers,
  entered: null,
});

export const receipt = (more: Partial<Receipt> = {}): Receipt => ({
  id: 'rc1',
  resource_id: 'r1',
  resource_name: 'Notes of the team',
  grant_id: 'g1',
  account: 'ada@example.com',
  issuer_host: 'login.example.com',
  at: now - 60,
  headline: 'revoked, and the old token was seen to be refused',
  ending: 'revoked',
  proven: true,
  last_token: 'gone',
  lives_until: null,
  steps: [
    {
      deed: 'refresh_token',
      what: 'Refresh token',
      outcome: 'done',
      detail: 'Taken back by login.example.com.',
    },
    {
      deed: 'access_token',
      what: 'Access token',
      outcome: 'not_offered',
      detail: 'Ends by itself within 5 minutes.',
    },
    { deed: 'probe', what: 'Old token', outcome: 'done', detail: 'Refused by the server (401).' },
  ],
  by_hand: null,
  ...more,
});

export const waiting = (more: Partial<PendingLogin> = {}): PendingLogin => ({
  id: 'l1',
  resource_id: 'r1',
  authorization_url: 'https://login.example.com/oauth2/authorize?response_type=code',
  authorization_host: 'login.example.com',
  redirect: 'deep_link',
  redirect_uri: 'app.gatelodge.desktop:/oauth/callback',
  started_at: now - 20,
  expires_at: now + 580,
  device: null,
  message: null,
  ...more,
});

export const device = waiting({
  device: {
    user_code: 'WDJB-MJHT',
    verification_uri: 'https://login.example.com/device',
    verification_uri_complete: 'https://login.example.com/device?user_code=WDJB-MJHT',
  },
});

export const server = (more: Partial<ResourceDetail> = {}): ResourceDetail => ({
  resource: {
    id: 'r1',
    name: 'Notes of the team',
    uri: 'https://mcp.example.com/mcp',
    state: 'active',
    message: null,
    account: 'ada@example.com',
    expires_at: now + 3000,
    issuer: ISSUER,
    scopes: ['mcp-api/read', 'openid'],
    logged_in: true,
    waiting: null,
    is_demo: false,
  },
  authorization_server: {
    issuer: ISSUER,
    authorization_host: 'login.example.com',
    token_host: 'login.example.com',
    registration_host: null,
    registration: 'pre_registered',
    client_id: '3n4b5urk1ft4fl3mg5e62d9ado',
    can_revoke: true,
    sends_iss: false,
  },
  scopes_to_request: ['mcp-api/read', 'openid'],
  scopes_offered: ['email', 'mcp-api/read', 'mcp-api/write', 'openid'],
  grants: [grant()],
  pending: null,
  login_failure: null,
  concessions: [],
  login_method: { kind: 'browser' },
  login_methods: ['browser', 'device', 'client_credentials', 'enterprise', 'workload'],
  scopes_chosen: null,
  locked_to: null,
  step_up: [],
  issuer_change: null,
  needs_dpop: false,
  client: {
    id: 'c1',
    issuer: ISSUER,
    client_id: '3n4b5urk1ft4fl3mg5e62d9ado',
    kind: 'pre_registered',
    auth_method: 'client_secret_post',
    redirect_uris: ['http://localhost:4283/callback'],
    secret_expires_at: null,
    registered_at: now - 90_000,
  },
  permits: [],
  permit_offers: [],
  revocations_open: [],
  trace: steps,
  added_at: now - 90_000,
  checked_at: now - 7300,
  ...more,
});
