// Messages: each has its words, and what a server or a person wrote stays text within them.
import { FluentResource } from '@fluent/bundle';
import { cleanup, render } from '@testing-library/svelte';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import Told from '../src/components/Told.svelte';
import { pieces, t } from '../src/words/messages';
import languages from '../../messages/languages.json';

afterEach(cleanup);

const folder = path.join(import.meta.dirname, '../../messages');
const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');
const idsOf = (text: string) => [...text.matchAll(/^([a-z][a-z0-9-]*) =/gm)].map(([, id]) => id);

test.each(languages)('the window’s files in %s are read to their end', (tag) => {
  for (const name of ['common', 'window']) {
    const text = read(`${tag}/${name}.ftl`);
    expect(new FluentResource(text).body.map(({ id }) => id)).toEqual(idsOf(text));
    // Code that has no end would go on in the next message.
    expect(text.split(/^(?=[a-z])/m).filter((one) => one.split('`').length % 2 === 0)).toEqual([]);
  }
});

test('a message is told of words, of numbers and of several of them', () => {
  expect(t('window-title', { screen: 'Agents' })).toBe('Agents · Gatelodge');
  expect([1, 2, 1234].map((count) => t('exceptions-title', { server: 'h', count }))).toEqual([
    'h needs one exception',
    'h needs 2 exceptions',
    'h needs 1,234 exceptions',
  ]);
  expect(t('sign-in-with', { scopes: ['a', 'b', 'c'] })).toBe('Sign in with a, b, and c');
});

test('a moment and a span of time are written as the language has them', () => {
  const at = new Date(2026, 10, 23, 14, 5).getTime() / 1000;
  expect(t('receipt-where', { server: 's', when: { time: at } })).toMatch(
    /^s, Nov 23, 2026, 2:05\sPM$/,
  );
  expect(t('waiting-expires', { left: { seconds: 125 } })).toBe('Expires in 2 minutes.');
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
