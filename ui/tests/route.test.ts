// What is shown once stays on the screen, whatever the host tells meanwhile; and there is a way back.
import { afterEach, expect, test } from 'vitest';
import { route } from '../src/state/route.svelte';

let release = () => {};
afterEach(() => {
  release();
  route.go({ screen: 'servers' });
});

test('nothing leads anywhere while the screen is held', () => {
  route.go({ screen: 'agents' });
  release = route.hold();
  const second = route.hold();
  expect([route.go({ screen: 'server', id: 's' }), route.back()]).toEqual([false, false]);
  expect(route.current).toEqual({ screen: 'agents' });
  second();
  second();
  expect(route.go({ screen: 'settings' })).toBe(false);
  release();
  expect(route.go({ screen: 'server', id: 's' })).toBe(true);
  expect(route.current).toEqual({ screen: 'server', id: 's' });
});

test('the way back is the way that was gone, without places that are no more', () => {
  route.go({ screen: 'agents' });
  route.go({ screen: 'server', id: 'gone' });
  route.go({ screen: 'servers' });
  route.forget('server gone');
  route.go({ screen: 'servers' });
  expect(route.back()).toBe(true);
  expect(route.current).toEqual({ screen: 'agents' });
});
