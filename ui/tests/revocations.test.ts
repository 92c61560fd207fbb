// What was taken back, and what is not yet: receipts that can be opened again, and one truth about each permit.
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import { clear, desk } from './desk';
import { agent, failure, key, offer, permit, receipt, server } from './fixtures';
import { agents } from './lists';
import { click } from './person';

afterEach(clear);

test('a receipt can be opened again, on its server’s page and among all', async () => {
  const host = await desk(server(), { receipts_list: () => [receipt()] });
  await click('server-row');
  await click('receipt-open');
  expect((await screen.findByTestId('receipt')).textContent).toContain(
    'Refused by the server (401).',
  );
  await click('receipt-done');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await click('nav-activity');
  await click('receipt-open');
  await screen.findByTestId('receipt');
  expect(host.asked('receipts_list').map((args) => args.resource_id)).toEqual(
    expect.arrayContaining(['r1', null]),
  );
});

test('what an issuer has not taken back says so, is tried again, or let go after a question', async () => {
  const open = receipt({
    ending: 'open',
    proven: false,
    headline: 'forgotten here; login.example.com did not take it back',
  });
  const host = await desk(server({ revocations_open: [open] }), {
    revocation_retry: () => [receipt()],
    revocation_let_go: () => [receipt({ ending: 'let_go' })],
  });
  await click('server-row');
  expect((await screen.findByTestId('revocation-open')).textContent).toContain(
    'login.example.com did not take it back',
  );
  await click('revocation-retry');
  await screen.findByTestId('receipt');
  await click('receipt-done');
  await click('revocation-let-go');
  expect(host.asked('revocation_let_go')).toEqual([]);
  await click('revocation-let-go-confirm');
  await screen.findByTestId('receipt');
  expect([host.asked('revocation_retry'), host.asked('revocation_let_go')]).toEqual([
    [{ id: 'r1' }],
    [{ id: 'r1' }],
  ]);
});

test('a receipt tells how long the last token can still be used', async () => {
  const now = Math.floor(Date.now() / 1000);
  const lives = [
    receipt({ id: 'a', last_token: 'until', lives_until: now + 3600 }),
    receipt({ id: 'b', last_token: 'untold' }),
    receipt({ id: 'c', last_token: 'gone' }),
  ];
  await desk(server(), { receipts_list: () => lives });
  await click('nav-activity');
  await waitFor(() => expect(screen.getAllByTestId('receipt-open')).toHaveLength(3));
  const told = [];
  for (const index of lives.keys()) {
    await fireEvent.click(screen.getAllByTestId('receipt-open')[index]!);
    await screen.findByTestId('receipt');
    told.push(screen.queryByTestId('last-token')?.textContent);
    await click('receipt-done');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  }
  expect(told).toEqual([
    'Anyone who has the most recent access token can use it until it expires in 60 minutes.',
    'Anyone who has the most recent access token can still use it. The sign-in service didn’t say until when.',
    undefined,
  ]);
});

test('a server whose issuer does not take it back goes only when the person says so again', async () => {
  const host = await desk(server(), {
    resource_remove: ({ let_go }) => {
      if (!let_go) throw failure('revocation_open');
      return [];
    },
  });
  await click('server-row');
  await click('remove');
  await click('remove-confirm');
  await screen.findByText('Remove anyway');
  await click('remove-confirm');
  await screen.findByText('Notes of the team removed.');
  expect(host.asked('resource_remove').map((args) => args.let_go)).toEqual([false, true]);
});

test('a permit of a login that was revoked is struck through on both pages, with why', async () => {
  const dead = permit({
    standing: 'login_revoked',
    standing_message: 'The login was revoked.',
    standing_hint: 'Log in again.',
  });
  await desk(server({ permits: [dead] }), { ...agents([agent({ permits: [dead] })]) });
  await click('nav-agents');
  const there = await screen.findByTestId('permit-standing');
  expect([there.dataset['standing'], there.querySelector('s')?.textContent]).toEqual([
    'login_revoked',
    'Notes of the team as ada@example.com',
  ]);
  expect(there.textContent).toContain('The login was revoked.');
  await click('nav-servers');
  await click('server-row');
  const here = await screen.findByTestId('permit-standing');
  expect([here.dataset['standing'], here.querySelector('s')?.textContent]).toEqual([
    'login_revoked',
    'claude',
  ]);
});

test('after a new login the access of before is offered once more', async () => {
  const host = await desk(
    server({ permit_offers: [offer(), offer({ agent_id: 'b', agent_name: 'cursor' })] }),
    { permit_give: () => agent(), permit_remove: () => agent() },
  );
  await click('server-row');
  await waitFor(() => expect(screen.getAllByTestId('permit-offer')).toHaveLength(2));
  await fireEvent.click(screen.getAllByTestId('permit-again')[0]!);
  await waitFor(() =>
    expect(host.asked('permit_give')).toEqual([
      { agent_id: 'a', grant_id: 'g1', scopes: null, until: null },
    ]),
  );
  await waitFor(() =>
    expect(screen.getAllByTestId<HTMLButtonElement>('permit-no')[1]?.disabled).toBe(false),
  );
  await fireEvent.click(screen.getAllByTestId('permit-no')[1]!);
  await waitFor(() =>
    expect(host.asked('permit_remove')).toEqual([{ agent_id: 'b', grant_id: 'g0' }]),
  );
});

test('a lost key is replaced after a question, and the new one is shown once', async () => {
  const host = await desk(server(), { ...agents([agent()]), agent_new_key: () => key });
  await click('nav-agents');
  await click('agent-new-key');
  expect(host.asked('agent_new_key')).toEqual([]);
  await click('agent-new-key-confirm');
  expect((await screen.findByTestId('agent-key')).textContent).toBe(key.key);
});
