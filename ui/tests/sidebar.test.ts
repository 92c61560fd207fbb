// The side of the window: where one can go, and what guards the vault.
import { screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import { clear, desk } from './desk';
import { notServing, server, status } from './fixtures';
import { servers } from './lists';
import { click } from './person';

afterEach(clear);

test('the sidebar says what guards the vault and whether agents are served, and locks only what has a passphrase', async () => {
  const host = await desk();
  expect(screen.getByTestId('protection').textContent).toContain('system keyring');
  expect(screen.getByTestId('endpoint').textContent).toContain('127.0.0.1:4283');
  expect(screen.getByTestId('nav-servers').getAttribute('aria-current')).toBe('page');
  expect(screen.queryByTestId('lock')).toBeNull();
  const vault = { protection: 'passphrase' } as const;
  host.answer({
    status: () => status(vault, { endpoint: notServing }),
    vault_lock: () => status({ ...vault, state: 'locked' }),
  });
  host.tell({ kind: 'changed' });
  await screen.findByText('Another program holds the port.');
  await click('lock');
  expect(host.asked('vault_lock')).toHaveLength(1);
});

test('each place is one click away, and is marked while the person is there', async () => {
  await desk();
  const marked = () =>
    screen
      .getAllByRole('button')
      .filter((one) => one.getAttribute('aria-current') === 'page')
      .map((one) => one.dataset['testid']);
  for (const [place, heading] of [
    ['nav-agents', 'Agents'],
    ['nav-activity', 'Activity'],
    ['nav-doctor', 'Doctor'],
    ['nav-settings', 'Settings'],
    ['nav-servers', 'MCP servers'],
  ] as const) {
    await click(place);
    await screen.findByRole('heading', { level: 1, name: heading });
    expect(marked()).toEqual([place]);
  }
  await click('server-row');
  await screen.findByRole('heading', { level: 1, name: 'Notes of the team' });
  expect(marked(), 'a server is one of the servers').toEqual(['nav-servers']);
});

test('the sidebar counts the servers, and none is not counted', async () => {
  const host = await desk();
  expect(screen.getByTestId('nav-servers').textContent).toMatch(/Servers\s*1/);
  const { resource } = server();
  host.answer(servers([resource, { ...resource, id: 'r2' }]));
  host.tell({ kind: 'changed' });
  await waitFor(() => expect(screen.getByTestId('nav-servers').textContent).toMatch(/2/));
  host.answer(servers([]));
  host.tell({ kind: 'changed' });
  await waitFor(() => expect(screen.getByTestId('nav-servers').textContent).not.toMatch(/\d/));
});

test('a lock leads to the gate, and takes nothing of the vault along', async () => {
  const vault = { protection: 'passphrase' } as const;
  const host = await desk(server(), { status: () => status(vault) });
  host.answer({
    vault_lock: () => {
      host.answer({ status: () => status({ ...vault, state: 'locked' }) });
      return status({ ...vault, state: 'locked' });
    },
  });
  await click('lock');
  await screen.findByTestId('vault-passphrase');
  expect(screen.queryByTestId('nav-servers')).toBeNull();
  expect(document.body.textContent).not.toContain('Notes of the team');
});

test.each([
  ['keyring', 'Key in the system keyring'],
  ['passphrase', 'Protected by a passphrase'],
  ['key_file', 'Key in a file'],
] as const)('a vault with its key by %s says so', async (protection, words) => {
  await desk(server(), { status: () => status({ protection }) });
  expect(screen.getByTestId('protection').textContent).toContain(words);
  expect(screen.queryByTestId('lock') !== null).toBe(protection === 'passphrase');
});
