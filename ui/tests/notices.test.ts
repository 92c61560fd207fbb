// What is told above every screen as long as it is so: an older copy of the vault, renewals that were not written.
import { screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import { clear, desk } from './desk';
import { failure, fails, server, status } from './fixtures';
import { click } from './person';

afterEach(clear);

test('an older copy of the vault is told above every screen, and agents get nothing before it is confirmed', async () => {
  const host = await desk(server(), { status: () => status({ older: true }) });
  await click('nav-agents');
  await screen.findByText(/^Confirm the older copy/);
  await click('nav-settings');
  expect((await screen.findByTestId('vault-older')).textContent).toContain(
    'gives them nothing until you confirm this copy',
  );
  host.answer({ vault_confirm: () => status(), status: () => status() });
  await click('vault-confirm');
  await waitFor(() => expect(screen.queryByTestId('vault-older')).toBeNull());
  await screen.findByText('No agents yet');
  expect(host.asked('vault_confirm')).toHaveLength(1);
});

test('renewals that the disk did not take are told with what to do, as long as it is so', async () => {
  const host = await desk(server(), { status: () => status({ unsaved: 2, path: '/v/vault.db' }) });
  const told = (await screen.findByTestId('vault-unsaved')).textContent;
  for (const part of ['couldn’t save 2 renewed sign-ins', 'Free some space', '/v/vault.db'])
    expect(told).toContain(part);
  host.answer({ status: () => status() });
  host.tell({ kind: 'changed' });
  await waitFor(() => expect(screen.queryByTestId('vault-unsaved')).toBeNull());
});

test('confirming asks the host for what it shows once, not twice', async () => {
  const host = await desk(server(), { status: () => status({ older: true }) });
  await screen.findByTestId('vault-older');
  await screen.findByTestId('server-row');
  const before = host.asked('status').length;
  host.answer({ vault_confirm: () => status(), status: () => status() });
  await click('vault-confirm');
  await screen.findByText('No agents yet');
  await new Promise((done) => setTimeout(done, 50));
  expect(host.asked('status').length - before).toBe(1);
  expect(host.asked('agents_list')).toHaveLength(1);
});

test('why an older copy was not confirmed is told beside it, and gone with it', async () => {
  const host = await desk(server(), {
    status: () => status({ older: true, unsaved: 1 }),
    vault_confirm: fails(failure('vault_failed')),
  });
  await click('vault-confirm');
  const box = await screen.findByTestId('error');
  expect(screen.getByTestId('vault-older').contains(box)).toBe(true);
  host.answer({ status: () => status({ unsaved: 1 }) });
  host.tell({ kind: 'changed' });
  await waitFor(() => expect(screen.queryByTestId('vault-older')).toBeNull());
  expect(screen.queryByTestId('error')).toBeNull();
});
