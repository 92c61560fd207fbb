// The pure parts: words for times and states, the scope table, advice on URLs, and what counts as a failure.
import { describe, expect, test } from 'vitest';
import { asFailure } from '../src/backend';
import { cut, day, expiry, host, relative, scopeRows, shortened, span, urlAdvice } from '../src/words';

test('spans are told as people do', () => {
  expect([1, 89, 90, 5399, 5400, 129_600].map(span)).toEqual(['1 second', '89 seconds', '2 minutes', '90 minutes', '2 hours', '2 days']);
  expect(relative(100, 400)).toBe('5 minutes ago');
  expect(relative(402, 400)).toBe('just now');
});

describe('expiry says what happens at the end', () => {
  test.each([
    [null, true, 'The server does not say when the token ends'],
    [1300, true, 'Token good for 5 minutes, renews by itself'],
    [1300, false, 'Token good for 5 minutes, then a login is needed'],
    [900, true, 'Renews at the next use'],
    [900, false, 'The token has ended'],
  ])('%s %s', (expiresAt, renews, words) => expect(expiry(expiresAt, renews, 1000)).toBe(words));
});

test('scopes: granted first, each with who named it, and what nobody asked for', () => {
  const rows = scopeRows(['a', 'b'], ['b', 'x'], ['a', 'c'], ['x']);
  expect(rows.map((row) => row.scope)).toEqual(['b', 'x', 'a', 'c']);
  expect(rows.find((row) => row.scope === 'x')).toMatchObject({ granted: true, asked: false, offered: false, unasked: true });
  expect(rows.find((row) => row.scope === 'a')).toMatchObject({ granted: false, asked: true, offered: true });
});

test('days', () => {
  const noon = new Date(2026, 10, 23, 12).getTime() / 1000;
  expect(day(noon, noon)).toBe('Today');
  expect(day(noon - 86_400, noon)).toBe('Yesterday');
  expect(day(noon - 13 * 3600, noon)).toBe('Yesterday');
});

test('advice on a URL is early and the host decides', () => {
  expect(urlAdvice('')).toBeNull();
  expect(urlAdvice('https://h.example/mcp')).toBeNull();
  expect(urlAdvice('http://127.0.0.1:3000/mcp')).toBeNull();
  expect(urlAdvice('http://h.example/mcp')).toContain('https');
  expect(urlAdvice('notion')).toContain('https://');
  expect(host('not a url')).toBe('not a url');
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
