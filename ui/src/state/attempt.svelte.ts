// One thing that a person started: whether it still runs, and how it failed.
import { asFailure } from '../backend';
import type { Failure } from '../bindings/Failure';
import { refetch } from './host.svelte';

export class Attempt {
  busy = $state(false);
  failure = $state<Failure | null>(null);

  /** Runs it once; a second click meanwhile does nothing. Returns undefined when it failed. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.busy) return undefined;
    this.busy = true;
    this.failure = null;
    try {
      const answer = await work();
      await refetch();
      return answer;
    } catch (thrown) {
      this.failure = asFailure(thrown);
      return undefined;
    } finally {
      this.busy = false;
    }
  }
}
