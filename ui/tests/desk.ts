// The whole window over a fake host, as a person has it before them.
import { cleanup, render, screen, waitFor } from '@testing-library/svelte';
import { expect } from 'vitest';
import App from '../src/App.svelte';
import type { ResourceDetail } from '../src/bindings/ResourceDetail';
import { hostState } from '../src/state/host.svelte';
import { overlays } from '../src/state/overlays.svelte';
import { agents, servers } from '../src/state/pages.svelte';
import { route } from '../src/state/route.svelte';
import { toasts } from '../src/state/toasts.svelte';
import { FakeHost, type Answers } from './fake';
import { key, server } from './fixtures';
import { press } from './person';

/** All that lead to another screen. */
export const everyShortcut = async () => {
  for (const name of ['1', '2', '3', '4', ',', 'n']) await press(name, { ctrlKey: true });
  await press('ArrowLeft', { altKey: true });
};

/** The window, once it knows this host, on whatever screen or gate it begins with. */
export async function begin(detail: ResourceDetail, more: Answers = {}): Promise<FakeHost> {
  const host = new FakeHost(detail, more);
  const before = hostState.status;
  render(App);
  // What the window knew of the host of another test is not waited for.
  await waitFor(() => expect(hostState.status).not.toBe(before));
  return host;
}

export async function desk(
  detail: ResourceDetail = server(),
  more: Answers = {},
): Promise<FakeHost> {
  const host = await begin(detail, { agent_add: () => key, ...more });
  await screen.findByTestId('nav-servers');
  return host;
}

export function clear() {
  overlays.keyIsStored();
  overlays.showReceipts([]);
  for (const toast of toasts.all) toasts.dismiss(toast.id);
  cleanup();
  servers.forget();
  agents.forget();
  route.go({ screen: 'servers' });
}
