// The whole window in any browser, with a fake host: `npm run dev`, then /tests/preview.html?scene=NAME.
import { device, diagnosis, failure, FakeHost, grant, legacy, pkce, server, steps, waiting } from './fake';
import type { Answers } from './fake';
import type { ResourceDetail } from '../src/bindings/ResourceDetail';

const fails = (thrown: unknown) => () => {
  throw thrown;
};
const fresh = { grants: [], client: null };
const conceded = { ...pkce.concession!, allowed_at: Math.floor(Date.now() / 1000) - 86_400 };

const scenes: Record<string, [Partial<ResourceDetail>, Answers?]> = {
  server: [{ concessions: [conceded], locked_to: 'ada@example.com' }],
  accounts: [{ grants: [grant(), grant({ id: 'g2', account: 'grace@example.com', sender_constrained: true }), grant({ id: 'g3', account: 'unnamed account', kind: 'client_credentials', identified: false })] }],
  banners: [{ step_up: ['mcp-api/write'], issuer_change: { old: 'https://login.old.example', new: 'https://login.new.example/tenant' } }],
  waiting: [{ pending: waiting(), grants: [] }],
  device: [{ pending: device, grants: [] }],
  pkce: [fresh, { resource_add: fails(pkce) }],
  legacy: [fresh, { resource_add: fails(legacy) }],
  refused: [fresh, { login_begin: fails(failure('registration_not_offered', { message: 'The issuer login.example.com does not let programs register themselves.', hint: 'Ask the server’s owner for a client id that is registered for this program.' })) }],
  doctor: [{}],
  'doctor-broken': [{}, { doctor: () => ({ ...diagnosis, outcome: 'broken', summary: 'A login does not work: the server names no authorization server.' }) }],
};
const [detail, more] = scenes[new URLSearchParams(location.search).get('scene') ?? 'server'] ?? [{}];
const host = new FakeHost(server(detail), {
  ...more,
  doctor: (args) => {
    for (const step of steps) host.tell({ kind: 'trace', trace_id: args.trace_id, step });
    return more?.doctor?.(args) ?? diagnosis;
  },
});
Object.assign(globalThis, { host });
await import('../src/main');
