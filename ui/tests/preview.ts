// The whole window in any browser, with a fake host: `npm run dev`, then /tests/preview.html?scene=NAME.
import { diagnosis } from './diagnosis';
import { FakeHost } from './fake';
import { server, steps } from './fixtures';
import { scenes } from './scenes';

const [detail, more] = scenes[new URLSearchParams(location.search).get('scene') ?? 'server'] ?? [
  {},
];
const host = new FakeHost(server(detail), {
  ...more,
  doctor: (args) => {
    for (const step of steps) host.tell({ kind: 'trace', trace_id: args.trace_id, step });
    return more?.doctor?.(args) ?? diagnosis;
  },
});
Object.assign(globalThis, { host });
await import('../src/main');
