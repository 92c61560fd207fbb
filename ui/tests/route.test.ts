// A key that is shown once stays on the screen, whatever the host tells meanwhile.
import { afterEach, expect, test } from 'vitest';
import { route } from '../src/state/route.svelte';

afterEach(() => {
  route.hold(false);
  route.go({ screen: 'servers' });
});

test('the host leads nowhere while the screen is held', () => {
  route.go({ screen: 'agents' });
  route.hold(true);
  expect(route.follow({ screen: 'server', id: 's' })).toBe(false);
  expect(route.current).toEqual({ screen: 'agents' });
  route.hold(false);
  expect(route.follow({ screen: 'server', id: 's' })).toBe(true);
  expect(route.current).toEqual({ screen: 'server', id: 's' });
});
