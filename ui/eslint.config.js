// The linter of everything that is not Rust or Python: `npm run lint` looks at ui, e2e and peers.
// The compiler and svelte-check know types; here is what they let pass.
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import typescript from 'typescript-eslint';
import words from './eslint-words.js';
import svelteConfig from './svelte.config.js';

const typed = ['ui/src/**/*.ts', 'ui/src/**/*.svelte', 'ui/tests/**/*.ts', 'ui/tests/**/*.svelte'];

export default typescript.config(
  { ignores: ['ui/dist/', 'ui/src/bindings/', '**/.venv/'] },
  js.configs.recommended,
  ...typescript.configs.recommended,
  ...svelte.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-constant-binary-expression': 'error',
      'no-var': 'error',
      'prefer-const': ['error', { destructuring: 'all' }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' },
      ],
      // What servers say is shown as text, never read as a page's source.
      'svelte/no-at-html-tags': 'error',
    },
  },
  { files: ['ui/**'], languageOptions: { globals: globals.browser } },
  {
    files: ['e2e/**', 'peers/**', 'ui/*.js', 'ui/*.ts'],
    languageOptions: { globals: globals.node },
  },
  {
    files: typed,
    languageOptions: {
      parserOptions: {
        projectService: true,
        extraFileExtensions: ['.svelte'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // An error that nobody waits for is shown to nobody.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
    },
  },
  {
    files: ['ui/**/*.svelte', 'ui/**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: typescript.parser, svelteConfig } },
  },
  {
    files: ['ui/src/**'],
    plugins: { gatelodge: { rules: { words } } },
    rules: { 'gatelodge/words': 'error' },
  },
  // Properties are declared with `let`, as Svelte's own documents do.
  { files: ['ui/**/*.svelte'], rules: { 'prefer-const': 'off', 'svelte/prefer-const': 'error' } },
  // The compiler knows every name, those of the browser's types as well.
  { files: ['ui/**/*.ts', 'ui/**/*.svelte'], rules: { 'no-undef': 'off' } },
);
