// An agent with the login of a person: its key, its tokens, and what it is told when the login is revoked.

import assert from 'node:assert/strict';
import { Agent } from '../../agent.mjs';

export async function agentIsServed(scene, desk, loggedIn) {
  const permitted = await scene.step(
    'an agent gets a key, shown once, and a permit',
    [loggedIn],
    async () => {
      const { session, window, person, notes, port } = desk;
      await person.addsAgent('curl');
      const agent = new Agent(session, port, await person.credentials('curl'));
      desk.agent = agent;
      await scene.picture('the key is shown once');
      // No shortcut takes it away, and the window does not close over it without a question.
      for (const keys of ['ctrl+1', 'ctrl+n', 'ctrl+comma', 'Escape', 'F5', 'ctrl+r', 'alt+Left'])
        await window.keys(keys);
      await window.asksToClose();
      await window.sees('leave-anyway', /close/i);
      await scene.picture('closing asks while a key is shown');
      await window.click('leave-not');
      await window.gone('leave-not');
      const shown = await person.credentials('curl');
      assert.deepEqual(shown, { id: agent.id, key: agent.key }, 'still shown');
      await window.click('agent-key-done');
      await window.gone('agent-key');
      assert.ok(!(await window.html()).includes(agent.key), 'shown once');
      await person.permits(notes);
    },
  );

  const served = await scene.step(
    'the agent gets a token with curl, and the MCP server takes it',
    [permitted],
    async () => {
      const { notes, agent, tokens } = desk;
      const answer = await agent.token(notes.resource);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      assert.equal(answer.body.resource, notes.resource);
      tokens.push(answer.body.access_token);
      const called = await agent.call(notes.resource, tokens[0], 'whoami');
      assert.match(called.body.result.content[0].text, /Ada Lovelace/);
    },
  );
  return { permitted, served };
}

export async function agentIsTold(scene, desk, served) {
  const revoked = await scene.step(
    'revoked: a receipt, a server that refuses, an agent that is told',
    [served],
    async () => {
      const { window, person, notes, agent, tokens } = desk;
      tokens.push((await agent.token(notes.resource)).body.access_token);
      assert.equal((await agent.call(notes.resource, tokens.at(-1), 'whoami')).status, 200);
      await person.looksAt(notes);
      await window.click('revoke');
      await window.click('revoke-confirm');
      await window.sees('receipt', /now refuses the old token/i, 30);
      await scene.picture('a receipt');
      await window.click('receipt-done');
      await window.gone('receipt-done');
      const answer = await agent.token(notes.resource);
      assert.equal(answer.body.error, 'login_required', JSON.stringify(answer.body));
      assert.ok(answer.body.hint.length > 10, 'with a hint');
      assert.equal((await agent.call(notes.resource, tokens.at(-1), 'whoami')).status, 401);
    },
  );

  await scene.step('nothing that was handed out outlives the revocation', [revoked], async () => {
    const { notes, agent, tokens } = desk;
    for (const [index, token] of tokens.entries()) {
      const { status } = await agent.call(notes.resource, token, 'whoami');
      assert.equal(status, 401, `token ${index + 1} of ${tokens.length} still works`);
    }
    assert.deepEqual(await notes.liveGrants(), [], 'the issuer still holds a grant for us');
  });
  return revoked;
}
