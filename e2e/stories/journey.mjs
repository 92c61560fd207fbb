// The whole way with one server: found, logged in to, used by an agent, taken back; and all that the window tells meanwhile.

import { CommandLines } from '../leaks.mjs';
import { agentIsServed, agentIsTold } from './journey/agent.mjs';
import { tellsWhatIsWrong } from './journey/failures.mjs';
import { comesBackByLink, comesBackOnLoopback, logsIn } from './journey/logins.mjs';
import { showsItsPages } from './journey/pages.mjs';
import { closesAndLives, keepsItsSecrets } from './journey/closing.mjs';

export async function journey(scene) {
  /** What is on the desktop, and the `agent` with the `tokens` that it was given. */
  const desk = { tokens: [] };

  const desktop = await scene.step('a desktop, two servers and a browser', [], async () => {
    const { at, ...parts } = await scene.desktop({
      // With `profile`, so that the issuer says who logged in.
      notes: { challenge_scope: 'notes:read notes:write profile' },
      odd: {},
    });
    Object.assign(desk, parts, at);
    desk.commandLines = new CommandLines(desk.session.processes);
    scene.use({ commandLines: desk.commandLines });
  });

  const { started, loggedIn } = await logsIn(scene, desk, desktop);
  const { permitted, served } = await agentIsServed(scene, desk, loggedIn);
  await comesBackOnLoopback(scene, desk, loggedIn);
  const revoked = await agentIsTold(scene, desk, served);
  const broughtBack = await comesBackByLink(scene, desk, loggedIn);
  await tellsWhatIsWrong(scene, desk, { started, loggedIn });
  await showsItsPages(scene, desk, { started, loggedIn });
  await closesAndLives(scene, desk, [permitted, broughtBack]);
  await keepsItsSecrets(scene, desk, revoked);
}
