// The activity: what happened, by day and newest first; of one server, or of one agent.
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import type { Event } from '../src/bindings/Event';
import { clear, desk } from './desk';
import { agent, failure, fails, receipt, server } from './fixtures';
import { click } from './person';

afterEach(clear);

const DAY = 86_400;
const now = Math.floor(Date.now() / 1000);

const event = (id: number, more: Partial<Event> = {}): Event => ({
  id,
  at: now,
  count: 1,
  last_at: now,
  kind: 'token_issued',
  ok: true,
  message: `Event ${id}.`,
  code: null,
  agent_name: 'claude',
  resource_id: 'r1',
  resource_name: 'Notes of the team',
  ...more,
});

test('events stand under their day, and a refusal has its sign and its code', async () => {
  const refused = { kind: 'token_refused', ok: false, code: 'not_permitted' };
  await desk(server(), {
    events_list: () => [event(3), event(2, refused), event(1, { at: now - 3 * DAY })],
  });
  await click('nav-activity');
  const rows = await screen.findAllByTestId('event-row');
  expect(rows.map((row) => row.querySelector('bdi')?.textContent)).toEqual([
    'Event 3.',
    'Event 2.',
    'Event 1.',
  ]);
  const sign = (row?: HTMLElement) =>
    row?.querySelector('[aria-label]')?.getAttribute('aria-label');
  expect(rows.map(sign)).toEqual(['Done', 'Refused or failed', 'Done']);
  expect(rows[1]?.textContent).toContain('not_permitted');
  const today = screen.getByRole('region', { name: 'Today' });
  expect([rows[0], rows[1], rows[2]].map((row) => today.contains(row ?? null))).toEqual([
    true,
    true,
    false,
  ]);
});

test('only so many are shown at first, and more by a button', async () => {
  const all = Array.from({ length: 45 }, (_, index) => event(45 - index));
  const host = await desk(server(), { events_list: ({ limit }) => all.slice(0, limit ?? 0) });
  await click('nav-activity');
  await waitFor(() => expect(screen.getAllByTestId('event-row')).toHaveLength(30));
  await fireEvent.click(screen.getByText('Show more'));
  await waitFor(() => expect(screen.getAllByTestId('event-row')).toHaveLength(45));
  expect(screen.queryByText('Show more')).toBeNull();
  expect(host.asked('events_list').at(-1)?.limit).toBeGreaterThan(45);
});

test('one server or one agent can be looked at alone, and the receipts follow the server', async () => {
  const host = await desk(server(), {
    agents_list: () => [agent()],
    events_list: () => [event(1)],
    receipts_list: () => [receipt()],
  });
  await click('nav-activity');
  await screen.findByTestId('receipt-row');
  const last = () => host.asked('events_list').at(-1);
  expect(last()).toMatchObject({ resource_id: null, agent_id: null });
  await fireEvent.change(screen.getByLabelText('Agent'), { target: { value: 'claude-abc123' } });
  await waitFor(() => expect(last()).toMatchObject({ resource_id: null, agent_id: agent().id }));
  await fireEvent.change(screen.getByLabelText('Server'), { target: { value: 'r1' } });
  await waitFor(() => expect(last()).toMatchObject({ resource_id: 'r1', agent_id: agent().id }));
  await waitFor(() => expect(host.asked('receipts_list').at(-1)).toEqual({ resource_id: 'r1' }));
});

test('nothing, and not to know, are told apart', async () => {
  const host = await desk();
  await click('nav-activity');
  await screen.findByText('Nothing happened yet.');
  host.answer({ events_list: fails(failure('vault_failed')) });
  host.tell({ kind: 'changed' });
  expect((await screen.findByTestId('error')).dataset['code']).toBe('vault_failed');
  expect(screen.queryByText('Nothing happened yet.')).toBeNull();
});

test('what happens while the page is shown is there at once', async () => {
  const host = await desk();
  await click('nav-activity');
  await screen.findByText('Nothing happened yet.');
  host.answer({ events_list: () => [event(1)] });
  host.tell({ kind: 'changed' });
  await screen.findByText('Event 1.');
});
