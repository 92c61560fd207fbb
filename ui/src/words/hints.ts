// What the broker says, for whoever has a window before them. Its hints name commands of the terminal; the window has a button
// or a place for nearly all of them, so the sentence stays and the command goes. What is not known here stays as it is.
const RULES: [RegExp, string][] = [
  // Whole sentences first, since what they are about is somewhere in the window.
  [
    /Ask without (.+?): `gatelodge scopes [^`]*`, then `gatelodge login [^`]*`/g,
    'Log in without $1',
  ],
  [
    /Choose others \(`gatelodge scopes [^`]*`\)/g,
    'Choose others under “Your choices for this server”',
  ],
  [
    /: `gatelodge client show [^`]*` prints the redirects to register\. Then enter it: `[^`]*`/g,
    ': the redirects to register are shown where you enter it',
  ],
  [
    /Enter them once more: `gatelodge provider set [^`]*`/g,
    'Enter them once more under “Log in by”, as another provider',
  ],
  [/`gatelodge client-metadata` prints what it has to be/g, 'Settings show what it has to be'],
  [/say where: `gatelodge client-metadata [^`]*`/g, 'say where in Settings'],
  [
    /Its owner has to look at who may use what, and to run `gatelodge vault confirm`/g,
    'Confirm this copy above, and look at who may use what',
  ],
  [
    /Log in as it offers: `gatelodge login [^`]* --device`/g,
    'Choose “By a code, in another browser” as the way to log in, under “Your choices for this server”',
  ],
  [
    /Log in as it offers: `gatelodge login [^`]* --client-credentials`/g,
    'Choose “As this program itself” as the way to log in, under “Your choices for this server”',
  ],
  [/, or start Gatelodge's window or `gatelodge serve` first/g, ''],
  [/run `gatelodge vault create --anew`/g, 'make one here'],
  [/Looking goes on: `gatelodge list`, `show` and `events` need no writing\./g, 'Looking goes on.'],
  [
    /To forget it all the same: `gatelodge client forget [^`]*`\. What uses it then ends/g,
    'If you forget it all the same, what uses it ends',
  ],
  [
    /Try again: gatelodge remove .+? {2}Or forget it all the same: gatelodge remove .+ --let-go/g,
    'Try again, or remove it all the same.',
  ],
  [/Run `gatelodge add [^`]*`: who/g, 'Add it again: who'],
  [/\(`gatelodge scopes`, or the server's page\)/g, '(on the server’s page)'],
  [/, or run `gatelodge doctor [^`]*`/g, ''],
  [/; try again: gatelodge revoke .+ --retry/g, '; try again on the server’s page'],
  [
    /Let other accounts in again: gatelodge account unlock .+$/g,
    'Unlock the server on its page to let other accounts in.',
  ],
  [
    /Permit the login of now in Gatelodge's window, or: gatelodge .+$/g,
    'Give it access to the login of now.',
  ],
  [/Permit it( again)? in Gatelodge's window, or: gatelodge .+$/g, 'Give it access$1.'],
  [/ in Gatelodge's window, or: gatelodge .+$/g, '.'],
  [/then permit this agent again/g, 'then give this agent access again'],
  [/Then: `gatelodge login [^`]*`/g, 'Then log in again'],
  // What is left stands after a colon or between brackets, and the sentence says the same without it.
  [/ \((?:`gatelodge [^`]*`|gatelodge [^)]*)\)/g, ''],
  [/: `gatelodge [^`]*`(?:, or `gatelodge [^`]*`)?/g, ''],
];

/** The same sentence without the commands that the window has buttons for. */
export const inWindow = (text: string): string =>
  RULES.reduce((told, [pattern, words]) => told.replace(pattern, words), text);
