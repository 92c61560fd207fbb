// Logins at one server, and each way that the answer of the browser comes home by.

import assert from 'node:assert/strict';
import { until } from '../../report.mjs';
import { SCHEME } from '../../scene.mjs';

export async function logsIn(scene, desk, desktop) {
  const started = await scene.step(
    'the app starts empty, with its key in the keyring',
    [desktop],
    async () => {
      const { session, window, port } = desk;
      desk.app = window.start();
      await window.join();
      await window.sees('url-input');
      assert.equal(await window.has('server-row'), false);
      await window.sees('protection', /keyring/i);
      await window.sees('endpoint', new RegExp(`127\\.0\\.0\\.1:${port}`));
      const kept = await session.keyring('service', SCHEME);
      assert.match(kept, /vault-key/, 'the keyring has an entry of ours');
    },
  );

  const found = await scene.step('a pasted URL is found out, step by step', [started], async () => {
    const { window, person, notes } = desk;
    await person.adds(notes.resource);
    await window.sees('log-in');
    const text = await window.text();
    assert.match(text, /protected/i);
    assert.ok(text.includes(new URL(notes.issuer).host), 'it says who guards the server');
    assert.match(text, /RFC 9728/, 'the trace names the rules it followed');
  });

  const loggedIn = await scene.step(
    'a login in the browser comes back to the running app',
    [found],
    async () => {
      const { window, browser, person, notes, app } = desk;
      assert.equal(browser.started, false);
      await window.click('log-in');
      await window.sees('waiting');
      await scene.picture('waiting for the browser');
      await browser.logIn('ada', 'lovelace');
      await scene.picture('the browser asks for consent');
      await browser.decide('approve');
      await window.sees('scope-row');
      await window.inFront();
      assert.match(await window.text(), /ada@example\.com/);
      assert.ok((await person.scopes()).includes('notes:read'));
      assert.equal(await window.only(), app.pid, 'the same process, and no second one');
      const [exchange] = await notes.requests('/token');
      assert.match(exchange.body, /redirect_uri=app\.gatelodge\.desktop/);
      await browser.tidy();
    },
  );
  return { started, loggedIn };
}

export async function comesBackOnLoopback(scene, desk, loggedIn) {
  await scene.step('a login that needs no click comes back on loopback', [loggedIn], async () => {
    const { window, browser, person, notes, port, app } = desk;
    const before = (await notes.requests('/token')).length;
    await person.looksAt(notes);
    await window.click('log-in-again');
    const exchange = await isRedeemed(notes, before);
    assert.match(
      decodeURIComponent(exchange.body),
      new RegExp(`redirect_uri=http://127\\.0\\.0\\.1:${port}/callback`),
    );
    await window.gone('waiting');
    await window.sees('scope-row');
    await window.inFront();
    const done = await browser.shows('h1');
    assert.match(await done.text('h1'), /signed in/i);
    assert.equal(await window.only(), app.pid);
    await scene.picture('the browser says done');
    await browser.tidy();
  });
}

export async function comesBackByLink(scene, desk, loggedIn) {
  const broughtBack = await scene.step(
    'killed in mid-login, the app is started by the deep link',
    [loggedIn],
    async () => {
      const { session, window, browser, person, notes, app } = desk;
      await person.logsInByDeepLink(notes);
      await window.leave();
      await session.processes.stop(app.pid, 'SIGKILL');
      await browser.logIn('ada', 'lovelace');
      await browser.decide('approve');
      const pid = await until('the deep link starts the app', () => window.running()[0], 20);
      assert.notEqual(pid, app.pid);
      await window.join();
      await window.only();
      await person.looksAt(notes);
      await window.sees('scope-row');
      await browser.tidy();
    },
  );

  await scene.step(
    'xdg-utils without a desktop delivers the link as well',
    [broughtBack],
    async () => {
      const { session, window, browser, person, notes } = desk;
      const tab = await person.logsInByDeepLink(notes);
      const before = (await notes.requests('/token')).length;
      // The answer that the browser would get, carried over by hand.
      await notes.switch({ auto_approve: 'ada' });
      const reply = await fetch(tab, { redirect: 'manual' });
      await notes.proper();
      const link = reply.headers.get('location');
      assert.ok(link.startsWith(`${SCHEME}:/oauth/callback?`));
      const opened = await session.processes.run('xdg-open', [link], {
        env: { XDG_CURRENT_DESKTOP: undefined },
        seconds: 20,
      });
      assert.equal(opened.status, 0, opened.stderr);
      await isRedeemed(notes, before);
      await window.gone('waiting');
      await window.sees('scope-row');
      await window.only();
      await browser.tidy();
    },
  );
  return broughtBack;
}

/** Gives the token request that came after the first `before`. */
function isRedeemed(testbed, before) {
  const next = async () => (await testbed.requests('/token'))[before];
  return until('the code is redeemed', next, 20);
}
