// What helps after a failure: departures that are allowed together, other scopes, another way back. Then what was refused goes
// on by itself.
import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import type { ConcessionOffer } from '../src/bindings/ConcessionOffer';
import type { Remedy } from '../src/bindings/Remedy';
import AddServer from '../src/screens/AddServer.svelte';
import Server from '../src/screens/Server.svelte';
import { refetch } from '../src/state/host.svelte';
import { route } from '../src/state/route.svelte';
import { FakeHost } from './fake';
import { fails, failure, pkce, server } from './fixtures';
import { click, isDisabled, type } from './person';

afterEach(() => {
  cleanup();
  // Another visit.
  route.go({ screen: 'servers' });
});

const URL_TYPED = 'https://mcp.example.com/mcp';

const missing: ConcessionOffer = {
  name: 'resource-missing',
  title: 'Does not say whose document it is',
  explanation: 'What it is.',
  risk: 'What could happen.',
  pattern: null,
};
const both = failure('pkce_unadvertised', {
  concession: pkce.concession,
  concessions: [pkce.concession!, missing],
});

/** Fails until both were allowed, and says what is left each time. */
const wantsBoth = ({ concessions }: { concessions?: string[] | null }) => {
  const left = both.concessions!.filter((one) => !concessions?.includes(one.name));
  if (left.length > 0)
    throw failure(`left_${left.length}`, { concession: left[0] ?? null, concessions: left });
  return server({ grants: [] });
};

test('all departures are explained in one dialog, none is chosen, and each can be refused', async () => {
  const host = new FakeHost(server(), { resource_add: wantsBoth });
  render(AddServer, { url: URL_TYPED });
  await click('concession-open');
  await screen.findByText('mcp.example.com needs 2 exceptions');
  for (const offer of both.concessions!) {
    const box = screen.getByTestId<HTMLInputElement>(`concede-${offer.name}`);
    expect(box.checked, 'nothing is chosen for the person').toBe(false);
    const described = document.getElementById(box.getAttribute('aria-describedby')!)!;
    for (const part of ['explanation', 'risk'] as const)
      expect(described.textContent).toContain(offer[part]);
  }
  expect(isDisabled('concession-allow')).toBe(true);
  await click('concede-resource-missing');
  expect(
    screen
      .getByText('Without the others, Gatelodge refuses this server again.')
      .getAttribute('role'),
  ).toBe('status');
  await click('concession-allow');
  expect(host.asked('resource_add').map((args) => args.concessions)).toEqual([
    [],
    ['resource-missing'],
  ]);
  // The one that was refused is what is left, and told alone.
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await click('concession-open');
  await screen.findByText(pkce.concession!.title);
  expect(screen.queryByTestId('concede-pkce-unadvertised')).toBeNull();
  await click('concession-allow');
  await screen.findByTestId('log-in');
  await waitFor(() =>
    expect(document.activeElement).toBe(screen.getByRole('region', { name: 'Result' })),
  );
  expect(host.asked('resource_add').at(-1)?.concessions).toEqual([
    'resource-missing',
    'pkce-unadvertised',
  ]);
});

test('what was looked at and not allowed is not chosen the next time', async () => {
  new FakeHost(server(), { resource_add: fails(both) });
  render(AddServer, { url: URL_TYPED });
  await click('concession-open');
  await click('concede-resource-missing');
  await click('concession-refuse');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await click('concession-open');
  expect((await screen.findByTestId<HTMLInputElement>('concede-resource-missing')).checked).toBe(
    false,
  );
});

test('a login that departures stand in the way of goes on once all of them are allowed', async () => {
  let begun = 0;
  const host = new FakeHost(server({ grants: [] }), {
    resource_add: wantsBoth,
    login_begin: () => {
      if ((begun += 1) === 1) throw both;
      return { pending: null, grant: null };
    },
  });
  render(Server, { id: 'r1' });
  await click('log-in');
  await click('concession-open');
  await click('concede-pkce-unadvertised');
  await click('concession-allow');
  await waitFor(() =>
    expect(screen.getByTestId('error').dataset['code'], 'what is left takes its place').toBe(
      'left_1',
    ),
  );
  expect(begun).toBe(1);
  await click('concession-open');
  await click('concession-allow');
  await waitFor(() => expect(begun).toBe(2));
  expect(host.asked('resource_add').map((args) => [args.url, args.name, args.concessions])).toEqual(
    [
      [URL_TYPED, null, ['pkce-unadvertised']],
      [URL_TYPED, null, ['pkce-unadvertised', 'resource-missing']],
    ],
  );
});

test('a login whose scope was refused goes on without it, and names it', async () => {
  const refused = failure('login_refused', {
    scopes_instead: ['mcp-api/read'],
    hint: 'Sign in without openid. Or ask its owner.',
  });
  const host = new FakeHost(server({ grants: [], login_failure: refused }));
  render(Server, { id: 'r1' });
  expect((await screen.findByTestId('scopes-instead')).textContent.trim()).toBe(
    'Sign in without openid',
  );
  expect(screen.getByTestId('error').textContent).toContain(
    'Sign in without openid. Or ask its owner.',
  );
  expect(screen.getByTestId('error').textContent).not.toContain('gatelodge ');
  await click('scopes-instead');
  await waitFor(() => expect(host.asked('login_begin')).toHaveLength(1));
  expect(host.asked('scopes_choose')).toEqual([{ resource_id: 'r1', scopes: ['mcp-api/read'] }]);
});

test('a login by another way that would help has a button', async () => {
  const hint = 'Another redirect was not tried.';
  const remedies: Remedy[] = [
    { kind: 'log_in', redirect: 'localhost', registration: null },
    { kind: 'enter_client' },
  ];
  const host = new FakeHost(
    server({ grants: [], login_failure: failure('redirect_refused', { hint, remedies }) }),
  );
  render(Server, { id: 'r1' });
  await screen.findByTestId('client-open');
  await click('other-login');
  expect(host.asked('login_begin')).toMatchObject([{ redirect: 'localhost' }]);
  expect(screen.getByTestId('error').textContent).toContain('Another redirect was not tried.');
});

test('a refused client id is entered anew, where it was refused', async () => {
  const provider = failure('client_refused', {
    remedies: [{ kind: 'enter_provider' }],
  });
  const issuer = 'https://login.company.example';
  const method = { kind: 'enterprise', provider: issuer } as const;
  const host = new FakeHost(server({ grants: [], login_failure: provider, login_method: method }));
  const { unmount } = render(Server, { id: 'r1' });
  await expect.poll(() => screen.queryByTestId('error')?.dataset['code']).toBe('client_refused');
  expect(screen.queryByTestId('client-open')).toBeNull();
  await click('provider-open');
  const known = () => screen.getByTestId<HTMLInputElement>('provider-client').value;
  await expect.poll(known).toBe('gatelodge');
  await type('provider-secret', 's3cret');
  await click('provider-save');
  await waitFor(() =>
    expect(host.asked('provider_set')).toEqual([
      { issuer, client_id: 'gatelodge', client_secret: 's3cret' },
    ]),
  );
  unmount();
  const own = failure('client_refused', { remedies: [{ kind: 'enter_client' }] });
  new FakeHost(server({ grants: [], login_failure: own }));
  render(Server, { id: 'r1' });
  await click('client-open');
  await screen.findByTestId('client-id');
});

test('what is left after a departure was allowed outlives a page that is fetched again', async () => {
  const detail = server({ grants: [], login_failure: both });
  const host = new FakeHost(detail, {
    resource_show: () => structuredClone(detail),
    resource_add: wantsBoth,
  });
  render(Server, { id: 'r1' });
  await click('concession-open');
  await click('concede-pkce-unadvertised');
  await click('concession-allow');
  const code = () => screen.getByTestId('error').dataset['code'];
  await expect.poll(code).toBe('left_1');
  await refetch();
  await expect.poll(() => host.asked('resource_show').length).toBeGreaterThan(1);
  await tick();
  expect(code()).toBe('left_1');
  await click('concession-open');
  await click('concession-allow');
  await waitFor(() => expect(host.asked('resource_add')).toHaveLength(2));
  expect(host.asked('resource_add').at(-1)?.concessions).toEqual([
    'pkce-unadvertised',
    'resource-missing',
  ]);
});

test('another failure takes the place of what was left of the one before', async () => {
  let detail = server({ grants: [], login_failure: both });
  new FakeHost(detail, { resource_show: () => detail, resource_add: wantsBoth });
  render(Server, { id: 'r1' });
  await click('concession-open');
  await click('concede-pkce-unadvertised');
  await click('concession-allow');
  const code = () => screen.getByTestId('error').dataset['code'];
  await expect.poll(code).toBe('left_1');
  detail = server({ grants: [], login_failure: failure('login_refused') });
  await refetch();
  await expect.poll(code).toBe('login_refused');
});
