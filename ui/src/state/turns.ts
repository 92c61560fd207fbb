// When the host is asked again: one fetch at a time, with rests between.

/** What may have changed: the lines of the log and nothing else, or anything. */
export type Extent = 'log' | 'all';

/** Asks the host. What came is shown by the function that it gives. */
type Fetch = (extent: Extent) => Promise<() => void>;

/** Of each stretch of time a quarter at most is fetching: agents that ask all the time are notices all the time. */
const REST = 3;
const LONGEST_REST = 5_000;

export class Turns {
  #fetch: Fetch;
  #due: Extent | null = null;
  /** Those for whom there is no rest. */
  #waiting: (() => void)[] = [];
  #runs = false;
  /** Ends the rest between two fetches. */
  #wake = () => {};

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** The host tells of a change: it is fetched after the fetch that runs now, and after a rest. */
  soon(extent: Extent) {
    if (this.#due !== 'all') this.#due = extent;
    void this.#run();
  }

  /** The person did something. Ends once what is shown is no older than this. */
  now(): Promise<void> {
    this.#due = 'all';
    const shown = new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#wake();
    void this.#run();
    return shown;
  }

  async #run() {
    if (this.#runs) return;
    this.#runs = true;
    while (this.#due !== null) {
      const [extent, waiting] = [this.#due, this.#waiting];
      [this.#due, this.#waiting] = [null, []];
      const begun = performance.now();
      const show = await this.#fetch(extent);
      const spent = performance.now() - begun;
      show();
      for (const resolve of waiting) resolve();
      if (this.#waiting.length === 0) await this.#rest(spent * REST);
    }
    this.#runs = false;
  }

  #rest(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, Math.min(milliseconds, LONGEST_REST));
    });
  }
}
