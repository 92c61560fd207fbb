// A host that is none: answers to every command from plain data, so that pages can be shown and tested without one.
//
// `npm run dev` and tests/preview.html?scene=… show the window with it in any browser.
import type { Notice } from '../src/bindings/Notice';
import type { ResourceDetail } from '../src/bindings/ResourceDetail';
import type { Commands } from '../src/bindings/commands';
import { language } from '../src/words/language';
import { diagnosis } from './diagnosis';
import { failure, grant, ISSUER, server, waiting } from './fixtures';
import { agents, servers } from './lists';

type Name = keyof Commands;
export type Answers = { [K in Name]?: (args: Commands[K]['args']) => Commands[K]['answer'] };
export interface Called {
  name: Name;
  args: unknown;
}

const answers = (detail: ResourceDetail): Answers => ({
  ...servers([detail.resource]),
  resource_show: () => detail,
  resource_add: () => detail,
  ...agents([]),
  receipts_list: () => [],
  events_list: () => [],
  provider_list: () => [
    {
      issuer: 'https://login.company.example',
      client_id: 'gatelodge',
      account: 'ada@company.example',
    },
  ],
  provider_set: ({ issuer, client_id }) => ({ issuer, client_id, account: null }),
  settings_get: () => ({ client_metadata_url: 'https://example.org/gatelodge/client.json' }),
  settings_set: (args) => args,
  client_document: ({ url }) => ({
    url,
    document: `{\n  "client_id": "${url}",\n  "client_name": "Gatelodge"\n}`,
  }),
  client_options: () => ({
    issuer: ISSUER,
    redirects: [
      {
        redirect: 'deep_link',
        uri: 'app.gatelodge.desktop:/oauth/callback',
        when: 'The link that opens this app. For authorization servers that take the schemes of native programs.',
      },
      {
        redirect: 'loopback',
        uri: 'http://127.0.0.1:4283/callback',
        when: 'This machine by its address, which is what the specifications advise. Most authorization servers take it.',
      },
      {
        redirect: 'localhost',
        uri: 'http://localhost:4283/callback',
        when: 'This machine by its name. For authorization servers that take no address, such as Amazon Cognito.',
      },
    ],
    takes_documents: false,
    document_url: null,
    registers: false,
    entered: null,
  }),
  client_set: () => detail,
  language_list: () => ({ known: ['en'], chosen: null, spoken: language, right_to_left: false }),
  client_list: () => (detail.client ? [detail.client] : []),
  concession_withdraw: () => detail,
  login_method_set: () => detail,
  scopes_choose: () => detail,
  account_name: () => grant(),
  account_lock: () => detail,
  login_switch: ({ redirect }) => ({ pending: waiting({ redirect }), grant: null }),
  login_begin: () => ({ pending: waiting(), grant: null }),
  doctor: () => diagnosis,
  doctor_save: () => ({ path: '/home/ada/Downloads/gatelodge-doctor-mcp.example.com.json' }),
});

/** Stands in for Tauri. An answer that throws a failure fails the command. */
export class FakeHost {
  called: Called[] = [];
  /** All that it answered, and how it failed. */
  answered: unknown[] = [];
  /** What the page asked of the window itself: to hold it, or to leave. */
  windowed: { command: string; args: unknown }[] = [];
  #answers: Answers;
  #callbacks: ((event: { payload: unknown }) => void)[] = [];
  #heard: Record<string, number> = {};

  constructor(detail: ResourceDetail = server(), more: Answers = {}) {
    this.#answers = { ...answers(detail), ...more };
    const transformCallback = (callback: (event: { payload: unknown }) => void) =>
      this.#callbacks.push(callback) - 1;
    const internals = {
      invoke: (command: string, args: unknown) => this.#invoke(command, args),
      transformCallback,
    };
    Object.assign(globalThis, {
      __TAURI_INTERNALS__: internals,
      __TAURI_EVENT_PLUGIN_INTERNALS__: { unregisterListener: () => undefined },
    });
  }

  tell(notice: Notice) {
    this.emit('notice', notice);
  }

  emit(event: string, payload: unknown) {
    const heard = this.#heard[event];
    if (heard !== undefined) this.#callbacks[heard]?.({ payload });
  }

  /** From now on. */
  answer(more: Answers) {
    Object.assign(this.#answers, more);
  }

  /** What was asked by this name, in order. */
  asked<K extends Name>(name: K): Commands[K]['args'][] {
    return this.called
      .filter((call) => call.name === name)
      .map((call) => call.args as Commands[K]['args']);
  }

  async #invoke(command: string, given: unknown): Promise<unknown> {
    if (command === 'plugin:event|listen') {
      const { event, handler } = given as { event: string; handler: number };
      this.#heard[event] = handler;
      return 1;
    }
    if (command !== 'call') {
      this.windowed.push({ command, args: given });
      return null;
    }
    const { name, args } = given as Called;
    this.called.push({ name, args });
    const answer = this.#answers[name] as ((args: unknown) => unknown) | undefined;
    if (!answer) throw failure('internal', { message: `the fake host has no answer to ${name}` });
    try {
      const given = await answer(args);
      this.answered.push(given);
      return given;
    } catch (thrown) {
      this.answered.push(thrown);
      throw thrown;
    }
  }
}
