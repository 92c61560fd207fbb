import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    // The window's policy allows no data: scripts or styles; small images stay files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // The messages lie beside the window's folder: the host has the same ones.
  server: { fs: { allow: ['.', '../messages'] } },
  test: {
    environment: 'jsdom',
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
  },
  // Tests run Svelte's client build.
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
});
