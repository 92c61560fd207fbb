// The broker's hints, as the window shows them: no command of the terminal where a button stands beside it.
import { expect, test } from 'vitest';
import type { Remedy } from '../src/bindings/Remedy';
import { otherLogin } from '../src/words/failure';
import { inWindow } from '../src/words/hints';
import { failure } from './fixtures';

test.each([
  ['Log in again: `gatelodge login notes`.', 'Log in again.'],
  [
    "Log in again: `gatelodge login 'my notes'`. If it happens again, tell the owner of as.example.",
    'Log in again. If it happens again, tell the owner of as.example.',
  ],
  ['Log in again in 7 s: `gatelodge login notes`.', 'Log in again in 7 s.'],
  [
    'Enter them once more: `gatelodge client set notes --client-id x --ask-secret`. Then: `gatelodge login notes`.',
    'Enter them once more. Then sign in again.',
  ],
  [
    'Enter it once more, with the secret if its owner gave you one: `gatelodge client set notes --client-id x`, or `gatelodge client set notes --client-id x --ask-secret`. Then: `gatelodge login notes`.',
    'Enter it once more, with the secret if its owner gave you one. Then sign in again.',
  ],
  [
    'If both are right, the secret may have to go another way than now (post): `gatelodge client set notes --client-id x --ask-secret --auth basic`. Then: `gatelodge login notes`.',
    'If both are right, the secret may have to go another way than now (post). Then sign in again.',
  ],
  [
    'Ask the owner for a client id: `gatelodge client show notes` prints the redirects to register. Then enter it: `gatelodge client set notes --client-id ID`.',
    'Ask the owner for a client id: the redirect URIs to register are shown where you enter it.',
  ],
  [
    'See that it can still be fetched there; `gatelodge client-metadata` prints what it has to be. Then: `gatelodge login notes`.',
    'See that it can still be fetched there; Settings show what it has to be. Then sign in again.',
  ],
  [
    'Ask without notes:write: `gatelodge scopes notes --set notes:read`, then `gatelodge login notes`. Or ask the owner of the authorization server for it.',
    'Sign in without notes:write. Or ask the owner of the authorization server for it.',
  ],
  [
    'This login asked for no scope. Choose others (`gatelodge scopes notes --set SCOPES`), and log in again: `gatelodge login notes`.',
    'This login asked for no scope. Choose others under “Settings for this server”, and log in again.',
  ],
  ["Log in again in Gatelodge's window, or: gatelodge login notes", 'Log in again.'],
  [
    "Permit it again in Gatelodge's window, or: gatelodge agent permit 'my agent' notes",
    'Give it access again.',
  ],
  [
    'Log in again (`gatelodge login notes`), and then permit this agent again (`gatelodge agent permit claude notes`).',
    'Log in again, and then give this agent access again.',
  ],
  [
    'Let other accounts in again: gatelodge account unlock notes',
    'Unlock the server on its page to let other accounts in.',
  ],
  [
    'Try again: gatelodge remove notes  Or forget it all the same: gatelodge remove notes --let-go',
    'Try again, or remove it anyway.',
  ],
  [
    'Bring the file back from a copy. If you want a new, empty vault instead, run `gatelodge vault create --anew`.',
    'Bring the file back from a copy. If you want a new, empty vault instead, make one here.',
  ],
  [
    'Its owner has to look at who may use what, and to run `gatelodge vault confirm`.',
    'Confirm this copy above, and check who has access.',
  ],
  [
    'Log in as it offers: `gatelodge login notes --device`.',
    'Choose “With a code in another browser” as sign-in method, under “Settings for this server”.',
  ],
  [
    "Log in as it offers: `gatelodge login 'my notes' --client-credentials`.",
    'Choose “As Gatelodge itself” as sign-in method, under “Settings for this server”.',
  ],
  ['Take the thing from `the shelf`.', 'Take the thing from `the shelf`.'],
])('%s', (told, shown) => expect(inWindow(told)).toBe(shown));

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
