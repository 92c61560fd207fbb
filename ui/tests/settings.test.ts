// Settings: the document, and what is kept for all servers; nothing of it goes without a question.
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import { clear, desk } from './desk';
import { failure, fails, notServing, server, status } from './fixtures';
import { click, isDisabled, type } from './person';

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
  expect(two).toMatch(/registered automatically on .*20\d\d/);
  expect(one?.match(/on .*$/)?.[0]).not.toBe(two?.match(/on .*$/)?.[0]);
});

test('a client that is in use is not forgotten, and why is told in the question', async () => {
  await desk(server(), {
    client_forget: fails(failure('client_in_use')),
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
  await screen.findByText('Document removed.');
  expect(host.asked('settings_set')).toEqual([{ client_metadata_url: null }]);
});

test('a client id that logins use is forgotten only if that is said once more', async () => {
  const used = failure('client_in_use', {
    message: 'The client id is used by ada at notes.',
    hint: 'If you forget it anyway, what uses it ends when its access token does.',
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
  await screen.findByText('If you forget it anyway, what uses it ends when its access token does.');
  await screen.findByText('Forget anyway');
  await click('forget-confirm');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(host.asked('client_forget').map((args) => args.anyway)).toEqual([false, true]);
});

test('whether a client id is in use is told by the code, whatever the words are', async () => {
  const hint = 'Whoever uses it has to log in again.';
  await desk(server(), { client_forget: fails(failure('client_in_use', { hint })) });
  await click('nav-settings');
  await click('forget-client');
  await click('forget-confirm');
  await screen.findByText('Forget anyway');
});

test('a client id that could not be forgotten for another reason is asked about as before', async () => {
  const hint = 'Mend the disk, then forget it.';
  const host = await desk(server(), { client_forget: fails(failure('vault_failed', { hint })) });
  await click('nav-settings');
  await click('forget-client');
  await click('forget-confirm');
  await waitFor(() => expect(screen.getByRole('dialog').textContent).toContain('vault_failed'));
  await click('forget-confirm');
  expect(host.asked('client_forget').map((args) => args.anyway)).toEqual([false, false]);
});

test('the document to host is shown for the address that was typed, as text', async () => {
  const document = '{ "client_id": "<b>x</b>" }';
  const host = await desk(server(), {
    settings_get: () => ({ client_metadata_url: null }),
    client_document: ({ url }) => ({ url, document }),
  });
  await click('nav-settings');
  await screen.findByTestId('document-url');
  expect(isDisabled('document-show'), 'no address, no document').toBe(true);
  await type('document-url', ' https://me.example/c.json ');
  await click('document-show');
  expect((await screen.findByTestId('document')).textContent).toBe(document);
  expect(screen.getByTestId('document').querySelector('b')).toBeNull();
  expect(host.asked('client_document')).toEqual([{ url: 'https://me.example/c.json' }]);
});

test('an address that cannot be one is refused beside it, and stays typed', async () => {
  await desk(server(), { settings_set: fails(failure('not_https')) });
  await click('nav-settings');
  await type('document-url', 'http://me.example/c.json');
  await fireEvent.submit(screen.getByTestId('document-save').closest('form')!);
  expect((await screen.findByTestId('error')).dataset['code']).toBe('not_https');
  expect(screen.getByTestId<HTMLInputElement>('document-url').value).toBe(
    'http://me.example/c.json',
  );
  expect(screen.queryByText(/^Saved/)).toBeNull();
});

test('settings say how the program stands: its version, its vault, and where agents reach it', async () => {
  const host = await desk(server(), {
    status: () => status({ protection: 'key_file', path: '/v/vault.db' }, { version: '1.2.3' }),
  });
  await click('nav-settings');
  const fact = (name: string) => screen.getByText(name).nextElementSibling?.textContent.trim();
  await screen.findByText('Version');
  expect(['Version', 'Vault', 'Protected by', 'Agents connect at', 'and at'].map(fact)).toEqual([
    '1.2.3',
    '/v/vault.db',
    'a key in a file',
    'http://127.0.0.1:4283',
    '/run/user/1000/gatelodge/gatelodge.sock',
  ]);
  host.answer({ status: () => status({}, { endpoint: notServing }) });
  host.tell({ kind: 'changed' });
  await waitFor(() =>
    expect(fact('Agents connect at')).toBe('nowhere: another program uses the port'),
  );
  expect(screen.queryByText('and at')).toBeNull();
});

test('where nothing is kept there is no list of it', async () => {
  await desk(server({ client: null }), { provider_list: () => [] });
  await click('nav-settings');
  await screen.findByText('About Gatelodge');
  expect(screen.queryByText('Client IDs')).toBeNull();
  expect(screen.queryByText('Your company’s identity providers')).toBeNull();
});
