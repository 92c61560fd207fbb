// Messages: each has its words, each is said somewhere, and what a server or a person wrote stays text within them.
import { FluentResource } from '@fluent/bundle';
import { cleanup, render } from '@testing-library/svelte';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Text } from '../src/bindings/Text';
import Told from '../src/components/Told.svelte';
import { pieces, t, told } from '../src/words/messages';
import languages from '../../messages/languages.json';

afterEach(cleanup);

const folder = path.join(import.meta.dirname, '../../messages');
const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');
const idsOf = (text: string) => [...text.matchAll(/^([a-z][a-z0-9-]*) =/gm)].map(([, id]) => id);

test('each file of messages is read to its end, and no message is there twice', () => {
  for (const language of languages) {
    const files = readdirSync(path.join(folder, language)).map((name) => `${language}/${name}`);
    expect(files.length).toBeGreaterThan(0);
    const ids = files.flatMap((file) => {
      const parsed = new FluentResource(read(file)).body.map(({ id }) => id);
      expect(parsed, file).toEqual(idsOf(read(file)));
      // Code that has no end would go on in the next message.
      const open = read(file)
        .split(/^(?=[a-z])/m)
        .filter((one) => one.split('`').length % 2 === 0);
      expect(open, file).toEqual([]);
      return parsed;
    });
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  }
});

test('each message of the window is said somewhere', () => {
  const source = path.join(import.meta.dirname, '../src');
  const text = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|svelte)$/.test(file) && !file.startsWith('bindings'))
    .map((file) => readFileSync(path.join(source, file), 'utf8'))
    .join('\n');
  const said = new Set([...text.matchAll(/['"]([a-z][a-z0-9-]*)['"]/g)].map(([, id]) => id));
  const ids = idsOf(read('en/window.ftl'));
  expect(ids.length).toBeGreaterThan(400);
  expect(ids.filter((id) => !said.has(id))).toEqual([]);
});

test('a message is told of words, of numbers, of other messages and of several of them', () => {
  expect(t('window-title', { screen: { id: 'nav-agents' } })).toBe('Agents · Gatelodge');
  expect([1, 2, 1234].map((count) => t('exceptions-title', { server: 'h', count }))).toEqual([
    'h needs one exception',
    'h needs 2 exceptions',
    'h needs 1,234 exceptions',
  ]);
  expect(t('sign-in-with', { scopes: ['a', { id: 'save' }, 'c'] })).toBe(
    'Sign in with a, Save, and c',
  );
});

test('a moment and a span of time are written as the language has them', () => {
  const at = new Date(2026, 10, 23, 14, 5).getTime() / 1000;
  expect(t('receipt-where', { server: 's', when: { time: at } })).toMatch(
    /^s, Nov 23, 2026, 2:05\sPM$/,
  );
  expect(t('waiting-expires', { left: { seconds: 125 } })).toBe('Expires in 2 minutes.');
});

test('what the host says as data is rendered, and what is not known is not lost', () => {
  const known: Text = { id: 'removed', args: { name: { id: 'as-written', args: { text: 'x' } } } };
  expect(told(known)).toBe('x removed.');
  expect(told({ id: 'save' })).toBe('Save');
  expect(told({ id: 'of-tomorrow', args: { server: 's', left: { seconds: 60 } } })).toBe(
    '[of-tomorrow] server: s, left: 60 seconds',
  );
  expect(told({ id: 'of-tomorrow' })).toBe('[of-tomorrow]');
});

test('what a message is told of is not a message, however it is written', () => {
  const name = '{ $place } { save } `x` \ufdd00\ufdd1';
  expect(t('removed', { name })).toBe(`${name} removed.`);
  expect(pieces('removed', { name })).toEqual([
    { name: 'name', value: name },
    { words: ' removed.' },
  ]);
});

test('the parts of a message are marked, and are text each by itself', () => {
  const { container } = render(Told, {
    id: 'access-offer',
    args: { agent: '<img src=x>', account: '\u202eada' },
    marks: { agent: 'strong' },
  });
  expect(container.querySelector('img')).toBeNull();
  expect(container.querySelector('strong > bdi')?.textContent).toBe('<img src=x>');
  expect([...container.querySelectorAll('bdi')].map((part) => part.textContent)).toEqual([
    '<img src=x>',
    '\u202eada',
  ]);
  expect(container.textContent).toBe(
    'Let <img src=x> use it again? It had access until \u202eada was revoked.',
  );
});

test('code within a message is shown as code', () => {
  const { container } = render(Told, { id: 'document-serve-as', args: null });
  expect(container.querySelector('code')?.textContent).toBe('application/json');
  expect(container.textContent).not.toContain('`');
});
