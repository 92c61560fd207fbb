// The window loses nothing: no shortcut, reload, close or notice takes away a key, a receipt, typed text or a failure.
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import { clear, desk, everyShortcut } from './desk';
import { agent, fails, failure, key, permit, receipt, server, status, waiting } from './fixtures';
import { agents } from './lists';
import { click, press, submit, type } from './person';

afterEach(clear);

async function keyIsShown() {
  await click('nav-agents');
  await click('add-agent');
  await type('agent-name', 'claude');
  await submit('agent-form');
  await screen.findByTestId('agent-key');
}
const shown = () => screen.queryByTestId('agent-key')?.textContent;

test('a key that is shown once outlives every shortcut, and Escape', async () => {
  await desk();
  await keyIsShown();
  await everyShortcut();
  await press('Escape');
  expect(shown()).toBe(key.key);
  expect(screen.getByTestId('add-agent')).toBeTruthy();
  await click('agent-key-done');
  expect(shown()).toBeUndefined();
  await press('1', { ctrlKey: true });
  await screen.findByTestId('server-row');
});

test('a key outlives a login that ends, a vault that is locked, and a host that fails', async () => {
  const host = await desk();
  await keyIsShown();
  host.tell({ kind: 'logged_in', resource_id: 'r1' });
  host.tell({ kind: 'login_failed', resource_id: 'r1', failure: failure('login_refused') });
  host.tell({ kind: 'show', resource_id: 'r1' });
  host.answer({
    agents_list: fails(failure('vault_failed')),
  });
  host.tell({ kind: 'changed' });
  await screen.findAllByText('It failed with vault_failed.');
  expect(shown()).toBe(key.key);
  host.answer({ status: () => status({ state: 'locked', protection: 'passphrase' }) });
  host.tell({ kind: 'changed' });
  await screen.findByTestId('vault-passphrase');
  expect(shown()).toBe(key.key);
});

test('a list that cannot be fetched does not cost the key that was just made', async () => {
  const host = await desk();
  host.answer({
    agents_list: fails(failure('vault_failed')),
  });
  await keyIsShown();
  expect(shown()).toBe(key.key);
});

test('the window is held while a key is shown, and the person is asked before it goes', async () => {
  const host = await desk();
  const holds = () =>
    host.windowed.filter(({ command }) => command === 'hold').map(({ args }) => args);
  await keyIsShown();
  await waitFor(() => expect(holds().at(-1)).toEqual({ held: true }));
  host.emit('leaving', { way: 'close', why: 'held' });
  await click('leave-not');
  expect(shown()).toBe(key.key);
  host.emit('leaving', { way: 'quit', why: 'held' });
  expect((await screen.findByTestId('leave-anyway')).textContent).toContain('Quit anyway');
  await click('leave-anyway');
  expect(host.windowed.at(-1)).toEqual({ command: 'leave', args: { way: 'quit', sure: true } });
  await click('agent-key-done');
  await waitFor(() => expect(holds().at(-1)).toEqual({ held: false }));
});

test('where nothing would show the way back, closing asks whether to live on', async () => {
  const host = await desk();
  host.emit('leaving', { way: 'close', why: 'unseen' });
  expect(await screen.findByText('Keep running in the background?')).toBeTruthy();
  await click('leave-keep');
  host.emit('leaving', { way: 'close', why: 'unseen' });
  await click('leave-quit');
  const left = host.windowed.filter(({ command }) => command === 'leave').map(({ args }) => args);
  expect(left).toEqual([
    { way: 'close', sure: true },
    { way: 'quit', sure: true },
  ]);
});

test('there is a way to quit, by a button and by a key, and a key to close', async () => {
  const host = await desk();
  await click('quit');
  await press('q', { ctrlKey: true });
  await press('w', { ctrlKey: true });
  const left = host.windowed.filter(({ command }) => command === 'leave').map(({ args }) => args);
  expect(left).toEqual(['quit', 'quit', 'close'].map((way) => ({ way, sure: false })));
});

test('nothing reloads the page, and the web page’s menu is for text fields only', async () => {
  await desk();
  for (const reload of [
    await press('F5'),
    await press('r', { ctrlKey: true }),
    await press('R', { ctrlKey: true, shiftKey: true }),
  ]) {
    expect(reload, 'the default is prevented').toBe(false);
  }
  expect(await fireEvent.contextMenu(screen.getByTestId('nav-servers'))).toBe(false);
  await click('add-server');
  expect(await fireEvent.contextMenu(await screen.findByTestId('url-input'))).toBe(true);
});

test('text in a dialog outlives every shortcut and a click beside it', async () => {
  await desk();
  await click('server-row');
  await click('client-own');
  await type('client-secret', 's3cret');
  await everyShortcut();
  await fireEvent.pointerDown(document.querySelector('.dialog-overlay')!);
  expect((screen.getByTestId('client-secret') as HTMLInputElement).value).toBe('s3cret');
});

test('text in a field is there again when the person comes back', async () => {
  const host = await desk();
  await press('n', { ctrlKey: true });
  await type('url-input', 'https://half.typ');
  await click('nav-settings');
  await type('document-url', 'https://me.example/c');
  host.tell({ kind: 'show', resource_id: 'r1' });
  await press(',', { ctrlKey: true });
  expect((await screen.findByTestId<HTMLInputElement>('document-url')).value).toBe(
    'https://me.example/c',
  );
  await press('n', { ctrlKey: true });
  expect((await screen.findByTestId<HTMLInputElement>('url-input')).value).toBe('https://half.typ');
});

test('a failure of adding is there again when the person comes back, with what was typed', async () => {
  await desk(server(), {
    resource_add: fails(failure('not_mcp')),
  });
  await press('n', { ctrlKey: true });
  await type('url-input', 'odd.example/mcp');
  await click('discover');
  expect((await screen.findByTestId('error')).dataset['code']).toBe('not_mcp');
  await click('nav-agents');
  await press('n', { ctrlKey: true });
  expect((await screen.findByTestId('error')).dataset['code']).toBe('not_mcp');
});

test('how a login failed stands on its server’s page for as long as it is so, and goes when one begins', async () => {
  const host = await desk(server({ grants: [] }));
  host.answer({
    resource_show: () => server({ grants: [], login_failure: failure('login_refused') }),
  });
  host.tell({ kind: 'login_failed', resource_id: 'r1', failure: failure('login_refused') });
  await waitFor(() =>
    expect(document.activeElement).toBe(screen.getByRole('region', { name: 'Sign-in failed' })),
  );
  await press('2', { ctrlKey: true });
  await press('ArrowLeft', { altKey: true });
  expect((await screen.findByTestId('error')).dataset['code']).toBe('login_refused');
  host.answer({ resource_show: () => server({ grants: [], pending: waiting() }) });
  await click('log-in');
  await screen.findByTestId('waiting');
  expect(screen.queryByTestId('error')).toBeNull();
});

test('a failed login that cannot be shown at its place is told in the corner', async () => {
  const host = await desk(server({ grants: [] }));
  await keyIsShown();
  host.tell({ kind: 'login_failed', resource_id: 'r1', failure: failure('login_refused') });
  expect((await screen.findByTestId('error')).dataset['code']).toBe('login_refused');
  expect(shown()).toBe(key.key);
});

test('a login that begins gets the focus, wherever the page is scrolled to', async () => {
  const host = await desk();
  await click('server-row');
  host.answer({ resource_show: () => server({ pending: waiting() }) });
  host.tell({ kind: 'changed' });
  await waitFor(() =>
    expect(document.activeElement).toBe(
      screen.getByRole('region', { name: 'Sign-in in progress' }),
    ),
  );
});

test('receipts are shown over whatever screen there is', async () => {
  const host = await desk(server(), {
    grant_revoke: () => receipt(),
    resource_remove: () => [receipt(), receipt({ id: 'rc2' })],
  });
  await click('server-row');
  await click('revoke');
  await click('revoke-confirm');
  await screen.findByTestId('receipt');
  await everyShortcut();
  expect(screen.getByTestId('receipt').dataset['proven']).toBe('true');
  await click('receipt-done');
  await click('remove');
  await click('remove-confirm');
  expect(await screen.findAllByTestId('receipt')).toHaveLength(2);
  expect(host.asked('resource_remove')).toEqual([{ id: 'r1', let_go: false }]);
  expect(screen.getByText('Notes of the team removed.')).toBeTruthy();
});

test('removing a server that nobody logged in to claims no deed', async () => {
  await desk(server({ grants: [] }), { resource_remove: () => [] });
  await click('server-row');
  await click('remove');
  expect(screen.getByRole('dialog').textContent).not.toMatch(/revoke|take back/i);
  await click('remove-confirm');
  await screen.findByText('Notes of the team removed.');
  expect(document.body.textContent).not.toMatch(/revoked/i);
  expect(screen.queryByTestId('receipt')).toBeNull();
});

test('access that is taken back can be given again as it was', async () => {
  const host = await desk(server(), {
    ...agents([agent({ permits: [permit({ scopes: ['a'], until: 7 })] })]),
    permit_remove: () => agent(),
    permit_give: () => agent(),
  });
  await click('nav-agents');
  await click('permit-take');
  await click('undo');
  expect(host.asked('permit_remove')).toEqual([{ agent_id: 'claude-abc123', grant_id: 'g1' }]);
  expect(host.asked('permit_give')).toEqual([
    { agent_id: 'claude-abc123', grant_id: 'g1', scopes: ['a'], until: 7 },
  ]);
});
