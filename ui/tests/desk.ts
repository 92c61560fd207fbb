// The whole window over a fake host, as a person has it before them.
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import App from '../src/App.svelte';
import type { Agent } from '../src/bindings/Agent';
import type { AgentKey } from '../src/bindings/AgentKey';
import type { ResourceDetail } from '../src/bindings/ResourceDetail';
import { once } from '../src/state/once.svelte';
import { route } from '../src/state/route.svelte';
import { toasts } from '../src/state/toasts.svelte';
import { FakeHost, server, type Answers } from './fake';

// jsdom lays nothing out, so nothing ever changes its size there.
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

export const agent = (more: Partial<Agent> = {}): Agent => ({
  id: 'claude-abc123',
  name: 'claude',
  added_at: 1,
  last_used_at: null,
  permits: [],
  ...more,
});
export const key: AgentKey = {
  agent: agent(),
  key: 'glk_a-key-that-is-shown-once',
  example: 'curl …',
};

export const click = async (id: string) => fireEvent.click(await screen.findByTestId(id));
export const type = async (id: string, value: string) =>
  fireEvent.input(await screen.findByTestId(id), { target: { value } });
export const press = (name: string, more: KeyboardEventInit = {}) =>
  fireEvent.keyDown(document.activeElement ?? document.body, {
    key: name,
    bubbles: true,
    cancelable: true,
    ...more,
  });
/** All that lead to another screen. */
export const everyShortcut = async () => {
  for (const name of ['1', '2', '3', '4', ',', 'n']) await press(name, { ctrlKey: true });
  await press('ArrowLeft', { altKey: true });
};

export async function desk(
  detail: ResourceDetail = server(),
  more: Answers = {},
): Promise<FakeHost> {
  const host = new FakeHost(detail, { agent_add: () => key, ...more });
  render(App);
  await waitFor(() => screen.getByTestId('nav-servers'));
  return host;
}

export function clear() {
  once.keyIsStored();
  once.showReceipts([]);
  for (const toast of toasts.all) toasts.dismiss(toast.id);
  cleanup();
  route.go({ screen: 'servers' });
}
