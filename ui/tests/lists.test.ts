// Long lists: what is shown is fetched and nothing else, with a search and more on demand.
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AgentPage } from '../src/bindings/AgentPage';
import type { Commands } from '../src/bindings/commands';
import type { Notice } from '../src/bindings/Notice';
import type { ResourcePage } from '../src/bindings/ResourcePage';
import { refetch } from '../src/state/host.svelte';
import { clear, desk } from './desk';
import type { FakeHost } from './fake';
import { agent, event, fails, failure, server, status } from './fixtures';
import { agents, manyAgents, manyServers, servers } from './lists';
import { click, press, type } from './person';

// Fetches take no time, and so do the rests between them.
beforeEach(() => void vi.spyOn(performance, 'now').mockReturnValue(0));
afterEach(() => {
  vi.restoreAllMocks();
  clear();
});

const many = servers(manyServers(250));
const rows = () => screen.queryAllByTestId('server-row');
const shows = (count: number) => waitFor(() => expect(rows()).toHaveLength(count));
const text = async (id: string) => (await screen.findByTestId(id)).textContent;

/** What is asked of the host after a notice, until it is quiet again. */
async function after(host: FakeHost, notice: Notice): Promise<(keyof Commands)[]> {
  const before = host.called.length;
  let asked: number;
  host.tell(notice);
  do {
    asked = host.called.length;
    await new Promise((done) => setTimeout(done, 50));
  } while (host.called.length > asked);
  return host.called
    .slice(before)
    .map(({ name }) => name)
    .sort();
}

test('a change fetches what is shown, and no other list', async () => {
  const host = await desk(server(), { ...many, ...agents([agent()]) });
  await shows(100);
  expect(await after(host, { kind: 'changed' })).toEqual([
    'language_list',
    'resources_list',
    'status',
  ]);
  await click('nav-agents');
  await screen.findByTestId('agent-row');
  expect(await after(host, { kind: 'changed' })).toEqual([
    'agents_list',
    'language_list',
    'status',
  ]);
  await click('nav-doctor');
  expect(await after(host, { kind: 'changed' })).toEqual(['language_list', 'status']);
  await click('nav-activity');
  await screen.findByText('Nothing happened yet.');
  expect(await after(host, { kind: 'changed' }), 'the names were asked for before').toEqual([
    'events_list',
    'language_list',
    'receipts_list',
    'status',
  ]);
});

test('a line of the log fetches what shows the log, and nothing where it is not shown', async () => {
  const host = await desk(server(), {
    ...many,
    ...agents([agent()]),
    events_list: () => [event(1)],
  });
  await shows(100);
  expect(await after(host, { kind: 'logged' })).toEqual([]);
  await click('nav-activity');
  await screen.findByText('Event 1.');
  host.answer({ events_list: () => [event(2)] });
  expect(await after(host, { kind: 'logged' })).toEqual(['events_list']);
  expect(screen.getByText('Event 2.')).toBeTruthy();
  await click('nav-agents');
  await screen.findByText(/hasn’t asked/);
  host.answer(agents([agent({ last_used_at: Date.now() / 1000 - 300 })]));
  expect(await after(host, { kind: 'logged' })).toEqual(['agents_list']);
  expect(screen.getByText(/last asked 5 minutes ago/)).toBeTruthy();
  await click('nav-servers');
  await fireEvent.click(rows()[0]!);
  await screen.findByTestId('event-row');
  expect(await after(host, { kind: 'logged' }), 'a server’s page').toEqual(['events_list']);
});

test('a hundred servers are shown at first, and more by a button', async () => {
  const host = await desk(server(), many);
  await shows(100);
  const before = host.asked('resources_list').length;
  expect(host.asked('resources_list').at(-1)).toEqual({ search: null, limit: 100 });
  expect(await text('servers-shown')).toBe('Showing 100 of 250');
  await click('servers-more');
  await shows(200);
  await click('servers-more');
  await shows(250);
  expect(screen.queryByTestId('servers-more')).toBeNull();
  expect(screen.queryByTestId('servers-shown')).toBeNull();
  const asked = host.asked('resources_list').slice(before);
  expect(asked.map(({ limit }) => limit)).toEqual([200, 300]);
  expect(await text('nav-servers'), 'the host counts them').toMatch(/250/);
});

test('what is searched for is asked of the host once the person rests, and Escape empties the field', async () => {
  const host = await desk(server(), many);
  await shows(100);
  await click('servers-more');
  await shows(200);
  const before = host.asked('resources_list').length;
  const field = screen.getByLabelText<HTMLInputElement>('Search servers');
  expect([field.type, field.dataset['testid']]).toEqual(['search', 'servers-search']);
  for (const typed of ['M', 'MC', 'MCP2', ' MCP25 ']) await type('servers-search', typed);
  await shows(2);
  expect(await text('servers-found')).toBe('2 found');
  expect(screen.getByTestId('servers-found').closest('[role=status]'), 'it is told').toBeTruthy();
  expect(host.asked('resources_list').slice(before)).toEqual([{ search: 'MCP25', limit: 100 }]);
  await type('servers-search', 'nowhere');
  expect(await text('servers-none')).toBe('No server matches “nowhere”.');
  expect([rows(), screen.queryByText('Looking…')]).toEqual([[], null]);
  field.focus();
  await press('Escape');
  await shows(100);
  expect([field.value, document.activeElement === field]).toEqual(['', true]);
});

test('an answer that comes late does not take the place of what was asked for after it', async () => {
  const answers: ((page: ResourcePage) => void)[] = [];
  const host = await desk(server(), many);
  await shows(100);
  const later = () => new Promise<ResourcePage>((resolve) => answers.push(resolve));
  host.answer({ resources_list: later as never });
  for (const [index, typed] of ['one', 'two'].entries()) {
    await type('servers-search', typed);
    await waitFor(() => expect(answers).toHaveLength(index + 1));
  }
  const [one, two] = manyServers(2);
  answers[1]?.({ servers: [two!], total: 1 });
  await shows(1);
  answers[0]?.({ servers: [one!], total: 1 });
  await new Promise((done) => setTimeout(done, 20));
  expect(rows().map((row) => row.dataset['name'])).toEqual(['Server 2']);
});

test('a few servers need no search', async () => {
  const host = await desk(server(), servers(manyServers(20)));
  await shows(20);
  expect(screen.queryByTestId('servers-search')).toBeNull();
  host.answer(servers(manyServers(21)));
  await refetch();
  await screen.findByTestId('servers-search');
  await shows(21);
});

test('the list is there at once when the person comes back, with what was searched for', async () => {
  const host = await desk(server(), many);
  await type('servers-search', 'server 7');
  await shows(11);
  await fireEvent.click(rows()[0]!);
  await screen.findByTestId('remove');
  host.answer({ resources_list: () => new Promise(() => undefined) as never });
  await press('Escape');
  await shows(11);
  expect((await screen.findByTestId<HTMLInputElement>('servers-search')).value).toBe('server 7');
});

test('a list that is not there yet, or cannot be had, does not look like an empty one', async () => {
  let come: (page: AgentPage) => void = () => undefined;
  const slowly = new Promise<AgentPage>((resolve) => (come = resolve));
  const host = await desk(server(), { agents_list: () => slowly as never });
  await click('nav-agents');
  await screen.findByText('Looking…');
  expect(screen.queryByText('No agents yet')).toBeNull();
  come({ agents: [], total: 0 });
  await screen.findByText('No agents yet');
  host.answer({ resources_list: fails(failure('vault_failed')) });
  await click('nav-servers');
  expect((await screen.findByTestId('error')).dataset['code']).toBe('vault_failed');
  expect(screen.queryByText('Your MCP sign-ins, in one safe place')).toBeNull();
});

test('a locked vault leaves nothing of the list, nor of what was searched for', async () => {
  const host = await desk(server(), many);
  await type('servers-search', 'server 7');
  await shows(11);
  host.answer({ status: () => status({ state: 'locked', protection: 'passphrase' }) });
  host.tell({ kind: 'changed' });
  await screen.findByTestId('vault-passphrase');
  host.answer({ ...many, resources_list: () => new Promise(() => undefined) as never });
  void refetch();
  await screen.findByText('Looking…');
  expect(screen.getByTestId<HTMLInputElement>('servers-search').value).toBe('');
});

test('agents are searched and shown a hundred at a time, too', async () => {
  const host = await desk(server(), agents(manyAgents(120)));
  await click('nav-agents');
  expect(await text('agents-shown')).toBe('Showing 100 of 120');
  await click('agents-more');
  await waitFor(() => expect(screen.getAllByTestId('agent-row')).toHaveLength(120));
  await type('agents-search', 'agent 12');
  await waitFor(() => expect(screen.getAllByTestId('agent-row')).toHaveLength(2));
  await type('agents-search', 'nobody');
  expect(await text('agents-none')).toBe('No agent matches “nobody”.');
  expect(screen.queryByText('No agents yet'), 'there are some').toBeNull();
  expect(host.asked('agents_list').map(({ search }) => search)).toEqual([
    null,
    null,
    'agent 12',
    'nobody',
  ]);
});

test('lines of the log that come all the time are fetched with rests between', async () => {
  vi.restoreAllMocks();
  const host = await desk();
  await click('nav-activity');
  await screen.findByText('Nothing happened yet.');
  host.answer({
    events_list: () => new Promise((done) => setTimeout(() => done([]), 50)) as never,
  });
  const before = host.asked('events_list').length;
  const telling = setInterval(() => host.tell({ kind: 'logged' }), 5);
  await new Promise((done) => setTimeout(done, 1_000));
  clearInterval(telling);
  // 50 ms of each 200 ms.
  const fetched = host.asked('events_list').length - before;
  expect(fetched).toBeGreaterThan(0);
  expect(fetched).toBeLessThanOrEqual(6);
});
