// The whole window in any browser, with a fake host: `npm run dev`, then /tests/preview.html?scene=NAME.
import type { ResourceDetail } from '../src/bindings/ResourceDetail';
import type { VaultStatus } from '../src/bindings/VaultStatus';
import type { Answers } from './fake';
import { FakeHost } from './fake';
import { diagnosis } from './diagnosis';
import {
  device,
  fails,
  failure,
  grant,
  legacy,
  pkce,
  receipt,
  server,
  steps,
  waiting,
  status,
  agent,
} from './fixtures';

const fresh = { grants: [], client: null };
const conceded = { ...pkce.concession!, allowed_at: Math.floor(Date.now() / 1000) - 86_400 };

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
const scenes: Record<string, [Partial<ResourceDetail>, Answers?]> = {
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
  device: [{ pending: device, grants: [] }],
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
        hint: 'Ask without openid: `gatelodge scopes notes --set mcp-api/read`, then `gatelodge login notes`. Or ask the owner of the authorization server for it.',
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
      status: () => status({ older: true, unsaved: 2 }),
      agents_list: () => [agent()],
    },
  ],
  refused: [
    fresh,
    {
      login_begin: fails(
        failure('registration_not_offered', {
          remedies: [{ kind: 'enter_client' }],
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
      hint: 'Bring the file back from a copy. If you want a new, empty vault instead, run `gatelodge vault create --anew`.',
    }),
  ],
  'gate-locked': [{}, closed({ state: 'locked', protection: 'passphrase' })],
  agents: [
    {},
    {
      agents_list: () => [agent()],
      agent_add: () => ({
        agent: agent(),
        key: 'glk_dGhpcyBpcyBub3QgYSBrZXkgb2YgYW55b25l',
        example: 'echo …',
      }),
    },
  ],
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
const [detail, more] = scenes[new URLSearchParams(location.search).get('scene') ?? 'server'] ?? [
  {},
];
const host = new FakeHost(server(detail), {
  ...more,
  doctor: (args) => {
    for (const step of steps) host.tell({ kind: 'trace', trace_id: args.trace_id, step });
    return more?.doctor?.(args) ?? diagnosis;
  },
});
Object.assign(globalThis, { host });
await import('../src/main');
