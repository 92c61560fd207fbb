// The page of one server: accounts, a code for another browser, and what the server wants decided.
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import Server from '../src/screens/Server.svelte';
import { FakeHost } from './fake';
import { device, failure, grant, receipt, server, waiting } from './fixtures';
import { click, submit } from './person';

afterEach(cleanup);

test('one more account is asked for with a choice of accounts, and a name if one is given', async () => {
  const host = new FakeHost(server());
  render(Server, { id: 'r1' });
  await click('another-account');
  await fireEvent.input(await screen.findByTestId('another-hint'), {
    target: { value: 'grace@example.com' },
  });
  await submit('another-form');
  await expect
    .poll(() => host.asked('login_begin'))
    .toMatchObject([
      { select_account: true, another_account: true, login_hint: 'grace@example.com' },
    ]);
});

test('what comes late stands below every button: nobody presses what has just moved there', async () => {
  const event = {
    id: 1,
    at: 1,
    count: 1,
    last_at: 1,
    kind: 'logged_in',
    ok: true,
    message: 'Logged in.',
    code: null,
    agent_name: null,
    resource_id: 'r1',
    resource_name: null,
  };
  new FakeHost(server(), { events_list: () => [event], receipts_list: () => [receipt()] });
  render(Server, { id: 'r1' });
  const late = [await screen.findByTestId('receipt-row'), await screen.findByTestId('event-row')];
  const buttons = screen
    .getAllByRole('button')
    .filter((one) => one.dataset['testid'] !== 'receipt-open');
  for (const button of buttons) {
    for (const one of late)
      expect(
        button.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING,
        button.textContent,
      ).toBeTruthy();
  }
});

test('an account can be made the only one, and then bears a lock', async () => {
  const host = new FakeHost(server());
  const { unmount } = render(Server, { id: 'r1' });
  await click('account-lock');
  expect(host.asked('account_lock')).toEqual([{ resource_id: 'r1', grant_id: 'g1' }]);
  unmount();
  new FakeHost(
    server({
      locked_to: 'ada@example.com',
      grants: [grant(), grant({ id: 'g2', account: 'grace@example.com' })],
    }),
  );
  render(Server, { id: 'r1' });
  expect(await screen.findAllByTestId('account-locked')).toHaveLength(1);
  expect(screen.queryByTestId('account-lock')).toBeNull();
});

test('who is not named by the issuer is asked for, with the name that the login was begun with', async () => {
  const unnamed = grant({ account: 'unnamed account 2', unnamed: true, identified: false });
  const host = new FakeHost(server(), { account_name: () => grant() });
  const { unmount } = render(Server, { id: 'r1' });
  await click('another-account');
  await fireEvent.input(await screen.findByTestId('another-hint'), {
    target: { value: 'grace@example.com' },
  });
  await submit('another-form');
  await expect.poll(() => host.asked('login_begin')).toHaveLength(1);
  unmount();
  host.answer({ resource_show: () => server({ grants: [unnamed] }) });
  render(Server, { id: 'r1' });
  const field = await screen.findByLabelText<HTMLInputElement>('Which account is this?');
  expect(field.value).toBe('grace@example.com');
  expect(screen.getByText('Unnamed account 2')).toBeTruthy();
  await fireEvent.submit(field.closest('form')!);
  await expect
    .poll(() => host.asked('account_name'))
    .toEqual([{ grant_id: 'g1', name: 'grace@example.com' }]);
});

test('the question may be put off, and such an account cannot be locked to', async () => {
  new FakeHost(
    server({ grants: [grant({ account: 'unnamed account', unnamed: true, identified: false })] }),
  );
  render(Server, { id: 'r1' });
  await fireEvent.click(await screen.findByText('Later'));
  expect((await screen.findByTestId('account-rename')).textContent).toContain('Name account');
  expect(screen.queryByTestId('account-lock')).toBeNull();
});

test('after fifteen seconds of silence the other way back is the main button', async () => {
  const since = (seconds: number) =>
    waiting({ started_at: Math.floor(Date.now() / 1000) - seconds });
  const main = async () =>
    (await screen.findByTestId('waiting')).querySelector('button.primary')?.textContent;
  new FakeHost(server({ pending: since(2), grants: [] }));
  const { unmount } = render(Server, { id: 'r1' });
  expect(await main()).toContain('Open again');
  unmount();
  const host = new FakeHost(server({ pending: since(15), grants: [] }));
  render(Server, { id: 'r1' });
  await expect.poll(main).toContain('Blank page? Try another way back');
  await click('other-redirect');
  expect(host.asked('login_switch')).toEqual([{ id: 'l1', redirect: 'loopback' }]);
});

test('a device code is shown with its address and a warning', async () => {
  new FakeHost(server({ pending: device, grants: [] }));
  render(Server, { id: 'r1' });
  expect((await screen.findByTestId('user-code')).textContent).toBe('WDJB-MJHT');
  expect(screen.getByTestId('verification-uri').querySelector('strong')?.textContent).toBe(
    'https://login.example.com/device',
  );
  expect(screen.getByTestId('device-waiting').textContent).toMatch(
    /Never enter a code that someone sent you/,
  );
});

test('the answer may come by the other way, and the login stays what it was', async () => {
  const host = new FakeHost(server({ pending: waiting(), grants: [] }));
  render(Server, { id: 'r1' });
  await click('other-redirect');
  expect(host.asked('login_switch')).toEqual([{ id: 'l1', redirect: 'loopback' }]);
  expect(host.asked('login_begin')).toHaveLength(0);
});

test('which login is to go on is said, where there are several', async () => {
  const host = new FakeHost(
    server({ grants: [grant(), grant({ id: 'g2', account: 'grace@example.com' })] }),
  );
  render(Server, { id: 'r1' });
  const [, second] = await screen.findAllByTestId('log-in-again');
  await fireEvent.click(second!);
  expect(host.asked('login_begin')).toMatchObject([{ grant_id: 'g2', another_account: false }]);
});

test('a login without a refresh token says when it ends, and consent is asked for where that may help', async () => {
  const bare = grant({
    has_refresh_token: false,
    not_renewed: 'The authorization server gave nothing to renew it with.',
    expires_at: Math.floor(Date.now() / 1000) + 3600,
  });
  const host = new FakeHost(server({ scopes_offered: ['offline_access'], grants: [bare] }));
  const { unmount } = render(Server, { id: 'r1' });
  expect((await screen.findByTestId('not-renewed')).textContent).toContain(
    'came without a refresh token',
  );
  expect(screen.getByTestId('not-renewed').textContent).toContain('Sign in again in 60 minutes.');
  await click('log-in-consent');
  expect(host.asked('login_begin')).toMatchObject([{ grant_id: 'g1', consent: true }]);
  unmount();
  new FakeHost(server({ scopes_offered: [], grants: [bare] }));
  render(Server, { id: 'r1' });
  await expect
    .poll(() => [
      screen.queryByTestId('not-renewed') === null,
      screen.queryByTestId('log-in-consent'),
    ])
    .toEqual([false, null]);
});

test('a program’s own access is obtained again by itself, without a refresh token', async () => {
  new FakeHost(
    server({
      grants: [grant({ has_refresh_token: false, not_renewed: null, kind: 'client_credentials' })],
    }),
  );
  render(Server, { id: 'r1' });
  await expect
    .poll(() => screen.queryByTestId('expiry')?.textContent)
    .toContain('renews automatically');
  expect(screen.queryByTestId('not-renewed')).toBeNull();
});

test('after a failed login that registered, the page names the client id and where it is from', async () => {
  const client = { ...server().client!, kind: 'dynamic' as const, client_id: 'made-for-us' };
  new FakeHost(server({ grants: [], client, login_failure: failure('login_refused') }));
  render(Server, { id: 'r1' });
  await expect
    .poll(() => screen.queryByTestId('client-kind')?.textContent)
    .toContain('registered automatically on');
  expect(screen.getAllByText('made-for-us').length).toBeGreaterThan(0);
  expect(document.body.textContent).not.toContain('chosen at the first sign-in');
});

test('step-up asks for the scopes that were lacking', async () => {
  const host = new FakeHost(server({ step_up: ['mcp-api/write'] }));
  render(Server, { id: 'r1' });
  expect((await screen.findByTestId('step-up')).textContent).toContain('mcp-api/write');
  await click('step-up-login');
  expect(host.asked('login_begin')).toMatchObject([
    { resource_id: 'r1', scopes: ['mcp-api/write'] },
  ]);
});

test('another authorization server than before is told with both names', async () => {
  const host = new FakeHost(
    server({ issuer_change: { old: 'https://old.example', new: 'https://new.example/t' } }),
  );
  render(Server, { id: 'r1' });
  const banner = await screen.findByTestId('issuer-change');
  expect(banner.textContent).toContain('https://old.example');
  expect(banner.textContent).toContain('Sign in at new.example');
  expect(host.asked('login_begin')).toHaveLength(0);
  await click('issuer-login');
  expect(host.asked('login_begin')).toHaveLength(1);
});
