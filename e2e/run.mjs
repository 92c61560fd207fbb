// The person's way through the real thing: the built app in its window, a real browser that the desktop opens, a real
// keyring, links that the desktop delivers, and curl as the agent. Only the servers are the testbed's.
//
//   cargo xtask e2e [STORY]   builds what it needs and runs this; pictures of each step are then in artefacts/e2e/
//
// What each case of each part does is tested below this; here only the wiring between the parts is.

import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Agent } from './agent.mjs';
import { Browser } from './browser.mjs';
import { deeds } from './stories/deeds.mjs';
import { CommandLines, filesWith } from './leaks.mjs';
import { alive, freePort } from './processes.mjs';
import { Person } from './person.mjs';
import { Report, until } from './report.mjs';
import { Session } from './session.mjs';
import { gate } from './stories/gate.mjs';
import { signedIn } from './stories/signed-in.mjs';
import { Testbed } from './testbed.mjs';
import { Window } from './window.mjs';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const BUILT = path.join(ROOT, 'target/debug');
const ARTEFACTS = path.join(ROOT, 'artefacts/e2e');
const SCHEME = 'app.gatelodge.desktop';
/** Many times what it takes. Whatever hangs, this ends. */
const LIMIT_SECONDS = 600;

rmSync(ARTEFACTS, { recursive: true, force: true });
mkdirSync(ARTEFACTS, { recursive: true });

const report = new Report(async (name) => {
  await picture(`FAILED ${name}`);
  if (window?.page)
    console.log(
      `    the window shows: ${(await window.text()).replace(/\s*\n\s*/g, ' | ').slice(0, 1500)}`,
    );
});
let session, window, browser, notes, odd, person, agent, port, commandLines;
/** What a script in the page could read, again and again. */
const pages = [];

process.on('SIGINT', () => end(130, 'interrupted'));
process.on('SIGTERM', () => end(143, 'interrupted'));
setTimeout(() => end(1, `stopped after ${LIMIT_SECONDS} s`), LIMIT_SECONDS * 1000).unref();

const step = (name, after, deed) =>
  report.step(name, { after }, async () => {
    await deed();
    await picture(name);
    if (window?.page) pages.push(await window.html());
  });

async function story() {
  const desktop = await step('a desktop, two servers and a browser', [], async () => {
    session = new Session(ARTEFACTS);
    await session.begin();
    // With `profile`, so that the issuer says who logged in.
    notes = await Testbed.start(session, path.join(BUILT, 'examples/serve'), {
      challenge_scope: 'notes:read notes:write profile',
    });
    odd = await Testbed.start(session, path.join(BUILT, 'examples/serve'));
    browser = await Browser.install(
      session,
      [notes, odd].map(({ issuer }) => new URL(issuer).origin),
      SCHEME,
    );
    port = await freePort();
    const settings = { GATELODGE_PORT: `${port}`, GATELODGE_LOG: 'debug' };
    window = await Window.prepare(session, path.join(BUILT, 'gatelodge-desktop'), settings);
    person = new Person(window, browser);
    commandLines = new CommandLines(session.processes);
  });

  let app;
  const started = await step(
    'the app starts empty, with its key in the keyring',
    [desktop],
    async () => {
      app = window.start();
      await window.join();
      await window.sees('url-input');
      assert.equal(await window.has('server-row'), false);
      await window.sees('protection', /keyring/i);
      await window.sees('endpoint', new RegExp(`127\\.0\\.0\\.1:${port}`));
      assert.match(
        await session.keyring('service', SCHEME),
        /vault-key/,
        'the keyring has an entry of ours',
      );
    },
  );

  const found = await step('a pasted URL is found out, step by step', [started], async () => {
    await person.adds(notes.resource);
    await window.sees('log-in');
    const text = await window.text();
    assert.match(text, /protected/i);
    assert.ok(text.includes(new URL(notes.issuer).host), 'it says who guards the server');
    assert.match(text, /RFC 9728/, 'the trace names the rules it followed');
  });

  const loggedIn = await step(
    'a login in the browser comes back to the running app',
    [found],
    async () => {
      assert.equal(browser.started, false);
      await window.click('log-in');
      await window.sees('waiting');
      await picture('waiting for the browser');
      await browser.logIn('ada', 'lovelace');
      await picture('the browser asks for consent');
      await browser.decide('approve');
      await window.sees('scope-row');
      await window.inFront();
      assert.match(await window.text(), /ada@example\.com/);
      assert.ok((await person.scopes()).includes('notes:read'));
      assert.equal(await window.only(), app.pid, 'the same process, and no second one');
      assert.match(
        (await notes.requests('/token'))[0].body,
        /redirect_uri=app\.gatelodge\.desktop/,
      );
      await browser.tidy();
    },
  );

  const permitted = await step(
    'an agent gets a key, shown once, and a permit',
    [loggedIn],
    async () => {
      await person.addsAgent('curl');
      agent = new Agent(session, port, await person.credentials('curl'));
      await picture('the key is shown once');
      // No shortcut takes it away, and the window does not close over it without a question.
      for (const keys of ['ctrl+1', 'ctrl+n', 'ctrl+comma', 'Escape', 'F5', 'ctrl+r', 'alt+Left'])
        await window.keys(keys);
      await window.asksToClose();
      await window.sees('leave-anyway', /close/i);
      await picture('closing asks while a key is shown');
      await window.click('leave-not');
      await window.gone('leave-not');
      assert.deepEqual(
        await person.credentials('curl'),
        { id: agent.id, key: agent.key },
        'still shown',
      );
      await window.click('agent-key-done');
      await window.gone('agent-key');
      assert.ok(!(await window.html()).includes(agent.key), 'shown once');
      await person.permits(notes);
    },
  );

  const tokens = [];
  const served = await step(
    'the agent gets a token with curl, and the MCP server takes it',
    [permitted],
    async () => {
      const answer = await agent.token(notes.resource);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      assert.equal(answer.body.resource, notes.resource);
      tokens.push(answer.body.access_token);
      const called = await agent.call(notes.resource, tokens[0], 'whoami');
      assert.match(called.body.result.content[0].text, /Ada Lovelace/);
    },
  );

  await step('a login that needs no click comes back on loopback', [loggedIn], async () => {
    const before = (await notes.requests('/token')).length;
    await person.looksAt(notes);
    await window.click('log-in-again');
    const exchange = await until(
      'the code is redeemed',
      async () => (await notes.requests('/token'))[before],
      20,
    );
    assert.match(
      decodeURIComponent(exchange.body),
      new RegExp(`redirect_uri=http://127\\.0\\.0\\.1:${port}/callback`),
    );
    await window.gone('waiting');
    await window.sees('scope-row');
    await window.inFront();
    const done = await browser.shows('h1');
    assert.match(await done.text('h1'), /logged in/i);
    assert.equal(await window.only(), app.pid);
    await picture('the browser says done');
    await browser.tidy();
  });

  const revoked = await step(
    'revoked: a receipt, a server that refuses, an agent that is told',
    [served],
    async () => {
      tokens.push((await agent.token(notes.resource)).body.access_token);
      assert.equal((await agent.call(notes.resource, tokens.at(-1), 'whoami')).status, 200);
      await person.looksAt(notes);
      await window.click('revoke');
      await window.click('revoke-confirm');
      await window.sees('receipt', /was seen to refuse it/i, 30);
      await picture('a receipt');
      await window.click('receipt-done');
      await window.gone('receipt-done');
      const answer = await agent.token(notes.resource);
      assert.equal(answer.body.error, 'login_required', JSON.stringify(answer.body));
      assert.ok(answer.body.hint.length > 10, 'with a hint');
      assert.equal((await agent.call(notes.resource, tokens.at(-1), 'whoami')).status, 401);
    },
  );

  await step('nothing that was handed out outlives the revocation', [revoked], async () => {
    for (const [index, token] of tokens.entries()) {
      const { status } = await agent.call(notes.resource, token, 'whoami');
      assert.equal(status, 401, `token ${index + 1} of ${tokens.length} still works`);
    }
    assert.deepEqual(await notes.liveGrants(), [], 'the issuer still holds a grant for us');
  });

  const broughtBack = await step(
    'killed in mid-login, the app is started by the deep link',
    [loggedIn],
    async () => {
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

  await step('xdg-utils without a desktop delivers the link as well', [broughtBack], async () => {
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
    await until('the code is redeemed', async () => (await notes.requests('/token'))[before], 20);
    await window.gone('waiting');
    await window.sees('scope-row');
    await window.only();
    await browser.tidy();
  });

  const nowhere = { resource_metadata_at: 'nowhere' };
  await step(
    'bad input: plain http, no address, and an address without its beginning',
    [started],
    async () => {
      await person.adds('http://example.com/mcp');
      await window.complaint('not_https');
      await window.sees('use-https');
      await person.adds('hello');
      await window.complaint('not_a_url');
      assert.equal(await window.has('ask-doctor'), false, 'no button that would not help');
      await odd.proper();
      await person.adds(odd.resource.replace('http://', ''));
      await window.sees('log-in');
    },
  );

  for (const [what, input, code, switches = {}] of [
    [
      'a server that answers 404',
      () => odd.resource,
      'not_mcp',
      { ...nowhere, mcp_answers: { instead: { status: 404 } } },
    ],
    [
      'a server that answers a web page',
      () => odd.resource,
      'not_mcp',
      { ...nowhere, mcp_answers: { instead: 'html' } },
    ],
    [
      'a server with garbage for metadata',
      () => odd.resource,
      'metadata_unreadable',
      { metadata_answers: 'garbage' },
    ],
  ]) {
    await step(`bad input: ${what}`, [started], async () => {
      await odd.proper();
      await odd.switch(switches);
      await person.adds(input());
      explains(await window.failure(code));
    });
  }

  await step('bad input: consent denied', [loggedIn], async () => {
    await odd.proper();
    await person.adds(odd.resource);
    await window.click('log-in');
    await browser.logIn('grace', 'hopper');
    await browser.decide('deny');
    explains(await window.failure('login_refused'));
    await window.gone('waiting');
    // The login failed; what was registered for it is there all the same.
    await window.sees('client-kind', /registered by this program/);
    await browser.tidy();
  });

  await step(
    'a departure is explained, allowed for one server, listed, and withdrawn',
    [started],
    async () => {
      await odd.proper();
      await odd.switch({ pkce_advertised: 'nothing' });
      await person.adds(odd.resource);
      explains(await window.failure('pkce_unadvertised'));
      await window.click('concession-open');
      await window.sees('concession', /what could go wrong/i);
      await picture('a departure explained');
      await window.click('concession-allow');
      await window.sees('log-in');
      await person.looksAt(odd);
      await window.sees('conceded-pkce-unadvertised', /PKCE/);
      await picture('a departure on the page of its server');
      await window.click('withdraw-pkce-unadvertised');
      await window.click('withdraw-confirm');
      await window.gone('conceded-pkce-unadvertised');
    },
  );

  await step('a client id by hand, with the redirect to register', [started], async () => {
    await odd.proper();
    await odd.forgetLogins();
    await odd.switch({ registration: false });
    await person.adds(odd.resource);
    await window.click('log-in');
    explains(await window.failure('registration_not_offered'));
    await window.click('client-open');
    await window.sees('client-id');
    await picture('a client id is entered');
    const text = await window.text();
    for (const uri of [
      `${SCHEME}:/oauth/callback`,
      `http://127.0.0.1:${port}/callback`,
      `http://localhost:${port}/callback`,
    ]) {
      assert.ok(text.includes(uri), uri);
    }
    const client = await odd.client(`http://localhost:${port}/callback`);
    await window.click('redirect-localhost');
    await window.type('client-id', client.client_id);
    await window.type('client-secret', client.client_secret);
    await window.click('client-save');
    await browser.logIn('grace', 'hopper');
    await browser.decide('approve');
    await window.sees('scope-row', undefined, 30);
    await picture("logged in by a client id of one's own");
    assert.match(
      decodeURIComponent((await odd.requests('/token')).at(-1).body),
      /redirect_uri=http:\/\/localhost/,
    );
    await browser.tidy();
  });

  await step('settings print the document to host', [started], async () => {
    await window.click('nav-settings');
    await window.type('document-url', 'https://example.org/gatelodge/client.json');
    await window.click('document-show');
    await window.sees('document', /"client_id": "https:\/\/example\.org\/gatelodge\/client\.json"/);
  });

  await step('the doctor tells what departs, draws it, and saves it', [started], async () => {
    await odd.proper();
    await odd.switch({ pkce_advertised: 'nothing' });
    await window.click('nav-doctor');
    await window.type('url-input', odd.resource);
    await window.click('discover');
    await window.sees('diagnosis', /works if you allow it/i);
    await window.sees('finding-departs', /S256/);
    await window.sees('diagram');
    assert.match(await window.text(), /oauth-protected-resource/, 'each request is shown');
    await window.click('doctor-save');
    const shown = await window.sees('doctor-saved', /gatelodge-doctor-.*\.json/);
    const found = JSON.parse(readFileSync(/(\/\S+\.json)/.exec(shown)[1], 'utf8'));
    assert.equal(found.url, odd.resource);
    assert.equal(found.outcome, 'works_by_concession');
    assert.ok(
      found.steps.every((step) => step.rule),
      'each step names its rule',
    );
  });

  await step(
    'by keyboard alone: the doctor, an examination, and the servers',
    [started],
    async () => {
      await odd.proper();
      await window.open();
      await window.keys('ctrl+4');
      await window.focusIs('url-input');
      await window.page.type('[data-testid="url-input"]', `${odd.resource}\uE007`);
      await window.sees('diagnosis', /works/i);
      await window.keys('ctrl+n');
      await window.focusIs('url-input');
      await window.keys('ctrl+1');
      await window.focusIs('h1', /MCP servers/);
      await window.page.script("document.querySelector('[data-testid=server-row]').focus()");
      await window.keys('Return');
      await window.sees('server-state');
      await window.focusIs('h1');
      await window.keys('Escape');
      await window.focusIs('h1', /MCP servers/);
      await window.keys('ctrl+2');
      await window.focusIs('h1', /Agents/);
      await window.keys('alt+Left');
      await window.focusIs('h1', /MCP servers/);
    },
  );

  await step('the activity tells all of it', [loggedIn], async () => {
    await window.click('nav-activity');
    const rows = (await window.sees('event-row')).split('\n').length;
    assert.ok(rows >= 8, `${rows} rows`);
    // The story is longer than what is shown at first.
    await window.page.script(
      "[...document.querySelectorAll('button')].find((one) => one.textContent.includes('Show more'))?.click()",
    );
    await until('what the agent got', async () => /curl got access to/.test(await window.text()));
    assert.match(await window.text(), /Logged in to/);
  });

  await step(
    'the window closes, the endpoint lives, a second start shows it again',
    [permitted, broughtBack],
    async () => {
      await person.permits(notes);
      const pid = await window.only();
      // Nobody shows trays here, so the person is asked, once.
      await window.asksToClose();
      await window.sees('leave-keep');
      await picture('closing asks whether to live on');
      await window.page.script("document.querySelector('[data-testid=leave-keep]').focus()");
      await window.keys('Return');
      await window.closed();
      const answer = await agent.token(notes.resource);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      const second = window.start();
      await until('the second start ends', () => !alive(second.pid), 20);
      assert.equal(await window.only(), pid, 'one process, the first');
      await until('the window is back', async () => (await window.frames()).length > 0, 20);
      await window.join();
      await window.sees('nav-servers');
      // Whoever has been asked once is not asked again.
      await window.close();
      window.start();
      await until('the window is back', async () => (await window.frames()).length > 0, 20);
      await window.join();
      await window.sees('nav-servers');
    },
  );

  await step('no secret is in a file, a page or on a command line', [revoked], async () => {
    const [seen, more] = await Promise.all([notes.secrets(), odd.secrets()]);
    const secrets = [...new Set([...seen, ...more, ...tokens, agent.key])];
    assert.ok(secrets.length >= 8, `${secrets.length} secrets crossed the wire`);
    const { found, looked } = filesWith(session.folder, secrets, [
      browser.profile,
      session.processes.outputs,
    ]);
    assert.ok(looked > 10, `${looked} files`);
    assert.deepEqual(found, []);
    const readable = pages.filter((page) => secrets.some((secret) => page.includes(secret)));
    assert.equal(readable.length, 0, 'a page could read one');
    // A deep link is an argument of the launchers and of the app: that is how desktops deliver it (RFC 8252 section 8.1).
    const codes = (await notes.requests('/token'))
      .map(({ body }) => new URLSearchParams(body).get('code'))
      .filter(Boolean);
    const lines = commandLines.with(secrets);
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
  });
}

async function picture(name) {
  await window?.drawn();
  await session?.picture(name);
}

/** A failure has a sentence, something to do about it, and its code. */
function explains(lines) {
  assert.equal(lines.length, 3, lines.join('\n'));
  // A hint may end with a command.
  for (const sentence of lines.slice(0, 2)) assert.match(sentence, /^\S+ .*[.`]$/);
}

/** One desktop ends, and another may begin. */
async function leaveDesk(name, last = false) {
  if (!session) return;
  commandLines?.end();
  for (const log of readdirSync(session.logs))
    copyFileSync(path.join(session.logs, log), path.join(ARTEFACTS, `${name} ${log}`));
  await report.step(
    `nothing stays behind, and nothing had to be killed: ${name}`,
    { last },
    async () => {
      const left = session;
      await browser?.end();
      [session, window, browser, commandLines] = [];
      assert.deepEqual(await left.end(), []);
    },
  );
}

let ending = false;
async function end(status, why) {
  if (ending) return;
  ending = true;
  if (why) console.log(why);
  await leaveDesk('the end', true);
  report.end();
  process.exit(status || (report.failed > 0 ? 1 : 0));
}

/** What a story of its own needs; what it `use`s is pictured, and ended with it. */
const scene = {
  step,
  use: (parts) => ({ session = session, browser = browser, window = window } = parts),
  artefacts: ARTEFACTS,
  serve: path.join(BUILT, 'examples/serve'),
  desktop: path.join(BUILT, 'gatelodge-desktop'),
  scheme: SCHEME,
};
const stories = {
  journey: story,
  'signed-in': () => signedIn(scene),
  deeds: () => deeds(scene),
  gate: () => gate(scene),
};
const asked = process.argv.slice(2);
for (const [name, tell] of Object.entries(stories)) {
  if (ending || (asked.length > 0 && !asked.includes(name))) continue;
  await tell().catch((error) => console.log(error));
  if (!ending) await leaveDesk(name);
}
await end(0);
