// A client of the classic WebDriver protocol, as small as the story needs: one for the app's window, one for the browser.

import { until } from './report.mjs';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

export class Page {
  #session;

  static async open(driver, capabilities) {
    const { sessionId } = await send(
      'POST',
      `${driver}/session`,
      { capabilities: { alwaysMatch: capabilities } },
      30,
    );
    return new Page(`${driver}/session/${sessionId}`);
  }

  constructor(session) {
    this.#session = session;
  }

  call(method, path, body) {
    return send(method, `${this.#session}${path}`, body);
  }

  handles() {
    return this.call('GET', '/window/handles');
  }

  switchTo(handle) {
    return this.call('POST', '/window', { handle });
  }

  url() {
    return this.call('GET', '/url');
  }

  async close() {
    return this.call('DELETE', '/window');
  }

  script(body, ...args) {
    return this.call('POST', '/execute/sync', { script: body, args });
  }

  /** All visible elements now; none is an answer, too. */
  async all(css) {
    const found = await this.call('POST', '/elements', { using: 'css selector', value: css });
    const shown = await Promise.all(
      found.map((element) => this.call('GET', `/element/${element[ELEMENT]}/displayed`)),
    );
    return found.filter((_, index) => shown[index]).map((element) => element[ELEMENT]);
  }

  /** The first visible element, once there is one. */
  find(css, seconds) {
    return until(`an element ${css}`, async () => (await this.all(css))[0], seconds);
  }

  /** What the person does: the pointer goes there and presses. A page that redraws itself is tried again; nobody presses
   * what still moves, since the press would be for what comes to stand there. */
  click(css, seconds) {
    return until(
      `a click on ${css}`,
      async () => {
        const [element] = await this.all(css);
        if (!element || !(await this.call('GET', `/element/${element}/enabled`))) return false;
        if (!(await this.#standsStill(element))) return false;
        await this.call('POST', `/element/${element}/click`, {});
        return true;
      },
      seconds,
    );
  }

  /** It has the same place in two successive frames. A page that is not in front draws none, so time counts as well. */
  #standsStill(element) {
    const script = `const [element, answer] = arguments;
      element.scrollIntoView({ block: "nearest" });
      const place = () => { const { x, y, width, height } = element.getBoundingClientRect(); return [x, y, width, height].join(" "); };
      const before = place();
      const look = () => answer(element.isConnected && place() === before);
      requestAnimationFrame(() => requestAnimationFrame(look));
      setTimeout(look, 200);`;
    return this.call('POST', '/execute/async', { script, args: [{ [ELEMENT]: element }] });
  }

  /** Replaces what is in the field. */
  async type(css, text, seconds) {
    const element = await this.find(css, seconds);
    await this.call('POST', `/element/${element}/clear`, {});
    await this.call('POST', `/element/${element}/value`, { text });
  }

  async text(css, seconds) {
    return this.call('GET', `/element/${await this.find(css, seconds)}/text`);
  }

  async texts(css) {
    return Promise.all(
      (await this.all(css)).map((element) => this.call('GET', `/element/${element}/text`)),
    );
  }

  async attribute(css, name, seconds) {
    return this.call('GET', `/element/${await this.find(css, seconds)}/attribute/${name}`);
  }

  /** Waits until the text of the first visible such element fits. */
  reads(css, pattern, seconds) {
    let last;
    const read = async () => {
      last = await this.text(css, 0);
      return pattern.test(last) && last;
    };
    return until(`${css} reads ${pattern}`, read, seconds).catch((error) => {
      throw new Error(`${error.message}; it reads ${JSON.stringify(last)}`);
    });
  }
}

/** Waits until a driver that was just started answers. */
export function ready(driver) {
  return until(`${driver} answers`, () => send('GET', `${driver}/status`, undefined, 2));
}

async function send(method, url, body, seconds = 15) {
  const reply = await fetch(url, {
    method,
    body: body && JSON.stringify(body),
    headers: body && { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(seconds * 1000),
  });
  const { value } = await reply.json();
  if (!reply.ok) throw new Error(`${value.error}: ${value.message.split('\n')[0]}`);
  return value;
}
