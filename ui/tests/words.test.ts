// The pure parts: words for times and states, the scope table, advice on URLs, and what counts as a failure.
import { describe, expect, test } from 'vitest';
import { asFailure } from '../src/backend';
import { asUrl, hostOf, isPlainHttp } from '../src/words/address';
import { accountTitle, endingWords, expiry, scopeRows } from '../src/words/grant';
import { span } from '../src/words/intl';
import { isSilent } from '../src/words/login';
import { t } from '../src/words/messages';
import { standingWords } from '../src/words/state';
import { cut, shortened } from '../src/words/text';
import { day, relative } from '../src/words/time';
import { waiting } from './fixtures';

test('spans are told as people do', () => {
  expect([1, 89, 90, 5399, 5400, 129_600].map(span)).toEqual([
    '1 second',
    '89 seconds',
    '2 minutes',
    '90 minutes',
    '2 hours',
    '2 days',
  ]);
  expect(relative(100, 400)).toBe('5 minutes ago');
  expect(relative(402, 400)).toBe('just now');
});

describe('expiry says what happens at the end', () => {
  test.each([
    [null, 'Connected · the server doesn’t say for how long'],
    [1300, 'Connected · renews automatically'],
    [1000, 'Connected · renews at the next use'],
    [900, 'Connected · renews at the next use'],
  ])('%s', (expiresAt, words) => expect(expiry(expiresAt, 1000)).toBe(words));
});

test('scopes: granted first, each with who named it, and what nobody asked for', () => {
  const rows = scopeRows(['a', 'b'], ['b', 'x'], ['a', 'c'], ['x']);
  expect(rows.map((row) => row.scope)).toEqual(['b', 'x', 'a', 'c']);
  expect(rows.find((row) => row.scope === 'x')).toMatchObject({
    granted: true,
    asked: false,
    offered: false,
    unasked: true,
  });
  expect(rows.find((row) => row.scope === 'a')).toMatchObject({
    granted: false,
    asked: true,
    offered: true,
  });
});

test('days', () => {
  const noon = new Date(2026, 10, 23, 12).getTime() / 1000;
  expect(day(noon, noon)).toBe('Today');
  expect(day(noon - 86_400, noon)).toBe('Yesterday');
  expect(day(noon - 13 * 3600, noon)).toBe('Yesterday');
});

test.each([
  ['mcp.notion.com/mcp', 'https://mcp.notion.com/mcp'],
  ['  github.com ', 'https://github.com'],
  ['h.example:8443?x', 'https://h.example:8443?x'],
  ['bücher.example/mcp', 'https://bücher.example/mcp'],
  ['localhost:3000/mcp', 'http://localhost:3000/mcp'],
  ['127.0.0.1', 'http://127.0.0.1'],
  ['[::1]:3000', 'http://[::1]:3000'],
  ['localhost.example/mcp', 'https://localhost.example/mcp'],
  ['http://h.example', 'http://h.example'],
  ['ftp://h.example', 'ftp://h.example'],
  ['hello', 'hello'],
  ['hello world.', 'hello world.'],
  ['javascript:alert(1)', 'javascript:alert(1)'],
])('%s is meant as %s', (typed, meant) => expect(asUrl(typed)).toBe(meant));

test('plain http is for this machine only', () => {
  const plain = [
    'http://h.example/mcp',
    ' HTTP://h',
    'http://localhost.evil.example',
    'http://local',
  ];
  const fine = [
    '',
    'h.example',
    'https://h.example',
    'http://127.0.0.1:1/',
    'http://localhost:1',
    'http://localhost',
    'http://[::1]/',
  ];
  expect([...plain, ...fine].filter(isPlainHttp)).toEqual(plain);
  expect(hostOf('not a url')).toBe('not a url');
});

test('a login under way does not hide one that lives', () => {
  const texts = (server: Parameters<typeof standingWords>[0]) =>
    standingWords(server).map(({ text }) => t(text));
  expect(texts({ state: 'active', logged_in: true, waiting: null })).toEqual(['Connected']);
  expect(texts({ state: 'logging_in', logged_in: true, waiting: 'browser' })).toEqual([
    'Connected',
    'Waiting for your browser',
  ]);
  expect(texts({ state: 'logging_in', logged_in: false, waiting: 'code' })).toEqual([
    'Waiting for the code',
  ]);
});

test('fifteen seconds without an answer are silence', () => {
  expect([1014, 1015].map((now) => isSilent(waiting({ started_at: 1000 }), now))).toEqual([
    false,
    true,
  ]);
});

test('an account without a name keeps its number, and a name is left as it is', () => {
  const title = (account: string, unnamed: boolean) => accountTitle({ account, unnamed });
  expect(title('unnamed account 2', true)).toBe('Unnamed account 2');
  expect(title('unnamed account', false)).toBe('unnamed account');
});

test('whatever is thrown can be shown', () => {
  const failure = { code: 'not_https', message: 'm', hint: 'h' };
  expect(asFailure(failure)).toBe(failure);
  expect(asFailure(new Error('x')).code).toBe('internal');
});

test('addresses are shortened in their middle, sentences at their end', () => {
  expect(shortened('/.well-known/oauth-protected-resource', 20)).toBe('/.well-kno…-resource');
  expect(shortened('/mcp', 20)).toBe('/mcp');
  expect(cut('401: Protected, and more', 12)).toBe('401: Protec…');
  expect([shortened('abc', 0), cut('abc', 0)]).toEqual(['a…c', 'a…']);
});

describe('a login that nothing renews says when it ends', () => {
  const grant = (expires_at: number | null) => ({
    kind: 'authorization_code' as const,
    has_refresh_token: false,
    not_renewed: 'No refresh token.',
    expires_at,
    state: 'active' as const,
  });
  test.each([
    [1300, 'Sign in again in 5 minutes.'],
    [1000, 'Its access has ended. Sign in again.'],
    [900, 'Its access has ended. Sign in again.'],
    [null, 'Sign in again when its access ends. The server doesn’t say when.'],
  ])('at %s', (expiresAt, words) =>
    expect(endingWords(grant(expiresAt), 1000)).toBe(
      `This sign-in came without a refresh token, so Gatelodge can’t renew it. ${words}`,
    ),
  );
});
