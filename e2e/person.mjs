// What the person does with more than one click.

import assert from 'node:assert/strict';
import { until } from './report.mjs';

export class Person {
  #window;
  #browser;

  constructor(window, browser) {
    this.#window = window;
    this.#browser = browser;
  }

  /** Pastes a URL and lets it be found out. */
  async adds(url) {
    const window = this.#window;
    await window.open();
    await window.click('nav-servers');
    // With no server yet, the field is there at once.
    await until(
      'a way to add a server',
      async () => (await window.has('add-server')) || window.has('url-input'),
    );
    if (await window.has('add-server')) await window.click('add-server');
    await window.type('url-input', url);
    await window.click('discover');
  }

  /** Goes to the page of one server. */
  async looksAt({ resource }) {
    const window = this.#window;
    await window.open();
    await window.click('nav-servers');
    await window.page.click(`[data-testid="server-row"][data-name="${new URL(resource).host}"]`);
  }

  /** Begins a login with the session at the issuer gone, and sees to it that the answer comes by deep link. */
  async logsInByDeepLink(testbed) {
    const window = this.#window;
    await testbed.forgetLogins();
    await this.looksAt(testbed);
    await window.page.click('[data-testid="log-in-again"], [data-testid="log-in"]');
    await window.sees('waiting');
    return until(
      'a login page that leads to the deep link',
      async () => {
        const url = await (await this.#browser.shows('form[action="/login"]')).url();
        if (new URL(url).searchParams.get('redirect_uri')?.startsWith('app.gatelodge.desktop:'))
          return url;
        await this.#browser.tidy();
        await window.click('other-redirect');
        return false;
      },
      30,
    );
  }

  async addsAgent(name) {
    const window = this.#window;
    await window.click('nav-agents');
    await window.click('add-agent');
    await window.type('agent-name', name);
    await window.click('agent-create');
    await window.sees('agent-key');
  }

  /** The id and the key, as long as the window shows them. */
  async credentials(name) {
    const text = await this.#window.text();
    const [id] = new RegExp(`${name}-[a-z0-9]{6}`).exec(text) ?? [];
    const [key] = /glk_[\w-]{40,}/.exec(text) ?? [];
    assert.ok(id && key, 'an id and a key are shown');
    return { id, key };
  }

  /** Lets the only agent use a server. */
  async permits({ resource }) {
    const window = this.#window;
    await window.click('nav-agents');
    await window.click('agent-permit');
    await window.choose('permit-server', new URL(resource).host);
    await window.click('permit-save');
    await window.gone('permit-save');
  }

  /** What the window says was granted. */
  async scopes() {
    const script =
      'return [...document.querySelectorAll(arguments[0])].map((row) => row.dataset.scope)';
    return this.#window.page.script(script, '[data-testid=scope-row][data-granted=true]');
  }
}
