// When the host is asked again: rests between fetches, none for who waits, and nothing for what nobody sees.
import { expect, test, vi } from 'vitest';
import { type Extent, Turns } from '../src/state/turns';

/** Fetches that take a second each, by a clock that the test moves. */
function slow() {
  vi.useFakeTimers();
  const begun: Extent[] = [];
  const shown = vi.fn();
  const turns = new Turns(async (extent) => {
    begun.push(extent);
    await new Promise((done) => setTimeout(done, 1_000));
    return shown;
  });
  return { turns, begun, shown };
}
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

test('changes that come all the time are fetched a quarter of the time at most', async () => {
  const { turns, begun, shown } = slow();
  const telling = setInterval(() => turns.soon('all'), 100);
  await pass(40_000);
  clearInterval(telling);
  expect(begun.length).toBeGreaterThanOrEqual(9);
  expect(begun.length).toBeLessThanOrEqual(11);
  expect(shown.mock.calls.length).toBeGreaterThanOrEqual(begun.length - 1);
  vi.useRealTimers();
});

test('a rest comes after each fetch, also where the next change comes only later, and ends when nothing is to do', async () => {
  const { turns, begun } = slow();
  turns.soon('log');
  await pass(1_500);
  turns.soon('log');
  await pass(2_000);
  expect(begun, 'still at rest').toEqual(['log']);
  await pass(1_000);
  expect(begun).toEqual(['log', 'log']);
  await pass(20_000);
  expect(begun).toHaveLength(2);
  vi.useRealTimers();
});

test('whoever waits is served without a rest, by a fetch that began after they asked', async () => {
  const { turns, begun } = slow();
  turns.soon('log');
  await pass(100);
  const done = vi.fn();
  void turns.now().then(done);
  await pass(1_000);
  expect(begun, 'after the fetch that ran').toEqual(['log', 'all']);
  expect(done).not.toHaveBeenCalled();
  await pass(1_000);
  expect(done).toHaveBeenCalledTimes(1);
  void turns.now();
  await pass(0);
  expect(begun, 'and out of a rest').toHaveLength(3);
  vi.useRealTimers();
});

test('a line of the log does not make less of a change that is to be fetched', async () => {
  const { turns, begun } = slow();
  turns.soon('all');
  turns.soon('all');
  turns.soon('log');
  await pass(10_000);
  expect(begun).toEqual(['all', 'all']);
  vi.useRealTimers();
});
