// The page of the agents: keys, access, and taking both away.
import { screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import { clear, desk } from './desk';
import { agent, server } from './fixtures';
import { click, press } from './person';

afterEach(clear);

test('an agent is removed after a question, which Escape answers with no', async () => {
  const host = await desk(server(), { agents_list: () => [agent()], agent_remove: () => null });
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
  const host = await desk(server(), { agents_list: () => [agent()], permit_give: () => agent() });
  await click('nav-agents');
  await click('agent-permit');
  await screen.findByText('Give access to claude');
  await waitFor(() =>
    expect(screen.getByTestId<HTMLSelectElement>('permit-server').value).toBe('g1'),
  );
  await click('permit-save');
  expect(host.asked('permit_give')).toEqual([
    { agent_id: 'claude-abc123', grant_id: 'g1', scopes: null, until: null },
  ]);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  host.answer({ agents_list: () => [] });
  host.tell({ kind: 'changed' });
  await click('nav-servers');
  await click('server-row');
  await click('permit-add');
  expect(screen.queryByTestId('permit-until'), 'nothing to choose').toBeNull();
  await click('permit-agents');
  await screen.findByTestId('add-agent');
});
