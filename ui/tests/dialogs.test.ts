// What a person decides: departures, client ids, ways to log in, scopes. What is asked of the host, and what is shown.
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import AddServer from '../src/screens/AddServer.svelte';
import Server from '../src/screens/Server.svelte';
import PermitDialog from '../src/screens/agents/PermitDialog.svelte';
import { route } from '../src/state/route.svelte';
import { type Answers, FakeHost } from './fake';
import { agent, documentOptions, fails, failure, grant, legacy, pkce, server } from './fixtures';
import { manyServers, servers } from './lists';
import { click, isDisabled, submit, type } from './person';

afterEach(() => {
  cleanup();
  // Another visit.
  route.go({ screen: 'servers' });
});

const URL_TYPED = 'https://mcp.example.com/mcp';

/** Fails the first time. */
function once(thrown: unknown): Answers {
  let failed = false;
  const resource_add = () => {
    if (failed) return server();
    failed = true;
    throw thrown;
  };
  return { resource_add };
}

test('a departure is explained with its risk and the known pattern, and adding goes on once it is allowed', async () => {
  const host = new FakeHost(server({ grants: [] }), once(pkce));
  render(AddServer, { url: URL_TYPED });
  await click('concession-open');
  const dialog = await screen.findByTestId('concession');
  for (const part of ['explanation', 'risk', 'pattern'] as const)
    expect(dialog.textContent).toContain(pkce.concession?.[part]);
  await click('concession-allow');
  await screen.findByTestId('log-in');
  expect(host.asked('resource_add').map((args) => args?.concessions)).toEqual([
    [],
    ['pkce-unadvertised'],
  ]);
});

test('a departure that is not allowed changes nothing', async () => {
  const host = new FakeHost(server(), { resource_add: fails(pkce) });
  render(AddServer, { url: URL_TYPED });
  await click('concession-open');
  const before = host.called.length;
  await click('concession-refuse');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(host.called.slice(before), 'nothing is asked of the host').toEqual([]);
  expect(screen.getByTestId('error').dataset['code'], 'and it still stands in the way').toBe(
    'pkce_unadvertised',
  );
});

test('the first revision’s fallback is worded as the confirmation of an address', async () => {
  new FakeHost(server(), { resource_add: fails(legacy) });
  render(AddServer, { url: URL_TYPED });
  await click('concession-open');
  expect(await screen.findByText('Sign in at mcp.example.com itself?')).toBeTruthy();
  expect((await screen.findByTestId('concession-allow')).textContent).toContain('Sign in there');
});

test('departures that were allowed are listed with their date, and can be withdrawn', async () => {
  const concession = { ...pkce.concession!, allowed_at: 1_790_000_000 };
  const host = new FakeHost(server({ concessions: [concession] }));
  render(Server, { id: 'r1' });
  expect((await screen.findByTestId('conceded-pkce-unadvertised')).textContent).toContain('2026');
  await click('withdraw-pkce-unadvertised');
  expect(host.asked('concession_withdraw'), 'not without a question').toEqual([]);
  await click('withdraw-confirm');
  expect(host.asked('concession_withdraw')).toEqual([
    { resource_id: 'r1', name: 'pkce-unadvertised' },
  ]);
});

test('where registration is refused, the exact redirects are shown and a client id can be entered', async () => {
  const refused = failure('registration_not_offered', { remedies: [{ kind: 'enter_client' }] });
  const known = { ...server().authorization_server!, registration_host: 'login.example.com' };
  const host = new FakeHost(server({ grants: [], client: null, authorization_server: known }), {
    login_begin: fails(refused),
  });
  render(Server, { id: 'r1' });
  await click('log-in');
  await click('client-open');
  await screen.findByTestId('client-id');
  const text = document.body.textContent;
  for (const uri of [
    'app.gatelodge.desktop:/oauth/callback',
    'http://127.0.0.1:4283/callback',
    'http://localhost:4283/callback',
  ]) {
    expect(text).toContain(uri);
  }
  expect(screen.getByTestId('client-issuer').textContent).toContain('cognito-idp');
  expect(screen.getByTestId('client-secret').getAttribute('type')).toBe('password');
  await click('redirect-localhost');
  await type('client-id', ' given ');
  await type('client-secret', 's3cret');
  await submit('client-form');
  await expect
    .poll(() => host.asked('client_set'))
    .toEqual([
      {
        resource_id: 'r1',
        client_id: 'given',
        client_secret: 's3cret',
        private_key: null,
        key_id: null,
        auth_method: null,
        redirects: ['localhost'],
      },
    ]);
  await expect.poll(() => host.asked('login_begin').length).toBe(2);
});

test('where no program can register, a client id comes before the login that could only fail', async () => {
  const host = new FakeHost(server({ grants: [], client: null }));
  render(AddServer, { url: URL_TYPED });
  await click('client-first');
  expect(screen.getByText('Client ID needed')).toBeTruthy();
  expect(screen.queryByTestId('log-in')).toBeNull();
  await type('client-id', 'given');
  await submit('client-form');
  // And the login goes on by itself.
  await expect
    .poll(() => [host.asked('client_set').length, host.asked('login_begin').length])
    .toEqual([1, 1]);
});

test('our document is a client id where the server takes it', async () => {
  new FakeHost(server({ grants: [], client: null }), {
    client_options: () => documentOptions(false),
  });
  render(AddServer, { url: URL_TYPED });
  await expect.poll(() => screen.queryByTestId<HTMLButtonElement>('log-in')?.disabled).toBe(false);
  expect(screen.queryByTestId('client-first')).toBeNull();
});

test('another way to register is a login that asks for it', async () => {
  const host = new FakeHost(server(), { client_options: () => documentOptions(true) });
  render(Server, { id: 'r1' });
  await click('client-own');
  await screen.findByTestId('client-way-dynamic');
  await click('client-way-metadata_document');
  await click('client-register');
  expect(host.asked('login_begin')).toMatchObject([
    { resource_id: 'r1', registration: 'metadata_document' },
  ]);
});

test('a company’s provider is kept before the login method names it', async () => {
  const host = new FakeHost(server(), { provider_list: () => [] });
  render(Server, { id: 'r1' });
  await click('method-open');
  await click('method-enterprise');
  await type('provider-issuer', 'https://login.company.example');
  await type('provider-client', 'gatelodge');
  await submit('method-form');
  await expect
    .poll(() => host.asked('login_method_set'))
    .toEqual([
      {
        resource_id: 'r1',
        method: { kind: 'enterprise', provider: 'https://login.company.example' },
      },
    ]);
  expect(host.asked('provider_set')).toEqual([
    { issuer: 'https://login.company.example', client_id: 'gatelodge', client_secret: null },
  ]);
});

test('only the ways that the server has are offered, and a workload names its file', async () => {
  const host = new FakeHost(server({ login_methods: ['browser', 'workload'] }));
  render(Server, { id: 'r1' });
  await click('method-open');
  await click('method-workload');
  expect(screen.queryByTestId('method-device')).toBeNull();
  await type('token-file', '/run/token');
  await submit('method-form');
  await expect
    .poll(() => host.asked('login_method_set'))
    .toEqual([{ resource_id: 'r1', method: { kind: 'workload', token_file: '/run/token' } }]);
});

test('scopes are a fixed list, or what the server asks for', async () => {
  const host = new FakeHost(server());
  render(Server, { id: 'r1' });
  await click('scopes-open');
  await click('scopes-fixed');
  await type('scopes-text', ' mcp-api/read  mcp-api/write ');
  await submit('scopes-form');
  await expect
    .poll(() => host.asked('scopes_choose'))
    .toEqual([{ resource_id: 'r1', scopes: ['mcp-api/read', 'mcp-api/write'] }]);
});

test('ways to log in that cannot be told are a failure in the dialog, and gone when it opens again', async () => {
  const host = new FakeHost(server(), { provider_list: fails(failure('vault_failed')) });
  render(Server, { id: 'r1' });
  await click('method-open');
  const dialog = await screen.findByRole('dialog');
  await waitFor(() => expect(dialog.textContent).toContain('It failed with vault_failed.'));
  await fireEvent.click(screen.getByText('Cancel'));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  host.answer({ provider_list: () => [] });
  await click('method-open');
  await click('method-enterprise');
  await screen.findByTestId('provider-issuer');
  expect(screen.queryByTestId('error')).toBeNull();
});

test('a provider that was typed and not saved is not there when the dialog opens again', async () => {
  new FakeHost(server(), { provider_list: () => [], provider_set: fails(failure('not_a_url')) });
  render(Server, { id: 'r1' });
  await click('method-open');
  await click('method-enterprise');
  await type('provider-issuer', 'nonsense');
  await type('provider-secret', 's3cret');
  await submit('method-form');
  await screen.findByTestId('error');
  await fireEvent.click(screen.getByText('Cancel'));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await click('method-open');
  await click('method-enterprise');
  const held = ['provider-issuer', 'provider-secret'].map(
    (id) => screen.getByTestId<HTMLInputElement>(id).value,
  );
  expect(held).toEqual(['', '']);
  expect(screen.queryByTestId('error')).toBeNull();
});

test('giving access says why no login can be chosen, and begins anew when it opens again', async () => {
  const host = new FakeHost(server(), { resource_show: fails(failure('vault_failed')) });
  const { rerender } = render(PermitDialog, { open: true, agent: agent() });
  expect((await screen.findByTestId('error')).dataset['code']).toBe('vault_failed');
  expect(screen.queryByText('Looking…'), 'nothing comes any more').toBeNull();
  await rerender({ open: false });
  host.answer({ resource_show: () => server() });
  await rerender({ open: true });
  await fireEvent.change(await screen.findByTestId('permit-until'), { target: { value: '3600' } });
  expect(screen.queryByTestId('error')).toBeNull();
  await rerender({ open: false });
  await rerender({ open: true });
  expect(
    (await screen.findByTestId<HTMLSelectElement>('permit-until')).value,
    'not as it was left',
  ).toBe('');
});

const value = async (id: string) => (await screen.findByTestId<HTMLSelectElement>(id)).value;
const choose = (id: string, value: string) =>
  fireEvent.change(screen.getByTestId(id), { target: { value } });

test('of many servers the chosen one is looked at, and no other; then the account is chosen', async () => {
  const host = new FakeHost(server(), {
    ...servers(manyServers(250)),
    resource_show: ({ id }) =>
      server({
        grants:
          id === 'r7'
            ? [grant(), grant({ id: 'g0', state: 'revoked' })]
            : [grant({ id: 'g2' }), grant({ id: 'g3', account: 'grace@example.com' })],
      }),
    permit_give: () => agent(),
  });
  render(PermitDialog, { open: true, agent: agent() });
  const select = await screen.findByTestId<HTMLSelectElement>('permit-server');
  expect(select.querySelectorAll('option:not([disabled])')).toHaveLength(250);
  expect([host.asked('resource_show'), isDisabled('permit-save')]).toEqual([[], true]);
  await choose('permit-server', 'r7');
  expect(await value('permit-account'), 'the only one that lives').toBe('g1');
  await choose('permit-server', 'r9');
  await waitFor(async () => expect(await value('permit-account'), 'one of two').toBe(''));
  expect(isDisabled('permit-save')).toBe(true);
  await choose('permit-account', 'g3');
  await click('permit-save');
  expect(host.asked('resource_show')).toEqual([{ id: 'r7' }, { id: 'r9' }]);
  expect(host.asked('permit_give')).toMatchObject([{ agent_id: agent().id, grant_id: 'g3' }]);
});

test('a server without a login is not offered, and one that lost it meanwhile says so', async () => {
  const { resource } = server();
  const out = { ...resource, logged_in: false };
  new FakeHost(server(), {
    ...servers([
      { ...resource, name: 'In' },
      { ...out, id: 'r2', name: 'Ended', state: 'login_needed' },
      { ...out, id: 'r3', name: 'Never', state: 'login_needed', account: null },
      { ...out, id: 'r4', name: 'Revoked', state: 'revoked' },
    ]),
    resource_show: () => server({ grants: [] }),
  });
  render(PermitDialog, { open: true, agent: agent() });
  const select = await screen.findByTestId<HTMLSelectElement>('permit-server');
  const offered = [...select.querySelectorAll('option:not([disabled])')];
  expect(offered.map((option) => option.textContent)).toEqual(['In', 'Ended']);
  await choose('permit-server', 'r2');
  await screen.findByText('Nobody is signed in to this server now.');
  expect(isDisabled('permit-save')).toBe(true);
});
