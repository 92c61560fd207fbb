// What every story is told in: steps with a picture of each, one desktop after the other, and the programs of the test.

import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import assert from 'node:assert/strict';
import path from 'node:path';
import { Browser } from './browser.mjs';
import { Person } from './person.mjs';
import { freePort } from './processes.mjs';
import { Report } from './report.mjs';
import { Session } from './session.mjs';
import { Testbed } from './testbed.mjs';
import { Window } from './window.mjs';

/** Of the links that lead back into the app. */
export const SCHEME = 'app.gatelodge.desktop';

export class Scene {
  #built;
  #artefacts;
  #report;
  /** What stands on the desktop of now: it is pictured after each step, and ended with its story. */
  #on = {};
  /** What a script in the page could read, again and again. */
  pages = [];

  constructor(root) {
    this.#built = path.join(root, 'target/debug');
    this.#artefacts = path.join(root, 'artefacts/e2e');
    rmSync(this.#artefacts, { recursive: true, force: true });
    mkdirSync(this.#artefacts, { recursive: true });
    this.#report = new Report((name) => this.#show(name));
  }

  get failed() {
    return this.#report.failed;
  }

  /** Runs one step, and pictures what came of it. Gives its name, for the steps that come `after` it. */
  step(name, after, deed) {
    return this.#report.step(name, { after }, async () => {
      await deed();
      await this.picture(name);
      if (this.#on.window?.page) this.pages.push(await this.#on.window.html());
    });
  }

  async picture(name) {
    await this.#on.window?.drawn();
    await this.#on.session?.picture(name);
  }

  /** More that ends with the story. */
  use(parts) {
    Object.assign(this.#on, parts);
  }

  /** A desktop with the app that is ready to start, and with a testbed for each name in `testbeds`, which holds its usual
   * switches. There is a browser if there is anything to log in to. */
  async desktop(testbeds, { keyring = true } = {}) {
    const session = new Session(this.#artefacts);
    this.use({ session });
    await session.begin({ keyring });
    const at = {};
    for (const [name, usual] of Object.entries(testbeds))
      at[name] = await Testbed.start(session, path.join(this.#built, 'examples/serve'), usual);
    const origins = Object.values(at).map(({ issuer }) => new URL(issuer).origin);
    const browser =
      origins.length > 0 ? await Browser.install(session, origins, SCHEME) : undefined;
    const port = await freePort();
    const program = path.join(this.#built, 'gatelodge-desktop');
    const settings = { GATELODGE_PORT: `${port}`, GATELODGE_LOG: 'debug' };
    const window = await Window.prepare(session, program, settings);
    this.use({ browser, window });
    return { session, at, browser, window, port, person: new Person(window, browser) };
  }

  /** The story is told: its desktop ends, and another may begin. After the `last`, none does. */
  async leave(story, last = false) {
    const { session, browser, commandLines } = this.#on;
    if (!session) return;
    commandLines?.end();
    for (const log of readdirSync(session.logs))
      copyFileSync(path.join(session.logs, log), path.join(this.#artefacts, `${story} ${log}`));
    const name = `nothing stays behind, and nothing had to be killed: ${story}`;
    await this.#report.step(name, { last }, async () => {
      await browser?.end();
      this.#on = {};
      assert.deepEqual(await session.end(), []);
    });
  }

  end() {
    this.#report.end();
  }

  /** A step failed: what stands there now, as a picture and as text. */
  async #show(name) {
    await this.picture(`FAILED ${name}`);
    const { window } = this.#on;
    if (!window?.page) return;
    const text = (await window.text()).replace(/\s*\n\s*/g, ' | ').slice(0, 1500);
    console.log(`    the window shows: ${text}`);
  }
}

/** A failure has a sentence, something to do about it, and its code. */
export function explains(lines) {
  assert.equal(lines.length, 3, lines.join('\n'));
  // A hint may end with a command.
  for (const sentence of lines.slice(0, 2)) assert.match(sentence, /^\S+ .*[.`"”]$/);
}
