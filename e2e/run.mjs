// The person's way through the real thing: the built app in its window, a real browser that the desktop opens, a real
// keyring, links that the desktop delivers, and curl as the agent. Only the servers are the testbed's.
//
//   cargo xtask e2e [STORY]   builds what it needs and runs this; pictures of each step are then in artefacts/e2e/
//
// What each case of each part does is tested below this; here only the wiring between the parts is.

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Scene } from './scene.mjs';
import { deeds } from './stories/deeds.mjs';
import { gate } from './stories/gate.mjs';
import { journey } from './stories/journey.mjs';
import { signedIn } from './stories/signed-in.mjs';

const stories = { journey, 'signed-in': signedIn, deeds, gate };
/** Many times what it takes. Whatever hangs, this ends. */
const LIMIT_SECONDS = 600;

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in stories));
if (unknown.length > 0) {
  console.log(
    `no such story: ${unknown.join(', ')}. There are: ${Object.keys(stories).join(', ')}`,
  );
  process.exit(2);
}

const scene = new Scene(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
process.on('SIGINT', () => end(130, 'interrupted'));
process.on('SIGTERM', () => end(143, 'interrupted'));
setTimeout(() => end(1, `stopped after ${LIMIT_SECONDS} s`), LIMIT_SECONDS * 1000).unref();

let ending = false;
async function end(status, why) {
  if (ending) return;
  ending = true;
  if (why) console.log(why);
  await scene.leave('the end', true);
  scene.end();
  process.exit(status || (scene.failed > 0 ? 1 : 0));
}

for (const [name, tell] of Object.entries(stories)) {
  if (ending || (asked.length > 0 && !asked.includes(name))) continue;
  await tell(scene).catch((error) => console.log(error));
  if (!ending) await scene.leave(name);
}
await end(0);
