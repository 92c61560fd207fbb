// The side of the window: where one can go, and what guards the vault.
import { screen } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import { clear, desk } from './desk';
import { status, notServing } from './fixtures';
import { click } from './person';

afterEach(clear);

test('the sidebar says what guards the vault and whether agents are served, and locks only what has a passphrase', async () => {
  const host = await desk();
  expect(screen.getByTestId('protection').textContent).toContain('OS keyring');
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
