// Steps, one line each, and the waiting that every step does.

import assert from 'node:assert/strict';

/** What no waiting can mend. */
export class Hopeless extends Error {}

/** Looks again and again until `probe` gives something, or says within which time it did not. A throw counts as "not yet". */
export async function until(what, probe, seconds = 10) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    let last;
    try {
      const found = await probe();
      if (found) return found;
    } catch (error) {
      if (error instanceof Hopeless) throw error;
      last = error;
    }
    if (Date.now() > end)
      throw new Error(`not within ${seconds} s: ${what}${last ? ` (${last.message})` : ''}`);
    await new Promise((again) => setTimeout(again, 100));
  }
}

export class Report {
  #began = Date.now();
  #passed = new Set();
  #failed = [];
  #over = false;
  #onFailure;

  /** `onFailure(name)` is called while everything still stands, for a picture of it. */
  constructor(onFailure) {
    this.#onFailure = onFailure;
  }

  get failed() {
    return this.#failed.length;
  }

  /** Runs one step; after the `last`, no more. Gives its name, for the steps that come `after` it: if it failed, they are not
   * tried, since they would only wait in vain. */
  async step(name, { after = [], last = false }, deed) {
    if (this.#over) return name;
    this.#over = last;
    const start = Date.now();
    const missing = after.find((earlier) => !this.#passed.has(earlier));
    try {
      assert.equal(missing, undefined, `not tried, because this failed before: ${missing}`);
      await deed();
      if (this.#over && !last) return name;
      this.#passed.add(name);
      this.#say('✓', name, start);
    } catch (error) {
      if (this.#over && !last) return name;
      this.#failed.push(name);
      this.#say('✗', name, start);
      console.log(
        indented(missing ? error.message.split('\n')[0] : (error.stack ?? String(error))),
      );
      if (!missing)
        await this.#onFailure(name).catch((worse) =>
          console.log(indented(`and no picture: ${worse.message}`)),
        );
    }
    return name;
  }

  /** The last line is what ./dev test counts. */
  end() {
    console.log(`\n${((Date.now() - this.#began) / 1000).toFixed(1)} s`);
    for (const name of this.#failed) console.log(`failed: ${name}`);
    console.log(`${this.#passed.size} passed, ${this.#failed.length} failed`);
  }

  #say(mark, name, start) {
    const [took, since] = [start, this.#began].map((from) =>
      ((Date.now() - from) / 1000).toFixed(1),
    );
    console.log(`${mark} ${name}  ${took} s (at ${since} s)`);
  }
}

/** The message, and where in the story it was. */
function indented(text) {
  const lines = text
    .split('\n')
    .filter((line) => !/^ +at /.test(line) || /\/e2e\/(?!report\.mjs)/.test(line));
  return lines
    .slice(0, 20)
    .map((line) => `    ${line.replace(/^ +at .*\/e2e\//, 'at e2e/')}`)
    .join('\n');
}
