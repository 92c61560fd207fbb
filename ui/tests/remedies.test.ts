// What would help after a failure, as a button.
import { expect, test } from 'vitest';
import type { Remedy } from '../src/bindings/Remedy';
import { otherLogin } from '../src/words/failure';
import { failure } from './fixtures';

test('a login that would help gets a button of its own', () => {
  const helped = (remedies: Remedy[]) => otherLogin(failure('x', { remedies }));
  expect(
    helped([
      { kind: 'enter_client' },
      { kind: 'log_in', redirect: 'localhost', registration: null },
    ]),
  ).toEqual({
    text: 'sign-in-other-redirect',
    options: { redirect: 'localhost', registration: null },
  });
  const anew = helped([{ kind: 'log_in', redirect: null, registration: 'dynamic' }]);
  expect(anew?.text).toBe('sign-in-new-registration');
  expect(helped([{ kind: 'enter_provider' }])).toBeNull();
});
