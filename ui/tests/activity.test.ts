// The activity: what happened, by day and newest first; of one server, or of one agent.
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import type { Event } from '../src/bindings/Event';
import { clear, desk } from './desk';
import { agent, event, failure, fails, receipt, server } from './fixtures';
import { agents } from './lists';
import { click } from './person';

afterEach(clear);

const DAY = 86_400;
const now = Math.floor(Date.now() / 1000);

/** An answer that is given when the test says so. */
function later(): { answer: Promise<Event[]>; come: (events: Event[]) => void; fail: () => void } {
  let come: (events: Event[]) => void = () => {};
  let fail = () => {};
  const answer = new Promise<Event[]>((resolve, reject) => {
    come = resolve;
    fail = () => reject(failure('vault_failed'));
  });
  return { answer, come, fail };
}

/** What has come is shown. */
const settled = async () => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  await tick();
};

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
    ...agents([agent()]),
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

test('an answer that comes late does not take the place of a newer one, nor does its failure', async () => {
  // 1. All events are asked for, and 2. those of one server; neither has an answer yet.
  const asked: ReturnType<typeof later>[] = [];
  const host = await desk(server(), {
    ...agents([agent()]),
    events_list: () => {
      asked.push(later());
      return asked.at(-1)!.answer as never;
    },
  });
  await click('nav-activity');
  await waitFor(() => expect(asked).toHaveLength(1));
  const choose = (label: string, value: string) =>
    fireEvent.change(screen.getByLabelText(label), { target: { value } });
  await choose('Server', 'r1');
  await waitFor(() => expect(asked).toHaveLength(2));
  // 3. The second answer comes, and 4. the first one after it.
  asked[1]?.come([event(2)]);
  await screen.findByText('Event 2.');
  asked[0]?.come([event(1)]);
  await settled();
  expect(screen.queryByText('Event 1.')).toBeNull();
  expect(screen.getByText('Event 2.')).toBeTruthy();
  // 5. Those of an agent are asked for, 6. then all again, which 7. are there before the host fails with the former.
  await choose('Agent', 'claude-abc123');
  await waitFor(() => expect(asked).toHaveLength(3));
  await choose('Agent', 'all');
  await waitFor(() => expect(asked).toHaveLength(4));
  asked[3]?.come([event(4)]);
  await screen.findByText('Event 4.');
  asked[2]?.fail();
  await settled();
  expect(screen.queryByTestId('error')).toBeNull();
  expect(screen.getByText('Event 4.')).toBeTruthy();
  expect(host.asked('events_list').map((args) => [args.resource_id, args.agent_id])).toEqual([
    [null, null],
    ['r1', null],
    ['r1', 'claude-abc123'],
    ['r1', null],
  ]);
});
