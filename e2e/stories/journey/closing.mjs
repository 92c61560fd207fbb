// What is left when the window is closed: the endpoint, and no secret anywhere.

import assert from 'node:assert/strict';
import { filesWith } from '../../leaks.mjs';
import { alive } from '../../processes.mjs';
import { until } from '../../report.mjs';
import { SCHEME } from '../../scene.mjs';

export async function closesAndLives(scene, desk, after) {
  await scene.step(
    'the window closes, the endpoint lives, a second start shows it again',
    after,
    async () => {
      const { window, person, notes, agent } = desk;
      await person.permits(notes);
      const pid = await window.only();
      // Nobody shows trays here, so the person is asked, once.
      await window.asksToClose();
      await window.sees('leave-keep');
      await scene.picture('closing asks whether to live on');
      await window.page.script("document.querySelector('[data-testid=leave-keep]').focus()");
      await window.keys('Return');
      await window.closed();
      const answer = await agent.token(notes.resource);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      const second = await window.isShownAgain();
      await until('the second start ends', () => !alive(second.pid), 20);
      assert.equal(await window.only(), pid, 'one process, the first');
      // Whoever has been asked once is not asked again.
      await window.close();
      await window.isShownAgain();
    },
  );
}

export async function keepsItsSecrets(scene, desk, revoked) {
  await scene.step('no secret is in a file, a page or on a command line', [revoked], async () => {
    const { session, browser, notes, odd, agent, tokens, commandLines } = desk;
    const [seen, more] = await Promise.all([notes.secrets(), odd.secrets()]);
    const secrets = [...new Set([...seen, ...more, ...tokens, agent.key])];
    assert.ok(secrets.length >= 8, `${secrets.length} secrets crossed the wire`);
    const except = [browser.profile, session.processes.outputs];
    const { found, looked } = filesWith(session.folder, secrets, except);
    assert.ok(looked > 10, `${looked} files`);
    assert.deepEqual(found, []);
    const readable = scene.pages.filter((page) => secrets.some((secret) => page.includes(secret)));
    assert.equal(readable.length, 0, 'a page could read one');
    onlyLinksHoldSecrets(commandLines.with(secrets), await codesOf(notes));
  });
}

/** A deep link is an argument of the launchers and of the app: that is how desktops deliver it (RFC 8252 section 8.1). */
function onlyLinksHoldSecrets(lines, codes) {
  for (const { name, argv } of lines) {
    assert.ok(
      argv.some((argument) => codes.some((code) => argument.includes(code))),
      `${name} has a secret that is no code`,
    );
    assert.ok(
      argv.some((argument) => argument.startsWith(`${SCHEME}:/oauth/callback?`)),
      `${name} is no launcher of a link`,
    );
  }
}

async function codesOf(testbed) {
  const requests = await testbed.requests('/token');
  return requests.map(({ body }) => new URLSearchParams(body).get('code')).filter(Boolean);
}
