// The window in the pseudo-locale: what is read without accents is no message, and belongs to what the host or a person wrote.
import { FluentBundle } from '@fluent/bundle';
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { t } from '../src/words/messages';
import { inMessages } from '../src/words/pseudo';
import { begin, clear } from './desk';
import type { FakeHost } from './fake';
import { server } from './fixtures';
import { type } from './person';
import { scenes } from './scenes';

// Before the first message is read.
vi.hoisted(() => localStorage.setItem('gatelodge-language', 'en-XA'));

const ENGLISH = readFileSync(
  path.join(import.meta.dirname, '../../messages/en/window.ftl'),
  'utf8',
);
const ids = [...ENGLISH.matchAll(/^([a-z][a-z0-9-]*) =/gm)].map(([, id = '']) => id);
const read = vi.spyOn(FluentBundle.prototype, 'getMessage');

afterEach(clear);

/** Ways into the window: a scene, and what is pressed there one after the other; =what is typed into, and ?what comes by itself. */
const SERVER = ['server-row'];
const ADD = ['add-server', '=url-input', 'discover'];
const visits: [string, string[]][] = [
  ...Object.keys(scenes)
    .filter((name) => name.startsWith('gate'))
    .map((name): [string, string[]] => [name, []]),
  ['gate', ['=vault-passphrase', '=vault-passphrase-again']],
  ['empty', []],
  ['states', []],
  ['many', ['?servers-shown', 'servers-more', '=servers-search', '?servers-none']],
  ['many', ['nav-agents', '?agents-shown', '=agents-search=Agent 7', '?agents-found']],
  ['many', ['nav-agents', '?agents-shown', '=agents-search', '?agents-none']],
  ['signed-out', ['nav-agents', 'agent-permit']],
  ['notices', ['nav-agents']],
  ['server', SERVER],
  ['open', SERVER],
  ['open', ADD],
  ['assumed', SERVER],
  ['endings', SERVER],
  ['unnamed', SERVER],
  ['accounts', SERVER],
  ['banners', SERVER],
  ['waiting', SERVER],
  ['device', SERVER],
  ['failed', SERVER],
  ['scopes', SERVER],
  ['refused', [...SERVER, 'client-first']],
  ['server', ADD],
  ['pkce', [...ADD, 'concession-open']],
  ['legacy', [...ADD, 'concession-open']],
  ['departures', [...ADD, 'concession-open', 'concede-resource-missing']],
  [
    'departures',
    [...ADD, 'concession-open', 'concede-resource-missing', 'concede-pkce-unadvertised'],
  ],
  ['unpublished', [...ADD, 'endpoints-open']],
  [
    'unpublished',
    [
      ...[...ADD, 'endpoints-open', '=endpoint-login', '=endpoint-token', 'endpoints-save'],
      'concede-pkce-unadvertised',
    ],
  ],
  ['loopback', SERVER],
  ['by-code', SERVER],
  ['by-company', [...SERVER, 'method-open']],
  ['by-itself', SERVER],
  ['by-platform', [...SERVER, 'remove', 'remove-confirm']],
  ['demo', [...SERVER, 'remove-demo']],
  ['bare', SERVER],
  ['entered', SERVER],
  ['full', SERVER],
  ...[
    ['log-in-again'],
    ['refresh'],
    ['revoke'],
    ['remove'],
    ['another-account'],
    ['account-rename'],
    ['account-lock'],
    ['method-open', 'method-enterprise'],
    ['method-open', 'method-workload'],
    ['scopes-open', 'scopes-fixed'],
    ['client-own'],
    ['endpoints-change'],
    ['endpoints-forget'],
    ['withdraw-pkce-unadvertised'],
    ['permit-add'],
    ['permit-take'],
    ['revocation-let-go'],
    ['receipt-open'],
  ].map((pressed): [string, string[]] => ['full', [...SERVER, ...pressed]]),
  ['company-refuses', ['server-row', 'provider-open']],
  ['registers', [...SERVER, 'client-own']],
  ['full', ['nav-agents']],
  ['agents', ['nav-agents', 'add-agent', '=agent-name', 'agent-create']],
  ['full', ['nav-agents', 'agent-permit', '?permit-account']],
  ['full', ['nav-agents', 'agent-remove']],
  ['full', ['nav-agents', 'agent-new-key']],
  ['full', ['nav-agents', 'agent-new-key', 'agent-new-key-confirm']],
  ['full', ['nav-activity']],
  ['states', ['nav-activity']],
  ['doctor', ['nav-doctor', '=url-input', 'discover', 'doctor-save']],
  ['doctor-broken', ['nav-doctor', '=url-input', 'discover']],
  ['passphrase', ['nav-settings', 'forget-client']],
  ['key-file', ['nav-settings']],
  ['empty', ['nav-agents', 'add-agent']],
  ['server', ['nav-settings', 'document-show']],
  ['server', ['nav-settings', 'document-save']],
  ['server', ['nav-settings', 'forget-client']],
  ['server', ['nav-settings', 'remove-provider']],
];

test.each(visits)('%s: %j', async (name, pressed) => {
  const [detail, more] = scenes[name]!;
  const host = await begin(server(detail), more);
  await waitFor(() => expect(document.querySelector('nav, .gate')).toBeTruthy());
  for (const one of pressed) {
    const [, id = '', text = 'typed.example'] = one.split('=');
    if (one.startsWith('=')) await type(id, text);
    else if (one.startsWith('?')) await screen.findByTestId(one.slice(1));
    else await press(one);
    expect(foreign(host)).toEqual([]);
  }
  host.emit('leaving', { way: 'quit', why: pressed.length === 0 ? 'unseen' : 'held' });
  await screen.findByTestId('leave-not');
  expect(foreign(host)).toEqual([]);
});

/** The first of that name, once it can be pressed; a form is sent as by Enter. */
async function press(id: string) {
  const [element] = await screen.findAllByTestId<HTMLButtonElement>(id);
  await waitFor(() => expect(element?.disabled).not.toBe(true));
  const form = element?.getAttribute('type') === 'submit' ? element.form : null;
  await (form ? fireEvent.submit(form) : fireEvent.click(element!));
  await settled();
}

const settled = () => new Promise((done) => setTimeout(done, 0));

/** Whatever is shown or read out. */
function shown(): string[] {
  const texts = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ALL);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Text) texts.push(node.data);
    else if (node instanceof Element && !['STYLE', 'SCRIPT'].includes(node.tagName))
      for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
        texts.push(node.getAttribute(name) ?? '');
  }
  return texts;
}

const plain = (text: string) => text.toLowerCase().replace(/\s+/g, ' ');
/** What a test types, what a language calls itself, what is code, and the first line of a key's file. */
const known = ['typed.example', '-----begin private key-----', 'english'].concat(
  [...ENGLISH.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code),
);

/** All strings in it, however deep. */
function strings(data: unknown): string[] {
  if (typeof data === 'string') return [data];
  if (typeof data !== 'object' || data === null) return [];
  return Object.values(data).flatMap(strings);
}

/** What hosts have answered: pages keep some of it while the person looks elsewhere. */
const data = new Set(known.map(plain));

/** What is shown in letters without an accent, and is neither data nor code. */
function foreign(host: FakeHost): string[] {
  for (const one of strings(host.answered)) data.add(plain(one));
  return shown()
    .flatMap((text) => text.split(/[^\p{ASCII}’“”–]+/u))
    .map((part) => plain(part).replace(/^[^a-z0-9-]+|[^a-z0-9-]+$/g, ''))
    .filter((part) => /[a-z]{2}/.test(part) && !/^\S*[:/@_=]\S*$/.test(part))
    .filter((part) => ![...data].some((one) => one.includes(part)));
}

test('the pseudo-locale is longer, between marks, and leaves code and what it is told of alone', () => {
  expect(t('cancel')).toBe('\u2067Čááńńčééľ\u2069');
  expect(t('removed', { name: 'Notes' })).toBe('\u2067\u2068Notes\u2069 ŕééḿóóṽééď.\u2069');
  expect(t('document-serve-as')).toContain('`application/json`');
  const one = inMessages();
  expect(['Run `gatelodge login ', '` now'].map((part) => one(part))).toEqual([
    'Ŕúúńń `gatelodge login ',
    '` ńńóóŵ',
  ]);
  expect(t('waiting-expires', { left: { seconds: 60 } })).not.toMatch(/[a-z]{2}/);
  const [, english = ''] = /^welcome-about = (.*)$/m.exec(ENGLISH) ?? [];
  expect(t('welcome-about').length / english.length).toBeGreaterThan(1.3);
});

test('nearly every message was read above: a page that nobody visits is not looked at', () => {
  const seen = new Set(read.mock.calls.map(([id]) => id));
  const unseen = ids.filter((id) => !seen.has(id));
  expect(unseen.length / ids.length, unseen.join(' ')).toBeLessThan(0.12);
});
