// The page of the agents: keys, access, and taking both away.
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import { clear, desk } from './desk';
import { agent, failure, fails, key, permit, server } from './fixtures';
import { agents } from './lists';
import { click, isDisabled, press, submit, type } from './person';

afterEach(clear);

test('an agent is removed after a question, which Escape answers with no', async () => {
  const host = await desk(server(), { ...agents([agent()]), agent_remove: () => null });
  await click('nav-agents');
  await click('agent-remove');
  await screen.findByText('Remove claude?');
  await press('Escape');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(host.asked('agent_remove')).toEqual([]);
  await click('agent-remove');
  await click('agent-remove-confirm');
  expect(host.asked('agent_remove')).toEqual([{ id: 'claude-abc123' }]);
});

test('giving access names the agent, and with no agent leads to where one is added', async () => {
  const host = await desk(server(), { ...agents([agent()]), permit_give: () => agent() });
  await click('nav-agents');
  await click('agent-permit');
  await screen.findByText('Give access to claude');
  await waitFor(() =>
    expect(screen.getByTestId<HTMLSelectElement>('permit-account').value).toBe('g1'),
  );
  expect(screen.getByTestId<HTMLSelectElement>('permit-server').value).toBe('r1');
  await click('permit-save');
  expect(host.asked('permit_give')).toEqual([
    { agent_id: 'claude-abc123', grant_id: 'g1', scopes: null, until: null },
  ]);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  host.answer(agents([]));
  host.tell({ kind: 'changed' });
  await click('nav-servers');
  await click('server-row');
  await click('permit-add');
  expect(screen.queryByTestId('permit-until'), 'nothing to choose').toBeNull();
  await click('permit-agents');
  await screen.findByTestId('add-agent');
});

test('with no agent the page says what one is for, and adding one shows its key', async () => {
  const host = await desk();
  await click('nav-agents');
  await screen.findByText('No agents yet');
  await click('add-agent');
  expect(isDisabled('agent-create')).toBe(true);
  await type('agent-name', ' ');
  expect(isDisabled('agent-create'), 'a blank is no name').toBe(true);
  await type('agent-name', 'claude');
  await submit('agent-form');
  expect((await screen.findByTestId('agent-key')).textContent).toBe(key.key);
  expect(screen.getByTestId('agent-id').textContent).toBe(key.agent.id);
  expect(host.asked('agent_add')).toEqual([{ name: 'claude' }]);
});

test('an agent that cannot be added says why, and its name stays typed', async () => {
  await desk(server(), { agent_add: fails(failure('name_taken')) });
  await click('nav-agents');
  await click('add-agent');
  await type('agent-name', 'claude');
  await submit('agent-form');
  expect((await screen.findByTestId('error')).dataset['code']).toBe('name_taken');
  expect(screen.getByTestId<HTMLInputElement>('agent-name').value).toBe('claude');
  expect(screen.queryByTestId('agent-key')).toBeNull();
});

test('each agent is shown with when it last asked, and with what it may use until when', async () => {
  const now = Math.floor(Date.now() / 1000);
  const idle = agent({ id: 'cursor-xyz789', name: 'cursor' });
  const busy = agent({
    last_used_at: now - 7200,
    permits: [permit(), permit({ grant_id: 'g2', resource_name: 'Tickets', until: now + 3600 })],
  });
  await desk(server(), { ...agents([busy, idle]) });
  await click('nav-agents');
  const [first, second] = await screen.findAllByTestId('agent-row');
  expect(first?.textContent).toContain('last asked 2 hours ago');
  expect(second?.textContent).toContain('hasn’t asked for anything yet');
  const permits = screen.getAllByTestId('permit-standing').map((one) => one.textContent.trim());
  expect(permits[0]).toBe('Notes of the team as ada@example.com');
  expect(permits[1]).toMatch(/^Tickets as ada@example\.com\s+ends in 60 minutes$/);
  expect(screen.getAllByText('No access yet.')).toHaveLength(1);
});

test('access can be given for an hour, from then on', async () => {
  const host = await desk(server(), { ...agents([agent()]), permit_give: () => agent() });
  await click('nav-agents');
  await click('agent-permit');
  await fireEvent.change(await screen.findByTestId('permit-until'), { target: { value: '3600' } });
  await waitFor(() => expect(isDisabled('permit-save')).toBe(false));
  const before = Math.floor(Date.now() / 1000);
  await click('permit-save');
  const [given] = host.asked('permit_give');
  expect(given?.until).toBeGreaterThanOrEqual(before + 3590);
  expect(given?.until).toBeLessThanOrEqual(before + 3610);
});

test('access that cannot be removed is there as before, and why is told', async () => {
  await desk(server(), {
    ...agents([agent({ permits: [permit()] })]),
    permit_remove: fails(failure('vault_failed')),
  });
  await click('nav-agents');
  await click('permit-take');
  expect((await screen.findByTestId('error')).dataset['code']).toBe('vault_failed');
  expect(screen.getAllByTestId('permit-standing')).toHaveLength(1);
  expect(screen.queryByTestId('undo')).toBeNull();
});
