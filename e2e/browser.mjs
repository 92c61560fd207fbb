// The person's browser: a real Chromium that the desktop starts when something opens an http address. The test
// only looks over its shoulder, through chromedriver, whose clicks are real input events: without one, browsers
// hold back a jump to another program.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from './processes.mjs';
import { until } from './report.mjs';
import { makeProgram } from './session.mjs';
import { Page, ready } from './webdriver.mjs';

const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-session-crashed-bubble',
  '--password-store=basic',
  '--window-size=900,840',
  '--window-position=1070,20',
];

export class Browser {
  #session;
  #page;

  /** `origins` may open links of `scheme` unasked. */
  static async install(session, origins, scheme) {
    const browser = new Browser(session);
    const program = onPath(['chromium', 'google-chrome', 'google-chrome-stable', 'chrome']);
    browser.#prefer(origins, scheme);
    const wrapper = path.join(session.folder, 'browser');
    // As root, Chromium runs without its sandbox or not at all.
    const flags = [...QUIET, '--remote-debugging-port=0', `--user-data-dir=${browser.profile}`];
    if (process.getuid() === 0) flags.push('--no-sandbox');
    // An app that is started by a link says what it has to say into this log, too.
    makeProgram(wrapper, [
      '#!/bin/sh',
      `exec ${program} ${flags.join(' ')} "$@" >>${session.log('browser')} 2>&1`,
    ]);
    const entry = ['Name=Browser of the test', `Exec=${wrapper} %u`, 'Terminal=false'];
    await session.install('e2e-browser', entry, [
      'x-scheme-handler/http',
      'x-scheme-handler/https',
      'text/html',
    ]);
    return browser;
  }

  constructor(session) {
    this.#session = session;
    this.profile = path.join(session.folder, 'profile');
  }

  get started() {
    return existsSync(path.join(this.profile, 'DevToolsActivePort'));
  }

  /** The tab that shows such a form, once it is there; the browser is found first, if nobody did before. */
  async shows(css, seconds = 30) {
    this.#page ??= await this.#watch(seconds);
    const page = this.#page;
    await until(
      `a tab with ${css}`,
      async () => {
        for (const handle of await page.handles()) {
          await page.switchTo(handle);
          if ((await page.all(css)).length > 0) return true;
        }
        return false;
      },
      seconds,
    );
    return page;
  }

  async logIn(name, password) {
    const page = await this.shows('form[action="/login"]');
    await page.type('input[name=username]', name);
    await page.type('input[name=password]', password);
    await page.click('form[action="/login"] button');
    await this.shows('form[action="/consent"]');
  }

  /** "approve" or "deny". A jump to another program needs this click. */
  async decide(decision) {
    const page = await this.shows('form[action="/consent"]');
    await page.click(`button[value=${decision}]`);
  }

  async tabs() {
    const page = this.#page;
    const urls = [];
    for (const handle of await page.handles()) {
      await page.switchTo(handle);
      urls.push(await page.url());
    }
    return urls;
  }

  /** Closes all tabs but an empty one, as a tidy person would: an old tab must not be taken for a new one. */
  async tidy() {
    const page = this.#page;
    const { handle: fresh } = await page.call('POST', '/window/new', { type: 'tab' });
    for (const handle of await page.handles()) {
      if (handle === fresh) continue;
      await page.switchTo(handle);
      await page.close();
    }
    await page.switchTo(fresh);
  }

  /** Asked to close, Chromium is mostly gone at once; a signal, or a display that goes away, makes it think for seconds. */
  async end() {
    const { processes } = this.#session;
    const its = () =>
      processes
        .running()
        .filter(({ argv }) => argv.some((argument) => argument.includes(this.profile)));
    await this.#page
      ?.call('POST', '/goog/cdp/execute', { cmd: 'Browser.close', params: {} })
      .catch(() => {});
    await until('the browser closes', () => its().length === 0, 3).catch(() => {});
    for (const { pid } of its()) await processes.stop(pid, 'SIGKILL');
  }

  /** What a person would have ticked: "Always allow" where the browser asks before the jump, and no offer to keep passwords. */
  #prefer(origins, scheme) {
    mkdirSync(path.join(this.profile, 'Default'), { recursive: true });
    const preferences = {
      protocol_handler: {
        allowed_origin_protocol_pairs: Object.fromEntries(
          origins.map((origin) => [origin, { [scheme]: true }]),
        ),
      },
      credentials_enable_service: false,
      profile: { password_manager_enabled: false },
    };
    writeFileSync(path.join(this.profile, 'Default', 'Preferences'), JSON.stringify(preferences));
  }

  async #watch(seconds) {
    const file = path.join(this.profile, 'DevToolsActivePort');
    const said = () => existsSync(file) && readFileSync(file, 'utf8').split('\n')[0];
    const port = await until('the browser that the app opens', said, seconds);
    const driver = `http://127.0.0.1:${await freePort()}`;
    this.#session.processes.start('chromedriver', [`--port=${new URL(driver).port}`], {
      log: this.#session.log('chromedriver'),
    });
    await ready(driver);
    return Page.open(driver, {
      // A click must not wait for a page that never comes: the jump to the app leaves none.
      pageLoadStrategy: 'none',
      'goog:chromeOptions': { debuggerAddress: `127.0.0.1:${port}` },
    });
  }
}

/** The first of these programs that is installed. The snap's launcher cannot see a private home. */
export function onPath(names) {
  const folders = process.env.PATH.split(':').filter(
    (folder) => folder && !folder.startsWith('/snap/'),
  );
  const found = names.find((name) => folders.some((folder) => existsSync(path.join(folder, name))));
  if (!found) throw new Error(`none of these is installed: ${names.join(', ')}`);
  return found;
}
