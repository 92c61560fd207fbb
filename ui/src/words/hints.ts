// What the broker says, for whoever has a window before them. Its hints name commands of the terminal; the window has a button
// or a place for nearly all of them, so the sentence stays and the command goes. What is not known here stays as it is.
import { t, type PlainId } from './messages';

/** What the parts of a sentence in brackets were. */
type Words = (...parts: string[]) => string;
const section = () => t('choices-title');
const nothing: Words = () => '';

const RULES: [RegExp, Words][] = [
  // Whole sentences first, since what they are about is somewhere in the window.
  [
    /Ask without (.+?): `gatelodge scopes [^`]*`, then `gatelodge login [^`]*`/g,
    (scopes = '') => t('hint-sign-in-without', { scopes }),
  ],
  [
    /Choose others \(`gatelodge scopes [^`]*`\)/g,
    () => t('hint-choose-others', { section: section() }),
  ],
  [
    /: `gatelodge client show [^`]*` prints the redirects to register\. Then enter it: `[^`]*`/g,
    () => t('hint-redirects'),
  ],
  [
    /Enter them once more: `gatelodge provider set [^`]*`/g,
    () => t('hint-provider', { choice: t('choice-method') }),
  ],
  [/`gatelodge client-metadata` prints what it has to be/g, () => t('hint-document-shown')],
  [/say where: `gatelodge client-metadata [^`]*`/g, () => t('hint-document-say')],
  [
    /Its owner has to look at who may use what, and to run `gatelodge vault confirm`/g,
    () => t('hint-confirm-copy'),
  ],
  [/Log in as it offers: `gatelodge login [^`]* --device`/g, () => method('method-device')],
  [
    /Log in as it offers: `gatelodge login [^`]* --client-credentials`/g,
    () => method('method-client-credentials'),
  ],
  [/, or start Gatelodge's window or `gatelodge serve` first/g, nothing],
  [/run `gatelodge vault create --anew`/g, () => t('hint-make-vault')],
  [
    /Looking goes on: `gatelodge list`, `show` and `events` need no writing\./g,
    () => t('hint-looking'),
  ],
  [
    /To forget it all the same: `gatelodge client forget [^`]*`\. What uses it then ends/g,
    () => t('hint-forget'),
  ],
  [
    /Try again: gatelodge remove .+? {2}Or forget it all the same: gatelodge remove .+ --let-go/g,
    () => t('hint-remove'),
  ],
  [/Run `gatelodge add [^`]*`: who/g, () => t('hint-add-again')],
  [/\(`gatelodge scopes`, or the server's page\)/g, () => t('hint-server-page')],
  [/, or run `gatelodge doctor [^`]*`/g, nothing],
  [/; try again: gatelodge revoke .+ --retry/g, () => t('hint-revoke-retry')],
  [/Let other accounts in again: gatelodge account unlock .+$/g, () => t('hint-unlock-account')],
  [/Permit the login of now in Gatelodge's window, or: gatelodge .+$/g, () => t('hint-give-now')],
  [
    /Permit it( again)? in Gatelodge's window, or: gatelodge .+$/g,
    (again) => t(again ? 'hint-give-again' : 'hint-give'),
  ],
  [/ in Gatelodge's window, or: gatelodge .+$/g, () => '.'],
  [/then permit this agent again/g, () => t('hint-then-give-again')],
  [/Then: `gatelodge login [^`]*`/g, () => t('hint-then-sign-in')],
  // What is left stands after a colon or between brackets, and the sentence says the same without it.
  [/ \((?:`gatelodge [^`]*`|gatelodge [^)]*)\)/g, nothing],
  [/: `gatelodge [^`]*`(?:, or `gatelodge [^`]*`)?/g, nothing],
];

const method = (choice: PlainId) =>
  t('hint-choose-method', { choice: t(choice), section: section() });

/** The same sentence without the commands that the window has buttons for. */
export const inWindow = (text: string): string =>
  RULES.reduce(
    (told, [pattern, words]) => told.replace(pattern, (_, ...parts) => words(...parts)),
    text,
  );
