// What the window may have before it, by name: a server in one of its states, and what the host answers otherwise.
import type { ResourceDetail } from '../src/bindings/ResourceDetail';
import type { VaultStatus } from '../src/bindings/VaultStatus';
import type { Answers } from './fake';
import { diagnosis } from './diagnosis';
import {
  device,
  documentOptions,
  event,
  fails,
  failure,
  grant,
  key,
  legacy,
  notServing,
  offer,
  permit,
  pkce,
  receipt,
  server,
  waiting,
  status,
  agent,
} from './fixtures';
import { agents, manyAgents, manyServers, servers } from './lists';

const fresh = { grants: [], client: null };
const now = Math.floor(Date.now() / 1000);
const conceded = { ...pkce.concession!, allowed_at: now - 86_400 };
const { resource } = server();
const dead = {
  grant_id: 'g2',
  standing: 'login_revoked' as const,
  standing_message: 'The login was revoked.',
  standing_hint: 'Log in again.',
};
const closed = (vault: Partial<VaultStatus>): Answers => ({
  status: () =>
    status({
      state: 'absent',
      protection: null,
      message:
        'There is no vault yet: the keyring did not answer within 5 s; it may be waiting for its password.',
      ...vault,
    }),
});
export const scenes: Record<string, [Partial<ResourceDetail>, Answers?]> = {
  server: [{ concessions: [conceded], locked_to: 'ada@example.com' }],
  accounts: [
    {
      grants: [
        grant(),
        grant({ id: 'g2', account: 'grace@example.com', sender_constrained: true }),
        grant({
          id: 'g3',
          account: 'unnamed account',
          kind: 'client_credentials',
          identified: false,
        }),
      ],
    },
  ],
  banners: [
    {
      step_up: ['mcp-api/write'],
      issuer_change: { old: 'https://login.old.example', new: 'https://login.new.example/tenant' },
    },
  ],
  waiting: [{ pending: waiting(), grants: [] }],
  pkce: [fresh, { resource_add: fails(pkce) }],
  legacy: [fresh, { resource_add: fails(legacy) }],
  departures: [
    fresh,
    {
      resource_add: fails(
        failure('pkce_unadvertised', {
          message: pkce.message,
          hint: pkce.hint,
          concessions: [
            pkce.concession!,
            {
              ...legacy.concession!,
              name: 'resource-missing',
              title: 'Does not say whose document it is',
            },
          ],
        }),
      ),
    },
  ],
  unpublished: [
    fresh,
    {
      resource_add: fails(
        failure('no_authorization_server', {
          remedies: [{ kind: 'enter_endpoints' }],
          message: 'No document says where to log in for https://mcp.example.com/mcp.',
          hint: 'The authorization server’s owner has to publish its metadata (RFC 8414). If they gave you the addresses of the login page and of the token endpoint, you can enter them for this server.',
        }),
      ),
      endpoints_enter: fails(pkce),
    },
  ],
  entered: [
    {
      authorization_server: {
        ...server().authorization_server!,
        basis: 'entered',
        login_goes:
          'You log in at login.example.com; tokens are asked for at token.example.com; the issuer is cognito-idp.eu-west-1.amazonaws.com.',
      },
    },
  ],
  scopes: [
    {
      ...fresh,
      login_failure: failure('login_refused', {
        message:
          'login.example.com refused the login: invalid_scope; refused may be openid, which this login asked for.',
        hint: 'Sign in without openid. Or ask the owner of the authorization server for it.',
        scopes_instead: ['mcp-api/read'],
      }),
    },
  ],
  bare: [
    {
      scopes_offered: ['offline_access', 'openid'],
      grants: [grant({ has_refresh_token: false, not_renewed: 'No refresh token.' })],
    },
  ],
  notices: [
    {},
    {
      status: () => status({ older: true, unsaved: 2 }, { endpoint: notServing }),
      ...agents([agent()]),
    },
  ],
  refused: [
    fresh,
    {
      login_begin: fails(
        failure('registration_not_offered', {
          remedies: [
            { kind: 'log_in', redirect: 'localhost', registration: null },
            { kind: 'enter_client' },
          ],
          message: 'The issuer login.example.com does not let programs register themselves.',
          hint: 'Ask the server’s owner for a client id that is registered for this program.',
        }),
      ),
    },
  ],
  failed: [
    {
      ...fresh,
      login_failure: failure('login_refused', {
        remedies: [
          { kind: 'log_in', redirect: 'localhost', registration: null },
          { kind: 'log_in', redirect: null, registration: 'dynamic' },
        ],
        message: 'login.example.com refused the login; it says: "access_denied".',
        hint: 'Log in again and approve on the consent page, or ask the server’s owner why it refuses.',
      }),
    },
  ],
  unnamed: [
    { grants: [grant({ account: 'unnamed account 2', unnamed: true, identified: false })] },
  ],
  gate: [{}, closed({ keyring: 'waiting' })],
  'gate-refused': [{}, closed({})],
  'gate-gone': [
    {},
    closed({
      state: 'gone',
      message:
        'The vault /home/ada/.local/share/gatelodge/vault.db is gone, and its key is still in the keyring.',
      hint: 'Bring the file back from a copy. If you want a new, empty vault instead, make one here.',
    }),
  ],
  'gate-missing': [{}, closed({ state: 'key_missing', protection: 'keyring' })],
  'gate-unusable': [{}, closed({ state: 'unusable' })],
  'gate-keyring': [{}, closed({ state: 'key_unavailable', protection: 'keyring' })],
  'gate-key-file': [{}, closed({ state: 'locked', protection: 'key_file' })],
  'gate-locked': [{}, closed({ state: 'locked', protection: 'passphrase' })],
  empty: [{}, { ...servers([]), demo_start: () => status() }],
  states: [
    {},
    {
      ...servers([
        ...(['not_protected', 'login_needed', 'revoked', 'removed_here'] as const).map((state) => ({
          ...resource,
          id: state,
          state,
          logged_in: false,
        })),
        { ...resource, id: 'ended', expires_at: 1 },
        { ...resource, id: 'untold', expires_at: null },
        { ...resource, id: 'demo', is_demo: true, waiting: 'code' as const },
      ]),
    },
  ],
  open: [{ ...fresh, resource: { ...resource, state: 'not_protected' } }],
  full: [
    {
      concessions: [conceded],
      revocations_open: [receipt({ ending: 'open', proven: false })],
      permit_offers: [offer()],
      permits: [permit({ until: now + 3600 }), permit({ agent_id: 'b', ...dead, grant_id: 'g1' })],
      grants: [
        grant({ scopes_unasked: ['openid'], refreshed_at: null }),
        grant({ id: 'g2', kind: 'device', expires_at: null }),
        grant({ id: 'g3', kind: 'enterprise_managed', expires_at: 1 }),
        grant({ id: 'g4', kind: 'workload_identity', state: 'login_needed', message: 'It ended.' }),
      ],
      endpoints_entered: {
        authorization_endpoint: 'https://login.example.com/a',
        token_endpoint: 'https://token.example.com/t',
        issuer: null,
        revocation_endpoint: null,
      },
    },
    {
      ...agents([agent({ last_used_at: now - 7200, permits: [permit(), permit(dead)] })]),
      agent_new_key: () => key,
      receipts_list: () => [
        receipt({ last_token: 'until', lives_until: now + 3600 }),
        receipt({ id: 'rc2', last_token: 'untold', by_hand: 'Revoke it there.' }),
      ],
      events_list: () => [event(2), event(1, { ok: false, at: now - 3 * 86_400 })],
      grant_refresh: () => grant(),
      permit_remove: () => agent(),
    },
  ],
  endings: [
    {
      grants: [now + 3600, 1, null].map((expires_at, index) =>
        grant({ id: `g${index}`, has_refresh_token: false, not_renewed: 'No.', expires_at }),
      ),
    },
  ],
  assumed: [
    {
      authorization_server: {
        ...server().authorization_server!,
        basis: 'assumed',
        registration_host: 'other.example.com',
        can_revoke: false,
      },
      login_method: { kind: 'enterprise', provider: 'https://login.company.example' },
      scopes_chosen: [],
    },
  ],
  device: [{ pending: device, grants: [] }],
  loopback: [{ pending: waiting({ redirect: 'loopback' }), grants: [] }],
  'by-code': [
    { ...fresh, login_method: { kind: 'device' }, scopes_offered: [], scopes_chosen: [] },
  ],
  'by-company': [
    { ...fresh, login_method: { kind: 'enterprise', provider: 'https://login.company.example' } },
    { provider_list: () => [] },
  ],
  'company-refuses': [
    {
      ...fresh,
      login_method: { kind: 'enterprise', provider: 'https://login.company.example' },
      login_failure: failure('client_refused', { remedies: [{ kind: 'enter_provider' }] }),
    },
  ],
  'by-itself': [{ ...fresh, login_method: { kind: 'client_credentials' } }],
  'by-platform': [
    { ...fresh, login_method: { kind: 'workload', token_file: '/run/token' } },
    { resource_remove: () => [] },
  ],
  demo: [{ resource: { ...resource, is_demo: true } }, { resource_remove: () => [] }],
  registers: [
    {},
    {
      client_options: () => documentOptions(true),
    },
  ],
  passphrase: [
    { client: { ...server().client!, kind: 'dynamic', secret_expires_at: now } },
    {
      status: () => status({ protection: 'passphrase' }, { endpoint: notServing }),
      provider_list: () => [
        { issuer: 'https://login.company.example', client_id: 'x', account: null },
      ],
    },
  ],
  'key-file': [
    { client: { ...server().client!, kind: 'metadata_document' } },
    { status: () => status({ protection: 'key_file' }) },
  ],
  agents: [
    {},
    {
      ...agents([agent()]),
      agent_add: () => key,
    },
  ],
  many: [{}, { ...servers(manyServers(250)), ...agents(manyAgents(120)) }],
  'signed-out': [{ grants: [] }, agents([agent()])],
  receipt: [{}, { grant_revoke: () => receipt() }],
  doctor: [{}],
  'doctor-broken': [
    {},
    {
      doctor: () => ({
        ...diagnosis,
        outcome: 'broken',
        summary: 'A login does not work: the server names no authorization server.',
      }),
    },
  ],
};
