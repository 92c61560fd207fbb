// The app and its window. The app is started the way a person starts it, or by a deep link; the driver joins a
// running one through WebKit's inspector port and leaves again, so that it may be killed, closed and opened anew.

import assert from 'node:assert/strict';
import { readFileSync, realpathSync } from 'node:fs';
import { connect } from 'node:net';
import { alive, freePort } from './processes.mjs';
import { Hopeless, until } from './report.mjs';
import { Page, ready } from './webdriver.mjs';

export class Window {
  #session;
  #program;
  #inspector;
  #driver;
  /** The driver's view of the window while it is joined. */
  page;

  static async prepare(session, program, environment) {
    const window = new Window(session, program);
    window.#inspector = `127.0.0.1:${await freePort()}`;
    // For everything of the session: an app that a deep link starts has to have them too.
    Object.assign(session.processes.environment, environment, {
      WEBKIT_INSPECTOR_SERVER: window.#inspector,
      TAURI_WEBVIEW_AUTOMATION: 'true',
    });
    return window;
  }

  constructor(session, program) {
    this.#session = session;
    // As the kernel names it; the app registers itself for links by that name, too.
    this.#program = realpathSync(program);
  }

  /** As from the desktop's menu. */
  start() {
    return this.#session.processes.start(this.#program, [], { log: this.#session.log('app') });
  }

  /** The processes that are the app now; there should be one at most. */
  running() {
    return this.#session.processes
      .running()
      .filter(({ program }) => program === this.#program)
      .map(({ pid }) => pid);
  }

  /** The one process that is the app, once there is one and only one. */
  async only() {
    let pids;
    const one = () => (pids = this.running()).length === 1;
    await until('one process of the app', one).catch((error) => {
      throw new Error(`${error.message}; there are ${pids.length}`);
    });
    return pids[0];
  }

  /** Joins the app's window, once it has one. */
  async join(seconds = 30) {
    await this.leave();
    const driver = `http://127.0.0.1:${await freePort()}`;
    const options = [`--port=${new URL(driver).port}`, `--target=${this.#inspector}`];
    this.#driver = this.#session.processes.start('WebKitWebDriver', options, {
      log: this.#session.log('webkitdriver'),
    });
    await ready(driver);
    // Only where there is something to join: the driver would wait long for an app that ended.
    await until('the app to open its window', () => this.#listens(), seconds);
    this.page = await until('a window to join', () => Page.open(driver, {}), seconds);
    await until(
      "the app's page",
      async () => {
        for (const handle of await this.page.handles()) {
          await this.page.switchTo(handle);
          if ((await this.page.url()).startsWith('tauri://')) return true;
        }
        return false;
      },
      seconds,
    );
    const [id] = await this.frames();
    if (id) await this.#session.processes.run('xdotool', ['windowmove', id, '10', '20']);
  }

  /** Waits until the page is drawn as it is now, for a picture of it. */
  async drawn() {
    const script =
      'requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(arguments[0], 150)))';
    await this.page?.call('POST', '/execute/async', { script, args: [] });
  }

  /** There is a window before the person, whatever became of it in an earlier step. */
  async open() {
    if (this.page && this.running().length > 0) return;
    if (this.running().length === 0) this.start();
    await this.join();
  }

  /** The driver goes, the app stays. */
  async leave() {
    if (this.#driver && alive(this.#driver.pid))
      await this.#session.processes.stop(this.#driver.pid);
    this.#driver = this.page = undefined;
  }

  /** A person closes it, by the window manager's own key; it may ask a question instead. */
  async asksToClose() {
    const tool = async (...words) =>
      (await this.#session.processes.run('xdotool', words)).stdout.trim();
    await until('the window has the focus', async () => {
      const [id] = await this.frames();
      await tool('windowactivate', '--sync', id);
      // The key is for whoever has the focus; another program may have taken it meanwhile.
      return (await tool('getactivewindow')) === id;
    });
    await tool('key', '--clearmodifiers', 'alt+F4');
  }

  /** It closes without a question, and the driver goes with it. */
  async close() {
    await this.asksToClose();
    await this.closed();
  }

  /** A second start shows the window of the one that runs. Gives the process of the second start. */
  async isShownAgain() {
    const second = this.start();
    await until('the window is back', async () => (await this.frames()).length > 0, 20);
    await this.join();
    await this.sees('nav-servers');
    return second;
  }

  /** The app ends by its own key, and nothing of it holds the vault any more. */
  async quit() {
    await this.keys('ctrl+q');
    await until('the app ends', () => this.running().length === 0, 10);
    await this.leave();
  }

  async closed() {
    await until('the window is closed', async () => (await this.frames()).length === 0);
    await this.leave();
  }

  /** The visible windows of the app, as the window manager knows them. */
  async frames() {
    const { stdout } = await this.#session.processes.run('xdotool', [
      'search',
      '--onlyvisible',
      '--name',
      '^Gatelodge',
    ]);
    return stdout.split('\n').filter(Boolean);
  }

  async #listens() {
    if (this.running().length === 0) {
      throw new Hopeless(
        `the app does not run; it said: ${readFileSync(this.#session.log('app'), 'utf8').slice(-600)}`,
      );
    }
    const [host, port] = this.#inspector.split(':');
    return new Promise((done) => {
      const socket = connect(Number(port), host, () => (socket.destroy(), done(true))).on(
        'error',
        () => done(false),
      );
    });
  }

  /** Waits until the person has it before them. */
  async inFront() {
    let active;
    const ask = async () =>
      (await this.#session.processes.run('xdotool', ['getactivewindow', 'getwindowname'])).stdout;
    await until(
      "the app's window in front",
      async () => /^Gatelodge/.test((active = await ask())),
      5,
    ).catch((error) => {
      throw new Error(`${error.message}; in front is ${active}`);
    });
  }

  /** Presses a shortcut, as on the person's keyboard. */
  async keys(keys) {
    const tool = (...words) => this.#session.processes.run('xdotool', words);
    const [id] = await this.frames();
    await tool('windowactivate', '--sync', id);
    await this.inFront();
    await tool('key', '--clearmodifiers', keys);
  }

  click(id, seconds) {
    return this.page.click(testid(id), seconds);
  }

  type(id, text) {
    return this.page.type(testid(id), text);
  }

  /** Picks the entry of a list that has this text. */
  async choose(id, text) {
    const entry = `${testid(id)} option`;
    const index = await until(`an entry ${text}`, async () => {
      const script =
        'return [...document.querySelectorAll(arguments[0])].map((option) => option.text)';
      return 1 + (await this.page.script(script, entry)).findIndex((shown) => shown.includes(text));
    });
    await this.page.click(`${entry}:nth-of-type(${index})`);
  }

  /** Waits until the element is there, and its text fits if a pattern says how. */
  async sees(id, pattern = /(?:)/, seconds = 15) {
    return until(
      `${id} to show ${pattern}`,
      async () => {
        const texts = await this.page.texts(testid(id));
        return (
          texts.length > 0 && texts.some((text) => pattern.test(text)) && texts.join('\n') + ' '
        );
      },
      seconds,
    ).catch(async (error) => {
      const texts = await this.page.texts(testid(id)).catch(() => []);
      throw new Error(`${error.message}; it shows ${JSON.stringify(texts)}`);
    });
  }

  async gone(id, seconds) {
    await until(
      `${id} goes away`,
      async () => (await this.page.all(testid(id))).length === 0,
      seconds,
    );
  }

  async has(id) {
    return (await this.page.all(testid(id))).length > 0;
  }

  /** All that the window shows as text. */
  text() {
    return this.page.script('return document.body.innerText');
  }

  /** All that a script in the page could read. */
  html() {
    const kept = 'JSON.stringify({ ...localStorage, ...sessionStorage })';
    return this.page.script(`return document.documentElement.outerHTML + ${kept} + location.href`);
  }

  /** Waits until this element has the focus, by its test id or its tag, and its text fits. */
  async focusIs(name, pattern = /(?:)/) {
    const script =
      "const at = document.activeElement; return [at.dataset.testid, at.localName, at.innerText ?? ''].map(String)";
    let found;
    const fits = async () => {
      found = await this.page.script(script);
      return found.slice(0, 2).includes(name) && pattern.test(found[2]);
    };
    await until(`the focus is on ${name}`, fits).catch((error) => {
      throw new Error(`${error.message}; it is on ${JSON.stringify(found)}`);
    });
  }

  /** Waits until the field itself says what is wrong with it, in one sentence or two. */
  async complaint(code) {
    const script =
      "return [...document.querySelectorAll('[data-testid=complaint]')].map((one) => [one.dataset.code, one.innerText])";
    const shown = await until(`the complaint ${code}`, async () => {
      const all = await this.page.script(script);
      return all.length === 1 && all.some(([other]) => other === code) && all;
    });
    assert.match(shown[0][1], /^\S+ .*\.$/);
    assert.equal(await this.has('error'), false, 'told once');
  }

  /** Waits for the failure with this code, and gives the lines of its words. */
  async failure(code, seconds = 20) {
    const lines = "[...box.querySelectorAll('p')].map((line) => line.innerText)";
    const script = `return [...document.querySelectorAll("[data-testid=error]")].map((box) => [box.dataset.code, ...${lines}])`;
    let shown;
    const find = async () =>
      (shown = await this.page.script(script)).find(([other]) => other === code);
    const [, ...words] = await until(`the failure ${code}`, find, seconds).catch((error) => {
      throw new Error(`${error.message}; shown is ${JSON.stringify(shown)}`);
    });
    return words;
  }
}

const testid = (id) => `[data-testid="${id}"]`;
