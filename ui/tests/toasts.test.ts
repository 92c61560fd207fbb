// The corner of the window: what was done goes by itself, what failed stays until it is dismissed.
import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import Toasts from '../src/frame/Toasts.svelte';
import { toasts } from '../src/state/toasts.svelte';
import { failure } from './fixtures';
import { click } from './person';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  for (const toast of toasts.all) toasts.dismiss(toast.id);
  cleanup();
  vi.useRealTimers();
});

const texts = () => toasts.all.map((toast) => toast.text);

test('a message goes by itself, one that can be undone later, and a failure not at all', async () => {
  render(Toasts);
  toasts.say('Saved.');
  toasts.say('Removed.', () => {});
  toasts.fail(failure('vault_failed'));
  await vi.advanceTimersByTimeAsync(5000);
  expect(texts()).toEqual(['Removed.', 'It failed with vault_failed.']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(texts()).toEqual(['It failed with vault_failed.']);
  screen.getByLabelText('Dismiss').click();
  expect(texts()).toEqual([]);
});

test('the same failure twice is one message', () => {
  toasts.fail(failure('vault_failed'));
  toasts.fail(failure('other'));
  toasts.fail(failure('vault_failed'));
  expect(texts()).toEqual(['It failed with other.', 'It failed with vault_failed.']);
});

test('what is undone is undone once, and its message goes', async () => {
  const undo = vi.fn();
  render(Toasts);
  toasts.say('Removed.', undo);
  vi.useRealTimers();
  await click('undo');
  expect(undo).toHaveBeenCalledTimes(1);
  expect(texts()).toEqual([]);
});
