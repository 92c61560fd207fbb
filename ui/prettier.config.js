// The formatter of everything that is not Rust or Python: `npm run format` writes ui, e2e and peers.
export default {
  printWidth: 100,
  singleQuote: true,
  plugins: [import.meta.resolve('prettier-plugin-svelte')],
};
