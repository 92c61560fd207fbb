// The page that makes and unlocks a vault.
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import App from '../src/App.svelte';
import type { VaultStatus } from '../src/bindings/VaultStatus';
import { FakeHost } from './fake';
import { fails, failure, server, status } from './fixtures';
import { click, press, type } from './person';

/** There is none yet. */
const absent: Partial<VaultStatus> = {
  state: 'absent',
  protection: null,
  message: 'There is no vault yet.',
  hint: 'Do this.',
};
const open = { state: 'open', protection: 'passphrase', message: null, hint: null } as const;
const field = () => screen.findByTestId<HTMLInputElement>('vault-passphrase');

/** A vault that stands as it was left. */
function gate(first: Partial<VaultStatus>) {
  const now = { vault: first };
  const host = new FakeHost(server(), { status: () => status({ ...absent, ...now.vault }) });
  const becomes = (next: Partial<VaultStatus>) => status({ ...absent, ...(now.vault = next) });
  render(App);
  return { host, becomes };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test('a passphrase that was typed twice makes a vault, and the servers are there', async () => {
  const { host, becomes } = gate({});
  host.answer({ vault_create: () => becomes(open) });
  await expect.poll(() => document.activeElement).toBe(await field());
  const submit = screen.getByTestId<HTMLButtonElement>('vault-submit');
  for (const [once, again, ready] of [
    ['short', 'short', false],
    ['correct horse', 'correct hose', false],
    ['correct horse', 'correct horse', true],
  ] as const) {
    await type('vault-passphrase', once);
    await type('vault-passphrase-again', again);
    expect(submit.disabled, `${once} ${again}`).toBe(!ready);
  }
  await fireEvent.submit(submit.closest('form')!);
  await screen.findByTestId('nav-servers');
  expect(host.asked('vault_create')).toEqual([
    { protection: 'passphrase', passphrase: 'correct horse', key_file: null },
  ]);
});

test('two that differ are told apart in words', async () => {
  gate({});
  await type('vault-passphrase', 'correct horse');
  await type('vault-passphrase-again', 'correct hose');
  expect((await screen.findByTestId('complaint')).textContent).toBe('Passphrases don’t match.');
});

test('a vault that cannot be made says why, and what was typed stays', async () => {
  const { host } = gate({});
  host.answer({
    vault_create: fails(failure('vault_failed')),
  });
  await type('vault-passphrase', 'correct horse');
  await type('vault-passphrase-again', 'correct horse');
  await fireEvent.submit(screen.getByTestId('vault-submit').closest('form')!);
  expect((await screen.findByTestId('error')).dataset['code']).toBe('vault_failed');
  expect((await field()).value).toBe('correct horse');
});

test('a wrong passphrase is told, and the field has the focus again with all of it chosen', async () => {
  const { host, becomes } = gate({ state: 'locked', protection: 'passphrase' });
  host.answer({
    vault_unlock: ({ passphrase }) => {
      if (passphrase !== 'correct horse') throw failure('wrong_passphrase');
      return becomes(open);
    },
  });
  await expect.poll(() => document.title).toBe('The vault is locked · Gatelodge');
  await expect.poll(() => document.activeElement).toBe(await field());
  await type('vault-passphrase', 'wrong horse');
  screen.getByTestId('vault-submit').focus();
  await click('vault-submit');
  expect((await screen.findByTestId('error')).dataset['code']).toBe('wrong_passphrase');
  const input = await field();
  await expect.poll(() => document.activeElement).toBe(input);
  expect([input.selectionStart, input.selectionEnd]).toEqual([0, 'wrong horse'.length]);
  await type('vault-passphrase', 'correct horse');
  await click('vault-submit');
  await screen.findByTestId('nav-servers');
});

test('while the vault is closed, shortcuts open nothing', async () => {
  gate({ state: 'locked', protection: 'passphrase' });
  await field();
  await press('n', { ctrlKey: true });
  expect(screen.queryByTestId('url-input')).toBeNull();
});

test('a locked keyring is one of two ways, and is asked again once its own window was answered', async () => {
  const { host, becomes } = gate({ keyring: 'waiting' });
  const tick = () => vi.advanceTimersByTimeAsync(1000);
  expect((await screen.findByTestId('keyring-waiting')).textContent).toContain(
    'Unlock it in the window',
  );
  expect(screen.getByText('Recommended')).toBeTruthy();
  expect(await field()).toBeTruthy();
  await tick();
  await tick();
  expect(host.asked('vault_unlock'), 'a window that waits is not asked over').toEqual([]);
  host.answer({ vault_unlock: () => becomes({ ...open, protection: 'keyring' }) });
  becomes({ keyring: 'unlocked' });
  await tick();
  await screen.findByTestId('nav-servers');
  expect(host.asked('vault_unlock')).toEqual([{ passphrase: '' }]);
});

test('a keyring that was refused is asked only when the person says so', async () => {
  const { host, becomes } = gate({ keyring: 'waiting' });
  await screen.findByTestId('keyring-waiting');
  becomes({});
  await vi.advanceTimersByTimeAsync(1000);
  await expect.poll(() => screen.queryByTestId('keyring-waiting')).toBeNull();
  await vi.advanceTimersByTimeAsync(5000);
  expect(host.asked('vault_unlock')).toEqual([]);
  host.answer({ vault_unlock: () => becomes({ ...open, protection: 'keyring' }) });
  await click('keyring-try');
  await screen.findByTestId('nav-servers');
});

test('a vault whose keyring is locked offers no new vault', async () => {
  gate({ state: 'key_unavailable', protection: 'keyring' });
  await screen.findByTestId('keyring-try');
  expect(screen.queryByTestId('vault-passphrase')).toBeNull();
});

test('a vault that is none says which file it is, and that it was left alone', async () => {
  gate({ state: 'unusable', message: 'It is something else.', path: '/home/ada/vault.db' });
  await screen.findByText('/home/ada/vault.db');
  expect(document.body.textContent).toContain('didn’t change it');
  expect(document.activeElement?.tagName).toBe('H1');
});

test('a vault whose key is in a file is opened by the file that is named', async () => {
  const { host, becomes } = gate({ state: 'locked', protection: 'key_file', hint: 'Name it.' });
  host.answer({ vault_create: () => becomes({ ...open, protection: 'key_file' }) });
  const file = await screen.findByTestId('vault-key-file');
  await expect.poll(() => document.activeElement).toBe(file);
  expect(screen.queryByTestId('vault-passphrase')).toBeNull();
  const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Open' });
  expect(button.disabled).toBe(true);
  await type('vault-key-file', '/media/stick/key');
  expect(button.disabled).toBe(false);
  await fireEvent.submit(file.closest('form')!);
  await screen.findByTestId('nav-servers');
  expect(host.asked('vault_create')).toEqual([
    { protection: 'key_file', passphrase: null, key_file: '/media/stick/key' },
  ]);
});

test('a vault without its key says so, and is tried again only when the person says so', async () => {
  const { host, becomes } = gate({
    state: 'key_missing',
    protection: 'keyring',
    message: 'The keyring has no entry of it.',
  });
  await screen.findByRole('heading', { name: 'This vault’s key is missing' });
  expect(document.body.textContent).toContain('The keyring has no entry of it.');
  expect(screen.queryByTestId('vault-anew'), 'a new one would bury it').toBeNull();
  expect(host.asked('vault_unlock')).toEqual([]);
  host.answer({ vault_unlock: () => becomes({ ...open, protection: 'keyring' }) });
  await fireEvent.click(screen.getByText('Try again'));
  await screen.findByTestId('nav-servers');
});

test('where the vault is gone, a new one is made by its own button alone', async () => {
  const { host, becomes } = gate({
    state: 'gone',
    protection: 'keyring',
    hint: 'Bring it back. If you want a new, empty vault instead, make one here.',
  });
  host.answer({
    vault_unlock: fails(failure('vault_gone')),
    vault_create: () => becomes({ ...open, protection: 'keyring' }),
  });
  await screen.findByTestId('vault-anew');
  expect(document.body.textContent).toContain('make one here');
  expect(document.body.textContent, 'there is no file').not.toContain('didn’t change it');
  await fireEvent.click(screen.getByText('Try again'));
  expect((await screen.findByTestId('error')).dataset['code']).toBe('vault_gone');
  expect(host.asked('vault_create')).toEqual([]);
  await click('vault-anew');
  await screen.findByTestId('nav-servers');
  expect(host.asked('vault_create')).toEqual([
    { protection: 'keyring', passphrase: null, key_file: null },
  ]);
});

test('what the gate is about is the title of the window', async () => {
  const { host, becomes } = gate({ state: 'locked', protection: 'passphrase' });
  await screen.findByTestId('vault-passphrase');
  await expect.poll(() => document.title).toBe('The vault is locked · Gatelodge');
  becomes({ state: 'key_unavailable', protection: 'keyring' });
  host.tell({ kind: 'changed' });
  await expect.poll(() => document.title).toBe('Unlock your keyring · Gatelodge');
});
