// Settings, agents and the sidebar: what is kept is told apart, and nothing of it goes without a question.
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import { agent, clear, click, desk, press, type } from './desk';
import { failure, server } from './fake';

afterEach(clear);

const client = server().client!;

test('a client id that was typed is not forgotten without a word on what goes with it', async () => {
  const host = await desk(server(), { client_forget: () => null });
  await click('nav-settings');
  await click('forget-client');
  expect(screen.getByRole('dialog').textContent).toContain(
    'You entered 3n4b5urk1ft4fl3mg5e62d9ado yourself',
  );
  await fireEvent.click(screen.getByText('Cancel'));
  expect(host.asked('client_forget')).toEqual([]);
  await click('forget-client');
  await click('forget-confirm');
  expect(host.asked('client_forget')).toEqual([{ id: 'c1', anyway: false }]);
});

test('client ids of one issuer are told apart by date, and each names its servers', async () => {
  const other = {
    ...client,
    id: 'c2',
    client_id: 'another',
    registered_at: client.registered_at - 20 * 86_400,
    kind: 'dynamic' as const,
  };
  await desk(server(), { client_list: () => [client, other] });
  await click('nav-settings');
  const [one, two] = (await screen.findAllByTestId('kept-client')).map((row) => row.textContent);
  expect(one).toContain('For Notes of the team');
  expect(one).toMatch(/entered by you on .*20\d\d/);
  expect(two).toMatch(/registered by this program on .*20\d\d/);
  expect(one?.match(/on .*$/)?.[0]).not.toBe(two?.match(/on .*$/)?.[0]);
});

test('a client that is in use is not forgotten, and why is told in the question', async () => {
  await desk(server(), {
    client_forget: () => {
      throw failure('invalid_argument');
    },
  });
  await click('nav-settings');
  await click('forget-client');
  await click('forget-confirm');
  await waitFor(() =>
    expect(screen.getByRole('dialog').querySelector('[data-testid=error]')).toBeTruthy(),
  );
});

test('a provider is removed after a question', async () => {
  const host = await desk(server(), { provider_remove: () => null });
  await click('nav-settings');
  await click('remove-provider');
  expect(host.asked('provider_remove')).toEqual([]);
  await click('remove-provider-confirm');
  expect(host.asked('provider_remove')).toEqual([{ issuer: 'https://login.company.example' }]);
});

test('the address of the document is saved, and what was saved is told', async () => {
  const host = await desk();
  await click('nav-settings');
  await waitFor(() =>
    expect(screen.getByTestId<HTMLInputElement>('document-url').value).toBe(
      'https://example.org/gatelodge/client.json',
    ),
  );
  await type('document-url', ' ');
  await fireEvent.submit(screen.getByTestId('document-save').closest('form')!);
  await screen.findByText('No document is used any more.');
  expect(host.asked('settings_set')).toEqual([{ client_metadata_url: null }]);
});

test('an agent is removed after a question, which Escape answers with no', async () => {
  const host = await desk(server(), { agents_list: () => [agent()], agent_remove: () => null });
  await click('nav-agents');
  await click('agent-remove');
  await screen.findByText('Remove claude?');
  await press('Escape');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(host.asked('agent_remove')).toEqual([]);
  await click('agent-remove');
  await click('agent-remove-confirm');
  expect(host.asked('agent_remove')).toEqual([{ id: 'claude-abc123' }]);
});

test('giving access names the agent, and with no agent leads to where one is added', async () => {
  const host = await desk(server(), { agents_list: () => [agent()], permit_give: () => agent() });
  await click('nav-agents');
  await click('agent-permit');
  await screen.findByText('Give access to claude');
  await waitFor(() =>
    expect(screen.getByTestId<HTMLSelectElement>('permit-server').value).toBe('g1'),
  );
  await click('permit-save');
  expect(host.asked('permit_give')).toEqual([
    { agent_id: 'claude-abc123', grant_id: 'g1', scopes: null, until: null },
  ]);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  host.answer({ agents_list: () => [] });
  host.tell({ kind: 'changed' });
  await click('nav-servers');
  await click('server-row');
  await click('permit-add');
  expect(screen.queryByTestId('permit-until'), 'nothing to choose').toBeNull();
  await click('permit-agents');
  await screen.findByTestId('add-agent');
});

test('the sidebar says what guards the vault and whether agents are served, and locks only what has a passphrase', async () => {
  const host = await desk();
  expect(screen.getByTestId('protection').textContent).toContain('OS keyring');
  expect(screen.getByTestId('endpoint').textContent).toContain('127.0.0.1:4283');
  expect(screen.getByTestId('nav-servers').getAttribute('aria-current')).toBe('page');
  expect(screen.queryByTestId('lock')).toBeNull();
  const vault = {
    state: 'open' as const,
    protection: 'passphrase' as const,
    path: '/v',
    message: null,
    hint: null,
    keyring: null,
    older: false,
  };
  const endpoint = {
    listening: false,
    address: null,
    socket: null,
    message: 'Another program holds the port.',
  };
  const status = {
    version: '1',
    vault,
    endpoint,
    demo: { available: false, running: false, resource: null, users: [] },
  };
  host.answer({
    status: () => status,
    vault_lock: () => ({ ...status, vault: { ...vault, state: 'locked' as const } }),
  });
  host.tell({ kind: 'changed' });
  await screen.findByText('Another program holds the port.');
  await click('lock');
  expect(host.asked('vault_lock')).toHaveLength(1);
});

test('the demo is known by a badge, and gone with one click', async () => {
  const demo = server({ resource: { ...server().resource, is_demo: true } });
  const host = await desk(demo, { resource_remove: () => [] });
  await screen.findByText('Demo');
  await click('server-row');
  await click('remove-demo');
  expect(host.asked('resource_remove')).toEqual([{ id: 'r1' }]);
  await screen.findByTestId('server-row');
});

test('an address without its beginning is meant as https, and plain http is offered it', async () => {
  const host = await desk();
  await press('n', { ctrlKey: true });
  await type('url-input', 'mcp.notion.com/mcp');
  expect(screen.queryByTestId('complaint')).toBeNull();
  await click('discover');
  await screen.findByTestId('log-in');
  await type('url-input', 'http://mcp.linear.app/mcp');
  expect(screen.getAllByTestId('complaint')).toHaveLength(1);
  await click('use-https');
  expect(host.asked('resource_add').map((args) => args.url)).toEqual([
    'https://mcp.notion.com/mcp',
    'https://mcp.linear.app/mcp',
  ]);
});

test('a slip of the pen is told once, at the field, with no button that would not help', async () => {
  await desk(server(), {
    resource_add: () => {
      throw failure('not_a_url');
    },
  });
  await press('n', { ctrlKey: true });
  await type('url-input', 'hello');
  await click('discover');
  expect((await screen.findByTestId('complaint')).dataset['code']).toBe('not_a_url');
  expect(screen.queryByTestId('error')).toBeNull();
  expect(screen.queryByTestId('ask-doctor')).toBeNull();
  await type('url-input', 'hello.example');
  expect(screen.queryByTestId('complaint'), 'it was about what was there').toBeNull();
});

test('an older copy of the vault is told above every screen, and agents get nothing before it is confirmed', async () => {
  const vault = {
    state: 'open' as const,
    protection: 'keyring' as const,
    path: '/v',
    message: null,
    hint: null,
    keyring: null,
    older: true,
  };
  const status = {
    version: '1',
    vault,
    endpoint: { listening: true, address: 'http://127.0.0.1:1', socket: null, message: null },
    demo: { available: false, running: false, resource: null, users: [] },
  };
  const confirmed = { ...status, vault: { ...vault, older: false } };
  const host = await desk(server(), { status: () => status });
  await click('nav-agents');
  await screen.findByText(/^Agents are not shown before/);
  await click('nav-settings');
  expect((await screen.findByTestId('vault-older')).textContent).toContain(
    'agents get nothing until you confirm this copy',
  );
  host.answer({ vault_confirm: () => confirmed, status: () => confirmed });
  await click('vault-confirm');
  await waitFor(() => expect(screen.queryByTestId('vault-older')).toBeNull());
  await screen.findByText('No agents yet');
  expect(host.asked('vault_confirm')).toHaveLength(1);
});

test('renewals that the disk did not take are told with what to do, as long as it is so', async () => {
  const vault = {
    state: 'open' as const,
    protection: 'keyring' as const,
    path: '/v/vault.db',
    message: null,
    hint: null,
    keyring: null,
    older: false,
  };
  const status = {
    version: '1',
    vault: { ...vault, unsaved: 2 },
    endpoint: { listening: true, address: 'http://127.0.0.1:1', socket: null, message: null },
    demo: { available: false, running: false, resource: null, users: [] },
  };
  const host = await desk(server(), { status: () => status });
  const told = (await screen.findByTestId('vault-unsaved')).textContent;
  for (const part of [
    '2 renewed logins could not be written yet',
    'Free some space',
    '/v/vault.db',
  ])
    expect(told).toContain(part);
  host.answer({ status: () => ({ ...status, vault }) });
  host.tell({ kind: 'changed' });
  await waitFor(() => expect(screen.queryByTestId('vault-unsaved')).toBeNull());
});

test('a client id that logins use is forgotten only if that is said once more', async () => {
  const used = failure('invalid_argument', {
    message: 'The client id is used by ada at notes.',
    hint: 'To forget it all the same: `gatelodge client forget c1 --yes`. What uses it then ends when its access token does.',
  });
  const host = await desk(server(), {
    client_forget: ({ anyway }) => {
      if (!anyway) throw used;
      return null;
    },
  });
  await click('nav-settings');
  await click('forget-client');
  await click('forget-confirm');
  await screen.findByText(
    'If you forget it all the same, what uses it ends when its access token does.',
  );
  await screen.findByText('Forget it all the same');
  await click('forget-confirm');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(host.asked('client_forget').map((args) => args.anyway)).toEqual([false, true]);
});
