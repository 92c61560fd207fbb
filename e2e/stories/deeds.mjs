// What a person does seldom, and once it counts: a key made anew, a revocation that fails, an older copy of the vault put back,
// departures, addresses that nobody publishes, and a vault that is gone. Each by its button in the real window.

import assert from 'node:assert/strict';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Agent } from '../agent.mjs';
import { until } from '../report.mjs';

export async function deeds(scene) {
  let at, session, window, person, agent, port, vault;

  const ready = await scene.step(
    'a login that asks nobody, and an agent that uses it',
    [],
    async () => {
      // A client that can be deregistered would take its tokens along.
      const usual = {
        auto_approve: 'ada',
        challenge_scope: 'notes:read profile',
        client_management: false,
      };
      const desk = await scene.desktop({ notes: usual, odd: {}, bare: {} });
      ({ at, session, window, person, port } = desk);
      vault = path.join(session.home, '.local/share/gatelodge');
      window.start();
      await window.join();
      await person.adds(at.notes.resource);
      await window.click('log-in');
      await window.sees('scope-row', undefined, 20);
      await person.addsAgent('curl');
      agent = new Agent(session, port, await person.credentials('curl'));
      await window.click('agent-key-done');
      await person.permits(at.notes);
      assert.equal((await agent.token(at.notes.resource)).status, 200);
    },
  );

  async function starts() {
    window.start();
    await window.join();
  }

  const rekeyed = await scene.step(
    "an agent's new key works at once, and the old one no more",
    [ready],
    async () => {
      const old = agent;
      await window.click('nav-agents');
      await window.click('agent-new-key');
      await window.click('agent-new-key-confirm');
      await window.sees('agent-key');
      agent = new Agent(session, port, await person.credentials('curl'));
      await window.click('agent-key-done');
      assert.equal(agent.id, old.id);
      assert.equal(
        (await agent.token(at.notes.resource)).status,
        200,
        'what it has access to stays',
      );
      assert.equal((await old.token(at.notes.resource)).status, 401);
    },
  );

  await scene.step(
    'an older copy of the vault gives agents nothing before it is confirmed',
    [rekeyed],
    async () => {
      await window.quit();
      const copy = path.join(session.folder, 'copy');
      cpSync(vault, copy, { recursive: true });
      await starts();
      await window.click('nav-agents');
      await window.click('permit-take');
      await until(
        'it is gone',
        async () => (await agent.token(at.notes.resource)).body.error === 'access_denied',
      );
      await window.quit();
      rmSync(vault, { recursive: true });
      cpSync(copy, vault, { recursive: true });
      await starts();
      await window.sees('vault-older', /gives them nothing/);
      assert.notEqual(
        (await agent.token(at.notes.resource)).status,
        200,
        'what was taken back may be in it',
      );
      await window.click('nav-agents');
      assert.equal(await window.has('agent-row'), false, 'nor are they shown as if they could');
      await window.click('vault-confirm');
      await window.gone('vault-older');
      await window.sees('permit-take');
      assert.equal(
        (await agent.token(at.notes.resource)).status,
        200,
        'the person has let it hold',
      );
    },
  );

  await scene.step(
    'a revocation that fails is tried again, in vain and then not',
    [ready],
    async () => {
      await at.notes.switch({ revocation_answers: { status: 404 } });
      await person.looksAt(at.notes);
      await revokes(/didn.t revoke|hasn.t confirmed/);
      await window.sees('revocation-open');
      await window.click('revocation-retry');
      await window.sees('receipt', undefined, 30);
      await window.click('receipt-done');
      await window.sees('revocation-open');
      await at.notes.proper();
      await window.click('revocation-retry');
      await window.sees('receipt', /is revoked\./, 30);
      await window.click('receipt-done');
      await window.gone('revocation-open');
      assert.deepEqual(await at.notes.liveGrants(), []);
    },
  );

  await scene.step('a revocation that fails is let go, after a question', [ready], async () => {
    await person.looksAt(at.notes);
    await window.page.click('[data-testid="log-in-again"], [data-testid="log-in"]');
    await window.sees('scope-row', undefined, 20);
    await at.notes.switch({ revocation_answers: { status: 404 } });
    await revokes(/didn.t revoke|hasn.t confirmed/);
    await window.click('revocation-let-go');
    await window.click('revocation-let-go-confirm');
    await window.sees('receipt');
    await window.click('receipt-done');
    await window.gone('revocation-open');
  });

  async function revokes(pattern) {
    await window.click('revoke');
    await window.click('revoke-confirm');
    await window.sees('receipt', pattern, 30);
    await window.click('receipt-done');
    await window.gone('receipt-done');
  }

  await scene.step(
    'two departures are one dialog, with none chosen; refused they change nothing, allowed they end it',
    [ready],
    async () => {
      await at.odd.switch({ pkce_advertised: 'nothing', resource_in_metadata: 'missing' });
      await person.adds(at.odd.resource);
      await window.click('concession-open');
      const boxes =
        "return [...document.querySelectorAll('[role=dialog] input[type=checkbox]')].map((box) => box.checked)";
      await until('both are there', async () => (await window.page.script(boxes)).length === 2);
      assert.deepEqual(await window.page.script(boxes), [false, false]);
      await window.click('concession-refuse');
      await window.gone('concession-allow');
      await window.click('concession-open');
      for (const name of ['pkce-unadvertised', 'resource-missing'])
        await window.click(`concede-${name}`);
      await window.sees('concession-allow', /all/i);
      await window.click('concession-allow');
      await window.sees('log-in');
      await person.looksAt(at.odd);
      await window.sees('conceded-pkce-unadvertised');
      await window.sees('conceded-resource-missing');
    },
  );

  await scene.step(
    'addresses that nobody publishes are entered, told, and forgotten',
    [ready],
    async () => {
      await at.bare.switch({ metadata_at: [] });
      await person.adds(at.bare.resource);
      await window.click('endpoints-open');
      await window.type('endpoint-login', `${at.bare.issuer}/authorize`);
      await window.type('endpoint-token', `${at.bare.issuer}/token`);
      await window.click('endpoints-save');
      await window.click('concede-pkce-unadvertised');
      await window.click('endpoints-save');
      await window.sees('client-first');
      await person.looksAt(at.bare);
      await window.sees('addresses', /you entered these addresses/i);
      await window.click('endpoints-forget');
      await window.click('endpoints-forget-confirm');
      await window.gone('endpoints-forget-confirm');
      await window.gone('endpoints-forget');
    },
  );

  await scene.step(
    "where the vault is gone, a new one is made only by the person's word",
    [ready],
    async () => {
      await window.quit();
      for (const name of readdirSync(vault))
        if (name.startsWith('vault.db')) rmSync(path.join(vault, name));
      await starts();
      await window.sees('vault-anew');
      await window.focusIs('h1', /gone/);
      await window.click('vault-anew');
      await window.sees('url-input');
      assert.equal(await window.has('vault-older'), false, 'nothing older: it is new');
    },
  );
}
