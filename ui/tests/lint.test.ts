// @vitest-environment node
// The linter's own rule: words that are written in a page instead of a message are found, wherever they are shown.
import { ESLint, Linter } from 'eslint';
import svelte from 'eslint-plugin-svelte';
import path from 'node:path';
import { expect, test } from 'vitest';

const ui = path.join(import.meta.dirname, '..');
const { default: words } = await import(path.join(ui, 'eslint-words.js'));

const config: Linter.Config[] = [
  ...(svelte.configs.base as Linter.Config[]),
  { files: ['**/*'], plugins: { own: { rules: { words } } }, rules: { 'own/words': 'error' } },
];
/** What it refuses in a page. */
const refused = (code: string, filename = 'a.svelte'): string[] =>
  new Linter()
    .verify(code, config, { filename })
    .map(({ message }) => /write "(.*)" in/.exec(message)?.[1] ?? message);

test.each([
  ['<p>Log in <b>now</b></p>', ['Log in', 'now']],
  ['{#if a}Saved.{:else}{#each b as c}No{/each}{/if}', ['Saved.', 'No']],
  ['{#snippet one()}Later{/snippet}', ['Later']],
  ['<p>{a ? "yes" : `no, ${b}`}</p>', ['yes', 'no,']],
  ['<p>{a || "none"}{"one " + b}</p>', ['none', 'one']],
  ['<img alt="A house" />', ['A house']],
  ['<button aria-label={`Forget ${a}`} title="Ctrl"></button>', ['Forget', 'Ctrl']],
  [
    '<Field label="Name" hint={a ? "Short" : null} placeholder="claude" />',
    ['Name', 'Short', 'claude'],
  ],
  ['<Card title={a ?? "Receipts"} />', ['Receipts']],
  ['<p>ログイン</p>', ['ログイン']],
  ['<script>const all = [{ value: 1, text: "All servers" }];</script>', ['All servers']],
  ['<script>let { retry = "Try again" } = $props();</script>', ['Try again']],
  [
    '<script>toasts.say("saved"); document.title = `${a} · Gatelodge`;</script>',
    ['saved', '· Gatelodge'],
  ],
])('%s', (code, found) => expect(refused(code)).toEqual(found));

test.each([
  '<p>{t("save")} · → 1. (…) {a}</p>',
  '<p class="small soft" data-testid="told" id="content" role="status">{a === "open" ? t("a") : b}</p>',
  '<Badge tone={a ? "good" : "quiet"} text={t(a ? "demo-badge" : "save")} />',
  '<Told id="waiting-where" args={{ host }} marks={{ host: "strong" }} />',
  '<code>client_id</code><pre>curl -s</pre>',
  '<input placeholder="https://mcp.example.com/mcp" /><input placeholder={`${a}?code=…`} />',
  '<input placeholder="name@example.com" />',
  '<style>p { color: red; }</style>',
  '<script>const all = [{ text: "method-browser", about: "save", label: t("save") }];</script>',
])('%s is no fault', (code) => expect(refused(code)).toEqual([]));

test('a module is looked at like a page', () => {
  expect(refused('export const a = { text: "All servers" };', 'a.js')).toEqual(['All servers']);
});

test('the rule is on for every page of the window', async () => {
  const linter = new ESLint({ cwd: path.dirname(ui), overrideConfigFile: 'ui/eslint.config.js' });
  for (const file of ['App.svelte', 'screens/server/Head.svelte', 'words/state.ts']) {
    const { rules } = await linter.calculateConfigForFile(path.join(ui, 'src', file));
    expect(rules['gatelodge/words']?.[0], file).toBe(2);
  }
});
